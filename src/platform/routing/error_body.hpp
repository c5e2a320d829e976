#pragma once

#include <string>

#include "base/json/fwd.hpp"
#include "base/result/result.hpp"
#include "protocol/api/route.hpp"

namespace kontor::platform::routing {

/// What an error is on the wire of an API. Pure.
struct ErrorAnswer {
  unsigned status;
  json::Value body;
};

/// `incident` names the request in our log; it is told to the caller where the form has a place for it.
/// `process_ids` are the pids that a DSP error names, as far as they are known: provider's, then consumer's.
ErrorAnswer write_error(protocol::api::ErrorBody form, const Error& error, const std::string& incident,
                        const std::pair<std::string, std::string>& process_ids = {});

}  // namespace kontor::platform::routing
