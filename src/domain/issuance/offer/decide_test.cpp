#include "domain/issuance/offer/decide.hpp"

#include <gtest/gtest.h>

#include <map>

#include "testing/table/word_table.hpp"

using namespace kontor;
using namespace kontor::domain::issuance;
using namespace kontor::domain::issuance::offer;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);

Offer offered() {
  return {.id = OfferId{"offer-1"},
          .holder = HolderId{"acme"},
          .holder_did = Did{"did:web:acme.example"},
          .credentials = {CredentialDefinitionId{"def-1"}}};
}

Offer after(const Offer& before, const Event& event) {
  return decide(&before, event, now).value().next;
}

std::map<std::string, std::optional<Offer>> places() {
  const auto sending = decide(nullptr, Make{offered()}, now).value().next;
  return {{"none", std::nullopt},
          {"sending", sending},
          {"sent", after(sending, Sent{})},
          {"failed", after(sending, SendFailed{"refused"})}};
}

std::map<std::string, Event> events() {
  auto another = offered();
  another.holder = HolderId{"globex"};
  return {{"make", Make{offered()}},
          {"make_another", Make{another}},
          {"sent", Sent{}},
          {"failed", SendFailed{"timeout"}}};
}

std::string outcome(const std::optional<Offer>& before, const Event& event) {
  auto decision = decide(before ? &*before : nullptr, event, now);
  if (!decision) return std::string(decision.error().row().name);
  if (decision->happened.empty()) return before && decision->next == *before ? "same" : "silent";
  return std::string(state_names.name(decision->next.state)) + (decision->effects.empty() ? "" : "+S");
}

}  // namespace

TEST(IssuerOffer, every_event_has_one_outcome_in_every_state) {
  const auto table = kontor::testing::word_table(R"(
         make       make_another  sent       failed
none     SENDING+S  SENDING+S     not_found  not_found
sending  same       conflict      SENT       FAILED
sent     same       conflict      same       same
failed   same       conflict      SENT       same
)");
  for (const auto& [place, before] : places()) {
    for (const auto& [name, event] : events()) {
      ASSERT_TRUE(table.contains(place) && table.at(place).contains(name)) << place << " × " << name;
      EXPECT_EQ(outcome(before, event), table.at(place).at(name)) << place << " × " << name;
    }
  }
}

TEST(IssuerOffer, an_offer_of_nothing_is_refused) {
  auto empty = offered();
  empty.credentials.clear();
  EXPECT_EQ(decide(nullptr, Make{empty}, now).error().code, ErrorCode::invalid_input);
}

TEST(IssuerOffer, a_refusal_is_an_end_and_a_wrong_moment_is_none) {
  for (unsigned status : {400u, 403u, 404u, 405u, 415u})
    EXPECT_FALSE(worth_another_attempt(status)) << status;
  for (unsigned status : {401u, 409u, 429u, 500u, 503u}) EXPECT_TRUE(worth_another_attempt(status)) << status;
}

TEST(IssuerOffer, the_stored_form_keeps_everything) {
  for (const auto& [place, before] : places()) {
    if (before) EXPECT_EQ(Machine::decode(Machine::encode(*before), 1).value(), *before) << place;
  }
  const Effect send = SendOffer{OfferId{"offer-1"}};
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(send)).value(), send);
}
