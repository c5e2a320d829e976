#include <gtest/gtest.h>

#include "domain/key_pair/test_keys.hpp"

// Which key signs, which one follows it, and how long what was signed can be verified.
using namespace kontor;
using namespace kontor::domain::key_pair;
using namespace kontor::domain::key_pair::testing;

namespace {

/// Its successor is being looked for.
KeyPair succeeding() {
  const auto due = after(in_state(State::activated), AwaitSuccessor{now + day});
  return after(due, RotationDue{}, now + day);
}

/// Rotated after 100 days.
KeyPair warned_before(std::chrono::milliseconds before) {
  auto key_pair = described();
  key_pair.use_duration = 100 * day;
  const Create create{.key_pair = std::move(key_pair), .activation = {.warned_before = before}};
  return decide(nullptr, create, now).value().next;
}

}  // namespace

TEST(KeyPair, a_rotated_key_verifies_until_its_overlap_is_over_and_then_leaves) {
  const std::vector rotated{in_state(State::rotated)};
  EXPECT_EQ(Machine::due_at(rotated[0]), now + day);
  EXPECT_EQ(document_at(rotated, now + day - std::chrono::seconds(1)).verification_methods.size(), 1u);
  EXPECT_TRUE(document_at(rotated, now + day).verification_methods.empty());
  EXPECT_EQ(Machine::due_at(after(rotated[0], RetirementDue{}, now + day)), std::nullopt);
}

TEST(KeyPair, a_retirement_that_comes_early_changes_nothing) {
  auto rotated = in_state(State::rotated);
  EXPECT_EQ(after(rotated, RetirementDue{}, now), rotated);
}

TEST(KeyPair, a_rotated_key_verifies_for_as_long_as_anything_that_it_signed_lives) {
  const auto active = in_state(State::activated);
  const auto retires = [](const KeyPair& key_pair, std::optional<std::chrono::milliseconds> overlap) {
    return *after(key_pair, Rotate{.overlap = overlap}).retires_at - now;
  };
  EXPECT_EQ(retires(active, {}), token_overlap);
  EXPECT_EQ(retires(active, std::chrono::milliseconds(0)), token_overlap);
  EXPECT_EQ(retires(active, 60 * day), 60 * day);
  const auto issued = after(active, Signs{now + 30 * day});
  EXPECT_EQ(retires(issued, {}), 30 * day);
  EXPECT_EQ(retires(issued, day), 30 * day);
  EXPECT_EQ(retires(issued, 60 * day), 60 * day);
  EXPECT_EQ(retires(after(issued, Signs{now + day}), {}), 30 * day);
  EXPECT_EQ(retires(after(issued, AwaitSuccessor{now + day, 60 * day}), {}), 60 * day);
}

TEST(KeyPair, a_key_of_which_nobody_wrote_down_what_it_signed_verifies_for_long) {
  auto of_before = in_state(State::activated);
  of_before.signed_until.reset();
  EXPECT_EQ(after(of_before, Rotate{}).retires_at, now + unknown_overlap);
  of_before.usages = {Usage::sign_token};
  EXPECT_EQ(after(of_before, Rotate{}).retires_at, now + token_overlap);
}

TEST(KeyPair, an_overlap_is_not_negative) {
  const auto active = in_state(State::activated);
  const std::chrono::milliseconds negative(-1);
  for (const Event& event : {Event{Rotate{negative}}, Event{AwaitSuccessor{now, negative}}})
    EXPECT_EQ(decide(&active, event, now).error().code, ErrorCode::invalid_input);
}

TEST(KeyPair, keys_of_one_age_are_rotated_at_moments_of_their_own_and_some_by_call_only) {
  const auto rotates = [](std::chrono::milliseconds use_duration, double jitter) {
    auto key_pair = described();
    key_pair.use_duration = use_duration;
    const Create create{.key_pair = std::move(key_pair), .activation = {.jitter = jitter}};
    return Machine::due_at(decide(nullptr, create, now).value().next);
  };
  EXPECT_EQ(rotates(100 * day, 0), now + 100 * day);
  EXPECT_EQ(rotates(100 * day, 0.5), now + 95 * day);
  EXPECT_EQ(rotates(100 * day, 1), now + 90 * day);
  EXPECT_EQ(rotates({}, 0.5), std::nullopt);
}

TEST(KeyPair, a_rotation_that_did_not_succeed_is_tried_again_and_the_key_signs_on) {
  EXPECT_EQ(Machine::due_at(succeeding()), std::nullopt);
  const auto failed = Machine::failed(FindSuccessor{}, Error{ErrorCode::internal, "", {}, {}});
  ASSERT_TRUE(failed);
  const auto again = after(succeeding(), *failed, now + day);
  EXPECT_EQ(Machine::due_at(again), now + day + rotation_retry);
  EXPECT_TRUE(signing_key(std::vector{again}, Usage::sign_token, now + day));
}

TEST(KeyPair, its_owner_is_told_once_before_a_key_is_rotated_by_time) {
  const auto active = warned_before(7 * day);
  const auto warns_at = now + 93 * day;
  EXPECT_EQ(Machine::due_at(active), warns_at);
  const auto event = Machine::due_event(active);
  EXPECT_EQ(after(active, event, warns_at - std::chrono::seconds(1)), active);
  const auto warned = decide(&active, event, warns_at).value();
  EXPECT_EQ(warned.happened, std::vector<std::string>{"key.pair.rotationUpcoming"});
  EXPECT_TRUE(warned.effects.empty());
  EXPECT_EQ(
      Machine::event_body(warned.next, warned.happened.front()),
      R"({"keyId":")" + active.key_id + R"(","rotatesAt":")" + format_instant(now + 100 * day) + R"("})");
  EXPECT_EQ(after(warned.next, event, warns_at), warned.next);
  EXPECT_EQ(Machine::due_at(warned.next), now + 100 * day);
  const auto again =
      after(after(warned.next, RotationDue{}, now + 100 * day), SuccessionFailed{}, now + 100 * day);
  EXPECT_EQ(again.warns_at, std::nullopt) << "another attempt is no other rotation";
}

TEST(KeyPair, of_a_key_that_is_used_for_short_its_owner_is_told_when_half_of_that_is_over) {
  EXPECT_EQ(warned_before(50 * day).warns_at, now + 50 * day);
  EXPECT_EQ(warned_before(51 * day).warns_at, now + 50 * day);
  EXPECT_EQ(warned_before(1000 * day).warns_at, now + 50 * day);
}

TEST(KeyPair, nobody_is_warned_of_a_rotation_by_call_or_of_one_that_is_over) {
  EXPECT_EQ(warned_before({}).warns_at, std::nullopt);
  const auto active = warned_before(7 * day);
  for (const Event& event : {Event{Rotate{}}, Event{AwaitSuccessor{now + day}}, Event{Revoke{}}})
    EXPECT_EQ(after(active, event).warns_at, std::nullopt);
  auto by_call = described();
  by_call.use_duration = {};
  const Create create{.key_pair = std::move(by_call), .activation = {.warned_before = 7 * day}};
  EXPECT_EQ(decide(nullptr, create, now).value().next.warns_at, std::nullopt);
  const auto late = decide(&active, RotationWarningDue{}, now + 100 * day).value();
  EXPECT_EQ(late.happened, std::vector<std::string>{"key.pair.rotationDue"});
  EXPECT_EQ(late.next, decide(&active, RotationDue{}, now + 100 * day)->next);
}

TEST(KeyPair, a_search_for_a_successor_that_was_overtaken_is_dropped) {
  EXPECT_TRUE(Machine::wanted(succeeding(), FindSuccessor{}));
  EXPECT_FALSE(Machine::wanted(after(succeeding(), AwaitSuccessor{now + 2 * day}), FindSuccessor{}));
  EXPECT_FALSE(Machine::wanted(after(succeeding(), Revoke{}), FindSuccessor{}));
  EXPECT_TRUE(Machine::wanted(in_state(State::revoked), DestroyPrivateKey{"alias"}));
}

TEST(KeyPair, a_new_key_is_published_first_and_signs_later_or_where_there_is_no_other) {
  const auto old = in_state(State::activated);
  auto key_pair = described("key-2");
  const Create create{.key_pair = std::move(key_pair),
                      .make_default = true,
                      .activation = {.published_first = std::chrono::minutes(10)}};
  const auto fresh = decide(nullptr, create, now).value().next;
  const auto signs_at = [&](Instant moment) {
    return signing_key(std::vector{old, fresh}, Usage::sign_token, moment).value().id;
  };
  EXPECT_EQ(document_at({old, fresh}).verification_methods.size(), 2u);
  EXPECT_EQ(signs_at(now), old.id);
  EXPECT_EQ(signs_at(now + std::chrono::minutes(9)), old.id);
  EXPECT_EQ(signs_at(now + std::chrono::minutes(10)), fresh.id);
  EXPECT_EQ(signing_key(std::vector{fresh}, Usage::sign_token, now).value().id, fresh.id);
}

TEST(KeyPair, a_key_can_be_replaced_once_others_sign_for_everything_that_it_signs_for) {
  const auto own = in_state(State::activated);
  const auto other = [](std::string id, std::vector<Usage> usages, std::chrono::minutes later) {
    auto key_pair = in_state(State::activated);
    key_pair.id = KeyPairId{id};
    key_pair.usages = std::move(usages);
    key_pair.signs_from = now + later;
    return key_pair;
  };
  using std::chrono::minutes;
  EXPECT_EQ(replaceable_from(own, std::vector{own}), std::nullopt);
  const auto tokens = other("t", {Usage::sign_token, Usage::sign_presentation}, minutes(10));
  EXPECT_EQ(replaceable_from(own, std::vector{own, tokens}), std::nullopt);
  const auto credentials = other("c", {Usage::sign_credentials}, minutes(5));
  EXPECT_EQ(replaceable_from(own, std::vector{own, tokens, credentials}), now + minutes(10));
  const auto earlier = other("e", {Usage::sign_token, Usage::sign_presentation}, minutes(0));
  EXPECT_EQ(replaceable_from(own, std::vector{own, tokens, credentials, earlier}), now + minutes(5));
  EXPECT_EQ(replaceable_from(own, std::vector{own, in_state(State::rotated)}), std::nullopt);
}

TEST(KeyPair, of_the_active_keys_one_is_the_default) {
  auto older = in_state(State::activated);
  auto newer = older;
  newer.id = KeyPairId{"key-2"};
  newer.activated_at = now + day;
  EXPECT_EQ(default_key(std::vector{older, newer})->id, newer.id);
  older.is_default = true;
  EXPECT_EQ(default_key(std::vector{older, newer})->id, older.id);
  newer.is_default = true;
  EXPECT_EQ(default_key(std::vector{older, newer})->id, newer.id);
  EXPECT_EQ(default_key(std::vector{in_state(State::created), in_state(State::revoked)}), nullptr);
}

TEST(KeyPair, the_default_key_signs_then_the_newest) {
  auto older = in_state(State::activated);
  auto newer = older;
  newer.id = KeyPairId{"key-2"};
  newer.activated_at = now + day;
  EXPECT_EQ(signing_key(std::vector{older, newer}, Usage::sign_token, now).value().id, newer.id);
  older.is_default = true;
  EXPECT_EQ(signing_key(std::vector{older, newer}, Usage::sign_token, now).value().id, older.id);
  newer.is_default = true;
  EXPECT_EQ(signing_key(std::vector{older, newer}, Usage::sign_token, now).value().id, newer.id);
}

TEST(KeyPair, a_key_that_is_not_active_never_signs) {
  for (auto state : {State::created, State::rotated, State::revoked}) {
    EXPECT_EQ(signing_key(std::vector{in_state(state)}, Usage::sign_token, now).error().code,
              ErrorCode::not_found);
  }
  auto tokens_only = in_state(State::activated);
  tokens_only.usages = {Usage::sign_token};
  EXPECT_FALSE(signing_key(std::vector{tokens_only}, Usage::sign_credentials, now));
}
