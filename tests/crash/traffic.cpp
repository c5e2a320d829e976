#include "traffic.hpp"

namespace kontor::crash {

Traffic::Traffic(installation::World& world, Availability& availability, Ledger& ledger, json::Value offer)
    : world_(world),
      ledger_(ledger),
      customer_(world, availability, ledger),
      offer_(std::move(offer)),
      scope_(world.driver.loop().executor()) {}

Traffic::~Traffic() = default;

void Traffic::start(std::size_t workers) {
  for (std::size_t i = 0; i < workers; ++i) {
    scope_.spawn(work(i % 2 == 0 ? "globex" : "initech", i % 4 < 2));
  }
}

Task<void> Traffic::finish() {
  finishing_ = true;
  co_await scope_.drain();
}

Task<void> Traffic::work(std::string name, bool ends_transfers) {
  while (!finishing_ && !scope_.closing()) {
    auto agreement = co_await negotiate(name);
    if (agreement.empty()) continue;
    auto transfer = co_await fetch(name, std::move(agreement));
    if (!transfer.empty() && ends_transfers) co_await terminate(name, std::move(transfer));
  }
}

Task<std::string> Traffic::negotiate(std::string name) {
  auto id = co_await customer_.open(name, "contractnegotiations", negotiation_body(world_, dataset, offer_));
  if (id.empty()) co_return std::string();
  ledger_.negotiations.emplace(id, name);
  auto ended = co_await customer_.settled(name, "contractnegotiations/" + id);
  co_return ended ? text_of(*ended, "contractAgreementId") : std::string();
}

Task<std::string> Traffic::fetch(std::string name, std::string agreement) {
  auto id = co_await customer_.open(name, "transferprocesses", transfer_body(world_, agreement));
  if (id.empty()) co_return std::string();
  ledger_.transfers.emplace(id, name);
  auto process = co_await customer_.settled(name, "transferprocesses/" + id);
  if (!process || text_of(*process, "state") != "STARTED") co_return std::string();
  ledger_.started.insert(id);
  co_return id;
}

Task<void> Traffic::terminate(std::string name, std::string transfer) {
  auto answer = co_await customer_.post(name, "transferprocesses/" + transfer + "/terminate",
                                        std::string("{") + installation::management_context +
                                            R"(,"@type":"TerminateTransfer","reason":"enough"})");
  if (!answer) co_return;
  if (answer->status == 204) {
    ledger_.terminated.insert(std::move(transfer));
  } else {
    customer_.problem("the end of transfer " + transfer, *answer);
  }
}

}  // namespace kontor::crash
