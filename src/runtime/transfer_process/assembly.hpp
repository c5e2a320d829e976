#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/endpoints/endpoints.hpp"
#include "runtime/transfer_process/catching_up.hpp"
#include "runtime/transfer_process/routes.hpp"
#include "runtime/transfer_process/tunnel_route.hpp"

namespace kontor::runtime::transfer_process {

struct TransferProcessConfig {
  std::chrono::milliseconds terms_believed_for{60'000};
  std::vector<std::string> own_data_planes;
  std::string location;
  std::string subject_token_file;
  std::vector<std::string> token_exchange_endpoints;
};
inline platform::config::Fields fields_of(platform::config::Type<TransferProcessConfig>) {
  return {
      platform::config::field(
          "terms_believed_for", &TransferProcessConfig::terms_believed_for,
          "how long after a credential was revoked, or a group or expression changed, data may still flow")
          .at_least(std::chrono::milliseconds(100)),
      platform::config::field(
          "own_data_planes", &TransferProcessConfig::own_data_planes,
          "origins of this installation's own data planes beside endpoints.signaling_url: they alone get its "
          "token, and may be in private networks"),
      platform::config::field("location", &TransferProcessConfig::location,
                              "where this control plane is: data planes with the label location=… of it are "
                              "preferred; empty: none are"),
      platform::config::field("subject_token_file", &TransferProcessConfig::subject_token_file,
                              "file with this process's workload credential, which it exchanges for tokens "
                              "for data planes that registered with oauth2_token_exchange"),
      platform::config::field("token_exchange_endpoints", &TransferProcessConfig::token_exchange_endpoints,
                              "the only addresses that this credential is shown to")};
}

/// Transfer processes, both roles, and the signals to data planes.
struct TransferProcessAssembly {
  static constexpr std::string_view name = "transfer-process";
  using Requires = platform::assembly::Services<
      platform::async::Scope, platform::async::Clock, platform::http::Client, platform::http::SecretClient,
      platform::auth::TokenSource, platform::engine::Engine, platform::routing::Router,
      participant_context::ParticipantContexts, policy::PolicyEngine, dsp_endpoint::DspPeers,
      catalog::Catalogs, decisions::Decisions, dsp_endpoint::PeerIdentity, callbacks::Callbacks,
      platform::endpoints::Endpoints>;
  using Provides =
      platform::assembly::Services<platform::http::Tunnels, DataPlanes, CatchingUp, PolicyMonitor, Transfers>;
  using Config = TransferProcessConfig;
  static std::vector<const entity::Kind*> kinds() { return {&transfer::Machine::kind()}; }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config) {
    auto& engine = needs.get<platform::engine::Engine>();
    auto& router = needs.get<platform::routing::Router>();
    auto& contexts = needs.get<participant_context::ParticipantContexts>();
    auto own = config.own_data_planes;
    const auto& signaling_url = needs.get<platform::endpoints::Endpoints>().signaling_url;
    own.push_back(signaling_url);
    auto planes = std::make_unique<DataPlanes>(
        DataPlanes::Services{needs.get<platform::async::Clock>(), needs.get<platform::http::Client>(),
                             needs.get<platform::http::SecretClient>(),
                             needs.get<platform::auth::TokenSource>(), contexts},
        DataPlanes::Places{std::move(own),
                           signaling_url,
                           config.location,
                           {config.subject_token_file, config.token_exchange_endpoints}});
    auto tunnels = std::make_unique<platform::http::Tunnels>(needs.get<platform::async::Scope>(),
                                                             needs.get<platform::async::Clock>());
    planes->ask_through(*tunnels);
    bind_tunnel_route(router, *tunnels, contexts);
    auto catching_up = std::make_unique<CatchingUp>(needs.get<platform::async::Scope>(), engine, *planes);
    tunnels->observe_with([all = tunnels.get(), missed = catching_up.get()](const std::string& name) {
      const auto owner = owner_of(name);
      if (owner && all->lines(name) == 1) missed->begin(owner->context, owner->plane);
    });
    planes->when_back([missed = catching_up.get()](const ContextId& context, const auto& plane,
                                                   Instant since) { missed->begin(context, plane, since); });
    contexts.on_data_plane([all = planes.get()](const ContextId& context, const auto& plane) {
      all->heard_from(context, plane);
    });
    auto& policies = needs.get<policy::PolicyEngine>();
    auto monitor = std::make_unique<PolicyMonitor>(
        PolicyMonitor::Services{engine, policies, needs.get<dsp_endpoint::PeerIdentity>()},
        config.terms_believed_for);
    auto transfers = std::make_unique<Transfers>(Transfers::Services{
        engine, contexts, policies, needs.get<dsp_endpoint::DspPeers>(), needs.get<catalog::Catalogs>(),
        needs.get<decisions::Decisions>(), *planes, *monitor, needs.get<callbacks::Callbacks>()});
    bind_dsp_routes(router, *transfers);
    bind_signaling_routes(router, *transfers);
    bind_explaining_routes(router, engine, *planes);
    bind_management_routes(router, engine, *transfers);
    return platform::assembly::Built<Provides>{std::move(tunnels), std::move(planes), std::move(catching_up),
                                               std::move(monitor), std::move(transfers)};
  }
  static Task<Result<void>> stop(Provides provided) {
    provided.get<platform::http::Tunnels>().close();
    co_return Result<void>{};
  }
};

}  // namespace kontor::runtime::transfer_process
