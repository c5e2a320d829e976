#include "platform/store/sql/group_writer.hpp"

#include <gtest/gtest.h>

#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <latch>
#include <optional>
#include <thread>

#include "platform/async/scope.hpp"
#include "platform/async/waiter.hpp"
#include "testing/async/run.hpp"

using namespace kontor;
using namespace kontor::platform::store;
using sql::Batch;
using sql::GroupWriter;
using sql::Unit;

namespace {

using Names = std::vector<std::string>;

class GroupWriting : public ::testing::Test {
 protected:
  void start(GroupWriter::RunBatch run, sql::GroupWriterConfig config = {}) {
    writer.emplace(loop.executor(), config, std::move(run),
                   [this](const Unit& unit) { told.push_back(unit.context.str()); });
  }
  static Task<void> write(GroupWriter* writer, std::string name, Names* out) {
    auto unit = std::make_shared<Unit>();
    unit->context = ContextId(name);
    auto done = co_await writer->write(std::move(unit));
    out->push_back(done ? name : name + " " + std::string(done.error().row().name));
  }
  void spawn(const std::string& name) { scope.spawn(write(&*writer, name, &ended)); }

  kontor::testing::RealLoop loop;
  platform::async::Scope scope{loop.executor()};
  Names told;
  Names ended;
  std::optional<GroupWriter> writer;
};

}  // namespace

TEST_F(GroupWriting, what_becomes_ready_together_is_written_together_up_to_the_bound) {
  std::vector<std::size_t> batches;
  start([&](Batch batch) {
    batches.push_back(batch.size());
    return std::uint64_t{1};
  });
  for (int i = 0; i < 300; ++i) spawn(std::to_string(i));
  loop.run(scope.drain());
  loop.run(writer->close());
  EXPECT_EQ(batches, (std::vector<std::size_t>{128, 128, 44}));
  EXPECT_EQ(writer->counters().transactions, 300u);
  EXPECT_EQ(writer->counters().syncs, 3u);
}

TEST_F(GroupWriting, what_comes_while_others_are_ready_is_written_with_what_waits) {
  std::vector<std::size_t> batches;
  start([&](Batch batch) {
    batches.push_back(batch.size());
    return std::uint64_t{1};
  });
  // Each is ready one round after the one before it, as a message that is read after another.
  const auto later = [](GroupWriter* target, int rounds, Names* out) -> Task<void> {
    for (int i = 0; i < rounds; ++i) co_await boost::asio::post(boost::asio::deferred);
    co_await write(target, std::to_string(rounds), out);
  };
  for (int i = 0; i < 20; ++i) scope.spawn(later(&*writer, i, &ended));
  loop.run(scope.drain());
  loop.run(writer->close());
  EXPECT_EQ(batches, std::vector<std::size_t>{20});
}

TEST_F(GroupWriting, each_is_told_before_its_task_goes_on_and_in_order_of_commit) {
  start([&](Batch batch) {
    for (const auto& unit : batch) {
      if (unit->context.str() == "bad") unit->outcome = fail(ErrorCode::version_conflict, "stale");
    }
    return std::uint64_t{1};
  });
  for (const char* name : {"a", "bad", "b"}) spawn(name);
  loop.run(scope.drain());
  loop.run(writer->close());
  EXPECT_EQ(told, (Names{"a", "b"}));
  EXPECT_EQ(ended, (Names{"a", "bad version_conflict", "b"}));
}

TEST_F(GroupWriting, more_than_may_wait_is_refused_at_once) {
  std::latch gate(1);
  start(
      [&](Batch) {
        gate.wait();
        return std::uint64_t{1};
      },
      {.waiting_max = 2});
  spawn("a");
  spawn("b");
  loop.run(write(&*writer, "c", &ended));
  EXPECT_EQ(ended, Names{"c unavailable"});
  gate.count_down();
  loop.run(scope.drain());
  loop.run(writer->close());
  EXPECT_EQ(ended.size(), 3u);
}

TEST_F(GroupWriting, closing_finishes_what_waits_and_refuses_the_rest) {
  start([&](Batch) { return std::uint64_t{1}; }, {.batch_max = 4});
  for (int i = 0; i < 20; ++i) spawn(std::to_string(i));
  const auto close_then_write = [](GroupWriter* target, Names* out) -> Task<void> {
    co_await platform::async::cancelled();
    co_await target->close();
    co_await write(target, "late", out);
  };
  scope.spawn(close_then_write(&*writer, &ended));
  loop.run(scope.drain());
  EXPECT_EQ(ended.size(), 21u);
  EXPECT_EQ(ended.back(), "late cancelled");
  EXPECT_EQ(told.size(), 20u);
}

TEST_F(GroupWriting, without_a_thread_of_its_own_it_writes_on_the_io_thread) {
  const auto here = std::this_thread::get_id();
  std::vector<std::size_t> batches;
  start(
      [&](Batch batch) {
        EXPECT_EQ(std::this_thread::get_id(), here);
        batches.push_back(batch.size());
        return std::uint64_t{1};
      },
      {.batch_max = 4, .own_thread = false});
  for (int i = 0; i < 10; ++i) spawn(std::to_string(i));
  loop.run(scope.drain());
  EXPECT_EQ(batches, (std::vector<std::size_t>{4, 4, 2}));
  loop.run(writer->close());
}
