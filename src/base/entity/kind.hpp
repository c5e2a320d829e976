#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace kontor::entity {

enum class FieldType : std::uint8_t { text, number, boolean, instant };

/// A member of an entity's stored form that queries may name.
struct Field {
  std::string_view name;  ///< as queries spell it: `counterPartyId`
  std::string_view path;  ///< where it stands in the stored JSON, dots between members: `dataAddress.type`;
                          ///< `[]` behind a member matches any element of an array: `vpas[].state`
  FieldType type = FieldType::text;
  bool indexed = false;  ///< worth an index of its own within context and kind
};

/// Whose process a kind is a state of, so that its log lines are found together.
enum class Protocol : std::uint8_t { none, dsp, dcp, dps };

/// What a kind of entity is to the store: one table holds all kinds, this says how to read and find them.
struct Kind {
  std::string_view name;  ///< stable, kebab-case: `contract-negotiation`
  std::uint32_t codec_version =
      1;  ///< version of the stored form that is written; the one before is read too
  std::span<const Field> fields = {};
  /// Paths below which any member may be queried, separated by one space: `properties privateProperties`. A
  /// member of the first may be named without its path.
  std::string_view free_properties = {};
  /// How long an entity is kept after it reached its end (`ended` of its machine); none: until it is deleted
  /// by a call.
  std::optional<std::chrono::hours> keep_after_end = {};
  bool audited = false;  ///< each commit adds a record to the context's audit chain
  Protocol protocol = Protocol::none;
};

/// The version of a stored entity: 0 before it exists, then one more for each commit.
using Version = std::uint64_t;

}  // namespace kontor::entity
