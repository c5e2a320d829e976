#pragma once

#include <optional>
#include <string>

#include "platform/async/signal.hpp"
#include "platform/engine/engine.hpp"
#include "platform/vault/vault.hpp"
#include "protocol/jose/jwks.hpp"
#include "protocol/jose/jwt.hpp"
#include "runtime/token_service/documents.hpp"

namespace kontor::runtime::token_service {

/// The keys that sign access tokens. The private halves are in the vault. One that is about to be too old
/// gets a successor from whoever sees that first; the successor is published at once and signs later, when
/// nobody keeps keys from before any more: that moment is written down with it, so that which key signs
/// follows from the keys and the time (docs/decisions/0049). The one before stays published until its tokens
/// have expired. Used on the io thread.
class TokenKeys {
 public:
  struct Lifetimes {
    Duration key;
    Duration token;
    /// Longer than those who verify keep what was published; half a key's life at most.
    Duration published_first;
  };
  TokenKeys(platform::async::Scope& scope, platform::engine::Engine& engine, platform::vault::Vault& vault,
            Lifetimes lifetimes);

  /// Makes the first key, or the successor of one that is too old. So does `sign`, when it is time.
  Task<Result<void>> prepare();
  Task<Result<std::string>> sign(protocol::jose::Claims claims);
  /// Errors: unavailable as long as there is none.
  Task<Result<protocol::jose::Jwks>> published();
  /// They are read again: another replica changed them.
  void changed() { keys_.reset(); }

 private:
  bool has_successor_in_time(const SigningKeys& all) const;
  Task<Result<SigningKeys>> signing_keys();
  Task<Result<SigningKeys>> load();
  Task<Result<void>> add_key(SigningKeys next, entity::Version version);
  Task<std::optional<SigningKeys>> kept_after_all(std::string kid);

  platform::engine::Engine& engine_;
  platform::vault::Vault& vault_;
  Lifetimes lifetimes_;
  std::optional<SigningKeys> keys_;
  platform::async::Mutex rotating_;
};

}  // namespace kontor::runtime::token_service
