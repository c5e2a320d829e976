#include "domain/issuance/issued_credential/decide.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "domain/issuance/issued_credential/codec.hpp"

using namespace kontor;
using namespace kontor::domain::issuance;
using namespace kontor::domain::issuance::issued_credential;
namespace vc = kontor::protocol::vc;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);

IssuedCredential record() {
  return {.id = IssuedCredentialId{"urn:uuid:1"},
          .process = protocol::dcp::IssuerPid{"process-1"},
          .holder = HolderId{"acme"},
          .definition = CredentialDefinitionId{"def-1"},
          .credential = {.contexts = {std::string(vc::context_v1)},
                         .id = "urn:uuid:1",
                         .types = {"VerifiableCredential", "MembershipCredential"},
                         .issuer = Did{"did:web:issuer.example"},
                         .subjects = {{.id = Did{"did:web:acme.example"}, .claims = {}}}},
          .slots = {{.list = StatusListId{"revocations"}, .purpose = "revocation", .index = 5},
                    {.list = StatusListId{"suspensions"}, .purpose = "suspension", .index = 9}}};
}

IssuedCredential after(const IssuedCredential& credential, const Event& event) {
  return decide(&credential, event, now).value().next;
}

std::map<std::string, std::optional<IssuedCredential>> places() {
  const auto issued = decide(nullptr, Record{record()}, now).value().next;
  auto unlisted = issued;
  unlisted.slots.clear();
  return {{"none", std::nullopt},
          {"issued", issued},
          {"suspended", after(issued, Suspend{"audit"})},
          {"revoked", after(issued, Revoke{"left"})},
          {"unlisted", unlisted}};
}

std::map<std::string, Event> events() {
  return {{"record", Record{record()}},
          {"revoke", Revoke{"x"}},
          {"suspend", Suspend{"x"}},
          {"resume", Resume{"x"}}};
}

std::string outcome(const std::optional<IssuedCredential>& before, const Event& event) {
  auto decision = decide(before ? &*before : nullptr, event, now);
  if (!decision) return std::string(decision.error().row().name);
  if (decision->happened.empty()) return before && decision->next == *before ? "same" : "changed silently";
  auto text = std::string(state_names.name(decision->next.state));
  for (const auto& effect : decision->effects) {
    const auto& mark = std::get<MarkStatus>(effect);
    text += (mark.value ? "+" : "-") + mark.list.str();
  }
  return text;
}

}  // namespace

TEST(IssuedCredential, every_event_has_one_outcome_in_every_state) {
  constexpr auto illegal = "illegal_transition";
  const std::map<std::string, std::map<std::string, std::string>> table{
      {"none",
       {{"record", "ISSUED"}, {"revoke", "not_found"}, {"suspend", "not_found"}, {"resume", "not_found"}}},
      {"issued",
       {{"record", "same"},
        {"revoke", "REVOKED+revocations"},
        {"suspend", "SUSPENDED+suspensions"},
        {"resume", "same"}}},
      {"suspended",
       {{"record", "same"},
        {"revoke", "REVOKED+revocations"},
        {"suspend", "same"},
        {"resume", "ISSUED-suspensions"}}},
      {"revoked", {{"record", "same"}, {"revoke", "same"}, {"suspend", illegal}, {"resume", illegal}}},
      {"unlisted", {{"record", "conflict"}, {"revoke", illegal}, {"suspend", illegal}, {"resume", "same"}}},
  };
  for (const auto& [place, credential] : places()) {
    for (const auto& [name, event] : events()) {
      ASSERT_TRUE(table.contains(place) && table.at(place).contains(name)) << place << " × " << name;
      EXPECT_EQ(outcome(credential, event), table.at(place).at(name)) << place << " × " << name;
    }
  }
}

TEST(IssuedCredential, the_lists_say_what_the_record_says_after_any_order_of_commands) {
  std::vector<Event> commands;
  for (const auto& [name, event] : events()) commands.push_back(event);
  EXPECT_TRUE(rc::check([&](const std::vector<std::uint8_t>& order) {
    auto credential = *places().at("issued");
    std::map<std::string, bool> bits;
    for (auto pick : order) {
      auto decision = decide(&credential, commands[pick % commands.size()], now);
      if (!decision) continue;
      RC_ASSERT(credential.state != State::revoked || decision->next == credential);
      for (const auto& effect : decision->effects) {
        const auto& mark = std::get<MarkStatus>(effect);
        bits[mark.list.str()] = mark.value;
      }
      credential = decision->next;
      RC_ASSERT(bits["revocations"] == (credential.state == State::revoked));
      RC_ASSERT(credential.state == State::revoked ||
                bits["suspensions"] == (credential.state == State::suspended));
    }
  }));
}

TEST(IssuedCredential, the_stored_form_keeps_everything) {
  for (const auto& [place, credential] : places()) {
    if (!credential) continue;
    EXPECT_EQ(Machine::decode(Machine::encode(*credential), 1).value(), *credential) << place;
  }
}

TEST(IssuedCredential, the_stored_form_keeps_all_that_is_claimed) {
  json::Value deep = "bottom";
  for (int i = 0; i < 32; ++i) deep = json::Object{{"in", std::move(deep)}};
  auto credential = *places().at("issued");
  credential.credential.subjects.at(0).claims["deep"] = std::move(deep);
  credential.credential.subjects.at(0).claims["much"] = std::string(1'100'000, 'x');
  const auto again = Machine::decode(Machine::encode(credential), 1);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(*again, credential);
}

TEST(IssuedCredential, a_revocation_that_does_not_reach_its_list_is_not_forgotten) {
  const Effect mark = MarkStatus{StatusListId{"revocations"}, 5, true};
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(mark)).value(), mark);
  EXPECT_FALSE(Machine::failed(mark, Error{ErrorCode::storage_failed, "", {}, {}}));
}
