#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "base/lru/lru.hpp"
#include "domain/offer/documents.hpp"
#include "platform/engine/engine.hpp"

namespace kontor::runtime::catalog {

/// The policy definitions of participants. They are read for each request, so that none is missed that was
/// changed a moment ago, here or in another replica; what is kept is what their stored texts mean. Used on
/// the io thread.
class PublishedPolicies {
 public:
  explicit PublishedPolicies(platform::engine::Engine& engine) : engine_(engine) {}

  /// By the id of their definition.
  using Policies = std::unordered_map<std::string, std::shared_ptr<const protocol::odrl::Policy>>;
  /// All of a participant. Errors: those of the store.
  Task<Result<Policies>> all(ContextId context);

 private:
  static constexpr std::size_t kept_max = 2000;

  Result<std::shared_ptr<const protocol::odrl::Policy>> meaning_of(platform::store::Record record);

  platform::engine::Engine& engine_;
  Lru<std::string, std::shared_ptr<const protocol::odrl::Policy>> kept_{kept_max};
};

}  // namespace kontor::runtime::catalog
