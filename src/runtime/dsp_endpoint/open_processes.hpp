#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <utility>

#include "base/id/id.hpp"
#include "base/lru/lru.hpp"
#include "platform/async/task.hpp"
#include "protocol/dsp/types.hpp"

namespace kontor::runtime::dsp_endpoint {

/// How many processes of one kind a counter-party may open with a participant before some of them end, so
/// that a stranger cannot fill the store. Counts what was opened since this process started: the answer costs
/// no query, and a few looks at the oldest once the bound is reached. Used on the io thread.
class OpenProcesses {
 public:
  /// Whether the process has ended, or there is none.
  using HasEnded = std::function<Task<bool>(ContextId, protocol::dsp::Pid)>;

  OpenProcesses(std::size_t open_max, HasEnded has_ended)
      : open_max_(open_max), has_ended_(std::move(has_ended)) {}

  /// Whether the peer may open this process now; one that it opened already it may ask for again. Errors:
  /// too_many_requests.
  Task<Result<void>> admit(ContextId context, Did peer, protocol::dsp::Pid pid);

 private:
  struct Opened {
    std::set<protocol::dsp::Pid> all;
    std::deque<protocol::dsp::Pid> by_age;  ///< oldest first, those that were found open again last
  };
  using Key = std::pair<ContextId, Did>;
  std::shared_ptr<Opened> opened_by(const Key& key);
  Task<void> forget_ended(std::shared_ptr<Opened> opened, ContextId context);

  static constexpr std::size_t peers_max = 4096;
  static constexpr std::size_t looks_max = 16;  ///< for one request

  std::size_t open_max_;
  HasEnded has_ended_;
  Lru<Key, std::shared_ptr<Opened>> peers_{peers_max};
};

}  // namespace kontor::runtime::dsp_endpoint
