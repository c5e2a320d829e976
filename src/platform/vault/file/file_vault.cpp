#include "platform/vault/file/file_vault.hpp"

#include <functional>
#include <optional>
#include <utility>

#include "base/crypto/hash.hpp"
#include "base/crypto/signature.hpp"
#include "base/lru/lru.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "platform/vault/file/internal/folder.hpp"
#include "platform/vault/file/internal/master_record.hpp"
#include "platform/vault/file/internal/sealed_file.hpp"
#include "platform/vault/limits.hpp"
#include "protocol/jose/jwk.hpp"

namespace kontor::platform::vault::file {
namespace {

using crypto::PrivateKey;
using crypto::Secret;
using protocol::jose::Jwk;

/// What a context's file held at one moment. Shared between the io thread and a worker, never changed.
struct Snapshot {
  std::optional<FileIdentity> identity;  ///< none: there was no file
  std::optional<crypto::AesKey> data_key;
  Contents contents;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// Changes the contents; false: nothing is to be changed.
using Change = std::function<Result<bool>(Contents&)>;

std::string file_name(const ContextId& context) {
  return crypto::sha256_hex(context.str()) + std::string(context_suffix);
}

/// What stands on the worker's side of the vault: reads and writes whole contexts, blocking.
struct Files {
  Folder folder;
  MasterKeys master_keys;

  Result<SnapshotPtr> load(const ContextId& context) const {
    const auto file = folder.read(file_name(context), file_bytes_max);
    if (!file) return fail(file.error());
    if (!*file) return std::make_shared<const Snapshot>();
    auto unsealed = unseal_file((*file)->bytes, context, master_keys);
    if (!unsealed) return fail(unsealed.error());
    return std::make_shared<const Snapshot>((*file)->identity, std::move(unsealed->data_key),
                                            std::move(unsealed->contents));
  }

  Result<SnapshotPtr> update(const ContextId& context, const SnapshotPtr& known, const Change& change,
                             const Draw& draw) const {
    const auto name = file_name(context);
    const auto lock = folder.lock(name);
    if (!lock) return fail(lock.error());
    const auto identity = folder.identity(name);
    if (!identity) return fail(identity.error());
    auto before = known && known->identity == *identity ? Result<SnapshotPtr>(known) : load(context);
    if (!before) return before;
    auto contents = (*before)->contents;
    const auto changed = change(contents);
    if (!changed) return fail(changed.error());
    if (!*changed) return before;
    auto data_key = (*before)->data_key.value_or(draw.data_key);
    const auto bytes = seal_file({context, master_keys.current, data_key, contents, draw});
    if (bytes.size() > file_bytes_max) {
      return fail(ErrorCode::too_large, "a context keeps at most {} bytes in the vault", contents_bytes_max);
    }
    const auto after = folder.replace(*lock, {name, bytes});
    if (!after) return fail(after.error());
    return std::make_shared<const Snapshot>(*after, std::move(data_key), std::move(contents));
  }

  Result<void> remove(const ContextId& context) const {
    const auto lock = folder.lock_all();
    if (!lock) return fail(lock.error());
    return folder.remove(*lock, file_name(context));
  }
};

class FileVault : public Vault {
 public:
  FileVault(Files files, const Config& config, async::Offload& offload, Random& random)
      : files_(std::move(files)),
        snapshots_(config.contexts_cached_max),
        parsed_(config.keys_cached_max),
        offload_(offload),
        random_(random) {}

  Task<Result<Jwk>> create_key(ContextId context, KeyAlias alias, crypto::KeyType type) override {
    if (auto good = check_creatable(type); !good) co_return fail(good.error());
    auto key = PrivateKey::generate(type, random_);
    if (!key) co_return fail(key.error());
    auto kept = co_await import_key(std::move(context), std::move(alias), std::move(*key));
    co_return kept;
  }

  Task<Result<Jwk>> import_key(ContextId context, KeyAlias alias, PrivateKey key) override {
    if (auto good = check_name(context, alias); !good) co_return fail(good.error());
    Change change = [&alias, stored = store_key(key)](Contents& contents) -> Result<bool> {
      if (!contents.keys.emplace(alias.str(), stored).second) return key_exists(alias);
      return true;
    };
    auto changed = co_await update(context, std::move(change));
    if (!changed) co_return fail(changed.error());
    auto jwk = protocol::jose::jwk_of(key.public_key());
    parsed_.put({context, alias}, {store_key(key), std::move(key)});
    co_return jwk;
  }

  Task<Result<Jwk>> public_key(ContextId context, KeyAlias alias) override {
    auto key = co_await find_key(std::move(context), std::move(alias));
    if (!key) co_return fail(key.error());
    co_return protocol::jose::jwk_of(key->public_key());
  }

  Task<Result<Bytes>> sign(ContextId context, KeyAlias alias, std::string message) override {
    if (auto good = check_message(message); !good) co_return fail(good.error());
    auto key = co_await find_key(std::move(context), std::move(alias));
    if (!key) co_return fail(key.error());
    co_return crypto::sign(*key, bytes_of(message));
  }

  Task<Result<PrivateKey>> export_key(ContextId context, KeyAlias alias) override {
    auto key = co_await find_key(std::move(context), std::move(alias));
    co_return key;
  }

  Task<Result<void>> destroy_key(ContextId context, KeyAlias alias) override {
    if (auto good = check_name(context, alias); !good) co_return fail(good.error());
    Change change = [&alias](Contents& contents) -> Result<bool> {
      return contents.keys.erase(alias.str()) > 0;
    };
    auto changed = co_await update(context, std::move(change));
    if (changed) parsed_.erase({context, alias});
    co_return changed;
  }

  Task<Result<std::vector<KeyAlias>>> list_keys(ContextId context) override {
    auto snapshot = co_await current(std::move(context));
    if (!snapshot) co_return fail(snapshot.error());
    std::vector<KeyAlias> aliases;
    for (const auto& entry : (*snapshot)->contents.keys) aliases.emplace_back(entry.first);
    co_return aliases;
  }

  Task<Result<void>> put_secret(ContextId context, SecretName name, Secret value) override {
    if (auto good = check_name(context, name); !good) co_return fail(good.error());
    if (auto good = check_secret(value); !good) co_return fail(good.error());
    Change change = [&name, &value](Contents& contents) -> Result<bool> {
      auto& kept = contents.secrets[name.str()];
      if (kept == value) return false;
      kept = value;
      return true;
    };
    auto changed = co_await update(std::move(context), std::move(change));
    co_return changed;
  }

  Task<Result<Secret>> get_secret(ContextId context, SecretName name) override {
    if (auto good = check_name(context, name); !good) co_return fail(good.error());
    auto snapshot = co_await current(std::move(context));
    if (!snapshot) co_return fail(snapshot.error());
    const auto& secrets = (*snapshot)->contents.secrets;
    const auto found = secrets.find(name.str());
    if (found == secrets.end()) co_return no_such_secret(name);
    co_return found->second;
  }

  Task<Result<void>> delete_secret(ContextId context, SecretName name) override {
    if (auto good = check_name(context, name); !good) co_return fail(good.error());
    Change change = [&name](Contents& contents) -> Result<bool> {
      return contents.secrets.erase(name.str()) > 0;
    };
    auto changed = co_await update(std::move(context), std::move(change));
    co_return changed;
  }

  Task<Result<std::vector<SecretName>>> list_secrets(ContextId context) override {
    auto snapshot = co_await current(std::move(context));
    if (!snapshot) co_return fail(snapshot.error());
    std::vector<SecretName> names;
    for (const auto& entry : (*snapshot)->contents.secrets) names.emplace_back(entry.first);
    co_return names;
  }

  std::uint64_t syncs() const override { return files_.folder.syncs(); }

  Task<Result<void>> erase_context(ContextId context) override {
    if (auto good = check_name(context); !good) co_return fail(good.error());
    Result<void> removed;
    co_await offload_.run([&] { removed = files_.remove(context); });
    snapshots_.erase(context);
    parsed_.erase_if([&context](const auto& place) { return place.first == context; });
    co_return removed;
  }

 private:
  struct ParsedKey {
    StoredKey stored;  ///< what it was parsed from
    PrivateKey key;
  };

  /// The context as it is now: from memory when its file has not changed since.
  Task<Result<SnapshotPtr>> current(ContextId context) {
    if (auto good = check_name(context); !good) co_return fail(good.error());
    const auto* known = snapshots_.find(context);
    const auto identity = files_.folder.identity(known ? known->file : file_name(context));
    if (!identity) co_return fail(identity.error());
    if (known && known->snapshot->identity == *identity) co_return known->snapshot;
    Result<SnapshotPtr> loaded;
    co_await offload_.run([&] { loaded = files_.load(context); });
    if (loaded) snapshots_.put(context, {file_name(context), *loaded});
    co_return loaded;
  }

  Task<Result<void>> update(ContextId context, Change change) {
    const auto random = draw(random_);
    const auto* cached = snapshots_.find(context);
    const auto known = cached ? cached->snapshot : nullptr;
    Result<SnapshotPtr> updated;
    co_await offload_.run([&] { updated = files_.update(context, known, change, random); });
    if (!updated) co_return fail(updated.error());
    snapshots_.put(context, {file_name(context), *updated});
    co_return Result<void>();
  }

  Task<Result<PrivateKey>> find_key(ContextId context, KeyAlias alias) {
    if (auto good = check_name(context, alias); !good) co_return fail(good.error());
    auto snapshot = co_await current(context);
    if (!snapshot) co_return fail(snapshot.error());
    const auto& keys = (*snapshot)->contents.keys;
    const auto found = keys.find(alias.str());
    if (found == keys.end()) co_return no_such_key(alias);
    const std::pair place(context, alias);
    const auto* parsed = parsed_.find(place);
    if (parsed && parsed->stored == found->second) co_return parsed->key;
    auto key = restore_key(found->second);
    if (!key)
      co_return fail_as(ErrorCode::storage_failed, key.error(), "the vault holds no usable key '{}'", alias);
    parsed_.put(place, {found->second, *key});
    co_return key;
  }

  struct Kept {
    std::string file;  ///< its name, which is a digest
    SnapshotPtr snapshot;
  };

  const Files files_;
  Lru<ContextId, Kept> snapshots_;
  Lru<std::pair<ContextId, KeyAlias>, ParsedKey> parsed_;
  async::Offload& offload_;
  Random& random_;
};

}  // namespace

Result<std::unique_ptr<Vault>> open_file_vault(Config config, async::Offload& offload, Random& random) {
  auto folder = Folder::open(config.folder);
  if (!folder) return fail(folder.error());
  if (auto fits = adopt_master_keys(*folder, config.master_keys, random); !fits) return fail(fits.error());
  Files files{std::move(*folder), config.master_keys};
  return std::make_unique<FileVault>(std::move(files), config, offload, random);
}

Result<crypto::AesKey> parse_master_key(std::string_view text) {
  if (text.size() == crypto::aes_key_bytes) return crypto::AesKey::from(bytes_of(text));
  const auto trimmed = text::trim(text);
  for (const auto decode : {text::hex_decode, text::base64_decode, text::base64url_decode}) {
    auto decoded = decode(trimmed);
    if (!decoded) continue;
    const Secret bytes(std::move(*decoded));
    if (auto key = crypto::AesKey::from(bytes.bytes())) return key;
  }
  return fail(ErrorCode::malformed,
              "a master key is 32 bytes, as they are, in base64 or in hexadecimal digits: make one with "
              "'openssl rand -base64 32'");
}

}  // namespace kontor::platform::vault::file
