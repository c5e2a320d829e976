#include "tck/dps/system/relay.hpp"

#include <fmt/format.h>

#include "base/json/codec.hpp"
#include "protocol/dps/http_profile.hpp"
#include "tck/dps/system/script.hpp"

namespace kontor::tck::dps {

namespace http = platform::http;
using platform::async::Deadline;

namespace {

constexpr std::string_view data_plane_prefix = "/data-plane/";
constexpr std::string_view control_plane_prefix = "/control-plane/";

/// As a control plane that knows the asset would say it.
void say_where_the_data_is(std::string& body) {
  auto message = json::parse(body);
  if (!message || !message->is_object()) return;
  auto& object = message->get_object();
  const auto* profile = object.if_contains("profile");
  if (!profile || !profile->is_string() ||
      std::string_view(profile->get_string()) != protocol::dps::http_pull_profile)
    return;
  if (object.contains("metadata")) return;
  object["metadata"] =
      json::Object{{"dataAddress", json::Object{{"type", "HttpData"}, {"baseUrl", "https://data.example/"}}}};
  body = json::serialize(*message);
}

}  // namespace

Result<void> Relay::listen() {
  auto listener = http::listen(services_.scope, services_.clock, {.port = port_},
                               [this](http::Request request) { return pass_on(std::move(request)); });
  if (!listener) return fail(std::move(listener.error()));
  listener_ = std::move(*listener);
  return {};
}

Task<void> Relay::drain(Deadline deadline) {
  if (listener_) co_await listener_->drain(deadline);
}

Task<http::Response> Relay::pass_on(http::Request request) {
  const bool to_data_plane = request.target.starts_with(data_plane_prefix);
  if (to_data_plane) {
    if (request.headers.get("Authorization") != authorization) co_return http::Response{401};
    request.target.replace(0, data_plane_prefix.size(), fmt::format("/api/v1/{}/", context_id));
    if (request.target.ends_with("/start")) say_where_the_data_is(request.body.text);
  } else if (request.target.starts_with(control_plane_prefix)) {
    request.target.replace(0, control_plane_prefix.size(), fmt::format("/api/signaling/v1/{}/", context_id));
  } else {
    co_return http::Response{404};
  }
  auto token = co_await services_.tokens.authorization(
      "signaling-api:admin", Deadline::after(services_.clock, std::chrono::seconds(10)));
  if (!token) co_return http::Response{500};
  request.headers.set("Authorization", std::move(*token));
  co_return co_await services_.router.handler(protocol::api::Listener::signaling)(std::move(request));
}

}  // namespace kontor::tck::dps
