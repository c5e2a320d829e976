#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "domain/transfer_process/transfer_for_test.hpp"

/// The terms of the agreement while a transfer lives.

using namespace kontor;
using namespace kontor::domain::transfer_process;
using namespace kontor::domain::transfer_process::testing;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

TransferProcess running(PolicyWatch watch) {
  auto made = process(Role::provider, Direction::pull, State::started);
  made.policy_watch = std::move(watch);
  return made;
}

Decision look(const TransferProcess& now, Instant at) {
  auto decision = decide(&now, Machine::due_event(now), at);
  invariant(decision.has_value(), "a look is legal");
  return std::move(*decision);
}

TransferProcess stored(const TransferProcess& process) {
  return Machine::decode(Machine::encode(process), Machine::kind().codec_version).value();
}

}  // namespace

TEST(TransferPolicy, a_look_is_due_at_the_next_moment_or_when_the_last_one_is_too_old) {
  const auto dated = running({.moments = {start + hours(1), start + hours(2)}, .looked_at = start});
  EXPECT_EQ(Machine::due_at(dated), start + hours(1));
  const auto first = look(dated, start + hours(1)).next;
  EXPECT_EQ(Machine::due_at(stored(first)), start + hours(2));
  EXPECT_EQ(Machine::due_at(look(first, start + hours(2)).next), std::nullopt);
  const auto revocable = running({.believed_for = minutes(1), .looked_at = start});
  EXPECT_EQ(Machine::due_at(revocable), start + minutes(1));
  EXPECT_EQ(Machine::due_at(stored(look(revocable, start + minutes(5)).next)), start + minutes(6));
  EXPECT_EQ(Machine::due_at(process(Role::consumer, Direction::pull, State::started)), std::nullopt);
}

TEST(TransferPolicy, moments_are_used_up_with_the_look_at_the_last_one) {
  const auto dated = running({.moments = {start + hours(1), start + hours(2)}, .looked_at = start});
  EXPECT_FALSE(dated.policy_watch->is_used_up());
  const auto first = look(dated, start + hours(1)).next;
  EXPECT_FALSE(first.policy_watch->is_used_up());
  EXPECT_TRUE(look(first, start + hours(2)).next.policy_watch->is_used_up());
  const auto revocable = running({.believed_for = minutes(1), .looked_at = start});
  EXPECT_FALSE(look(revocable, start + hours(1)).next.policy_watch->is_used_up()) << "it had none";
}

TEST(TransferPolicy, a_moment_between_the_first_look_and_its_commit_is_looked_at) {
  auto request = first_request();
  request.policy_watch = PolicyWatch{.moments = {start + minutes(1)}, .looked_at = start};
  const auto opened = decide(nullptr, request, start + minutes(2)).value().next;
  EXPECT_EQ(opened.policy_watch->next_look(), start + minutes(1)) << "due at once";
}

TEST(TransferPolicy, terms_that_are_fulfilled_tell_nothing) {
  const auto looked = look(running(policy_watch()), start + minutes(1));
  ASSERT_EQ(looked.effects.size(), 1u);
  EXPECT_EQ(std::get<JudgePolicy>(looked.effects.front()).counter_party, consumer_id);
  EXPECT_TRUE(looked.happened.empty()) << "an audit row a minute";
  const auto judged = must(&looked.next, PolicyJudged{});
  EXPECT_TRUE(judged.happened.empty() && judged.effects.empty());
}

TEST(TransferPolicy, a_refusal_ends_the_transfer_and_tells_the_peer_the_reason_alone) {
  const json::Object why{{"reason", "dateTime lt …"}};
  const auto before = running(policy_watch());
  const auto ended =
      must(&before, PolicyJudged{{{"the policy of the agreement is not fulfilled any more", why}}});
  EXPECT_EQ(ended.next.state, State::terminating);
  EXPECT_EQ(ended.next.ended_by, EndedBy::policy);
  EXPECT_EQ(stored(ended.next).explanation, why);
  ASSERT_EQ(ended.effects.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<TerminateFlow>(ended.effects[0])) << "data stops first";
  const auto message = outgoing(ended.effects[1]);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->body.contains("not fulfilled any more"));
  EXPECT_FALSE(message->body.contains("dateTime"));
}

TEST(TransferPolicy, what_was_proved_since_is_what_the_transfer_rests_on) {
  const auto before = running({.believed_for = minutes(1), .looked_at = start, .unknown_since = start});
  const PolicyJudged::Proof proof{.claims = {{"vc", json::Array{"another"}}},
                                  .watch = PolicyWatch{.moments = {start + hours(5)}, .looked_at = start}};
  const auto after = must(&before, PolicyJudged{.proof = proof});
  EXPECT_EQ(stored(after.next).subject.claims, proof.claims);
  EXPECT_EQ(stored(after.next).policy_watch, proof.watch);
  EXPECT_EQ(after.next.state, State::started);
  EXPECT_TRUE(after.effects.empty());
  EXPECT_EQ(Machine::due_at(must(&before, PolicyJudged{.proof = PolicyJudged::Proof{}}).next), std::nullopt);
}

TEST(TransferPolicy, what_nobody_can_tell_ends_the_transfer_after_an_hour_and_not_before) {
  auto now = running(policy_watch());
  for (auto at = start; at < start + policy_unknown_max; at += minutes(1)) {
    now = decide(&now, PolicyUnknown{"no list"}, at)->next;
    ASSERT_EQ(now.state, State::started) << format_instant(at);
  }
  const auto ended = decide(&now, PolicyUnknown{"no list"}, start + policy_unknown_max)->next;
  EXPECT_EQ(ended.ended_by, EndedBy::policy);
  const auto known = must(&now, PolicyJudged{}).next;
  EXPECT_EQ(decide(&known, PolicyUnknown{"no list"}, start + hours(3))->next.state, State::started);
}

TEST(TransferPolicy, what_could_not_be_known_at_its_only_moment_is_looked_at_again) {
  const auto looked =
      look(running({.moments = {start + hours(1)}, .looked_at = start}), start + hours(1)).next;
  const auto unknown = decide(&looked, PolicyUnknown{"the store is away"}, start + hours(1))->next;
  EXPECT_EQ(Machine::due_at(unknown), start + hours(1) + policy_unknown_retry);
}

TEST(TransferPolicy, a_look_that_nobody_wants_any_more_is_not_taken) {
  const auto before = running(policy_watch());
  EXPECT_TRUE(Machine::wanted(before, JudgePolicy{consumer_id}));
  const auto ending = must(&before, Terminate{}).next;
  EXPECT_FALSE(Machine::wanted(ending, JudgePolicy{consumer_id}));
  EXPECT_EQ(Machine::due_at(ending), std::nullopt);
}

TEST(TransferWaiting, what_nobody_decides_in_time_ends_or_starts_as_was_said) {
  const auto ask = [](bool approves) {
    return must(nullptr, first_request(Direction::pull, Wait{.limit = hours(1), .approves = approves}));
  };
  const auto refused = ask(false);
  EXPECT_EQ(refused.happened.back(), "transfer.process.waiting") << "somebody is told";
  const auto now = stored(refused.next);
  ASSERT_EQ(Machine::due_at(now), start + hours(1));
  const auto ended = look(now, start + hours(1)).next;
  EXPECT_EQ(ended.ended_by, EndedBy::us);
  EXPECT_TRUE(ended.error_detail.contains("nobody decided"));
  EXPECT_EQ(look(ask(true).next, start + hours(1)).next.state, State::startup_requested);
  const auto started = must(&now, Start{}).next;
  EXPECT_EQ(Machine::due_at(started), std::nullopt) << "somebody has decided";
}

TEST(TransferPolicy, who_ended_a_transfer_is_kept) {
  const auto before = running(policy_watch());
  EXPECT_EQ(stored(must(&before, Terminate{}).next).ended_by, EndedBy::us);
  EXPECT_EQ(stored(must(&before, TerminationReceived{envelope_to(Role::provider, "m"), {}}).next).ended_by,
            EndedBy::peer);
  const auto starting = process(Role::provider, Direction::pull, State::starting);
  EXPECT_EQ(must(&starting, SendFailed{starting.pending, ErrorCode::peer_refused, "no"}).next.ended_by,
            EndedBy::undeliverable);
  const auto requested = process(Role::provider, Direction::pull, State::startup_requested);
  EXPECT_EQ(must(&requested, FlowFailed{"no"}).next.ended_by, EndedBy::data_plane);
}

TEST(TransferPolicy, what_a_data_plane_once_met_is_not_why_somebody_ended_it) {
  auto errored = process(Role::provider, Direction::pull, State::started);
  errored = must(&errored, FlowErrored{"a source did not answer"}).next;
  const auto told =
      must(&errored, TerminationReceived{envelope_to(Role::provider, "m"), dsp::Reason::of("enough")});
  EXPECT_EQ(told.next.error_detail, "enough");
  EXPECT_EQ(told.next.ended_by, EndedBy::peer);
  const auto silent = must(&errored, TerminationReceived{envelope_to(Role::provider, "m"), {}});
  EXPECT_EQ(silent.next.error_detail, "a source did not answer") << "nobody said anything else";
  const auto ending = must(&errored, Terminate{dsp::Reason::of("the agreement was ended")}).next;
  const auto late = must(&ending, FlowErrored{"the flow was cut off"});
  EXPECT_EQ(late.next.error_detail, "the agreement was ended");
  EXPECT_TRUE(late.happened.empty());
}

TEST(TransferPolicy, every_moment_is_looked_at_once_it_has_come_and_the_next_look_lies_ahead) {
  const auto holds = rc::check(
      [](const std::set<std::uint16_t>& seconds, bool revocable, const std::vector<std::uint8_t>& delays) {
        PolicyWatch watch{.looked_at = start};
        for (auto each : seconds) watch.moments.push_back(start + std::chrono::seconds(each));
        if (revocable) watch.believed_for = minutes(10);
        auto now = running(watch);
        for (std::size_t i = 0; const auto due = Machine::due_at(now); ++i) {
          if (i == delays.size()) return;
          const auto before = now.policy_watch->looked_at;
          const bool missed = std::ranges::any_of(
              watch.moments, [&](Instant moment) { return moment > before && moment < *due; });
          RC_ASSERT(!missed);
          RC_ASSERT(*due > before);
          now = stored(look(now, *due + std::chrono::seconds(delays[i])).next);
        }
        RC_ASSERT(!revocable);
        const bool all = watch.moments.empty() || watch.moments.back() <= now.policy_watch->looked_at;
        RC_ASSERT(all);
      });
  EXPECT_TRUE(holds);
}
