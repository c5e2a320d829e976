#include "platform/store/sql/group_writer.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "platform/async/waiter.hpp"
#include "platform/store/transaction_check.hpp"

namespace kontor::platform::store::sql {

namespace asio = boost::asio;

namespace {

using Units = std::vector<std::shared_ptr<Unit>>;

}  // namespace

bool needs_sync(Batch batch) {
  return std::ranges::any_of(
      batch, [](const auto& unit) { return unit->work || !repeats_itself(unit->transaction); });
}

struct GroupWriter::State : std::enable_shared_from_this<GroupWriter::State> {
  State(asio::any_io_executor executor_in, GroupWriterConfig config_in, RunBatch run_in,
        Committed committed_in)
      : executor(std::move(executor_in)),
        config(config_in),
        run(std::move(run_in)),
        committed(std::move(committed_in)) {}

  // On the io thread.
  void collect(std::shared_ptr<Unit> unit);
  void look_for_more(std::size_t before);
  void hand_over();
  void finish(const Units& units, std::uint64_t syncs);
  // On the writer's thread.
  void serve();
  Units take();
  void run_batch(Units units);

  asio::any_io_executor executor;
  GroupWriterConfig config;
  RunBatch run;
  Committed committed;

  Units collected;
  bool handing_over = false;
  std::unordered_map<const Unit*, async::Waiter*> waiting;
  bool closing = false;
  std::optional<async::Waiter> all_written;
  Counters counters;

  std::mutex mutex;
  std::condition_variable more;
  std::deque<std::shared_ptr<Unit>> queue;
  bool stopping = false;
  std::thread thread;
};

GroupWriter::GroupWriter(asio::any_io_executor executor, GroupWriterConfig config, RunBatch run,
                         Committed committed)
    : state_(std::make_shared<State>(std::move(executor), config, std::move(run), std::move(committed))) {
  if (config.own_thread) state_->thread = std::thread([state = state_.get()] { state->serve(); });
}

GroupWriter::~GroupWriter() {
  {
    std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->more.notify_one();
  if (state_->thread.joinable()) state_->thread.join();
  state_->run = nullptr;
  state_->committed = nullptr;
}

Counters GroupWriter::counters() const {
  return state_->counters;
}

Task<Result<void>> GroupWriter::write(std::shared_ptr<Unit> unit) {
  auto state = state_;
  if (state->closing) co_return fail(ErrorCode::cancelled, "the store is closing");
  if (state->waiting.size() >= state->config.waiting_max) {
    co_return fail(ErrorCode::unavailable, "{} transactions wait for the store already",
                   state->waiting.size());
  }
  async::Waiter done(state->executor);
  state->waiting.emplace(unit.get(), &done);
  ++state->counters.transactions;
  state->collect(unit);
  co_await done.wait_uncancelled();
  co_return std::move(unit->outcome);
}

Task<void> GroupWriter::close() {
  auto state = state_;
  state->closing = true;
  if (!state->waiting.empty()) {
    if (!state->all_written) state->all_written.emplace(state->executor);
    co_await state->all_written->wait_uncancelled();
  }
  {
    std::lock_guard lock(state->mutex);
    state->stopping = true;
  }
  state->more.notify_one();
  if (state->thread.joinable()) state->thread.join();
}

void GroupWriter::State::collect(std::shared_ptr<Unit> unit) {
  collected.push_back(std::move(unit));
  if (std::exchange(handing_over, true)) return;
  look_for_more(0);
}

/// The loop has run dry for us when a round of what was ready has brought nothing.
void GroupWriter::State::look_for_more(std::size_t before) {
  asio::post(executor, [self = shared_from_this(), before] {
    const auto now = self->collected.size();
    if (now > before && now < self->config.batch_max) return self->look_for_more(now);
    self->hand_over();
  });
}

void GroupWriter::State::hand_over() {
  handing_over = false;
  auto units = std::exchange(collected, {});
  if (!run) {
    for (auto& unit : units) unit->outcome = fail(ErrorCode::cancelled, "the store is closed");
    finish(units, 0);
    return;
  }
  if (!config.own_thread) {
    for (std::size_t from = 0; from < units.size(); from += config.batch_max) {
      const auto to = std::min(units.size(), from + config.batch_max);
      Units batch(units.begin() + static_cast<std::ptrdiff_t>(from),
                  units.begin() + static_cast<std::ptrdiff_t>(to));
      const auto syncs = run(batch);
      finish(batch, syncs);
    }
    return;
  }
  {
    std::lock_guard lock(mutex);
    queue.insert(queue.end(), units.begin(), units.end());
  }
  more.notify_one();
}

void GroupWriter::State::finish(const Units& units, std::uint64_t syncs) {
  counters.syncs += syncs;
  for (const auto& unit : units) {
    if (unit->outcome && committed) committed(*unit);
    auto waiter = waiting.extract(unit.get());
    if (!waiter.empty()) waiter.mapped()->wake();
  }
  if (waiting.empty() && all_written) all_written->wake();
}

Units GroupWriter::State::take() {
  std::unique_lock lock(mutex);
  more.wait(lock, [this] { return stopping || !queue.empty(); });
  const auto count = static_cast<std::ptrdiff_t>(std::min(queue.size(), config.batch_max));
  Units units(queue.begin(), queue.begin() + count);
  queue.erase(queue.begin(), queue.begin() + count);
  return units;
}

void GroupWriter::State::serve() {
  for (auto units = take(); !units.empty(); units = take()) run_batch(std::move(units));
}

void GroupWriter::State::run_batch(Units units) {
  const auto syncs = run(units);
  asio::post(executor,
             [self = shared_from_this(), units = std::move(units), syncs] { self->finish(units, syncs); });
}

}  // namespace kontor::platform::store::sql
