#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/async/clock.hpp"
#include "protocol/dcp/tokens.hpp"
#include "runtime/verifier/presentations.hpp"

namespace kontor::runtime::dsp_endpoint {

/// How counter-parties prove to us who they are and what they hold, and how we prove it to them.
class PeerIdentity {
 public:
  virtual ~PeerIdentity() = default;

  /// Who is called, and what its dataspace says about keys of callers.
  struct Called {
    ContextId context;
    protocol::did::RelationshipPolicy relationships = protocol::did::RelationshipPolicy::strict;
  };
  /// Who calls, by the Authorization header as it came. Errors: unauthenticated.
  virtual Task<Result<protocol::dcp::Caller>> verify(std::string authorization, Called called,
                                                     platform::async::Deadline deadline) = 0;
  /// Who a caller says it is, before anything is proven; none where its proof is not made so.
  virtual std::optional<Did> claimed(const std::string&) const { return std::nullopt; }
  /// What a caller holds. Errors: unauthenticated, peer_unavailable, timeout.
  virtual Task<Result<verifier::Peer>> credentials(verifier::Presentations::Question question,
                                                   platform::async::Deadline deadline) = 0;
  /// What was proved once, looked at again without asking the holder: what of it is in date and not taken
  /// back now. Errors: unavailable, where that cannot be known at this moment.
  virtual Task<Result<verifier::Peer>> still_good(verifier::Peer proved, Instant now,
                                                  platform::async::Deadline deadline) = 0;
  /// The value of the Authorization header for one message to `audience`, who may ask for credentials of
  /// these scopes.
  virtual Task<Result<std::string>> authorization(ContextId context, Did audience,
                                                  std::vector<protocol::dcp::Scope> scopes) = 0;
  /// The same with the access token to `audience`'s data in it, which is to be renewed. Errors: peer_refused,
  /// where identities know no such tokens. [DPS Profiles, Token Renewal]
  virtual Task<Result<std::string>> renewing(ContextId, Did, std::string) {
    co_return fail(ErrorCode::peer_refused, "access tokens cannot be renewed with these identities");
  }
};

}  // namespace kontor::runtime::dsp_endpoint
