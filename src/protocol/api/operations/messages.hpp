#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/codec.hpp"
#include "base/time/time.hpp"

namespace kontor::protocol::api::operations {

/// An entity that the engine set aside because it kept failing.
struct QuarantinedEntity {
  ContextId context;
  std::string kind;
  EntityId id;
  std::string reason;
  std::string effect;  ///< name of the effect that failed; empty: what was due
  std::uint32_t attempts = 0;
  Instant since;
};
json::Value write(const QuarantinedEntity& entity);

struct QuarantinePage {
  std::vector<QuarantinedEntity> entities;
  std::optional<std::string> next;  ///< `cursor` of the following page; none: this is the last
};
json::Value write(const QuarantinePage& page);

/// The place behind an entity of the list.
struct QuarantinePlace {
  std::string kind;
  ContextId context;
  EntityId id;
};
std::string write_cursor(const QuarantinePlace& place);
/// Errors: invalid_input.
Result<QuarantinePlace> read_cursor(std::string_view cursor);

}  // namespace kontor::protocol::api::operations
