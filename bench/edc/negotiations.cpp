#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "pair.hpp"
#include "platform/async/scope.hpp"

namespace kontor::bench {
namespace {

using installation::Request;
using installation::verify;
using interop::edc::member;
using platform::async::Deadline;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{120};
constexpr std::chrono::milliseconds between_looks_at_one{20};
/// At many: to ask oftener would be most of what EDC does.
constexpr std::chrono::milliseconds between_looks_at_many{250};

bool rests(const std::string& state) {
  return state == "FINALIZED" || state == "TERMINATED";
}

struct Run {
  Driver& driver;
  const Pair& pair;
  Haggling haggling;
  std::string body;
  Negotiated cost = {};
  std::vector<std::string> finalized = {};
  std::size_t begun = 0;
  std::string failure = {};

  Task<void> pause();
  Task<std::string> end_of(std::string id);
  Task<void> work();
  Task<void> look_at_provider(std::size_t& next);
  Task<void> all(bool at_provider);
};

Task<void> Run::pause() {
  auto& clock = driver.loop().clock();
  const auto time = haggling.in_flight > 1 ? between_looks_at_many : between_looks_at_one;
  static_cast<void>(co_await clock.wait_until(clock.now() + time));
}

/// The state that a negotiation comes to rest in at the consumer.
Task<std::string> Run::end_of(std::string id) {
  const auto deadline = Deadline::after(driver.loop().clock(), patience);
  const auto one = "contractnegotiations/" + id;
  while (!deadline.passed(driver.loop().clock())) {
    ++cost.asked;
    if (!pair.consumer.waits) co_await pause();
    auto seen = pair.consumer.waits ? co_await interop::edc::look(driver, pair.consumer, one)
                                    : co_await call(driver, pair.consumer, {.url = one + "/state"});
    if (seen && rests(member(*seen, "state"))) co_return member(*seen, "state");
  }
  co_return std::string();
}

/// One of those at once: takes the next, until none is left.
Task<void> Run::work() {
  while (begun < haggling.count && failure.empty()) {
    ++begun;
    const auto begin = Clock::now();
    auto opened =
        co_await call(driver, pair.consumer, {.method = "POST", .url = "contractnegotiations", .body = body});
    if (!opened) {
      failure = opened.error().message();
      co_return;
    }
    auto id = member(*opened, "@id");
    auto state = co_await end_of(id);
    const std::chrono::duration<double, std::milli> took = Clock::now() - begin;
    cost.milliseconds.add(took.count());
    if (state == "FINALIZED") {
      finalized.push_back(std::move(id));
    } else {
      ++cost.ended;
    }
  }
}

/// The provider may hear a moment later that the consumer has heard.
Task<void> Run::look_at_provider(std::size_t& next) {
  while (next < finalized.size()) {
    const auto id = finalized[next++];
    const auto deadline = Deadline::after(driver.loop().clock(), std::chrono::seconds(20));
    bool found = false;
    while (!found && !deadline.passed(driver.loop().clock())) {
      auto seen = co_await interop::edc::find(driver, pair.provider, "contractnegotiations", id);
      found = seen && !seen->is_null() && member(*seen, "state") == "FINALIZED";
      if (!found) co_await pause();
    }
    cost.finalized_at_provider += found ? 1 : 0;
  }
}

Task<void> Run::all(bool at_provider) {
  constexpr std::size_t looks_at_once = 4;
  std::size_t next = 0;
  platform::async::Scope scope(driver.loop().executor());
  const auto workers = at_provider ? looks_at_once : std::min(haggling.in_flight, haggling.count);
  for (std::size_t i = 0; i < workers; ++i) scope.spawn(at_provider ? look_at_provider(next) : work());
  co_await scope.drain();
}

}  // namespace

Negotiated negotiate(Driver& driver, const Pair& pair, Haggling haggling) {
  const auto offer = interop::edc::offer_of(driver, pair.consumer, pair.provider, "asset-00000");
  Run run{.driver = driver,
          .pair = pair,
          .haggling = haggling,
          .body = fmt::format(R"({{{},"@type":"ContractRequest",{},"counterPartyAddress":"{}","policy":{}}})",
                              interop::edc::management_context, pair.consumer.protocol, pair.provider.address,
                              json::serialize(offer))};
  const auto spent = cpu_seconds(pair);
  const auto begin = Clock::now();
  driver.loop().run(run.all(false));
  run.cost.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  run.cost.cpu_seconds = cpu_seconds(pair) - spent;
  verify(run.failure.empty(), pair.name + ": a negotiation cannot be opened: " + run.failure);
  run.cost.finalized = run.finalized.size();
  verify(run.cost.finalized > 0, pair.name + ": no negotiation was finalized");
  driver.loop().run(run.all(true));
  return std::move(run.cost);
}

}  // namespace kontor::bench
