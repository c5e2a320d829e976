#pragma once

#include "platform/assembly/assembly.hpp"
#include "platform/endpoints/endpoints.hpp"
#include "platform/routing/router.hpp"
#include "runtime/participant_context/participant_contexts.hpp"
#include "tck/dsp/connector/director.hpp"

namespace kontor::tck::dsp {

/// Datasets, terms and agreements that the kit asks for.
class Seeds {
 public:
  struct Services {
    platform::engine::Engine& engine;
    runtime::participant_context::ParticipantContexts& contexts;
    const platform::endpoints::Endpoints& endpoints;
  };
  explicit Seeds(Services services) : services_(services) {}
  Task<Result<void>> sow();

 private:
  Task<Result<void>> sow_participant();
  Task<Result<void>> sow_dataset(std::string id);
  Task<Result<void>> sow_terms();
  Task<Result<void>> sow_agreement(Case one);
  platform::engine::Command command(const std::string& id) const;

  Services services_;
};

/// Where the kit asks the connector to begin a negotiation or a transfer as consumer.
void bind_webhooks(platform::routing::Router& router,
                   runtime::contract_negotiation::Negotiations& negotiations,
                   runtime::transfer_process::Transfers& transfers);

/// What makes a control plane a connector under test.
struct ConnectorAssembly {
  static constexpr std::string_view name = "connector-under-test";
  using Requires = platform::assembly::Services<
      platform::async::Scope, platform::async::Clock, platform::engine::Engine, platform::routing::Router,
      platform::endpoints::Endpoints, platform::telemetry::Log,
      runtime::participant_context::ParticipantContexts, runtime::contract_negotiation::Negotiations,
      runtime::transfer_process::Transfers>;
  using Provides = platform::assembly::Services<Seeds, Director>;
  using Config = platform::assembly::NoConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&);
  static Task<Result<void>> start(Provides provided) { return provided.get<Seeds>().sow(); }
};

}  // namespace kontor::tck::dsp
