#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::protocol::dsp {

/// The target of the first link with this relation, as it stands there, in the values of Link header fields.
/// What cannot be read is overlooked.   [RFC 8288 §3; DSP 2025-1, catalog HTTPS binding]
std::optional<std::string> link_target(const std::vector<std::string_view>& fields,
                                       std::string_view relation);

}  // namespace kontor::protocol::dsp
