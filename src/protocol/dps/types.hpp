#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/id/id.hpp"
#include "base/json/codec.hpp"
#include "protocol/dsp/types.hpp"

namespace kontor::protocol::dps {

using dsp::AgreementId;
using dsp::DatasetId;

/// The control plane's transfer process. A data plane of ours uses it as the data flow's id too, because
/// control planes address a flow by it and never read `dataFlowId`.
using ProcessId = Id<struct ProcessIdTag>;
using DataFlowId = Id<struct DataFlowIdTag>;
/// Unique for each message; a receiver drops what it has seen.
using MessageId = Id<struct SignalingMessageIdTag>;
using DataPlaneId = Id<struct DataPlaneIdTag>;
using ControlPlaneId = Id<struct ControlPlaneIdTag>;

/// The states of a data flow. [DPS 1.0, data flow state machine]
enum class State : std::uint8_t {
  initialized,  ///< before anything happened; never told to anybody
  preparing,
  prepared,
  starting,
  started,
  completed,  ///< final
  suspended,
  terminated,  ///< final
};

std::string_view state_name(State state);
/// Reads the specification's names in any case, the spellings of early SDKs (`INITIATING`, `UNINITIALIZED`,
/// `PEPARING`), and the numbers that the 2025 Go SDK sends. Errors: invalid_input.
Result<void> read(const json::Node& node, State& out);
json::Value write(State state);

/// Who supplies the endpoint: the consumer (push) or the provider (pull).
enum class Direction : std::uint8_t { push, pull };

/// What the last part of a transfer profile says: `https://w3id.org/dspace-sig/profile/http-pull`,
/// `HttpData-PUSH`. None: the profile does not follow the registry's rule. [DPS Profiles, transfer profile
/// registry]
std::optional<Direction> direction_of(std::string_view profile);

}  // namespace kontor::protocol::dps
