#include "domain/credential_offer/decide.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "domain/credential_offer/codec.hpp"
#include "testing/table/word_table.hpp"

using namespace kontor;
using namespace kontor::domain::credential_offer;
using protocol::dcp::CredentialObjectId;
using protocol::vc::Format;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);
const Did issuer{"did:web:issuer.example"};
const std::string membership = "MembershipCredential";
const std::string vc11 = "vc11-sl2021/jwt";

CredentialObject object(std::string id, std::optional<std::string> type = membership,
                        std::optional<std::string> profile = vc11) {
  CredentialObject one;
  one.id = CredentialObjectId{std::move(id)};
  one.credential_type = std::move(type);
  one.profile = std::move(profile);
  return one;
}
CredentialObject sparse(std::string id) {
  return object(std::move(id), std::nullopt, std::nullopt);
}

OfferReceived offer(std::vector<CredentialObject> credentials, Policy policy = {}) {
  return {CredentialOfferId{"offer-1"}, issuer, std::move(credentials), std::move(policy)};
}
MetadataRead metadata(std::vector<CredentialObject> supported, Policy policy = {}) {
  return {std::move(supported), std::move(policy)};
}
const Policy accepting{.accepted_types = {membership}};

Decision decided(const CredentialOffer* current, const Event& event, Instant at = now) {
  return decide(current, event, at).value();
}
CredentialOffer made(const Event& event) {
  return decided(nullptr, event).next;
}
CredentialOffer after(const CredentialOffer& current, const Event& event, Instant at = now) {
  return decided(&current, event, at).next;
}

/// Every place an offer can be in, by name; "none" is before it exists.
std::map<std::string, std::optional<CredentialOffer>> places() {
  const auto waiting = made(offer({object("a")}));
  const auto processing = after(waiting, Accept{});
  return {{"none", std::nullopt},
          {"sparse", made(offer({sparse("a")}))},
          {"waiting", waiting},
          {"processing", processing},
          {"processed", after(processing, RequestMade{HolderPid{"request-1"}})},
          {"declined", after(waiting, Decline{})},
          {"lapsed", after(waiting, Due{}, now + waits_for)}};
}

std::map<std::string, Event> events() {
  return {{"offer", offer({object("a")})},
          {"metadata", metadata({object("a")})},
          {"unreadable", MetadataUnreadable{"no answer"}},
          {"accept", Accept{}},
          {"decline", Decline{}},
          {"due", Due{}},
          {"made", RequestMade{HolderPid{"request-1"}}},
          {"not_made", RequestFailed{"no"}}};
}

std::string outcome(const std::optional<CredentialOffer>& before, const Event& event) {
  auto decision = decide(before ? &*before : nullptr, event, now);
  if (!decision) return std::string(decision.error().row().name);
  if (decision->happened.empty()) return before && decision->next == *before ? "same" : "changed silently";
  return std::string(state_codes.name(decision->next.state)) + (decision->effects.empty() ? "" : "+effect");
}

}  // namespace

TEST(CredentialOffer, every_event_has_one_outcome_in_every_state) {
  const auto table = kontor::testing::word_table(R"(
            offer     metadata  unreadable accept             decline            due       made      not_made
none        RECEIVED  not_found not_found  not_found          not_found          not_found not_found not_found
sparse      same      RECEIVED  REJECTED   illegal_transition REJECTED           same      same      same
waiting     same      same      same       PROCESSING+effect  REJECTED           same      same      same
processing  same      same      same       same               illegal_transition same      PROCESSED REJECTED
processed   same      same      same       same               illegal_transition same      same      same
declined    same      same      same       illegal_transition same               same      same      same
lapsed      same      same      same       illegal_transition illegal_transition same      same      same
)");
  for (const auto& [place, current] : places()) {
    for (const auto& [name, event] : events()) {
      ASSERT_TRUE(table.contains(place) && table.at(place).contains(name)) << place << " × " << name;
      EXPECT_EQ(outcome(current, event), table.at(place).at(name)) << place << " × " << name;
    }
  }
}

TEST(CredentialOffer, nothing_is_asked_for_before_somebody_has_accepted) {
  const auto received = decided(nullptr, offer({object("a"), object("b", "OtherCredential")}));
  EXPECT_EQ(received.next.state, State::received);
  EXPECT_TRUE(received.effects.empty());
  const auto decision = decided(&received.next, Accept{});
  ASSERT_EQ(decision.effects.size(), 1u);
  const auto& make = std::get<MakeRequest>(decision.effects[0]);
  EXPECT_EQ(make.issuer, issuer);
  ASSERT_EQ(make.credentials.size(), 2u);
  EXPECT_EQ(make.credentials[0].id, CredentialObjectId{"a"});
  EXPECT_EQ(make.credentials[1].type, "OtherCredential");
}

TEST(CredentialOffer, what_the_participant_trusts_the_issuer_for_is_accepted_at_once) {
  const auto at_once = [](const OfferReceived& event) {
    return decided(nullptr, event).next.state == State::processing;
  };
  EXPECT_TRUE(at_once(offer({object("a")}, accepting)));
  EXPECT_TRUE(at_once(offer({object("a", "OtherCredential")}, {.accepted_types = {"*"}})));
  EXPECT_FALSE(at_once(offer({object("a", "OtherCredential")}, accepting)));
  EXPECT_FALSE(at_once(offer({object("a"), object("b", "OtherCredential")}, accepting))) << "only as a whole";
}

TEST(CredentialOffer, who_is_not_to_be_asked_is_not_asked) {
  const auto ignored =
      made(offer({object("a", "OtherCredential")}, {.accepted_types = {membership}, .asks = false}));
  EXPECT_EQ(ignored.state, State::rejected);
  EXPECT_EQ(ignored.refusal->kind, Refusal::Kind::ignored);
}

TEST(CredentialOffer, a_sparse_object_is_completed_before_anybody_decides) {
  const auto received = decided(nullptr, offer({sparse("a")}, accepting));
  EXPECT_EQ(received.next.state, State::received);
  ASSERT_EQ(received.effects.size(), 1u);
  EXPECT_EQ(std::get<ReadMetadata>(received.effects[0]).issuer, issuer);
  const auto known =
      decided(&received.next, metadata({object("b", "OtherCredential"), object("a")}, accepting));
  EXPECT_EQ(known.next.state, State::processing);
  EXPECT_EQ(std::get<MakeRequest>(known.effects.at(0)).credentials.at(0).id, CredentialObjectId{"a"});
}

TEST(CredentialOffer, trust_that_ended_while_an_offer_was_completed_counts_no_more) {
  const auto received = made(offer({sparse("a")}, accepting));
  EXPECT_EQ(after(received, metadata({object("a")})).state, State::received);
}

TEST(CredentialOffer, what_the_issuer_does_not_know_is_never_asked_for) {
  const auto received = made(offer({sparse("a"), sparse("b")}));
  const auto known = after(received, metadata({object("a")}));
  EXPECT_EQ(known.credentials.size(), 2u);
  EXPECT_EQ(requestable(known.credentials).size(), 1u);
  const auto nothing = after(received, metadata({object("c")}));
  EXPECT_EQ(nothing.state, State::rejected);
  EXPECT_EQ(nothing.refusal->kind, Refusal::Kind::unknown);
  EXPECT_EQ(made(offer({object("a", membership, "vc30/jwt")})).refusal->kind, Refusal::Kind::unknown);
}

TEST(CredentialOffer, an_object_that_is_issued_in_two_formats_may_come_in_either) {
  const auto all = completed({sparse("a")}, {object("a"), object("a", membership, "vc20-bssl/jwt"),
                                             object("a"), object("a", membership, "vc30/jwt")});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(requestable(all)[0].format, Format::vc1_0_jwt);
  EXPECT_EQ(requestable(all)[1].format, Format::vc2_0_jose);
}

TEST(CredentialOffer, what_an_offer_says_itself_is_not_overwritten) {
  auto offered = object("a", "OtherCredential", std::nullopt);
  offered.offer_reason = "reissue";
  const auto all = completed({offered}, {object("a")});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].credential_type, "OtherCredential");
  EXPECT_EQ(all[0].profile, vc11);
  EXPECT_EQ(all[0].offer_reason, "reissue");
}

TEST(CredentialOffer, an_offer_that_comes_again_is_the_same_until_it_has_ended_for_a_while) {
  const auto declined = places().at("declined").value();
  EXPECT_EQ(after(declined, offer({object("a")}), now + repeated_within - std::chrono::seconds(1)), declined);
  const auto again = after(declined, offer({object("a")}), now + repeated_within);
  EXPECT_EQ(again.state, State::received);
  EXPECT_EQ(again.refusal, std::nullopt);
  EXPECT_EQ(again.lapses_at, now + repeated_within + waits_for);
}

TEST(CredentialOffer, an_offer_about_which_nobody_decides_lapses) {
  const auto waiting = places().at("waiting").value();
  ASSERT_TRUE(Machine::due_at(waiting));
  const auto lapsed = after(waiting, Machine::due_event(waiting), *Machine::due_at(waiting));
  EXPECT_EQ(lapsed.refusal->kind, Refusal::Kind::lapsed);
  EXPECT_EQ(Machine::due_at(lapsed), std::nullopt);
  EXPECT_TRUE(Machine::ended(lapsed));
}

TEST(CredentialOffer, an_offer_of_nothing_is_refused) {
  EXPECT_EQ(decide(nullptr, offer({}), now).error().code, ErrorCode::invalid_input);
}

TEST(CredentialOffer, no_order_of_events_asks_twice_or_asks_after_a_refusal) {
  EXPECT_TRUE(rc::check([] {
    const auto all = events();
    std::vector<Event> possible;
    for (const auto& [name, event] : all) possible.push_back(event);
    std::optional<CredentialOffer> current;
    std::size_t requests = 0;
    bool was_refused = false;
    const auto steps =
        *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, possible.size()));
    for (const auto step : steps) {
      auto decision = decide(current ? &*current : nullptr, possible[step], now);
      if (!decision) continue;
      for (const auto& effect : decision->effects)
        requests += std::holds_alternative<MakeRequest>(effect) ? 1 : 0;
      RC_ASSERT(!was_refused || decision->next.state == State::rejected);
      was_refused = decision->next.state == State::rejected;
      current = decision->next;
    }
    RC_ASSERT(requests <= 1);
  }));
}

TEST(CredentialOffer, an_effect_that_fails_for_good_is_an_event) {
  const Error error{ErrorCode::peer_unavailable, "no route", {}, {}};
  const auto unreadable = Machine::failed(ReadMetadata{issuer}, error);
  EXPECT_EQ(after(places().at("sparse").value(), *unreadable).refusal->kind, Refusal::Kind::unknown);
  const auto failed = Machine::failed(MakeRequest{issuer, {}}, error);
  EXPECT_EQ(after(places().at("processing").value(), *failed).refusal->reason, "no route");
}

TEST(CredentialOffer, stored_forms_come_back_as_they_were) {
  for (const auto& [place, current] : places()) {
    if (current) EXPECT_EQ(Machine::decode(Machine::encode(*current), 1).value(), *current) << place;
  }
  for (const Effect& effect :
       {Effect{ReadMetadata{issuer}}, Effect{MakeRequest{issuer, requestable({object("a")})}}})
    EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(effect)).value(), effect);
}

TEST(CredentialOffer, states_have_the_codes_of_the_reference) {
  EXPECT_EQ(state_codes.code(State::received), 100);
  EXPECT_EQ(state_codes.code(State::processing), 200);
  EXPECT_EQ(state_codes.code(State::processed), 300);
  EXPECT_EQ(state_codes.code(State::rejected), 400);
}
