#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <optional>

#include "domain/obtaining/decide.hpp"

// Whatever comes in whatever order, a flight asks for each thing once and comes to rest with its explanation.
namespace kontor::domain::obtaining {
namespace {

const Instant start = from_epoch_seconds(1'800'000'000);

/// Callers, and a world that answers what was ordered, other things, or twice.
struct Walk {
  std::optional<Obtaining> now;
  std::vector<Effect> orders;  ///< of the flight there is
  int calls = 0;
};

const Failure refusal{Hop::negotiation, ErrorCode::peer_refused, "no", "not to you"};

Event call(Walk& walk, bool has_seen) {
  const auto number = std::to_string(++walk.calls);
  Wanted wanted{Did("did:web:provider"),
                "https://provider.example/dsp",
                "profile",
                dsp::DatasetId("asset"),
                "HttpData-PULL",
                {}};
  const auto seen = has_seen && walk.now && walk.now->at_rest() ? walk.now->flight : 0;
  return Obtain{EntityId("o"), std::move(wanted), seen, Pid("transfer-" + number),
                Pid("negotiation-" + number)};
}

Event step(Walk& walk) {
  const auto flight = std::to_string(*rc::gen::inRange(1, std::max(2, walk.calls + 1)));
  switch (*rc::gen::inRange(0, 9)) {
    case 0:
      return AgreementFound{EntityId("agreement"), Pid("earlier")};
    case 1:
      return AgreementFound{EntityId("agreement"), Pid("earlier"), Pid("running")};
    case 2:
      return OfferChosen{odrl::Policy{.id = "offer"}};
    case 3:
      return NegotiationEnded{Pid("negotiation-" + flight), EntityId("agreement")};
    case 4:
      return NegotiationEnded{Pid("negotiation-" + flight), {}, refusal};
    case 5:
      return TransferSettled{Pid("transfer-" + flight)};
    case 6:
      return TransferSettled{Pid("transfer-" + flight), refusal};
    case 7:
      return HopFailed{refusal};
    default:
      return call(walk, *rc::gen::arbitrary<bool>());
  }
}

void take(Walk& walk, const Event& event) {
  const auto decision = decide(walk.now ? &*walk.now : nullptr, event, start);
  RC_ASSERT(decision.has_value() == (walk.now || std::holds_alternative<Obtain>(event)));
  if (!decision) return;
  const auto& next = decision->next;
  if (!walk.now || next.flight != walk.now->flight) walk.orders.clear();
  for (const auto& effect : decision->effects) {
    for (const auto& earlier : walk.orders) RC_ASSERT(earlier.index() < effect.index());
    walk.orders.push_back(effect);
  }
  RC_ASSERT(next.failure.has_value() == (next.state == State::failed));
  if (next.state == State::transferring || next.state == State::obtained) RC_ASSERT(!next.agreement.empty());
  if (walk.now) RC_ASSERT(next.flight == walk.now->flight || walk.now->at_rest());
  // Whatever is under way waits for something that was ordered.
  if (!next.at_rest()) RC_ASSERT(walk.orders.back().index() == static_cast<std::size_t>(next.state));
  RC_ASSERT(Machine::decode(Machine::encode(next), 1).value() == next);
  walk.now = next;
}

}  // namespace

RC_GTEST_PROP(ObtainingSequence, no_order_of_events_asks_for_anything_twice_or_leaves_a_flight_without_end,
              ()) {
  Walk walk;
  take(walk, call(walk, false));
  const auto steps = *rc::gen::inRange(0, 40);
  for (int i = 0; i < steps; ++i) take(walk, step(walk));
}

}  // namespace kontor::domain::obtaining
