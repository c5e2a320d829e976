#pragma once

#include "platform/assembly/assembly.hpp"
#include "runtime/dataspace/routes.hpp"

namespace kontor::runtime::dataspace {

/// What holds for all participants of the installation.
struct DataspaceAssembly {
  static constexpr std::string_view name = "dataspace";
  using Requires = platform::assembly::Services<platform::engine::Engine, platform::routing::Router,
                                                platform::http::Client, platform::did::Resolver,
                                                participant_context::ParticipantContexts>;
  using Provides = platform::assembly::Services<Dataspaces, Discovery, BodySchemas>;
  using Config = platform::assembly::NoConfig;
  static std::vector<const entity::Kind*> kinds() {
    return {&DataspaceProfileDocument::kind(), &DcpScopeDocument::kind(), &CachedDocumentDocument::kind(),
            &SchemaValidatorDocument::kind()};
  }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    auto& engine = needs.get<platform::engine::Engine>();
    auto& contexts = needs.get<participant_context::ParticipantContexts>();
    auto dataspaces = std::make_unique<Dataspaces>(engine, contexts);
    auto discovery = std::make_unique<Discovery>(Discovery::Services{
        *dataspaces, contexts, needs.get<platform::did::Resolver>(), needs.get<platform::http::Client>()});
    auto schemas = std::make_unique<BodySchemas>(engine, needs.get<platform::http::Client>());
    auto& router = needs.get<platform::routing::Router>();
    bind_routes(router, {engine, *dataspaces, *discovery});
    bind_trusted_issuer_routes(router, engine);
    bind_schema_routes(router, {engine, *schemas});
    return platform::assembly::Built<Provides>{std::move(dataspaces), std::move(discovery),
                                               std::move(schemas)};
  }
  static Task<Result<void>> start(Provides provided) { return provided.get<Dataspaces>().seed(); }
};

}  // namespace kontor::runtime::dataspace
