#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "platform/store/store.hpp"

/// Group commit: everything that waits becomes durable together.
namespace kontor::platform::store::sql {

/// One thing to be written, all or nothing: a transaction, or other work that the database's module knows to
/// do.
struct Unit {
  ContextId context;
  Transaction transaction;
  Instant at;
  std::function<Result<void>()> work = {};  ///< instead of the transaction; runs on the writer's thread
  Result<void> outcome = {};
  Receipt receipt = {};
};

using Batch = std::span<const std::shared_ptr<Unit>>;

/// Whether something in it has to be durable before its caller goes on.
bool needs_sync(Batch batch);

struct GroupWriterConfig {
  std::size_t batch_max = 128;
  std::size_t waiting_max = 10'000;  ///< units that are not durable yet; more are refused with `unavailable`
  bool own_thread = true;            ///< false: batches run on the io thread, for simulations
};

/// Collects units on the io thread and hands them over when the loop has run dry: when everything that was
/// ready has run and brought no other unit, or a batch is full. One thread takes everything that waits as one
/// batch; its end wakes the io thread once. No timer: a unit that comes alone goes alone.
class GroupWriter {
 public:
  /// Makes a batch durable and sets the outcome of each unit. Returns how many durable commits that took.
  using RunBatch = std::function<std::uint64_t(Batch)>;
  /// Told on the io thread about each unit that became durable, in order of commit, before its task goes on.
  using Committed = std::function<void(const Unit&)>;

  GroupWriter(boost::asio::any_io_executor executor, GroupWriterConfig config, RunBatch run,
              Committed committed);
  ~GroupWriter();  ///< what was handed over is finished first

  Task<Result<void>> write(std::shared_ptr<Unit> unit);
  /// Refuses new units with `cancelled`, finishes those that it has and ends the thread.
  Task<void> close();
  Counters counters() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::platform::store::sql
