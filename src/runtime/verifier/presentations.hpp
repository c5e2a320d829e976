#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "protocol/dcp/scope.hpp"
#include "protocol/dcp/tokens.hpp"
#include "protocol/vc/verify.hpp"
#include "runtime/identity/self_issued_tokens.hpp"
#include "runtime/verifier/schemas.hpp"
#include "runtime/verifier/status_lists.hpp"

namespace kontor::runtime::verifier {

struct PresentationsConfig {
  /// A verified presentation is asked for anew after that; zero: each question is an exchange of its own.
  Duration max_age = std::chrono::minutes(5);
  /// Answers that are kept, some kilobytes each: counter-parties in the middle of something ask several
  /// times within seconds.
  std::size_t kept_max = 1024;
  /// A larger answer is as good, and not kept: 1,024 of them are 128 MiB.
  std::size_t kept_bytes_max = 128 * 1024;
  std::size_t kept_per_context_max = 256;  ///< of these, so that no participant takes the others' room
  /// About what credentials may take whose signature held: presented again, to whomever, they are not read
  /// and checked anew.
  std::size_t credentials_bytes_max = 16 * 1024 * 1024;
  std::size_t response_bytes_max = 2 * 1024 * 1024;
  std::size_t presentations_max = 10;  ///< in one response
};

struct PresentationCounters {
  std::uint64_t asked = 0;       ///< exchanges with a credential service
  std::uint64_t verified = 0;    ///< times that an answer's signatures were checked
  std::uint64_t remembered = 0;  ///< questions that what was verified before has answered
  std::uint64_t signatures = 0;  ///< that were checked, of presentations and credentials
};

/// Who a counter-party is, with the credentials that it proved. A credential that is revoked, out of date or
/// of an issuer that is not trusted for its type is left out; `left_out` says which and why.
struct Peer {
  Did did;
  std::vector<protocol::vc::Credential> credentials;
  std::vector<std::string> left_out;
};

/// The credentials of counter-parties (DCP 1.0, presentation protocol): asked for, verified and remembered
/// per context, peer and scopes, so that a negotiation costs one exchange and not one a message. A verdict is
/// good until the first of: `max_age`, a date in it that turns, a key of the signers that is not the same, a
/// status list that is (each use looks at the lists within their age). What is remembered speaks for a peer
/// and never against it: who lacks something, or has a credential whose status went bad, is asked anew unless
/// that suffices. What was withdrawn by a list that changed after the peer was asked is neither: it may hold
/// another in its place, and may come again with another access token (docs/decisions/0041).
/// Nothing is fetched on the word of a stranger: keys of trusted issuers and of the peer alone, schemas and
/// lists of credentials whose signature holds. Errors: unauthenticated (what proves nothing),
/// peer_unavailable, timeout, unavailable (a key, a schema or a status list that is needed cannot be had at
/// this moment, or a status has changed meanwhile: nothing is known for or against).
class Presentations {
 public:
  struct Services {
    platform::async::Scope& scope;
    platform::async::Clock& clock;
    platform::http::Client& client;
    platform::did::Resolver& resolver;
    identity::SelfIssuedTokens& tokens;
    StatusLists& status_lists;
    Schemas& schemas;
  };
  Presentations(Services services, PresentationsConfig config);
  ~Presentations();

  struct Question {
    ContextId context;             ///< who asks
    protocol::dcp::Caller caller;  ///< whose credentials, with the access token that it sent
    std::vector<protocol::dcp::Scope> scopes;
    std::vector<protocol::vc::TrustedIssuer> trusted_issuers;
    /// Whether documents that declare no relationship are good.
    protocol::did::RelationshipPolicy relationships = protocol::did::RelationshipPolicy::strict;
    /// Whether a peer that lacks something of the scopes is refused nothing for it; none: it may be.
    std::function<bool(const Peer&)> suffices = {};
  };
  Task<Result<Peer>> ask(Question question, platform::async::Deadline deadline);
  void forget();
  PresentationCounters counters() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::runtime::verifier
