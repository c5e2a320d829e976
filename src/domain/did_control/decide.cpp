#include "domain/did_control/decide.hpp"

#include <algorithm>

#include "base/text/beginning.hpp"

namespace kontor::domain::did_control {
namespace {

Result<Decision> on(Control control, const Ask& event, Instant now) {
  control.did = event.did;
  std::erase_if(control.challenges, [now](const auto& each) { return each.expires_at <= now; });
  if (control.challenges.size() >= challenges_max)
    return fail(ErrorCode::too_many_requests, "{} challenges are open: answer one, or wait until they expire",
                challenges_max);
  control.challenges.push_back({event.nonce, now + challenge_time});
  return Decision{.next = std::move(control), .happened = {"did.control.asked"}};
}

Result<Decision> on(Control control, const Try&, Instant now) {
  std::erase_if(control.tries, [now](Instant at) { return at + tries_time <= now; });
  if (control.tries.size() >= tries_max)
    return fail(ErrorCode::too_many_requests, "{} answers were tried: try again later", tries_max);
  control.tries.push_back(now);
  return Decision{.next = std::move(control)};
}

Result<Decision> on(Control control, const Refuse& event, Instant) {
  control.last_refusal = text::beginning(event.reason, reason_bytes_max);
  return Decision{.next = std::move(control), .happened = {"did.control.refused"}};
}

Result<Decision> on(Control control, const Prove& event, Instant now) {
  if (!open_challenge(control, event.nonce, now))
    return fail(ErrorCode::forbidden, "no such challenge is open: it was answered, or has expired");
  control.challenges.clear();
  control.tries.clear();
  control.last_refusal.clear();
  control.proof = Proof{now, event.key_id};
  return Decision{.next = std::move(control), .happened = {"did.control.proven"}};
}

}  // namespace

Result<Decision> decide(const Control* current, const Event& event, Instant now) {
  if (!current && !std::holds_alternative<Ask>(event))
    return fail(ErrorCode::not_found, "no challenge was asked for");
  const Control control = current ? *current : Control{};
  if (control.proof)
    return fail(ErrorCode::illegal_transition, "the control of {} is proven already", control.did);
  return std::visit([&](const auto& one) { return on(control, one, now); }, event);
}

const Challenge* open_challenge(const Control& control, std::string_view nonce, Instant now) {
  const auto found = std::ranges::find_if(
      control.challenges, [&](const auto& each) { return each.nonce == nonce && each.expires_at > now; });
  return found == control.challenges.end() ? nullptr : &*found;
}

std::size_t open_count(const Control& control, Instant now) {
  return static_cast<std::size_t>(
      std::ranges::count_if(control.challenges, [now](const auto& each) { return each.expires_at > now; }));
}

}  // namespace kontor::domain::did_control
