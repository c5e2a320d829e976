#include "runtime/events/event_relay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "domain/offer/documents.hpp"
#include "platform/bus/embedded/embedded_bus.hpp"
#include "testing/house/house.hpp"

namespace kontor::runtime::events {
namespace {

namespace bus = platform::bus;
using domain::offer::Asset;
using domain::offer::AssetDocument;
using kontor::testing::House;
using kontor::testing::VirtualLoop;
using ::testing::ElementsAre;

std::vector<const entity::Kind*> kinds() {
  auto all = bus::embedded::kinds();
  all.push_back(&AssetDocument::kind());
  return all;
}

/// Refuses what it is told to, and is the bus below otherwise.
class FailingBus : public bus::Bus {
 public:
  explicit FailingBus(bus::Bus& below) : below_(below) {}
  int refusals = 0;

  Task<Result<void>> add_stream(bus::Stream stream) override { return below_.add_stream(std::move(stream)); }
  Task<Result<void>> add_consumer(bus::Consumer consumer) override {
    return below_.add_consumer(std::move(consumer));
  }
  Task<Result<bus::Published>> publish(bus::Message message) override {
    if (refusals == 0) co_return co_await below_.publish(std::move(message));
    --refusals;
    co_return fail(ErrorCode::unavailable, "no broker answers");
  }
  Task<Result<std::optional<bus::Delivery>>> next(std::string stream, std::string consumer,
                                                  platform::async::Deadline deadline) override {
    return below_.next(std::move(stream), std::move(consumer), deadline);
  }
  Task<Result<void>> acknowledge(bus::Delivery delivery) override {
    return below_.acknowledge(std::move(delivery));
  }
  Task<Result<void>> send_back(bus::Delivery delivery) override {
    return below_.send_back(std::move(delivery));
  }
  Task<Result<void>> give_up(bus::Delivery delivery) override { return below_.give_up(std::move(delivery)); }
  Task<Result<void>> extend(bus::Delivery delivery) override { return below_.extend(std::move(delivery)); }
  Result<bus::ConsumerInfo> info(const std::string& stream, const std::string& consumer) const override {
    return below_.info(stream, consumer);
  }
  Task<Result<std::optional<bus::Entry>>> get(std::string bucket, std::string key) override {
    return below_.get(std::move(bucket), std::move(key));
  }
  Task<Result<std::uint64_t>> put(std::string bucket, std::string key, std::string value,
                                  std::uint64_t expected) override {
    return below_.put(std::move(bucket), std::move(key), std::move(value), expected);
  }
  Task<Result<void>> remove(std::string bucket, std::string key, std::uint64_t expected) override {
    return below_.remove(std::move(bucket), std::move(key), expected);
  }
  Task<Result<std::vector<std::string>>> keys(std::string bucket) override {
    return below_.keys(std::move(bucket));
  }

 private:
  bus::Bus& below_;
};

class EventRelayTest : public ::testing::Test {
 protected:
  ~EventRelayTest() override { house.close(); }

  void put(const char* context, const std::string& id, entity::Version expected = 0) {
    Asset asset{.id = domain::offer::AssetId(id), .properties = {}, .private_properties = {}};
    const auto done =
        loop.run(house.engine->put<AssetDocument>({ContextId(context), EntityId(id)}, asset, expected));
    ASSERT_TRUE(done) << done.error().message();
  }
  std::unique_ptr<EventRelay> started(bool publishes = true) {
    auto relay = std::make_unique<EventRelay>(house.scope, *house.engine, broker, publishes);
    EXPECT_TRUE(loop.run(relay->start()));
    return relay;
  }
  void listen() { ASSERT_TRUE(loop.run(embedded->add_consumer({.stream = "events", .name = "listener"}))); }
  /// All that is published until nothing comes any more, as `subject entity`.
  std::vector<std::string> told() {
    std::vector<std::string> all;
    for (int idle = 0; idle < 50;) {
      auto next = loop.run(embedded->next("events", "listener", {loop.clock().now()})).value();
      if (!next) {
        ++idle;
        loop.run(loop.turn());
        continue;
      }
      const auto event = json::parse(next->message.body).value();
      all.push_back(next->message.subject + " " + std::string(event.at("data").at("assetId").as_string()));
      EXPECT_TRUE(loop.run(embedded->acknowledge(std::move(*next))));
    }
    return all;
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{loop, {.kinds = kinds()}};
  std::unique_ptr<bus::Bus> embedded =
      bus::embedded::make_embedded_bus(house.scope, loop.clock(), *house.store);
  FailingBus broker{*embedded};
};

}  // namespace

TEST_F(EventRelayTest, what_happens_in_any_context_is_published_in_order) {
  put("acme", "a1");
  put("globex", "g1");
  put("acme", "a1", 1);
  const auto relay = started();
  listen();
  EXPECT_THAT(told(),
              ElementsAre("events.asset.created a1", "events.asset.created g1", "events.asset.updated a1"));
}

TEST_F(EventRelayTest, what_waits_is_published_by_the_commit_alone) {
  const auto relay = started();
  listen();
  EXPECT_TRUE(told().empty());
  put("acme", "a1");
  EXPECT_THAT(told(), ElementsAre("events.asset.created a1")) << "the clock has not moved";
}

TEST_F(EventRelayTest, a_relay_goes_on_behind_what_was_told_and_a_repetition_is_dropped) {
  put("acme", "a1");
  const auto before = started();
  listen();
  EXPECT_EQ(told().size(), 1u);
  put("acme", "a2");
  // Two at a time, as in two replicas: both tell of a2.
  const auto after = started();
  EXPECT_THAT(told(), ElementsAre("events.asset.created a2"));
}

TEST_F(EventRelayTest, a_bus_that_fails_is_tried_again_and_nothing_is_missed) {
  const auto relay = started();
  listen();
  broker.refusals = 2;
  put("acme", "a1");
  put("acme", "a2");
  EXPECT_TRUE(told().empty());
  loop.clock().advance(std::chrono::seconds(1));
  EXPECT_TRUE(told().empty());
  loop.clock().advance(std::chrono::seconds(1));
  EXPECT_THAT(told(), ElementsAre("events.asset.created a1", "events.asset.created a2"));
}

TEST_F(EventRelayTest, nothing_is_published_unless_it_is_configured) {
  put("acme", "a1");
  const auto relay = started(false);
  EXPECT_FALSE(loop.run(broker.publish({.subject = "events.asset.created", .body = "{}"})))
      << "there is not even a stream";
}

}  // namespace kontor::runtime::events
