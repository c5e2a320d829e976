#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "app/foundation/late_store.hpp"
#include "base/random/random.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/async/scope.hpp"
#include "platform/bus/embedded/embedded_bus.hpp"
#include "platform/config/field.hpp"
#include "platform/engine/engine.hpp"
#include "platform/telemetry/health.hpp"
#include "platform/telemetry/log.hpp"
#include "platform/telemetry/metrics.hpp"
#include "platform/vault/vault.hpp"

namespace kontor::app::foundation {

namespace assembly = platform::assembly;
namespace config = platform::config;

enum class StoreKind : std::uint8_t { sqlite, postgres };
const json::EnumNames<StoreKind, 2>& names_of(config::Type<StoreKind>);

struct StoreConfig {
  StoreKind kind = StoreKind::sqlite;
  std::string file = "kontor-data/kontor.db";
  config::Secret postgres_url;
  config::Secret postgres_owner_url;
  std::string postgres_schema = "kontor";
  std::size_t readers = 2;
  std::chrono::milliseconds events_kept = std::chrono::hours(24 * 7);
  std::chrono::milliseconds data_keys_replaced_after = std::chrono::hours(24 * 90);
};
config::Fields fields_of(config::Type<StoreConfig>);
/// PostgreSQL has an address.
Result<void> validate(const StoreConfig& config);

/// Opens the store at the start and closes it at the end.
class Storage {
 public:
  struct Needs {
    platform::async::Clock& clock;
    Random& random;
    LateStore& store;
    const assembly::EntityKinds& kinds;
    platform::telemetry::Check check;
    platform::vault::Vault* vault = nullptr;  ///< null: nothing that this process stores is sealed
  };
  Storage(Needs needs, StoreConfig config);

  Task<Result<void>> open();
  Task<void> close();

 private:
  Task<Result<std::unique_ptr<store::Store>>> open_configured();
  Result<std::unique_ptr<store::Store>> sealed(std::unique_ptr<store::Store> below);

  Needs needs_;
  StoreConfig config_;
};

/// The store of this process, for all kinds that its assemblies declare, where none of them is sealed.
struct StoreAssembly {
  static constexpr std::string_view name = "store";
  using Requires = assembly::Services<platform::async::Clock, Random, assembly::EntityKinds,
                                      platform::telemetry::Health, platform::telemetry::Registry>;
  using Provides = assembly::Services<store::Store, Storage>;
  using Config = StoreConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config& config);
  static Task<Result<void>> start(Provides services);
  static Task<Result<void>> stop(Provides services);
};

/// The same where some are (sealed_members.hpp): their keys are in the vault.
struct SealedStoreAssembly {
  static constexpr std::string_view name = StoreAssembly::name;
  using Requires =
      assembly::Services<platform::async::Clock, Random, assembly::EntityKinds, platform::telemetry::Health,
                         platform::telemetry::Registry, platform::vault::Vault>;
  using Provides = StoreAssembly::Provides;
  using Config = StoreConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config& config);
  static Task<Result<void>> start(Provides services) { return StoreAssembly::start(services); }
  static Task<Result<void>> stop(Provides services) { return StoreAssembly::stop(services); }
};

struct EngineSettings {
  std::chrono::milliseconds retry_delay_min{100};
  std::chrono::milliseconds retry_delay_max = std::chrono::minutes(5);
  std::uint32_t attempts_max = 12;
  std::chrono::milliseconds effect_timeout{30'000};
  std::size_t effects_running_max = 256;
  std::size_t effects_running_per_group_max = 16;
  std::chrono::milliseconds sweep_interval = std::chrono::minutes(10);
  std::chrono::milliseconds lease_duration{5'000};
  std::map<std::string, std::chrono::milliseconds> keep_after_end;
};
config::Fields fields_of(config::Type<EngineSettings>);
/// Delays grow, they do not shrink.
Result<void> validate(const EngineSettings& settings);

/// The loop that changes entities and runs their effects. Machines are added while assemblies are built.
struct EngineAssembly {
  static constexpr std::string_view name = "engine";
  using Requires = assembly::Services<platform::async::Scope, platform::async::Clock, Random, store::Store,
                                      platform::telemetry::Tracer, platform::telemetry::Log>;
  using Provides = assembly::Services<platform::engine::Engine>;
  using Config = EngineSettings;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config& config);
  static Task<Result<void>> start(Provides services);
  static Task<Result<void>> drain(Provides services, platform::async::Deadline deadline);
};

/// Messages between services of this process, durable in its store.
struct BusAssembly {
  static constexpr std::string_view name = "bus";
  using Requires = assembly::Services<platform::async::Scope, platform::async::Clock, store::Store>;
  using Provides = assembly::Services<platform::bus::Bus>;
  using Config = assembly::NoConfig;
  static std::vector<const entity::Kind*> kinds() { return platform::bus::embedded::kinds(); }
  static Result<assembly::Built<Provides>> build(Requires needs, const Config&);
};

}  // namespace kontor::app::foundation
