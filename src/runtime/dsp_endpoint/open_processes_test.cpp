#include "runtime/dsp_endpoint/open_processes.hpp"

#include <gtest/gtest.h>

#include "testing/async/run.hpp"

namespace kontor::runtime::dsp_endpoint {
namespace {

using protocol::dsp::Pid;

class OpenProcessesTest : public ::testing::Test {
 protected:
  Task<bool> look(Pid pid) {
    ++looks;
    co_return ended.contains(pid);
  }
  bool opens(int number, const Did& peer) {
    return opens(Pid(std::to_string(number)), peer, ContextId("acme"));
  }
  bool opens(Pid pid, const Did& peer, ContextId context) {
    const auto admitted = kontor::testing::run(processes.admit(std::move(context), peer, std::move(pid)));
    if (!admitted) EXPECT_EQ(admitted.error().code, ErrorCode::too_many_requests);
    return admitted.has_value();
  }

  static constexpr std::size_t open_max = 100;
  std::set<Pid> ended;
  std::size_t looks = 0;
  Did stranger{"did:web:stranger"};
  Did globex{"did:web:globex"};
  OpenProcesses processes{open_max, [this](ContextId, Pid pid) { return look(std::move(pid)); }};
};

}  // namespace

TEST_F(OpenProcessesTest, a_stranger_that_opens_on_and_on_stays_within_its_bound_and_hurts_nobody_else) {
  std::size_t opened = 0;
  for (int i = 0; i < 100'000; ++i) opened += opens(i, stranger) ? 1 : 0;
  EXPECT_EQ(opened, open_max);
  EXPECT_TRUE(opens(1, globex));
  EXPECT_TRUE(opens(Pid("1000000"), stranger, ContextId("globex"))) << "with another participant";
}

TEST_F(OpenProcessesTest, what_has_ended_makes_room) {
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_TRUE(opens(i, globex)) << i;
    ended.insert(Pid(std::to_string(i)));
  }
  EXPECT_LE(looks, 100'000u) << "a look for each that is opened, not one for each that there is";
}

TEST_F(OpenProcessesTest, ended_ones_are_found_behind_those_that_stay_open) {
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(opens(i, globex));
  ended.insert(Pid("99"));
  bool opened = false;
  for (int tries = 0; tries < 7 && !opened; ++tries) opened = opens(1000, globex);
  EXPECT_TRUE(opened);
  EXPECT_FALSE(opens(1001, globex));
}

TEST_F(OpenProcessesTest, what_was_opened_may_be_asked_for_again_at_the_bound) {
  for (int i = 0; i < 200; ++i) opens(i, globex);
  EXPECT_TRUE(opens(5, globex));
  EXPECT_EQ(looks, 16u * 100u);
}

}  // namespace kontor::runtime::dsp_endpoint
