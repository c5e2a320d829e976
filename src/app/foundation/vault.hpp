#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/foundation/late_vault.hpp"
#include "base/random/random.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/async/signal.hpp"
#include "platform/config/field.hpp"
#include "platform/telemetry/health.hpp"
#include "platform/telemetry/metrics.hpp"

namespace kontor::app::foundation {

namespace assembly = platform::assembly;
namespace config = platform::config;

struct MasterKeyConfig {
  config::Secret key;
};
config::Fields fields_of(config::Type<MasterKeyConfig>);

struct VaultConfig {
  std::string folder = "kontor-data/vault";
  config::Secret master_key;
  std::vector<MasterKeyConfig> previous_master_keys;
  std::size_t contexts_cached_max = 1024;
};
config::Fields fields_of(config::Type<VaultConfig>);

/// Opens the vault's folder when it is asked to.
class VaultFolder {
 public:
  VaultFolder(Random& random, LateVault& vault, platform::telemetry::Check check, VaultConfig config);

  Result<void> open();

 private:
  Result<std::unique_ptr<platform::vault::Vault>> open_files();

  Random& random_;
  LateVault& vault_;
  platform::telemetry::Check check_;
  VaultConfig config_;
  /// Changes of different contexts wait for the disk side by side, not one behind the other.
  platform::async::Offload disk_{4};
};

/// Keys and secrets of all contexts. Without a master key the process does not start.
struct VaultAssembly {
  static constexpr std::string_view name = "vault";
  using Requires = assembly::Services<Random, platform::telemetry::Health, platform::telemetry::Registry>;
  using Provides = assembly::Services<platform::vault::Vault, VaultFolder>;
  using Config = VaultConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config& config);
  static Result<void> can_start(const Config& config);
  static Task<Result<void>> start(Provides services);
};

}  // namespace kontor::app::foundation
