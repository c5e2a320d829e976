#include "domain/issuance/offer/decide.hpp"

#include <algorithm>
#include <array>

namespace kontor::domain::issuance::offer {
namespace {

Decision changed(Offer next, std::string_view what, std::vector<Effect> effects = {}) {
  return {.next = std::move(next),
          .effects = std::move(effects),
          .happened = {"issuer_offer." + std::string(what)}};
}

Result<Decision> make(const Make& event) {
  if (event.offer.credentials.empty()) return invalid("/credentials", "must name at least one credential");
  auto next = event.offer;
  next.state = State::sending;
  next.reason.clear();
  const auto id = next.id;
  return changed(std::move(next), "made", {SendOffer{id}});
}

Result<Decision> on(const Offer& offer, const Make& event) {
  const bool same = offer.holder == event.offer.holder && offer.credentials == event.offer.credentials;
  if (same) return Decision{.next = offer};
  return fail(ErrorCode::conflict, "there is another offer with the id {}", offer.id);
}

Result<Decision> on(const Offer& offer, const Sent&) {
  if (offer.state == State::sent) return Decision{.next = offer};
  auto next = offer;
  next.state = State::sent;
  next.reason.clear();
  return changed(std::move(next), "sent");
}

Result<Decision> on(const Offer& offer, const SendFailed& event) {
  if (offer.state != State::sending) return Decision{.next = offer};
  auto next = offer;
  next.state = State::failed;
  next.reason = event.reason;
  return changed(std::move(next), "failed");
}

}  // namespace

Result<Decision> decide(const Offer* current, const Event& event, Instant) {
  if (current) return std::visit([&](const auto& one) { return on(*current, one); }, event);
  if (const auto* first = std::get_if<Make>(&event)) return make(*first);
  return fail(ErrorCode::not_found, "there is no such offer");
}

/// 401: the holder could not resolve the issuer's DID. 409, 425 and 429 say that the moment is wrong.
bool worth_another_attempt(unsigned status) {
  static constexpr std::array passing{401u, 408u, 409u, 425u, 429u};
  return status >= 500 || std::ranges::find(passing, status) != passing.end();
}

}  // namespace kontor::domain::issuance::offer
