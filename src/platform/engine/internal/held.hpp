#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "platform/engine/internal/entity_key.hpp"
#include "platform/store/store.hpp"

namespace kontor::platform::engine {

/// Entities as they were read last, so that they are not read again as long as nobody changes them: each step
/// of a process is decided, carried out and waited for by somebody who looks at it. Only for a store that
/// tells every change, which is one that no other process writes to.
class Held {
 public:
  using Entry = std::shared_ptr<const store::Record>;
  static constexpr std::size_t entities_max = 1024;
  static constexpr std::size_t body_bytes_max = 32 * 1024;

  /// From now on; before, nothing is kept.
  void keep() { keeps_ = true; }

  /// Null: it has to be read.
  Entry find(const EntityKey& key) {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : found->second;
  }

  /// One read of an entity: what it brings is kept unless the entity was changed in the meantime.
  class Reading {
   public:
    Reading(Held& held, EntityKey key) : held_(held), key_(std::move(key)) {
      auto& readers = held_.readers_[key_];
      ++readers.count;
      changes_ = readers.changes;
    }
    ~Reading() {
      const auto place = held_.readers_.find(key_);
      if (--place->second.count == 0) held_.readers_.erase(place);
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    void brought(const Entry& record) {
      if (record->body.size() > body_bytes_max || held_.readers_[key_].changes != changes_) return;
      held_.put(key_, record);
    }

   private:
    Held& held_;
    EntityKey key_;
    std::uint64_t changes_ = 0;
  };

  /// The store tells of a change, before whoever committed it goes on; or a commit failed, and what it left
  /// is not known.
  void forget(const EntityKey& key) {
    const auto readers = readers_.find(key);
    if (readers != readers_.end()) ++readers->second.changes;
    entries_.erase(key);
  }

 private:
  struct Readers {
    std::size_t count = 0;
    std::uint64_t changes = 0;
  };

  /// When it is full all of it goes: what is in use comes back with its next read.
  void put(const EntityKey& key, const Entry& record) {
    if (!keeps_) return;
    if (entries_.size() == entities_max) entries_.clear();
    entries_.insert_or_assign(key, record);
  }

  bool keeps_ = false;
  std::map<EntityKey, Entry> entries_;
  std::map<EntityKey, Readers> readers_;
};

}  // namespace kontor::platform::engine
