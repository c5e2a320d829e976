#include "interop/edc/transfers.hpp"

#include <fmt/format.h>

namespace kontor::interop::edc {

namespace {

constexpr std::chrono::seconds patience{40};

std::string path(const std::string& id) {
  return "transferprocesses/" + id;
}

/// Asks for what is not there yet until it is, or the patience ends: null.
template <class Ask, class Good>
Task<json::Value> until(Driver& driver, Ask ask, Good good) {
  const auto deadline = platform::async::Deadline::after(driver.loop().clock(), patience);
  json::Value last;
  while (!deadline.passed(driver.loop().clock())) {
    auto seen = co_await ask();
    if (seen && good(*seen)) co_return std::move(*seen);
    if (seen) last = std::move(*seen);
    co_await pause(driver);
  }
  throw installation::Failed{"still " + json::serialize(last)};
}

void await_at(Driver& driver, const Party& party, const std::string& id, const std::string& state) {
  auto ask = [&] { return call(driver, party, {.url = path(id)}); };
  auto good = [&](const json::Value& seen) {
    const auto now = member(seen, "state");
    // EDC tidies up what has ended.
    return now == state || (now == "DEPROVISIONED" && (state == "COMPLETED" || state == "TERMINATED"));
  };
  try {
    driver.loop().run(until(driver, ask, good));
  } catch (const installation::Failed& failed) {
    throw installation::Failed{party.name + " does not come to " + state + ": " + failed.why};
  }
}

}  // namespace

Running open(Driver& driver, const Asking& asking) {
  const auto& consumer = asking.consumer;
  const auto& provider = asking.provider;
  auto opened = driver.loop().run(
      call(driver, consumer,
           {.method = "POST",
            .url = "transferprocesses",
            .body = fmt::format(R"({{{},"@type":"TransferRequest",{},"counterPartyAddress":"{}",)"
                                R"("contractId":"{}","transferType":"{}"}})",
                                management_context, consumer.protocol, provider.address, asking.agreement,
                                asking.transfer_type)}));
  if (!opened) throw installation::Failed{consumer.name + ": " + opened.error().message()};
  Running transfer{consumer, provider, member(*opened, "@id"), {}};
  auto ask = [&] { return find(driver, provider, "transferprocesses", transfer.consumer_id); };
  auto good = [](const json::Value& seen) { return !seen.is_null(); };
  transfer.provider_id = member(driver.loop().run(until(driver, ask, good)), "@id");
  return transfer;
}

Running start(Driver& driver, const Party& consumer, const Party& provider, const std::string& agreement) {
  auto transfer = open(driver, {.consumer = consumer, .provider = provider, .agreement = agreement});
  await_state(driver, transfer, "STARTED");
  return transfer;
}

void act(Driver& driver, const Running& transfer, const Party& actor, const std::string& action,
         const std::string& state) {
  const auto& id = &actor == &transfer.consumer ? transfer.consumer_id : transfer.provider_id;
  const auto type = action == "suspend" ? "SuspendTransfer" : "TerminateTransfer";
  Request request{.method = "POST", .url = path(id) + "/" + action};
  if (action != "resume")
    request.body = fmt::format(R"({{{},"@type":"{}","reason":"as agreed"}})", management_context, type);
  auto done = driver.loop().run(call(driver, actor, std::move(request)));
  if (!done) throw installation::Failed{actor.name + " cannot " + action + ": " + done.error().message()};
  await_state(driver, transfer, state);
}

void await_state(Driver& driver, const Running& transfer, const std::string& state) {
  await_at(driver, transfer.consumer, transfer.consumer_id, state);
  await_at(driver, transfer.provider, transfer.provider_id, state);
}

}  // namespace kontor::interop::edc
