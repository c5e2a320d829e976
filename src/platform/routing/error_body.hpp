#pragma once

#include <string>

#include "base/json/fwd.hpp"
#include "base/result/result.hpp"
#include "protocol/api/route.hpp"

namespace kontor::platform::routing {

/// The pids of a process of the Dataspace Protocol, as far as they are known.
struct ProcessIds {
  std::string provider;
  std::string consumer;
};
/// Whether errors are those of the Dataspace Protocol.
bool is_of_dsp(protocol::api::ErrorBody form);
/// Those that a message names; none in the bodies of other APIs.
ProcessIds process_ids_in(protocol::api::ErrorBody form, const json::Value& message);

/// What an error is on the wire of an API. Pure.
struct ErrorAnswer {
  unsigned status;
  json::Value body;
};

/// `incident` names the request in our log; it is told to the caller where the form has a place for it.
/// A DSP error names the process that it is about.
ErrorAnswer write_error(protocol::api::ErrorBody form, const Error& error, const std::string& incident,
                        const ProcessIds& process_ids = {});

}  // namespace kontor::platform::routing
