#include "dataplane/sdk/state_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/text/encoding.hpp"
#include "platform/vault/file/file_vault.hpp"

namespace kontor::dataplane::sdk {
namespace {

constexpr mode_t owner_only = 0600;

std::unexpected<Error> failed(const std::filesystem::path& path, const std::error_code& error) {
  return fail(ErrorCode::storage_failed, "{}: {}", path.string(), error.message());
}

std::error_code last_error() {
  return {errno, std::generic_category()};
}

bool write_synced(const std::filesystem::path& file, std::string_view text) {
  const Descriptor made(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner_only));
  if (!made.open()) return false;
  return ::write(made.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
         ::fsync(made.get()) == 0;
}

bool sync_folder(const std::filesystem::path& folder) {
  const Descriptor opened(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.open() && ::fsync(opened.get()) == 0;
}

/// Whole and on the disk, or not at all; where another has made one meanwhile, that one stays.
Result<void> make_key(const std::filesystem::path& file, Random& random) {
  const auto text = text::base64url_encode(crypto::AesKey::generate(random).bytes());
  auto unfinished = file;
  unfinished += "." + random_hex(random, 8);
  const bool linked = write_synced(unfinished, text) &&
                      (::link(unfinished.c_str(), file.c_str()) == 0 || errno == EEXIST) &&
                      sync_folder(file.parent_path());
  const auto error = last_error();
  ::unlink(unfinished.c_str());
  if (!linked)
    return fail(ErrorCode::storage_failed, "the key cannot be written to {}: {}", file.string(),
                error.message());
  return {};
}

}  // namespace

Result<StateFolder> StateFolder::open(std::filesystem::path path) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(path, error);
  if (made) std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  if (error) return failed(path, error);
  const auto around = (std::filesystem::absolute(path) / ".").lexically_normal().parent_path().parent_path();
  if (made && !sync_folder(around)) return failed(around, last_error());
  const auto lock = path / "lock";
  Descriptor held(::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, owner_only));
  if (!held.open()) return failed(lock, last_error());
  StateFolder folder(std::move(path), std::move(held));
  if (::flock(folder.held_.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorCode::conflict, "{}: another plane runs over this folder", folder.path_.string());
  }
  // The store keeps the mode of the file that it finds.
  const Descriptor flows(::open(folder.flows().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_only));
  if (!flows.open()) return failed(folder.flows(), last_error());
  return folder;
}

Result<crypto::AesKey> master_key_in(const std::filesystem::path& file, Random& random) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    if (auto made = make_key(file, random); !made) return fail(std::move(made.error()));
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::storage_failed, "the key in {} cannot be read", file.string());
  return platform::vault::file::parse_master_key(std::string(std::istreambuf_iterator<char>(in), {}));
}

}  // namespace kontor::dataplane::sdk
