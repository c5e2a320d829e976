#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <set>

#include "domain/transfer_process/transfer_for_test.hpp"

/// Whatever is sent, commanded, acknowledged and reported by the data plane, in any order and with
/// repetitions: a transfer moves only as the specification allows.

using namespace kontor;
using namespace kontor::domain::transfer_process;
using namespace kontor::domain::transfer_process::testing;

namespace {

using Known = dsp::TransferState;

/// [DSP 2025-1, transfer process protocol]
const std::map<Known, std::set<Known>>& allowed() {
  static const std::map<Known, std::set<Known>> table{
      {Known::requested, {Known::started, Known::terminated}},
      {Known::started, {Known::suspended, Known::completed, Known::terminated}},
      {Known::suspended, {Known::started, Known::terminated}},
      {Known::completed, {}},
      {Known::terminated, {}}};
  return table;
}

/// One event may tell of two transitions: the peer answers a message of ours that it has not acknowledged
/// yet.
bool may_follow(Known from, Known to) {
  if (from == to || allowed().at(from).contains(to)) return true;
  for (auto between : allowed().at(from)) {
    if (allowed().at(between).contains(to)) return true;
  }
  return false;
}

struct Walk {
  Role role;
  Direction direction;
  std::optional<TransferProcess> now;
  std::uint64_t messages = 0;
  std::vector<MessageId> sent;
};

Then pick_then(std::size_t choice) {
  switch (choice % 8) {
    case 0:
      return Start{};
    case 1:
      return Suspend{};
    case 2:
      return Resume{};
    case 3:
      return Complete{};
    default:
      return std::nullopt;
  }
}

std::optional<dsp::DataAddress> pick_address(std::size_t choice) {
  if (choice % 2 == 0) return std::nullopt;
  return address(std::to_string(choice % 7));
}

Event pick_message(Walk& walk, std::size_t what, std::size_t choice) {
  const auto envelope =
      envelope_to(walk.role, "m-" + std::to_string(choice % 4 == 0 ? choice % 5 : ++walk.messages + 10));
  switch (what) {
    case 0:
      return StartReceived{envelope, pick_address(choice), pick_then(choice / 5)};
    case 1:
      return SuspensionReceived{envelope, {}, pick_then(choice / 5)};
    case 2:
      return choice % 8 == 0 ? Event(CompletionReceived{envelope}) : Event(Resume{});
    case 3:
      return choice % 16 == 0 ? Event(TerminationReceived{envelope, {}}) : Event(Suspend{});
    default:
      return first_request(walk.direction);
  }
}

Event pick_outcome(const Walk& walk, std::size_t what, std::size_t choice) {
  const bool stale = choice % 3 == 0 && !walk.sent.empty();
  const auto message = stale ? walk.sent[choice % walk.sent.size()] : walk.now->pending;
  switch (what) {
    case 0:
      return Acknowledged{message, pid_of(other(walk.role))};
    case 1:
      return choice % 8 == 0 ? Event(SendFailed{message, ErrorCode::peer_refused, "no"})
                             : Event(AddressOverdue{});
    case 2:
      return FlowPending{"dp"};
    case 3:
      return FlowPrepared{"dp", address()};
    case 4:
      return FlowStarted{"dp", pick_address(choice)};
    case 5:
      return FlowSuspended{};
    case 6:
      return FlowResumed{pick_address(choice)};
    case 7:
      return FlowTerminated{};
    case 8:
      return choice % 8 == 0 ? Event(FlowCompleted{}) : Event(FlowResumed{});
    case 9:
      return PolicyDue{};
    case 10:
      return choice % 16 == 0 ? Event(PolicyJudged{{{"not any more", {}}}}) : Event(PolicyJudged{});
    case 11:
      return PolicyUnknown{"no list"};
    case 12:
      return choice % 16 == 0 ? Event(FlowFailed{"no"}) : Event(FlowStarted{"dp", address()});
    default:
      return FlowErrored{"hm"};
  }
}

Event pick_command(const Walk& walk, std::size_t choice) {
  if (choice % 32 == 0) return Terminate{};
  if (choice % 16 == 1) return Complete{};
  const Event commands[] = {Start{}, Suspend{}, Resume{}, initiate(walk.direction)};
  return commands[choice % 4];
}

Event pick_event(Walk& walk, std::size_t what, std::size_t choice) {
  if (what % 4 == 0) return pick_command(walk, choice);
  if (what % 4 == 1) return pick_message(walk, choice % 5, choice / 5);
  return pick_outcome(walk, choice % 14, choice / 14);
}

void check_shape(const TransferProcess& now) {
  RC_ASSERT(!sends_in(now.state) || !now.pending.empty());
  if (now.ended()) {
    RC_ASSERT(now.pending.empty());
    RC_ASSERT(!now.data_address);
  }
  RC_ASSERT(now.seen.size() <= seen_messages_max);
  RC_ASSERT((now.state == State::completed) <= (now.protocol_state == Known::completed));
  RC_ASSERT((now.state == State::terminated) <= (now.protocol_state == Known::terminated));
  RC_ASSERT(Machine::decode(Machine::encode(now), Machine::kind().codec_version).value() == now);
}

void take(Walk& walk, const Event& event) {
  const auto decision = decide(walk.now ? &*walk.now : nullptr, event, start);
  if (!decision) return;
  if (walk.now) {
    RC_ASSERT(may_follow(walk.now->protocol_state, decision->next.protocol_state));
    if (walk.now->ended()) {
      RC_ASSERT(decision->effects.empty());
      RC_ASSERT(decision->next.state == walk.now->state);
    }
  }
  walk.now = decision->next;
  for (const auto& effect : decision->effects) {
    const auto stored = Machine::encode_effect(effect);
    RC_ASSERT(Machine::encode_effect(Machine::decode_effect(stored).value()) == stored);
    if (const auto message = outgoing(effect)) walk.sent.push_back(message->message);
  }
  RC_ASSERT(std::set(walk.sent.begin(), walk.sent.end()).size() == walk.sent.size());
  check_shape(*walk.now);
}

}  // namespace

TEST(TransferProcessSequences, no_order_of_events_reaches_a_state_that_the_specification_forbids) {
  const auto holds = rc::check([](bool consumer, bool push) {
    const auto steps =
        *rc::gen::resize(300, rc::gen::arbitrary<std::vector<std::pair<std::uint8_t, std::uint16_t>>>());
    Walk walk{
        consumer ? Role::consumer : Role::provider, push ? Direction::push : Direction::pull, {}, 0, {}};
    auto watched = first_request(walk.direction);
    watched.policy_watch = policy_watch();
    take(walk, consumer ? Event(initiate(walk.direction)) : Event(watched));
    for (const auto& [what, choice] : steps) take(walk, pick_event(walk, what, choice));
    RC_TAG(std::string(state_names.name(walk.now->state)));
  });
  EXPECT_TRUE(holds);
}
