#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/issuance/attestation_sources.hpp"
#include "domain/issuance/evaluate.hpp"
#include "platform/async/clock.hpp"
#include "platform/http/secret_client.hpp"
#include "platform/vault/vault.hpp"
#include "runtime/attestation/databases.hpp"
#include "runtime/verifier/presentations.hpp"

/// What an issuer's attestations learn outside of the issuer: from servers, databases and the holder's own
/// credentials.
namespace kontor::runtime::attestation {

namespace issuance = domain::issuance;

/// Of whom something is to be attested, and to whom.
struct Question {
  ContextId issuer;
  issuance::Holder holder;
  /// The holder's, which came with its request: by it its credentials may be asked for.
  std::optional<std::string> access_token = {};
  bool by_its_request = true;  ///< false: somebody else asks, so that there is no such token
};

/// Asks. Nothing is kept but presentations, by the rules of verifiers. Used on the io thread.
class Sources {
 public:
  struct Services {
    platform::async::Clock& clock;
    platform::http::Client& client;
    platform::http::SecretClient& secret_client;
    platform::vault::Vault& vault;
    verifier::Presentations& presentations;
    Databases& databases;
  };
  explicit Sources(Services services) : services_(services) {}

  /// Whether the attestation can be asked for here: the address may be reached, the secret and the table are
  /// there. Errors: invalid_input, with the pointer below `/configuration`.
  Task<Result<void>> check(ContextId issuer, issuance::AttestationDefinition attestation);

  /// The claims of attestations that ask others. Errors: forbidden, when the source knows nothing of the
  /// holder or what it says is not believed; unavailable, when it could not be asked or its answer says
  /// nothing either way. The holder is asked last and once, since its token serves one query, and not while
  /// another source that its request rests on is away: then there is no answer for it.
  Task<issuance::Answers> ask(Question question, std::vector<issuance::AttestationDefinition> attestations,
                              platform::async::Deadline deadline);

 private:
  struct Presented {
    issuance::AttestationDefinition attestation;
    issuance::PresentationSource source;
  };
  Task<Result<void>> check_http(ContextId issuer, issuance::HttpSource source);
  Task<Result<json::Object>> ask_server(Question question, issuance::HttpSource source,
                                        platform::async::Deadline deadline);
  Task<Result<verifier::Peer>> ask_holder(Question question, const std::vector<Presented>& presented,
                                          platform::async::Deadline deadline);

  Services services_;
};

}  // namespace kontor::runtime::attestation
