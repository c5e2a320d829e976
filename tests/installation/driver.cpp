#include "installation/driver.hpp"

#include "base/text/encoding.hpp"

namespace kontor::installation {

namespace http = platform::http;

namespace {

constexpr auto answer_within = std::chrono::seconds(30);

}  // namespace

void verify(bool holds, const std::string& what) {
  if (!holds) throw Failed{what};
}

json::Value Answer::json() const {
  auto value = json::parse(body, {.bytes_max = 16 * 1024 * 1024});
  if (!value) throw Failed{"the answer is no JSON: " + body.substr(0, 200)};
  return std::move(*value);
}

Driver::Driver(std::string certificate_authority_file)
    : scope_(std::make_unique<platform::async::Scope>(loop_.executor())) {
  http::ClientConfig config;
  config.tls.certificate_authority_file = std::move(certificate_authority_file);
  config.allowed_networks = {"127.0.0.0/8"};
  // Requests that wait and streams of events hold a connection each.
  config.connections_per_host_max = 2048;
  auto client = http::make_client(*scope_, loop_.clock(), config);
  if (!client) throw Failed{client.error().message()};
  client_ = std::move(*client);
}

Driver::~Driver() {
  loop_.run(scope_->close());
  client_.reset();
}

http::Request Driver::counted(Request request) {
  ++messages_;
  http::Request message{request.method, request.url};
  if (!request.token.empty()) message.headers.set("Authorization", "Bearer " + request.token);
  if (!request.body.empty()) message.headers.set("Content-Type", request.content_type);
  if (request.wait.count() > 0) message.headers.set("Prefer", "wait=" + std::to_string(request.wait.count()));
  for (const auto& [name, value] : request.headers) message.headers.set(name, value);
  message.body.text = std::move(request.body);
  return message;
}

Task<Result<Answer>> Driver::ask(Request request) {
  const auto deadline = platform::async::Deadline::after(loop_.clock(), answer_within + request.wait);
  auto response = co_await client_->send(
      counted(std::move(request)),
      {.deadline = deadline, .trust = http::Trust::configured, .body_bytes_max = 64 * 1024 * 1024});
  if (!response) co_return fail(std::move(response.error()));
  Answer answer{response->status, std::move(response->body.text), {}};
  for (const auto& [name, value] : response->headers.fields()) answer.headers.emplace(name, value);
  co_return answer;
}

Task<Result<std::shared_ptr<http::BodyStream>>> Driver::stream(Request request) {
  const auto url = request.url;
  auto response =
      co_await client_->send(counted(std::move(request)),
                             {.deadline = platform::async::Deadline::after(loop_.clock(), answer_within),
                              .trust = http::Trust::configured,
                              .stream_response = true});
  if (!response) co_return fail(std::move(response.error()));
  if (response->status != 200)
    co_return fail(ErrorCode::peer_refused, "{} answered {}", url, response->status);
  co_return std::move(response->body.stream);
}

void Driver::aside(std::function<void()> work) {
  loop_.run(offload_.run(std::move(work)));
}

Answer Driver::send(Request request) {
  const auto what = request.method + " " + request.url;
  auto answer = loop_.run(ask(std::move(request)));
  if (!answer) throw Failed{what + ": " + answer.error().message()};
  return std::move(*answer);
}

Answer Driver::expect(unsigned status, Request request) {
  const auto what = request.method + " " + request.url;
  auto answer = send(std::move(request));
  verify(answer.status == status, what + " answered " + std::to_string(answer.status) + " instead of " +
                                      std::to_string(status) + ": " + answer.body.substr(0, 600));
  return answer;
}

Request token_request(const std::string& administration_url, const std::string& client,
                      const std::string& secret) {
  return {.method = "POST",
          .url = administration_url + "/token",
          .body = "grant_type=client_credentials&client_id=" + text::percent_encode(client) +
                  "&client_secret=" + text::percent_encode(secret),
          .content_type = "application/x-www-form-urlencoded"};
}

std::string Driver::token(const std::string& administration_url, const std::string& client,
                          const std::string& secret) {
  return text_at(expect(200, token_request(administration_url, client, secret)).json(), "access_token");
}

std::string text_at(const json::Value& value, std::string_view key) {
  const auto* member = json::find(value, key);
  const auto* text = member ? member->if_string() : nullptr;
  if (!text)
    throw Failed{"the answer has no '" + std::string(key) + "': " + json::serialize(value).substr(0, 300)};
  return std::string(*text);
}

}  // namespace kontor::installation
