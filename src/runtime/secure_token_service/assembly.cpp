#include "runtime/secure_token_service/assembly.hpp"

namespace kontor::runtime::secure_token_service {

namespace config = platform::config;

config::Fields fields_of(config::Type<SecureTokenConfig>) {
  return {
      config::field(
          "hashing_threads", &SecureTokenConfig::hashing_threads,
          "threads that check the secrets of accounts, which is slow on purpose; 0: the thread of all else")
          .at_most(64)};
}

Result<platform::assembly::Built<SecureTokenAssembly::Provides>> SecureTokenAssembly::build(
    Requires needs, const Config& settings) {
  auto tokens = std::make_unique<SecureTokens>(
      SecureTokens::Services{needs.get<platform::engine::Engine>(), needs.get<identity::IdentityContexts>(),
                             needs.get<identity::Signing>(), needs.get<identity::SelfIssuedTokens>()},
      settings.hashing_threads);
  bind_routes(needs.get<platform::routing::Router>(), *tokens);
  return tokens;
}

}  // namespace kontor::runtime::secure_token_service
