#include "checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "domain/contract_negotiation/agreement.hpp"
#include "domain/contract_negotiation/decide.hpp"
#include "domain/credential/decide.hpp"
#include "domain/orchestration/decide.hpp"

namespace kontor::simulation {

namespace negotiation = domain::contract_negotiation;
namespace store = platform::store;
using Records = std::vector<store::Record>;

namespace {

constexpr std::uint32_t all = 10'000;

/// Every entity of a kind in an installation.
Task<Records> records(const Installation& home, std::string kind) {
  auto* open = home.store();
  verify(open, home.name() + " is down while it is looked into");
  const store::Kind named{.name = kind};
  protocol::query::Query query;
  query.limit = all;
  auto page =
      co_await open->list_across(store::SystemScope("check a simulated run"), named, std::move(query));
  verify(page.has_value(), "a store cannot be read");
  co_return std::move(page->records);
}

template <class M>
typename M::Entity decoded(const store::Record& record) {
  auto entity = M::decode(record.body, record.codec_version);
  verify(entity.has_value(), fmt::format("the stored {} {} cannot be read", M::kind().name, record.id));
  return std::move(*entity);
}

template <class M>
Task<std::vector<typename M::Entity>> entities(const Installation& home) {
  auto found = co_await records(home, std::string(M::kind().name));
  std::vector<typename M::Entity> out;
  for (const auto& record : found) out.push_back(decoded<M>(record));
  co_return out;
}

/// One look at both installations, and the sentences about what is wrong.
class Audit {
 public:
  Audit(const Installation& a, const Installation& b, Scenario& scenario)
      : a_(a), b_(b), scenario_(scenario) {}

  Task<std::vector<std::string>> run() {
    co_await everything_acknowledged_is_there();
    co_await parties_agree();
    co_await agreements_are_equal();
    co_await one_credential_each(scenario_.acme());
    co_await one_credential_each(scenario_.globex());
    co_await orchestrations_are_done(a_);
    co_await orchestrations_are_done(b_);
    co_await nothing_is_set_aside(a_, scenario_.acme());
    co_await nothing_is_set_aside(b_, scenario_.globex());
    co_return std::move(broken_);
  }

 private:
  void expect(bool holds, std::string sentence) {
    if (!holds) broken_.push_back(std::move(sentence));
  }

  Task<void> everything_acknowledged_is_there();
  Task<void> parties_agree();
  Task<void> agreements_are_equal();
  Task<void> one_credential_each(const Company& company);
  Task<void> orchestrations_are_done(const Installation& home);
  Task<void> nothing_is_set_aside(const Installation& home, const Company& company);

  const Installation& a_;
  const Installation& b_;
  Scenario& scenario_;
  std::vector<std::string> broken_;
};

Task<void> Audit::everything_acknowledged_is_there() {
  for (const auto& each : scenario_.acknowledged()) {
    const auto found = co_await records(*each.home, each.kind);
    const bool there = std::ranges::any_of(found, [&](const store::Record& record) {
      return record.id.str() == each.id && (each.context.empty() || record.context.str() == each.context);
    });
    expect(there, fmt::format("{} lost the acknowledged {} {}", each.home->name(), each.kind, each.id));
  }
}

/// A negotiation that the provider never heard of has no counterpart; every other ends the same on both
/// sides.
Task<void> Audit::parties_agree() {
  const auto ours = co_await entities<negotiation::Machine>(b_);
  const auto theirs = co_await entities<negotiation::Machine>(a_);
  for (const auto& each : ours) {
    const auto name = [](const auto& one) { return negotiation::state_names.name(one.state); };
    expect(each.ended(), fmt::format("the consumer's negotiation {} is {}", each.pid, name(each)));
    expect(each.participant.str() == scenario_.globex().did, "a negotiation stands in another's context");
    const auto other = std::ranges::find(theirs, each.pid, &negotiation::ContractNegotiation::peer_pid);
    if (other == theirs.end()) {
      expect(each.state == negotiation::State::terminated,
             fmt::format("the provider knows nothing of the {} negotiation {}", name(each), each.pid));
      continue;
    }
    expect(other->state == each.state,
           fmt::format("negotiation {} is {} at the consumer and {} at the provider", each.pid, name(each),
                       name(*other)));
    expect(each.state == negotiation::State::finalized || !each.error_detail.empty(),
           fmt::format("negotiation {} is {} without a reason", each.pid, name(each)));
  }
  for (const auto& each : theirs) {
    expect(std::ranges::count(theirs, each.peer_pid, &negotiation::ContractNegotiation::peer_pid) == 1,
           fmt::format("the provider keeps {} twice", each.peer_pid));
    expect(std::ranges::find(ours, each.peer_pid, &negotiation::ContractNegotiation::pid) != ours.end(),
           fmt::format("the provider negotiates with nobody: {}", each.pid));
  }
}

Task<void> Audit::agreements_are_equal() {
  using Document = negotiation::ContractAgreementDocument;
  const auto negotiations = co_await entities<negotiation::Machine>(b_);
  const auto ours = co_await entities<Document>(b_);
  const auto theirs = co_await entities<Document>(a_);
  std::size_t finalized = 0;
  for (const auto& each : negotiations) {
    if (each.state != negotiation::State::finalized) continue;
    ++finalized;
    const auto own = std::ranges::find(ours, each.pid, &negotiation::ContractAgreement::negotiation);
    expect(own != ours.end(), fmt::format("the consumer has no agreement of {}", each.pid));
    if (own == ours.end()) continue;
    const auto other =
        std::ranges::find(theirs, own->agreement_id, &negotiation::ContractAgreement::agreement_id);
    expect(other != theirs.end(), fmt::format("the provider has no agreement of {}", each.pid));
    if (other == theirs.end()) continue;
    const bool equal = own->provider == other->provider && own->consumer == other->consumer &&
                       own->dataset == other->dataset &&
                       json::equal(write(own->policy), write(other->policy));
    expect(equal, fmt::format("the parties agreed to different things in {}", each.pid));
  }
  expect(ours.size() == finalized,
         fmt::format("the consumer has {} agreements of {} finalized negotiations", ours.size(), finalized));
  expect(
      theirs.size() == finalized,
      fmt::format("the provider has {} agreements of {} finalized negotiations", theirs.size(), finalized));
}

Task<void> Audit::one_credential_each(const Company& company) {
  auto stored = co_await records(*company.home, std::string(domain::credential::Machine::kind().name));
  std::erase_if(stored, [&](const auto& record) { return record.context.str() != company.context; });
  expect(stored.size() == 1, fmt::format("{} has {} credentials", company.name, stored.size()));
  for (const auto& record : stored) {
    const auto credential = decoded<domain::credential::Machine>(record);
    expect(credential.holder.str() == company.did, company.name + " holds somebody else's credential");
    expect(!credential.revoked, company.name + "'s credential is revoked");
  }
}

Task<void> Audit::orchestrations_are_done(const Installation& home) {
  const auto all_of_them = co_await entities<domain::orchestration::Machine>(home);
  expect(all_of_them.size() == 1, fmt::format("{} has {} orchestrations", home.name(), all_of_them.size()));
  for (const auto& each : all_of_them) {
    expect(domain::orchestration::Machine::ended(each),
           fmt::format("an orchestration of {} has not ended", home.name()));
  }
}

Task<void> Audit::nothing_is_set_aside(const Installation& home, const Company& company) {
  for (const auto& context :
       {store::installation_context(), ContextId(issuer_context), ContextId(company.context)}) {
    auto aside = co_await home.store()->quarantined(context);
    verify(aside.has_value(), "a store cannot be read");
    for (const auto& each : *aside) {
      expect(false,
             fmt::format("{} set {} {} aside: {}", home.name(), each.kind, each.entity, each.failure.reason));
    }
  }
}

}  // namespace

Task<std::string> unfinished(const Installation& home) {
  auto rows = co_await home.store()->pending_effects(store::SystemScope("check a simulated run"), {}, 0, 100);
  if (!rows) co_return "the store cannot be read";
  if (!rows->empty()) {
    const auto& first = rows->front();
    co_return fmt::format("{} effects of {}, the first {} of {} {}", rows->size(), home.name(), first.name,
                          first.kind, first.entity);
  }
  const auto negotiations = co_await entities<negotiation::Machine>(home);
  for (const auto& each : negotiations) {
    if (!each.ended()) co_return fmt::format("negotiation {} of {}", each.pid, home.name());
  }
  co_return std::string();
}

Task<std::vector<std::string>> broken_invariants(const Installation& a, const Installation& b,
                                                 Scenario& scenario) {
  Audit audit(a, b, scenario);
  co_return co_await audit.run();
}

}  // namespace kontor::simulation
