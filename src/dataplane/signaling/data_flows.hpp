#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dataplane/signaling/access_tokens.hpp"
#include "dataplane/signaling/address_vault.hpp"
#include "domain/data_flow/decide.hpp"
#include "platform/auth/token_source.hpp"
#include "platform/engine/engine.hpp"
#include "platform/http/client.hpp"
#include "platform/routing/router.hpp"
#include "protocol/dps/messages.hpp"

namespace kontor::dataplane::signaling {

namespace dps = protocol::dps;
namespace flows = domain::data_flow;

struct DataFlowsOptions {
  std::string public_url;             ///< where data is fetched
  std::string control_plane_url;      ///< where callbacks go
  std::vector<std::string> profiles;  ///< the transfer profiles that are served
};

/// The signalling side of the data plane: orders of the control plane become events of data flows, answered
/// when they are durable. Access is closed before a suspend or terminate is answered. Serves pulls: as
/// provider it opens an address of its own, as consumer it keeps the counter-party's. Used on the io thread.
class DataFlows {
 public:
  struct Services {
    platform::engine::Engine& engine;
    platform::vault::Vault& vault;
    platform::http::Client& client;
    platform::auth::TokenSource& own_tokens;
    AccessTokens& tokens;
  };
  DataFlows(Services services, DataFlowsOptions options)
      : services_(services), options_(std::move(options)), addresses_(services.vault) {}

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
  /// What a message brought along, sealed before the flow knows of it.
  struct Step {
    EntityId flow;
    flows::Event event;
    std::optional<flows::SealedAddress> brought;
    std::optional<flows::DataFlow> before;
  };
  Task<Result<flows::DataFlow>> apply(Call call, Step step);
  Task<Result<std::optional<flows::DataFlow>>> find(ContextId context, EntityId flow);

  Result<void> check_profile(const std::string& profile) const;
  flows::Terms terms_of(dps::DataFlowBaseMessage base) const;
  flows::ControlPlane control_plane_of(const ContextId& context) const;
  Result<flows::Opening> new_opening(const ContextId& context, const EntityId& flow) const;
  Result<dps::DataFlowStatusMessage> describe(const flows::DataFlow& flow, bool with_address) const;

  Task<Result<void>> open(platform::engine::EffectCall call);
  Task<Result<void>> close(platform::engine::EffectCall call, flows::CloseAccess effect);
  Task<Result<void>> notify(platform::engine::EffectCall call, flows::NotifyControlPlane effect);

  Services services_;
  DataFlowsOptions options_;
  AddressVault addresses_;
};

/// Binds the data plane's signalling routes. `all` must outlive the router.
void bind_routes(platform::routing::Router& router, DataFlows& all);

}  // namespace kontor::dataplane::signaling
