#include "domain/orchestration/definition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/orchestration/orchestration_fixture.hpp"

using namespace kontor;
using namespace kontor::domain::orchestration;
using namespace kontor::domain::orchestration::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

json::Object properties(std::initializer_list<std::pair<std::string, std::string>> types) {
  json::Object members;
  for (const auto& [name, type] : types) members.emplace(name, json::Object{{"type", type}});
  return members;
}

ActivityDefinition kind_of(std::string type,
                           std::initializer_list<std::pair<std::string, std::string>> inputs,
                           std::initializer_list<std::pair<std::string, std::string>> outputs) {
  json::Array required;
  for (const auto& input : inputs) required.emplace_back(input.first);
  return {.type = std::move(type),
          .description = {},
          .input_schema = {{"properties", properties(inputs)}, {"required", std::move(required)}},
          .output_schema = {{"properties", properties(outputs)}}};
}

std::vector<ActivityDefinition> kinds_of(const std::vector<Activity>& activities) {
  std::vector<ActivityDefinition> kinds;
  for (const auto& one : activities) kinds.push_back(kind_of(one.type, {}, {}));
  return kinds;
}

std::vector<std::string> problems(std::vector<Activity> activities) {
  const auto kinds = kinds_of(activities);
  return problems_of(definition_of(std::move(activities)), kinds);
}

std::string levels(const std::vector<Activity>& activities) {
  std::string text;
  for (const auto& level : steps_of(activities)) {
    text += "[";
    for (const auto& one : level.activities) text += (text.ends_with('[') ? "" : " ") + one.id.str();
    text += "]";
  }
  return text;
}

}  // namespace

TEST(OrchestrationDefinition, a_sound_graph_has_no_problems) {
  EXPECT_THAT(problems(onboarding_graph()), IsEmpty());
}

TEST(OrchestrationDefinition, every_unknown_type_is_named) {
  const auto found = problems_of(definition_of({activity("a"), activity("b")}), {});
  EXPECT_THAT(found,
              ElementsAre("activity type 'a-activity' not found", "activity type 'b-activity' not found"));
}

TEST(OrchestrationDefinition, a_cycle_is_spelled_out) {
  EXPECT_THAT(
      problems({activity("a", {"c"}), activity("b", {"a"}), activity("c", {"b"}), activity("d", {"a"})}),
      ElementsAre("activities depend on each other in a circle: a -> c -> b -> a"));
  EXPECT_THAT(problems({activity("a", {"a"})}),
              ElementsAre("activities depend on each other in a circle: a -> a"));
}

TEST(OrchestrationDefinition, ids_are_unique_and_dependencies_are_there) {
  EXPECT_THAT(problems({activity("a"), activity("a")}), ElementsAre("activity 'a' stands twice"));
  EXPECT_THAT(problems({activity("a", {"z"})}),
              ElementsAre("activity 'a' depends on 'z', which is not there"));
  EXPECT_THAT(problems({}), ElementsAre("there are no activities"));
  EXPECT_THAT(problems(std::vector<Activity>(activities_max + 1, activity("a"))),
              ElementsAre("there are 101 activities, 100 are allowed"));
}

TEST(OrchestrationDefinition, an_input_that_nobody_provides_is_named) {
  const std::vector kinds{kind_of("a-activity", {{"cfm.participant.id", "string"}}, {{"pcid", "string"}}),
                          kind_of("b-activity", {{"pcid", "string"}, {"holderPid", "string"}}, {})};
  EXPECT_THAT(
      problems_of(definition_of({activity("a"), activity("b", {"a"})}), kinds),
      ElementsAre(
          "activity 'b' needs 'holderPid', which neither the payload nor an activity before it provides"));
}

TEST(OrchestrationDefinition, an_input_may_come_from_far_before_but_not_from_beside) {
  const std::vector kinds{kind_of("a-activity", {}, {{"pcid", "string"}}), kind_of("b-activity", {}, {}),
                          kind_of("c-activity", {{"pcid", "string"}}, {})};
  EXPECT_THAT(problems_of(definition_of({activity("a"), activity("b", {"a"}), activity("c", {"b"})}), kinds),
              IsEmpty());
  EXPECT_THAT(problems_of(definition_of({activity("a"), activity("b"), activity("c", {"b"})}), kinds),
              ElementsAre(HasSubstr("needs 'pcid'")));
}

TEST(OrchestrationDefinition, an_input_of_another_type_is_named) {
  const std::vector kinds{kind_of("a-activity", {{"cfm.vpa.data", "string"}}, {{"pcid", "integer"}}),
                          kind_of("b-activity", {{"pcid", "string"}}, {})};
  EXPECT_THAT(problems_of(definition_of({activity("a"), activity("b", {"a"})}), kinds),
              ElementsAre("activity 'a' needs 'cfm.vpa.data' as string, the payload provides it as array",
                          "activity 'b' needs 'pcid' as string, activity 'a' provides it as integer"));
}

TEST(OrchestrationDefinition, two_providers_side_by_side_are_ambiguous_one_after_the_other_are_not) {
  const std::vector kinds{kind_of("a-activity", {}, {{"x", "string"}}),
                          kind_of("b-activity", {}, {{"x", "string"}}),
                          kind_of("c-activity", {{"x", "string"}}, {})};
  EXPECT_THAT(problems_of(definition_of({activity("a"), activity("b"), activity("c", {"a", "b"})}), kinds),
              ElementsAre("'x' is provided by 'a' and by 'b', which may run side by side"));
  EXPECT_THAT(problems_of(definition_of({activity("a"), activity("b", {"a"}), activity("c", {"b"})}), kinds),
              IsEmpty());
}

TEST(OrchestrationDefinition, inputs_of_other_types_than_deploy_come_from_a_payload_that_is_not_known) {
  auto definition = definition_of({activity("a")});
  definition.type = api::dispose_type;
  const std::vector kinds{kind_of("a-activity", {{"participantContextId", "string"}}, {})};
  EXPECT_THAT(problems_of(definition, kinds), IsEmpty());
}

TEST(OrchestrationDefinition, a_schema_may_be_wrapped) {
  auto kind = kind_of("a-activity", {{"x", "string"}}, {});
  kind.input_schema = {{"openAPIV3Schema", kind.input_schema}};
  EXPECT_THAT(problems_of(definition_of({activity("a")}), std::vector{kind}),
              ElementsAre(HasSubstr("needs 'x'")));
}

TEST(OrchestrationDefinition, all_problems_are_told_at_once_with_their_place) {
  auto refused = validate(definition_of({activity("a"), activity("b", {"z"})}), {});
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(refused.error().pointer, "/activities/cfm.orchestration.vpa.deploy");
  EXPECT_THAT(refused.error().detail, HasSubstr("'z'"));
  EXPECT_THAT(refused.error().detail,
              HasSubstr("'a-activity' not found; activity type 'b-activity' not found"));
}

TEST(OrchestrationDefinition, steps_are_as_late_as_dependents_allow) {
  EXPECT_EQ(levels({activity("a"), activity("b", {"a"}), activity("c")}), "[a][b c]");
  EXPECT_EQ(levels(onboarding_graph()), "[tokens][identity plane][data onboarding]");
  EXPECT_EQ(levels({activity("a"), activity("b", {"a"}), activity("c", {"b"}), activity("d", {"a"}),
                    activity("e", {"d", "c"})}),
            "[a][b][c d][e]");
}

TEST(OrchestrationDefinition, a_template_becomes_one_definition_for_each_type) {
  const api::OrchestrationTemplate source{
      .id = {},
      .description = "d",
      .schema = {},
      .activities = {{"deploy", {activity("a")}}, {"dispose", {activity("b")}}}};
  const auto definitions = definitions_of(source, api::TemplateRef("t1"));
  ASSERT_EQ(definitions.size(), 2u);
  EXPECT_EQ(definitions[1].type, "dispose");
  EXPECT_EQ(definitions[1].template_ref, api::TemplateRef("t1"));
  EXPECT_EQ(definitions[1].activities[0].discriminator, "dispose");
}

TEST(OrchestrationDefinition, documents_are_read_as_they_were_stored) {
  const auto definition = definition_of(onboarding_graph());
  EXPECT_EQ(
      OrchestrationDefinitionDocument::decode(OrchestrationDefinitionDocument::encode(definition), 1).value(),
      definition);
  const auto kind = kind_of("a-activity", {{"x", "string"}}, {{"y", "string"}});
  EXPECT_EQ(ActivityDefinitionDocument::decode(ActivityDefinitionDocument::encode(kind), 1).value(), kind);
}
