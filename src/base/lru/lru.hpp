#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <utility>

namespace kontor {

/// What is kept in memory for the next time: at most `size_max` values; the one that was not asked for
/// longest goes first. Not thread-safe.
template <class Key, class Value>
class Lru {
 public:
  explicit Lru(std::size_t size_max) : size_max_(size_max) {}

  /// Null when it is not there. Valid until the next change.
  const Value* find(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->second;
  }

  void put(const Key& key, Value value) {
    erase(key);
    if (size_max_ == 0) return;
    if (entries_.size() == size_max_) {
      places_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(key, std::move(value));
    places_.emplace(key, entries_.begin());
  }

  void erase(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    entries_.erase(found->second);
    places_.erase(found);
  }

  void clear() {
    places_.clear();
    entries_.clear();
  }

  template <class Predicate>
  void erase_if(Predicate matches) {
    for (auto place = places_.begin(); place != places_.end();) {
      if (!matches(place->first)) {
        ++place;
        continue;
      }
      entries_.erase(place->second);
      place = places_.erase(place);
    }
  }

  /// Of the values whose keys match, keeps the `matching_max` that were asked for last. Looks at all.
  template <class Predicate>
  void keep_last(std::size_t matching_max, Predicate matches) {
    std::size_t matching = 0;
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      if (!matches(entry->first) || ++matching <= matching_max) {
        ++entry;
        continue;
      }
      places_.erase(entry->first);
      entry = entries_.erase(entry);
    }
  }

  std::size_t size() const { return entries_.size(); }

 private:
  using Entries = std::list<std::pair<Key, Value>>;
  std::size_t size_max_;
  Entries entries_;  // the last one used first
  std::map<Key, typename Entries::iterator> places_;
};

}  // namespace kontor
