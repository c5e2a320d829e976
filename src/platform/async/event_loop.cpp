#include "platform/async/event_loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "platform/async/scope.hpp"

namespace kontor::platform::async {

namespace asio = boost::asio;

struct EventLoop::State {
  asio::io_context context;
  asio::executor_work_guard<asio::io_context::executor_type> keep_running{context.get_executor()};
};

EventLoop::EventLoop() : state_(std::make_unique<State>()) {}
EventLoop::~EventLoop() = default;

asio::any_io_executor EventLoop::executor() {
  return state_->context.get_executor();
}

void EventLoop::run(Task<void> task) {
  Scope scope(executor());
  scope.spawn(std::move(task));
  while (scope.running() > 0) state_->context.run_one();
}

bool EventLoop::runs_here() const {
  return state_->context.get_executor().running_in_this_thread();
}

void EventLoop::post(std::function<void()> call) {
  asio::post(state_->context, std::move(call));
}

}  // namespace kontor::platform::async
