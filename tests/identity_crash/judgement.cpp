#include "judgement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace kontor::identity_crash {

using installation::Company;
using installation::Installation;
using installation::World;

namespace {

constexpr auto look_interval = std::chrono::milliseconds(200);
constexpr int looks_max = 150;

class Judge {
 public:
  Judge(World& world, crash::Administrator& administrator, Errands& errands, crash::Verdict& verdict)
      : world_(world), administrator_(administrator), errands_(errands), verdict_(verdict) {}

  Task<Judgement> run(const Acknowledged& acknowledged) {
    std::set<std::string> processes;
    for (const auto& [name, company] : world_.companies) {
      auto theirs = co_await credentials_of(name, company);
      processes.merge(theirs);
    }
    judgement_.issued = processes.size();
    for (const auto& [pid, name] : acknowledged.requests) co_await request_is_served(name, pid, processes);
    for (const auto& each : acknowledged.rotations) co_await is_rotated(each);
    for (const auto& [name, company] : world_.companies) {
      co_await keys_are_whole(*company.home, company.context, company.did);
      const bool presented = co_await errands_.present(name);
      if (!presented) violation(name + " presents nothing");
    }
    co_await keys_are_whole(world_.a, installation::issuer_context, world_.issuer_did);
    co_return judgement_;
  }

 private:
  void violation(std::string what) { verdict_.violations.push_back(std::move(what)); }

  /// The processes that a company's credentials were issued in.
  Task<std::set<std::string>> credentials_of(std::string name, const Company& company) {
    auto by_issuer = co_await issued(administrator_, world_, company, credential_type);
    auto by_holder = co_await held(administrator_, company, credential_type);
    std::ranges::sort(by_holder);
    std::set<std::string> processes;
    std::vector<std::string> ids;
    for (const auto& each : by_issuer) {
      ids.push_back(crash::text_of(each.credential, "id"));
      processes.insert(each.process);
      if (!std::ranges::binary_search(by_holder, ids.back()))
        violation("credential " + each.id + " was issued to " + name + " and is not there");
    }
    std::ranges::sort(ids);
    for (const auto& each : by_holder) {
      if (!std::ranges::binary_search(ids, each))
        violation(name + " holds credential " + each + " that its issuer does not know");
    }
    if (std::ranges::adjacent_find(by_holder) != by_holder.end())
      violation(name + " holds a credential twice");
    co_return processes;
  }

  Task<void> request_is_served(std::string name, std::string pid, const std::set<std::string>& processes) {
    const auto& company = world_.company(name);
    auto status = co_await administrator_.expect(
        *company.home, 200,
        {.url = company.home->administration_url() + "/api/identity/v1beta/participants/" + company.context +
                "/credentials/request/" + pid});
    if (!status) co_return violation("request " + pid + " is gone");
    if (crash::text_of(*status, "status") != "ISSUED")
      co_return violation("request " + pid + " is " + crash::text_of(*status, "status"));
    if (!processes.contains(crash::text_of(*status, "issuerPid")))
      violation("request " + pid + " is ISSUED, and its credential is not there");
  }

  Task<void> is_rotated(const Rotation& rotation) {
    for (int i = 0; i < looks_max; ++i) {
      auto keys = co_await key_pairs(administrator_, *rotation.home, rotation.context);
      const auto found = std::ranges::find(keys, rotation.key, &crash::KeyPair::id);
      if (found != keys.end() && found->rotated()) {
        ++judgement_.rotated;
        co_return;
      }
      const bool waited = co_await wait_a_little();
      if (!waited) co_return;
    }
    violation("key " + rotation.key + " of " + rotation.context + " was to be rotated and is not");
  }

  /// Keys go on to be replaced by time: they are looked at until no step of that is under way.
  Task<void> keys_are_whole(const Installation& home, std::string context, std::string did) {
    std::vector<std::string> wrong;
    for (int i = 0; i < looks_max; ++i) {
      wrong = co_await wrong_about_keys(home, context, did);
      if (wrong.empty()) co_return;
      const bool waited = co_await wait_a_little();
      if (!waited) co_return;
    }
    for (auto& each : wrong) violation(std::move(each));
  }

  Task<std::vector<std::string>> wrong_about_keys(const Installation& home, std::string context,
                                                  std::string did) {
    std::vector<std::string> wrong;
    auto keys = co_await key_pairs(administrator_, home, context);
    const auto defaults = std::ranges::count_if(
        keys, [](const crash::KeyPair& each) { return each.active() && each.is_default; });
    if (defaults != 1) wrong.push_back(fmt::format("{} has {} keys that sign first", context, defaults));
    auto published = co_await published_keys(home, did.substr(did.rfind(':') + 1));
    for (const auto& each : keys) {
      const auto id = each.key_id.substr(each.key_id.find('#') + 1);
      if ((each.active() || each.rotated()) && !published.contains(id))
        wrong.push_back("key " + each.key_id + " of " + context + " does not stand in its DID document");
    }
    co_return wrong;
  }

  Task<bool> wait_a_little() {
    auto& clock = world_.driver.loop().clock();
    auto waited = co_await clock.wait_until(clock.now() + look_interval);
    co_return waited.has_value();
  }

  /// The fragments of the methods in a DID document.
  Task<std::set<std::string>> published_keys(const Installation& home, std::string name) {
    auto answer = co_await world_.driver.ask({.url = home.public_url() + "/" + name + "/did.json"});
    auto document = answer ? json::parse(answer->body) : Result<json::Value>(fail(answer.error()));
    std::set<std::string> fragments;
    const auto* methods = document ? json::find(*document, "verificationMethod") : nullptr;
    if (!methods || !methods->is_array()) co_return fragments;
    for (const auto& each : methods->get_array()) {
      const auto id = crash::text_of(each, "id");
      fragments.insert(id.substr(id.find('#') + 1));
    }
    co_return fragments;
  }

  World& world_;
  crash::Administrator& administrator_;
  Errands& errands_;
  crash::Verdict& verdict_;
  Judgement judgement_;
};

}  // namespace

Task<Judgement> judge(World& world, crash::Administrator& administrator, Errands& errands,
                      const Acknowledged& acknowledged, crash::Verdict& verdict) {
  Judge all(world, administrator, errands, verdict);
  co_return co_await all.run(acknowledged);
}

}  // namespace kontor::identity_crash
