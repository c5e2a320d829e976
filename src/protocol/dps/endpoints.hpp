#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/dps/types.hpp"

/// Where each message goes. Base addresses are whatever the other plane registered; nothing is assumed of
/// their path.
namespace kontor::protocol::dps {

/// What a control plane asks of a data plane.
enum class Operation : std::uint8_t {
  prepare,
  start,
  started,
  suspend,
  resume,
  terminate,
  completed,
  status
};
/// What a data plane tells its control plane.
enum class Callback : std::uint8_t { prepared, started, completed, errored };

std::string_view operation_name(Operation operation);
std::string_view callback_name(Callback callback);

/// The address of an operation at a data plane. `endpoint` is taken with `/dataflows` at its end (EDC, CFM)
/// and without (the specification). `flow` is not used by prepare and start.
std::string operation_url(std::string_view endpoint, Operation operation, const DataFlowId& flow = {});

/// The address of a callback at a control plane: `{endpoint}/transfers/{processId}/dataflow/{callback}`.
std::string callback_url(std::string_view endpoint, const ProcessId& process, Callback callback);

/// Where the state of a flow can be asked, for the `Location` of an answer 202: relative to the signalling
/// API's base.
std::string status_path(const DataFlowId& flow);

}  // namespace kontor::protocol::dps
