#pragma once

#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "runtime/secure_token_service/secure_tokens.hpp"

namespace kontor::runtime::secure_token_service {

struct SecureTokenConfig {
  std::size_t hashing_threads = 1;
};
platform::config::Fields fields_of(platform::config::Type<SecureTokenConfig>);

/// The secure token service of all participants of this installation.
struct SecureTokenAssembly {
  static constexpr std::string_view name = "secure-token-service";
  using Requires =
      platform::assembly::Services<platform::engine::Engine, platform::routing::Router,
                                   identity::IdentityContexts, identity::Signing, identity::SelfIssuedTokens>;
  using Provides = platform::assembly::Services<SecureTokens>;
  using Config = SecureTokenConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
};

}  // namespace kontor::runtime::secure_token_service
