#pragma once

#include <memory>
#include <string>

#include "base/crypto/secret.hpp"
#include "base/random/random.hpp"
#include "platform/async/scope.hpp"
#include "platform/async/signal.hpp"
#include "platform/auth/token_source.hpp"
#include "platform/http/client.hpp"
#include "platform/vault/vault.hpp"

namespace kontor::dataplane::edge {

struct IdentityOptions {
  std::string dataplane_id;
  std::string token_service_url;   ///< origin of the control plane's token service
  crypto::Secret enrolment_token;  ///< empty: it has enrolled before
};

/// Who a data plane at an edge is: a client of its control plane's token service, with a key that was made
/// here and stays in the vault. Used on the io thread.
class Identity {
 public:
  struct Services {
    platform::async::Scope& scope;
    platform::async::Clock& clock;
    Random& random;
    platform::vault::Vault& vault;
    platform::http::Client& client;
    platform::auth::TokenSource& tokens;
  };
  Identity(Services services, IdentityOptions options);
  ~Identity();

  /// Makes the key where there is none; from then on the process's tokens are had with it.
  Task<Result<void>> prepare();
  /// The Authorization header of a request to the control plane. Who is not known there enrols first. Errors:
  /// peer_refused (not known, and the enrolment token does not do), peer_unavailable, timeout.
  Task<Result<std::string>> authorization(platform::async::Deadline deadline);
  /// After a refusal.
  void forget_token();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::dataplane::edge
