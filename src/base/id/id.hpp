#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace kontor {

/// An identifier that cannot be mixed up with another kind of identifier. Opaque, case sensitive, compared
/// byte by byte; may be empty only before it is assigned. Declare one with `using AssetId = Id<struct
/// AssetIdTag>;`.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string value) : value_(std::move(value)) {}

  const std::string& str() const { return value_; }
  bool empty() const { return value_.empty(); }

  auto operator<=>(const Id&) const = default;

 private:
  std::string value_;
};

/// A participant context: the unit of isolation. Every call that touches stored data names one.
using ContextId = Id<struct ContextIdTag>;
/// The id of a stored entity within its context and kind.
using EntityId = Id<struct EntityIdTag>;
/// A decentralized identifier, byte-exact as its owner writes it (`did:web:host%3A8080:acme`).
using Did = Id<struct DidTag>;

/// An entity's typed id is its EntityId in the store.
template <class Tag>
EntityId entity_id(const Id<Tag>& id) {
  return EntityId{id.str()};
}

}  // namespace kontor

template <class Tag>
struct std::hash<kontor::Id<Tag>> {
  std::size_t operator()(const kontor::Id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};

template <class Tag>
struct fmt::formatter<kontor::Id<Tag>> {
  constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }
  template <class Context>
  auto format(const kontor::Id<Tag>& id, Context& context) const {
    return std::copy(id.str().begin(), id.str().end(), context.out());
  }
};
