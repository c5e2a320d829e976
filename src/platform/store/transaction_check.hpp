#pragma once

#include <string_view>
#include <utility>

#include "platform/store/store.hpp"

/// What every store refuses before it asks its database, so that all of them refuse the same.
namespace kontor::platform::store {

struct StoreLimits {
  std::size_t context_bytes_max = 256;
  std::size_t kind_bytes_max = 64;
  std::size_t id_bytes_max = 1024;
  std::size_t body_bytes_max = 16 * 1024 * 1024;
  std::size_t rows_max = 10'000;  ///< of everything in one transaction
};

/// Contexts, kinds and ids: not empty, UTF-8, no control characters, within their bounds.
/// Bodies: within the bound and without U+0000, which PostgreSQL cannot hold. Each entity stands in it once,
/// names and actors are UTF-8. Errors: invalid_input, too_large.
Result<void> check(const ContextId& context, const Transaction& transaction, const StoreLimits& limits = {});

Result<void> check(const Quarantined& quarantined, const StoreLimits& limits = {});

/// Whether the transaction only says what came of effects, so that it waits for no sync: were it lost, they
/// would be carried out again.
bool repeats_itself(const Transaction& transaction);

/// Whether something of this name can be stored at all. Who asks for another one is told that it does not
/// exist.
bool is_storable_id(std::string_view id, std::size_t bytes_max);

/// The id itself, or in place of one that cannot be stored another that is never stored, so that asking finds
/// nothing.
template <class Tag>
Id<Tag> findable(Id<Tag> id, std::size_t bytes_max = StoreLimits{}.id_bytes_max) {
  return is_storable_id(id.str(), bytes_max) ? std::move(id) : Id<Tag>("\x1f");
}

}  // namespace kontor::platform::store
