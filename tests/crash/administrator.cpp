#include "administrator.hpp"

#include "base/text/encoding.hpp"

namespace kontor::crash {

using installation::Answer;
using installation::Company;
using installation::Installation;
using installation::Request;

namespace {

constexpr auto token_used_for = std::chrono::seconds(20);
constexpr int attempts_max = 300;
constexpr auto look_interval = std::chrono::milliseconds(200);
constexpr int looks_max = 50;
/// Who takes tokens asks for the keys of their issuer once in two seconds.
constexpr int unknown_key_max = 15;
constexpr std::size_t body_bytes_max = std::size_t{16} * 1024 * 1024;

/// The elements of a list; none where it is none.
json::Array elements(std::optional<json::Value> body) {
  if (!body || !body->is_array()) return {};
  return std::move(body->get_array());
}

std::string identity_url(const Installation& home, const std::string& context, const std::string& path) {
  return home.administration_url() + "/api/identity/v1beta/participants/" + context + "/" + path;
}

}  // namespace

Administrator::Administrator(installation::World& world, Availability& availability, Ledger& ledger)
    : world_(world),
      availability_(availability),
      ledger_(ledger),
      fetching_(world.driver.loop().executor()) {}

Task<std::string> Administrator::token(const Installation& home) {
  auto guard = co_await fetching_.lock();
  auto& clock = world_.driver.loop().clock();
  auto& known = tokens_[&home];
  if (!known.text.empty() && clock.now() < known.fetched_at + token_used_for) co_return known.text;
  auto answer = co_await world_.driver.ask(
      installation::token_request(home.administration_url(), "admin", "admin-secret"));
  const bool given = answer && answer->status == 200;
  if (!given && !unanswered(answer)) note_problem(ledger_, "a request for an access token", *answer);
  if (!given) co_return known.text;
  const auto body = json::parse(answer->body);
  if (body) known = {text_of(*body, "access_token"), clock.now()};
  co_return known.text;
}

Task<std::optional<Answer>> Administrator::attempt(const Installation& home, Request request) {
  request.token = co_await token(home);
  for (int i = 0;; ++i) {
    auto answer = co_await world_.driver.ask(request);
    if (unanswered(answer)) {
      ++ledger_.unanswered;
      co_return std::nullopt;
    }
    const bool is_new_key = answer->status == 401 && answer->body.contains("key is not known");
    if (!is_new_key || i == unknown_key_max) co_return std::move(*answer);
    co_await pause();
  }
}

Task<void> Administrator::pause() {
  auto& clock = world_.driver.loop().clock();
  auto waited = co_await clock.wait_until(clock.now() + look_interval);
  static_cast<void>(waited);
}

Task<std::optional<Answer>> Administrator::insist(const Installation& home, Request request) {
  const auto what = request.method + " " + request.url;
  for (int i = 0; i < attempts_max; ++i) {
    auto answer = co_await attempt(home, request);
    if (answer) co_return answer;
    const bool back = co_await availability_.await(home);
    if (!back) break;
  }
  ledger_.problems.push_back(what + " was never answered");
  co_return std::nullopt;
}

Task<std::optional<json::Value>> Administrator::expect(const Installation& home, unsigned status,
                                                       Request request) {
  const auto what = request.method + " " + request.url;
  auto answer = co_await insist(home, std::move(request));
  if (!answer) co_return std::nullopt;
  auto body = answer->body.empty() ? Result<json::Value>(json::Value())
                                   : json::parse(answer->body, {.bytes_max = body_bytes_max});
  if (answer->status == status && body) co_return std::move(*body);
  note_problem(ledger_, what, *answer);
  co_return std::nullopt;
}

std::string key_pairs_url(const Installation& home, const std::string& context, const std::string& key) {
  return identity_url(home, context, "keypairs") + (key.empty() ? "" : "/" + text::percent_encode(key));
}

Task<std::vector<KeyPair>> key_pairs(Administrator& administrator, const Installation& home,
                                     std::string context) {
  auto body = co_await administrator.expect(home, 200, {.url = key_pairs_url(home, context)});
  std::vector<KeyPair> all;
  for (const auto& each : elements(std::move(body))) {
    const auto* state = json::find(each, "state");
    const auto* is_default = json::find(each, "defaultPair");
    all.push_back({.id = text_of(each, "id"),
                   .key_id = text_of(each, "keyId"),
                   .state = state && state->is_int64() ? state->get_int64() : 0,
                   .is_default = is_default && is_default->is_bool() && is_default->get_bool()});
  }
  co_return all;
}

Task<std::optional<KeyPair>> signing_key(Administrator& administrator, const Installation& home,
                                         std::string context) {
  for (int i = 0; i < looks_max; ++i) {
    auto keys = co_await key_pairs(administrator, home, context);
    for (auto& each : keys) {
      if (each.active() && each.is_default) co_return std::move(each);
    }
    co_await administrator.pause();
  }
  administrator.ledger().problems.push_back(context + " has no key that signs first");
  co_return std::nullopt;
}

Task<std::vector<Issued>> issued(Administrator& administrator, const installation::World& world,
                                 const Company& company, std::string type) {
  auto body = co_await administrator.expect(
      world.a, 200,
      {.url = installation::issuer_administration(
           world, "credentials?type=" + type + "&holderId=" + text::percent_encode(company.did))});
  std::vector<Issued> all;
  for (const auto& each : elements(std::move(body))) {
    const auto* credential = json::find(each, "credential");
    all.push_back({.id = text_of(each, "id"),
                   .process = text_of(each, "issuanceProcessId"),
                   .state = text_of(each, "state"),
                   .credential = credential ? *credential : json::Value()});
  }
  co_return all;
}

Task<std::vector<std::string>> held(Administrator& administrator, const Company& company, std::string type) {
  auto body = co_await administrator.expect(
      *company.home, 200, {.url = identity_url(*company.home, company.context, "credentials?type=" + type)});
  std::vector<std::string> ids;
  for (const auto& each : elements(std::move(body))) {
    const auto* container = json::find(each, "verifiableCredential");
    const auto* credential = container ? json::find(*container, "credential") : nullptr;
    ids.push_back(credential ? text_of(*credential, "id") : std::string());
  }
  co_return ids;
}

}  // namespace kontor::crash
