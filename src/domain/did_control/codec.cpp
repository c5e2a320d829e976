#include "domain/did_control/codec.hpp"

namespace kontor::domain::did_control {

Result<void> read(const json::Node& node, Challenge& out) {
  json::ObjectReader in(node);
  in.required("nonce", out.nonce).required("expiresAt", out.expires_at);
  return in.done();
}

json::Value write(const Challenge& challenge) {
  return json::ObjectWriter().field("nonce", challenge.nonce).field("expiresAt", challenge.expires_at).done();
}

Result<void> read(const json::Node& node, Proof& out) {
  json::ObjectReader in(node);
  in.required("at", out.at).required("keyId", out.key_id);
  return in.done();
}

json::Value write(const Proof& proof) {
  return json::ObjectWriter().field("at", proof.at).field("keyId", proof.key_id).done();
}

Result<void> read(const json::Node& node, Control& out) {
  json::ObjectReader in(node);
  in.required("did", out.did)
      .optional("challenges", out.challenges)
      .optional("tries", out.tries)
      .optional("lastRefusal", out.last_refusal)
      .optional("proof", out.proof);
  return in.done();
}

json::Value write(const Control& control) {
  return json::ObjectWriter()
      .field("did", control.did)
      .field("challenges", control.challenges)
      .field("tries", control.tries)
      .field("lastRefusal", control.last_refusal)
      .field("proof", control.proof)
      .done();
}

}  // namespace kontor::domain::did_control
