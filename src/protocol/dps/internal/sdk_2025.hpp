#pragma once

#include "protocol/dps/dialects.hpp"

/// The Go and .NET SDKs of 2025: the specification's messages of that year, with `…ID`, a transfer type of
/// two parts, and addresses whose members stand in `properties`. Neither has all messages.
namespace kontor::protocol::dps::internal {

/// Knows no `started`, `resume` and `completed`: a consumer is told its address, and a flow goes on, by
/// `/dataflows/{id}/start`; what is completed is terminated.
Result<std::optional<Spoken>> speak_go_2025(const Signal& signal, const Way& way);
/// Knows no `resume`, and refuses a `completed` with a body.
Result<std::optional<Spoken>> speak_net_2025(const Signal& signal, const Way& way);

/// Of either.
Result<DataFlowStatusMessage> hear_sdk_2025(std::string_view answer);

}  // namespace kontor::protocol::dps::internal
