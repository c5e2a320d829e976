#include "testing/async/run.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <exception>

#include "platform/async/process.hpp"

namespace kontor::testing {

namespace asio = boost::asio;

struct EventLoop::Loop {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> stay{context.get_executor()};
};

namespace {

Task<void> keep_exception(Task<void> task, std::exception_ptr& thrown) {
  try {
    co_await std::move(task);
  } catch (...) {
    thrown = std::current_exception();
  }
}

}  // namespace

EventLoop::EventLoop() : loop_(std::make_unique<Loop>()) {}
EventLoop::~EventLoop() = default;

asio::any_io_executor EventLoop::executor() {
  return loop_->context.get_executor();
}

void EventLoop::run(Task<void> task) {
  std::exception_ptr thrown;
  platform::async::Scope scope(executor());
  scope.spawn(keep_exception(std::move(task), thrown));
  while (scope.running() > 0) step(*loop_);
  if (thrown) std::rethrow_exception(thrown);
}

Task<void> EventLoop::turn() {
  co_await asio::post(loop_->context, asio::deferred);
}

RealLoop::RealLoop() : clock_(platform::async::system_clock(executor())) {}
RealLoop::~RealLoop() = default;

void RealLoop::step(Loop& loop) {
  loop.context.run_one();
}

VirtualLoop::VirtualLoop(TimeMoves moves) : moves_(moves) {}
VirtualLoop::~VirtualLoop() = default;

Instant VirtualLoop::start() {
  return Instant(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));
}

bool VirtualLoop::eventually(const std::function<bool()>& so, Duration step, Duration patience) {
  const auto real = platform::async::system_clock(executor());
  const auto end = real->now() + patience;
  while (!so()) {
    if (real->now() >= end) return false;
    run(turn());
    if (step > Duration{0}) clock_.advance(step);
  }
  return true;
}

void VirtualLoop::step(Loop& loop) {
  if (loop.context.poll_one() > 0) return;
  if (moves_ == TimeMoves::by_hand) {
    loop.context.run_one();
    return;
  }
  auto moved = clock_.advance_to_next();
  invariant(moved, "something can still happen while a test waits (a wait that nothing ends?)");
}

}  // namespace kontor::testing
