#include "domain/issuance/status_list/decide.hpp"

#include <algorithm>
#include <bit>

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
  const protocol::vc::Bitstring clear(event.size_bits);
  List list{.id = event.id,
            .url = event.url,
            .issuer = event.issuer,
            .kind = event.kind,
            .purpose = event.purpose,
            .taken = clear,
            .bits = clear};
  auto decision = changed(std::move(list), "created");
  sign_now(decision);
  return decision;
}

Result<Decision> on(const List& list, const Create& event, Instant) {
  if (list.url == event.url && list.issuer == event.issuer) return unchanged(list);
  return fail(ErrorCode::conflict, "there is another status list with the id {}", list.id);
}

Result<Decision> on(const List& list, const Take& event, Instant) {
  if (!list.open)
    return fail(ErrorCode::illegal_transition, "status list {} gives out no more places", list.id);
  const auto taken = list.taken.test(event.index);
  if (!taken) return fail(taken.error());
  if (*taken) return fail(ErrorCode::conflict, "place {} of status list {} is taken", event.index, list.id);
  auto next = list;
  if (auto done = next.taken.set(event.index, true); !done) return fail(std::move(done.error()));
  return changed(std::move(next), "place_taken");
}

Result<Decision> on(const List& list, const Mark& event, Instant now) {
  const auto current = list.bits.test(event.index);
  if (!current) return fail(current.error());
  if (!*list.taken.test(event.index)) {
    return fail(ErrorCode::illegal_transition, "place {} of status list {} was not given out", event.index,
                list.id);
  }
  if (*current == event.value) return unchanged(list);
  auto decision = changed(list, "marked");
  auto& next = decision.next;
  if (auto done = next.bits.set(event.index, event.value); !done) return fail(std::move(done.error()));
  ++next.revision;
  if (!next.sign_at || !next.published) return decision;  // it is being signed: Signed sees the new revision
  const auto earliest = next.published->signed_at + sign_interval;
  next.sign_at = std::min(*next.sign_at, earliest);
  if (*next.sign_at <= now) sign_now(decision);
  return decision;
}

Result<Decision> on(const List& list, const Close&, Instant) {
  if (!list.open) return unchanged(list);
  auto next = list;
  next.open = false;
  return changed(std::move(next), "closed");
}

Result<Decision> on(const List& list, const SigningDue&, Instant now) {
  if (!list.sign_at || *list.sign_at > now) return unchanged(list);
  auto decision = changed(list, "signing");
  sign_now(decision);
  return decision;
}

Result<Decision> on(const List& list, const Signed& event, Instant) {
  const auto& published = event.published;
  if (list.published && published.signed_at <= list.published->signed_at) return unchanged(list);
  if (published.revision > list.revision) {
    return invalid("/revision", "is {}, but the list has {} only", published.revision, list.revision);
  }
  auto next = list;
  const bool is_current = published.revision == list.revision;
  next.sign_at = is_current ? published.valid_until - refresh_margin : published.signed_at + sign_interval;
  next.published = published;
  return changed(std::move(next), "signed");
}

Result<Decision> on(const List& list, const SigningFailed&, Instant now) {
  if (list.sign_at) return unchanged(list);
  auto next = list;
  next.sign_at = now + sign_retry;
  return changed(std::move(next), "signing_failed");
}

std::uint64_t number_of(BytesView randomness) {
  std::uint64_t number = 0;
  for (auto byte : randomness.first(8)) number = (number << 8) | std::to_integer<std::uint64_t>(byte);
  return number;
}

}  // namespace

Result<Decision> decide(const List* current, const Event& event, Instant now) {
  if (current) return std::visit([&](const auto& one) { return on(*current, one, now); }, event);
  if (const auto* first = std::get_if<Create>(&event)) return create(*first);
  return fail(ErrorCode::not_found, "there is no such status list");
}

Result<std::uint64_t> choose_index(const List& list, BytesView randomness) {
  if (randomness.size() < 8) return fail(ErrorCode::internal, "choosing a place takes eight random bytes");
  const auto free = free_places(list);
  if (free == 0) return fail(ErrorCode::conflict, "status list {} is full: open another one", list.id);
  auto skip = number_of(randomness) % free;
  const auto bytes = list.taken.bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = std::to_integer<unsigned char>(bytes[i]);
    const auto free_here = static_cast<std::uint64_t>(8 - std::popcount(byte));
    if (skip >= free_here) {
      skip -= free_here;
      continue;
    }
    for (std::uint64_t bit = 0; bit < 8; ++bit) {
      const bool is_free = (byte & (0x80U >> bit)) == 0;
      if (is_free && skip-- == 0) return i * 8 + bit;
    }
  }
  return fail(ErrorCode::internal, "status list {} miscounts its places", list.id);
}

std::uint64_t free_places(const List& list) {
  return list.taken.size_bits() - list.taken.count();
}

protocol::vc::StatusEntry entry_for(const List& list, std::uint64_t index) {
  return {.kind = list.kind,
          .id = list.url + "#" + std::to_string(index),
          .purpose = list.purpose,
          .list_url = list.url,
          .index = index};
}

protocol::vc::StatusList content(const List& list, Instant now) {
  const auto from = std::chrono::floor<std::chrono::seconds>(now - back_dating);
  return {.kind = list.kind,
          .url = list.url,
          .issuer = list.issuer,
          .purposes = {list.purpose},
          .bits = list.bits,
          .valid_from = from,
          .valid_until = from + validity};
}

}  // namespace kontor::domain::issuance::status_list
