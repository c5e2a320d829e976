#include "slow_vault.hpp"

#include "platform/vault/file/file_vault.hpp"

namespace kontor::simulation {

using vault::KeyAlias;
using vault::SecretName;

namespace {

const std::string master_key(64, 'a');

}  // namespace

Result<void> SlowVault::open() {
  auto key = vault::file::parse_master_key(master_key);
  if (!key) return fail(std::move(key.error()));
  vault::file::Config config{.folder = edges_.folder / "vault", .master_keys = {.current = std::move(*key)}};
  auto opened = vault::file::open_file_vault(std::move(config), inline_, random_);
  if (!opened) return fail(std::move(opened.error()));
  files_.opened(std::move(*opened));
  return {};
}

Task<Result<protocol::jose::Jwk>> SlowVault::create_key(ContextId context, KeyAlias alias,
                                                        crypto::KeyType type) {
  return write_through(edges_, files_.create_key(std::move(context), std::move(alias), type));
}
Task<Result<protocol::jose::Jwk>> SlowVault::import_key(ContextId context, KeyAlias alias,
                                                        crypto::PrivateKey key) {
  return write_through(edges_, files_.import_key(std::move(context), std::move(alias), std::move(key)));
}
Task<Result<protocol::jose::Jwk>> SlowVault::public_key(ContextId context, KeyAlias alias) {
  return read_through(edges_, files_.public_key(std::move(context), std::move(alias)));
}
Task<Result<Bytes>> SlowVault::sign(ContextId context, KeyAlias alias, std::string message) {
  return read_through(edges_, files_.sign(std::move(context), std::move(alias), std::move(message)));
}
Task<Result<crypto::PrivateKey>> SlowVault::export_key(ContextId context, KeyAlias alias) {
  return read_through(edges_, files_.export_key(std::move(context), std::move(alias)));
}
Task<Result<void>> SlowVault::destroy_key(ContextId context, KeyAlias alias) {
  return write_through(edges_, files_.destroy_key(std::move(context), std::move(alias)));
}
Task<Result<std::vector<KeyAlias>>> SlowVault::list_keys(ContextId context) {
  return read_through(edges_, files_.list_keys(std::move(context)));
}
Task<Result<void>> SlowVault::put_secret(ContextId context, SecretName name, crypto::Secret value) {
  return write_through(edges_, files_.put_secret(std::move(context), std::move(name), std::move(value)));
}
Task<Result<crypto::Secret>> SlowVault::get_secret(ContextId context, SecretName name) {
  return read_through(edges_, files_.get_secret(std::move(context), std::move(name)));
}
Task<Result<void>> SlowVault::delete_secret(ContextId context, SecretName name) {
  return write_through(edges_, files_.delete_secret(std::move(context), std::move(name)));
}
Task<Result<std::vector<SecretName>>> SlowVault::list_secrets(ContextId context) {
  return read_through(edges_, files_.list_secrets(std::move(context)));
}
Task<Result<void>> SlowVault::erase_context(ContextId context) {
  return write_through(edges_, files_.erase_context(std::move(context)));
}

Result<assembly::Built<SlowVaultAssembly::Provides>> SlowVaultAssembly::build(Requires needs, const Config&) {
  auto slow = std::make_unique<SlowVault>(needs.get<Edges>(), needs.get<Random>());
  auto opener = std::make_unique<VaultOpener>(*slow);
  return assembly::Built<Provides>{std::move(slow), std::move(opener)};
}

Task<Result<void>> SlowVaultAssembly::start(Provides services) {
  co_return services.get<VaultOpener>().vault.open();
}

}  // namespace kontor::simulation
