#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "tck/dps/conformance/world_for_test.hpp"

/// The cases of the kit for Data Plane Signaling, played against the planes under test without a JVM.

using namespace kontor;
using namespace kontor::tck;
using namespace kontor::tck::dps;

namespace {

using Verdicts = std::map<std::string, std::string>;

Task<void> play(Stage stage, Case one, Verdicts& verdicts) {
  const auto id = one.id;
  auto done = one.is_of_control_plane() ? co_await play_control_plane(stage, std::move(one))
                                        : co_await play_data_plane(stage, std::move(one));
  verdicts[id] = done ? "" : done.error().message();
}

/// All cases side by side: each has a process of its own.
Task<Verdicts> play_all(World& world) {
  Verdicts verdicts;
  platform::async::Scope cases(world.scope().executor());
  for (auto& one : all_cases()) cases.spawn(play(world.stage(), std::move(one), verdicts));
  co_await cases.drain();
  co_return verdicts;
}

const Verdicts& verdicts() {
  static const Verdicts all = [] {
    World world;
    return world.run(play_all(world));
  }();
  return all;
}

std::vector<std::string> ids() {
  std::vector<std::string> all;
  for (const auto& one : all_cases()) all.push_back(one.id);
  return all;
}

struct DpsConformance : ::testing::TestWithParam<std::string> {};

}  // namespace

TEST_P(DpsConformance, passes) {
  const auto verdict = verdicts().find(GetParam());
  ASSERT_NE(verdict, verdicts().end());
  EXPECT_EQ(verdict->second, "");
}

INSTANTIATE_TEST_SUITE_P(Cases, DpsConformance, ::testing::ValuesIn(ids()), [](const auto& info) {
  auto name = info.param;
  for (auto& letter : name) letter = letter == ':' || letter == '-' ? '_' : letter;
  return name;
});

TEST(DpsConformanceCases, are_those_of_the_kit_and_each_was_played) {
  std::multiset<std::string> groups;
  for (const auto& id : ids()) groups.insert(id.substr(0, id.find(':')));
  // As the kit counts them.
  EXPECT_EQ(groups.count("CP_C"), 5);
  EXPECT_EQ(groups.count("CP_P"), 5);
  EXPECT_EQ(groups.count("DP_C_PULL"), 6);
  EXPECT_EQ(groups.count("DP_P_PULL"), 5);
  EXPECT_EQ(groups.count("DP_C_PUSH"), 6);
  EXPECT_EQ(groups.count("DP_P_PUSH"), 6);
  EXPECT_EQ(groups.count("DP_C_HTTP_PULL"), 2);
  EXPECT_EQ(groups.count("DP_P_HTTP_PULL"), 3);
  EXPECT_EQ(groups.size(), 38);
  EXPECT_EQ(scripted_ids(), ids());
  std::set<std::string> played;
  for (const auto& [id, verdict] : verdicts()) played.insert(id);
  const auto all = ids();
  EXPECT_EQ(played, std::set<std::string>(all.begin(), all.end()));
}

TEST(DpsConformanceCases, the_program_holds_nothing_of_the_planes_under_test) {
  std::string program(std::filesystem::file_size(KONTOR_PROGRAM), '\0');
  std::ifstream file(KONTOR_PROGRAM, std::ios::binary);
  ASSERT_TRUE(file.read(program.data(), static_cast<std::streamsize>(program.size())));
  ASSERT_GT(program.size(), 1U << 20);
  // What the program and the planes share is there, and what only the planes have is not.
  EXPECT_NE(program.find("the refresh token is not in force"), std::string::npos);
  for (const auto* theirs :
       {"CONTROL_PLANE_UNDER_TEST", "dummy-authorization", "ScriptedMover", "SaidIdentity"})
    EXPECT_EQ(program.find(theirs), std::string::npos) << theirs;
}

TEST(DpsConformanceCases, what_is_said_is_held_against_the_official_schemas) {
  if (!specifications()) GTEST_SKIP() << "KONTOR_SPEC_DIR names no folder: nothing was validated";
  const Judge judge(specifications());
  EXPECT_TRUE(judge.has_schemas());
  EXPECT_TRUE(judge.read(R"({"messageId":"m","dataFlowId":"f","state":"STARTED"})", "DataFlowStatusMessage"));
  EXPECT_FALSE(judge.read(R"({"messageId":"m","dataFlowId":"f","state":"NEW"})", "DataFlowStatusMessage"));
  EXPECT_FALSE(judge.read(R"({"dataFlowId":"f","state":"STARTED"})", "DataFlowStatusMessage"));
  EXPECT_FALSE(judge.read(R"({"messageId":"m","processId":"p"})", "DataFlowPrepareMessage"));
}
