#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "base/crypto/aead.hpp"
#include "base/random/random.hpp"
#include "base/result/result.hpp"
#include "platform/async/signal.hpp"
#include "platform/vault/vault.hpp"

/// The embedded vault: one encrypted file a context below one folder. Each context has a data key of its own
/// (AES-256-GCM), which stands in the file wrapped by a master key; the master key itself is never in the
/// folder.
///
/// A change is a new file, written, synced and renamed into place before it is acknowledged, under an
/// advisory lock, so several processes of one machine may share the folder. What others changed is seen at
/// the next call. The folder must be on a local file system with times finer than a second. An old file put
/// back in place is not recognised.
namespace kontor::platform::vault::file {

struct MasterKeys {
  crypto::AesKey current;
  /// Keys of before: what they still wrap is wrapped anew by `current` when the vault is opened.
  std::vector<crypto::AesKey> previous = {};
};

/// A master key as it stands in a file or an environment value: 32 bytes in base64, base64url or hexadecimal
/// digits, with white space around it, or as they are. Errors: malformed.
Result<crypto::AesKey> parse_master_key(std::string_view text);

struct Config {
  std::filesystem::path folder;  ///< made when it is not there; readable by its owner only
  MasterKeys master_keys;
  std::size_t contexts_cached_max = 1024;  ///< opened contexts that are kept in memory
  std::size_t keys_cached_max = 1024;      ///< parsed private keys that are kept in memory
};

/// Opens the folder; blocks, since it is part of starting a process. The vault is used on one io thread,
/// where `offload` does its reading and writing elsewhere; both references outlive it. Errors: storage_failed
/// when the folder cannot be used, invalid_input when it was sealed under a master key that is not among
/// those given.
Result<std::unique_ptr<Vault>> open_file_vault(Config config, async::Offload& offload, Random& random);

}  // namespace kontor::platform::vault::file
