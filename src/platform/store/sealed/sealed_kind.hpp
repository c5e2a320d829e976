#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/entity/kind.hpp"
#include "base/result/result.hpp"

namespace kontor::platform::store::sealed {

/// Which effects of a kind are sealed, each as a whole.
enum class SealedEffects : std::uint8_t {
  none,
  with_members,  ///< those that have one of the sealed members, wherever it stands in them
  all,
};

/// What of a kind is secret or personal, and is therefore encrypted where it is stored.
struct SealedKind {
  std::string_view kind;
  /// Paths in the stored form, dots between members. A member that is absent or empty stays as it is. Once a
  /// path was listed it stays readable when it is taken off the list; the kind itself must stay.
  std::span<const std::string_view> members;
  SealedEffects effects = SealedEffects::none;
};

using SealedKinds = std::span<const SealedKind>;

/// Null: the kind is stored as it is.
const SealedKind* find_sealed(SealedKinds sealed, std::string_view kind);

/// What is sealed cannot be asked for: no field and no free property of a kind may stand in a sealed member.
/// Errors: internal, with kind and field.
Result<void> check_fields(std::span<const entity::Kind* const> kinds, SealedKinds sealed);

}  // namespace kontor::platform::store::sealed
