#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "app/foundation/storage.hpp"
#include "app/foundation/vault.hpp"
#include "platform/assembly/assembler.hpp"
#include "platform/telemetry/trace.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::app::foundation::test {
namespace {

constexpr std::string_view master_key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const ContextId acme{"acme"};
const entity::Kind note{.name = "note"};
const entity::Kind client{.name = "token-client"};

/// What a test asks directly.
struct Inside {
  store::Store* store = nullptr;
};

/// Stores notes, and keeps hold of what it was built on.
struct Notes {
  store::Store& store;
  vault::Vault& vault;
};
struct NotesAssembly {
  static constexpr std::string_view name = "notes";
  using Requires = assembly::Services<store::Store, vault::Vault, platform::engine::Engine, Inside>;
  using Provides = assembly::Services<Notes>;
  using Config = assembly::NoConfig;
  static std::vector<const entity::Kind*> kinds() { return {&note, &client}; }
  static Result<assembly::Built<Provides>> build(Requires needs, const Config&) {
    needs.get<Inside>().store = &needs.get<store::Store>();
    return std::make_unique<Notes>(needs.get<store::Store>(), needs.get<vault::Vault>());
  }
  static Task<Result<void>> start(Provides services);
};

Task<ErrorCode> put_note(store::Store& store, std::string id) {
  store::Transaction transaction;
  transaction.puts.push_back({&note, EntityId(std::move(id)), 0, "{}"});
  auto done = co_await store.commit(acme, std::move(transaction));
  co_return done ? ErrorCode::internal : done.error().code;
}

Task<Result<std::string>> put_client(store::Store& store, std::string body) {
  auto done = co_await store.commit(acme, {.puts = {{&client, EntityId("c"), 0, std::move(body)}}});
  if (!done) co_return fail(std::move(done.error()));
  auto record = co_await store.load(acme, client, EntityId("c"));
  if (!record) co_return fail(std::move(record.error()));
  co_return (*record)->body;
}

std::string bytes_in(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& each : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(each.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

Task<Result<void>> NotesAssembly::start(Provides services) {
  auto loaded = co_await services.get<Notes>().store.load(acme, note, EntityId("first"));
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto keys = co_await services.get<Notes>().vault.list_keys(acme);
  if (!keys) co_return fail(std::move(keys.error()));
  co_return Result<void>{};
}

struct FoundationTest : ::testing::Test {
  kontor::testing::TemporaryFolder folder;
  kontor::testing::RealLoop loop;
  platform::async::Scope scope{loop.executor()};
  platform::telemetry::Registry registry;
  platform::telemetry::Health health;
  platform::telemetry::Tracer tracer{loop.clock(), loop.random(), {}, nullptr};
  std::unique_ptr<platform::telemetry::LogSink> sink = platform::telemetry::standard_error_sink();
  platform::telemetry::LogLevels levels;
  platform::telemetry::Log log{*sink, loop.clock(), levels};
  Inside inside;

  Result<assembly::Assembled> build(const std::string& key,
                                    assembly::Assembly store = assembly::assembly_of<StoreAssembly>()) {
    auto settings = config::Settings::load(
        {.flags = {"store.file=" + (folder.path() / "data" / "kontor.db").string(),
                   "vault.folder=" + (folder.path() / "vault").string(), "vault.master_key=" + key}});
    assembly::Assembler assembler({assembly::assembly_of<NotesAssembly>(), std::move(store),
                                   assembly::assembly_of<EngineAssembly>(),
                                   assembly::assembly_of<VaultAssembly>()});
    assembler.give(scope).give(loop.clock()).give(loop.random()).give(registry).give(health).give(tracer);
    assembler.give(log).give(inside);
    return assembler.build(*settings);
  }
  void TearDown() override { loop.run(scope.close()); }
};

}  // namespace

TEST_F(FoundationTest, store_and_vault_are_opened_at_the_start_for_what_was_built_on_them) {
  auto assembled = build(std::string(master_key));
  ASSERT_TRUE(assembled) << assembled.error().message();
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "data")) << "building reads and writes nothing";
  EXPECT_FALSE(health.ready());
  const auto started = loop.run(assembled->start());
  ASSERT_TRUE(started) << started.error().message();
  EXPECT_TRUE(health.ready());
  EXPECT_TRUE(registry.expose().contains("kontor_store_transactions_total"));
  EXPECT_TRUE(
      loop.run(assembled->drain(platform::async::Deadline::after(loop.clock(), std::chrono::seconds(5)))));
  EXPECT_TRUE(loop.run(assembled->stop()));
}

TEST_F(FoundationTest, a_vault_without_its_master_key_keeps_the_process_from_starting) {
  auto assembled = build("");
  ASSERT_TRUE(assembled) << assembled.error().message();
  const auto started = loop.run(assembled->start());
  ASSERT_FALSE(started);
  EXPECT_TRUE(started.error().message().contains("vault.master_key is not set")) << started.error().message();
  EXPECT_TRUE(
      health.answer(platform::telemetry::Probe::startup).body.contains("vault.master_key is not set"));
}

TEST_F(FoundationTest, what_is_to_be_sealed_is_sealed_where_the_store_is_opened) {
  auto assembled = build(std::string(master_key), assembly::assembly_of<SealedStoreAssembly>());
  ASSERT_TRUE(assembled) << assembled.error().message();
  ASSERT_TRUE(loop.run(assembled->start()));
  const auto read =
      loop.run(put_client(*inside.store, R"({"id":"shown","secretHash":"a-hash-of-a-secret"})"));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_TRUE(read->contains("a-hash-of-a-secret"));
  const auto stored = bytes_in(folder.path() / "data");
  EXPECT_TRUE(stored.contains("shown"));
  EXPECT_FALSE(stored.contains("a-hash-of-a-secret"));
  EXPECT_TRUE(loop.run(assembled->stop()));
}

TEST(LateStore, before_it_is_opened_every_call_answers_unavailable) {
  LateStore late;
  EXPECT_EQ(kontor::testing::run(put_note(late, "first")), ErrorCode::unavailable);
}

}  // namespace kontor::app::foundation::test
