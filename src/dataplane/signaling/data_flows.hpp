#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/signaling/access_tokens.hpp"
#include "dataplane/signaling/address_vault.hpp"
#include "dataplane/signaling/control_planes.hpp"
#include "dataplane/signaling/mover.hpp"
#include "domain/data_flow/decide.hpp"
#include "platform/engine/engine.hpp"
#include "platform/http/client.hpp"
#include "platform/routing/router.hpp"
#include "protocol/dps/messages.hpp"

namespace kontor::dataplane::signaling {

/// The signalling side of the data plane: orders of control planes become events of data flows, answered when
/// they are durable. Access is closed before a suspend or terminate is answered. What moves the data is a
/// mover's matter. A flow is of the control plane that ordered it: to others it does not exist. Used on the
/// io thread.
class DataFlows {
 public:
  struct Services {
    platform::engine::Engine& engine;
    platform::vault::Vault& vault;
    platform::http::Client& client;
    AccessTokens& tokens;
    ControlPlanes& control_planes;
  };
  /// `renewal_url`: where tokens are renewed.
  DataFlows(Services services, std::string renewal_url)
      : services_(services), renewal_url_(std::move(renewal_url)), addresses_(services.vault) {}

  /// The first that serves a profile has its flows. Before the engine starts; `mover` must outlive it.
  void serve_with(Mover& mover) { movers_.push_back(&mover); }

  /// Whoever wants to know that a flow has ended is told once that is durable, at least once. Before the
  /// engine starts.
  using OnEnd = std::function<Task<Result<void>>(ContextId, EntityId)>;
  void tell_of_ends(OnEnd listener) { on_end_.push_back(std::move(listener)); }
  /// An order that closes a flow, for good or for a while, is answered when this has returned.
  using OnClosing = std::function<Task<Result<void>>(ContextId, EntityId, platform::async::Deadline)>;
  void answer_closing_after(OnClosing wait) { on_closing_ = std::move(wait); }

  using Call = platform::routing::Call;
  using Answer = Task<Result<dps::DataFlowStatusMessage>>;

  Answer prepare(Call call, dps::DataFlowPrepareMessage message);
  Answer start(Call call, dps::DataFlowStartMessage message);
  Answer started(Call call, dps::DataFlowStartedNotificationMessage message);
  Answer suspend(Call call, dps::DataFlowSuspendMessage message);
  Answer resume(Call call, dps::DataFlowResumeMessage message);
  Answer terminate(Call call, dps::DataFlowTerminateMessage message);
  Answer completed(Call call, dps::DataFlowCompletedMessage message);
  /// With `Prefer: wait` answered once the flow is not on its way any more.
  Task<Result<dps::DataFlowStatusResponseMessage>> status(Call call);

  /// Runs one effect of a flow.
  Task<Result<platform::engine::Outcome<flows::Machine>>> run(
      platform::engine::Committed<flows::Effect> effect);

 private:
  struct Step {
    EntityId flow;
    flows::Event event;
    std::vector<flows::SealedAddress> brought = {};  ///< by the message, sealed before the flow knows of it
    std::optional<flows::DataFlow> before = {};
  };
  /// What an order is made of, whichever it is.
  struct Ordered {
    std::optional<flows::DataFlow> before;
    flows::ControlPlane control_plane;
    Beginning beginning;
  };
  Task<Result<Ordered>> order(const Call& call, flows::Role role, const dps::DataFlowBaseMessage& base,
                              const std::optional<dps::DataAddress>& destination = {});
  Answer start_once(Call call, dps::DataFlowStartMessage message);
  Task<Result<flows::DataFlow>> apply(Call call, Step step);
  Task<Result<std::optional<flows::DataFlow>>> find(ContextId context, EntityId flow);
  /// The flow in the path, if it is the caller's. Errors: not_found.
  Task<Result<flows::DataFlow>> own(const Call& call);
  struct Change {
    flows::Message message;
    flows::Event event;
    std::string reason = {};
    std::vector<flows::SealedAddress> brought = {};
  };
  Answer change(Call call, Change change);
  Task<Result<std::optional<flows::SealedAddress>>> keep_destination(
      ContextId context, const std::optional<flows::DataFlow>& before,
      std::optional<dps::DataAddress> address);

  Result<Mover*> mover_of(std::string_view profile) const;
  Result<dps::DataFlowStatusMessage> describe(const flows::DataFlow& flow, bool with_address) const;

  Task<Result<Mover::Outcome>> open(platform::engine::EffectCall call);
  Task<Result<void>> close(platform::engine::EffectCall call, flows::CloseAccess effect);
  Task<Result<void>> notify(platform::engine::EffectCall call, flows::NotifyControlPlane effect);

  Services services_;
  std::string renewal_url_;
  AddressVault addresses_;
  std::vector<Mover*> movers_;
  std::vector<OnEnd> on_end_;
  OnClosing on_closing_;
};

/// Binds the data plane's signalling routes. `all` must outlive the router.
void bind_routes(platform::routing::Router& router, DataFlows& all);

}  // namespace kontor::dataplane::signaling
