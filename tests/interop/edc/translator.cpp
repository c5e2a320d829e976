#include "interop/edc/translator.hpp"

#include <fmt/format.h>

#include "base/text/text.hpp"

namespace kontor::interop::edc {

namespace http = platform::http;
using platform::async::Deadline;

namespace {

constexpr auto closed_within = std::chrono::seconds(2);
constexpr std::string_view scheme = "Bearer ";

/// The credentials of a delivery with the hub's names for their formats.
std::string in_its_words(const std::string& delivery) {
  auto message = json::parse(delivery);
  const auto* found = message ? json::find(*message, "credentials") : nullptr;
  if (!found || !found->is_array()) return delivery;
  auto& credentials = message->as_object()["credentials"].as_array();
  for (auto& each : credentials) {
    const auto* format = json::find(each, "format");
    if (!format || !format->is_string()) continue;
    each.as_object()["format"] = format->get_string() == "vc20-bssl/jwt" ? "VC2_0_JOSE" : "VC1_0_JWT";
  }
  return json::serialize(*message);
}

http::Response written(const installation::Answer& answer) {
  http::Response response{answer.status, {}, {answer.body, {}}};
  const auto type = answer.headers.find("Content-Type");
  if (type != answer.headers.end()) response.headers.set("Content-Type", type->second);
  return response;
}

}  // namespace

Translator::Translator(installation::Driver& driver, std::string hub_origin)
    : driver_(driver), hub_(std::move(hub_origin)), scope_(driver.loop().executor()) {
  auto listener = http::listen(scope_, driver.loop().clock(), {},
                               [this](http::Request request) { return pass_on(std::move(request)); });
  installation::verify(listener.has_value(), "there is no port for the translator");
  listener_ = std::move(*listener);
}

Translator::~Translator() {
  driver_.loop().run(listener_->drain(Deadline::after(driver_.loop().clock(), closed_within)));
  driver_.loop().run(scope_.close());
}

std::string Translator::origin() const {
  return fmt::format("http://127.0.0.1:{}", listener_->port());
}

std::size_t Translator::passed_on(const std::string& end) const {
  const auto found = passed_on_.find(end);
  return found == passed_on_.end() ? 0 : found->second;
}

Task<http::Response> Translator::pass_on(http::Request request) {
  const auto authorization = std::string(request.headers.get("Authorization").value_or(""));
  auto body = co_await std::move(request.body).collect(1 << 20);
  if (!body || !authorization.starts_with(scheme)) co_return http::Response{400, {}, {}};
  installation::Request asked{.method = request.method,
                              .url = hub_ + request.target,
                              .token = authorization.substr(scheme.size()),
                              .body = std::move(*body)};
  const auto parts = text::split(request.target, '/');
  ++passed_on_[std::string(parts.back())];
  auto answer = co_await driver_.ask(asked);
  if (answer && answer->status == 400 && answer->body.contains("Invalid format: 'vc")) {
    refused_ = answer->body;
    asked.body = in_its_words(asked.body);
    answer = co_await driver_.ask(asked);
  }
  co_return answer ? written(*answer) : http::Response{502, {}, {}};
}

}  // namespace kontor::interop::edc
