#pragma once

#include <optional>
#include <string>

#include "domain/did_control/answer.hpp"
#include "domain/did_control/decide.hpp"
#include "platform/did/resolver.hpp"
#include "runtime/identity/identity_contexts.hpp"

namespace kontor::runtime::did_control {

/// Where a context stands with its DID.
struct DidStanding {
  enum class State : std::uint8_t {
    hosted,    ///< the DID is one of ours
    unproven,  ///< brought along; the context does not act
    proven,
    lost,  ///< another context has proven the control of it
  };
  Did did;
  State state = State::unproven;
  std::optional<domain::did_control::Control> control;  ///< none: nobody asked for a challenge
};

/// A challenge as it is told.
struct DidChallenge {
  Did did;
  domain::did_control::Challenge challenge;
  Did audience;
};

/// Proofs that participants control the DIDs that they brought along. Until then a context claims nothing:
/// any number may name one DID, the first that proves it has it, and none of the others can act under it.
class DidControls {
 public:
  struct Services {
    platform::engine::Engine& engine;
    identity::IdentityContexts& contexts;
    platform::did::Resolver& resolver;
    protocol::did::RelationshipPolicy relationships = protocol::did::RelationshipPolicy::strict;
  };
  /// Adds the machine to the engine.
  explicit DidControls(Services services);

  /// Errors: not_found.
  Task<Result<DidStanding>> standing(ContextId context);
  /// The same when the context has moved on from where it is, or at the deadline. Errors: not_found.
  Task<Result<DidStanding>> moved_on(ContextId context, platform::async::Deadline deadline);
  /// Errors: not_found, illegal_transition (nothing is to be proven), conflict (it is another's),
  /// too_many_requests.
  Task<Result<DidChallenge>> ask(ContextId context, std::string actor);
  /// Activates the context, in one transaction with the end of its challenges, where the answer proves the
  /// control by the DID's document as it is now; one that was deactivated may be activated then. Errors:
  /// those of `ask`, invalid_input (the answer cannot be read), forbidden (it proves nothing), and what may
  /// pass of the resolver.
  Task<Result<void>> prove(ContextId context, std::string answer, std::string actor,
                           platform::async::Deadline deadline);

 private:
  using Owner = platform::engine::Loaded<identity::IdentityContext>;
  Task<Result<Owner>> provable(ContextId context);
  /// The nonce and the key of an answer that is good.
  Task<Result<domain::did_control::Prove>> look_at(identity::IdentityContext owner, std::string answer,
                                                   platform::async::Deadline deadline);
  Task<Result<void>> settle(ContextId context, domain::did_control::Prove proof, std::string actor);
  Task<Result<void>> apply(ContextId context, domain::did_control::Event event, std::string actor,
                           std::vector<platform::store::Put> also = {});

  Services services_;
};

}  // namespace kontor::runtime::did_control
