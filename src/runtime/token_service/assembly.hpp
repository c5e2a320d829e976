#pragma once

#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/endpoints/endpoints.hpp"
#include "platform/routing/router.hpp"
#include "runtime/token_service/enrolments.hpp"
#include "runtime/token_service/token_exchange.hpp"
#include "runtime/token_service/token_service.hpp"

namespace kontor::runtime::token_service {

/// A client that exists from the first start: the provisioner, the processes of the installation.
struct ClientSettings {
  std::string client_id;
  platform::config::Secret client_secret;
  std::string role;
  std::string participant_context_id;
  std::vector<std::string> scopes;
};
platform::config::Fields fields_of(platform::config::Type<ClientSettings>);

/// Whose tokens are exchanged for ours.
struct SubjectIssuerSettings {
  std::string issuer;
  std::string jwks_url;
  std::string audience;
};
platform::config::Fields fields_of(platform::config::Type<SubjectIssuerSettings>);

struct TokenServiceConfig {
  std::chrono::milliseconds token_lifetime{600'000};
  std::chrono::milliseconds key_lifetime{std::chrono::hours(24 * 30)};
  std::chrono::milliseconds key_published_first{std::chrono::minutes(10)};
  std::size_t hashing_threads = 1;
  std::vector<ClientSettings> clients;
  std::vector<SubjectIssuerSettings> subject_issuers;
};
platform::config::Fields fields_of(platform::config::Type<TokenServiceConfig>);

struct TokenServiceAssembly {
  static constexpr std::string_view name = "token-service";
  using Requires = platform::assembly::Services<platform::async::Scope, platform::engine::Engine,
                                                platform::vault::Vault, platform::routing::Router,
                                                platform::http::Client, platform::endpoints::Endpoints>;
  using Provides = platform::assembly::Services<TokenService, TokenExchange, Enrolments>;
  using Config = TokenServiceConfig;
  static std::vector<const entity::Kind*> kinds() {
    return {&ClientDocument::kind(), &SigningKeysDocument::kind(), &ResourceMappingDocument::kind(),
            &ScopeMappingDocument::kind()};
  }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
  static Task<Result<void>> start(Provides provided);
};

/// Binds the token service's routes; both must outlive the router.
void bind_routes(platform::routing::Router& router, TokenService& service, TokenExchange& exchange);
void bind_mapping_routes(platform::routing::Router& router, Mappings& mappings);

}  // namespace kontor::runtime::token_service
