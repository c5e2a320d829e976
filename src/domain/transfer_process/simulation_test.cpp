#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>

#include "domain/transfer_process/transfer_for_test.hpp"
#include "protocol/dsp/transfer.hpp"

/// A consumer and a provider, each with a data plane, and a network between them that loses messages and
/// acknowledgements, repeats and reorders. They speak in the messages of the wire. However bad it is, their
/// states agree at the end.

using namespace kontor;
using namespace kontor::domain::transfer_process;
using namespace kontor::domain::transfer_process::testing;

namespace {

struct Faults {
  double loss = 0.3;
  double commands = 0.25;  ///< a user suspends, resumes, completes or terminates
  double flow_failures = 0.01;
  double flow_delay = 0.3;  ///< the data plane takes a prepare or start and reports later
};

struct Party {
  Role role;
  std::optional<TransferProcess> now;
  std::deque<Effect> outbox;   ///< in order; the first is being carried out
  std::deque<Event> outcomes;  ///< not yet told to the machine
  bool in_flight = false;
  int tokens = 0;  ///< addresses that its data plane has given out
};

class World {
 public:
  World(std::uint64_t seed, Direction direction, Faults faults)
      : random_(seed), direction_(direction), faults_(faults) {}

  void run() {
    apply(consumer_, initiate(direction_));
    for (int i = 0; i < 500; ++i) step();
    settle_down();
  }

  /// Without faults and users, until nothing moves any more.
  void settle_down() {
    faults_ = {.loss = 0, .commands = 0, .flow_failures = 0, .flow_delay = 0};
    for (int i = 0; i < 3000 && !quiet(); ++i) step();
  }

  void command(Role role, const Event& event) {
    apply(role == Role::consumer ? consumer_ : provider_, event);
  }

  bool quiet() const { return quiet(consumer_) && quiet(provider_); }
  const Party& consumer() const { return consumer_; }
  const Party& provider() const { return provider_; }

 private:
  static bool quiet(const Party& party) {
    const bool due = party.now && Machine::due_at(*party.now);
    return party.outbox.empty() && party.outcomes.empty() && !due;
  }

  bool chance(double probability) { return std::uniform_real_distribution<>(0, 1)(random_) < probability; }
  std::size_t pick(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }
  Party& party_of(Role role) { return role == Role::consumer ? consumer_ : provider_; }

  void step() {
    auto& party = chance(0.5) ? consumer_ : provider_;
    if (chance(0.4)) return tell_outcome(party);
    if (chance(faults_.loss * 0.3) && !copies_.empty()) return repeat();
    if (chance(faults_.commands * 0.2)) return user(party);
    if (party.now && party.outbox.empty() && party.outcomes.empty() && Machine::due_at(*party.now)) {
      if (chance(0.1)) return apply(party, Machine::due_event(*party.now));
    }
    carry_out(party);
  }

  void user(Party& party) {
    const Event commands[] = {Suspend{dsp::Reason::of("pause")},
                              Resume{},
                              Suspend{dsp::Reason::of("pause")},
                              Resume{},
                              Complete{},
                              FlowCompleted{}};
    if (chance(0.03)) return apply(party, Terminate{dsp::Reason::of("enough")});
    if (chance(0.1)) return apply(party, commands[4 + pick(2)]);
    apply(party, commands[pick(4)]);
  }

  void apply(Party& party, const Event& event) {
    if (!party.now && !std::holds_alternative<Initiate>(event)) return;
    auto decision = decide(party.now ? &*party.now : nullptr, event, start);
    if (decision) take(party, std::move(*decision));
  }

  void take(Party& party, Decision decision) {
    party.now = std::move(decision.next);
    for (auto& effect : decision.effects) party.outbox.push_back(std::move(effect));
  }

  void tell_outcome(Party& party) {
    if (party.outcomes.empty()) return;
    apply(party, party.outcomes.front());
    party.outcomes.pop_front();
    if (party.outcomes.empty()) party.in_flight = false;
  }

  void carry_out(Party& party) {
    if (party.outbox.empty() || party.in_flight) return;
    const auto effect = party.outbox.front();
    if (!Machine::wanted(*party.now, effect)) return party.outbox.pop_front();
    const auto message = outgoing(effect);
    if (message) return send(party, effect, *message);
    party.outbox.pop_front();
    party.in_flight = true;
    if (chance(faults_.flow_failures))
      return party.outcomes.push_back(FlowFailed{"the data plane is broken"});
    signal(party, effect);
  }

  std::optional<dsp::DataAddress> new_address(Party& party) {
    if (!party.now->owns_address()) return std::nullopt;
    return address(std::to_string(++party.tokens));
  }

  void signal(Party& party, const Effect& effect) {
    const bool later = chance(faults_.flow_delay);
    const bool prepares = std::holds_alternative<PrepareFlow>(effect);
    const bool starts = std::holds_alternative<StartFlow>(effect);
    if (later && (prepares || starts)) party.outcomes.push_back(FlowPending{"dp"});
    if (prepares) party.outcomes.push_back(FlowPrepared{"dp", new_address(party)});
    if (starts) party.outcomes.push_back(FlowStarted{"dp", new_address(party)});
    if (std::holds_alternative<NotifyFlowStarted>(effect)) party.outcomes.push_back(FlowStarted{"dp", {}});
    if (std::holds_alternative<SuspendFlow>(effect)) party.outcomes.push_back(FlowSuspended{});
    if (std::holds_alternative<ResumeFlow>(effect)) party.outcomes.push_back(FlowResumed{new_address(party)});
    if (std::holds_alternative<TerminateFlow>(effect)) party.outcomes.push_back(FlowTerminated{});
    if (std::holds_alternative<CompleteFlow>(effect)) party.outcomes.push_back(FlowCompleted{});
  }

  void send(Party& party, const Effect& effect, const Outgoing& message) {
    if (chance(faults_.loss)) return;
    auto& receiver = party_of(other(party.role));
    const auto refusal = deliver(receiver, message);
    if (!refusal) copies_.push_back({receiver.role, message});  // a refused message is given up, not repeated
    if (chance(faults_.loss)) return;
    party.outbox.pop_front();
    party.in_flight = true;
    if (refusal) {
      auto failed = Machine::failed(effect, Error{ErrorCode::peer_refused, refusal->detail, {}, {}});
      ASSERT_TRUE(failed);
      party.outcomes.push_back(*failed);
    } else if (const auto* request = std::get_if<SendRequest>(&effect)) {
      const dsp::TransferProcess answer{receiver.now->pids(), protocol_state_of(*receiver.now)};
      party.outcomes.push_back(acknowledged(*request, json::encode(answer)));
    } else {
      party.outcomes.push_back(Acknowledged{message.message, {}});
    }
  }

  void repeat() {
    const auto& [role, message] = copies_[pick(copies_.size())];
    deliver(party_of(role), message);
  }

  std::optional<Error> deliver(Party& receiver, const Outgoing& message) {
    auto decision = decide(receiver.now ? &*receiver.now : nullptr, event_of(receiver, message), start);
    if (!decision) return decision.error();
    take(receiver, std::move(*decision));
    return std::nullopt;
  }

  template <class Message>
  Message decoded(const Outgoing& message) {
    auto value = json::decode<Message>(message.body);
    EXPECT_TRUE(value) << message.body;
    return value.value_or(Message{});
  }

  Event event_of(const Party& receiver, const Outgoing& message) {
    const auto& sender = did_of(other(receiver.role));
    const auto ends = [&](std::string_view path) { return message.url.ends_with(path); };
    if (ends("/transfers/request")) {
      const auto body = decoded<dsp::TransferRequestMessage>(message);
      auto event = first_request(direction_, Start{}, body.id.str());
      event.data_address = body.data_address;
      return event;
    }
    if (ends("/start")) {
      const auto body = decoded<dsp::TransferStartMessage>(message);
      return StartReceived{{body.id, sender, body.pids}, body.data_address, {}};
    }
    if (ends("/completion")) {
      const auto body = decoded<dsp::TransferCompletionMessage>(message);
      return CompletionReceived{{body.id, sender, body.pids}};
    }
    if (ends("/suspension")) {
      const auto body = decoded<dsp::TransferSuspensionMessage>(message);
      return SuspensionReceived{{body.id, sender, body.pids}, body.reason, {}};
    }
    const auto body = decoded<dsp::TransferTerminationMessage>(message);
    return TerminationReceived{{body.id, sender, body.pids}, body.reason};
  }

  std::mt19937_64 random_;
  Direction direction_;
  Faults faults_;
  Party consumer_{Role::consumer, {}, {}, {}, false, 0};
  Party provider_{Role::provider, {}, {}, {}, false, 0};
  std::vector<std::pair<Role, Outgoing>> copies_;
};

std::string both_states(const World& world) {
  return std::string(state_names.name(world.consumer().now->state)) + " and " +
         std::string(state_names.name(world.provider().now->state));
}

/// The states agree when nothing moves, and again after the transfer was brought to its end.
void expect_agreement(std::uint64_t seed, Direction direction, Faults faults,
                      std::map<std::string, int>& tally) {
  World world(seed, direction, faults);
  world.run();
  ASSERT_TRUE(world.quiet()) << "seed " << seed;
  if (!world.provider().now) {
    EXPECT_EQ(world.consumer().now->state, State::terminated) << "seed " << seed;
    return;
  }
  EXPECT_EQ(world.consumer().now->protocol_state, world.provider().now->protocol_state)
      << "seed " << seed << " " << both_states(world);
  ++tally[std::string(state_names.name(world.consumer().now->state))];
  const auto& owner = world.consumer().now->owns_address() ? world.consumer() : world.provider();
  const auto& other_party = world.consumer().now->owns_address() ? world.provider() : world.consumer();
  if (owner.now->state == State::started && other_party.now->state == State::started) {
    EXPECT_EQ(other_party.now->data_address, owner.now->data_address) << "seed " << seed;
  }
  const bool stable =
      owner.now->ended() || owner.now->state == State::started || owner.now->state == State::suspended;
  EXPECT_TRUE(stable) << "seed " << seed << " " << both_states(world);
  world.command(Role::consumer, Terminate{dsp::Reason::of("the end")});
  world.settle_down();
  EXPECT_TRUE(world.consumer().now->ended()) << "seed " << seed << " " << both_states(world);
  EXPECT_EQ(world.consumer().now->state, world.provider().now->state) << "seed " << seed;
  EXPECT_FALSE(world.consumer().now->data_address || world.provider().now->data_address) << "seed " << seed;
}

}  // namespace

TEST(TransferProcessSimulation, two_parties_over_a_bad_network_agree_on_the_state) {
  for (const auto direction : {Direction::pull, Direction::push}) {
    std::map<std::string, int> tally;
    for (std::uint64_t seed = 0; seed < 150; ++seed) expect_agreement(seed, direction, {}, tally);
    for (const auto* reached : {"STARTED", "SUSPENDED", "COMPLETED", "TERMINATED"}) {
      EXPECT_GT(tally[reached], 3) << reached << " " << direction_names.name(direction);
    }
  }
}

TEST(TransferProcessSimulation, without_users_and_failures_every_transfer_starts_with_the_owners_address) {
  const Faults faults{.loss = 0.4, .commands = 0, .flow_failures = 0, .flow_delay = 0.5};
  for (const auto direction : {Direction::pull, Direction::push}) {
    std::map<std::string, int> tally;
    for (std::uint64_t seed = 0; seed < 100; ++seed) expect_agreement(seed, direction, faults, tally);
    EXPECT_EQ(tally["STARTED"], 100);
  }
}
