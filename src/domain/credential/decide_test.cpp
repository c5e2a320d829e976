#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "domain/credential/codec.hpp"
#include "domain/credential/test_credential.hpp"

using namespace kontor;
using namespace kontor::domain::credential;
using namespace kontor::domain::credential::testing;

namespace {

std::map<std::string, std::optional<StoredCredential>> places() {
  std::map<std::string, std::optional<StoredCredential>> all{
      {"none", std::nullopt},
      {"unchecked", stored()},
      {"checking", after(stored(), Due{})},
      {"renewing", renewing()},
      {"renewed", after(renewing(), RenewalEnded{.delivered = true})}};
  for (const auto& row : state_codes.rows) all.emplace(std::string(row.name), in_state(row.state));
  return all;
}

std::map<std::string, Event> events() {
  auto renewed = delivery();
  renewed.token = "another token";
  return {{"store", delivery()},
          {"replace", Replace{renewed}},
          {"read_good", StatusRead{}},
          {"read_revoked", StatusRead{.revoked = true}},
          {"read_suspended", StatusRead{.suspended = true}},
          {"unreadable", StatusUnreadable{}},
          {"renewed", RenewalEnded{.delivered = true}},
          {"not_renewed", RenewalEnded{.delivered = false}},
          {"due", Due{}},
          {"delete", Delete{}}};
}

/// The next state, C for a look at the lists, R for a renewal.
std::string outcome(const std::optional<StoredCredential>& before, const Event& event) {
  const bool is_over = before && before->state == State::expired;
  auto decision = decide(before ? &*before : nullptr, event, is_over ? now + day * 30 : now);
  if (!decision) return std::string(decision.error().row().name);
  if (decision->removed) return "gone";
  if (decision->happened.empty()) return before && decision->next == *before ? "same" : "changed silently";
  auto text = std::string(state_codes.name(decision->next.state));
  for (const auto& effect : decision->effects)
    text += std::holds_alternative<CheckStatus>(effect) ? "+C" : "+R";
  return text;
}

dcp::Scope scope(std::string_view text) {
  return dcp::parse_scope(text).value();
}
const auto membership_scope = scope("org.eclipse.dspace.dcp.vc.type:MembershipCredential:read");
const auto other_scope = scope("org.eclipse.dspace.dcp.vc.type:OtherCredential:read");

std::vector<std::string> ids(const std::vector<const StoredCredential*>& credentials) {
  std::vector<std::string> all;
  for (const auto* one : credentials) all.push_back(one->id.str());
  return all;
}

}  // namespace

TEST(Credential, every_event_has_one_outcome_in_every_state) {
  const std::map<std::string, std::string> absent{
      {"store", "ISSUED"},           {"replace", "not_found"},        {"read_good", "not_found"},
      {"read_revoked", "not_found"}, {"read_suspended", "not_found"}, {"unreadable", "not_found"},
      {"renewed", "not_found"},      {"not_renewed", "not_found"},    {"due", "not_found"},
      {"delete", "not_found"}};
  const std::map<std::string, std::string> quiet{
      {"store", "same"},        {"replace", "ISSUED"},      {"read_good", "same"},
      {"read_revoked", "same"}, {"read_suspended", "same"}, {"unreadable", "same"},
      {"renewed", "ISSUED"},    {"not_renewed", "same"},    {"due", "same"},
      {"delete", "gone"}};
  auto unchecked = quiet;
  unchecked["due"] = "ISSUED+C";
  auto checking = quiet;
  checking["read_good"] = "ISSUED";
  checking["read_revoked"] = "REVOKED";
  checking["read_suspended"] = "SUSPENDED";
  checking["unreadable"] = "ISSUED";
  auto renewing = checking;
  renewing["not_renewed"] = "ISSUED";
  auto renewed = checking;
  renewed["renewed"] = "same";
  auto revoked = quiet;
  revoked["renewed"] = "same";
  auto suspended = quiet;
  suspended["renewed"] = "SUSPENDED";
  auto early = quiet;
  early["renewed"] = "NOT_YET_VALID";
  auto expired = quiet;
  expired["replace"] = "EXPIRED";
  expired["renewed"] = "EXPIRED";
  expired["not_renewed"] = "EXPIRED";
  const std::map<std::string, std::map<std::string, std::string>> table{
      {"none", absent},     {"unchecked", unchecked}, {"checking", checking}, {"renewing", renewing},
      {"renewed", renewed}, {"ISSUED", quiet},        {"REVOKED", revoked},   {"SUSPENDED", suspended},
      {"EXPIRED", expired}, {"NOT_YET_VALID", early}};
  for (const auto& [place, credential] : places()) {
    for (const auto& [name, event] : events()) {
      ASSERT_TRUE(table.contains(place) && table.at(place).contains(name)) << place << " × " << name;
      EXPECT_EQ(outcome(credential, event), table.at(place).at(name)) << place << " × " << name;
    }
  }
}

TEST(Credential, a_delivery_that_comes_twice_is_stored_once) {
  auto first = stored();
  EXPECT_TRUE(decide(&first, delivery(), now).value().happened.empty());
  auto other = delivery();
  other.token = "different";
  EXPECT_EQ(decide(&first, other, now).error().code, ErrorCode::conflict);
}

TEST(Credential, the_state_follows_the_dates_and_the_lists_in_this_order) {
  auto credential = stored();
  const auto at = [&](Instant moment, bool revoked, bool suspended) {
    credential.revoked = revoked;
    credential.suspended = suspended;
    return state_at(credential, moment);
  };
  EXPECT_EQ(at(now, false, false), State::issued);
  EXPECT_EQ(at(now - day * 2, false, false), State::not_yet_valid);
  EXPECT_EQ(at(now - day * 2, false, true), State::suspended);
  EXPECT_EQ(at(now + day * 30, false, true), State::expired);
  EXPECT_EQ(at(now + day * 30, true, true), State::revoked);
}

TEST(Credential, dates_take_effect_at_their_moment_without_anybody_asking) {
  auto event = delivery();
  event.credential.valid_from = now + day;
  event.credential.statuses.clear();
  auto early = stored(event);
  EXPECT_EQ(early.state, State::not_yet_valid);
  EXPECT_EQ(Machine::due_at(early), now + day);
  auto valid = after(early, Due{}, now + day);
  EXPECT_EQ(valid.state, State::issued);
  EXPECT_EQ(Machine::due_at(valid), now + day * 23) << "its owner is warned";
  auto warned = after(valid, Due{}, now + day * 23);
  EXPECT_EQ(Machine::due_at(warned), *valid.renew_at);
  auto over = after(after(warned, Due{}, *valid.renew_at), Due{}, now + day * 30);
  EXPECT_EQ(over.state, State::expired);
  EXPECT_EQ(Machine::due_at(over), std::nullopt);
}

TEST(Credential, lists_are_looked_at_each_hour_and_sooner_after_a_failure) {
  auto fresh = stored();
  EXPECT_EQ(Machine::due_at(fresh), now);
  auto looking = decide(&fresh, Due{}, now).value();
  EXPECT_EQ(looking.effects, std::vector<Effect>{CheckStatus{fresh.id}});
  EXPECT_EQ(Machine::due_at(after(looking.next, StatusRead{})), now + std::chrono::hours(1));
  auto unreadable = after(looking.next, StatusUnreadable{});
  EXPECT_EQ(unreadable.state, State::issued);
  EXPECT_EQ(Machine::due_at(unreadable), now + std::chrono::minutes(5));
}

TEST(Credential, a_suspended_credential_comes_back_and_a_revoked_one_does_not) {
  auto suspended = in_state(State::suspended);
  auto later = after(suspended, Due{}, now + std::chrono::hours(1));
  EXPECT_EQ(after(later, StatusRead{}, now + std::chrono::hours(1)).state, State::issued);
  auto revoked = in_state(State::revoked);
  EXPECT_EQ(Machine::due_at(revoked), std::nullopt);
  EXPECT_EQ(after(revoked, StatusRead{}), revoked);
  EXPECT_TRUE(Machine::ended(revoked));
}

TEST(Credential, only_good_credentials_answer_a_query) {
  for (const auto& row : state_codes.rows) {
    const auto at = row.state == State::expired ? now + day * 30 : now;
    const auto answered = answer(std::vector{in_state(row.state)}, {.granted = {membership_scope}}, at);
    EXPECT_EQ(answered.size(), row.state == State::issued ? 1u : 0u) << row.name;
  }
  EXPECT_TRUE(
      answer(std::vector{in_state(State::issued)}, {.granted = {membership_scope}}, now + day * 31).empty());
}

TEST(Credential, asking_for_more_than_is_granted_gives_what_is_granted) {
  auto other = delivery("urn:uuid:2");
  other.credential.types[1] = "OtherCredential";
  const std::vector held{stored(), stored(other)};
  EXPECT_EQ(
      ids(answer(held, {.granted = {membership_scope}, .requested = {membership_scope, other_scope}}, now)),
      std::vector<std::string>{"urn:uuid:1"});
  EXPECT_EQ(ids(answer(held, {.granted = {membership_scope, other_scope}, .requested = {other_scope}}, now)),
            std::vector<std::string>{"urn:uuid:2"});
  EXPECT_EQ(answer(held, {.granted = {membership_scope, other_scope}}, now).size(), 2u);
  EXPECT_TRUE(answer(held, {.granted = {}, .requested = {membership_scope}}, now).empty());
}

TEST(Credential, the_newest_of_an_issuer_and_type_answers_unless_asked_for_by_id) {
  auto renewed = delivery("urn:uuid:0");
  renewed.credential.valid_from = now - std::chrono::hours(1);
  auto of_another = delivery("urn:uuid:3");
  of_another.credential.issuer = Did{"did:web:other.example"};
  auto in_jose = delivery("urn:uuid:4");
  in_jose.credential.format = vc::Format::vc2_0_jose;
  const std::vector held{stored(), stored(renewed), stored(of_another), stored(in_jose)};
  EXPECT_EQ(ids(answer(held, {.granted = {membership_scope}}, now)),
            (std::vector<std::string>{"urn:uuid:0", "urn:uuid:3", "urn:uuid:4"}));
  const auto by_id = scope("org.eclipse.dspace.dcp.vc.id:urn:uuid:1:read");
  EXPECT_EQ(ids(answer(held, {.granted = {membership_scope}, .requested = {by_id}}, now)),
            std::vector<std::string>{"urn:uuid:1"});
}

TEST(Credential, of_two_of_one_second_the_one_that_came_later_answers) {
  auto first = stored(delivery("urn:uuid:9"));
  auto second = stored(delivery("urn:uuid:0"));
  ASSERT_EQ(first.credential.valid_from, second.credential.valid_from);
  second.state_since = first.state_since + std::chrono::milliseconds(400);
  for (const auto& held : {std::vector{first, second}, std::vector{second, first}})
    EXPECT_EQ(ids(answer(held, {.granted = {membership_scope}}, now)),
              std::vector<std::string>{"urn:uuid:0"});
}

TEST(Credential, no_order_of_events_revives_a_revoked_credential_or_waits_for_the_past) {
  std::vector<Event> all;
  for (const auto& [name, event] : events()) {
    if (name != "delete" && name != "replace") all.push_back(event);
  }
  EXPECT_TRUE(rc::check([&](const std::vector<std::uint8_t>& order) {
    auto credential = stored();
    auto moment = now;
    for (auto pick : order) {
      moment += std::chrono::hours(5);
      auto decision = decide(&credential, all[pick % all.size()], moment);
      if (!decision) continue;
      RC_ASSERT(credential.state != State::revoked || decision->next.state == State::revoked);
      RC_ASSERT(credential.state != State::expired || decision->next.state == State::expired);
      RC_ASSERT(decision->happened.empty() == (decision->next == credential));
      credential = decision->next;
      auto settled = decide(&credential, Due{}, moment)->next;
      RC_ASSERT(Machine::due_at(settled).value_or(Instant::max()) > moment);
    }
  }));
}

TEST(Credential, the_stored_form_keeps_everything) {
  for (const auto& [place, credential] : places()) {
    if (!credential) continue;
    EXPECT_EQ(Machine::decode(Machine::encode(*credential), 1).value(), *credential) << place;
  }
}

TEST(Credential, the_stored_form_is_that_of_the_identity_api) {
  auto value = json::parse(Machine::encode(in_state(State::issued))).value();
  EXPECT_EQ(json::serialize(*json::find(value, "state")), "500");
  EXPECT_EQ(json::serialize(*json::find(value, "metadata")),
            R"({"note":"mine","credentialObjectId":"def-1"})");
  const auto& container = *json::find(value, "verifiableCredential");
  EXPECT_EQ(json::serialize(*json::find(container, "format")), R"("VC1_0_JWT")");
  const auto& credential = *json::find(container, "credential");
  EXPECT_EQ(json::serialize(*json::find(credential, "type")),
            R"(["VerifiableCredential","MembershipCredential"])");
  EXPECT_EQ(json::serialize(*json::find(credential, "credentialSubject")),
            R"([{"id":"did:web:acme.example","level":"full"}])");
  EXPECT_EQ(json::serialize(*json::find(credential, "issuer")),
            R"({"id":"did:web:issuer.example","additionalProperties":{}})");
}

TEST(Credential, effects_survive_the_outbox) {
  const Effect check = CheckStatus{CredentialId{"urn:uuid:1"}};
  const Effect renewal =
      RequestRenewal{CredentialId{"urn:uuid:1"}, issuer,     dcp::CredentialObjectId{"def-1"}, "T",
                     vc::Format::vc2_0_jose,     {"a-scope"}};
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(check)).value(), check);
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(renewal)).value(), renewal);
  const Error error{ErrorCode::timeout, "", {}, {}};
  EXPECT_TRUE(std::holds_alternative<StatusUnreadable>(*Machine::failed(check, error)));
  EXPECT_FALSE(std::get<RenewalEnded>(*Machine::failed(renewal, error)).delivered);
}
