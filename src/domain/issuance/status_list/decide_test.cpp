#include "domain/issuance/status_list/decide.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <set>

#include "domain/issuance/status_list/codec.hpp"
#include "testing/table/word_table.hpp"

using namespace kontor;
using namespace kontor::domain::issuance;
using namespace kontor::domain::issuance::status_list;
namespace vc = kontor::protocol::vc;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);

Create creation() {
  return {.id = StatusListId{"list-1"},
          .url = "https://issuer.example/status/1",
          .issuer = Did{"did:web:issuer.example"}};
}

Signed a_signature(std::uint64_t revision, Instant at = now) {
  return {{.vc1_token = "a",
           .vc2_token = "b",
           .revision = revision,
           .signed_at = at,
           .valid_until = at + validity}};
}

List after(const List& list, const Event& event, Instant at = now) {
  return decide(&list, event, at).value().next;
}

List created() {
  return decide(nullptr, creation(), now).value().next;
}
/// Published, with place 7 given out, and long enough ago that the next change is signed at once.
List quiet() {
  return after(after(created(), a_signature(1, now - sign_interval)), Take{7});
}

std::map<std::string, std::optional<List>> places() {
  return {{"none", std::nullopt},
          {"unsigned", created()},
          {"failed", after(created(), SigningFailed{}, now - sign_retry)},
          {"quiet", quiet()},
          {"busy", after(after(created(), a_signature(1)), Take{7})},
          {"marked", after(quiet(), Mark{7})},
          {"closed", after(quiet(), Close{})}};
}

std::map<std::string, Event> events() {
  return {{"create", creation()},     {"take", Take{8}},
          {"take_taken", Take{7}},    {"mark", Mark{7}},
          {"mark_free", Mark{9}},     {"mark_outside", Mark{1'000'000'000}},
          {"close", Close{}},         {"due", SigningDue{}},
          {"signed", a_signature(1)}, {"signing_failed", SigningFailed{}}};
}

/// `changed`, with S where a signature is asked for.
std::string outcome(const std::optional<List>& before, const Event& event) {
  auto decision = decide(before ? &*before : nullptr, event, now);
  if (!decision) return std::string(decision.error().row().name);
  if (decision->happened.empty()) return before && decision->next == *before ? "same" : "changed silently";
  return decision->effects.empty() ? "changed" : "changed+S";
}

Bytes random_bytes(std::uint64_t number) {
  Bytes bytes(8);
  for (std::size_t i = 0; i < 8; ++i) bytes[7 - i] = static_cast<std::byte>(number >> (8 * i));
  return bytes;
}

}  // namespace

TEST(StatusListMachine, every_event_has_one_outcome_in_every_state) {
  auto table = kontor::testing::word_table(R"(
          create     take                take_taken          mark                mark_free
none      changed+S  not_found           not_found           not_found           not_found
unsigned  same       changed             changed             illegal_transition  illegal_transition
failed    same       changed             changed             illegal_transition  illegal_transition
quiet     same       changed             conflict            changed+S           illegal_transition
busy      same       changed             conflict            changed             illegal_transition
marked    same       changed             conflict            same                illegal_transition
closed    same       illegal_transition  illegal_transition  changed+S           illegal_transition
)");
  const auto others = kontor::testing::word_table(R"(
          mark_outside  close      due        signed     signing_failed
none      not_found     not_found  not_found  not_found  not_found
unsigned  not_found     changed    same       changed    changed
failed    not_found     changed    changed+S  changed    same
quiet     not_found     changed    same       changed    same
busy      not_found     changed    same       same       same
marked    not_found     changed    same       changed    changed
closed    not_found     same       same       changed    same
)");
  for (const auto& [place, outcomes] : others) table[place].insert(outcomes.begin(), outcomes.end());
  for (const auto& [place, list] : places()) {
    for (const auto& [name, event] : events()) {
      ASSERT_TRUE(table.contains(place) && table.at(place).contains(name)) << place << " × " << name;
      EXPECT_EQ(outcome(list, event), table.at(place).at(name)) << place << " × " << name;
    }
  }
}

TEST(StatusListMachine, a_list_hides_its_members_and_a_larger_one_than_readers_take_is_refused) {
  auto small = creation();
  small.size_bits = 8;
  EXPECT_EQ(decide(nullptr, small, now).value().next.bits.size_bits(), 131'072u);
  auto large = creation();
  large.size_bits = vc::Bitstring::size_bits_max + 1;
  EXPECT_EQ(decide(nullptr, large, now).error().code, ErrorCode::invalid_input);
}

TEST(StatusListMachine, changes_within_the_interval_are_signed_together) {
  auto list = after(after(after(created(), a_signature(1)), Take{1}), Take{2});
  auto first = decide(&list, Mark{1}, now + sign_interval / 4).value();
  EXPECT_TRUE(first.effects.empty());
  EXPECT_EQ(Machine::due_at(first.next), now + sign_interval);
  auto second = decide(&first.next, Mark{2}, now + sign_interval / 2).value();
  EXPECT_TRUE(second.effects.empty());
  auto due = decide(&second.next, SigningDue{}, now + sign_interval).value();
  EXPECT_EQ(due.effects, (std::vector<Effect>{SignList{StatusListId{"list-1"}, 3}}));
  EXPECT_EQ(Machine::due_at(due.next), std::nullopt);
}

TEST(StatusListMachine, a_change_while_signing_is_signed_after_it) {
  auto marked = after(quiet(), Mark{7});
  auto again = after(marked, Mark{7, false});
  EXPECT_EQ(again.revision, 3u);
  auto signed_before = after(again, a_signature(2));
  EXPECT_EQ(Machine::due_at(signed_before), now + sign_interval);
}

TEST(StatusListMachine, a_quiet_list_is_signed_anew_before_it_ends) {
  auto list = after(created(), a_signature(1));
  EXPECT_EQ(Machine::due_at(list), now + validity - refresh_margin);
  EXPECT_EQ(Machine::due_at(after(created(), SigningFailed{})), now + sign_retry);
}

TEST(StatusListMachine, a_signature_of_the_future_or_the_past_is_not_published) {
  auto list = quiet();
  EXPECT_EQ(decide(&list, a_signature(9), now).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(after(list, a_signature(1, now - std::chrono::hours(1))), list);
}

TEST(StatusListMachine, places_are_chosen_uniformly_among_the_free_ones) {
  auto list = created();
  for (std::uint64_t index : {0u, 1u, 2u, 5u}) list = after(list, Take{index});
  EXPECT_EQ(choose_index(list, random_bytes(0)).value(), 3u);
  EXPECT_EQ(choose_index(list, random_bytes(1)).value(), 4u);
  EXPECT_EQ(choose_index(list, random_bytes(2)).value(), 6u);
  EXPECT_EQ(choose_index(list, random_bytes(free_places(list) - 1)).value(), 131'071u);
  EXPECT_EQ(choose_index(list, random_bytes(free_places(list))).value(), 3u);
}

TEST(StatusListMachine, a_full_list_says_so) {
  auto list = created();
  list.taken = vc::Bitstring::of_bytes(Bytes(list.taken.size_bits() / 8, std::byte{0xFF}));
  EXPECT_EQ(free_places(list), 0u);
  EXPECT_EQ(choose_index(list, random_bytes(0)).error().code, ErrorCode::conflict);
}

TEST(StatusListMachine, no_place_is_given_out_twice_and_no_mark_waits_without_end_for_its_signature) {
  EXPECT_TRUE(rc::check([](const std::vector<std::pair<std::uint8_t, std::uint32_t>>& steps) {
    auto list = created();
    std::set<std::uint64_t> given;
    auto moment = now;
    std::uint64_t asked_for = list.revision;
    bool signing = true;
    for (const auto& [kind, number] : steps) {
      moment += std::chrono::seconds(number % 7);
      Event event = SigningDue{};
      if (kind % 4 == 0) event = Take{choose_index(list, random_bytes(number)).value()};
      if (kind % 4 == 1 && !given.empty()) event = Mark{*given.begin(), number % 2 == 0};
      if (kind % 4 == 2 && signing)
        event = number % 3 == 0 ? Event{SigningFailed{}} : Event{a_signature(asked_for, moment)};
      auto decision = decide(&list, event, moment);
      if (!decision) continue;
      if (const auto* take = std::get_if<Take>(&event)) RC_ASSERT(given.insert(take->index).second);
      if (std::holds_alternative<Signed>(event) || std::holds_alternative<SigningFailed>(event))
        signing = false;
      for (const auto& effect : decision->effects) {
        RC_ASSERT(!signing);
        signing = true;
        asked_for = std::get<SignList>(effect).revision;
      }
      list = decision->next;
      const bool is_published = list.published && list.published->revision == list.revision;
      RC_ASSERT(signing == !list.sign_at);
      RC_ASSERT(is_published || list.sign_at.value_or(moment) <= moment + sign_retry);
    }
  }));
}

TEST(StatusListMachine, the_entry_of_a_place_and_the_list_belong_together) {
  auto list = after(quiet(), Mark{7});
  EXPECT_EQ(json::encode(entry_for(list, 7)),
            R"({"id":"https://issuer.example/status/1#7","type":"BitstringStatusListEntry",)"
            R"("statusPurpose":"revocation","statusListIndex":"7",)"
            R"("statusListCredential":"https://issuer.example/status/1"})");
  auto published = content(list, now);
  EXPECT_EQ(published.bits.test(7).value(), true);
  EXPECT_EQ(published.purposes, std::vector<std::string>{"revocation"});
  EXPECT_EQ(published.valid_from, now - std::chrono::seconds(5));
}

TEST(StatusListMachine, the_stored_form_keeps_everything) {
  for (const auto& [place, list] : places()) {
    if (!list) continue;
    EXPECT_EQ(Machine::decode(Machine::encode(*list), 1).value(), *list) << place;
  }
  const Effect sign = SignList{StatusListId{"list-1"}, 3};
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(sign)).value(), sign);
}
