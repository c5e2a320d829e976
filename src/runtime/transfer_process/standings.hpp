#pragma once

#include <map>
#include <optional>
#include <utility>

#include "base/id/id.hpp"
#include "base/lru/lru.hpp"
#include "domain/transfer_process/selection.hpp"
#include "protocol/dps/types.hpp"
#include "protocol/dsp/types.hpp"

namespace kontor::runtime::transfer_process {

/// What this process knows of data planes beside their registrations: who is being asked, who did not answer,
/// and who may have taken a flow without our having heard of it. In memory, bounded; used on the io thread.
class Standings {
 public:
  Standings();

  struct Key {
    ContextId context;
    protocol::dps::DataPlaneId plane;
    auto operator<=>(const Key&) const = default;
  };
  struct Process {
    ContextId context;
    protocol::dsp::Pid pid;
    auto operator<=>(const Process&) const = default;
  };

  /// Fills in what is known of the data plane. `registered_at`: when it last said that it is there.
  void describe(const Key& key, Instant registered_at, domain::transfer_process::Candidate& candidate) const;
  /// Whom the process asked without learning what came of it: nobody else is asked while that one is there.
  std::optional<protocol::dps::DataPlaneId> asked(const Process& process) const;
  /// Whom the process asked last, also when its answer came a moment ago.
  std::optional<protocol::dps::DataPlaneId> ordered(const Process& process);

  /// An order to take the process's flow goes out.
  void begin(const Key& key, const Process& process, Instant registered_at, Instant now);
  enum class Heard : std::uint8_t {
    answer,   ///< it has taken the signal, or refused it
    busy,     ///< it cannot take it now; another may
    nothing,  ///< it may have taken it
  };
  void end(const Key& key, const Process& process, Heard heard, Instant now);
  /// What came of a signal that is no order.
  void note(const Key& key, Heard heard, Instant now);
  /// Since when it has not answered; none: it answered last time.
  std::optional<Instant> unheard_since(const Key& key) const;

 private:
  struct Standing {
    std::optional<Instant> silent_until;
    std::optional<Instant> unheard_since;
    std::size_t under_way = 0;
    std::size_t orders = 0;  ///< since `counted_from`
    Instant counted_from;
  };
  void forget_idle(Instant now);

  std::map<Key, Standing> standings_;
  std::map<Process, protocol::dps::DataPlaneId> asked_;
  Lru<Process, protocol::dps::DataPlaneId> answered_;  // what may not have been committed yet
};

}  // namespace kontor::runtime::transfer_process
