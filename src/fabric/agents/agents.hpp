#pragma once

#include <string>
#include <vector>

#include "fabric/agent_kit/activity.hpp"
#include "fabric/agents/api_client.hpp"
#include "platform/async/clock.hpp"
#include "protocol/api/identity/credential_messages.hpp"

/// The activity agents that set up a participant over the APIs of the runtime. Each is idempotent: what
/// exists already, and is this participant's, counts as done; so does what is gone already when it is taken
/// down.
namespace kontor::fabric::agents {

using agent_kit::Assignment;
using agent_kit::Outcome;

/// Creates the participant's client at the token service, and deletes it. The client has the participant
/// context's name: the text `participantContextId` of the processing data or of the control plane agent's
/// properties, else the orchestration's id without dashes. Puts out `participantContextId` and `clientId`,
/// and no secret: what the token service makes is dropped, and whoever ordered the participant gives its
/// client one there (`set_client_secret`).
class TokensAgent {
 public:
  TokensAgent(ApiClient token_service, std::vector<std::string> scopes)
      : token_service_(std::move(token_service)), scopes_(std::move(scopes)) {}
  Task<Result<Outcome>> run(Assignment assignment);

 private:
  ApiClient token_service_;
  std::vector<std::string> scopes_;
};

/// Creates the participant context in the control plane, and deletes it.
class ControlPlaneAgent {
 public:
  ControlPlaneAgent(ApiClient management, const platform::async::Clock& clock)
      : management_(std::move(management)), clock_(clock) {}
  Task<Result<Outcome>> run(Assignment assignment);

 private:
  Task<Result<Outcome>> remove(Callee context, Did owner);

  ApiClient management_;
  const platform::async::Clock& clock_;
};

/// Creates the participant's identity: a P-256 key, the DID document with its services, the credential
/// service. Where the credential service agent has the property `tokenService`, there are none of these here,
/// and tokens are had there. A participant that brings its DID along is waited for until it has proven that
/// it controls it. Taken down it is removed with everything that it has at the identity services.
class IdentityAgent {
 public:
  IdentityAgent(ApiClient identity, std::string public_url)
      : identity_(std::move(identity)), public_url_(std::move(public_url)) {}
  Task<Result<Outcome>> run(Assignment assignment);

 private:
  Task<Result<Outcome>> remove(Assignment assignment, std::string context, std::string did);
  Task<Result<Outcome>> adopt(Assignment assignment, std::string context, std::string did);
  Task<Result<std::optional<agent_kit::Waiting>>> await_proof(Assignment assignment, std::string context);

  ApiClient identity_;
  std::string public_url_;
};

/// Registers the participant as a holder at the dataspace's issuer, with the properties of its issuer agent.
class RegistrationAgent {
 public:
  RegistrationAgent(ApiClient issuer, std::string issuer_context)
      : issuer_(std::move(issuer)), issuer_context_(std::move(issuer_context)) {}
  Task<Result<Outcome>> run(Assignment assignment);

 private:
  ApiClient issuer_;
  std::string issuer_context_;
};

struct DataPlaneDetails {
  std::string id;
  std::string signaling_url;
  std::vector<std::string> transfer_types;
};

/// Makes a data plane known to the control plane for the participant.
class DataPlaneAgent {
 public:
  DataPlaneAgent(ApiClient management, DataPlaneDetails details)
      : management_(std::move(management)), details_(std::move(details)) {}
  Task<Result<Outcome>> run(Assignment assignment);

 private:
  ApiClient management_;
  DataPlaneDetails details_;
};

/// Asks for the credentials of `cfm.vpa.credentials`, one request for each issuer, and waits until all are
/// issued. Puts out `holderPid` of the last request. After a refusal an operator's retry asks anew. Who has a
/// credential service elsewhere asks from there, and nothing is done here.
class OnboardingAgent {
 public:
  explicit OnboardingAgent(ApiClient identity) : identity_(std::move(identity)) {}
  Task<Result<Outcome>> run(Assignment assignment);

 private:
  Task<Result<Outcome>> obtain(Assignment assignment, protocol::api::identity::CredentialRequest request,
                               std::size_t number);

  ApiClient identity_;
};

}  // namespace kontor::fabric::agents
