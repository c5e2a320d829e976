#include "domain/push/decide.hpp"

#include <algorithm>

namespace kontor::domain::push {
namespace {

constexpr std::size_t newest_max = 16;

Decision take_up(Push push, Instant now, std::string happened) {
  push.state = State::sending;
  ++push.round;
  push.quiet_until = now + push.patience;
  Send send{push.flow, push.round};
  return {.next = std::move(push), .effects = {std::move(send)}, .happened = {std::move(happened)}};
}

Decision lay_down(Push push, State state, std::string happened) {
  push.state = state;
  push.quiet_until.reset();
  return {.next = std::move(push), .happened = {std::move(happened)}};
}

struct Rules {
  const Push& push;
  Instant now;

  Result<void> of_this(Round round) const {
    if (round == push.round && push.state == State::sending) return {};
    return fail(ErrorCode::conflict, "round {} of the push is over", round);
  }

  Result<Decision> operator()(const Ordered& event) const {
    if (event.order == push.order) return Decision{.next = push};
    auto next = push;
    next.order = event.order;
    next.patience = event.patience;
    next.last_error.clear();
    return take_up(std::move(next), now, "data.push.ordered");
  }

  Result<Decision> operator()(const Acknowledged& event) const {
    if (auto fine = of_this(event.round); !fine) return fail(fine.error());
    if (is_acknowledged(push, event.part.name)) return Decision{.next = push};
    Decision decision{.next = push, .happened = {"data.push.part.acknowledged"}};
    auto& next = decision.next;
    next.quiet_until = now + next.patience;
    ++next.parts;
    next.bytes += event.part.bytes;
    next.newest.push_back(event.part);
    if (next.newest.size() > newest_max) next.newest.erase(next.newest.begin());
    next.beyond.push_back(event.part);
    if (event.through && (!next.through || *next.through < *event.through)) next.through = event.through;
    std::erase_if(next.beyond,
                  [&](const SentPart& each) { return next.through && each.name <= *next.through; });
    return decision;
  }

  Result<Decision> operator()(const Alive& event) const {
    if (auto fine = of_this(event.round); !fine) return fail(fine.error());
    Decision decision{.next = push};
    decision.next.quiet_until = now + push.patience;
    return decision;
  }

  Result<Decision> operator()(const Rested& event) const {
    if (auto fine = of_this(event.round); !fine) return fail(fine.error());
    return lay_down(push, State::resting, "data.push.rested");
  }

  Result<Decision> operator()(const Broken& event) const {
    if (auto fine = of_this(event.round); !fine) return fail(fine.error());
    auto decision = lay_down(push, State::failed, "data.push.failed");
    decision.next.last_error = event.reason;
    return decision;
  }

  Result<Decision> operator()(const Quiet&) const {
    if (!push.quiet_until || now < *push.quiet_until) return Decision{.next = push};
    return take_up(push, now, "data.push.taken_up");
  }
};

}  // namespace

Result<Decision> decide(const Push* current, const Event& event, Instant now) {
  if (current) return std::visit(Rules{*current, now}, event);
  const auto* ordered = std::get_if<Ordered>(&event);
  if (!ordered) return fail(ErrorCode::not_found, "there is no such push");
  return Rules{Push{.flow = ordered->flow}, now}(*ordered);
}

bool is_acknowledged(const Push& push, std::string_view part) {
  const auto is_it = [&](const SentPart& each) { return each.name == part; };
  return (push.through && part <= *push.through) || std::ranges::any_of(push.beyond, is_it);
}

}  // namespace kontor::domain::push
