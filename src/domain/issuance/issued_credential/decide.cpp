#include "domain/issuance/issued_credential/decide.hpp"

#include <algorithm>

#include "domain/issuance/issued_credential/codec.hpp"

namespace kontor::domain::issuance::issued_credential {
namespace {

/// A change of state by a bit in the list for a purpose.
struct Change {
  State to;
  std::string_view purpose;
  bool value;
  std::string_view what;
  std::string reason;
};

Change change_of(const Revoke& event) {
  return {State::revoked, revocation, true, "revoked", event.reason};
}
Change change_of(const Suspend& event) {
  return {State::suspended, suspension, true, "suspended", event.reason};
}
Change change_of(const Resume& event) {
  return {State::issued, suspension, false, "resumed", event.reason};
}

Result<Decision> apply(const IssuedCredential& credential, Change change) {
  if (credential.state == change.to) return Decision{.next = credential};
  if (credential.state == State::revoked) {
    return fail(ErrorCode::illegal_transition, "credential {} cannot be {}: it is revoked for ever",
                credential.id, change.what);
  }
  const auto slot = std::ranges::find(credential.slots, change.purpose, &StatusSlot::purpose);
  if (slot == credential.slots.end()) {
    return fail(ErrorCode::illegal_transition, "credential {} cannot be {}: it stands in no list for {}",
                credential.id, change.what, change.purpose);
  }
  auto next = credential;
  next.state = change.to;
  next.reason = std::move(change.reason);
  return Decision{.next = std::move(next),
                  .effects = {MarkStatus{slot->list, slot->index, change.value}},
                  .happened = {"issued_credential." + std::string(change.what)}};
}

Result<Decision> on(const IssuedCredential& credential, const Record& event) {
  const bool same =
      credential.process == event.credential.process && credential.slots == event.credential.slots;
  if (same) return Decision{.next = credential};
  return fail(ErrorCode::conflict, "there is another issued credential with the id {}", credential.id);
}

template <class Command>
Result<Decision> on(const IssuedCredential& credential, const Command& command) {
  return apply(credential, change_of(command));
}

}  // namespace

Result<Decision> decide(const IssuedCredential* current, const Event& event, Instant) {
  if (current) return std::visit([&](const auto& one) { return on(*current, one); }, event);
  const auto* record = std::get_if<Record>(&event);
  if (!record) return fail(ErrorCode::not_found, "there is no such issued credential");
  auto next = record->credential;
  next.state = State::issued;
  next.reason.clear();
  return Decision{.next = std::move(next), .happened = {"issued_credential.recorded"}};
}

}  // namespace kontor::domain::issuance::issued_credential
