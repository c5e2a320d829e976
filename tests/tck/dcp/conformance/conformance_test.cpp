#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tck/dcp/conformance/cases.hpp"
#include "testing/async/temporary_folder.hpp"

/// The kit's cases, played against the system under test without a JVM.

using namespace kontor;
using namespace kontor::tck;
using namespace kontor::tck::dcp;

namespace {

using Verdicts = std::map<std::string, std::string>;

/// What was wrong; empty: nothing.
std::string verdict_of(Stage& stage, const Case& one) {
  try {
    one.play(stage);
  } catch (const installation::Failed& failure) {
    return failure.why.empty() ? "failed" : failure.why;
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

/// All cases one after the other, on one system.
const Verdicts& verdicts() {
  static const Verdicts all = [] {
    const kontor::testing::TemporaryFolder folder;
    Stage stage(folder.path());
    Verdicts found;
    for (const auto& one : all_cases()) found[one.id] += verdict_of(stage, one);
    return found;
  }();
  return all;
}

std::vector<std::string> ids_of_the_kit() {
  std::vector<std::string> ids;
  for (const auto& part : kit()) {
    for (const auto id : part.cases) ids.emplace_back(id);
  }
  return ids;
}

struct DcpConformance : ::testing::TestWithParam<std::string> {};

}  // namespace

TEST_P(DcpConformance, passes) {
  const auto verdict = verdicts().find(GetParam());
  ASSERT_NE(verdict, verdicts().end()) << "the case is not played";
  EXPECT_EQ(verdict->second, "");
}

INSTANTIATE_TEST_SUITE_P(Cases, DcpConformance, ::testing::ValuesIn(ids_of_the_kit()),
                         [](const auto& info) { return info.param; });

TEST(DcpConformanceCases, are_those_of_the_kit_and_no_others) {
  std::set<std::string> played;
  for (const auto& [id, verdict] : verdicts()) played.insert(id);
  const auto ids = ids_of_the_kit();
  EXPECT_EQ(played, std::set<std::string>(ids.begin(), ids.end()));
  EXPECT_EQ(all_cases().size(), played.size()) << "a case under the id of another";
  // As the kit counts them, a part each.
  std::map<std::string_view, std::size_t> counted;
  for (const auto& part : kit()) counted[part.name] = part.cases.size();
  for (const auto& part : parts)
    EXPECT_EQ(counted[part.name], static_cast<std::size_t>(part.cases)) << part.name;
  EXPECT_EQ(ids.size(), 85u);
}

TEST(DcpConformanceCases, what_is_said_is_held_against_the_official_schemas) {
  if (!specifications()) GTEST_SKIP() << "KONTOR_SPEC_DIR names no folder: nothing was validated";
  const Judge judge(specifications());
  EXPECT_TRUE(judge.has_schemas());
  const std::string context = R"({"@context":["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],)";
  EXPECT_NO_THROW(judge.read(context + R"("type":"CredentialStatus","issuerPid":"i","holderPid":"h",)"
                                       R"("status":"ISSUED"})",
                             "CredentialStatus"));
  EXPECT_THROW(judge.read(context + R"("type":"CredentialStatus","issuerPid":"i","status":"ISSUED"})",
                          "CredentialStatus"),
               installation::Failed);
}
