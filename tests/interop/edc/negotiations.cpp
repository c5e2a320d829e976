#include "interop/edc/negotiations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "platform/async/scope.hpp"

namespace kontor::interop::edc {

namespace {

constexpr std::chrono::seconds patience{60};
/// For the provider to hear that the consumer has heard.
constexpr std::chrono::seconds patience_after{20};

bool rests(const std::string& state) {
  return state == "FINALIZED" || state == "TERMINATED";
}

Standing standing_of(const json::Value& negotiation) {
  return {.id = member(negotiation, "@id"),
          .state = member(negotiation, "state"),
          .agreement = member(negotiation, "contractAgreementId"),
          .shared = {},
          .error = member(negotiation, "errorDetail")};
}

struct Run {
  Driver& driver;
  const Haggling& haggling;
  std::vector<Negotiated> all;
  std::size_t begun = 0;
  std::string failure;

  std::string body() const {
    return fmt::format(R"({{{},"@type":"ContractRequest",{},"counterPartyAddress":"{}","policy":{}}})",
                       management_context, haggling.consumer.protocol, haggling.provider.address,
                       json::serialize(haggling.offer));
  }
  Task<Standing> at_consumer(std::string id);
  Task<Standing> at_provider(std::string consumer_pid);
  Task<void> work();
  Task<void> read_agreements();
};

Task<Standing> Run::at_consumer(std::string id) {
  const auto deadline = platform::async::Deadline::after(driver.loop().clock(), patience);
  Standing standing{.id = id};
  while (!rests(standing.state) && !deadline.passed(driver.loop().clock())) {
    if (!standing.state.empty() && !haggling.consumer.waits) co_await pause(driver);
    auto seen = co_await look(driver, haggling.consumer, "contractnegotiations/" + id);
    if (seen) standing = standing_of(*seen);
  }
  co_return standing;
}

Task<Standing> Run::at_provider(std::string consumer_pid) {
  const auto deadline = platform::async::Deadline::after(driver.loop().clock(), patience_after);
  Standing standing;
  for (bool first = true; !rests(standing.state) && !deadline.passed(driver.loop().clock()); first = false) {
    if (!first) co_await pause(driver);
    auto seen = co_await find(driver, haggling.provider, "contractnegotiations", consumer_pid);
    if (seen && !seen->is_null()) standing = standing_of(*seen);
  }
  co_return standing;
}

/// One of those at once: takes the next, until none is left.
Task<void> Run::work() {
  while (begun < haggling.count && failure.empty()) {
    ++begun;
    auto opened = co_await call(driver, haggling.consumer,
                                {.method = "POST", .url = "contractnegotiations", .body = body()});
    if (!opened) {
      failure = opened.error().message();
      co_return;
    }
    Negotiated one;
    one.consumer = co_await at_consumer(member(*opened, "@id"));
    one.provider = co_await at_provider(one.consumer.id);
    all.push_back(std::move(one));
  }
}

Task<std::string> shared_id(Driver& driver, const Party& party, std::string negotiation) {
  auto seen =
      co_await call(driver, party, {.url = fmt::format("contractnegotiations/{}/agreement", negotiation)});
  co_return seen ? member(*seen, "agreementId") : seen.error().message();
}

/// Once all is at rest: EDC may still change what it has finalized while others are under way.
Task<void> Run::read_agreements() {
  for (auto& one : all) {
    if (!one.finalized()) continue;
    one.consumer.shared = co_await shared_id(driver, haggling.consumer, one.consumer.id);
    one.provider.shared = co_await shared_id(driver, haggling.provider, one.provider.id);
  }
}

Task<void> run(Run& all) {
  platform::async::Scope scope(all.driver.loop().executor());
  for (std::size_t i = 0; i < std::min(all.haggling.in_flight, all.haggling.count); ++i)
    scope.spawn(all.work());
  co_await scope.drain();
  co_await all.read_agreements();
}

}  // namespace

bool Negotiated::ended_alike() const {
  return rests(consumer.state) && consumer.state == provider.state;
}

std::vector<Negotiated> negotiate(Driver& driver, const Haggling& haggling) {
  Run all{.driver = driver, .haggling = haggling, .all = {}, .failure = {}};
  driver.loop().run(run(all));
  if (!all.failure.empty()) throw installation::Failed{"a negotiation cannot be opened: " + all.failure};
  return std::move(all.all);
}

}  // namespace kontor::interop::edc
