#pragma once

#include <compare>
#include <string>

#include "platform/store/store.hpp"

namespace kontor::platform::engine {

/// Names one entity of the installation.
struct EntityKey {
  std::string kind;
  ContextId context;
  EntityId id;
  auto operator<=>(const EntityKey&) const = default;
};

}  // namespace kontor::platform::engine
