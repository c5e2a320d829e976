#include "runtime/dsp_endpoint/open_processes.hpp"

#include <gtest/gtest.h>

#include <set>

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
  Task<Result<std::vector<Pid>>> read(Did peer) {
    ++reads;
    if (!store_answers) co_return fail(ErrorCode::storage_failed, "the store is away");
    co_return peer == returning ? std::vector<Pid>{Pid("of-before-1"), Pid("of-before-2")}
                                : std::vector<Pid>{};
  }
  Result<void> admit(Pid pid, const Did& peer, ContextId context = ContextId("acme")) {
    return loop.run(processes.admit(std::move(context), peer, std::move(pid)));
  }
  bool opens(int number, const Did& peer) {
    return opens(Pid(std::to_string(number)), peer, ContextId("acme"));
  }
  bool opens(Pid pid, const Did& peer, ContextId context) {
    const auto admitted = admit(std::move(pid), peer, std::move(context));
    if (!admitted) EXPECT_EQ(admitted.error().code, ErrorCode::too_many_requests);
    return admitted.has_value();
  }
  OpenProcesses::Asker asker(const Did& peer, std::string address = "192.0.2.1") {
    return {ContextId("acme"), peer, std::move(address)};
  }
  bool has_room(int number, const Did& peer) {
    return loop.run(processes.check(asker(peer), Pid(std::to_string(number)))).has_value();
  }
  bool is_presumed_refused(int number, OpenProcesses::Asker claimed) {
    const auto presumed = processes.presume(claimed, Pid(std::to_string(number)));
    if (!presumed) EXPECT_EQ(presumed.error().code, ErrorCode::too_many_requests);
    return !presumed;
  }
  /// Each looks at some of the hundred that are open.
  bool opens_within_seven_tries(int number) {
    for (int tries = 0; tries < 7; ++tries) {
      if (opens(number, globex)) return true;
    }
    return false;
  }
  /// As the store tells it.
  void end(int number) {
    Pid pid(std::to_string(number));
    processes.changed(ContextId("acme"), entity_id(pid));
    ended.insert(std::move(pid));
  }

  static constexpr std::size_t open_max = 100;
  kontor::testing::VirtualLoop loop;
  std::set<Pid> ended;
  std::size_t looks = 0;
  std::size_t reads = 0;
  bool store_answers = true;
  Did stranger{"did:web:stranger"};
  Did globex{"did:web:globex"};
  Did returning{"did:web:returning"};
  OpenProcesses processes{open_max,
                          loop.clock(),
                          {[this](ContextId, Pid pid) { return look(std::move(pid)); },
                           [this](ContextId, Did peer, std::size_t) { return read(std::move(peer)); }}};
};

}  // namespace

TEST_F(OpenProcessesTest, a_stranger_that_opens_on_and_on_stays_within_its_bound_and_hurts_nobody_else) {
  std::size_t opened = 0;
  for (int i = 0; i < 100'000; ++i) opened += opens(i, stranger) ? 1 : 0;
  EXPECT_EQ(opened, open_max);
  EXPECT_EQ(looks, open_max) << "each was looked at once, and nothing has changed";
  EXPECT_EQ(reads, 1u);
  EXPECT_TRUE(opens(1, globex));
  EXPECT_TRUE(opens(Pid("1000000"), stranger, ContextId("globex"))) << "with another participant";
}

TEST_F(OpenProcessesTest, what_has_ended_makes_room) {
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_TRUE(opens(i, globex)) << i;
    end(i);
  }
  EXPECT_LE(looks, 100'000u) << "a look for each that is opened, not one for each that there is";
}

TEST_F(OpenProcessesTest, ended_ones_are_found_behind_those_that_stay_open) {
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(opens(i, globex));
  end(99);
  EXPECT_TRUE(opens_within_seven_tries(1000));
  EXPECT_FALSE(opens(1001, globex));
}

TEST_F(OpenProcessesTest, what_changes_after_all_were_looked_at_is_looked_at_again) {
  for (int i = 0; i < 200; ++i) opens(i, globex);
  end(50);
  EXPECT_TRUE(opens(1000, globex));
  EXPECT_FALSE(opens(1001, globex));
}

TEST_F(OpenProcessesTest, an_end_that_nobody_told_of_is_seen_after_a_minute) {
  for (int i = 0; i < 200; ++i) opens(i, globex);
  ended.insert(Pid("3"));
  EXPECT_FALSE(opens(1000, globex));
  loop.clock().advance(std::chrono::minutes(1));
  EXPECT_TRUE(opens_within_seven_tries(1000));
}

TEST_F(OpenProcessesTest, what_was_opened_may_be_asked_for_again_at_the_bound) {
  for (int i = 0; i < 200; ++i) opens(i, globex);
  const auto before = looks;
  EXPECT_TRUE(opens(5, globex));
  EXPECT_EQ(looks, before);
}

TEST_F(OpenProcessesTest, what_was_open_before_this_process_began_takes_its_place) {
  std::size_t opened = 0;
  for (int i = 0; i < 200; ++i) opened += opens(i, returning) ? 1 : 0;
  EXPECT_EQ(opened, open_max - 2);
  EXPECT_TRUE(opens(Pid("of-before-1"), returning, ContextId("acme"))) << "it is asked for again";
}

TEST_F(OpenProcessesTest, nobody_is_let_in_or_turned_away_for_good_while_the_store_cannot_say_what_is_open) {
  store_answers = false;
  const auto refused = admit(Pid("1"), globex);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::storage_failed);
  store_answers = true;
  EXPECT_TRUE(opens(1, globex));
}

TEST_F(OpenProcessesTest, who_only_asks_takes_no_place) {
  for (int i = 0; i < 200; ++i) {
    const auto may = loop.run(processes.check(asker(globex), Pid(std::to_string(i))));
    EXPECT_TRUE(may);
  }
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(opens(i, globex));
  EXPECT_FALSE(loop.run(processes.check(asker(globex), Pid("100"))));
}

TEST_F(OpenProcessesTest, who_goes_on_asking_without_room_is_refused_unproven) {
  for (int i = 0; i < 200; ++i) opens(i, stranger);
  EXPECT_FALSE(is_presumed_refused(1000, asker(stranger))) << "it was not refused from there";
  EXPECT_FALSE(has_room(1000, stranger));
  EXPECT_TRUE(is_presumed_refused(1000, asker(stranger)));
  EXPECT_FALSE(is_presumed_refused(5, asker(stranger))) << "which is open, and may be asked for again";
  EXPECT_FALSE(is_presumed_refused(1000, asker(stranger, "192.0.2.2"))) << "one that takes its name";
  EXPECT_FALSE(is_presumed_refused(1000, asker(globex)));
}

TEST_F(OpenProcessesTest, nobody_is_presumed_without_room_whose_processes_have_changed_or_may_have) {
  for (int i = 0; i < 200; ++i) opens(i, globex);
  EXPECT_FALSE(has_room(1000, globex));
  end(7);
  EXPECT_FALSE(is_presumed_refused(1000, asker(globex)));
  EXPECT_TRUE(has_room(1000, globex));
  EXPECT_TRUE(opens(1000, globex));
  EXPECT_FALSE(has_room(1001, globex));
  EXPECT_TRUE(is_presumed_refused(1001, asker(globex)));
  loop.clock().advance(std::chrono::minutes(1));
  EXPECT_FALSE(is_presumed_refused(1001, asker(globex))) << "an end that nobody told of";
}

}  // namespace kontor::runtime::dsp_endpoint
