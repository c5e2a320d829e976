#include "harness/negotiating.hpp"

#include <fmt/format.h>

namespace kontor::bench {

using installation::Driver;

namespace {

constexpr auto patience = std::chrono::seconds(60);

/// The id of the negotiation that was opened; empty when it was not.
std::string opened(const Result<installation::Answer>& answer, std::string& failure) {
  if (!answer) {
    failure = "a negotiation could not be opened: " + answer.error().message();
    return {};
  }
  const auto body = json::parse(answer->body);
  const auto* id = answer->status == 200 && body ? json::find(*body, "@id") : nullptr;
  if (!id) {
    failure = fmt::format("a negotiation that was opened was answered {}: {}", answer->status, answer->body);
    return {};
  }
  return std::string(id->as_string());
}

/// What was wrong; empty: it is FINALIZED.
Task<std::string> negotiate_once(Driver& driver, Opening opening) {
  auto answer = co_await driver.ask(std::move(opening.request));
  std::string failure;
  auto id = opened(answer, failure);
  if (id.empty()) co_return failure;
  auto state = co_await opening.end(id);
  if (state == "finalized") co_return std::string();
  co_return fmt::format("negotiation {}: {}", id, state.empty() ? "no end was told" : state);
}

/// What a negotiation is once it has ended.
Task<std::string> answered_end(Driver& driver, installation::Request request) {
  auto answer = co_await driver.ask(std::move(request));
  if (!answer) co_return answer.error().message();
  const auto body = json::parse(answer->body);
  const auto* state = body ? json::find(*body, "state") : nullptr;
  if (!state || *state != "FINALIZED") co_return answer->body;
  co_return "finalized";
}

installation::Request opening_request(const installation::Company& consumer, std::string body) {
  return {.method = "POST",
          .url = installation::management(consumer, "contractnegotiations"),
          .token = consumer.token,
          .body = std::move(body)};
}

}  // namespace

Repeated negotiate(Driver& driver, const Load& load, std::function<Opening()> next) {
  return repeat(driver, load, [&driver, &next] { return negotiate_once(driver, next()); });
}

Opening opened_by(const installation::Company& consumer, std::string body, NegotiationFeed& feed) {
  return {opening_request(consumer, std::move(body)),
          [&feed](std::string id) { return feed.end_of(std::move(id)); }};
}

Opening opened_by(Driver& driver, const installation::Company& consumer, std::string body) {
  return {opening_request(consumer, std::move(body)),
          [&driver, url = installation::management(consumer, "contractnegotiations/"),
           token = consumer.token](const std::string& id) {
            return answered_end(driver, {.url = url + id, .token = token, .wait = patience});
          }};
}

}  // namespace kontor::bench
