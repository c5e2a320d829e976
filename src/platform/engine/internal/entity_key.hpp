#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>

#include "platform/store/store.hpp"

namespace kontor::platform::engine {

/// Names one entity of the installation.
struct EntityKey {
  std::string kind;
  ContextId context;
  EntityId id;
  bool operator==(const EntityKey&) const = default;
};

struct EntityKeyHash {
  std::size_t operator()(const EntityKey& key) const {
    const auto add = [](std::size_t sum, std::size_t hash) { return sum * 0x9e3779b97f4a7c15u + hash; };
    const auto of_text = std::hash<std::string>();
    return add(add(of_text(key.id.str()), of_text(key.context.str())), of_text(key.kind));
  }
};

/// Looked up several times for each step of an entity: without comparing it with a dozen others each time.
template <class T>
using EntityMap = std::unordered_map<EntityKey, T, EntityKeyHash>;

}  // namespace kontor::platform::engine
