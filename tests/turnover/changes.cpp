#include "changes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/encoding.hpp"
#include "protocol/vc/status_list.hpp"

namespace kontor::turnover {

using crash::Issued;
using installation::Installation;
using installation::issuer_administration;

namespace {

constexpr auto membership = "MembershipCredential";
constexpr auto look_interval = std::chrono::milliseconds(100);
constexpr int looks_max = 600;
/// Between two changes of one kind.
constexpr auto pause_max = std::chrono::milliseconds(400);
constexpr std::size_t judged_in_each_standing = 3;

/// Where a credential stands in the list of revocations.
struct Place {
  std::string url;
  std::uint64_t index = 0;
};

std::optional<Place> place_of(const json::Value& credential) {
  const auto* statuses = json::find(credential, "credentialStatus");
  if (!statuses || !statuses->is_array()) return std::nullopt;
  for (const auto& each : statuses->get_array()) {
    if (crash::text_of(each, "statusPurpose") != "revocation") continue;
    return Place{crash::text_of(each, "statusListCredential"),
                 std::stoull(crash::text_of(each, "statusListIndex"))};
  }
  return std::nullopt;
}

bool is_marked(const std::string& token, std::uint64_t index) {
  const auto credential = protocol::vc::parse_credential(token);
  const auto list = credential ? protocol::vc::read_status_list(credential->credential)
                               : Result<protocol::vc::StatusList>(fail(credential.error()));
  return list && list->bits.test(index).value_or(false);
}

}  // namespace

Changes::Changes(installation::World& world, crash::Administrator& administrator, Standings& standings,
                 std::uint64_t seed, Size size)
    : world_(world),
      administrator_(administrator),
      standings_(standings),
      random_(seed),
      size_(size),
      scope_(world.driver.loop().executor()) {}

void Changes::begin(std::string what, Task<void> task) {
  counts_.emplace(std::move(what), 0);
  scope_.spawn(std::move(task));
}

bool Changes::wanted() const {
  const bool some_are =
      std::ranges::any_of(counts_, [this](const auto& each) { return each.second < size_.times; });
  return some_are && administrator_.ledger().problems.empty();
}

Task<void> Changes::pause(Duration longest) {
  const auto drawn =
      Duration(static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(longest.count()) + 1)));
  const bool waited = co_await wait(drawn);
  static_cast<void>(waited);
}

Task<bool> Changes::wait(Duration length) {
  auto& clock = world_.driver.loop().clock();
  auto waited = co_await clock.wait_until(clock.now() + length);
  co_return waited.has_value();
}

// ---- keys

void Changes::rotate_keys_of(const Installation& home, const std::string& context) {
  auto what = "rotations of " + context;
  begin(what, keep_rotating(&home, context, what));
}

Task<void> Changes::keep_rotating(const Installation* home, std::string context, std::string what) {
  while (wanted()) {
    const bool done = co_await rotate(home, context);
    if (done) ++counts_[what];
    co_await pause(pause_max);
  }
}

/// Until another key signs. Time may have been faster than the call.
Task<bool> Changes::rotate(const Installation* home, std::string context) {
  const auto signing = co_await signing_key(administrator_, *home, context);
  if (!signing) co_return false;
  const auto id = signing->id;
  auto answer = co_await administrator_.insist(
      *home, {.method = "POST", .url = crash::key_pairs_url(*home, context, id) + "/rotate"});
  if (!answer || answer->status == 409) co_return false;
  if (answer->status != 204) {
    note_problem(administrator_.ledger(), "a rotation of " + context, *answer);
    co_return false;
  }
  for (int i = 0; i < looks_max; ++i) {
    auto keys = co_await key_pairs(administrator_, *home, context);
    const auto found = std::ranges::find(keys, id, &crash::KeyPair::id);
    if (found != keys.end() && found->rotated()) co_return true;
    co_await pause(look_interval);
  }
  administrator_.ledger().problems.push_back("key " + id + " of " + context + " signs on and on");
  co_return false;
}

// ---- credentials

Task<std::vector<Issued>> Changes::standing(std::string holder) {
  auto all = co_await issued(administrator_, world_, world_.company(holder), membership);
  std::erase_if(all, [](const Issued& each) { return each.state != "ISSUED"; });
  co_return all;
}

Task<bool> Changes::obtain(std::string holder) {
  const auto& company = world_.company(holder);
  auto answer = co_await administrator_.insist(
      *company.home,
      {.method = "POST",
       .url = company.home->administration_url() + "/api/identity/v1beta/participants/" + company.context +
              "/credentials/request",
       .body = fmt::format(
           R"({{"issuerDid":"{0}","credentials":[{{"id":"{1}","type":"{1}","format":"VC1_0_JWT"}}]}})",
           world_.issuer_did, membership)});
  if (!answer) co_return false;
  const auto location = answer->headers.find("Location");
  if (answer->status != 201 || location == answer->headers.end()) {
    note_problem(administrator_.ledger(), "a request for a credential", *answer);
    co_return false;
  }
  auto status = co_await administrator_.expect(
      *company.home, 200,
      {.url = company.home->administration_url() + location->second, .wait = std::chrono::seconds(30)});
  if (!status) co_return false;
  if (crash::text_of(*status, "status") == "ISSUED") co_return true;
  administrator_.ledger().problems.push_back(holder + " got no credential: " + json::serialize(*status));
  co_return false;
}

/// Returns when the holder has the other one and the one before is revoked.
Task<bool> Changes::reissue(std::string holder, Issued before) {
  auto ordered = co_await administrator_.expect(
      world_.a, 202,
      {.method = "POST", .url = issuer_administration(world_, "credentials/" + before.id + "/reissue")});
  if (!ordered) co_return false;
  for (int i = 0; i < looks_max; ++i) {
    auto all = co_await standing(holder);
    if (std::ranges::find(all, before.id, &Issued::id) == all.end()) co_return true;
    co_await pause(look_interval);
  }
  administrator_.ledger().problems.push_back("credential " + before.id + " stands after its successor came");
  co_return false;
}

void Changes::renew(const std::string& holder) {
  auto what = "renewals of " + holder;
  begin(what, keep_renewing(holder, what));
}

/// By the holder, who asks for another one before its issuer ends the one before, or by the issuer.
Task<void> Changes::keep_renewing(std::string holder, std::string what) {
  while (wanted()) {
    auto before = co_await standing(holder);
    if (before.empty()) break;
    bool done = false;
    if (random_.below(2) == 0) {
      done = co_await reissue(holder, before.front());
    } else {
      done = co_await obtain(holder);
      for (const auto& each : before) done = done && co_await revoke(each);
    }
    if (!done) break;
    ++counts_[what];
    co_await pause(pause_max);
  }
}

void Changes::grant_and_revoke(const std::string& holder) {
  auto what = "revocations of " + holder;
  begin(what, keep_revoking(holder, what));
}

Task<void> Changes::keep_revoking(std::string holder, std::string what) {
  while (wanted()) {
    const bool refused = co_await standings_.await_judged(holder, judged_in_each_standing);
    if (!refused) break;
    const bool granted = co_await grant(holder);
    if (!granted) break;
    const bool accepted = co_await standings_.await_judged(holder, judged_in_each_standing);
    if (!accepted) break;
    const bool taken = co_await take_back(holder);
    if (!taken) break;
    ++counts_[what];
  }
}

/// What it lacked until now speaks against it no more.
Task<bool> Changes::grant(std::string holder) {
  standings_.become(holder, Standing::changing);
  const bool obtained = co_await obtain(holder);
  if (obtained) standings_.become(holder, Standing::good);
  co_return obtained;
}

/// A verifier's list was asked for before it said so, or says so itself: after its age nobody believes.
Task<bool> Changes::take_back(std::string holder) {
  standings_.become(holder, Standing::changing);
  auto all = co_await standing(holder);
  for (const auto& each : all) {
    const bool revoked = co_await revoke(each);
    if (!revoked) co_return false;
  }
  for (const auto& each : all) {
    const bool published = co_await await_published(each);
    if (!published) co_return false;
  }
  const bool known = co_await wait(size_.status_max_age);
  if (known) standings_.become(holder, Standing::bad);
  co_return known;
}

Task<bool> Changes::revoke(Issued credential) {
  auto answer = co_await administrator_.expect(
      world_.a, 204,
      {.method = "POST",
       .url = issuer_administration(world_, "credentials/" + credential.id + "/revoke"),
       .body = R"({"reason":"its time is over"})"});
  co_return answer.has_value();
}

Task<bool> Changes::await_published(Issued credential) {
  const auto place = place_of(credential.credential);
  for (int i = 0; place && i < looks_max; ++i) {
    auto list = co_await world_.driver.ask({.url = place->url});
    if (list && list->status == 200 && is_marked(list->body, place->index)) co_return true;
    co_await pause(look_interval);
  }
  administrator_.ledger().problems.push_back("no list says that credential " + credential.id + " is revoked");
  co_return false;
}

}  // namespace kontor::turnover
