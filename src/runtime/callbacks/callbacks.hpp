#pragma once

#include "domain/callback/decide.hpp"
#include "platform/engine/engine.hpp"
#include "platform/http/secret_client.hpp"
#include "platform/vault/vault.hpp"

namespace kontor::runtime::callbacks {

namespace callback = domain::callback;

/// For one call, so that who accepts and never answers costs little.
inline constexpr Duration call_timeout = std::chrono::seconds(10);

/// Calls the addresses that participants gave for their processes. The rules are those of domain/callback.
///
/// An address is somebody's choice: it passes the SSRF guard, and no redirect is followed. It has been told
/// when it answered 2xx. What is refused for good (a guard's no, a redirect, 410) is lost at once; everything
/// else is tried again as often as the engine tries, also while a secret is not there yet.
class Callbacks {
 public:
  struct Services {
    platform::engine::Engine& engine;
    platform::http::Client& client;
    platform::http::SecretClient& secret_client;
    platform::vault::Vault& vault;
  };
  /// Adds the machine to the engine.
  explicit Callbacks(Services services);

  /// Carries out the effect of a process. Asks nobody outside. Errors: those of the store.
  Task<Result<void>> hand_over(platform::engine::EffectCall call, callback::Tell tell);

 private:
  Task<Result<platform::engine::Outcome<callback::Machine>>> call(
      platform::engine::Committed<callback::Call> effect);
  Task<Result<platform::http::Request>> request_of(ContextId context, callback::Call call);

  Services services_;
};

}  // namespace kontor::runtime::callbacks
