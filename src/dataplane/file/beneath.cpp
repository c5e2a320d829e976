#include "dataplane/file/beneath.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/crypto/hash.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"

namespace kontor::dataplane::file {
namespace {

constexpr std::size_t steps_max = 32;
constexpr std::size_t name_bytes_max = 255;
constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
/// A FIFO would be waited for.
constexpr int file_flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

std::unexpected<Error> absent() {
  return fail(ErrorCode::not_found, "there is no such file");
}

/// What the disk said of a step below the root. Names stay out: they may reach a counter-party.
std::unexpected<Error> trouble(std::string_view doing) {
  if (errno == ENOENT) return absent();
  if (errno == ELOOP || errno == ENOTDIR || errno == EISDIR)
    return fail(ErrorCode::invalid_input, "the path leads through what is no folder");
  if (errno == ENAMETOOLONG) return fail(ErrorCode::invalid_input, "the path is too long");
  return fail(ErrorCode::storage_failed, "{}: {}", doing, std::strerror(errno));
}

bool is_name(std::string_view name) {
  const auto is_control = [](char each) { return static_cast<unsigned char>(each) < 0x20 || each == 0x7f; };
  return !name.empty() && name.size() <= name_bytes_max && name != "." && name != ".." &&
         !name.starts_with(temporary_prefix) && !name.contains('\\') && text::is_utf8(name) &&
         std::ranges::none_of(name, is_control);
}

std::string tag_of(const struct stat& facts) {
  return fmt::format("{:x}-{:x}-{:x}{:08x}", facts.st_ino, facts.st_size, facts.st_mtim.tv_sec,
                     facts.st_mtim.tv_nsec);
}

Result<Descriptor> enter(const Descriptor& folder, const std::string& name) {
  Descriptor next(::openat(folder.get(), name.c_str(), folder_flags));
  if (!next.open()) return trouble("open a folder");
  return next;
}

Result<void> make(const Descriptor& folder, const std::string& name, std::uint64_t* syncs) {
  if (::mkdirat(folder.get(), name.c_str(), 0750) != 0) {
    if (errno == EEXIST) return {};
    return trouble("make a folder");
  }
  if (::fsync(folder.get()) != 0) return trouble("sync a folder");
  if (syncs) ++*syncs;
  return {};
}

Result<Descriptor> open_root(const std::filesystem::path& root, Missing missing, std::uint64_t* syncs) {
  Descriptor folder(::open(root.c_str(), folder_flags));
  if (folder.open()) return folder;
  if (errno != ENOENT || missing == Missing::refuse) return trouble("open the root of the files");
  Descriptor parent(::open(root.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent.open()) {
    return fail(ErrorCode::storage_failed, "open file_data_plane.root: {}", std::strerror(errno));
  }
  if (auto made = make(parent, root.filename(), syncs); !made) return fail(std::move(made.error()));
  return enter(parent, root.filename());
}

/// Collects what is below a folder, in any order.
struct Walk {
  std::size_t max;
  std::size_t seen = 0;
  std::vector<Found> files = {};

  Result<void> into(Descriptor folder, const std::string& prefix, std::size_t depth) {
    if (depth > steps_max) return fail(ErrorCode::too_large, "the folders are nested too deep");
    const int copy = ::fcntl(folder.get(), F_DUPFD_CLOEXEC, 0);
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(copy < 0 ? nullptr : ::fdopendir(copy), ::closedir);
    if (!listing) return trouble("list a folder");
    while (const auto* entry = ::readdir(listing.get())) {
      const std::string name = entry->d_name;
      if (!is_name(name)) continue;
      if (++seen > max) return fail(ErrorCode::too_large, "there are more than {} files", max);
      if (auto done = look_at(folder, prefix, name, depth); !done) return done;
    }
    return {};
  }

  Result<void> look_at(const Descriptor& folder, const std::string& prefix, const std::string& name,
                       std::size_t depth) {
    struct stat facts{};
    if (::fstatat(folder.get(), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) return {};
      return trouble("look at a file");
    }
    if (S_ISREG(facts.st_mode))
      files.push_back({prefix + name, static_cast<std::uint64_t>(facts.st_size), tag_of(facts)});
    if (!S_ISDIR(facts.st_mode)) return {};
    auto below = enter(folder, name);
    if (!below) return fail(std::move(below.error()));
    return into(std::move(*below), prefix + name + "/", depth + 1);
  }
};

}  // namespace

Result<Steps> steps_of(std::string_view path) {
  Steps steps;
  if (path.empty()) return steps;
  for (const auto name : text::split(path, '/')) {
    if (!is_name(name))
      return fail(ErrorCode::invalid_input, "the path holds a name that no file here can have");
    steps.emplace_back(name);
  }
  if (steps.size() > steps_max)
    return fail(ErrorCode::invalid_input, "the path is deeper than {}", steps_max);
  return steps;
}

std::string path_of(const Steps& steps) {
  return text::join(steps, "/");
}

std::filesystem::path root_of(const std::filesystem::path& folder, const ContextId& context) {
  auto name = text::percent_encode(context.str());
  if (name.starts_with('.')) name = "%2E" + name.substr(1);
  if (name.size() > name_bytes_max) name = crypto::sha256_hex(context.str());
  return folder / name;
}

Result<Descriptor> open_folder(const std::filesystem::path& root, const Steps& steps, Missing missing,
                               std::uint64_t* syncs) {
  auto folder = open_root(root, missing, syncs);
  if (!folder) return folder;
  for (const auto& name : steps) {
    auto next = enter(*folder, name);
    if (!next && next.error().code == ErrorCode::not_found && missing == Missing::create) {
      if (auto made = make(*folder, name, syncs); !made) return fail(std::move(made.error()));
      next = enter(*folder, name);
    }
    if (!next) return next;
    folder = std::move(next);
  }
  return folder;
}

Result<OpenFile> open_file(const std::filesystem::path& root, const Steps& steps) {
  if (steps.empty()) return absent();
  auto folder = open_folder(root, Steps(steps.begin(), steps.end() - 1), Missing::refuse);
  if (!folder) {
    if (folder.error().code == ErrorCode::invalid_input) return absent();
    return fail(std::move(folder.error()));
  }
  OpenFile file{.descriptor = Descriptor(::openat(folder->get(), steps.back().c_str(), file_flags))};
  struct stat facts{};
  if (!file.descriptor.open() || ::fstat(file.descriptor.get(), &facts) != 0) {
    if (errno == ELOOP || errno == ENXIO || errno == ENOTDIR) return absent();
    return trouble("open a file");
  }
  if (!S_ISREG(facts.st_mode)) return absent();
  file.size_bytes = static_cast<std::uint64_t>(facts.st_size);
  file.tag = tag_of(facts);
  return file;
}

Result<std::vector<Found>> files_below(const std::filesystem::path& root, const Steps& steps,
                                       std::size_t max) {
  auto folder = open_folder(root, steps, Missing::refuse);
  if (!folder && folder.error().code == ErrorCode::invalid_input) {
    auto file = open_file(root, steps);
    if (!file) return fail(std::move(file.error()));
    return std::vector<Found>{{.path = {}, .size_bytes = file->size_bytes, .tag = file->tag}};
  }
  if (!folder) return fail(std::move(folder.error()));
  Walk walk{.max = max};
  auto done = walk.into(std::move(*folder), {}, 0);
  if (!done) return fail(std::move(done.error()));
  std::ranges::sort(walk.files, {}, &Found::path);
  return std::move(walk.files);
}

}  // namespace kontor::dataplane::file
