#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/async/clock.hpp"
#include "platform/async/scope.hpp"
#include "platform/auth/caller.hpp"
#include "platform/auth/token_verifier.hpp"
#include "platform/http/client.hpp"
#include "platform/store/store.hpp"
#include "protocol/dps/registration.hpp"

namespace kontor::platform::auth {

enum class PlaneKind : std::uint8_t { data_plane, control_plane };

/// What a caller may whose token was proven by the keys that a plane registered with: signal as that plane in
/// this context, and nothing else. Tokens of trusted issuers never have it.
std::string registered_scope(PlaneKind kind, const ContextId& context);
/// Whether the text looks like one.
bool is_registered_scope(std::string_view scope);
/// Whether the caller was proven so, as either kind.
bool is_registered_plane(const Caller& caller, const ContextId& context);

/// A registration that says how the plane proves itself.
struct RegisteredPlane {
  ContextId context;
  std::string id;
  protocol::dps::Authorization profile;
};

/// What planes of others sign, held against what they registered: a key set, always looked at, the issuer
/// where one is named (with token exchange it has to be), expiry, and the audience where the installation
/// says who it is. A plane is the `client_id` of its token, else its `sub`. A token with a `jti` is taken
/// once. A registration speaks for its own context alone; one key set that fits proves every registration
/// that has it. [DPS Profiles, authorization profiles; RFC 7519; RFC 7517]
class PlaneProofs {
 public:
  struct Services {
    async::Scope& scope;
    async::Clock& clock;
    http::Client& client;
    store::Store& store;  ///< where tokens are used up
  };
  /// Registrations with this id, of all contexts, bounded.
  using Find = std::function<Task<Result<std::vector<RegisteredPlane>>>(std::string id)>;
  /// `audiences`: one of them has to stand in `aud`; none: it is not looked at.
  PlaneProofs(Services services, PlaneKind kind, Find find, std::vector<std::string> audiences);
  ~PlaneProofs();

  /// Has `verifier` ask about tokens of issuers that it does not trust.
  void answer(TokenVerifier& verifier) const;
  /// Errors: unauthenticated; unavailable when no key set could be had; replayed.
  Task<Result<Caller>> verify(std::string token);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::platform::auth
