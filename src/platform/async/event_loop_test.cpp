#include "platform/async/event_loop.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "platform/async/process.hpp"
#include "platform/async/signal.hpp"

using namespace kontor;
using namespace kontor::platform::async;

namespace {

Task<void> wait_for(EventLoop& loop, bool& said, std::shared_ptr<Signal> signal,
                    std::promise<void>& waiting) {
  loop.post([&waiting] { waiting.set_value(); });
  const auto ticket = signal->ticket();
  if (!said) co_await signal->wait(ticket, Deadline::never());
}

}  // namespace

TEST(EventLoop, what_is_posted_from_another_thread_runs_on_the_thread_of_the_loop) {
  EventLoop loop;
  const auto clock = system_clock(loop.executor());
  const auto signal = std::make_shared<Signal>(loop.executor(), *clock);
  bool said = false;
  std::promise<void> waiting;
  std::thread::id ran_on;
  bool ran_here = false;
  std::jthread other([&] {
    waiting.get_future().wait();
    loop.post([&] {
      said = true;
      ran_on = std::this_thread::get_id();
      ran_here = loop.runs_here();
      signal->notify();
    });
  });
  loop.run(wait_for(loop, said, signal, waiting));
  EXPECT_TRUE(said);
  EXPECT_EQ(ran_on, std::this_thread::get_id());
  EXPECT_TRUE(ran_here);
  EXPECT_FALSE(loop.runs_here());
}

TEST(EventLoop, what_never_ran_is_destroyed_with_it) {
  const auto held = std::make_shared<int>(1);
  {
    EventLoop loop;
    loop.post([held] {});
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
}
