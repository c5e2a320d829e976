#include <fmt/format.h>

#include "base/crypto/hash.hpp"
#include "verdict.hpp"

namespace kontor::crash {

using installation::Company;
using installation::management;
using installation::text_at;
using installation::World;

namespace {

constexpr auto rest_max = std::chrono::seconds(20);
constexpr int rests_max = 6;
constexpr std::size_t page = 500;
constexpr std::size_t pulls_max = 10;

Record record_of(const std::string& company, const json::Value& value) {
  return {company, text_of(value, "state"), text_of(value, "correlationId"),
          text_of(value, "contractAgreementId"), text_of(value, "errorDetail")};
}

/// All that a company has of a kind, page by page.
std::vector<json::Value> all_of(World& world, const std::string& name, const std::string& kind) {
  const auto& company = world.company(name);
  std::vector<json::Value> all;
  for (std::size_t offset = 0;; offset += page) {
    const auto answer =
        world.driver.expect(200, {.method = "POST",
                                  .url = management(company, kind + "/request"),
                                  .token = company.token,
                                  .body = fmt::format(R"({{{},"@type":"QuerySpec","offset":{},"limit":{}}})",
                                                      installation::management_context, offset, page)});
    const auto list = answer.json();
    for (const auto& each : list.as_array()) all.push_back(each);
    if (list.as_array().size() < page) return all;
  }
}

/// All records of a company, each at rest or waited for.
Records records_of(World& world, const std::string& name, const std::string& kind) {
  const auto& company = world.company(name);
  Records all;
  for (const auto& each : all_of(world, name, kind)) all.emplace(text_at(each, "@id"), record_of(name, each));
  for (auto& [id, record] : all) {
    for (int i = 0; i < rests_max && !at_rest(record.state); ++i) {
      const auto now = world.driver.expect(
          200, {.url = management(company, kind + "/" + id), .token = company.token, .wait = rest_max});
      record = record_of(name, now.json());
    }
  }
  return all;
}

Records records_of_consumers(World& world, const std::string& kind) {
  auto all = records_of(world, "globex", kind);
  all.merge(records_of(world, "initech", kind));
  return all;
}

class Comparison {
 public:
  Comparison(World& world, Verdict& verdict, std::string kind)
      : verdict_(verdict),
        kind_(std::move(kind)),
        consumer_(records_of_consumers(world, kind_)),
        provider_(records_of(world, "acme", kind_)) {
    for (const auto& [id, record] : provider_) by_peer_[record.peer_id].push_back(id);
  }

  const Records& consumer() const { return consumer_; }

  void acknowledged_are_there(const std::map<std::string, std::string>& acknowledged) {
    for (const auto& [id, company] : acknowledged) {
      if (!consumer_.contains(id)) violation(id, "was acknowledged to " + company + " and is gone");
    }
  }

  void both_sides_agree() {
    for (const auto& [id, record] : consumer_) compare(id, record);
    for (const auto& [id, record] : provider_) {
      if (!consumer_.contains(record.peer_id)) violation(id, "is the provider's alone");
    }
  }

 private:
  void compare(const std::string& id, const Record& record) {
    if (!at_rest(record.state)) return violation(id, "is half-done: " + record.state);
    if (record.state == "TERMINATED" && record.error.empty())
      violation(id, "was terminated without a reason");
    const auto found = by_peer_.find(id);
    if (found == by_peer_.end()) {
      // The provider has nothing of what ended before its first message was taken.
      if (record.state != "TERMINATED") violation(id, "is the consumer's alone, in " + record.state);
      return;
    }
    if (found->second.size() != 1) violation(id, fmt::format("is there {} times", found->second.size()));
    const auto& other = provider_.at(found->second.front());
    if (other.state != record.state)
      violation(id, "is " + record.state + " here and " + other.state + " there");
  }

  void violation(const std::string& id, const std::string& what) {
    verdict_.violations.push_back(kind_ + " " + id + " " + what);
  }

  Verdict& verdict_;
  std::string kind_;
  Records consumer_;
  Records provider_;
  std::map<std::string, std::vector<std::string>> by_peer_;
};

/// What the parties of an agreement have to know alike.
json::Object terms_of(const json::Value& agreement) {
  json::Object terms;
  for (const char* each :
       {"agreementId", "assetId", "providerId", "consumerId", "contractSigningDate", "policy"}) {
    const auto* member = json::find(agreement, each);
    terms[each] = member ? *member : json::Value();
  }
  return terms;
}

/// The agreements of a company.
struct Agreements {
  std::map<std::string, std::string> shared_ids = {};  ///< by the company's own
  std::map<std::string, json::Object> terms = {};      ///< by the shared id
};

Agreements agreements_of(World& world, const std::string& name, Verdict& verdict) {
  Agreements all;
  for (const auto& each : all_of(world, name, "contractagreements")) {
    const auto shared = text_at(each, "agreementId");
    all.shared_ids.emplace(text_at(each, "@id"), shared);
    if (!all.terms.emplace(shared, terms_of(each)).second)
      verdict.violations.push_back("agreement " + shared + " is twice at " + name);
  }
  return all;
}

/// One agreement for each negotiation that ended in one, the same on both sides, and no others.
void judge_agreements(World& world, const Records& consumer, Verdict& verdict) {
  const auto provided = agreements_of(world, "acme", verdict);
  std::map<std::string, Agreements> consumed;
  for (const char* name : {"globex", "initech"}) consumed.emplace(name, agreements_of(world, name, verdict));
  std::size_t agreements = 0;
  for (const auto& [name, all] : consumed) agreements += all.shared_ids.size();
  for (const auto& [id, record] : consumer) {
    if (record.state == "TERMINATED") ++verdict.terminated;
    if (record.state != "FINALIZED") continue;
    ++verdict.finalized;
    const auto& ours = consumed.at(record.company);
    const auto found = ours.shared_ids.find(record.agreement);
    if (found == ours.shared_ids.end()) {
      verdict.violations.push_back("the agreement of " + id + " is not there");
      continue;
    }
    const auto other = provided.terms.find(found->second);
    if (other == provided.terms.end() || other->second != ours.terms.at(found->second))
      verdict.violations.push_back("the agreement of " + id + " is not the same on both sides");
  }
  if (agreements != verdict.finalized || provided.shared_ids.size() != verdict.finalized)
    verdict.violations.push_back(
        fmt::format("{} agreements of the consumers, {} of the provider, of {} "
                    "negotiations that ended in one",
                    agreements, provided.shared_ids.size(), verdict.finalized));
}

/// A transfer that runs has a token that serves the source's bytes.
void judge_data(World& world, const Records& transfers, Verdict& verdict) {
  std::size_t pulled = 0;
  for (const auto& [id, record] : transfers) {
    if (record.state != "STARTED") continue;
    ++verdict.transfers_running;
    if (++pulled > pulls_max) continue;
    const auto& company = world.company(record.company);
    const auto address =
        world.driver
            .expect(200, {.url = management(company, "transferprocesses/" + id + "/dataaddress"),
                          .token = company.token})
            .json();
    const auto data = world.driver.send(
        {.url = text_at(address, "endpoint"), .token = installation::property_of(address, "authorization")});
    if (data.status != 200) {
      verdict.violations.push_back(fmt::format("the data of transfer {} are answered {}", id, data.status));
    } else if (crypto::sha256_hex(data.body) != installation::sha256_of(world.source_folder / "tzdata.zi")) {
      verdict.violations.push_back("the data of transfer " + id + " are not the source's");
    }
  }
}

}  // namespace

Records judge_negotiations(World& world, const Ledger& ledger, Verdict& verdict) {
  Comparison negotiations(world, verdict, "contractnegotiations");
  negotiations.acknowledged_are_there(ledger.negotiations);
  negotiations.both_sides_agree();
  verdict.negotiations = negotiations.consumer().size();
  judge_agreements(world, negotiations.consumer(), verdict);
  return negotiations.consumer();
}

void judge_transfers(World& world, const Ledger& ledger, Verdict& verdict) {
  Comparison transfers(world, verdict, "transferprocesses");
  transfers.acknowledged_are_there(ledger.transfers);
  transfers.both_sides_agree();
  verdict.transfers = transfers.consumer().size();
  for (const auto& id : ledger.terminated) {
    const auto found = transfers.consumer().find(id);
    if (found != transfers.consumer().end() && found->second.state != "TERMINATED")
      verdict.violations.push_back("the end of transfer " + id + " was acknowledged, it is " +
                                   found->second.state);
  }
  judge_data(world, transfers.consumer(), verdict);
}

}  // namespace kontor::crash
