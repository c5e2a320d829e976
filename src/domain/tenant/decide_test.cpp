#include "domain/tenant/decide.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>

#include "domain/tenant/tenant_fixture.hpp"

using namespace kontor;
using namespace kontor::domain::tenant;
using namespace kontor::domain::tenant::testing;
using ::testing::HasSubstr;

namespace {

const OrchestrationManifest& manifest_of(const Decision& decision) {
  return std::get<StartOrchestration>(decision.effects.at(0)).manifest;
}

std::string outcome(const ParticipantProfile& profile, const Event& event) {
  auto decision = decide(&profile, event, noon);
  if (!decision) return "x";
  if (decision->happened.empty()) {
    EXPECT_EQ(decision->next, profile);
    EXPECT_TRUE(decision->effects.empty());
    return ".";
  }
  const auto state = state_of(decision->next);
  return state == state_of(profile) ? "=" : std::string(api::deployment_state_names.name(state));
}

constexpr DeploymentState reached_states[] = {DeploymentState::pending, DeploymentState::active,
                                              DeploymentState::error, DeploymentState::disposing,
                                              DeploymentState::disposed};

}  // namespace

TEST(ParticipantProfile, every_event_in_every_state) {
  struct Row {
    DeploymentState state;
    const char* outcomes;
  };
  // deploy-ordered deployed deploy-failed dispose-ordered disposed dispose-failed
  static constexpr Row rows[] = {
      {DeploymentState::pending, ". active error x disposed ."},
      {DeploymentState::active, ". . . disposing . ."},
      {DeploymentState::error, ". active . disposing disposed ="},
      {DeploymentState::disposing, ". . . . disposed error"},
      {DeploymentState::disposed, ". . . . . ."},
  };
  const Event events[] = {deploy_order(),  deployed(), deploy_failed(),
                          dispose_order(), disposed(), dispose_failed()};
  static_assert(std::size(events) == std::variant_size_v<Event>);
  for (const auto& row : rows) {
    std::istringstream expected(row.outcomes);
    for (std::size_t i = 0; i < std::size(events); ++i) {
      ASSERT_EQ(events[i].index(), i);
      std::string want;
      ASSERT_TRUE(expected >> want);
      EXPECT_EQ(outcome(profile_in(row.state), events[i]), want)
          << "event " << i << " in " << api::deployment_state_names.name(row.state);
    }
  }
}

TEST(ParticipantProfile, has_one_agent_of_each_type_on_one_cell) {
  const auto profile = profile_in(DeploymentState::pending);
  ASSERT_EQ(profile.vpas.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(profile.vpas[i].type, all_vpa_types[i]);
    EXPECT_EQ(profile.vpas[i].cell_id, CellId("c1"));
    EXPECT_EQ(profile.vpas[i].external_cell_id, "external-c1");
    EXPECT_EQ(profile.vpas[i].state, DeploymentState::pending);
    EXPECT_EQ(profile.vpas[i].state_since, noon);
  }
  EXPECT_EQ(profile.vpas[3].properties, (json::Object{{"membershipType", "full"}}));
}

TEST(ParticipantProfile, is_deployed_by_a_manifest_that_agents_understand) {
  const auto decision = decide(nullptr, deploy_order(), noon).value();
  const auto& manifest = manifest_of(decision);
  EXPECT_EQ(manifest.id, OrchestrationId("deploy-1"));
  EXPECT_EQ(manifest.correlation_id, "p1");
  EXPECT_EQ(manifest.orchestration_type, "cfm.orchestration.vpa.deploy");
  EXPECT_EQ(manifest.payload.size(), 3u);
  EXPECT_EQ(manifest.payload.at("cfm.participant.id"), "did:web:acme");
  EXPECT_EQ(json::serialize(manifest.payload.at("cfm.vpa.data").as_array().at(0)),
            R"({"id":"v1","vpaType":"cfm.connector","cellId":"c1",)"
            R"("externalCellId":"external-c1","properties":{}})");
  const auto& credentials = manifest.payload.at("cfm.vpa.credentials").as_array();
  ASSERT_EQ(credentials.size(), 2u);
  EXPECT_EQ(json::serialize(credentials[0]), R"({"id":"Membership-definition","type":"Membership",)"
                                             R"("issuer":"did:web:issuer","format":"VC1_0_JWT","role":""})");
}

TEST(ParticipantProfile, is_disposed_of_with_everything_that_agents_ask_for) {
  const auto decision = step(profile_in(DeploymentState::active), dispose_order());
  const auto& manifest = manifest_of(decision);
  EXPECT_EQ(manifest.id, OrchestrationId("dispose-1"));
  EXPECT_EQ(manifest.orchestration_type, "cfm.orchestration.vpa.dispose");
  EXPECT_EQ(manifest.payload.at("participantContextId"), "ctx1");
  EXPECT_EQ(manifest.payload.at("holderPid"), "h1");
  EXPECT_EQ(manifest.payload.at("cfm.vpa.state"), outputs);
  EXPECT_EQ(manifest.payload.at("cfm.participant.id"), "did:web:acme");
  EXPECT_EQ(manifest.payload.at("cfm.vpa.data").as_array().size(), 4u);
  EXPECT_EQ(manifest.payload.at("cfm.vpa.credentials").as_array().size(), 2u);
}

TEST(ParticipantProfile, shows_clients_what_was_put_out_and_why_it_is_where_it_is) {
  const auto view = view_of(profile_in(DeploymentState::active), 2);
  EXPECT_EQ(view.version, 2u);
  EXPECT_EQ(view.properties.at("name"), "Acme");
  EXPECT_EQ(view.properties.at("cfm.vpa.state").at("participantContextId"), "ctx1");
  EXPECT_EQ(view.properties.at("cfm.placement").at("cellId"), "c1");
  EXPECT_EQ(view.properties.at("cfm.placement").at("considered").at(0).at("fits"), true);
  EXPECT_EQ(view.vpas.at(2).state, DeploymentState::active);
  EXPECT_EQ(view.vpas.at(2).version, 1u);
}

TEST(ParticipantProfile, a_failed_deployment_says_why_and_may_still_succeed) {
  const auto failed = profile_in(DeploymentState::error);
  EXPECT_TRUE(failed.error);
  EXPECT_EQ(failed.error_detail, "activity 'x' failed");
  const auto recovered = step(failed, deployed()).next;
  EXPECT_EQ(state_of(recovered), DeploymentState::active);
  EXPECT_FALSE(recovered.error);
  EXPECT_TRUE(recovered.error_detail.empty());
}

TEST(ParticipantProfile, an_answer_to_another_order_changes_nothing) {
  const auto pending = profile_in(DeploymentState::pending);
  EXPECT_TRUE(step(pending, Deployed{OrchestrationId("another"), {}}).happened.empty());
  EXPECT_TRUE(step(pending, DeployFailed{OrchestrationId("another"), "no", {}}).happened.empty());
  const auto disposing = profile_in(DeploymentState::disposing);
  EXPECT_TRUE(step(disposing, DisposeFailed{OrchestrationId("another"), "no"}).happened.empty());
}

TEST(ParticipantProfile, the_same_order_again_changes_nothing_and_another_one_is_a_conflict) {
  auto order = deploy_order();
  const auto active = profile_in(DeploymentState::active);
  EXPECT_TRUE(step(active, order).happened.empty());
  order.manifest = OrchestrationId("deploy-2");
  EXPECT_EQ(decide(&active, order, noon).error().code, ErrorCode::conflict);
  EXPECT_EQ(decide(nullptr, deployed(), noon).error().code, ErrorCode::not_found);
}

TEST(ParticipantProfile, a_compensated_deployment_ends_as_disposed_and_keeps_its_error) {
  const Disposed compensation{OrchestrationId("deploy-1-compensation")};
  const auto undone = step(profile_in(DeploymentState::error), compensation).next;
  EXPECT_EQ(state_of(undone), DeploymentState::disposed);
  EXPECT_TRUE(undone.error);
  EXPECT_EQ(undone.error_detail, "activity 'x' failed");
  const auto early = step(profile_in(DeploymentState::pending), compensation).next;
  EXPECT_EQ(state_of(early), DeploymentState::disposed);
  EXPECT_TRUE(step(early, deploy_failed()).happened.empty());
  EXPECT_TRUE(step(profile_in(DeploymentState::active), compensation).happened.empty());
}

TEST(ParticipantProfile, a_failed_disposal_is_an_error_and_can_be_ordered_again) {
  const auto failed = step(profile_in(DeploymentState::disposing), dispose_failed()).next;
  EXPECT_EQ(state_of(failed), DeploymentState::error);
  EXPECT_EQ(failed.error_detail, "activity 'y' failed");
  const auto again = step(failed, DisposeOrdered{OrchestrationId("dispose-2")});
  EXPECT_EQ(manifest_of(again).payload.at("participantContextId"), "ctx1");
  const auto disposed_of = step(again.next, Disposed{OrchestrationId("dispose-2")}).next;
  EXPECT_EQ(state_of(disposed_of), DeploymentState::disposed);
  EXPECT_FALSE(disposed_of.error);
  EXPECT_TRUE(Machine::ended(disposed_of));
}

TEST(ParticipantProfile, a_failed_compensation_adds_to_the_error_once) {
  const DisposeFailed compensation{OrchestrationId("deploy-1-compensation"), "no luck"};
  const auto failed = step(profile_in(DeploymentState::error), compensation).next;
  EXPECT_EQ(failed.error_detail, "activity 'x' failed; undoing the deployment failed: no luck");
  EXPECT_TRUE(step(failed, compensation).happened.empty());
}

TEST(ParticipantProfile, what_put_out_nothing_is_disposed_of_at_once) {
  const auto failed = step(profile_in(DeploymentState::pending), deploy_failed({})).next;
  const auto decision = step(failed, dispose_order());
  EXPECT_EQ(state_of(decision.next), DeploymentState::disposed);
  EXPECT_TRUE(decision.effects.empty());
}

TEST(ParticipantProfile, an_order_that_never_arrives_is_a_failure) {
  const Error error{ErrorCode::unavailable, "no bus", {}, {}};
  const auto pending = decide(nullptr, deploy_order(), noon).value();
  const auto failed = step(pending.next, Machine::failed(pending.effects.at(0), error).value()).next;
  EXPECT_EQ(state_of(failed), DeploymentState::error);
  EXPECT_THAT(failed.error_detail, HasSubstr("no bus"));
  const auto disposing = step(profile_in(DeploymentState::active), dispose_order());
  const auto stuck = step(disposing.next, Machine::failed(disposing.effects.at(0), error).value()).next;
  EXPECT_EQ(state_of(stuck), DeploymentState::error);
}

TEST(ParticipantProfile, answers_become_events_by_their_type) {
  api::OrchestrationResponse response{.id = "r",
                                      .manifest_id = OrchestrationId("deploy-1"),
                                      .correlation_id = "p1",
                                      .orchestration_type = std::string(api::deploy_type),
                                      .success = true,
                                      .error_detail = {},
                                      .properties = outputs};
  EXPECT_EQ(std::get<Deployed>(event_of(response).value()).outputs, outputs);
  response.success = false;
  EXPECT_TRUE(std::holds_alternative<DeployFailed>(event_of(response).value()));
  response.orchestration_type = api::dispose_type;
  EXPECT_TRUE(std::holds_alternative<DisposeFailed>(event_of(response).value()));
  response.success = true;
  EXPECT_TRUE(std::holds_alternative<Disposed>(event_of(response).value()));
  response.orchestration_type = "another";
  EXPECT_EQ(event_of(response).error().code, ErrorCode::invalid_input);
}

RC_GTEST_PROP(ParticipantProfileProperty, any_sequence_of_answers_keeps_every_promise, ()) {
  auto profile = profile_in(DeploymentState::pending);
  std::string disposal = "dispose-0";
  const int steps = *rc::gen::inRange(1, 20);
  for (int i = 0; i < steps; ++i) {
    const Event events[] = {deployed(),
                            deploy_failed(*rc::gen::arbitrary<bool>() ? outputs : json::Object()),
                            DisposeOrdered{OrchestrationId("dispose-" + std::to_string(i))},
                            Disposed{OrchestrationId(disposal)},
                            DisposeFailed{OrchestrationId(disposal), "no"},
                            Disposed{OrchestrationId("deploy-1-compensation")}};
    const auto& event = events[*rc::gen::inRange<std::size_t>(0, std::size(events))];
    auto decision = decide(&profile, event, noon);
    if (!decision) continue;
    const auto& next = decision->next;
    for (const auto& vpa : next.vpas) RC_ASSERT(vpa.state == state_of(next));
    RC_ASSERT(Machine::decode(Machine::encode(next), 1).value() == next);
    RC_ASSERT((state_of(next) == DeploymentState::disposing) >= !decision->effects.empty());
    if (state_of(profile) == DeploymentState::disposed) RC_ASSERT(next == profile);
    if (state_of(next) == DeploymentState::error) RC_ASSERT(next.error);
    if (state_of(next) == DeploymentState::active) RC_ASSERT(!next.error);
    for (const auto& effect : decision->effects) {
      RC_ASSERT(Machine::decode_effect(Machine::encode_effect(effect)).value() == effect);
    }
    if (next.disposal) disposal = next.disposal->str();
    profile = next;
  }
}

TEST(ParticipantProfile, is_never_due) {
  for (auto state : reached_states) EXPECT_EQ(Machine::due_at(profile_in(state)), std::nullopt);
}
