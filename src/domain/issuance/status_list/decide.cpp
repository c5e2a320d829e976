#include "domain/issuance/status_list/decide.hpp"

#include <algorithm>

#include "domain/issuance/status_list/codec.hpp"

namespace kontor::domain::issuance::status_list {
namespace {

constexpr Duration back_dating = std::chrono::seconds(5);

Decision unchanged(const List& list) {
  return {.next = list};
}

Decision changed(List next, std::string_view what) {
  return {.next = std::move(next), .happened = {"status_list." + std::string(what)}};
}

void sign_now(Decision& decision) {
  auto& next = decision.next;
  next.sign_at.reset();
  decision.effects.emplace_back(SignList{next.id, next.revision});
}

Result<Decision> create(const Create& event) {
  if (event.kind == protocol::vc::StatusKind::other) return invalid("/kind", "must be a kind of status list");
  if (event.size_bits > protocol::vc::Bitstring::size_bits_max)
    return invalid("/size", "is more than readers take");
  List list{.id = event.id,
            .url = event.url,
            .issuer = event.issuer,
            .kind = event.kind,
            .purpose = event.purpose,
            .bits = protocol::vc::Bitstring(event.size_bits)};
  auto decision = changed(std::move(list), "created");
  sign_now(decision);
  return decision;
}

Result<Decision> on(const List& list, const Create& event, Instant) {
  if (list.url == event.url && list.issuer == event.issuer) return unchanged(list);
  return fail(ErrorCode::conflict, "there is another status list with the id {}", list.id);
}

Result<Decision> on(const List& list, const Mark& event, Instant now) {
  auto next = list;
  for (const auto& change : event.changes) {
    if (auto done = next.bits.set(change.index, change.value); !done) return fail(std::move(done.error()));
  }
  if (next.bits == list.bits) return unchanged(list);
  ++next.revision;
  auto decision = changed(std::move(next), "marked");
  auto& marked = decision.next;
  if (!marked.sign_at || !marked.published) return decision;  // being signed: Signed sees the new revision
  // By a clock that was set back since it may have been signed later than now.
  const auto since = std::min(marked.published->signed_at, now);
  marked.sign_at = std::min(*marked.sign_at, since + marked.published->interval);
  if (*marked.sign_at <= now) sign_now(decision);
  return decision;
}

Result<Decision> on(const List& list, const SigningDue&, Instant now) {
  if (!list.sign_at || *list.sign_at > now) return unchanged(list);
  auto decision = changed(list, "signing");
  sign_now(decision);
  return decision;
}

Result<Decision> on(const List& list, const Signed& event, Instant) {
  const auto& published = event.published;
  const bool is_awaited = !list.sign_at;
  if (!is_awaited && list.published && published.signed_at <= list.published->signed_at)
    return unchanged(list);
  if (published.revision > list.revision) {
    return invalid("/revision", "is {}, but the list has {} only", published.revision, list.revision);
  }
  auto next = list;
  const bool is_current = published.revision == list.revision;
  next.sign_at =
      is_current ? published.valid_until - refresh_margin : published.signed_at + published.interval;
  next.published = published;
  return changed(std::move(next), "signed");
}

Result<Decision> on(const List& list, const SigningFailed&, Instant now) {
  if (list.sign_at) return unchanged(list);
  auto next = list;
  next.sign_at = now + sign_retry;
  return changed(std::move(next), "signing_failed");
}

}  // namespace

Result<Decision> decide(const List* current, const Event& event, Instant now) {
  if (current) return std::visit([&](const auto& one) { return on(*current, one, now); }, event);
  if (const auto* first = std::get_if<Create>(&event)) return create(*first);
  return fail(ErrorCode::not_found, "there is no such status list");
}

protocol::vc::StatusEntry entry_for(const List& list, std::uint64_t index) {
  return {.kind = list.kind,
          .id = list.url + "#" + std::to_string(index),
          .purpose = list.purpose,
          .list_url = list.url,
          .index = index};
}

protocol::vc::StatusList content(const List& list, Instant now, Duration ttl) {
  const auto from = std::chrono::floor<std::chrono::seconds>(now - back_dating);
  return {.kind = list.kind,
          .url = list.url,
          .issuer = list.issuer,
          .purposes = {list.purpose},
          .bits = list.bits,
          .valid_from = from,
          .valid_until = from + validity,
          .ttl = ttl};
}

}  // namespace kontor::domain::issuance::status_list
