#include "harness/negotiating.hpp"

#include <fmt/format.h>

namespace kontor::bench {

using installation::Driver;
using installation::Failed;
using Steady = std::chrono::steady_clock;

namespace {

constexpr auto patience = std::chrono::seconds(60);

struct Run {
  Driver& driver;
  std::function<Opening()> next;
  Steady::time_point ends;
  Negotiated result = {};
  std::string failure = {};
};

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

Task<void> negotiate_on(Run& run) {
  while (run.failure.empty() && Steady::now() < run.ends) {
    auto opening = run.next();
    const auto begin = Steady::now();
    auto answer = co_await run.driver.ask(std::move(opening.request));
    auto id = opened(answer, run.failure);
    if (id.empty()) co_return;
    auto state = co_await opening.end(id);
    if (state != "finalized") {
      run.failure = fmt::format("negotiation {}: {}", id, state.empty() ? "no end was told" : state);
      co_return;
    }
    run.result.milliseconds.add(std::chrono::duration<double, std::milli>(Steady::now() - begin).count());
  }
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

Task<void> side_by_side(Run& run, std::size_t in_flight) {
  platform::async::Scope scope(run.driver.loop().executor());
  for (std::size_t i = 0; i < in_flight; ++i) scope.spawn(negotiate_on(run));
  co_await scope.drain();
}

}  // namespace

Negotiated negotiate(Driver& driver, const Load& load, std::function<Opening()> next) {
  const auto begin = Steady::now();
  Run run{driver, std::move(next), begin + std::chrono::duration_cast<Steady::duration>(load.lasts)};
  driver.loop().run(side_by_side(run, load.in_flight));
  if (!run.failure.empty()) throw Failed{run.failure};
  run.result.seconds = std::chrono::duration<double>(Steady::now() - begin).count();
  return std::move(run.result);
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
