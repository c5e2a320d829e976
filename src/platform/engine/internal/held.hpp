#pragma once

#include <cstdint>
#include <utility>

#include "platform/engine/engine_core.hpp"
#include "platform/engine/internal/entity_key.hpp"

namespace kontor::platform::engine {

/// Entities as they were read or committed last, so that they are not read and decoded again as long as
/// nobody has changed them. For a store that only this process writes to: it tells every change.
class Held {
 public:
  /// From now on; before, nothing is kept.
  void keep(std::size_t entities_max) { entities_max_ = entities_max; }

  /// Null: it has to be read. Valid until the next change.
  const Current* find(const EntityKey& key, const std::type_info& type) {
    auto found = newer_.find(key);
    if (found == newer_.end()) {
      auto older = older_.extract(key);
      if (older.empty()) return nullptr;
      make_room();
      found = newer_.insert(std::move(older)).position;
    }
    return *found->second.type == type ? &found->second : nullptr;
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

    void brought(const Current& current) {
      if (held_.readers_[key_].changes == changes_) held_.put(key_, current);
    }

   private:
    Held& held_;
    EntityKey key_;
    std::uint64_t changes_ = 0;
  };

  /// What a commit that is under way leaves. The machine's engine has one at a time for an entity.
  void expect(const EntityKey& key, Current next) { expected_.insert_or_assign(key, std::move(next)); }

  /// That commit has ended. What one that failed has left is not known.
  void ended(const EntityKey& key, bool well) {
    expected_.erase(key);
    if (!well) forget(key);
  }

  /// The store tells of a change, in order of commit and before whoever committed it goes on.
  void changed(const EntityKey& key, const store::Change& change) {
    auto expected = expected_.extract(key);
    forget(key);
    if (expected.empty() || expected.mapped().version != change.version) return;
    auto& next = expected.mapped();
    next.updated_at = change.at;
    if (change.version == 1) next.created_at = change.at;
    put(key, std::move(next));
  }

  /// How many can be found now: not those that a commit under way will leave.
  std::size_t size() const { return newer_.size() + older_.size(); }

 private:
  struct Readers {
    std::size_t count = 0;
    std::uint64_t changes = 0;
  };

  void forget(const EntityKey& key) {
    const auto readers = readers_.find(key);
    if (readers != readers_.end()) ++readers->second.changes;
    newer_.erase(key);
    older_.erase(key);
  }

  void put(const EntityKey& key, Current current) {
    if (entities_max_ == 0) return;
    older_.erase(key);
    make_room();
    newer_.insert_or_assign(key, std::move(current));
  }

  /// When the newer half is full the older one goes: what was in use since then is in the newer one.
  void make_room() {
    if (newer_.size() < entities_max_ / 2) return;
    older_ = std::exchange(newer_, {});
  }

  std::size_t entities_max_ = 0;
  EntityMap<Current> newer_;
  EntityMap<Current> older_;
  EntityMap<Current> expected_;
  EntityMap<Readers> readers_;
};

}  // namespace kontor::platform::engine
