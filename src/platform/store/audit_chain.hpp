#pragma once

#include <span>
#include <string>
#include <string_view>

#include "platform/store/store.hpp"

/// The chain of a context's audit rows. `hash` is the SHA-256, in hexadecimal digits, of
///
///     previous hash, line feed, sequence in decimal digits, line feed, material
///
/// so a database can compute it as well as we can. Sequences begin at 1 and have no gaps.
namespace kontor::platform::store {

/// What stands before the first row of every chain.
std::string_view audit_genesis();

/// Everything of a row but its place in the chain, as one JSON array.
std::string audit_material(const ContextId& context, Instant at, const EventRow& event);

std::string audit_hash(std::string_view previous_hash, std::uint64_t sequence, std::string_view material);

/// Whether `rows` are a piece of the context's chain that nobody changed: each hash is right, each row
/// follows from the one before, and the first one from `previous` (the row before them; none: they begin the
/// chain). Errors: invalid_input that names the first row that does not fit.
Result<void> verify_chain(const ContextId& context, std::span<const AuditRow> rows,
                          const AuditRow* previous = nullptr);

}  // namespace kontor::platform::store
