#pragma once

#include <string>
#include <vector>

#include "domain/application/decide.hpp"
#include "domain/issuance/decide.hpp"
#include "domain/issuance/documents.hpp"
#include "domain/issuance/evaluate.hpp"
#include "domain/issuance/issued_credential/decide.hpp"
#include "domain/issuance/offer/decide.hpp"
#include "domain/issuance/subject_schema.hpp"
#include "platform/engine/engine.hpp"
#include "platform/http/client.hpp"
#include "platform/routing/router.hpp"
#include "protocol/dcp/messages.hpp"
#include "runtime/attestation/sources.hpp"
#include "runtime/identity/archive.hpp"
#include "runtime/identity/self_issued_tokens.hpp"
#include "runtime/issuer_service/issued_lists.hpp"
#include "runtime/verifier/peer_verifier.hpp"

namespace kontor::runtime::issuer_service {

namespace application = domain::application;
namespace issuer_offer = domain::issuance::offer;

/// A holder's answer that is none of success.
std::unexpected<Error> refused_by(const Did& holder, const platform::http::Response& answer, bool may_pass);

/// An issuer of credentials: decides requests by attestations and rules, signs and delivers credentials, and
/// keeps the status lists. Each issuer is a participant context. [DCP 1.0, issuance protocol]
class Issuer {
 public:
  struct Services {
    platform::async::Scope& scope;
    platform::engine::Engine& engine;
    platform::http::Client& client;
    platform::did::Resolver& resolver;
    identity::Signing& signing;
    identity::SelfIssuedTokens& tokens;
    verifier::PeerVerifier& verifier;
    attestation::Sources& sources;
  };
  /// Adds the machines to the engine. `public_url` is the open listener's, as others reach it.
  Issuer(Services services, std::string public_url, IssuedListsConfig lists = {});

  /// A holder's request: decided, and if approved delivered. The result is the process's id, the same for a
  /// request that comes again; what it brought is delivered again. Errors: unauthenticated (no holder of
  /// ours), invalid_input (not issued here), forbidden (not granted), conflict (the holderPid was used for
  /// other credentials).
  Task<Result<protocol::dcp::IssuerPid>> receive(platform::routing::Call call,
                                                 protocol::dcp::CredentialRequestMessage message);
  /// Errors: unauthenticated, also for a request that is not the caller's.
  Task<Result<protocol::dcp::CredentialStatus>> status(platform::routing::Call call);
  /// Errors: not_found when there is no such participant context.
  Task<Result<void>> check_known(ContextId context);
  Task<Result<protocol::dcp::IssuerMetadata>> metadata(ContextId context);
  IssuedLists& lists() { return lists_; }

  /// Makes another credential in the place of one, of what holds now, and delivers it under the same request;
  /// the one before is revoked when the holder has it. Errors: not_found, illegal_transition, conflict (the
  /// holder would not get it any more).
  struct Reissued {
    issuance::IssuedCredentialId id;
    protocol::dcp::IssuerPid process;
  };
  Task<Result<Reissued>> reissue(platform::routing::Call call, issuance::IssuedCredentialId id);
  /// Durable when it returns; waits for the holder's answer where the call does. Errors: not_found (no such
  /// holder), invalid_input (not issued here), peer_refused.
  Task<Result<issuer_offer::OfferId>> offer(platform::routing::Call call, issuance::HolderId holder,
                                            std::vector<issuance::CredentialDefinitionId> credentials);
  /// What a request would bring: of these claims, or of what is attested, for which others are asked. Changes
  /// nothing. Errors: not_found (no such definition), invalid_input (no such holder).
  struct Said {
    issuance::AttestationDefinition attestation;
    Result<json::Object> claims;
  };
  struct Evaluation {
    std::string verdict = {};  ///< APPROVED, PENDING, REJECTED, or UNDECIDED while others cannot be asked
    std::string reason = {};
    json::Object claims = {};
    std::vector<Said> said = {};  ///< by each attestation; nothing where claims were given
    std::optional<protocol::vc::Credential> credential = {};  ///< without id and status
  };
  struct Trial {
    issuance::CredentialDefinitionId definition;
    issuance::HolderId holder;
    std::optional<json::Object> claims;
  };
  Task<Result<Evaluation>> evaluate(platform::routing::Call call, Trial trial);
  /// Whether an attestation can be asked for. Errors: invalid_input.
  Task<Result<void>> check(ContextId context, issuance::AttestationDefinition attestation) {
    return services_.sources.check(std::move(context), std::move(attestation));
  }

 private:
  template <class M>
  using Outcome = platform::engine::Outcome<M>;

  Task<Result<issuance::IssuanceProcess>> take(platform::routing::Call call, protocol::dcp::Caller caller,
                                               issuance::Holder holder,
                                               protocol::dcp::CredentialRequestMessage message);
  Task<Result<issuance::Holder>> holder_of(ContextId context, Did did);
  Task<Result<std::vector<issuance::RequestedDefinition>>> definitions(
      ContextId context, const std::vector<protocol::dcp::CredentialObjectId>& ids);
  Task<Result<issuance::Verdict>> decide(ContextId context, const issuance::Holder& holder,
                                         const std::vector<issuance::RequestedDefinition>& requested,
                                         issuance::Answers answers = {});
  Task<Result<std::vector<application::Application>>> applications_of(ContextId context, Did applicant);
  /// What others say who have to be asked.
  Task<issuance::Answers> ask_others(attestation::Question question,
                                     const std::vector<issuance::RequestedDefinition>& requested,
                                     platform::async::Deadline deadline);
  Task<Result<Evaluation>> tried(platform::routing::Call call, const issuance::Holder& holder,
                                 const std::vector<issuance::RequestedDefinition>& requested);

  Task<Result<issuance::Reissue>> successor_of(platform::routing::Call call,
                                               issued_credential::IssuedCredential issued);
  issuance::IssuedCredentialId new_credential_id();
  Task<Result<Outcome<issuer_offer::Machine>>> send_offer(
      platform::engine::Committed<issuer_offer::Effect> effect);

  Task<Result<Outcome<issuance::Machine>>> carry_out(platform::engine::Committed<issuance::Effect> effect);
  Task<Result<Outcome<issuance::Machine>>> gather(platform::engine::EffectCall call);
  Task<Result<issuance::Verdict>> judge(platform::engine::EffectCall call, issuance::Request request);
  Task<Result<Outcome<issuance::Machine>>> deliver(platform::engine::EffectCall call);
  Task<Result<void>> end(issuance::RevokeCredential order, platform::engine::EffectCall call);
  Task<Result<protocol::dcp::CredentialContainer>> make(ContextId context,
                                                        const issuance::IssuanceProcess& process,
                                                        const issuance::PlannedCredential& planned);
  Task<Result<issued_credential::IssuedCredential>> record(ContextId context,
                                                           const issuance::IssuanceProcess& process,
                                                           const issuance::PlannedCredential& planned);
  /// A place for each purpose for which the credential's status may change.
  Task<Result<std::vector<StatusPlace>>> take_places(ContextId context,
                                                     const issuance::CredentialDefinition& definition);
  /// The holder's access token, where it gave one, goes back with the message.
  struct Recipient {
    Did holder;
    std::optional<std::string> access_token = {};
  };
  Task<Result<void>> send(Recipient recipient, protocol::dcp::CredentialMessage message,
                          platform::engine::EffectCall call);
  /// To a path below the holder's credential service.
  Task<Result<platform::http::Response>> post(Recipient recipient, std::string path, std::string body,
                                              platform::engine::EffectCall call);
  Task<Result<std::string>> authorization(ContextId context, Recipient recipient);

  Task<Result<Outcome<issued_credential::Machine>>> mark(
      platform::engine::Committed<issued_credential::Effect> effect);

  /// Where the schema that the definition holds is read; none: it holds none.
  Result<std::optional<std::string>> schema_url(const ContextId& context,
                                                const issuance::CredentialDefinition& definition) const;
  /// What is offered, in metadata and in offers.
  Result<protocol::dcp::CredentialObject> metadata_of(const ContextId& context,
                                                      const issuance::CredentialDefinition& definition) const;

  Services services_;
  std::string public_url_;
  IssuedLists lists_;
};

/// The issuer's DCP endpoints. `issuer` must outlive the router, here and below.
void bind_dcp_routes(platform::routing::Router& router, Issuer& issuer);
/// Its status lists and the schemas of its credentials, for everybody.
void bind_status_routes(platform::routing::Router& router, Issuer& issuer);
void bind_schema_routes(platform::routing::Router& router, platform::engine::Engine& engine);

/// The parts of the Issuer administration API.
void bind_holder_routes(platform::routing::Router& router, platform::engine::Engine& engine, Issuer& issuer);
void bind_attestation_routes(platform::routing::Router& router, platform::engine::Engine& engine,
                             Issuer& issuer);
void bind_definition_routes(platform::routing::Router& router, platform::engine::Engine& engine,
                            Issuer& issuer);
void bind_credential_routes(platform::routing::Router& router, platform::engine::Engine& engine,
                            Issuer& issuer);
void bind_offer_routes(platform::routing::Router& router, platform::engine::Engine& engine);
void bind_process_routes(platform::routing::Router& router, platform::engine::Engine& engine);
void bind_application_routes(platform::routing::Router& router, platform::engine::Engine& engine,
                             Issuer& issuer);
/// All of them.
void bind_routes(platform::routing::Router& router, platform::engine::Engine& engine, Issuer& issuer);
/// By which an issuer takes along what it has. All must outlive the router.
void bind_export_route(platform::routing::Router& router, identity::Signing& signing,
                       identity::Archives& archives);

}  // namespace kontor::runtime::issuer_service
