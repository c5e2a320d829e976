#include "tck/dcp/conformance/counter_party.hpp"

#include <fmt/format.h>

#include "protocol/dcp/tokens.hpp"

namespace kontor::tck::dcp {

using platform::async::Deadline;
namespace jose = protocol::jose;

namespace {

constexpr auto delivered_within = std::chrono::seconds(10);

std::uint16_t port_of(const std::string& address) {
  return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
}

}  // namespace

std::optional<jose::Jwt> bearer_of(const http::Request& request) {
  auto token = protocol::dcp::bearer_token(request.headers.get("Authorization").value_or(""));
  if (!token) return std::nullopt;
  auto parsed = jose::parse_jwt(*token);
  return parsed ? std::optional(std::move(*parsed)) : std::nullopt;
}

CounterParty::CounterParty(kontor::testing::EventLoop& loop, const Parties& parties)
    : server(loop, port_of(parties.counter_party)),
      issuer(server, "issuer"),
      holder(server, "holder"),
      verifier(server, "verifier"),
      third_party(server, "thirdparty"),
      loop_(loop),
      verifier_under_test_(parties.verifier),
      arrived_(loop.executor(), loop.clock()) {
  holder.offer("CredentialService", "/wallet");
  issuer.offer("IssuerService", "/issuance");
  server.answer(holder.path("/wallet/presentations/query"),
                [this](const http::Request& request) { return answer_query(request); });
  server.answer(holder.path("/wallet/credentials"),
                [this](const http::Request& request) { return take_delivery(request); });
  server.answer(issuer.path("/issuance/credentials"),
                [this](const http::Request& request) { return take_request(request); });
}

std::string CounterParty::credential(const Did& subject, std::string_view type, const Change& change) {
  const auto at = now();
  json::Object credential{{"@context", json::Array{"https://www.w3.org/2018/credentials/v1"}},
                          {"id", fresh_id()},
                          {"type", json::Array{"VerifiableCredential", type}},
                          {"issuer", issuer.did().str()},
                          {"issuanceDate", "2024-01-02T03:04:05.123456789Z"},
                          {"expirationDate", nullptr},
                          {"credentialSubject", json::Object{{"id", subject.str()}, {"foo", "bar"}}}};
  if (change) change(credential);
  jose::Claims claims{.iss = issuer.did().str(),
                      .sub = subject.str(),
                      .exp = at + std::chrono::hours(1),
                      .iat = at,
                      .jti = fresh_id()};
  claims.rest["vc"] = std::move(credential);
  return issuer.sign(jose::make_signing_input({.alg = issuer.signer().alg, .kid = issuer.kid()}, claims));
}

std::string CounterParty::grant(Answer answer) {
  auto token = fresh_id();
  grants_.emplace(token, Grant{.answer = std::move(answer)});
  return token;
}

CounterParty::Answer CounterParty::presents(std::vector<std::string> credentials) {
  return [this, credentials] {
    const auto content = holder.presentation(verifier_under_test_, credentials, now());
    return answers_with({holder.present(content)})();
  };
}

CounterParty::Answer CounterParty::answers_with(std::vector<std::string> presentations) {
  return [presentations] {
    http::Response response{200, {}, {kontor::testing::presentation_response(presentations), {}}};
    response.headers.set("Content-Type", "application/json");
    return response;
  };
}

const std::vector<http::Request>& CounterParty::queries(const std::string& access_token) {
  return grants_.at(access_token).queries;
}

http::Response CounterParty::answer_query(const http::Request& request) {
  const auto bearer = bearer_of(request);
  const auto access_token = bearer ? jose::text_claim(bearer->claims, "token") : std::nullopt;
  const auto found = access_token ? grants_.find(*access_token) : grants_.end();
  if (found == grants_.end()) return {401, {}, {}};
  found->second.queries.push_back(request);
  return found->second.answer();
}

const std::vector<http::Request>& CounterParty::deliveries(const std::string& holder_pid, std::size_t count) {
  loop_.run(wait_for(deliveries_, holder_pid, count));
  return deliveries_[holder_pid];
}

const std::vector<http::Request>& CounterParty::requests(const std::string& object_id, std::size_t count) {
  loop_.run(wait_for(requests_, object_id, count));
  return requests_[object_id];
}

Task<void> CounterParty::wait_for(Letters& letters, std::string key, std::size_t count) {
  const auto deadline = Deadline::after(loop_.clock(), delivered_within);
  for (;;) {
    const auto ticket = arrived_.ticket();
    if (letters[key].size() >= count) co_return;
    const bool woken = co_await arrived_.wait(ticket, deadline);
    if (!woken) co_return;
  }
}

http::Response CounterParty::take_delivery(const http::Request& request) {
  const auto message = json::parse(request.body.text);
  const auto pid = message && message->is_object() ? text_of(message->get_object(), "holderPid") : "";
  deliveries_[pid].push_back(request);
  arrived_.notify();
  return {200, {}, {}};
}

http::Response CounterParty::take_request(const http::Request& request) {
  const auto message = json::parse(request.body.text);
  const auto* objects = message ? json::find(*message, "credentials") : nullptr;
  if (!objects || !objects->is_array() || objects->as_array().empty()) return {400, {}, {}};
  const auto& first = objects->as_array().front();
  requests_[first.is_object() ? text_of(first.get_object(), "id") : ""].push_back(request);
  arrived_.notify();
  http::Response response{201, {}, {}};
  response.headers.set("Location", issuer.url("/issuance/requests/process"));
  return response;
}

void CounterParty::issues(const std::string& object_id) {
  protocol::dcp::CredentialObject object;
  object.id = protocol::dcp::CredentialObjectId(object_id);
  object.credential_type = "MembershipCredential";
  object.profile = "vc11-sl2021/jwt";
  const protocol::dcp::IssuerMetadata metadata{.issuer = issuer.did(), .credentials_supported = {object}};
  server.answer(issuer.path("/issuance/metadata"), json::encode(metadata));
}

std::string CounterParty::fresh_id() {
  return fmt::format("urn:counter-party:{}", ++ids_);
}

}  // namespace kontor::tck::dcp
