#include <gtest/gtest.h>

#include "protocol/api/fabric/paging.hpp"
#include "protocol/api/fabric/provision_manager.hpp"
#include "protocol/api/fabric/tenant_manager.hpp"

using namespace kontor;
using namespace kontor::protocol::api::fabric;

namespace {

const Instant moment = parse_instant("2026-07-24T10:00:00.5Z").value();

template <class T>
void expect_same_after_a_round_trip(const T& value) {
  auto read_back = json::decode<T>(json::encode(value));
  ASSERT_TRUE(read_back) << read_back.error().pointer << " " << read_back.error().message();
  EXPECT_EQ(*read_back, value) << json::encode(value);
}

CredentialSpec membership() {
  return {
      .id = "m", .type = "MembershipCredential", .issuer = "did:web:i", .format = "VC1_0_JWT", .role = "oem"};
}

Activity activity(std::string id, std::vector<ActivityId> depends_on = {}) {
  return {.id = ActivityId(std::move(id)),
          .type = "x-activity",
          .discriminator = std::string(deploy_type),
          .depends_on = std::move(depends_on),
          .timeout_seconds = {},
          .attempts_max = {}};
}

VirtualParticipantAgent agent() {
  return {.id = VpaId("v"),
          .version = 1,
          .state = DeploymentState::active,
          .state_timestamp = moment,
          .type = VpaType::data_plane,
          .cell_id = CellId("c"),
          .properties = {{"k", 1}}};
}

}  // namespace

TEST(FabricCodec, every_body_of_the_tenant_manager_survives_the_way_there_and_back) {
  const DataspaceDeployment deployment{.id = DeploymentId("d"),
                                       .version = 0,
                                       .state = DeploymentState::active,
                                       .state_timestamp = moment,
                                       .cell_id = CellId("c"),
                                       .external_cell_id = "eu-1",
                                       .properties = {}};
  expect_same_after_a_round_trip(Tenant{TenantId("t"), 2, {{"name", "Acme"}}});
  expect_same_after_a_round_trip(NewTenant{{{"name", "Acme"}}});
  expect_same_after_a_round_trip(PropertiesDiff{{{"a", 1}}, {"b"}});
  expect_same_after_a_round_trip(Cell{CellId("c"), 0, "eu-1", DeploymentState::offline, moment, {}});
  expect_same_after_a_round_trip(NewCell{"eu-1", DeploymentState::active, moment, {}});
  expect_same_after_a_round_trip(CellPatch{DeploymentState::locked, {{{"a", 1}}, {"b"}}});
  expect_same_after_a_round_trip(DataspaceProfile{
      DataspaceProfileId("p"), 0, {{"dsp-2025-1"}, {membership()}}, {"a"}, {deployment}, {{"name", "x"}}});
  expect_same_after_a_round_trip(NewDataspaceProfile{{{"dsp-2025-1"}, {membership()}}, {}, {}});
  expect_same_after_a_round_trip(NewDataspaceDeployment{DataspaceProfileId("p"), CellId("c")});
  expect_same_after_a_round_trip(ParticipantProfile{ParticipantProfileId("p"),
                                                    3,
                                                    Did("did:web:a"),
                                                    TenantId("t"),
                                                    {{"p", {"oem"}}},
                                                    {agent()},
                                                    {{"cfm.vpa.state", json::Object()}},
                                                    true,
                                                    "broken"});
  expect_same_after_a_round_trip(NewParticipantProfile{Did("did:web:a"),
                                                       CellId("c"),
                                                       {{"region", "eu"}},
                                                       {DataspaceProfileId("p")},
                                                       {{"p", {"oem"}}},
                                                       {{"cfm.issuer", {{"membershipType", "full"}}}},
                                                       {}});
}

TEST(FabricCodec, every_body_of_the_provision_manager_survives_the_way_there_and_back) {
  OrchestrationEntry entry{OrchestrationId("o"),        "profile", "definition",
                           OrchestrationState::errored, moment,    moment,
                           std::string(deploy_type)};
  expect_same_after_a_round_trip(
      ActivityDefinition{"x-activity", "does x", {{"required", {"a"}}}, {{"type", "object"}}});
  expect_same_after_a_round_trip(
      OrchestrationTemplate{TemplateRef("t"), "d", {}, {{std::string(deploy_type), {activity("a")}}}});
  expect_same_after_a_round_trip(CreatedTemplate{TemplateRef("t"), "d"});
  expect_same_after_a_round_trip(OrchestrationDefinition{std::string(deploy_type),
                                                         TemplateRef("t"),
                                                         "d",
                                                         {},
                                                         {activity("a"), activity("b", {ActivityId("a")})}});
  expect_same_after_a_round_trip(entry);
  expect_same_after_a_round_trip(Orchestration{entry,
                                               {{{activity("a")}}},
                                               {{"k", 1}},
                                               {{"o", 2}},
                                               {ActivityId("a")},
                                               "errored",
                                               {{"a", {"completed", 1, moment, moment, "by hand"}}},
                                               "activity b failed"});
  expect_same_after_a_round_trip(OperatorReason{"why"});
  expect_same_after_a_round_trip(ActivityOutcome{false, "no answer", {{"a", 1}}, {}});
  expect_same_after_a_round_trip(Health{});
}

TEST(FabricCodec, a_whole_profile_with_nulls_is_read_as_an_order) {
  auto order = json::decode<NewParticipantProfile>(
      R"({"id":null,"version":0,"identifier":"did:web:host%3A7083:alice","tenantId":"t",
          "error":false,"vpas":[],
          "cellId":"","dataspaceProfileIds":null,"participantRoles":null,
          "vpaProperties":null,"properties":null})");
  ASSERT_TRUE(order) << order.error().message();
  EXPECT_EQ(order->identifier, Did("did:web:host%3A7083:alice"));
  EXPECT_FALSE(order->cell_id);
}

TEST(FabricCodec, an_order_that_cannot_be_carried_out_is_refused_with_its_place) {
  const auto refusal = [](std::string_view text) {
    auto order = json::decode<NewParticipantProfile>(text);
    return order ? std::string("accepted") : order.error().pointer;
  };
  EXPECT_EQ(refusal(R"({"identifier":"acme"})"), "/identifier");
  EXPECT_EQ(refusal(R"({"identifier":"did:web:"})"), "/identifier");
  EXPECT_EQ(refusal(R"({"identifier":"did::a"})"), "/identifier");
  EXPECT_EQ(refusal(R"({"identifier":"did:web:a b"})"), "/identifier");
  EXPECT_EQ(refusal(R"({"identifier":"did:web:a#key"})"), "/identifier");
  EXPECT_EQ(refusal(R"({"identifier":"did:web:a","vpaProperties":{"cfm.unknown":{}}})"), "/vpaProperties");
  EXPECT_EQ(refusal(R"({"identifier":"did:web:a:b","vpaProperties":{"cfm.dataplane":{}}})"), "accepted");
}

TEST(FabricCodec, states_are_read_in_any_case_and_no_others) {
  EXPECT_EQ(json::decode<NewCell>(R"({"state":"ACTIVE"})").value().state, DeploymentState::active);
  EXPECT_EQ(json::decode<NewCell>(R"({"state":""})").value().state, DeploymentState::initial);
  EXPECT_EQ(json::decode<NewCell>(R"({"state":"busy"})").error().pointer, "/state");
}

TEST(FabricCodec, a_deployment_without_body_is_an_open_order) {
  EXPECT_EQ(json::decode<NewDataspaceDeployment>("null").value(), NewDataspaceDeployment{});
}

TEST(FabricCodec, a_definition_of_the_2025_form_is_read_as_a_template_of_one_type) {
  auto value = json::decode<OrchestrationTemplate>(
      R"({"type":"cfm.orchestration.vpa.deploy","activities":[{"id":"a","type":"x-activity",
          "discriminator":"deploy",
          "inputs":[{"source":"x","target":"y"}],"dependsOn":null}]})");
  ASSERT_TRUE(value) << value.error().message();
  ASSERT_TRUE(value->activities.contains(std::string(deploy_type)));
  EXPECT_EQ(value->activities.begin()->second[0].id, ActivityId("a"));
}

TEST(FabricCodec, a_template_needs_types_and_names_that_agents_can_subscribe_to) {
  EXPECT_EQ(json::decode<OrchestrationTemplate>(R"({"activities":{}})").error().pointer, "/activities");
  EXPECT_FALSE(json::decode<OrchestrationTemplate>(R"({"activities":{"a b":[]}})"));
  EXPECT_FALSE(json::decode<OrchestrationTemplate>(R"({"activities":{"a":[{"id":"x","type":"event.>"}]}})"));
  EXPECT_FALSE(json::decode<ActivityDefinition>(R"({"type":"a/b"})"));
  EXPECT_FALSE(json::decode<Activity>(R"({"id":"a","type":"x","timeoutSeconds":0})"));
}

TEST(FabricCodec, orchestration_states_are_numbers_and_completed_is_an_object) {
  Orchestration orchestration;
  orchestration.entry.state = OrchestrationState::completed;
  orchestration.completed = {ActivityId("a")};
  const auto value = write(orchestration);
  EXPECT_EQ(json::serialize(*json::find(value, "state")), "2");
  EXPECT_EQ(json::serialize(*json::find(value, "completed")), R"({"a":{}})");
  EXPECT_FALSE(json::decode<OrchestrationState>("4"));
}

TEST(FabricMessages, every_message_survives_the_way_there_and_back) {
  expect_same_after_a_round_trip(membership());
  expect_same_after_a_round_trip(VpaData{VpaId("v"), VpaType::issuer, CellId("c"), "eu-1", {{"a", 1}}});
  expect_same_after_a_round_trip(
      OrchestrationManifest{OrchestrationId("o"), "p", std::string(deploy_type), {{"a", 1}}});
  expect_same_after_a_round_trip(OrchestrationResponse{
      "r", OrchestrationId("o"), "p", std::string(deploy_type), false, "no", {{"a", 1}}});
  expect_same_after_a_round_trip(ActivityMessage{OrchestrationId("o"), activity("b", {ActivityId("a")})});
}

TEST(FabricMessages, are_spelled_as_deployed_agents_expect) {
  EXPECT_EQ(json::encode(ActivityMessage{OrchestrationId("o"), activity("b", {ActivityId("a")})}),
            R"({"orchestrationID":"o","activity":{"id":"b","type":"x-activity",)"
            R"("discriminator":"cfm.orchestration.vpa.deploy","dependsOn":["a"]}})");
  EXPECT_EQ(json::encode(VpaData{VpaId("v"), VpaType::control_plane, CellId("c"), "", {}}),
            R"({"id":"v","vpaType":"cfm.connector","cellId":"c","externalCellId":"","properties":{}})");
  EXPECT_EQ(activity_subject("org.example.x-activity"), "event.org-example-x-activity");
  EXPECT_EQ(durable_name(manifest_subject), "cfm-orchestration");
  EXPECT_EQ(durable_name(activity_subject("x-activity")), "x-activity");
}

TEST(FabricPaging, limits_are_bounded_and_negative_numbers_refused) {
  EXPECT_EQ(read_page(std::nullopt, std::nullopt).value(), (PageRequest{0, page_max}));
  EXPECT_EQ(read_page("20", "10").value(), (PageRequest{20, 10}));
  EXPECT_EQ(read_page("0", "0").value().limit, page_max);
  EXPECT_EQ(read_page("0", "99999").value().limit, page_max);
  EXPECT_FALSE(read_page("-1", "10"));
  EXPECT_FALSE(read_page("0", "ten"));
  EXPECT_EQ(json::decode<Query>(R"({"predicate":"true"})").value().page.limit, page_max);
  EXPECT_FALSE(json::decode<Query>(R"({"predicate":"true","offset":-1})"));
}

TEST(FabricPaging, links_lead_to_every_neighbour_that_exists) {
  EXPECT_EQ(link_header("/tenants", {10, 10}, 35),
            R"(</tenants?offset=10&limit=10>; rel="self", </tenants?offset=0&limit=10>; rel="first", )"
            R"(</tenants?offset=30&limit=10>; rel="last", </tenants?offset=0&limit=10>; rel="prev", )"
            R"(</tenants?offset=20&limit=10>; rel="next")");
  EXPECT_EQ(link_header("/tenants", {0, 10}, 0),
            R"(</tenants?offset=0&limit=10>; rel="self", </tenants?offset=0&limit=10>; rel="first", )"
            R"(</tenants?offset=0&limit=10>; rel="last")");
  EXPECT_EQ(link_header("/t", {30, 10}, 35).find("next"), std::string::npos);
}

TEST(FabricProperties, a_diff_sets_first_and_then_removes) {
  json::Object properties{{"a", 1}, {"b", 2}};
  apply(PropertiesDiff{{{"a", 3}, {"c", 4}}, {"b", "c"}}, properties);
  EXPECT_EQ(properties, (json::Object{{"a", 3}}));
}
