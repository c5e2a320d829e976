#include "platform/vault/file/internal/master_record.hpp"

#include <algorithm>
#include <optional>

#include "base/text/encoding.hpp"
#include "platform/vault/file/internal/sealed_file.hpp"

namespace kontor::platform::vault::file {
namespace {

const std::string record_name = "master";

Result<void> write_record(const Folder& folder, const Folder::Lock& lock, const MasterKeys& keys) {
  const auto id = id_of(keys.current);
  const auto written = folder.replace(lock, {record_name, id});
  if (!written) return fail(written.error());
  return {};
}

/// The file with its data key wrapped by the current master key; nothing where it has gone meanwhile.
Result<std::optional<Bytes>> rewrapped(const Folder& folder, const std::string& name, const MasterKeys& keys,
                                       Random& random) {
  const auto file = folder.read(name, file_bytes_max);
  if (!file) return fail(file.error());
  if (!*file) return std::nullopt;
  auto bytes = rewrap_file((*file)->bytes, keys, crypto::new_nonce(random));
  if (!bytes) return fail(bytes.error(), "rotate the master key of '{}'", name);
  return std::optional(std::move(*bytes));
}

}  // namespace

Result<void> adopt_master_keys(const Folder& folder, const MasterKeys& keys, Random& random) {
  const auto lock = folder.lock_all();
  if (!lock) return fail(lock.error());
  const auto record = folder.read(record_name, sizeof(MasterKeyId));
  if (!record) return fail(record.error());
  const auto files = folder.names_ending_with(context_suffix);
  if (!*record) {
    if (files.empty()) return write_record(folder, *lock, keys);
    return fail(ErrorCode::storage_failed,
                "the vault's folder holds {} contexts but not its file '{}': restore it", files.size(),
                record_name);
  }
  MasterKeyId id{};
  std::copy_n((*record)->bytes.begin(), std::min((*record)->bytes.size(), id.size()), id.begin());
  if (id == id_of(keys.current)) return {};
  if (!find_key(keys, id)) {
    return fail(ErrorCode::invalid_input,
                "the vault's folder is sealed under the master key {}, which is not among those given",
                text::hex_encode(id));
  }
  for (const auto& name : files) {
    const auto bytes = rewrapped(folder, name, keys, random);
    if (!bytes) return fail(bytes.error());
    if (!*bytes) continue;
    if (const auto written = folder.replace(*lock, {name, **bytes}); !written) return fail(written.error());
  }
  return write_record(folder, *lock, keys);
}

}  // namespace kontor::platform::vault::file
