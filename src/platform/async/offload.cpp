#include <boost/asio/deferred.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "platform/async/signal.hpp"
#include "platform/async/waiter.hpp"

namespace kontor::platform::async {

namespace asio = boost::asio;

struct Offload::State {
  std::mutex mutex;
  std::condition_variable more;
  std::deque<std::function<void()>> queue;  // as long as there are tasks that wait for their work
  bool stopping = false;
  std::vector<std::jthread> workers;

  void push(std::function<void()> work) {
    {
      std::lock_guard lock(mutex);
      queue.push_back(std::move(work));
    }
    more.notify_one();
  }

  void serve() noexcept {
    std::unique_lock lock(mutex);
    while (true) {
      more.wait(lock, [this] { return stopping || !queue.empty(); });
      if (queue.empty()) return;
      auto work = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      work();
      work = nullptr;
      lock.lock();
    }
  }
};

Offload::Offload(std::size_t threads) : state_(std::make_unique<State>()) {
  for (std::size_t i = 0; i < threads; ++i)
    state_->workers.emplace_back([state = state_.get()] { state->serve(); });
}

Offload::~Offload() {
  {
    std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->more.notify_all();
}

Task<void> Offload::run(std::function<void()> work) {
  auto executor = co_await asio::this_coro::executor;
  if (state_->workers.empty()) {
    co_await asio::post(executor, asio::deferred);
    work();
    co_return;
  }
  Waiter done(executor);
  auto keep_running = asio::make_work_guard(executor);
  state_->push([&work, &done, executor] {
    work();
    asio::post(executor, [&done] { done.wake(); });
  });
  co_await done.wait_uncancelled();
}

}  // namespace kontor::platform::async
