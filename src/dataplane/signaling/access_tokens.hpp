#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/crypto/secret.hpp"
#include "base/random/random.hpp"
#include "domain/data_flow/types.hpp"
#include "platform/vault/vault.hpp"

namespace kontor::dataplane::signaling {

/// The tokens that counter-parties of a pull get. A token is `{context, base64url}.{HMAC-SHA-256 of context
/// and grant under the plane's key, base64url}`: derived, so that an answer can be repeated, and never
/// stored. It names the context, which is public, so that a request reaches one context's data only.
///
/// The key is a secret of the installation context, made at the first start.
class AccessTokens {
 public:
  /// `lifetime`: of the access token of a pull, which can then be renewed; none: as long as its flow is open.
  AccessTokens(platform::vault::Vault& vault, Random& random, std::optional<Duration> lifetime = {})
      : vault_(vault), random_(random), lifetime_(lifetime) {}

  Task<Result<void>> prepare();

  /// Errors: unavailable before `prepare`.
  Result<std::string> token_of(const ContextId& context, const domain::data_flow::GrantId& grant) const;
  /// What the access token of the same grant is renewed with.
  Result<std::string> refresh_token_of(const ContextId& context,
                                       const domain::data_flow::GrantId& grant) const;
  /// Of a push the token is good as long as its flow is open: only the address of a pull says how it is
  /// renewed. [DPS Profiles, Token Renewal]
  Result<domain::data_flow::Grant> new_grant(const ContextId& context, domain::data_flow::Direction direction,
                                             Instant now) const;
  std::optional<Duration> lifetime() const { return lifetime_; }

 private:
  Result<std::string> derived(const ContextId& context, std::string_view what) const;

  platform::vault::Vault& vault_;
  Random& random_;
  std::optional<Duration> lifetime_;
  crypto::Secret key_;
};

/// The context that a token of either kind speaks of; none: the text has not the form of a token of ours.
std::optional<ContextId> context_in(std::string_view token);

}  // namespace kontor::dataplane::signaling
