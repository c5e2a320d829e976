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

/// A counter-party that is left alone because it does not answer.
struct RestingPeer {
  Did id;
  std::string authority;  ///< host and port that are asked
  std::string reason;
  std::uint32_t failures = 0;  ///< one after another
  Instant since;
  Instant until;  ///< asked again then
};
json::Value write(const RestingPeer& peer);

struct RestingPeers {
  std::vector<RestingPeer> peers;
};
json::Value write(const RestingPeers& list);

}  // namespace kontor::protocol::api::operations
