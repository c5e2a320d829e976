#pragma once

#include <cstddef>
#include <iterator>
#include <limits>
#include <list>
#include <map>
#include <utility>

namespace kontor {

/// What is kept in memory for the next time: at most `size_max` values that weigh at most `weight_max`
/// together; the one that was not asked for longest goes first. A weight is in whatever unit who keeps
/// something counts, octets mostly. Not thread-safe.
template <class Key, class Value>
class Lru {
 public:
  explicit Lru(std::size_t size_max, std::size_t weight_max = std::numeric_limits<std::size_t>::max())
      : size_max_(size_max), weight_max_(weight_max) {}

  /// Null when it is not there. Valid until the next change.
  const Value* find(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->value;
  }

  /// What alone weighs more than all may is not kept.
  void put(const Key& key, Value value, std::size_t weight = 0) {
    erase(key);
    if (size_max_ == 0 || weight > weight_max_) return;
    if (entries_.size() == size_max_) drop_last();
    entries_.push_front({key, std::move(value), 0});
    places_.emplace(key, entries_.begin());
    weigh(key, weight);
  }

  /// Says what a value weighs that was put before it was known; others go for it.
  void weigh(const Key& key, std::size_t weight) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    if (weight > weight_max_) return erase(key);
    auto& entry = *found->second;
    weight_ = weight_ - entry.weight + weight;
    entry.weight = weight;
    entries_.splice(entries_.begin(), entries_, found->second);
    while (weight_ > weight_max_) drop_last();
  }

  void erase(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    remove(found->second);
    places_.erase(found);
  }

  void clear() {
    places_.clear();
    entries_.clear();
    weight_ = 0;
  }

  template <class Predicate>
  void erase_if(Predicate matches) {
    for (auto place = places_.begin(); place != places_.end();) {
      if (!matches(place->first)) {
        ++place;
        continue;
      }
      remove(place->second);
      place = places_.erase(place);
    }
  }

  /// Of the values whose keys match, keeps the `matching_max` that were asked for last. Looks at all.
  template <class Predicate>
  void keep_last(std::size_t matching_max, Predicate matches) {
    std::size_t matching = 0;
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      if (!matches(entry->key) || ++matching <= matching_max) {
        ++entry;
        continue;
      }
      places_.erase(entry->key);
      entry = remove(entry);
    }
  }

  std::size_t size() const { return entries_.size(); }
  std::size_t weight() const { return weight_; }

 private:
  struct Entry {
    Key key;
    Value value;
    std::size_t weight = 0;
  };
  using Entries = std::list<Entry>;

  void drop_last() {
    places_.erase(entries_.back().key);
    remove(std::prev(entries_.end()));
  }
  typename Entries::iterator remove(typename Entries::iterator entry) {
    weight_ -= entry->weight;
    return entries_.erase(entry);
  }

  std::size_t size_max_;
  std::size_t weight_max_;
  std::size_t weight_ = 0;
  Entries entries_;  // the last one used first
  std::map<Key, typename Entries::iterator> places_;
};

}  // namespace kontor
