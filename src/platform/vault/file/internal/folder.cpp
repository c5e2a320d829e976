#include "platform/vault/file/internal/folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace kontor::platform::vault::file {
namespace {

constexpr mode_t owner_only = S_IRUSR | S_IWUSR;
constexpr const char* lock_name = "lock";
constexpr const char* unfinished = ".new";
constexpr std::uint32_t stripes = 256;

std::unexpected<Error> failed(const char* what, const std::string& name) {
  const std::error_code why(errno, std::generic_category());
  return fail(ErrorCode::storage_failed, "the vault cannot {} '{}': {}", what, name, why.message());
}

std::int64_t nanoseconds(const timespec& time) {
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

timespec time_of(std::int64_t ns) {
  return {.tv_sec = ns / 1'000'000'000LL, .tv_nsec = ns % 1'000'000'000LL};
}

FileIdentity identity_of(const struct stat& status) {
  return {status.st_ino, status.st_size, nanoseconds(status.st_mtim)};
}

/// FNV-1a: every process must find the same stripe, whatever library it was built with.
std::int64_t stripe_of(std::string_view name) {
  std::uint32_t hash = 2166136261u;
  for (unsigned char c : name) hash = (hash ^ c) * 16777619u;
  return hash % stripes;
}

bool write_all(int fd, BytesView bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

bool read_all(int fd, std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const auto got = ::read(fd, bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

std::optional<std::int64_t> modified(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return std::nullopt;
  return nanoseconds(status.st_mtim);
}

bool set_modified(int fd, std::int64_t ns) {
  const timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, time_of(ns)};
  return ::futimens(fd, times) == 0;
}

/// Later than the file's own time and than `earliest`, so that no two versions look the same.
bool stamp(int fd, std::int64_t earliest) {
  const auto own = modified(fd);
  return own && set_modified(fd, std::max(*own, earliest) + 1);
}

bool sync_folder(const std::filesystem::path& path) {
  Descriptor folder(::open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder.open() && ::fsync(folder.get()) == 0;
}

}  // namespace

Result<Folder> Folder::open(const std::filesystem::path& path) {
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  const bool made = ::mkdir(path.c_str(), S_IRWXU) == 0;
  if (!made && errno != EEXIST) return failed("make the folder", path.string());
  if (made && !sync_folder(path.parent_path())) return failed("sync the folder around", path.string());
  Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.open()) return failed("open the folder", path.string());
  struct stat status{};
  if (::fstat(folder.get(), &status) != 0) return failed("look at the folder", path.string());
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0 && ::fchmod(folder.get(), S_IRWXU) != 0) {
    return failed("close to others the folder", path.string());
  }
  return Folder(path, std::move(folder));
}

Result<std::optional<FileIdentity>> Folder::identity(const std::string& name) const {
  struct stat status{};
  if (::fstatat(folder_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return identity_of(status);
  if (errno == ENOENT) return std::nullopt;
  return failed("look at", name);
}

Result<std::optional<FileContent>> Folder::read(const std::string& name, std::size_t bytes_max) const {
  Descriptor file(::openat(folder_.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.open()) {
    if (errno == ENOENT) return std::nullopt;
    return failed("open", name);
  }
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return failed("look at", name);
  if (status.st_size < 0 || static_cast<std::size_t>(status.st_size) > bytes_max) {
    return fail(ErrorCode::storage_failed, "the vault's file '{}' has {} bytes, {} are allowed", name,
                status.st_size, bytes_max);
  }
  FileContent content{identity_of(status), Bytes(static_cast<std::size_t>(status.st_size))};
  errno = 0;
  if (!read_all(file.get(), content.bytes)) return failed("read", name);
  return content;
}

std::vector<std::string> Folder::names_ending_with(std::string_view suffix) const {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(path_, ignored)) {
    auto name = entry.path().filename().string();
    if (name.ends_with(suffix)) names.push_back(std::move(name));
  }
  return names;
}

Result<Folder::Lock> Folder::lock(std::string_view name) const {
  return lock_range({stripe_of(name), 1});
}

Result<Folder::Lock> Folder::lock_all() const {
  return lock_range({0, 0});
}

Result<Folder::Lock> Folder::lock_range(Range range) const {
  Descriptor file(::openat(folder_.get(), lock_name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, owner_only));
  if (!file.open()) return failed("open", lock_name);
  // A lock of the open file, not of the process: it holds between threads too.
  struct flock request{};
  request.l_type = F_WRLCK;
  request.l_whence = SEEK_SET;
  request.l_start = range.start;
  request.l_len = range.length;
  while (::fcntl(file.get(), F_OFD_SETLKW, &request) != 0) {
    if (errno != EINTR) return failed("lock", lock_name);
  }
  return file;
}

Result<FileIdentity> Folder::replace(const Lock& lock, const Replacement& replacement) const {
  const auto& name = replacement.name;
  const auto before = identity(name);
  if (!before) return fail(before.error());
  const auto earliest = *before ? (*before)->modified_ns : modified(lock.get()).value_or(0);
  const auto temporary = name + unfinished;
  Descriptor file(::openat(folder_.get(), temporary.c_str(),
                           O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, owner_only));
  if (!file.open()) return failed("make", temporary);
  struct stat status{};
  const bool durable = write_all(file.get(), replacement.bytes) && stamp(file.get(), earliest) &&
                       ::fsync(file.get()) == 0 && ::fstat(file.get(), &status) == 0;
  ++*syncs_;
  if (!durable) return failed("write", temporary);
  if (::renameat(folder_.get(), temporary.c_str(), folder_.get(), name.c_str()) != 0)
    return failed("replace", name);
  if (auto synced = sync(); !synced) return fail(synced.error());
  return identity_of(status);
}

Result<void> Folder::remove(const Lock& lock_of_all, const std::string& name) const {
  const auto before = identity(name);
  if (!before) return fail(before.error());
  // The lock's file remembers the time, so that a file of the same name made later is later.
  if (*before && !set_modified(lock_of_all.get(),
                               std::max((*before)->modified_ns, modified(lock_of_all.get()).value_or(0)))) {
    return failed("remove", name);
  }
  for (const auto& path : {name + unfinished, name}) {
    if (::unlinkat(folder_.get(), path.c_str(), 0) != 0 && errno != ENOENT) return failed("remove", path);
  }
  return sync();
}

Result<void> Folder::sync() const {
  ++*syncs_;
  if (::fsync(folder_.get()) != 0) return failed("sync the folder", path_.string());
  return {};
}

}  // namespace kontor::platform::vault::file
