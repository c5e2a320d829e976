#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/offer/documents.hpp"
#include "platform/engine/engine.hpp"

namespace kontor::runtime::catalog {

/// The contract definitions of participants, found by what they select and whom they let see it. Most name
/// one asset by its id, and are found by that; the others have to be asked about each asset. Used on the io
/// thread.
class ContractDefinitions {
 public:
  using Definitions = std::vector<domain::offer::ContractDefinition>;

  explicit ContractDefinitions(platform::engine::Engine& engine);

  /// Those that name one of these assets.
  Task<Result<Definitions>> naming(ContextId context, std::vector<domain::offer::AssetId> assets);
  /// Those that select assets by anything else.
  Task<Result<Definitions>> selecting(ContextId context);
  /// Those that cover this one.
  Task<Result<Definitions>> covering(ContextId context, const domain::offer::Asset& asset);
  /// Those with one of these access policies, unless they are more: none.
  Task<Result<std::optional<Definitions>>> few_under(ContextId context, std::set<std::string> access_policies,
                                                     std::size_t few_max);

 private:
  /// What the listener of the store's changes shares.
  struct Known {
    /// Participants whose definitions all say, as they are stored, what they name.
    std::set<ContextId> all_say;
    std::uint64_t changes = 0;  ///< by others, who may be of a version before
  };

  Task<Result<Definitions>> those(ContextId context, protocol::query::Predicate where);
  Task<Result<Definitions>> silent(ContextId context);

  platform::engine::Engine& engine_;
  std::shared_ptr<Known> known_ = std::make_shared<Known>();
};

}  // namespace kontor::runtime::catalog
