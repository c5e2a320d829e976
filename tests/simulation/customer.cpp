#include "customer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/encoding.hpp"

namespace kontor::simulation {

using namespace std::chrono_literals;

namespace {

constexpr bool never_cut = false;
constexpr int attempts_max = 400;
constexpr Duration patience = 40s;
constexpr Duration pause = 500ms;

/// Worth another try: nobody answered, somebody on the way could not, or too many asked.
bool may_pass(const Result<http::Response>& response) {
  return !response || response->status >= 500 || response->status == 429;
}

}  // namespace

void verify(bool holds, const std::string& what) {
  if (!holds) throw Failed{what};
}

std::string text_at(const json::Value& value, std::string_view key) {
  const auto* member = json::find(value, key);
  const auto* text = member ? member->if_string() : nullptr;
  verify(text, fmt::format("an answer has no '{}': {}", key, json::serialize(value).substr(0, 300)));
  return std::string(*text);
}

Customer::Customer(World& world, const Installation& home, Credentials credentials)
    : world_(world),
      home_(home),
      credentials_(std::move(credentials)),
      client_(world.network, "customer", never_cut) {}

Task<Answer> Customer::call(Call call) {
  const auto what = call.method + " " + call.url;
  std::string last = "nothing was tried";
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    if (attempt > 0) {
      auto waited = co_await world_.clock.wait_until(world_.clock.now() + pause);
      verify(waited.has_value(), "the run was broken off");
    }
    const bool known = !token_.empty() || co_await fetch_token();
    if (!known) continue;
    auto response = co_await send(call);
    if (may_pass(response)) {
      last = response ? response->body.text : response.error().message();
      ++repeated_;
      continue;
    }
    if (response->status == 401) {
      last = response->body.text;
      token_.clear();
      continue;
    }
    verify(std::ranges::find(call.accepted, response->status) != call.accepted.end(),
           fmt::format("{} answered {}: {}", what, response->status, response->body.text));
    auto body = json::parse(response->body.text.empty() ? "null" : response->body.text,
                            {.bytes_max = 16 * 1024 * 1024});
    verify(body.has_value(), what + " answered what is no JSON");
    co_return Answer{response->status, std::move(*body)};
  }
  throw Failed{fmt::format("{} had no answer in {} attempts: {}", what, attempts_max, last)};
}

Task<Result<http::Response>> Customer::send(const Call& call) {
  http::Request request{.method = call.method, .target = call.url};
  request.headers.set("Authorization", "Bearer " + token_);
  if (!call.body.empty()) request.headers.set("Content-Type", "application/json");
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(call.wait).count();
  if (seconds > 0) request.headers.set("Prefer", fmt::format("wait={}", seconds));
  request.body.text = call.body;
  return client_.send(std::move(request),
                      {.deadline = async::Deadline::after(world_.clock, patience + call.wait)});
}

/// False: it could not be had this time.
Task<bool> Customer::fetch_token() {
  http::Request request{.method = "POST", .target = home_.administration_url() + "/token"};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.body.text = "grant_type=client_credentials&client_id=" + text::percent_encode(credentials_.client) +
                      "&client_secret=" + text::percent_encode(credentials_.secret);
  auto response =
      co_await client_.send(std::move(request), {.deadline = async::Deadline::after(world_.clock, patience)});
  if (may_pass(response)) co_return false;
  verify(response->status == 200,
         fmt::format("no token for {}: {}", credentials_.client, response->body.text));
  auto body = json::parse(response->body.text);
  verify(body.has_value(), "the token service answered what is no JSON");
  token_ = text_at(*body, "access_token");
  co_return true;
}

}  // namespace kontor::simulation
