#include "sdk/counterpart.hpp"

#include <gtest/gtest.h>

namespace kontor::sdk_test {

namespace http = platform::http;
using platform::async::Deadline;

namespace {

constexpr auto patience = std::chrono::seconds(20);

json::Object object_in(const std::string& text) {
  auto value = json::parse(text);
  return value && value->is_object() ? std::move(value->get_object()) : json::Object{};
}

std::string text_in(const json::Object& object, std::string_view member) {
  const auto* value = object.if_contains(member);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

std::string Counterpart::Answer::text(std::string_view member) const {
  return text_in(body, member);
}

std::string property(const json::Object& answer, std::string_view name) {
  const auto* address = answer.if_contains("dataAddress");
  if (!address) return {};
  const auto* list = address->as_object().if_contains("endpointProperties");
  if (!list) return {};
  for (const auto& each : list->as_array()) {
    if (text_in(each.as_object(), "name") == name) return text_in(each.as_object(), "value");
  }
  return {};
}

Counterpart::Counterpart() : scope_(loop_.executor()), signal_(loop_.executor(), loop_.clock()) {
  client_ = http::make_client(scope_, loop_.clock(), {.allowed_networks = {"127.0.0.0/8"}}).value();
  listener_ = http::listen(scope_, loop_.clock(), {}, [this](http::Request request) {
                return take(std::move(request));
              }).value();
}

Counterpart::~Counterpart() {
  loop_.run(scope_.close());
}

std::string Counterpart::url() const {
  return "http://127.0.0.1:" + std::to_string(listener_->port());
}

void Counterpart::speak_to(std::string plane_url, std::string token) {
  plane_url_ = std::move(plane_url);
  token_ = std::move(token);
}

Task<http::Response> Counterpart::take(http::Request request) {
  if (const auto refusal = std::exchange(refusal_, 0)) co_return http::Response{refusal};
  letters_.push_back({request.target, object_in(request.body.text),
                      std::string(request.headers.get("Authorization").value_or(""))});
  signal_.notify();
  co_return http::Response{200};
}

Counterpart::Answer Counterpart::post(std::string path, const json::Object& body) {
  return send("POST", std::move(path), json::serialize(body));
}

Counterpart::Answer Counterpart::put(std::string path, const json::Object& body) {
  return send("PUT", std::move(path), json::serialize(body));
}

Counterpart::Answer Counterpart::get(std::string path) {
  return send("GET", std::move(path), {});
}

Counterpart::Answer Counterpart::send(std::string method, std::string path, std::string body) {
  http::Request request{.method = std::move(method), .target = plane_url_ + path};
  if (!token_.empty()) request.headers.set("Authorization", "Bearer " + token_);
  if (!body.empty()) request.headers.set("Content-Type", "application/json");
  request.body.text = std::move(body);
  return answer_to(std::move(request));
}

Counterpart::Answer Counterpart::post_form(std::string url, std::string form) {
  http::Request request{.method = "POST", .target = std::move(url)};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.body.text = std::move(form);
  return answer_to(std::move(request));
}

Counterpart::Answer Counterpart::answer_to(http::Request request) {
  auto response =
      loop_.run(client_->send(std::move(request), {.deadline = Deadline::after(loop_.clock(), patience),
                                                   .trust = http::Trust::configured}));
  if (!response) {
    ADD_FAILURE() << response.error().message();
    return {};
  }
  return {response->status, object_in(response->body.text),
          std::string(response->headers.get("Location").value_or(""))};
}

json::Object Counterpart::order(std::string process, std::string profile) {
  return {{"messageId", "order-" + process},
          {"participantId", "did:web:us.example"},
          {"counterPartyId", "did:web:them.example"},
          {"dataspaceContext", "dataspace"},
          {"processId", process},
          {"agreementId", "agreement"},
          {"datasetId", "dataset"},
          {"profile", profile},
          {"claims", json::Object{}}};
}

Task<bool> Counterpart::wait_for_letter() {
  const auto until = Deadline::after(loop_.clock(), patience);
  auto ticket = signal_.ticket();
  while (letters_.empty()) {
    const bool woken = co_await signal_.wait(ticket, until);
    if (!woken) co_return false;
    ticket = signal_.ticket();
  }
  co_return true;
}

Counterpart::Letter Counterpart::next() {
  if (!loop_.run(wait_for_letter())) {
    ADD_FAILURE() << "nothing came";
    return {};
  }
  auto letter = std::move(letters_.front());
  letters_.pop_front();
  return letter;
}

}  // namespace kontor::sdk_test
