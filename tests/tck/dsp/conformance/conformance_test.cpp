#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "tck/dsp/conformance/play.hpp"
#include "tck/dsp/conformance/world_for_test.hpp"

/// The kit's cases and rules of the specification, played against the connector under test without a JVM.

using namespace kontor;
using namespace kontor::tck;
using namespace kontor::tck::dsp;

namespace {

using Verdicts = std::map<std::string, std::string>;

Task<void> play(Stage stage, Case one, Verdicts& verdicts) {
  Play play(stage, one);
  auto done = co_await play.run();
  verdicts[one.id] = done ? "" : done.error().message();
}

/// All cases side by side: each has processes of its own, and all of them wait for the same delays.
Task<Verdicts> play_all(World& world) {
  Verdicts verdicts;
  platform::async::Scope cases(world.scope().executor());
  for (auto& one : all_cases()) {
    if (!one.disabled) cases.spawn(play(world.stage(), std::move(one), verdicts));
  }
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
  for (const auto& one : all_cases()) {
    if (!one.disabled) all.push_back(one.id);
  }
  return all;
}

struct DspConformance : ::testing::TestWithParam<std::string> {};

}  // namespace

TEST_P(DspConformance, passes) {
  const auto verdict = verdicts().find(GetParam());
  ASSERT_NE(verdict, verdicts().end());
  EXPECT_EQ(verdict->second, "");
}

INSTANTIATE_TEST_SUITE_P(Cases, DspConformance, ::testing::ValuesIn(ids()), [](const auto& info) {
  auto name = info.param;
  for (auto& letter : name) letter = letter == ':' || letter == '-' ? '_' : letter;
  return name;
});

TEST(DspConformanceCases, are_those_of_the_kit_and_each_has_a_script) {
  std::multiset<std::string> groups;
  std::set<std::string> scripted;
  for (const auto& one : all_cases()) {
    groups.insert(one.id.substr(0, one.id.find(':')) + (one.disabled ? " disabled" : ""));
    const bool needs_script = one.kind == Case::Kind::negotiation || one.kind == Case::Kind::transfer;
    if (needs_script && !one.disabled) scripted.insert(one.id);
  }
  // As the kit counts them: 65 executed, two disabled.
  EXPECT_EQ(groups.count("MET"), 1);
  EXPECT_EQ(groups.count("CAT"), 3);
  EXPECT_EQ(groups.count("CN"), 15);
  EXPECT_EQ(groups.count("CN_C"), 16);
  EXPECT_EQ(groups.count("TP"), 15);
  EXPECT_EQ(groups.count("TP_C"), 15);
  EXPECT_EQ(groups.size(), 67);
  const auto all = scripted_ids();
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()), scripted);
  EXPECT_EQ(all.size(), scripted.size());
}

TEST(DspConformanceCases, the_program_holds_nothing_of_the_connector_under_test) {
  std::string program(std::filesystem::file_size(KONTOR_PROGRAM), '\0');
  std::ifstream file(KONTOR_PROGRAM, std::ios::binary);
  ASSERT_TRUE(file.read(program.data(), static_cast<std::streamsize>(program.size())));
  ASSERT_GT(program.size(), 1U << 20);
  // What the program and the connector share is there, and what only the connector has is not.
  EXPECT_NE(program.find("the contract policy is not fulfilled"), std::string::npos);
  for (const auto* theirs : {"TCK_PARTICIPANT", "compatibility-kit", "StaticIdentity", "PatientDecisions"})
    EXPECT_EQ(program.find(theirs), std::string::npos) << theirs;
}

TEST(DspConformanceCases, what_is_said_is_held_against_the_official_schemas) {
  if (!specifications()) GTEST_SKIP() << "KONTOR_SPEC_DIR names no folder: nothing was validated";
  const Judge judge(specifications());
  EXPECT_TRUE(judge.has_schemas());
  EXPECT_FALSE(
      judge.read(R"({"@type":"ContractNegotiation","providerPid":"p","consumerPid":"c","state":"NEW"})",
                 "ContractNegotiation"));
}
