#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/id/id.hpp"
#include "base/random/random.hpp"
#include "base/result/result.hpp"
#include "base/time/time.hpp"
#include "platform/async/clock.hpp"
#include "platform/async/signal.hpp"
#include "platform/async/task.hpp"
#include "platform/store/sealed/sealed_form.hpp"
#include "platform/vault/vault.hpp"

namespace kontor::platform::store::sealed {

/// The keys by which the secrets of a context are sealed in the store: secrets of that context in the vault,
/// `data-key/<seconds since 1970>-<random>`; the secret `data-key` is the id of the one that seals. A key
/// that is there is never changed, so replicas that share the vault may make one at the same time: both stay,
/// whichever is named at last. One that is older than `replaced_after` gets a successor with the next write.
/// Those of before stay, to read what they sealed, until the context is erased from the vault: what they
/// sealed is unreadable then.
///
/// Nothing is kept in memory here beside what the vault itself keeps, so that nothing is ever sealed under a
/// key that is gone.
class DataKeys {
 public:
  DataKeys(vault::Vault& vault, async::Clock& clock, Random& random, Duration replaced_after)
      : vault_(vault), clock_(clock), random_(random), replaced_after_(replaced_after) {}

  /// Made where there is none. Errors: those of the vault.
  Task<Result<DataKey>> to_seal(ContextId context);
  /// Errors: internal when it was destroyed, those of the vault.
  Task<Result<DataKey>> to_open(ContextId context, std::string id);

 private:
  /// None: there is none, or it is too old.
  Task<Result<std::optional<DataKey>>> current(ContextId context);
  Task<Result<DataKey>> make(ContextId context);

  vault::Vault& vault_;
  async::Clock& clock_;
  Random& random_;
  Duration replaced_after_;
  std::unique_ptr<async::Mutex> making_;  ///< of many that need a new key at once one makes it
};

}  // namespace kontor::platform::store::sealed
