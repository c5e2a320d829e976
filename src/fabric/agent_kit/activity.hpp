#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/time/time.hpp"
#include "platform/async/clock.hpp"
#include "platform/async/task.hpp"
#include "protocol/api/fabric/messages.hpp"

namespace kontor::fabric::agent_kit {

namespace api = protocol::api::fabric;

/// What an agent is given: one attempt at one activity.
struct Assignment {
  api::OrchestrationId orchestration;
  api::ActivityId activity;
  std::string type;
  std::string discriminator;  ///< the orchestration type: whether to set up or to take down
  json::Object data;          ///< the orchestration's processing data as it is now
  platform::async::Deadline deadline;
  std::string trace;

  bool takes_down() const { return discriminator == api::dispose_type; }
  /// A text of the processing data. Errors: invalid_input (it is not there, or no text).
  Result<std::string> text(std::string_view key) const;
  /// A property of the virtual participant agent of this type; none: it has no such text.
  std::optional<std::string> vpa_text(api::VpaType type, std::string_view key) const;
  /// All properties of that agent.
  json::Object vpa_properties(api::VpaType type) const;
};

/// The work is done. `values` are for the activities that follow, `outputs` for whoever ordered the
/// orchestration.
struct Completed {
  json::Object values;
  json::Object outputs;
};
/// Not done yet, and nothing is wrong: look again later.
struct Waiting {
  Duration again_after;
  std::string detail;
  json::Object values = {};  ///< into the processing data, for the next look
  /// How long what is waited for may take in all; none: no longer than any attempt.
  std::optional<Duration> patience = {};
};
using Outcome = std::variant<Completed, Waiting>;

/// Does the work. It may be called again for the same assignment, after a failure or a restart of the
/// process, so it must be idempotent. An error whose class says `later` or `after_refresh` is tried again,
/// any other fails the orchestration. It is cancelled at the deadline.
using ActivityHandler = std::function<Task<Result<Outcome>>(Assignment)>;

}  // namespace kontor::fabric::agent_kit
