#include "dataplane/file/file_sink.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <utility>

#include "base/crypto/running_hash.hpp"
#include "dataplane/file/beneath.hpp"

namespace kontor::dataplane::file {
namespace {

constexpr std::size_t write_bytes = 256 * 1024;

std::unexpected<Error> disk_trouble(std::string_view doing) {
  if (errno == EISDIR || errno == ENOTEMPTY)
    return fail(ErrorCode::invalid_input, "a folder has the name of this part");
  return fail(ErrorCode::storage_failed, "{}: {}", doing, std::strerror(errno));
}

/// A file on its way, on a worker. Nothing is left of one that is given up.
class Incoming {
 public:
  Incoming(const std::filesystem::path& root, Steps folder, Steps name)
      : root_(root), folder_(std::move(folder)), name_(std::move(name)) {}
  ~Incoming() {
    if (!temporary_.empty()) ::unlinkat(parent_.get(), temporary_.c_str(), 0);
  }
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;

  Result<void> open() {
    auto steps = folder_;
    if (!name_.empty()) steps.insert(steps.end(), name_.begin(), name_.end() - 1);
    auto parent = open_folder(root_, steps, Missing::create, &syncs_);
    if (!parent) return fail(std::move(parent.error()));
    parent_ = std::move(*parent);
    file_ = Descriptor(::openat(parent_.get(), ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0640));
    if (file_.open()) return {};
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) return disk_trouble("make a file");
    return open_named();
  }

  Result<void> write(std::string_view bytes) {
    hash_.add(bytes);
    bytes_ += bytes.size();
    while (!bytes.empty()) {
      const auto count = ::write(file_.get(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return disk_trouble("write a file");
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
  }

  Result<Landed> finish(const std::optional<std::string>& expected) {
    const auto digest = hash_.hex();
    if (expected && *expected != digest)
      return fail(ErrorCode::invalid_input, "the digest of what came is another than the one that was sent");
    if (name_.empty()) name_.push_back("sha256-" + digest);
    if (auto done = synced(file_); !done) return fail(std::move(done.error()));
    if (auto done = put_in_place(); !done) return fail(std::move(done.error()));
    if (auto done = synced(parent_); !done) return fail(std::move(done.error()));
    auto steps = folder_;
    steps.insert(steps.end(), name_.begin(), name_.end());
    return Landed{.path = path_of(steps), .bytes = bytes_, .sha256 = digest};
  }

  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t syncs() const { return syncs_; }

 private:
  /// For file systems without files that have no name.
  Result<void> open_named() {
    for (int attempt = 0;; ++attempt) {
      temporary_ = fmt::format("{}{:x}-{:x}", temporary_prefix, ::getpid(),
                               reinterpret_cast<std::uintptr_t>(this) + static_cast<std::uintptr_t>(attempt));
      file_ = Descriptor(
          ::openat(parent_.get(), temporary_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0640));
      if (file_.open()) return {};
      if (errno == EEXIST && attempt < 100) continue;
      temporary_.clear();
      return disk_trouble("make a file");
    }
  }

  Result<void> put_in_place() {
    const auto& name = name_.back();
    if (temporary_.empty()) {
      const auto self = fmt::format("/proc/self/fd/{}", file_.get());
      if (::linkat(AT_FDCWD, self.c_str(), parent_.get(), name.c_str(), AT_SYMLINK_FOLLOW) == 0) return {};
      if (errno != EEXIST) return disk_trouble("name a file");
      struct stat facts{};
      if (::fstat(file_.get(), &facts) != 0) return disk_trouble("look at a file");
      temporary_ = fmt::format("{}{:x}", temporary_prefix, facts.st_ino);
      if (::linkat(AT_FDCWD, self.c_str(), parent_.get(), temporary_.c_str(), AT_SYMLINK_FOLLOW) != 0) {
        temporary_.clear();
        return disk_trouble("name a file");
      }
    }
    if (::renameat(parent_.get(), temporary_.c_str(), parent_.get(), name.c_str()) != 0)
      return disk_trouble("name a file");
    temporary_.clear();
    return {};
  }

  Result<void> synced(const Descriptor& what) {
    if (::fsync(what.get()) != 0) return disk_trouble("sync a file");
    ++syncs_;
    return {};
  }

  const std::filesystem::path& root_;
  Steps folder_;
  Steps name_;
  Descriptor parent_;
  Descriptor file_;
  std::string temporary_;  ///< the name that it has until it is whole, if any
  crypto::RunningSha256 hash_;
  std::uint64_t bytes_ = 0;
  std::uint64_t syncs_ = 0;
};

Task<Result<void>> on(platform::async::Offload& disk, std::function<Result<void>()> work) {
  Result<void> result;
  co_await disk.run([&result, &work] { result = work(); });
  co_return result;
}

/// Body to file in pieces of a size that is worth a worker's while.
Task<Result<void>> pour(platform::async::Offload& disk, web::Body& body, Incoming& file,
                        std::uint64_t bytes_max) {
  std::string waiting = std::move(body.text);
  for (bool more = body.stream != nullptr; more || !waiting.empty();) {
    while (more && waiting.size() < write_bytes) {
      auto piece = co_await body.stream->read();
      if (!piece) co_return fail(std::move(piece.error()), "receive a part");
      more = !piece->empty();
      waiting += *piece;
    }
    if (waiting.size() > bytes_max - file.bytes())
      co_return fail(ErrorCode::too_large, "a part has at most {} bytes", bytes_max);
    auto written = co_await on(disk, [&] { return file.write(waiting); });
    if (!written) co_return written;
    waiting.clear();
  }
  co_return Result<void>{};
}

}  // namespace

Task<Result<Landed>> FileSink::take(Landing landing, web::Body body, LandingRules rules) {
  auto folder = steps_of(landing.folder);
  if (!folder) co_return fail(std::move(folder.error()));
  auto name = steps_of(landing.name);
  if (!name) co_return fail(std::move(name.error()));
  const auto announced = body.stream ? body.stream->length_bytes() : std::optional<std::uint64_t>();
  if (announced.value_or(0) > rules.bytes_max)
    co_return fail(ErrorCode::too_large, "a part has at most {} bytes", rules.bytes_max);
  const auto root = root_of(root_, landing.context);
  Incoming file(root, std::move(*folder), std::move(*name));
  auto opened = co_await on(disk_, [&] { return file.open(); });
  if (!opened) co_return fail(std::move(opened.error()));
  auto poured = co_await pour(disk_, body, file, rules.bytes_max);
  if (!poured) co_return fail(std::move(poured.error()));
  Result<Landed> landed;
  auto finished = co_await on(disk_, [&]() -> Result<void> {
    landed = file.finish(rules.sha256);
    return {};
  });
  invariant(finished.has_value(), "work that says nothing of an end has none");
  syncs_ += file.syncs();
  co_return landed;
}

}  // namespace kontor::dataplane::file
