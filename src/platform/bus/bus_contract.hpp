#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platform/bus/bus.hpp"

/// Every promise of `Bus`, as tests that each implementation passes. Included by one source of a test
/// program:
///
///     using kontor::platform::bus::contract::BusContract;
///     INSTANTIATE_TEST_SUITE_P(Embedded, BusContract, testing::Values(embedded_implementation()));
namespace kontor::platform::bus::contract {

/// A bus under test and the time that it lives in. Durations of the tests are at most two seconds, so that
/// real time will do.
class Harness {
 public:
  virtual ~Harness() = default;
  virtual Bus& bus() = 0;
  virtual async::Clock& clock() = 0;
  virtual void run(Task<void> task) = 0;
  /// Ends the bus as a crash would and begins anew on what is durable. Streams and consumers are to be
  /// declared again.
  virtual void restart() = 0;
  /// Runs `first` and `second` side by side until both have ended.
  virtual void run_both(Task<void> first, Task<void> second) = 0;
};

struct Implementation {
  std::string name;
  std::function<std::unique_ptr<Harness>()> make;
};
inline void PrintTo(const Implementation& implementation, std::ostream* out) {
  *out << implementation.name;
}

using std::chrono::milliseconds;

class BusContract : public ::testing::TestWithParam<Implementation> {
 protected:
  BusContract() : harness_(GetParam().make()) { declare(); }

  static Stream events() { return {.name = "events", .subjects = {"event.>"}}; }
  static Stream work() {
    return {.name = "work", .subjects = {"work.*"}, .retention = Retention::work_queue};
  }
  static Consumer reader() {
    return {.stream = "events",
            .name = "reader",
            .acknowledge_within = milliseconds(500),
            .back_off = {milliseconds(100), milliseconds(300)},
            .attempts_max = 3};
  }
  static Consumer worker() {
    return {.stream = "work", .name = "worker", .acknowledge_within = milliseconds(500), .back_off = {}};
  }

  void declare() {
    EXPECT_EQ(add(events()), "");
    EXPECT_EQ(add(work()), "");
    EXPECT_EQ(add(reader()), "");
    EXPECT_EQ(add(worker()), "");
  }
  void restart() {
    harness_->restart();
    declare();
  }

  /// The name of the error, or nothing.
  template <class T>
  static std::string name_of(const Result<T>& result) {
    return result ? "" : std::string(result.error().row().name);
  }
  template <class T>
  T get(Task<T> task) {
    std::optional<T> out;
    harness_->run(keep(std::move(task), out));
    return std::move(*out);
  }
  template <class T>
  static Task<void> keep(Task<T> task, std::optional<T>& out) {
    out.emplace(co_await std::move(task));
  }

  std::string add(Stream stream) { return name_of(get(harness_->bus().add_stream(std::move(stream)))); }
  std::string add(Consumer consumer) {
    return name_of(get(harness_->bus().add_consumer(std::move(consumer))));
  }
  std::string publish(std::string subject, std::string body, std::string id = {}) {
    auto done = get(harness_->bus().publish({std::move(subject), std::move(body), std::move(id)}));
    if (!done) return name_of(done);
    return *done == Published::stored ? "stored" : "duplicate";
  }
  async::Deadline soon(milliseconds wait = milliseconds(0)) {
    return async::Deadline::after(harness_->clock(), wait);
  }
  std::optional<Delivery> next(const Consumer& consumer, milliseconds wait = milliseconds(0)) {
    auto delivery = get(harness_->bus().next(consumer.stream, consumer.name, soon(wait)));
    EXPECT_TRUE(delivery) << delivery.error().message();
    return delivery ? *delivery : std::nullopt;
  }
  /// The body of the next message, which is acknowledged; empty when there is none.
  std::string take(const Consumer& consumer, milliseconds wait = milliseconds(0)) {
    auto delivery = next(consumer, wait);
    if (!delivery) return {};
    auto body = delivery->message.body;
    EXPECT_EQ(acknowledge(*delivery), "");
    return body;
  }
  std::string acknowledge(Delivery delivery) {
    return name_of(get(harness_->bus().acknowledge(std::move(delivery))));
  }
  std::string send_back(Delivery delivery) {
    return name_of(get(harness_->bus().send_back(std::move(delivery))));
  }
  void pass(milliseconds duration) { harness_->run(wait(duration)); }
  Task<void> wait(milliseconds duration) {
    auto waited = co_await harness_->clock().wait_until(harness_->clock().now() + duration);
    (void)waited;
  }
  std::string put(std::string key, std::string value, std::uint64_t expected,
                  std::uint64_t* revision = nullptr) {
    auto done = get(harness_->bus().put("bucket", std::move(key), std::move(value), expected));
    if (done && revision) *revision = *done;
    return name_of(done);
  }

  std::unique_ptr<Harness> harness_;
};

}  // namespace kontor::platform::bus::contract

#include "platform/bus/contract/delivery.hpp"
#include "platform/bus/contract/key_value.hpp"
#include "platform/bus/contract/streams.hpp"
