#include "app/conformance/wire.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/conformance/verdict.hpp"
#include "base/crypto/hash.hpp"
#include "base/crypto/signature.hpp"
#include "base/random/random.hpp"
#include "base/text/text.hpp"
#include "protocol/did/document.hpp"
#include "protocol/jose/jwk.hpp"
#include "protocol/jose/jwks.hpp"
#include "protocol/jose/jwt.hpp"

namespace kontor::app::conformance {

namespace did = protocol::did;
namespace http = platform::http;
namespace jose = protocol::jose;
using platform::async::Deadline;

namespace {

constexpr auto patience = std::chrono::seconds(20);

http::Response json_answer(unsigned status, const json::Value& body) {
  http::Response response{status, {}, {.text = json::serialize(body)}};
  response.headers.set("Content-Type", "application/json");
  return response;
}

std::string in_upper_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

}  // namespace

Wire::Wire(platform::async::Scope& scope, platform::async::Clock& clock, Random& random)
    : scope_(scope),
      clock_(clock),
      random_(random),
      key_(crypto::PrivateKey::from_scalar(crypto::KeyType::p256, crypto::sha256("key of the kit")).value()) {
  http::ClientConfig config;
  config.allowed_networks = {"127.0.0.0/8"};
  auto client = http::make_client(scope_, clock_, config);
  invariant(client.has_value(), "a client can be made");
  client_ = std::move(*client);
}

Result<void> Wire::listen(int port) {
  auto listener = http::listen(scope_, clock_, {.port = static_cast<std::uint16_t>(port)},
                               [this](http::Request request) { return take(std::move(request)); });
  if (!listener) return fail(std::move(listener.error()));
  listener_ = std::move(*listener);
  return {};
}

Wire::~Wire() = default;

Task<void> Wire::stop() {
  co_await listener_->drain(Deadline::after(clock_, std::chrono::milliseconds(100)));
}

std::string Wire::address() const {
  return fmt::format("http://127.0.0.1:{}", listener_->port());
}

Wire::Box& Wire::box(const std::string& process) {
  auto& box = boxes_[process];
  if (!box.signal) box.signal = std::make_unique<platform::async::Signal>(scope_.executor(), clock_);
  return box;
}

http::Response Wire::deliver(const std::string& process, Letter letter) {
  auto& to = box(process);
  to.letters.push_back(std::move(letter));
  to.signal->notify();
  return json_answer(200, json::Object{});
}

/// The kit's answers: nothing but the state, and an id of its own where it is late.
http::Response Wire::answer_to_order(const std::string& what, const json::Object& message) {
  const bool prepares = what == "prepare";
  if (!later_.contains(text_of(message, "agreementId"))) {
    return json_answer(200, json::Object{{"state", prepares ? "PREPARED" : "STARTED"}});
  }
  const auto flow = new_uuid(random_);
  auto answer =
      json_answer(202, json::Object{{"dataFlowId", flow}, {"state", prepares ? "PREPARING" : "STARTING"}});
  answer.headers.set("Location", "/dataflows/" + flow + "/status");
  return answer;
}

Task<http::Response> Wire::take(http::Request request) {
  const auto target = http::parse_target(request.target);
  if (!target) co_return http::Response{400};
  const auto& path = target->segments;
  if (request.target == "/.well-known/did.json") co_return did_document();
  if (request.target == "/token") {
    token_request_ = request.body.text;
    co_return json_answer(200, json::Object{{"access_token", "of-a-profile"}, {"token_type", "Bearer"}});
  }
  const auto authorization = std::string(request.headers.get("Authorization").value_or(""));
  auto value = json::parse(request.body.text);
  const json::Object message = value && value->is_object() ? std::move(value->get_object()) : json::Object{};
  Letter letter{.what = path.empty() ? "" : path.back(),
                .body = std::move(request.body.text),
                .authorization = authorization};
  if (path.size() == 2 && path[0] == "dataflows") {
    const auto answer = answer_to_order(letter.what, message);
    // The SDKs of 2025 spell it so.
    const auto* process = message.contains("processID") ? "processID" : "processId";
    deliver(text_of(message, process), std::move(letter));
    co_return answer;
  }
  if (path.size() == 3 && path[0] == "dataflows") {
    const bool resumes = letter.what == "resume";
    deliver(path[1], std::move(letter));
    co_return json_answer(200, resumes ? json::Object{{"state", "STARTED"}} : json::Object{});
  }
  if (path.size() == 3 && path[0] == "transferprocess") {
    letter.what = "callback:" + letter.what;
    co_return deliver(path[1], std::move(letter));
  }
  if (path.size() == 4 && path[2] == "dataflow") {
    const auto refusal = refusals_.extract(path[1]);
    if (!refusal.empty()) {
      ++refused_;
      co_return http::Response{refusal.mapped()};
    }
    letter.what = "callback:" + letter.what;
    co_return deliver(path[1], std::move(letter));
  }
  if (request.target == "/transfers/request") {
    deliver(text_of(message, "consumerPid"), std::move(letter));
    co_return json_answer(200, json::Object{{"@context", "https://w3id.org/dspace/2025/1/context.jsonld"},
                                            {"@type", "TransferProcess"},
                                            {"providerPid", new_uuid(random_)},
                                            {"consumerPid", text_of(message, "consumerPid")}});
  }
  if (path.size() == 3 && path[0] == "transfers") {
    letter.what = in_upper_case(letter.what);
    co_return deliver(path[1], std::move(letter));
  }
  co_return http::Response{404};
}

Task<Result<Wire::Answer>> Wire::send(std::string method, std::string url, std::string body,
                                      std::string authorization) {
  http::Request request{std::move(method), std::move(url)};
  if (!authorization.empty()) request.headers.set("Authorization", std::move(authorization));
  if (!body.empty()) request.headers.set("Content-Type", "application/json");
  request.body.text = std::move(body);
  auto response = co_await client_->send(
      std::move(request), {.deadline = Deadline::after(clock_, patience), .trust = http::Trust::configured});
  if (!response) co_return fail(std::move(response.error()));
  co_return Answer{response->status, std::move(response->body.text), std::move(response->headers)};
}

Task<Result<Wire::Answer>> Wire::post(std::string url, json::Object body, std::string authorization) {
  co_return co_await send("POST", std::move(url), json::serialize(body), std::move(authorization));
}

Task<Result<Wire::Answer>> Wire::get(std::string url, std::string authorization) {
  co_return co_await send("GET", std::move(url), {}, std::move(authorization));
}

Task<Result<Wire::Answer>> Wire::post_form(std::string url, std::string form, std::string authorization) {
  http::Request request{"POST", std::move(url)};
  request.headers.set("Authorization", std::move(authorization));
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.body.text = std::move(form);
  auto response = co_await client_->send(
      std::move(request), {.deadline = Deadline::after(clock_, patience), .trust = http::Trust::configured});
  if (!response) co_return fail(std::move(response.error()));
  co_return Answer{response->status, std::move(response->body.text), std::move(response->headers)};
}

Task<Result<Letter>> Wire::next(std::string process) {
  auto& from = box(process);
  const auto deadline = Deadline::after(clock_, patience);
  auto ticket = from.signal->ticket();
  while (from.letters.empty()) {
    const bool woken = co_await from.signal->wait(ticket, deadline);
    if (!woken) co_return wrong("nothing came about " + process);
    ticket = from.signal->ticket();
  }
  auto letter = std::move(from.letters.front());
  from.letters.pop_front();
  co_return letter;
}

bool Wire::has_letter(const std::string& process) const {
  const auto found = boxes_.find(process);
  return found != boxes_.end() && !found->second.letters.empty();
}

std::string Wire::client_did() const {
  return fmt::format("did:web:127.0.0.1%3A{}", listener_->port());
}

http::Response Wire::did_document() const {
  did::DidDocument document;
  document.id = Did(client_did());
  document.verification_methods = {
      {.id = client_did() + "#key", .controller = document.id, .key = jose::jwk_of(key_.public_key())}};
  return json_answer(200, did::write(document));
}

std::string Wire::client_token(const std::string& audience, const std::string& access_token) const {
  const auto now = clock_.now();
  jose::Claims claims{.iss = client_did(),
                      .sub = client_did(),
                      .aud = {audience},
                      .exp = now + std::chrono::minutes(10),
                      .iat = now,
                      .jti = new_uuid(random_)};
  claims.rest["token"] = access_token;
  auto input = jose::make_signing_input(
      {.alg = jose::algorithm_of(key_.type()), .kid = client_did() + "#key"}, claims);
  const auto signature = crypto::sign(key_, bytes_of(input));
  return jose::assemble(std::move(input), signature);
}

std::string Wire::plane_token(const std::string& plane) const {
  const auto now = clock_.now();
  const jose::Claims claims{.iss = "https://issuer.example",
                            .sub = plane,
                            .aud = {"planes"},
                            .exp = now + std::chrono::minutes(10),
                            .iat = now,
                            .jti = new_uuid(random_)};
  auto input = jose::make_signing_input(
      {.alg = jose::algorithm_of(key_.type()), .kid = client_did() + "#key"}, claims);
  const auto signature = crypto::sign(key_, bytes_of(input));
  return jose::assemble(std::move(input), signature);
}

json::Value Wire::key_set() const {
  jose::Jwks jwks{{jose::jwk_of(key_.public_key())}};
  jwks.keys.back().kid = client_did() + "#key";
  return write(jwks);
}

}  // namespace kontor::app::conformance
