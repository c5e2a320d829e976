#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "platform/assembly/assembly.hpp"
#include "platform/async/scope.hpp"
#include "platform/auth/token_verifier.hpp"
#include "platform/config/field.hpp"
#include "platform/routing/router.hpp"

namespace kontor::app::foundation {

namespace assembly = platform::assembly;
namespace config = platform::config;

struct TrustedIssuerConfig {
  std::string issuer;
  std::string jwks_url;
  std::string audience;
};
config::Fields fields_of(config::Type<TrustedIssuerConfig>);

struct AuthenticationConfig {
  std::vector<TrustedIssuerConfig> issuers;
  std::chrono::milliseconds keys_max_age{600'000};
};
config::Fields fields_of(config::Type<AuthenticationConfig>);

/// Checks the bearer tokens of all routes that ask for one.
struct AuthenticationAssembly {
  static constexpr std::string_view name = "authentication";
  using Requires = assembly::Services<platform::async::Scope, platform::async::Clock, platform::http::Client,
                                      platform::routing::Router>;
  using Provides = assembly::Services<platform::auth::TokenVerifier>;
  using Config = AuthenticationConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config& config);
};

}  // namespace kontor::app::foundation
