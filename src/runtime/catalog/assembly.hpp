#pragma once

#include "platform/assembly/assembly.hpp"
#include "runtime/catalog/routes.hpp"

namespace kontor::runtime::catalog {

/// What participants publish, and the catalogs of others.
struct CatalogAssembly {
  static constexpr std::string_view name = "catalog";
  using Requires = platform::assembly::Services<platform::engine::Engine, platform::routing::Router,
                                                participant_context::ParticipantContexts,
                                                policy::PolicyEngine, dsp_endpoint::DspPeers>;
  using Provides = platform::assembly::Services<Catalogs>;
  using Config = platform::assembly::NoConfig;
  static std::vector<const entity::Kind*> kinds() {
    return {&offer::AssetDocument::kind(), &offer::PolicyDefinitionDocument::kind(),
            &offer::ContractDefinitionDocument::kind()};
  }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    auto& engine = needs.get<platform::engine::Engine>();
    auto& contexts = needs.get<participant_context::ParticipantContexts>();
    auto& policies = needs.get<policy::PolicyEngine>();
    auto& peers = needs.get<dsp_endpoint::DspPeers>();
    auto catalogs = std::make_unique<Catalogs>(Catalogs::Services{engine, contexts, policies});
    const PublishingServices publishing{engine, contexts, policies};
    bind_publishing_routes(needs.get<platform::routing::Router>(), publishing);
    bind_publication_routes(needs.get<platform::routing::Router>(), publishing);
    bind_dry_run_routes(needs.get<platform::routing::Router>(), {engine, policies, catalogs->definitions()});
    bind_catalog_routes(needs.get<platform::routing::Router>(),
                        {engine, contexts, policies, peers, *catalogs});
    return catalogs;
  }
};

}  // namespace kontor::runtime::catalog
