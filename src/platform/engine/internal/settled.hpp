#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <utility>

#include "platform/store/store.hpp"

namespace kontor::platform::engine {

/// Effects that are done, as long as somebody may still see them as pending: until the store has deleted
/// them, and whoever began to read or to commit before that has ended.
class Settled {
 public:
  /// Somebody looks at pending effects while this lives.
  class Look {
   public:
    explicit Look(Settled& settled) : settled_(settled), begun_(++settled.now_) {
      settled_.looks_.insert(begun_);
    }
    ~Look() {
      settled_.looks_.erase(begun_);
      settled_.forget();
    }
    Look(const Look&) = delete;
    Look& operator=(const Look&) = delete;

   private:
    Settled& settled_;
    std::uint64_t begun_;
  };

  void done(const store::EffectId& id) { known_.insert(id); }
  void deleted(const store::EffectId& id) {
    known_.insert(id);
    deleted_.emplace_back(++now_, id);
    forget();
  }
  bool contains(const store::EffectId& id) const { return known_.contains(id); }

 private:
  void forget() {
    while (!deleted_.empty() && (looks_.empty() || deleted_.front().first < *looks_.begin())) {
      known_.erase(deleted_.front().second);
      deleted_.pop_front();
    }
  }

  std::uint64_t now_ = 0;
  std::set<std::uint64_t> looks_;
  std::set<store::EffectId> known_;
  std::deque<std::pair<std::uint64_t, store::EffectId>> deleted_;
};

}  // namespace kontor::platform::engine
