#include "domain/issuance/status_list/decide.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "domain/issuance/status_list/codec.hpp"
#include "testing/table/word_table.hpp"

using namespace kontor;
using namespace kontor::domain::issuance;
using namespace kontor::domain::issuance::status_list;
namespace vc = kontor::protocol::vc;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);
constexpr Duration interval = std::chrono::seconds(3);

Create creation() {
  return {.id = StatusListId{"list-1"},
          .url = "https://issuer.example/status/1",
          .issuer = Did{"did:web:issuer.example"}};
}

Signed a_signature(std::uint64_t revision, Instant at = now) {
  return {{.revision = revision, .signed_at = at, .valid_until = at + validity, .interval = interval}};
}

List after(const List& list, const Event& event, Instant at = now) {
  return decide(&list, event, at).value().next;
}

List created() {
  return decide(nullptr, creation(), now).value().next;
}
Mark mark(std::uint64_t index, bool value = true) {
  return {{{index, value}}};
}
/// Published, and long enough ago that the next change is signed at once.
List quiet() {
  return after(created(), a_signature(1, now - interval));
}

std::map<std::string, std::optional<List>> places() {
  return {{"none", std::nullopt},
          {"unsigned", created()},
          {"failed", after(created(), SigningFailed{}, now - sign_retry)},
          {"quiet", quiet()},
          {"busy", after(created(), a_signature(1))},
          {"marked", after(quiet(), mark(7))}};
}

std::map<std::string, Event> events() {
  return {{"create", creation()},
          {"mark", mark(7)},
          {"mark_nothing", Mark{{{7, true}, {7, false}, {8, false}}}},
          {"mark_outside", Mark{{{8, true}, {1'000'000'000, true}}}},
          {"due", SigningDue{}},
          {"signed", a_signature(1)},
          {"signing_failed", SigningFailed{}}};
}

/// `changed`, with S where a signature is asked for.
std::string outcome(const std::optional<List>& before, const Event& event) {
  auto decision = decide(before ? &*before : nullptr, event, now);
  if (!decision) return std::string(decision.error().row().name);
  if (decision->happened.empty()) return before && decision->next == *before ? "same" : "changed silently";
  return decision->effects.empty() ? "changed" : "changed+S";
}

}  // namespace

TEST(StatusListMachine, every_event_has_one_outcome_in_every_state) {
  const auto table = kontor::testing::word_table(R"(
          create     mark       mark_nothing  mark_outside  due        signed     signing_failed
none      changed+S  not_found  not_found     not_found     not_found  not_found  not_found
unsigned  same       changed    same          not_found     same       changed    changed
failed    same       changed    same          not_found     changed+S  changed    same
quiet     same       changed+S  same          not_found     same       changed    same
busy      same       changed    same          not_found     same       same       same
marked    same       same       changed       not_found     same       changed    changed
)");
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
  auto list = after(created(), a_signature(1));
  auto first = decide(&list, mark(1), now + interval / 4).value();
  EXPECT_TRUE(first.effects.empty());
  EXPECT_EQ(Machine::due_at(first.next), now + interval);
  auto second = decide(&first.next, mark(2), now + interval / 2).value();
  EXPECT_TRUE(second.effects.empty());
  auto due = decide(&second.next, SigningDue{}, now + interval).value();
  EXPECT_EQ(due.effects, (std::vector<Effect>{SignList{StatusListId{"list-1"}, 3}}));
  EXPECT_EQ(Machine::due_at(due.next), std::nullopt);
}

TEST(StatusListMachine, marks_that_come_together_are_one_change) {
  auto list = after(created(), a_signature(1));
  auto marked = after(list, Mark{{{1, true}, {2, true}, {1, false}}}, now + interval / 4);
  EXPECT_EQ(marked.revision, 2u);
  EXPECT_FALSE(marked.bits.test(1).value());
  EXPECT_TRUE(marked.bits.test(2).value());
}

TEST(StatusListMachine, of_marks_that_come_together_all_count_or_none) {
  auto list = quiet();
  EXPECT_EQ(decide(&list, Mark{{{1, true}, {1'000'000'000, true}}}, now).error().code, ErrorCode::not_found);
}

TEST(StatusListMachine, a_change_while_signing_is_signed_after_it) {
  auto marked = after(quiet(), mark(7));
  auto again = after(marked, mark(7, false));
  EXPECT_EQ(again.revision, 3u);
  auto signed_before = after(again, a_signature(2));
  EXPECT_EQ(Machine::due_at(signed_before), now + interval);
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

TEST(StatusListMachine, a_clock_that_is_set_back_leaves_no_list_unsigned) {
  const auto before = after(created(), a_signature(1));
  const auto back = now - std::chrono::hours(1);
  // Asked for by a clock that was ahead, made after it was set back.
  const auto signing = decide(&before, mark(7), now + interval).value();
  ASSERT_EQ(signing.effects.size(), 1u);
  const auto made = after(signing.next, a_signature(2, back), back);
  EXPECT_EQ(made.published->revision, 2u);
  ASSERT_TRUE(Machine::due_at(made));
  EXPECT_LE(*Machine::due_at(made), back + validity);
  // Marked after that: nobody waits an hour until the clock is where it was.
  const auto marked = decide(&before, mark(7), back).value();
  EXPECT_TRUE(!marked.effects.empty() || *Machine::due_at(marked.next) <= back + interval);
}

TEST(StatusListMachine, no_mark_is_forgotten_or_waits_without_end_for_its_signature) {
  EXPECT_TRUE(rc::check([](const std::vector<std::pair<std::uint8_t, std::uint32_t>>& steps) {
    auto list = created();
    std::map<std::uint64_t, bool> marks;
    auto moment = now;
    std::uint64_t asked_for = list.revision;
    bool signing = true;
    for (const auto& [kind, number] : steps) {
      moment += std::chrono::seconds(number % 7);
      Event event = SigningDue{};
      if (kind % 3 == 1) event = mark(number % 5, number % 2 == 0);
      if (kind % 3 == 2 && signing)
        event = number % 3 == 0 ? Event{SigningFailed{}} : Event{a_signature(asked_for, moment)};
      auto decision = decide(&list, event, moment);
      if (!decision) continue;
      if (kind % 3 == 1) marks[number % 5] = number % 2 == 0;
      if (std::holds_alternative<Signed>(event) || std::holds_alternative<SigningFailed>(event))
        signing = false;
      for (const auto& effect : decision->effects) {
        RC_ASSERT(!signing);
        signing = true;
        asked_for = std::get<SignList>(effect).revision;
      }
      list = decision->next;
      for (const auto& [index, value] : marks) RC_ASSERT(list.bits.test(index).value() == value);
      const bool is_published = list.published && list.published->revision == list.revision;
      RC_ASSERT(signing == !list.sign_at);
      RC_ASSERT(is_published || list.sign_at.value_or(moment) <= moment + sign_retry);
    }
  }));
}

TEST(StatusListMachine, the_entry_of_a_place_and_the_list_belong_together) {
  auto list = after(quiet(), mark(7));
  EXPECT_EQ(json::encode(entry_for(list, 7)),
            R"({"id":"https://issuer.example/status/1#7","type":"BitstringStatusListEntry",)"
            R"("statusPurpose":"revocation","statusListIndex":"7",)"
            R"("statusListCredential":"https://issuer.example/status/1"})");
  auto published = content(list, now, interval);
  EXPECT_EQ(published.bits.test(7).value(), true);
  EXPECT_EQ(published.purposes, std::vector<std::string>{"revocation"});
  EXPECT_EQ(published.valid_from, now - std::chrono::seconds(5));
  const auto credential = vc::status_list_credential(published, vc::Format::vc1_0_jwt);
  EXPECT_EQ(credential.id, list.url);
  EXPECT_EQ(credential.subjects.at(0).claims.at("ttl"), 3000) << "milliseconds";
}

TEST(StatusListMachine, the_stored_form_keeps_everything) {
  for (const auto& [place, list] : places()) {
    if (!list) continue;
    EXPECT_EQ(Machine::decode(Machine::encode(*list), 2).value(), *list) << place;
  }
  const Effect sign = SignList{StatusListId{"list-1"}, 3};
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(sign)).value(), sign);
}

TEST(StatusListMachine, a_list_of_the_version_before_keeps_its_bits_and_is_signed_when_it_is_asked_for) {
  vc::Bitstring bits;
  ASSERT_TRUE(bits.set(94'567, true));
  const auto stored = json::serialize(json::ObjectWriter()
                                          .field("id", "revocation-1")
                                          .field("url", "https://issuer.example/status/1")
                                          .field("issuer", "did:web:issuer.example")
                                          .field("kind", "BitstringStatusList")
                                          .field("purpose", "revocation")
                                          .field("open", true)
                                          .field("taken", vc::encode_bitstring(bits))
                                          .field("bits", vc::encode_bitstring(bits))
                                          .field("revision", std::uint64_t{2})
                                          .field("signAt", now + validity)
                                          .done());
  auto list = Machine::decode(stored, 1).value();
  EXPECT_EQ(list.bits, bits);
  EXPECT_EQ(decide(&list, SigningDue{}, now).value().effects.size(), 1u);
}
