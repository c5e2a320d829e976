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

}  // namespace

Result<StateFolder> StateFolder::open(std::filesystem::path path) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(path, error);
  if (made) std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  if (error) return failed(path, error);
  const auto lock = path / "lock";
  const int held = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, owner_only);
  if (held < 0) return failed(lock, last_error());
  StateFolder folder(std::move(path), held);
  if (::flock(held, LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorCode::conflict, "{}: another plane runs over this folder", folder.path_.string());
  }
  // The store keeps the mode of the file that it finds.
  const int flows = ::open(folder.flows().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_only);
  if (flows < 0) return failed(folder.flows(), last_error());
  ::close(flows);
  return folder;
}

StateFolder::~StateFolder() {
  if (held_ >= 0) ::close(held_);
}

Result<crypto::AesKey> master_key_in(const std::filesystem::path& file, Random& random) {
  const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner_only);
  if (made >= 0) {
    const auto text = text::base64url_encode(crypto::AesKey::generate(random).bytes());
    const auto written = ::write(made, text.data(), text.size());
    const bool kept = written == static_cast<ssize_t>(text.size()) && ::fsync(made) == 0;
    ::close(made);
    if (!kept) return fail(ErrorCode::storage_failed, "the key cannot be written to {}", file.string());
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::storage_failed, "the key in {} cannot be read", file.string());
  return platform::vault::file::parse_master_key(std::string(std::istreambuf_iterator<char>(in), {}));
}

}  // namespace kontor::dataplane::sdk
