#include "app/foundation/storage.hpp"

#include <filesystem>

#include "app/foundation/sealed_members.hpp"
#include "platform/store/postgres/postgres_store.hpp"
#include "platform/store/sealed/sealed_store.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"

namespace kontor::app::foundation {
namespace {

constexpr json::EnumNames<StoreKind, 2> store_kind_names{
    {{StoreKind::sqlite, "sqlite"}, {StoreKind::postgres, "postgres"}}};

constexpr platform::telemetry::MetricSpec transactions{"kontor_store_transactions_total", "transactions",
                                                       "Transactions that the store was asked for"};
constexpr platform::telemetry::MetricSpec syncs{"kontor_store_syncs_total", "commits",
                                                "Durable commits that the database made for them"};

/// The folder of the database file, readable by its owner only.
Result<void> make_folder(const std::filesystem::path& file) {
  const auto folder = file.parent_path();
  if (folder.empty() || std::filesystem::exists(folder)) return {};
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  if (error)
    return fail(ErrorCode::storage_failed, "cannot make the folder {}: {}", folder.string(), error.message());
  return {};
}

Task<Result<std::unique_ptr<store::Store>>> refused(Error error) {
  co_return fail(std::move(error));
}

template <class Needs>
assembly::Built<StoreAssembly::Provides> build_store(Needs& needs, const StoreConfig& config,
                                                     platform::vault::Vault* vault) {
  auto late = std::make_unique<LateStore>();
  auto& registry = needs.template get<platform::telemetry::Registry>();
  registry.observe(transactions,
                   [store = late.get()] { return static_cast<double>(store->counters().transactions); });
  registry.observe(syncs, [store = late.get()] { return static_cast<double>(store->counters().syncs); });
  auto storage = std::make_unique<Storage>(
      Storage::Needs{needs.template get<platform::async::Clock>(), needs.template get<Random>(), *late,
                     needs.template get<assembly::EntityKinds>(),
                     needs.template get<platform::telemetry::Health>().needed_to_serve(StoreAssembly::name),
                     vault},
      config);
  return {std::move(late), std::move(storage)};
}

}  // namespace

const json::EnumNames<StoreKind, 2>& names_of(config::Type<StoreKind>) {
  return store_kind_names;
}

config::Fields fields_of(config::Type<StoreConfig>) {
  using C = StoreConfig;
  using config::field;
  return {
      field("kind", &C::kind, "the database: a file of this process, or a PostgreSQL that replicas share"),
      field("file", &C::file, "sqlite: the database file; its folder is made").not_empty(),
      field("postgres_url", &C::postgres_url, "postgres: connection of the role that works"),
      field("postgres_owner_url", &C::postgres_owner_url,
            "postgres: connection of the role that owns the schema and migrates it; empty: it must be up to "
            "date"),
      field("postgres_schema", &C::postgres_schema, "postgres: schema of this installation").not_empty(),
      field("readers", &C::readers, "connections that read beside the one that writes")
          .at_least(1)
          .at_most(64),
      field("events_kept", &C::events_kept, "time that events are kept for consumers that were away"),
      field("data_keys_replaced_after", &C::data_keys_replaced_after,
            "time after which what is secret of a context is encrypted with a new key; what the keys before "
            "have encrypted stays readable")
          .at_least(std::chrono::milliseconds(1)),
  };
}

Result<void> validate(const StoreConfig& config) {
  if (config.kind != StoreKind::postgres || !config.postgres_url.empty()) return {};
  return fail(ErrorCode::invalid_input, "kind postgres needs postgres_url or postgres_url_file");
}

Storage::Storage(Needs needs, StoreConfig config) : needs_(std::move(needs)), config_(std::move(config)) {}

Task<Result<void>> Storage::open() {
  auto opened = co_await open_configured();
  if (opened && needs_.vault) opened = sealed(std::move(*opened));
  if (!opened) {
    needs_.check.fail(opened.error().message());
    co_return fail(std::move(opened.error()));
  }
  needs_.store.opened(std::move(*opened));
  needs_.check.pass();
  co_return Result<void>{};
}

Result<std::unique_ptr<store::Store>> Storage::sealed(std::unique_ptr<store::Store> below) {
  if (auto good = store::sealed::check_fields(needs_.kinds.all, sealed_kinds()); !good)
    return fail(std::move(good.error()));
  return std::make_unique<store::sealed::SealedStore>(
      std::move(below), *needs_.vault, needs_.clock, needs_.random,
      store::sealed::Config{sealed_kinds(), config_.data_keys_replaced_after});
}

Task<void> Storage::close() {
  needs_.check.fail("closed");
  co_await needs_.store.close();
}

Task<Result<std::unique_ptr<store::Store>>> Storage::open_configured() {
  if (config_.kind == StoreKind::postgres) {
    store::postgres::PostgresConfig postgres{.url = config_.postgres_url.reveal(),
                                             .owner_url = config_.postgres_owner_url.reveal(),
                                             .schema = config_.postgres_schema,
                                             .readers = config_.readers,
                                             .events_kept = config_.events_kept};
    return store::postgres::open_postgres(needs_.clock, needs_.random, std::move(postgres), needs_.kinds.all);
  }
  if (auto made = make_folder(config_.file); !made) return refused(std::move(made.error()));
  store::sqlite::SqliteConfig sqlite{
      .file = config_.file, .readers = config_.readers, .events_kept = config_.events_kept};
  return store::sqlite::open_sqlite(needs_.clock, std::move(sqlite), needs_.kinds.all);
}

Result<assembly::Built<StoreAssembly::Provides>> StoreAssembly::build(Requires needs, const Config& config) {
  return build_store(needs, config, nullptr);
}

Result<assembly::Built<SealedStoreAssembly::Provides>> SealedStoreAssembly::build(Requires needs,
                                                                                  const Config& config) {
  return build_store(needs, config, &needs.get<platform::vault::Vault>());
}

Task<Result<void>> StoreAssembly::start(Provides services) {
  return services.get<Storage>().open();
}

Task<Result<void>> StoreAssembly::stop(Provides services) {
  co_await services.get<Storage>().close();
  co_return Result<void>{};
}

config::Fields fields_of(config::Type<EngineSettings>) {
  using C = EngineSettings;
  using config::field;
  using namespace std::chrono_literals;
  return {
      field("retry_delay_min", &C::retry_delay_min,
            "wait before the second attempt at an effect; doubles from then on")
          .at_least(1ms),
      field("retry_delay_max", &C::retry_delay_max, "longest wait between two attempts").at_least(1ms),
      field("attempts_max", &C::attempts_max,
            "attempts at an effect before its entity fails or is quarantined")
          .at_least(1),
      field("effect_timeout", &C::effect_timeout, "time for one attempt").at_least(100ms),
      field("effects_running_max", &C::effects_running_max, "effects at work at a time").at_least(1),
      field("effects_running_per_group_max", &C::effects_running_per_group_max,
            "of these for one counter-party")
          .at_least(1),
      field("sweep_interval", &C::sweep_interval,
            "shortest time between two deletions of expired rows; drives nothing else")
          .at_least(1s),
      field("lease_duration", &C::lease_duration,
            "on a shared store: time after which other replicas carry out the effects of one that has died; "
            "clocks agree within a third of it")
          .at_least(1s),
      field("keep_after_end", &C::keep_after_end,
            "kinds of which ended entities are kept otherwise than they declare, such as {transfer-process: "
            "720h}; for what ends from now on"),
  };
}

Result<void> validate(const EngineSettings& settings) {
  if (settings.retry_delay_min <= settings.retry_delay_max) return {};
  return fail(ErrorCode::invalid_input, "retry_delay_min must not be above retry_delay_max");
}

Result<assembly::Built<EngineAssembly::Provides>> EngineAssembly::build(Requires needs,
                                                                        const Config& config) {
  const platform::engine::EngineConfig engine{
      .retry_delay_min = config.retry_delay_min,
      .retry_delay_max = config.retry_delay_max,
      .attempts_max = config.attempts_max,
      .effect_timeout = config.effect_timeout,
      .effects_running_max = config.effects_running_max,
      .effects_running_per_group_max = config.effects_running_per_group_max,
      .sweep_interval = config.sweep_interval,
      .lease_duration = config.lease_duration,
      .keep_after_end = {config.keep_after_end.begin(), config.keep_after_end.end()},
  };
  auto built = std::make_unique<platform::engine::Engine>(
      needs.get<platform::async::Scope>(), needs.get<platform::async::Clock>(), needs.get<Random>(),
      needs.get<store::Store>(), engine);
  built->trace_with(needs.get<platform::telemetry::Tracer>());
  built->log_to(needs.get<platform::telemetry::Log>());
  return built;
}

Task<Result<void>> EngineAssembly::start(Provides services) {
  return services.get<platform::engine::Engine>().start();
}

Task<Result<void>> EngineAssembly::drain(Provides services, platform::async::Deadline deadline) {
  co_await services.get<platform::engine::Engine>().drain(deadline);
  co_return Result<void>{};
}

Result<assembly::Built<BusAssembly::Provides>> BusAssembly::build(Requires needs, const Config&) {
  return platform::bus::embedded::make_embedded_bus(
      needs.get<platform::async::Scope>(), needs.get<platform::async::Clock>(), needs.get<store::Store>());
}

}  // namespace kontor::app::foundation
