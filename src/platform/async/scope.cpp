#include "platform/async/scope.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <list>
#include <string>

#include "base/result/result.hpp"
#include "platform/async/waiter.hpp"

namespace kontor::platform::async {

namespace asio = boost::asio;

struct Scope::State {
  asio::any_io_executor executor;
  std::list<asio::cancellation_signal> tasks = {};
  std::list<Waiter*> waiting_for_end = {};
  bool closing = false;

  void ended(std::list<asio::cancellation_signal>::iterator task) {
    tasks.erase(task);
    if (!tasks.empty()) return;
    for (auto* waiter : waiting_for_end) waiter->wake();
  }
};

namespace {

// A task that is cancelled before its first step ends by Asio's own exception; any other one is a defect.
void check(const std::exception_ptr& defect, bool closing) {
  try {
    std::rethrow_exception(defect);
  } catch (const boost::system::system_error& error) {
    if (closing && error.code() == asio::error::operation_aborted) return;
    invariant(false, (std::string("no task ends by an exception: ") + error.what()).c_str());
  } catch (const std::exception& exception) {
    invariant(false, (std::string("no task ends by an exception: ") + exception.what()).c_str());
  } catch (...) {
    invariant(false, "no task ends by an exception");
  }
}

Task<void> begin_later(asio::any_io_executor executor, Task<void> task) {
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await asio::post(executor, asio::deferred);
  auto was_cancelled = co_await cancelled();
  if (was_cancelled) co_return;
  co_await std::move(task);
}

}  // namespace

Scope::Scope(asio::any_io_executor executor) : state_(std::make_shared<State>(State{std::move(executor)})) {}

Scope::~Scope() {
  invariant(state_->tasks.empty(), "a scope is closed before it is destroyed");
}

void Scope::spawn(Task<void> task) {
  if (state_->closing) return;
  auto place = state_->tasks.emplace(state_->tasks.end());
  auto ended = [state = state_, place](const std::exception_ptr& defect) {
    if (defect) check(defect, state->closing);
    state->ended(place);
  };
  asio::co_spawn(state_->executor, begin_later(state_->executor, std::move(task)),
                 asio::bind_cancellation_slot(place->slot(), std::move(ended)));
}

std::size_t Scope::running() const {
  return state_->tasks.size();
}
bool Scope::closing() const {
  return state_->closing;
}
asio::any_io_executor Scope::executor() const {
  return state_->executor;
}

Task<void> Scope::close() {
  auto state = state_;
  if (!state->closing) {
    state->closing = true;
    for (auto& task : state->tasks) task.emit(asio::cancellation_type::terminal);
  }
  while (!state->tasks.empty()) {
    Waiter all_ended(state->executor);
    auto place = state->waiting_for_end.insert(state->waiting_for_end.end(), &all_ended);
    co_await all_ended.wait_uncancelled();
    state->waiting_for_end.erase(place);
  }
}

Task<void> Scope::drain() {
  auto state = state_;
  while (!state->tasks.empty()) {
    Waiter all_ended(state->executor);
    auto place = state->waiting_for_end.insert(state->waiting_for_end.end(), &all_ended);
    auto woken = co_await all_ended.wait();
    state->waiting_for_end.erase(place);
    if (!woken) co_return;
  }
}

}  // namespace kontor::platform::async
