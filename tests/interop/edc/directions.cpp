#include "interop/edc/directions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "interop/edc/negotiations.hpp"

namespace kontor::interop::edc {

using installation::verify;
using Clock = std::chrono::steady_clock;

namespace {

/// Whether a negotiation that was not finalized is one of those that EDC loses: both sides know that it
/// ended, or EDC alone does not move. Two agreements are never one of them.
bool is_excused(const Negotiated& one, bool edc_provides) {
  if (one.finalized()) return false;
  const auto& edc = edc_provides ? one.provider : one.consumer;
  const bool edc_is_stuck = edc.state != "FINALIZED" && edc.state != "TERMINATED";
  return one.ended_alike() || edc_is_stuck;
}

std::string told(const Negotiated& one) {
  if (one.finalized())
    return fmt::format("    {} FINALIZED with the agreement {} | provider {} FINALIZED with another, {}\n",
                       one.consumer.id, one.consumer.shared, one.provider.id, one.provider.shared);
  return fmt::format("    {} {} {} | provider {} {} {}\n", one.consumer.id, one.consumer.state,
                     one.consumer.error, one.provider.id, one.provider.state, one.provider.error);
}

}  // namespace

std::string Direction::catalog() {
  offer = offer_of(driver, consumer, provider, asset);
  return "offers " + asset;
}

std::string Direction::negotiations(std::size_t count) {
  verify(!offer.is_null(), "there is no offer");
  const auto begun = Clock::now();
  const auto all =
      negotiate(driver, {.consumer = consumer, .provider = provider, .offer = offer, .count = count});
  const std::chrono::duration<double> took = Clock::now() - begun;
  const bool edc_provides = provider.name == "EDC";
  std::string lost;
  std::size_t finalized = 0;
  bool excused = true;
  for (const auto& one : all) {
    if (one.finalized() && one.agreed_alike()) {
      ++finalized;
      agreement = one.consumer.agreement;
      continue;
    }
    excused = excused && is_excused(one, edc_provides);
    lost += told(one) + edc.log_about(edc_provides ? one.provider.id : one.consumer.id);
  }
  auto text = fmt::format("{} of {} FINALIZED on both sides with one agreement, {:.1f} a second", finalized,
                          all.size(), static_cast<double>(all.size()) / took.count());
  if (!lost.empty()) text += "\n" + lost;
  const auto needed = pace == Pace::as_shipped ? count : (count * 95 + 99) / 100;
  verify(all.size() == count && finalized >= needed && excused, text);
  return text;
}

/// The data that the consumer was given access to, or where the access leads to.
std::string Direction::data_of(const Running& transfer) const {
  if (consumer.name == "EDC") {
    const auto address = edc.address_of(transfer.consumer_id);
    return driver.expect(200, {.url = address.endpoint, .token = address.token}).body;
  }
  auto address = driver.loop().run(
      call(driver, consumer, {.url = "transferprocesses/" + transfer.consumer_id + "/dataaddress"}));
  verify(address.has_value(), "Kontor has no data address");
  return driver.expect(200, {.url = member(*address, "endpoint")}).body;
}

std::string Direction::consumer_pauses() {
  const auto transfer = start(driver, consumer, provider, agreement);
  const auto expected = driver.expect(200, {.url = edc.source()}).body;
  verify(data_of(transfer) == expected, "the data are not the source's");
  act(driver, transfer, consumer, "suspend", "SUSPENDED");
  act(driver, transfer, consumer, "resume", "STARTED");
  verify(data_of(transfer) == expected, "the data are not the source's after the resumption");
  act(driver, transfer, provider, "terminate", "TERMINATED");
  return "started, data as at the source, suspended and resumed by the consumer, data again, terminated by "
         "the provider";
}

std::string Direction::provider_pauses() {
  const auto transfer = start(driver, consumer, provider, agreement);
  act(driver, transfer, provider, "suspend", "SUSPENDED");
  act(driver, transfer, provider, "resume", "STARTED");
  verify(data_of(transfer) == driver.expect(200, {.url = edc.source()}).body,
         "the data are not the source's");
  act(driver, transfer, consumer, "terminate", "TERMINATED");
  return "started, suspended and resumed by the provider, data as at the source, terminated by the consumer";
}

std::string Direction::completes() {
  const auto transfer = start(driver, consumer, provider, agreement);
  edc.complete(driver, consumer.name == "EDC" ? transfer.consumer_id : transfer.provider_id);
  await_state(driver, transfer, "COMPLETED");
  return "started, completed by EDC";
}

void play(Report& report, const std::string& name, Direction direction, std::size_t count) {
  if (!report.run(name + ": catalog", [&] { return direction.catalog(); })) return;
  report.run(name + ": negotiations", [&] { return direction.negotiations(count); });
  if (direction.agreement.empty()) return;
  report.run(name + ": transfer, suspension by the consumer", [&] { return direction.consumer_pauses(); });
  report.run(name + ": transfer, suspension by the provider", [&] { return direction.provider_pauses(); });
  report.run(name + ": transfer, completion", [&] { return direction.completes(); });
}

}  // namespace kontor::interop::edc
