#include "app/foundation/vault.hpp"

#include "platform/vault/file/file_vault.hpp"

namespace kontor::app::foundation {
namespace {

constexpr platform::telemetry::MetricSpec syncs{"kontor_vault_syncs_total", "syncs",
                                                "Times that changes of keys and secrets waited for the disk"};
constexpr platform::telemetry::MetricSpec signatures{"kontor_vault_signatures_total", "signatures",
                                                     "Signatures made with keys of the vault"};

Result<vault::file::MasterKeys> master_keys_of(const VaultConfig& config) {
  if (config.master_key.empty()) {
    return fail(ErrorCode::invalid_input,
                "vault.master_key is not set: write 32 random bytes (openssl rand -hex 32) into a file "
                "outside of the "
                "data folder and name it in vault.master_key_file");
  }
  auto current = vault::file::parse_master_key(config.master_key.reveal());
  if (!current) return fail(std::move(current.error()), "vault.master_key");
  vault::file::MasterKeys keys{.current = std::move(*current)};
  for (const auto& previous : config.previous_master_keys) {
    auto key = vault::file::parse_master_key(previous.key.reveal());
    if (!key) return fail(std::move(key.error()), "vault.previous_master_keys");
    keys.previous.push_back(std::move(*key));
  }
  return keys;
}

}  // namespace

config::Fields fields_of(config::Type<MasterKeyConfig>) {
  return {config::field("key", &MasterKeyConfig::key, "a master key of before").required()};
}

config::Fields fields_of(config::Type<VaultConfig>) {
  using C = VaultConfig;
  using config::field;
  return {
      field("folder", &C::folder, "where the encrypted files are, one a context").not_empty(),
      field("master_key", &C::master_key,
            "32 bytes in base64 or hexadecimal that all files are sealed under (openssl rand -hex 32); keep "
            "it elsewhere"),
      field(
          "previous_master_keys", &C::previous_master_keys,
          "after a change of the master key: what the files may still be sealed under; they are sealed anew"),
      field("contexts_cached_max", &C::contexts_cached_max, "contexts whose keys are kept in memory")
          .at_least(1),
  };
}

VaultFolder::VaultFolder(Random& random, LateVault& vault, platform::telemetry::Check check,
                         VaultConfig config)
    : random_(random), vault_(vault), check_(std::move(check)), config_(std::move(config)) {}

Result<void> VaultFolder::open() {
  auto opened = open_files();
  if (!opened) {
    check_.fail(opened.error().message());
    return fail(std::move(opened.error()));
  }
  vault_.opened(std::move(*opened));
  check_.pass();
  return {};
}

Result<std::unique_ptr<vault::Vault>> VaultFolder::open_files() {
  auto keys = master_keys_of(config_);
  if (!keys) return fail(std::move(keys.error()));
  vault::file::Config files{.folder = config_.folder,
                            .master_keys = std::move(*keys),
                            .contexts_cached_max = config_.contexts_cached_max};
  return vault::file::open_file_vault(std::move(files), disk_, random_);
}

Result<assembly::Built<VaultAssembly::Provides>> VaultAssembly::build(Requires needs, const Config& config) {
  auto late = std::make_unique<LateVault>();
  auto& registry = needs.get<platform::telemetry::Registry>();
  registry.observe(syncs, [vault = late.get()] { return static_cast<double>(vault->syncs()); });
  registry.observe(signatures, [vault = late.get()] { return static_cast<double>(vault->signatures()); });
  auto folder = std::make_unique<VaultFolder>(
      needs.get<Random>(), *late, needs.get<platform::telemetry::Health>().needed_to_serve(name), config);
  return assembly::Built<Provides>{std::move(late), std::move(folder)};
}

Result<void> VaultAssembly::can_start(const Config& config) {
  auto keys = master_keys_of(config);
  if (!keys) return fail(std::move(keys.error()));
  return {};
}

Task<Result<void>> VaultAssembly::start(Provides services) {
  co_return services.get<VaultFolder>().open();
}

}  // namespace kontor::app::foundation
