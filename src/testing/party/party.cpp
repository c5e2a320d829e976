#include "testing/party/party.hpp"

#include "base/crypto/hash.hpp"
#include "base/crypto/signature.hpp"
#include "protocol/dcp/messages.hpp"
#include "protocol/did/web.hpp"

namespace kontor::testing {

namespace dcp = protocol::dcp;
namespace did = protocol::did;
namespace jose = protocol::jose;
namespace vc = protocol::vc;

namespace {

crypto::PrivateKey key_for(const std::string& name) {
  const auto seed = crypto::sha256("key of " + name);
  return crypto::PrivateKey::from_scalar(crypto::KeyType::p256, seed).value();
}

}  // namespace

Party::Party(LoopbackServer& server, std::string name)
    : key(key_for(name)), server_(server), name_(std::move(name)) {
  document.id = did::make_web_did({server.authority(), name_}).value();
  document.verification_methods = {
      {.id = kid(), .controller = document.id, .key = jose::jwk_of(key.public_key())}};
  document.authentication = {kid()};
  document.assertion_method = {kid()};
  document.capability_invocation = {kid()};
  publish();
}

std::string Party::kid(std::string_view fragment) const {
  return document.id.str() + "#" + std::string(fragment);
}

std::string Party::path(std::string_view below) const {
  return "/" + name_ + std::string(below);
}

std::string Party::url(std::string_view below) const {
  return server_.url(path(below));
}

void Party::publish() {
  server_.answer(path("/did.json"), json::serialize(did::write(document)));
}

void Party::offer(std::string_view service_type, std::string_view below) {
  const auto id = name_ + "-" + std::to_string(document.services.size());
  document.services.push_back({id, std::string(service_type), url(below)});
  publish();
}

std::string Party::sign(std::string signing_input) const {
  const auto signature = crypto::sign(key, bytes_of(signing_input));
  return jose::assemble(std::move(signing_input), signature);
}

vc::Signer Party::signer() const {
  return {.alg = jose::algorithm_of(key.type()), .kid = kid()};
}

dcp::SelfIssuedToken Party::self_issued(const Did& audience, Instant now) {
  return {.issuer = did(), .audience = audience, .jti = fresh_id(), .now = now};
}

std::string Party::authorization(const dcp::SelfIssuedToken& token) const {
  return "Bearer " + sign(dcp::signing_input(token, signer()));
}

std::string Party::access_token(const Did& verifier, std::string_view scopes, Instant now) {
  const dcp::AccessToken token{.holder = did(),
                               .verifier = verifier,
                               .scopes = dcp::parse_scopes(scopes).value(),
                               .jti = fresh_id(),
                               .now = now};
  return sign(dcp::signing_input(token, signer()));
}

vc::Credential Party::credential(const Did& holder, std::string_view type, Instant now) {
  return {.format = vc::Format::vc1_0_jwt,
          .contexts = {std::string(vc::context_v1)},
          .id = fresh_id(),
          .types = {std::string(vc::type_verifiable_credential), std::string(type)},
          .issuer = did(),
          .valid_from = now - std::chrono::hours(1),
          .valid_until = now + std::chrono::hours(1),
          .subjects = {{.id = holder, .claims = {{"level", "full"}}}}};
}

std::string Party::issue(const vc::Credential& credential, Instant now) const {
  return sign(vc::credential_signing_input(credential, signer(), now));
}

std::string Party::publish_status_list(std::string_view below, const std::vector<std::uint64_t>& set,
                                       Instant now) {
  vc::StatusList list{.url = url(below),
                      .issuer = did(),
                      .purposes = {"revocation"},
                      .valid_from = now - std::chrono::hours(1),
                      .valid_until = now + std::chrono::hours(24)};
  for (const auto index : set) invariant(list.bits.set(index, true).has_value(), "an index of the list");
  const auto credential = vc::status_list_credential(list, vc::Format::vc1_0_jwt);
  server_.answer(path(below), issue(credential, now));
  return list.url;
}

vc::PresentationContent Party::presentation(const Did& audience, std::vector<std::string> credentials,
                                            Instant now) {
  return {.holder = did(),
          .audience = audience,
          .id = fresh_id(),
          .credentials = std::move(credentials),
          .now = now};
}

std::string Party::present(const vc::PresentationContent& content) const {
  return sign(vc::presentation_signing_input(vc::Format::vc1_0_jwt, content, signer()));
}

std::string Party::fresh_id() {
  return "urn:" + name_ + ":" + std::to_string(++ids_);
}

std::string presentation_response(const std::vector<std::string>& presentations) {
  dcp::PresentationResponseMessage message;
  for (const auto& each : presentations) message.presentation.push_back(json::write(each));
  return json::encode(message);
}

}  // namespace kontor::testing
