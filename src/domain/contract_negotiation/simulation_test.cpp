#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "domain/contract_negotiation/negotiation_for_test.hpp"
#include "protocol/dsp/negotiation.hpp"

/// A consumer and a provider with a network between them that loses messages and acknowledgements, repeats
/// and reorders. They speak in the messages of the wire. However bad it is, they end in states that agree.

using namespace kontor;
using namespace kontor::domain::contract_negotiation;
using namespace kontor::domain::contract_negotiation::testing;

namespace {

/// What a party does when it is asked; drawn anew for each message.
struct Behaviour {
  double loss = 0.3;
  double termination = 0.05;
  double haggling = 0.3;
  /// Whether the provider is as EDC 0.15.1: each attempt to send an agreement is another agreement, under the
  /// same message id, and a verification has to wait until one of them was acknowledged.
  bool rewriting = false;
  /// How often a party answers 2xx to an agreement or a verification and keeps nothing of it, as EDC 0.15.1
  /// does when two of its own threads write the process; once in a run, and then it is told again.
  double forgetting = 0;
};

struct Party {
  Role role;
  std::optional<ContractNegotiation> now;
  std::deque<Effect> outbox;   ///< in order; the first is being sent
  std::deque<Event> outcomes;  ///< of messages that were sent, not yet told to the machine
  bool in_flight = false;      ///< the first of the outbox waits for its outcome to be told
};

class World {
 public:
  World(std::uint64_t seed, Behaviour behaviour) : random_(seed), behaviour_(behaviour) {}

  void run() {
    apply(consumer_, request());
    for (int i = 0; i < 400; ++i) step();
    behaviour_.loss = 0;
    behaviour_.termination = 0;
    behaviour_.haggling = 0;
    for (int i = 0; i < 2000 && (!quiet() || time_passes()); ++i) step();
  }

  bool quiet() const {
    return consumer_.outbox.empty() && provider_.outbox.empty() && consumer_.outcomes.empty() &&
           provider_.outcomes.empty();
  }
  const Party& consumer() const { return consumer_; }
  const Party& provider() const { return provider_; }

 private:
  /// Until something is due to somebody; false: nothing is.
  bool time_passes() {
    for (auto* party : {&consumer_, &provider_}) {
      if (party->now && Machine::due_at(*party->now)) apply(*party, Machine::due_event(*party->now));
    }
    return !quiet();
  }

  bool chance(double probability) { return std::uniform_real_distribution<>(0, 1)(random_) < probability; }

  void step() {
    auto& party = chance(0.5) ? consumer_ : provider_;
    if (chance(0.4)) return tell_outcome(party);
    if (chance(behaviour_.loss * 0.3) && !copies_.empty()) return repeat();
    if (chance(behaviour_.termination * 0.3) && party.now)
      apply(party, Terminate{dsp::Reason::of("changed my mind")});
    send(party);
  }

  void apply(Party& party, const Event& event) {
    auto decision = decide(party.now ? &*party.now : nullptr, event, start);
    if (decision) keep(party, std::move(*decision));
  }

  static void keep(Party& party, Decision decision) {
    party.now = std::move(decision.next);
    for (auto& effect : decision.effects) party.outbox.push_back(std::move(effect));
  }

  void tell_outcome(Party& party) {
    if (party.outcomes.empty()) return;
    apply(party, party.outcomes.front());
    party.outcomes.pop_front();
    party.in_flight = false;
  }

  /// An attempt for the first effect: lost on the way, its answer lost, or answered.
  void send(Party& party) {
    if (party.outbox.empty() || party.in_flight) return;
    if (!Machine::wanted(*party.now, party.outbox.front())) return party.outbox.pop_front();
    if (behaviour_.rewriting) rewrite(party);
    const auto effect = party.outbox.front();
    const auto message = *outgoing(effect);
    if (chance(behaviour_.loss)) return;
    auto& receiver = party.role == Role::consumer ? provider_ : consumer_;
    if (behaviour_.rewriting && std::holds_alternative<SendVerification>(effect) &&
        receiver.now->state == State::agreeing)
      return;
    const auto before = receiver;
    const auto refusal = deliver(receiver, message);
    if (forgets(effect)) receiver = before;
    if (!refusal) copies_.push_back({receiver.role, message});  // a refused message is given up, not repeated
    if (chance(behaviour_.loss)) return;
    party.outbox.pop_front();
    party.in_flight = true;
    if (!refusal) {
      const dsp::ContractNegotiation answer{receiver.now->pids(), protocol_state_of(*receiver.now)};
      party.outcomes.push_back(acknowledged(effect, json::encode(answer)));
      return;
    }
    auto failed = Machine::failed(effect, Error{ErrorCode::peer_refused, refusal->detail, {}, {}});
    ASSERT_TRUE(failed);
    party.outcomes.push_back(*failed);
  }

  bool forgets(const Effect& effect) {
    const bool may =
        std::holds_alternative<SendAgreement>(effect) || std::holds_alternative<SendVerification>(effect);
    if (!may || forgotten_ || !chance(behaviour_.forgetting)) return false;
    return forgotten_ = true;
  }

  void rewrite(Party& party) {
    auto* effect = std::get_if<SendAgreement>(&party.outbox.front());
    if (!effect) return;
    effect->agreement.id = "a-" + std::to_string(++agreements_);
    party.now->agreement->policy = effect->agreement;
    std::erase_if(copies_, [](const auto& copy) { return copy.second.url.ends_with("/agreement"); });
  }

  void repeat() {
    const auto& [role, message] =
        copies_[std::uniform_int_distribution<std::size_t>(0, copies_.size() - 1)(random_)];
    deliver(role == Role::consumer ? consumer_ : provider_, message);
  }

  std::optional<Error> deliver(Party& receiver, const Outgoing& message) {
    auto event = event_of(receiver, message);
    auto decision = decide(receiver.now ? &*receiver.now : nullptr, event, start);
    if (!decision) return decision.error();
    keep(receiver, std::move(*decision));
    return std::nullopt;
  }

  template <class Message>
  Message decoded(const Outgoing& message) {
    auto value = json::decode<Message>(message.body);
    EXPECT_TRUE(value) << message.body;
    return value.value_or(Message{});
  }

  Then or_terminate(Command command) {
    if (chance(behaviour_.termination)) return Terminate{dsp::Reason::of("no")};
    return command;
  }

  Event event_of(Party& receiver, const Outgoing& message) {
    const auto& sender = did_of(other(receiver.role));
    const auto ends = [&](std::string_view path) { return message.url.ends_with(path); };
    if (ends("/request")) {
      const auto body = decoded<dsp::ContractRequestMessage>(message);
      const Envelope envelope{body.id, sender, {body.provider_pid.value_or(Pid{}), body.consumer_pid}};
      std::optional<FirstContact> first;
      if (ends("/negotiations/request")) first = first_contact(Role::provider);
      const Command answer = chance(behaviour_.haggling) ? Command(MakeOffer{offer(std::to_string(++price_))})
                                                         : Command(Agree{agreement_about(body.offer)});
      return RequestReceived{envelope, first, body.offer, or_terminate(answer)};
    }
    if (ends("/offers")) {
      const auto body = decoded<dsp::ContractOfferMessage>(message);
      const Command answer = chance(behaviour_.haggling)
                                 ? Command(CounterRequest{offer(std::to_string(++price_))})
                                 : Command(Accept{});
      return OfferReceived{{body.id, sender, {body.provider_pid, body.consumer_pid.value_or(Pid{})}},
                           {},
                           body.offer,
                           or_terminate(answer)};
    }
    if (ends("/agreement")) {
      const auto body = decoded<dsp::ContractAgreementMessage>(message);
      return AgreementReceived{{body.id, sender, body.pids}, body.agreement, {}, or_terminate(Verify{})};
    }
    if (ends("/verification")) {
      const auto body = decoded<dsp::ContractAgreementVerificationMessage>(message);
      return VerificationReceived{{body.id, sender, body.pids}, or_terminate(Finalize{})};
    }
    if (ends("/termination")) {
      const auto body = decoded<dsp::ContractNegotiationTerminationMessage>(message);
      return TerminationReceived{{body.id, sender, body.pids}, body.reason};
    }
    const auto body = decoded<dsp::ContractNegotiationEventMessage>(message);
    const Envelope envelope{body.id, sender, body.pids};
    if (body.event_type == dsp::NegotiationEventType::finalized) return FinalizationReceived{envelope};
    const auto* last = receiver.now ? receiver.now->last_offer() : nullptr;
    return AcceptanceReceived{envelope, or_terminate(Agree{agreement_about(last ? *last : offer())})};
  }

  std::mt19937_64 random_;
  Behaviour behaviour_;
  Party consumer_{Role::consumer, {}, {}, {}, false};
  Party provider_{Role::provider, {}, {}, {}, false};
  std::vector<std::pair<Role, Outgoing>> copies_;  ///< delivered once, may come again
  int price_ = 1;
  int agreements_ = 0;
  bool forgotten_ = false;
};

struct Tally {
  int finalized = 0;
  int terminated = 0;
};

Tally run_all(Behaviour behaviour, std::uint64_t seeds) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    World world(seed, behaviour);
    world.run();
    const auto& consumer = world.consumer().now;
    const auto& provider = world.provider().now;
    EXPECT_TRUE(world.quiet()) << "seed " << seed;
    if (!consumer || !provider) {
      // The consumer gave up before its request arrived.
      EXPECT_TRUE(consumer && !provider && consumer->state == State::terminated) << "seed " << seed;
      ++tally.terminated;
      continue;
    }
    EXPECT_TRUE(consumer->ended() && provider->ended())
        << "seed " << seed << " " << state_names.name(consumer->state) << " "
        << state_names.name(provider->state);
    EXPECT_EQ(consumer->state, provider->state) << "seed " << seed;
    EXPECT_EQ(consumer->peer_pid, provider->pid);
    if (consumer->state == State::finalized) {
      EXPECT_EQ(json::encode(consumer->agreement->policy), json::encode(provider->agreement->policy));
    }
    ++(consumer->state == State::finalized ? tally.finalized : tally.terminated);
  }
  return tally;
}

}  // namespace

TEST(ContractNegotiationSimulation, two_parties_over_a_bad_network_end_in_agreeing_states) {
  const auto tally = run_all({}, 300);
  EXPECT_GT(tally.finalized, 50);
  EXPECT_GT(tally.terminated, 50);
}

TEST(ContractNegotiationSimulation, without_terminations_every_negotiation_is_finalized) {
  const auto tally = run_all({.loss = 0.4, .termination = 0, .haggling = 0.3}, 100);
  EXPECT_EQ(tally.terminated, 0);
}

TEST(ContractNegotiationSimulation,
     both_keep_the_last_agreement_of_a_provider_that_writes_each_attempt_anew) {
  const auto tally = run_all({.loss = 0.4, .termination = 0, .haggling = 0.3, .rewriting = true}, 200);
  EXPECT_EQ(tally.terminated, 0);
}

TEST(ContractNegotiationSimulation, a_party_that_forgets_what_it_acknowledged_comes_to_the_same_end) {
  const auto tally = run_all({.loss = 0, .termination = 0, .haggling = 0.3, .forgetting = 1}, 100);
  EXPECT_EQ(tally.terminated, 0);
}
