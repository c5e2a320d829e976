#pragma once

#include "domain/credential/decide.hpp"
#include "domain/credential_request/decide.hpp"
#include "platform/engine/engine.hpp"
#include "platform/http/client.hpp"
#include "platform/routing/router.hpp"
#include "protocol/api/identity/credential_messages.hpp"
#include "protocol/dcp/messages.hpp"
#include "runtime/credential_service/held_credentials.hpp"
#include "runtime/credential_service/room.hpp"
#include "runtime/identity/self_issued_tokens.hpp"
#include "runtime/verifier/peer_verifier.hpp"
#include "runtime/verifier/schemas.hpp"
#include "runtime/verifier/status_lists.hpp"

namespace kontor::runtime::credential_service {

namespace credential = domain::credential;
namespace credential_request = domain::credential_request;
using LoadedRequest = platform::engine::Loaded<credential_request::CredentialRequest>;

struct CredentialsConfig {
  /// How long before the end of a credential its owner is told.
  std::vector<Duration> expiry_warnings{credential::warned_before};
  RoomConfig room = {};
};

/// What a participant's credential service does: asks issuers for credentials, checks and keeps what they
/// deliver, and presents it to verifiers who hold an access token. [DCP 1.0, presentation and issuance
/// protocols]
class Credentials {
 public:
  struct Services {
    platform::engine::Engine& engine;
    platform::http::Client& client;
    platform::did::Resolver& resolver;
    identity::Signing& signing;
    identity::SelfIssuedTokens& tokens;
    verifier::PeerVerifier& verifier;
    verifier::StatusLists& status_lists;
    verifier::Schemas& schemas;
  };
  /// Adds the machines to the engine.
  explicit Credentials(Services services, CredentialsConfig config = {});

  Task<Result<LoadedRequest>> request(platform::routing::Call call,
                                      protocol::api::identity::CredentialRequest request);

  /// A delivery or refusal by the issuer that was asked. Every credential is verified (signature, issuer,
  /// subject, dates, schema) before any is kept. Errors: unavailable, for a schema that cannot be had at this
  /// moment; too_many_requests and too_large, for what the participant may not keep, which its request says
  /// then.
  Task<Result<void>> receive(platform::routing::Call call, protocol::dcp::CredentialMessage message);

  /// A credential that its holder brings, checked like a delivery of its issuer; `replaces`: in the place of
  /// the one with this id. Errors: conflict where the id is that of another, not_found where none is
  /// replaced, too_many_requests.
  Task<Result<void>> put(platform::routing::Call call, protocol::api::identity::CredentialManifest manifest,
                         bool replaces);

  /// Answers a verifier with what its access token grants. Both tokens are used up.
  Task<Result<protocol::dcp::PresentationResponseMessage>> present(
      platform::routing::Call call, protocol::dcp::PresentationQueryMessage query);

  /// How many signatures were checked, of our own access tokens and of credentials that were delivered.
  std::uint64_t signatures_checked() const { return signatures_checked_; }

 private:
  using RequestOutcome = platform::engine::Outcome<credential_request::Machine>;
  using CredentialOutcome = platform::engine::Outcome<credential::Machine>;

  Task<Result<RequestOutcome>> send_request(platform::engine::Committed<credential_request::Effect> effect);
  Task<Result<RequestOutcome>> ask_issuer(ContextId context,
                                          credential_request::SendCredentialRequest request,
                                          platform::engine::EffectCall call);
  Task<Result<std::string>> authorization(ContextId context,
                                          credential_request::SendCredentialRequest request);
  Task<Result<RequestOutcome>> end_renewal(ContextId context, credential_request::EndRenewal end);
  Task<Result<RequestOutcome>> ask_status(ContextId context, credential_request::QueryRequestStatus query,
                                          platform::engine::EffectCall call);
  Task<Result<CredentialOutcome>> look_after(platform::engine::Committed<credential::Effect> effect);
  Task<Result<void>> take_delivery(platform::routing::Call call, protocol::dcp::Caller issuer,
                                   protocol::dcp::CredentialMessage message);
  Task<Result<protocol::dcp::PresentationResponseMessage>> answer(
      platform::routing::Call call, protocol::dcp::Caller verifier,
      protocol::dcp::PresentationQueryMessage query);
  Task<Result<void>> take_credentials(platform::routing::Call call, LoadedRequest request,
                                      platform::engine::Command delivery,
                                      protocol::dcp::CredentialMessage message);
  Task<Result<void>> refuse(platform::engine::Command delivery, Error why);
  Task<Result<void>> check_delivered(platform::routing::Call call, Did issuer,
                                     protocol::vc::SignedCredential delivered);
  /// By which request a credential came.
  struct AskedFor {
    protocol::dcp::CredentialObjectId object;
    std::vector<std::string> scopes;
  };
  Task<Result<void>> keep(platform::engine::Command& delivery, protocol::vc::SignedCredential delivered,
                          AskedFor asked);
  Task<Result<std::string>> presentation_of(ContextId context, protocol::vc::Format format,
                                            protocol::vc::PresentationContent content);

  Services services_;
  CredentialsConfig config_;
  Room room_;
  HeldCredentials held_;
  std::uint64_t signatures_checked_ = 0;
};

/// The Identity API's routes about credentials. `credentials` must outlive the router.
void bind_credential_routes(platform::routing::Router& router, platform::engine::Engine& engine,
                            Credentials& credentials);

}  // namespace kontor::runtime::credential_service
