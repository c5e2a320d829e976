#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "platform/async/signal.hpp"
#include "platform/async/waiter.hpp"
#include "platform/store/store.hpp"

namespace kontor::platform::store::sql {

/// Connections that short work borrows one of, each on a thread of its own. More work than `waiting_max` is
/// refused with `unavailable`. Used on the io thread; the work runs on a worker.
template <class Connection>
class ReaderPool {
 public:
  struct Config {
    std::size_t waiting_max = 10'000;
    bool own_threads = true;  ///< false: work runs on the io thread, for simulations
  };

  ReaderPool(std::vector<std::unique_ptr<Connection>> connections, Config config)
      : config_(config), free_(std::move(connections)), threads_(config.own_threads ? free_.size() : 0) {}

  template <class T>
  Task<Result<T>> run(std::function<Result<T>(Connection&)> work) {
    if (closing_) co_return fail(ErrorCode::cancelled, "the store is closing");
    if (waiting_ >= config_.waiting_max) {
      co_return fail(ErrorCode::unavailable, "{} reads wait for the store already", waiting_);
    }
    ++waiting_;
    Result<T> result = fail(ErrorCode::internal, "the work did not run");
    co_await threads_.run([&] {
      auto connection = borrow();
      result = work(*connection);
      give_back(std::move(connection));
    });
    --waiting_;
    if (waiting_ == 0 && all_read_) all_read_->wake();
    co_return result;
  }

  /// Refuses new work with `cancelled` and returns when the rest is done.
  Task<void> close(boost::asio::any_io_executor executor) {
    closing_ = true;
    if (waiting_ == 0) co_return;
    if (!all_read_) all_read_.emplace(std::move(executor));
    co_await all_read_->wait_uncancelled();
  }

 private:
  /// There are as many connections as threads, so one is free.
  std::unique_ptr<Connection> borrow() {
    std::lock_guard lock(mutex_);
    auto connection = std::move(free_.back());
    free_.pop_back();
    return connection;
  }

  void give_back(std::unique_ptr<Connection> connection) {
    std::lock_guard lock(mutex_);
    free_.push_back(std::move(connection));
  }

  Config config_;
  std::size_t waiting_ = 0;
  bool closing_ = false;
  std::optional<async::Waiter> all_read_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> free_;
  async::Offload threads_;  // last: joined before the connections go
};

}  // namespace kontor::platform::store::sql
