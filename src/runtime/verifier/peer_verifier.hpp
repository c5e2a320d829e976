#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/did/resolver.hpp"
#include "platform/store/store.hpp"
#include "protocol/dcp/tokens.hpp"
#include "runtime/identity/signing.hpp"
#include "runtime/verifier/refusals.hpp"

namespace kontor::runtime::verifier {

/// Checks the self-issued tokens of other parties (DCP 1.0, base protocol). A key id that the cached DID
/// document does not know is looked up once more in a fresh one. Errors: unauthenticated, also for a DID that
/// cannot be resolved; not_found when the context that was called is not there or not active. The token's
/// single use is not taken here: it belongs into the transaction of what the token is used for.
class PeerVerifier {
 public:
  /// `relationships` holds where no dataspace profile says otherwise: between holders, issuers and the
  /// verifiers who ask holders.
  PeerVerifier(platform::did::Resolver& resolver, identity::Signing& signing, platform::async::Clock& clock,
               protocol::did::RelationshipPolicy relationships = protocol::did::RelationshipPolicy::strict);

  struct Wanted {
    ContextId audience;  ///< the context that was called
    bool access_token_required = false;
    std::optional<protocol::did::RelationshipPolicy> relationships = {};
    /// From which it is called; empty: whoever calls too much for nothing is not held up.
    std::string address = {};
  };
  /// Errors beside those: too_many_requests, for a caller of whose messages too many came to nothing.
  Task<Result<protocol::dcp::Caller>> verify(std::string authorization, Wanted wanted,
                                             platform::async::Deadline deadline);
  /// What the caller wanted came to nothing: its token is used up, as long as that is within the bounds of
  /// `Refusals`. Errors: replayed, those of the store.
  Task<Result<void>> turn_away(platform::store::Store& store, protocol::dcp::Caller caller, Wanted wanted);
  /// The same, for what a repetition cannot bring about either: its token is not used up.
  void note_refusal(const protocol::dcp::Caller& caller, const Wanted& wanted);
  protocol::did::RelationshipPolicy relationships() const { return relationships_; }
  /// How many signatures of tokens were checked.
  std::uint64_t signatures_checked() const { return signatures_checked_; }

 private:
  Result<protocol::dcp::Caller> check(const protocol::dcp::ReceivedToken& token,
                                      const protocol::did::DidDocument& document,
                                      const protocol::dcp::SelfIssuedExpectations& expected);

  platform::did::Resolver& resolver_;
  identity::Signing& signing_;
  platform::async::Clock& clock_;
  protocol::did::RelationshipPolicy relationships_;
  Refusals refusals_;
  std::uint64_t signatures_checked_ = 0;
};

/// As the store keeps it.
platform::store::SingleUse stored(const protocol::dcp::SingleUse& single_use);
/// Uses up a token that nothing else is committed with. Errors: replayed.
Task<Result<void>> use_up(platform::store::Store& store, ContextId context,
                          protocol::dcp::SingleUse single_use);

}  // namespace kontor::runtime::verifier
