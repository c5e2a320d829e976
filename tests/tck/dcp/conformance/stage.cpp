#include "tck/dcp/conformance/stage.hpp"

#include <fmt/format.h>

#include "protocol/did/web.hpp"

namespace kontor::tck::dcp {

using platform::async::Deadline;
namespace did = protocol::did;
namespace jose = protocol::jose;

namespace {

constexpr auto answered_within = std::chrono::seconds(10);
constexpr auto wrong_by = std::chrono::seconds(60);

}  // namespace

std::string Proof::header() const {
  jose::Header head{.alg = signer->signer().alg};
  if (!kid.empty()) head.kid = kid;
  return scheme + signer->sign(jose::make_signing_input(head, claims));
}

Stage::Stage(const std::filesystem::path& folder)
    : judge_(specifications()), system_({.program = KONTOR_PROGRAM, .folder = folder}) {
  system_.start();
  // What it has seen of whoever stood in for the counter-party's issuer.
  const auto& kontor = system_.kontor();
  system_.driver().expect(204, {.method = "POST",
                                .url = kontor.administration_url() + "/api/identity/v1beta/caches/clear",
                                .token = kontor.admin_token(system_.driver())});
  others_ = std::make_unique<CounterParty>(loop(), system_.parties());
  scope_ = std::make_unique<platform::async::Scope>(loop().executor());
  auto client = http::make_client(*scope_, loop().clock(), {});
  verify(client.has_value(), "the counter-party has no HTTP client");
  client_ = std::move(*client);
  trigger_ = std::make_unique<Trigger>(*scope_, loop().clock(), system_.trigger());
}

Stage::~Stage() {
  loop().run(scope_->close());
}

Proof Stage::proof(const Message& message) {
  const auto now = others_->now();
  const auto& sender = *message.sender;
  jose::Claims claims{.iss = sender.did().str(),
                      .sub = sender.did().str(),
                      .aud = {message.audience.str()},
                      .exp = now + std::chrono::minutes(10),
                      .iat = now,
                      .jti = others_->fresh_id()};
  if (message.access_token) claims.rest["token"] = *message.access_token;
  return {.signer = &sender, .kid = sender.kid(), .claims = std::move(claims)};
}

Proof Stage::proof(const Message& message, Fault fault) {
  auto one = proof(message);
  const auto now = others_->now();
  switch (fault) {
    case Fault::no_header:
      break;
    case Fault::no_scheme:
      one.scheme.clear();
      break;
    case Fault::wrong_key:
      one.signer = &others_->third_party;
      break;
    case Fault::expired:
      one.claims.iat = now - 2 * wrong_by;
      one.claims.exp = now - wrong_by;
      break;
    case Fault::issued_in_future:
      one.claims.iat = now + wrong_by;
      break;
    case Fault::not_yet_valid:
      one.claims.nbf = now + wrong_by;
      break;
    case Fault::other_audience:
      one.claims.aud = {others_->third_party.did().str()};
      break;
    case Fault::other_subject:
      one.claims.sub = others_->third_party.did().str();
      break;
  }
  return one;
}

http::Response Stage::send(const Message& message, const std::string& authorization) {
  http::Request request{message.method, message.url};
  if (!authorization.empty()) request.headers.set("Authorization", authorization);
  if (!message.body.is_null()) {
    request.headers.set("Content-Type", "application/json; charset=utf-8");
    request.body.text = json::serialize(message.body);
  }
  auto answer = loop().run(client_->send(
      std::move(request),
      {.deadline = Deadline::after(loop().clock(), answered_within), .trust = http::Trust::configured}));
  verify(answer.has_value(), message.url + " was not answered: " + (answer ? "" : answer.error().message()));
  return std::move(*answer);
}

http::Response Stage::get(const std::string& url) {
  return send(Message{.sender = nullptr, .audience = {}, .method = "GET", .url = url}, std::string());
}

did::DidDocument Stage::document(const Did& did) {
  const auto url = did::document_url(did, did::WebScheme::http);
  verify(url.has_value(), did.str() + " is no did:web");
  const auto answer = accepted(get(*url));
  auto value = json::parse(answer.body.text);
  verify(value.has_value(), "the document of " + did.str() + " is no JSON");
  did::DidDocument document;
  const auto read = did::read(json::Node(*value), document);
  verify(read && document.id == did, "the document of " + did.str() + " is none: " + answer.body.text);
  return document;
}

std::string Stage::service(const Did& did, std::string_view type) {
  auto found = did::service_endpoint(document(did), type);
  verify(found.has_value(), fmt::format("{} has no {}", did, type));
  return std::move(*found);
}

jose::Claims Stage::proven(const std::string& token) {
  auto parsed = jose::parse_jwt(token);
  verify(parsed.has_value(), "no token: " + token.substr(0, 200));
  const auto kid = parsed->jws.header.kid.value_or("");
  const Did signer(kid.substr(0, kid.find('#')));
  verify(parsed->claims.iss == signer.str(), "the key " + kid + " is not that of the token's iss");
  if (!documents_.contains(signer.str())) documents_.emplace(signer.str(), document(signer));
  const auto key = did::find_key(documents_.at(signer.str()), {.kid = kid});
  verify(key && jose::verify(parsed->jws, *key), "a signature of " + kid + " does not hold");
  return std::move(parsed->claims);
}

jose::Claims Stage::check_sender(const http::Request& request, const Did& sender, const Party& audience) {
  const auto header = std::string(request.headers.get("Authorization").value_or(""));
  verify(header.starts_with("Bearer "), "a message without a bearer token: " + request.target);
  auto claims = proven(header.substr(std::string_view("Bearer ").size()));
  const auto checked = jose::check_claims(claims, {.now = others_->now(),
                                                   .issuer = sender.str(),
                                                   .audience = audience.did().str(),
                                                   .subject_is_issuer = true,
                                                   .require_iat = true,
                                                   .require_jti = true,
                                                   .leeway = Duration{0}});
  verify(checked.has_value(),
         "a token of " + sender.str() + ": " + (checked ? "" : checked.error().message()));
  verify(tokens_seen_.insert(*claims.jti).second, "a token that was used before");
  return claims;
}

http::Response accepted(http::Response answer) {
  verify(answer.status >= 200 && answer.status < 300,
         fmt::format("2xx expected, and answered was {}: {}", answer.status, answer.body.text));
  return answer;
}

void refused(const http::Response& answer) {
  verify(answer.status >= 400 && answer.status < 500,
         fmt::format("4xx expected, and answered was {}: {}", answer.status, answer.body.text));
}

}  // namespace kontor::tck::dcp
