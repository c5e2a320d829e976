#include "protocol/api/identity/did_control_messages.hpp"

namespace kontor::protocol::api::identity {

Result<void> read(const json::Node& node, DidControl& out) {
  json::ObjectReader in(node);
  in.required("did", out.did)
      .required("state", out.state)
      .optional("openChallenges", out.open_challenges)
      .optional("provenAt", out.proven_at)
      .optional("keyId", out.key_id)
      .optional("lastRefusal", out.last_refusal);
  return in.done();
}

json::Value write(const DidControl& control) {
  return json::ObjectWriter()
      .field("did", control.did)
      .field("state", control.state)
      .field("openChallenges", control.open_challenges)
      .field("provenAt", control.proven_at)
      .field("keyId", control.key_id)
      .field("lastRefusal", control.last_refusal)
      .done();
}

Result<void> read(const json::Node& node, DidChallenge& out) {
  json::ObjectReader in(node);
  in.required("did", out.did)
      .required("challenge", out.challenge)
      .required("audience", out.audience)
      .required("expiresAt", out.expires_at);
  return in.done();
}

json::Value write(const DidChallenge& challenge) {
  return json::ObjectWriter()
      .field("did", challenge.did)
      .field("challenge", challenge.challenge)
      .field("audience", challenge.audience)
      .field("expiresAt", challenge.expires_at)
      .done();
}

Result<void> read(const json::Node& node, DidProof& out) {
  json::ObjectReader in(node);
  in.required("proof", out.proof);
  return in.done();
}

json::Value write(const DidProof& proof) {
  return json::ObjectWriter().field("proof", proof.proof).done();
}

}  // namespace kontor::protocol::api::identity
