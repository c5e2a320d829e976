#include "dataplane/edge/autonomy.hpp"

#include <gtest/gtest.h>

#include "dataplane/edge/contact.hpp"
#include "platform/store/store.hpp"
#include "testing/house/house.hpp"

namespace kontor::dataplane::edge {
namespace {

using namespace std::chrono_literals;

constexpr Instant noon{std::chrono::hours(24 * 365 * 50)};

TEST(Autonomy, an_absence_goes_on_from_its_first_moment_until_there_is_contact) {
  const auto begun = after({}, false, noon);
  EXPECT_EQ(begun.since, noon);
  EXPECT_EQ(after(begun, false, noon + 5min).since, noon);
  EXPECT_EQ(after(begun, true, noon + 5min).since, std::nullopt);
}

TEST(Autonomy, running_flows_are_served_for_so_long_and_no_longer) {
  EXPECT_TRUE(may_serve({}, 0s, noon));
  EXPECT_TRUE(may_serve({noon}, 15min, noon + 15min - 1us));
  const auto refused = may_serve({noon}, 15min, noon + 15min);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(refused.error().detail.contains("without its control plane for 900 s"))
      << refused.error().detail;
}

TEST(Autonomy, a_restart_counts_on) {
  kontor::testing::VirtualLoop loop(kontor::testing::VirtualLoop::TimeMoves::by_hand);
  kontor::testing::House house{loop, {.kinds = {&AbsenceDocument::kind()}}};
  house.open();
  const auto kept = [&] {
    const auto loaded = loop.run(house.engine->load<AbsenceDocument>(platform::store::installation_context(),
                                                                     EntityId("control-plane")));
    return loaded ? loaded->entity.since : std::nullopt;
  };
  {
    Contact contact(house.scope, *house.engine, 15min);
    ASSERT_TRUE(loop.run(contact.begin()));
    contact.seen(true);
    EXPECT_TRUE(loop.eventually([&] { return !kept(); }));
    loop.clock().advance(24h);
    EXPECT_TRUE(contact.may_serve()) << "there is contact";
    contact.seen(false);
    EXPECT_TRUE(loop.eventually([&] { return kept() == loop.clock().now(); }));
    loop.clock().advance(14min);
    EXPECT_TRUE(contact.may_serve());
  }
  Contact again(house.scope, *house.engine, 15min);
  ASSERT_TRUE(loop.run(again.begin()));
  EXPECT_TRUE(again.may_serve());
  loop.clock().advance(1min);
  EXPECT_FALSE(again.may_serve()) << "the minutes before the restart count";
  again.seen(true);
  EXPECT_TRUE(again.may_serve());
  house.close();
}

}  // namespace
}  // namespace kontor::dataplane::edge
