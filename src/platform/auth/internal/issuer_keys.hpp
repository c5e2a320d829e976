#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/crypto/keys.hpp"
#include "platform/async/signal.hpp"
#include "platform/auth/token_verifier.hpp"
#include "protocol/jose/jwks.hpp"

namespace kontor::platform::auth::internal {

/// The keys of one issuer: found, fetched when they are needed, kept while the issuer cannot be reached. One
/// fetch serves all who wait, and a pause after each keeps strangers with invented key ids from making us ask
/// on and on.
class IssuerKeys {
 public:
  IssuerKeys(boost::asio::any_io_executor executor, async::Clock& clock, http::Client& client,
             TrustedIssuer trusted, KeyBounds bounds);

  const TrustedIssuer& trusted() const { return trusted_; }

  /// The one key with this id; without an id the only key there is. Errors: unauthenticated, unavailable when
  /// the issuer's keys were never seen.
  Task<Result<crypto::PublicKey>> find(std::optional<std::string> id);

  /// Until when a signature that was checked now need not be checked again: its key may be withdrawn.
  Instant good_until() const;

 private:
  struct Known {
    std::optional<std::string> id;
    crypto::PublicKey key;
  };

  const crypto::PublicKey* known(const std::optional<std::string>& id) const;
  bool fresh() const;
  bool may_ask(bool is_known) const;
  Task<Result<void>> refresh();
  Task<Result<std::string>> discover(async::Deadline deadline);
  Task<Result<std::string>> get(std::string url, async::Deadline deadline);

  async::Clock& clock_;
  http::Client& client_;
  TrustedIssuer trusted_;
  KeyBounds bounds_;
  std::string keys_url_;  ///< configured or discovered; empty: to be discovered
  std::vector<Known> keys_;
  std::optional<Instant> asked_at_;
  std::optional<Instant> fetched_at_;
  Result<void> last_;  ///< how the last fetch went
  async::Mutex asking_;
};

}  // namespace kontor::platform::auth::internal
