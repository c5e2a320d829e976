#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "platform/assembly/assembly.hpp"
#include "platform/async/scope.hpp"
#include "platform/auth/token_source.hpp"
#include "platform/config/field.hpp"
#include "platform/did/web_resolver.hpp"
#include "platform/http/client.hpp"

namespace kontor::app::foundation {

namespace assembly = platform::assembly;
namespace config = platform::config;

struct DidResolverConfig {
  std::vector<std::string> plain_http_authorities;
  std::chrono::milliseconds max_age = std::chrono::minutes(5);
  std::chrono::milliseconds failure_max_age = std::chrono::seconds(2);
  std::size_t documents_max = 10'000;
};
config::Fields fields_of(config::Type<DidResolverConfig>);

/// Finds the documents of DIDs.
struct DidResolverAssembly {
  static constexpr std::string_view name = "did-resolver";
  using Requires = assembly::Services<platform::async::Scope, platform::async::Clock, platform::http::Client>;
  using Provides = assembly::Services<platform::did::Resolver>;
  using Config = DidResolverConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config& config);
};

struct TokenSourceSettings {
  std::string token_url = "http://localhost:8081/token";
  std::string client_id;
  config::Secret client_secret;
};
config::Fields fields_of(config::Type<TokenSourceSettings>);

/// The access tokens of this process for calls to other planes.
struct TokenSourceAssembly {
  static constexpr std::string_view name = "token-source";
  using Requires = assembly::Services<platform::async::Scope, platform::async::Clock, platform::http::Client>;
  using Provides = assembly::Services<platform::auth::TokenSource>;
  using Config = TokenSourceSettings;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config& config);
};

}  // namespace kontor::app::foundation
