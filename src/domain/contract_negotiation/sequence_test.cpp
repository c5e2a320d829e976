#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <set>

#include "base/text/text.hpp"
#include "domain/contract_negotiation/negotiation_for_test.hpp"

/// Whatever is sent, commanded and acknowledged, in any order and with repetitions: a negotiation moves only
/// as the specification allows.

using namespace kontor;
using namespace kontor::domain::contract_negotiation;
using namespace kontor::domain::contract_negotiation::testing;

namespace {

/// [DSP 2025-1, contract negotiation protocol]: from → to. A termination may come in every state that is not
/// final.
const std::map<std::string, std::set<std::string>>& allowed() {
  static const std::map<std::string, std::set<std::string>> table{
      {"", {"requested", "offered", "terminated"}},
      {"requested", {"offered", "agreed", "terminated"}},
      {"offered", {"requested", "accepted", "terminated"}},
      {"accepted", {"agreed", "terminated"}},
      {"agreed", {"verified", "terminated"}},
      {"verified", {"finalized", "terminated"}},
      {"finalized", {}},
      {"terminated", {}}};
  return table;
}

struct Walk {
  Role role;
  std::optional<ContractNegotiation> now;
  std::string known;           ///< the protocol's state, as told by what happened
  std::uint64_t messages = 0;  ///< numbers new ones
  std::vector<MessageId> sent;
};

MessageId pick_message(const Walk& walk, std::size_t choice) {
  if (walk.now && choice % 3 != 0) return walk.now->pending;
  if (walk.sent.empty()) return MessageId{"unknown"};
  return walk.sent[choice % walk.sent.size()];
}

/// A command that may follow a message.
Then pick_then(const Walk& walk, std::size_t choice) {
  const auto last = walk.now && walk.now->last_offer() ? *walk.now->last_offer() : offer();
  switch (choice % 8) {
    case 0:
      return Accept{};
    case 1:
      return Verify{};
    case 2:
      return Agree{agreement_about(last)};
    case 3:
      return Finalize{};
    case 4:
      return MakeOffer{offer(std::to_string(choice % 3))};
    case 5:
      return CounterRequest{offer(std::to_string(choice % 3))};
    case 6:
      return Terminate{dsp::Reason::of("enough")};
    default:
      return std::nullopt;
  }
}

/// What the peer has proved: now this, now that, and often nothing.
json::Object pick_claims(std::size_t choice) {
  if (choice % 3 == 0) return {};
  return {{"proved", choice % 3}};
}

/// The end is made rare, so that walks get far.
bool spares_the_end(std::size_t what, std::size_t choice) {
  return (what == 6 || what == 8) && choice % 16 != 0;
}

Event pick_event(Walk& walk, std::size_t what, std::size_t choice) {
  if (spares_the_end(what, choice)) return Acknowledged{walk.now->pending, pid_of(other(walk.role))};
  auto envelope =
      envelope_to(walk.role, "m-" + std::to_string(choice % 4 == 0 ? choice % 5 : ++walk.messages + 10));
  const auto proposed = offer(std::to_string(choice % 3));
  const auto last = walk.now && walk.now->last_offer() ? *walk.now->last_offer() : offer();
  const auto then = pick_then(walk, choice / 7);
  const bool first = !walk.now || choice % 5 == 0;
  if (first && what < 2) (walk.role == Role::provider ? envelope.pids.provider : envelope.pids.consumer) = {};
  const auto contact = first ? std::optional(first_contact(walk.role)) : std::nullopt;
  switch (what) {
    case 0:
      return RequestReceived{envelope, contact, proposed, then, pick_claims(choice)};
    case 1:
      return OfferReceived{envelope, contact, proposed, then};
    case 2:
      return AcceptanceReceived{envelope, then, pick_claims(choice)};
    case 3: {
      auto agreement = agreement_about(last);
      agreement.id = "a-" + std::to_string(choice % 3);
      return AgreementReceived{envelope, agreement, pick_claims(choice), then};
    }
    case 4:
      return VerificationReceived{envelope, then};
    case 5:
      return FinalizationReceived{envelope};
    case 6:
      return TerminationReceived{envelope, dsp::Reason::of("no")};
    case 7:
      return Acknowledged{pick_message(walk, choice), pid_of(other(walk.role))};
    case 8:
      return SendFailed{pick_message(walk, choice), ErrorCode::peer_refused, "no"};
    case 9:
      return walk.role == Role::consumer ? Event(request()) : Event(open_offer());
    default:
      return then ? std::visit([](const auto& command) { return Event(command); }, *then) : Event(Accept{});
  }
}

void follow_what_happened(Walk& walk, const std::vector<std::string>& happened) {
  for (const auto& name : happened) {
    const auto state = name.substr(std::string_view("contract.negotiation.").size());
    if (state == "initiated" || state == "terminating" || state == "agreementReplaced") continue;
    RC_ASSERT(allowed().at(walk.known).contains(state));
    walk.known = state;
  }
}

void check_shape(const ContractNegotiation& now) {
  const bool waits = state_names.name(now.state).ends_with("ING");
  RC_ASSERT(waits == !now.pending.empty());
  RC_ASSERT(now.offers.size() <= offers_kept_max);
  RC_ASSERT(now.seen.size() <= seen_messages_max);
  if (now.state == State::finalized) RC_ASSERT(agreement_of(now).has_value());
  RC_ASSERT(Machine::decode(Machine::encode(now), Machine::kind().codec_version).value() == now);
}

void take(Walk& walk, const Event& event) {
  const auto decision = decide(walk.now ? &*walk.now : nullptr, event, start);
  if (!decision) return;
  if (walk.now && walk.now->ended()) {
    RC_ASSERT(decision->effects.empty());
    RC_ASSERT(decision->next.state == walk.now->state);
  }
  follow_what_happened(walk, decision->happened);
  walk.now = decision->next;
  for (const auto& effect : decision->effects) {
    walk.sent.push_back(outgoing(effect)->message);
    RC_ASSERT(std::set(walk.sent.begin(), walk.sent.end()).size() == walk.sent.size());
  }
  check_shape(*walk.now);
  const auto told = dsp::negotiation_state_names.name(protocol_state_of(*walk.now));
  if (!walk.known.empty()) RC_ASSERT(text::equal_ignoring_case(told, walk.known));
}

/// The four ways in which a negotiation begins.
Event opening(Walk& walk, bool by_peer) {
  const auto envelope = envelope_to(walk.role, "m-0");
  auto first = envelope;
  (walk.role == Role::provider ? first.pids.provider : first.pids.consumer) = {};
  if (walk.role == Role::consumer && by_peer)
    return OfferReceived{first, first_contact(walk.role), offer(), {}};
  if (walk.role == Role::consumer) return request();
  if (by_peer) return RequestReceived{first, first_contact(walk.role), offer(), {}};
  return open_offer();
}

}  // namespace

TEST(ContractNegotiationSequences, no_order_of_events_reaches_a_state_that_the_specification_forbids) {
  const auto holds = rc::check([](bool consumer, bool by_peer) {
    const auto steps =
        *rc::gen::resize(300, rc::gen::arbitrary<std::vector<std::pair<std::uint8_t, std::uint16_t>>>());
    Walk walk{consumer ? Role::consumer : Role::provider, {}, {}, 0, {}};
    take(walk, opening(walk, by_peer));
    for (const auto& [what, choice] : steps) take(walk, pick_event(walk, what % 12, choice));
    RC_TAG(walk.known);
  });
  EXPECT_TRUE(holds);
}
