#include "load.hpp"

namespace kontor::turnover {

using crash::text_of;

namespace {

constexpr auto token_used_for = std::chrono::seconds(30);

}  // namespace

Load::Load(installation::World& world, crash::Ledger& ledger, crash::Customer& customer, Standings& standings,
           json::Value offer)
    : world_(world),
      ledger_(ledger),
      customer_(customer),
      standings_(standings),
      offer_(std::move(offer)),
      scope_(world.driver.loop().executor()) {}

void Load::start(const std::string& holder, std::size_t workers) {
  for (std::size_t i = 0; i < workers; ++i) scope_.spawn(work(holder));
}

Task<void> Load::finish() {
  finishing_ = true;
  co_await scope_.drain();
}

Task<void> Load::work(std::string holder) {
  while (!finishing_) {
    co_await renew_token(holder);
    co_await negotiate(holder);
  }
}

Task<void> Load::renew_token(std::string holder) {
  const auto now = world_.driver.loop().clock().now();
  auto& renewed_at = renewed_at_.try_emplace(holder, now).first->second;
  if (now < renewed_at + token_used_for) co_return;
  renewed_at = now;
  auto& company = world_.company(holder);
  auto answer = co_await world_.driver.ask(
      installation::token_request(company.home->administration_url(), company.context, company.secret));
  if (answer && answer->status == 200) {
    company.token = installation::text_at(answer->json(), "access_token");
  } else {
    ledger_.problems.push_back(holder + " got no access token");
  }
}

Task<void> Load::negotiate(std::string holder) {
  const auto before = standings_.of(holder);
  auto id = co_await customer_.open(holder, "contractnegotiations",
                                    installation::negotiation_body(world_, dataset, offer_));
  if (id.empty()) co_return;
  ledger_.negotiations.emplace(id, holder);
  auto ended = co_await customer_.settled(holder, "contractnegotiations/" + id);
  if (!ended) co_return;  // a problem, which the customer has noted
  const auto state = text_of(*ended, "state");
  standings_.judge(
      holder, before, state == "FINALIZED",
      "negotiation " + id + " of " + holder + " is " + state + " " + text_of(*ended, "errorDetail"));
}

}  // namespace kontor::turnover
