#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/data_flow/decide.hpp"
#include "platform/engine/engine.hpp"

namespace kontor::dataplane::signaling {

namespace dps = protocol::dps;
namespace flows = domain::data_flow;

/// What a control plane orders, before there is a flow.
struct NewFlow {
  ContextId context;
  flows::Role role = flows::Role::consumer;
  flows::Terms terms;  ///< its metadata as it came
  dps::Direction direction = dps::Direction::pull;
  std::optional<dps::DataAddress> destination;  ///< provider of a push: where to send
};

/// How a flow begins.
struct Beginning {
  std::optional<dps::DataAddress> source;  ///< where the data is; its secrets go into the vault
  flows::Readiness readiness;              ///< an opening is taken where our side owns the address
};

/// What moves the data of some transfer profiles. Signalling knows states, tokens and control planes, a mover
/// knows sources, sinks and bytes. Used on the io thread.
class Mover {
 public:
  virtual ~Mover() = default;

  virtual bool serves(std::string_view profile) const = 0;

  /// Whether and how the flow can begin. Asked before the flow is durable, and again where that failed or two
  /// orders of one flow come at once. Errors are the order's: invalid_input with the JSON pointer of what
  /// cannot be served.
  virtual Task<Result<Beginning>> begin(NewFlow flow) = 0;

  /// Whether data can be fetched from, or sent to, what the counter-party opened. Errors: invalid_input.
  virtual Result<void> check(const flows::Terms& terms, const dps::DataAddress& address) const = 0;

  /// What we open for a flow that is resumed and whose address is ours.
  virtual Result<std::optional<flows::Opening>> reopen(const flows::DataFlow& flow) = 0;

  /// Whether the consumer's side needs the address that it is told: it is sealed and kept with the flow.
  virtual bool fetches() const { return false; }

  /// A message other than an order or a resumption has changed the flow, durably, and is answered when this
  /// returns. Not asked again after a crash.
  virtual void told(const flows::DataFlow& flow, flows::Message message, const std::string& reason) {
    static_cast<void>(flow), static_cast<void>(message), static_cast<void>(reason);
  }

  using Outcome = platform::engine::Outcome<flows::Machine>;
  /// The flow is durable in the state that it has: PREPARING or STARTING is to be made ready (→ Opened),
  /// STARTED may move data (→ nothing, Finished or Failed), a push that is PREPARED may come in. Carried out
  /// at least once; an error is retried as its class says and then told to the control plane.
  virtual Task<Result<Outcome>> open(platform::engine::EffectCall call, flows::DataFlow flow) = 0;
};

}  // namespace kontor::dataplane::signaling
