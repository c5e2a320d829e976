#include "platform/store/audit_chain.hpp"

#include <fmt/format.h>

#include "base/crypto/hash.hpp"
#include "base/json/text_writer.hpp"

namespace kontor::platform::store {

std::string_view audit_genesis() {
  static constexpr std::string_view zeros =
      "0000000000000000000000000000000000000000000000000000000000000000";
  return zeros;
}

std::string audit_material(const ContextId& context, Instant at, const EventRow& event) {
  std::string row = "[";
  const auto add = [&row](const auto& value, char end = ',') {
    json::append(row, value);
    row += end;
  };
  add(context);
  add(std::int64_t{at.time_since_epoch().count()});
  add(event.actor);
  add(event.name);
  add(event.kind);
  add(event.entity);
  add(event.version);
  add(event.body, ']');
  return row;
}

std::string audit_hash(std::string_view previous_hash, std::uint64_t sequence, std::string_view material) {
  return crypto::sha256_hex(fmt::format("{}\n{}\n{}", previous_hash, sequence, material));
}

Result<void> verify_chain(const ContextId& context, std::span<const AuditRow> rows,
                          const AuditRow* previous) {
  std::string_view hash = previous ? std::string_view(previous->hash) : audit_genesis();
  std::uint64_t sequence = previous ? previous->sequence : 0;
  for (const auto& row : rows) {
    ++sequence;
    const auto expected = audit_hash(hash, sequence, audit_material(context, row.at, row.event));
    if (row.sequence != sequence || row.previous_hash != hash || row.hash != expected ||
        row.actor != row.event.actor) {
      return fail(ErrorCode::invalid_input, "the audit chain of '{}' is broken at row {}", context, sequence);
    }
    hash = row.hash;
  }
  return {};
}

}  // namespace kontor::platform::store
