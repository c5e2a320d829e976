#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <vector>

#include "testing/async/seeded_random.hpp"

/// For this module's tests: a disk that loses its power.
namespace kontor::platform::store::sqlite {

/// A layer between SQLite and the real file system that counts syncs and remembers how to undo every change
/// that no sync has covered. When the power goes, every operation fails from there on; `forget` then undoes
/// what was not synced, all of it or a part chosen by chance, as a disk may have written any part by itself.
/// Used by many threads.
class ForgetfulFileSystem {
 public:
  /// Known to SQLite as `name` from here on.
  explicit ForgetfulFileSystem(std::string name);
  ~ForgetfulFileSystem() { sqlite3_vfs_unregister(&layer_); }
  ForgetfulFileSystem(const ForgetfulFileSystem&) = delete;
  ForgetfulFileSystem& operator=(const ForgetfulFileSystem&) = delete;

  const std::string& name() const { return name_; }
  std::uint64_t syncs() const { return syncs_; }
  bool power() const { return power_; }

  /// The power goes at the `operations`th write, truncation or sync from now.
  void lose_power_after(std::uint64_t operations);
  void lose_power() { power_ = false; }
  /// Undoes what was not synced. All files must be closed.
  void forget(kontor::testing::SeededRandom* keeps_some);
  void restore_power() { power_ = true; }

 private:
  struct Change {
    sqlite3_int64 offset;      ///< where it began
    std::vector<char> before;  ///< what stood there
    sqlite3_int64 size;        ///< of the file before it
  };
  struct File {
    sqlite3_file base;
    ForgetfulFileSystem* system;
    const char* path;  ///< null: a temporary file, whose content nobody needs
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  static File& file(sqlite3_file* opened) { return *reinterpret_cast<File*>(opened); }
  static int open(sqlite3_vfs* layer, const char* path, sqlite3_file* opened, int flags, int* out_flags);
  static int remove(sqlite3_vfs* layer, const char* path, int sync_folder);
  static const sqlite3_io_methods& methods();
  /// Whether the disk still works for one operation that changes something.
  bool spend();
  void remember(File& changed, sqlite3_int64 offset, sqlite3_int64 bytes);
  void undo(const std::string& path, const std::vector<Change>& changes,
            kontor::testing::SeededRandom* keeps_some);

  std::string name_;
  sqlite3_vfs* real_;
  sqlite3_vfs layer_;
  std::atomic<std::uint64_t> syncs_ = 0;
  std::atomic<bool> power_ = true;
  std::mutex mutex_;
  std::uint64_t left_ = UINT64_MAX;  ///< operations until the power goes
  std::map<std::string, std::vector<Change>, std::less<>> unsynced_;
};

inline ForgetfulFileSystem::ForgetfulFileSystem(std::string name)
    : name_(std::move(name)), real_(sqlite3_vfs_find(nullptr)), layer_(*real_) {
  layer_.zName = name_.c_str();
  layer_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  layer_.pNext = nullptr;
  layer_.pAppData = this;
  layer_.xOpen = open;
  layer_.xDelete = remove;
  sqlite3_vfs_register(&layer_, 0);
}

inline void ForgetfulFileSystem::lose_power_after(std::uint64_t operations) {
  std::lock_guard lock(mutex_);
  left_ = operations;
}

inline bool ForgetfulFileSystem::spend() {
  std::lock_guard lock(mutex_);
  if (left_ == 0) power_ = false;
  if (left_ != UINT64_MAX && left_ > 0) --left_;
  return power_;
}

inline int ForgetfulFileSystem::open(sqlite3_vfs* layer, const char* path, sqlite3_file* opened, int flags,
                                     int* out_flags) {
  auto* system = static_cast<ForgetfulFileSystem*>(layer->pAppData);
  auto* made = new (opened) File{{nullptr}, system, path};
  if (!system->power_) return SQLITE_IOERR;
  const int result = system->real_->xOpen(system->real_, path, made->real(), flags, out_flags);
  if (made->real()->pMethods) made->base.pMethods = &methods();
  return result;
}

inline void ForgetfulFileSystem::remember(File& changed, sqlite3_int64 offset, sqlite3_int64 bytes) {
  if (!changed.path) return;
  Change change{offset, {}, 0};
  changed.real()->pMethods->xFileSize(changed.real(), &change.size);
  const auto end = std::min(offset + bytes, change.size);
  if (end > offset) {
    change.before.resize(static_cast<std::size_t>(end - offset));
    changed.real()->pMethods->xRead(changed.real(), change.before.data(),
                                    static_cast<int>(change.before.size()), offset);
  }
  std::lock_guard lock(mutex_);
  unsynced_[changed.path].push_back(std::move(change));
}

inline const sqlite3_io_methods& ForgetfulFileSystem::methods() {
  using Opened = sqlite3_file*;
  static const auto real = [](Opened f) { return file(f).real(); };
  static const sqlite3_io_methods table{
      .iVersion = 2,
      .xClose = [](Opened f) { return real(f)->pMethods->xClose(real(f)); },
      .xRead =
          [](Opened f, void* to, int bytes, sqlite3_int64 at) {
            return file(f).system->power_ ? real(f)->pMethods->xRead(real(f), to, bytes, at) : SQLITE_IOERR;
          },
      .xWrite =
          [](Opened f, const void* from, int bytes, sqlite3_int64 at) {
            if (!file(f).system->spend()) return SQLITE_IOERR;
            file(f).system->remember(file(f), at, bytes);
            return real(f)->pMethods->xWrite(real(f), from, bytes, at);
          },
      .xTruncate =
          [](Opened f, sqlite3_int64 size) {
            if (!file(f).system->spend()) return SQLITE_IOERR;
            file(f).system->remember(file(f), size, INT32_MAX);
            return real(f)->pMethods->xTruncate(real(f), size);
          },
      .xSync =
          [](Opened f, int) {
            auto& system = *file(f).system;
            if (!system.spend()) return SQLITE_IOERR;
            ++system.syncs_;
            std::lock_guard lock(system.mutex_);
            if (file(f).path) system.unsynced_.erase(file(f).path);
            return SQLITE_OK;  // nobody pulls the real plug
          },
      .xFileSize = [](Opened f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); },
      .xLock = [](Opened f, int level) { return real(f)->pMethods->xLock(real(f), level); },
      .xUnlock = [](Opened f, int level) { return real(f)->pMethods->xUnlock(real(f), level); },
      .xCheckReservedLock = [](Opened f,
                               int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); },
      .xFileControl = [](Opened f, int op,
                         void* argument) { return real(f)->pMethods->xFileControl(real(f), op, argument); },
      .xSectorSize = [](Opened f) { return real(f)->pMethods->xSectorSize(real(f)); },
      .xDeviceCharacteristics = [](Opened f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); },
      .xShmMap =
          [](Opened f, int page, int size, int extend, void volatile** out) {
            return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
          },
      .xShmLock = [](Opened f, int offset, int n,
                     int flags) { return real(f)->pMethods->xShmLock(real(f), offset, n, flags); },
      .xShmBarrier = [](Opened f) { real(f)->pMethods->xShmBarrier(real(f)); },
      .xShmUnmap = [](Opened f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); },
  };
  return table;
}

inline int ForgetfulFileSystem::remove(sqlite3_vfs* layer, const char* path, int sync_folder) {
  auto* system = static_cast<ForgetfulFileSystem*>(layer->pAppData);
  return system->power_ ? system->real_->xDelete(system->real_, path, sync_folder) : SQLITE_IOERR;
}

inline void ForgetfulFileSystem::forget(kontor::testing::SeededRandom* keeps_some) {
  std::lock_guard lock(mutex_);
  left_ = UINT64_MAX;
  for (const auto& [path, changes] : unsynced_) undo(path, changes, keeps_some);
  unsynced_.clear();
}

inline void ForgetfulFileSystem::undo(const std::string& path, const std::vector<Change>& changes,
                                      kontor::testing::SeededRandom* keeps_some) {
  std::fstream content(path, std::ios::binary | std::ios::in | std::ios::out);
  bool kept = false;
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    if (keeps_some && keeps_some->below(2) == 0) {
      kept = true;
      continue;
    }
    content.seekp(change->offset);
    content.write(change->before.data(), static_cast<std::streamsize>(change->before.size()));
    content.flush();
    if (!kept) std::filesystem::resize_file(path, static_cast<std::uintmax_t>(change->size));
  }
}

}  // namespace kontor::platform::store::sqlite
