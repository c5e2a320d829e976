#pragma once

#include "platform/store/contract/fixture.hpp"
#include "platform/store/contract/kill.hpp"

/// Many callers at once: shared syncs, bounds, changes told, closing, being killed.
namespace kontor::platform::store::contract {

TEST_P(StoreContract, many_small_transactions_share_a_sync) {
  constexpr std::uint64_t count = 500;
  const auto before = store->counters();
  std::vector<Task<Result<void>>> tasks;
  for (std::uint64_t i = 0; i < count; ++i) {
    tasks.push_back(
        write_to(store.get(), acme, {.puts = {{&asset_kind(), EntityId("a" + std::to_string(i)), 0, "{}"}}}));
  }
  for (const auto& result : run_all(std::move(tasks))) ASSERT_TRUE(result) << result.error().message();
  const auto after = store->counters();
  EXPECT_EQ(after.transactions - before.transactions, count);
  EXPECT_GE(after.syncs - before.syncs, 1u);
  EXPECT_LE(after.syncs - before.syncs, count / 20);
  EXPECT_EQ(run(store->count(acme, asset_kind(), {})).value(), count);
}

TEST_P(StoreContract, a_transaction_that_comes_alone_waits_for_no_other) {
  const auto before = store->counters();
  for (int i = 0; i < 5; ++i) must_put(acme, "a" + std::to_string(i), "{}");
  EXPECT_EQ(store->counters().syncs - before.syncs, 5u);
}

TEST_P(StoreContract, who_listens_is_told_of_each_change_before_the_commit_returns) {
  std::vector<std::string> told;
  store->on_change([&](const Change& change) {
    told.push_back(change.context.str() + "/" + change.kind + "/" + change.entity.str() + "@" +
                   std::to_string(change.version));
  });
  const auto own = [&] { return std::exchange(told, {}); };
  using Told = std::vector<std::string>;
  must_put(acme, "a1", "{}");
  EXPECT_EQ(own(), Told{"acme/asset/a1@1"});
  must_commit(acme,
              {.puts = {{&asset_kind(), EntityId("a1"), 1, "{}"}, {&note_kind(), EntityId("n1"), 0, "{}"}}});
  EXPECT_EQ(own(), (Told{"acme/asset/a1@2", "acme/note/n1@1"}));
  EXPECT_FALSE(commit(acme, {.puts = {{&asset_kind(), EntityId("a1"), 1, "{}"}}}));
  EXPECT_EQ(own(), Told{});
  must_commit(acme, {.removes = {{&asset_kind(), EntityId("a1"), 2}}});
  EXPECT_EQ(own(), Told{"acme/asset/a1@0"});
}

TEST_P(StoreContract, reads_see_every_commit_that_returned_before) {
  std::vector<Task<Result<void>>> tasks;
  const auto write_then_read = [](Store* target, ContextId context, std::string id) -> Task<Result<void>> {
    Transaction transaction{.puts = {{&asset_kind(), EntityId(id), 0, "{}"}}};
    auto written = co_await write_to(target, context, std::move(transaction));
    if (!written) co_return written;
    auto read = co_await target->load(context, asset_kind(), EntityId(id));
    if (!read) co_return fail(std::move(read.error()));
    if (!*read) co_return fail(ErrorCode::internal, "'{}' was committed but is not there", id);
    co_return Result<void>{};
  };
  for (int i = 0; i < 200; ++i) tasks.push_back(write_then_read(store.get(), acme, "a" + std::to_string(i)));
  for (const auto& result : run_all(std::move(tasks))) EXPECT_TRUE(result) << result.error().message();
}

TEST_P(StoreContract, closing_under_load_finishes_what_was_accepted_and_refuses_the_rest) {
  std::vector<Task<Result<void>>> tasks;
  const auto keep_writing = [](Store* target, ContextId context, int first) -> Task<Result<void>> {
    for (int i = first;; ++i) {
      Transaction transaction{.puts = {{&asset_kind(), EntityId("a" + std::to_string(i)), 0, "{}"}}};
      auto written = co_await write_to(target, context, std::move(transaction));
      if (!written)
        co_return fail(ErrorCode::internal, "{} written, then {}", i - first, written.error().row().name);
      auto read = co_await target->load(context, asset_kind(), EntityId("a" + std::to_string(i)));
      if (!read)
        co_return fail(ErrorCode::internal, "{} written, then {}", i + 1 - first, read.error().row().name);
    }
  };
  const auto close_after_a_while = [](Store* target, ContextId context) -> Task<Result<void>> {
    for (int i = 0; i < 3; ++i) {
      Transaction transaction{.puts = {{&note_kind(), EntityId("n" + std::to_string(i)), 0, "{}"}}};
      auto written = co_await write_to(target, context, std::move(transaction));
      if (!written) co_return written;
    }
    co_await target->close();
    co_return Result<void>{};
  };
  constexpr int writers = 20;
  for (int i = 0; i < writers; ++i) tasks.push_back(keep_writing(store.get(), acme, i * 1'000'000));
  tasks.push_back(close_after_a_while(store.get(), acme));
  auto results = run_all(std::move(tasks));
  EXPECT_TRUE(results.back());
  std::uint64_t written = 0;
  for (int i = 0; i < writers; ++i) {
    const auto& text = results[static_cast<std::size_t>(i)].error().detail;
    EXPECT_TRUE(text.ends_with("then cancelled")) << text;
    written += std::stoull(text);
  }
  store = open();
  EXPECT_EQ(run(store->count(acme, asset_kind(), {})).value(), written);
}

TEST_P(StoreContract, a_closed_store_refuses_every_call_with_cancelled) {
  run(store->close());
  EXPECT_EQ(commit(acme, {.puts = {{&asset_kind(), EntityId("a1"), 0, "{}"}}}).error().code,
            ErrorCode::cancelled);
  EXPECT_EQ(run(store->load(acme, asset_kind(), EntityId("a1"))).error().code, ErrorCode::cancelled);
  EXPECT_EQ(run(store->erase(acme)).error().code, ErrorCode::cancelled);
  EXPECT_EQ(run(store->sweep(system_scope, clock.now(), 10)).error().code, ErrorCode::cancelled);
  run(store->close());
}

TEST_P(StoreContract, a_process_that_is_killed_loses_nothing_that_it_acknowledged) {
  run(store->close());
  store.reset();
  kill_again_and_again(*place, 1, 12);
}

}  // namespace kontor::platform::store::contract
