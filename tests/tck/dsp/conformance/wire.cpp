#include "tck/dsp/conformance/wire.hpp"

#include <fmt/format.h>

#include "tck/dsp/conformance/judge.hpp"
#include "tck/dsp/connector/script.hpp"

namespace kontor::tck::dsp {

namespace http = platform::http;
using platform::async::Deadline;

namespace {

constexpr auto patience = std::chrono::seconds(20);

http::Response answer(unsigned status, std::string body) {
  http::Response response{status, {}, {.text = std::move(body)}};
  response.headers.set("Content-Type", "application/json; charset=utf-8");
  return response;
}

/// What an opening request is about.
std::string key_of(const json::Object& request) {
  if (const auto* offer = request.if_contains("offer"); offer && offer->is_object())
    return text_of(offer->get_object(), "target");
  return text_of(request, "agreementId");
}

json::Object acknowledgement(const std::string& path, const std::string& ours, const json::Object& opening) {
  const bool offered = path.ends_with("/offers");
  return {{"@context", protocol_context()},
          {"@type", path.starts_with("/negotiations/") ? "ContractNegotiation" : "TransferProcess"},
          {"providerPid", offered ? text_of(opening, "providerPid") : ours},
          {"consumerPid", offered ? ours : text_of(opening, "consumerPid")},
          {"state", offered ? "OFFERED" : "REQUESTED"}};
}

bool opens(std::string_view path) {
  return path == "/negotiations/request" || path == "/negotiations/offers" || path == "/transfers/request";
}

}  // namespace

json::Array protocol_context() {
  return {"https://w3id.org/dspace/2025/1/context.jsonld"};
}

Wire::Wire(platform::async::Scope& scope, platform::async::Clock& clock) : scope_(scope), clock_(clock) {
  http::ClientConfig config;
  config.allowed_networks = {"127.0.0.0/8"};
  auto client = http::make_client(scope_, clock_, config);
  invariant(client.has_value(), "a client can be made");
  client_ = std::move(*client);
  auto listener =
      http::listen(scope_, clock_, {}, [this](http::Request request) { return take(std::move(request)); });
  invariant(listener.has_value(), "there is a free port");
  listener_ = std::move(*listener);
}

Wire::~Wire() = default;

Task<void> Wire::stop() {
  co_await listener_->drain(Deadline::after(clock_, std::chrono::milliseconds(100)));
}

std::string Wire::address() const {
  return fmt::format("http://127.0.0.1:{}", listener_->port());
}

void Wire::open_box(const std::string& pid) {
  boxes_[pid].signal = std::make_unique<platform::async::Signal>(scope_.executor(), clock_);
}

Task<http::Response> Wire::take(http::Request request) {
  auto value = json::parse(request.body.text);
  if (!value || !value->is_object()) co_return answer(400, R"({"reason":["this is no message"]})");
  const auto& body = value->get_object();
  const auto ours = opens(request.target) ? pid_for(key_of(body)) : text_of(body, "providerPid");
  auto box = boxes_.find(ours);
  if (box == boxes_.end()) box = boxes_.find(text_of(body, "consumerPid"));
  if (box == boxes_.end()) co_return answer(404, R"({"reason":["there is no such process"]})");
  const auto path = request.target;
  box->second.letters.push_back({path, std::move(request.body.text)});
  box->second.signal->notify();
  if (!opens(path)) co_return http::Response{200};
  co_return answer(200, json::serialize(acknowledgement(path, ours, body)));
}

Task<Result<http::Response>> Wire::send(http::Request request, bool authorized) {
  if (authorized) request.headers.set("Authorization", std::string(authorization));
  co_return co_await client_->send(
      std::move(request), {.deadline = Deadline::after(clock_, patience), .trust = http::Trust::configured});
}

Task<Result<http::Response>> Wire::post(std::string url, json::Object body, std::string token) {
  http::Request request{"POST", std::move(url)};
  if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
  request.headers.set("Content-Type", "application/json; charset=utf-8");
  request.body.text = json::serialize(body);
  co_return co_await send(std::move(request), token.empty());
}

Task<Result<std::string>> Wire::token(std::string url) {
  http::Request request{"POST", std::move(url)};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.body.text = "grant_type=client_credentials&client_id=connector&client_secret=secret";
  auto response = co_await send(std::move(request), false);
  if (!response) co_return fail(std::move(response.error()));
  auto granted = json::parse(response->body.text);
  if (!granted || !granted->is_object()) co_return wrong("no token: " + response->body.text);
  co_return text_of(granted->get_object(), "access_token");
}

Task<Result<http::Response>> Wire::get(std::string url, bool authorized) {
  co_return co_await send(http::Request{"GET", std::move(url)}, authorized);
}

Task<Result<Letter>> Wire::next(std::string pid) {
  auto& box = boxes_.at(pid);
  const auto deadline = Deadline::after(clock_, patience);
  auto ticket = box.signal->ticket();
  while (box.letters.empty()) {
    const bool woken = co_await box.signal->wait(ticket, deadline);
    if (!woken) co_return wrong("nothing came from the connector");
    ticket = box.signal->ticket();
  }
  auto letter = std::move(box.letters.front());
  box.letters.pop_front();
  co_return letter;
}

std::string Wire::unread(const std::string& pid) const {
  const auto box = boxes_.find(pid);
  return box == boxes_.end() || box->second.letters.empty() ? std::string()
                                                            : box->second.letters.front().path;
}

}  // namespace kontor::tck::dsp
