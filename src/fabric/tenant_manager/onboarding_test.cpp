#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "fabric/exchange/exchange.hpp"
#include "fabric/provision_manager/assembly.hpp"
#include "fabric/provision_manager/defaults.hpp"
#include "fabric/tenant_manager/assembly.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::fabric::tenant_manager::test {
namespace {

namespace async = platform::async;
namespace pm = provision_manager;
namespace store = platform::store;
using agent_kit::Assignment;
using platform::engine::Engine;

/// What the agents do instead of calling a runtime, by activity type.
struct Script {
  std::map<std::string, std::vector<Error>> failures;  ///< one an attempt; then success
  std::set<std::string> stuck;                         ///< types that do not come to an end
  std::vector<std::string> done;                       ///< `type` or `-type` for taking down

  Task<Result<agent_kit::Outcome>> work(async::Clock& clock, Assignment assignment) {
    auto& planned = failures[assignment.type];
    if (!planned.empty()) {
      auto error = std::move(planned.front());
      planned.erase(planned.begin());
      co_return fail(std::move(error));
    }
    if (stuck.contains(assignment.type)) {
      auto waited = co_await clock.wait_until(assignment.deadline.at);
      if (!waited) co_return fail(std::move(waited.error()));
    }
    done.push_back((assignment.takes_down() ? "-" : "") + assignment.type);
    if (assignment.type != pm::tokens_activity) co_return agent_kit::Completed{};
    const auto context = assignment.vpa_text(api::VpaType::control_plane, api::participant_context_id_key);
    json::Object made{{api::participant_context_id_key, context.value_or("")}};
    co_return agent_kit::Completed{.values = made, .outputs = made};
  }
};

/// Both managers in one process over a store in a file.
struct Process {
  Process(kontor::testing::VirtualLoop& loop_in, std::filesystem::path file, Script& script)
      : loop(loop_in), scope(loop.executor()) {
    const std::vector<const entity::Kind*> kinds = all_kinds();
    store = loop.run(store::sqlite::open_sqlite(loop.clock(), {.file = std::move(file), .own_threads = false},
                                                kinds))
                .value();
    engine = std::make_unique<Engine>(scope, loop.clock(), loop.random(), *store);
    runner = std::make_unique<agent_kit::ActivityRunner>(scope, *engine);
    definitions = std::make_unique<pm::Definitions>(*engine);
    orchestrations = std::make_unique<pm::Orchestrations>(
        pm::Orchestrations::Services{*engine, *runner, exchange, *definitions}, pm::OrchestrationOptions{});
    documents = std::make_unique<Register>(*engine);
    participants =
        std::make_unique<Participants>(Participants::Services{*engine, scope, exchange, *documents});
    for (const auto& definition : pm::default_activities()) {
      runner->add(definition.type, [this, &script](Assignment assignment) {
        return script.work(loop.clock(), std::move(assignment));
      });
    }
  }
  ~Process() {
    loop.run(scope.close());
    loop.run(store->close());
  }

  static std::vector<const entity::Kind*> all_kinds() {
    auto kinds = TenantManagerAssembly::kinds();
    for (const auto* kind : pm::ProvisionManagerAssembly::kinds()) kinds.push_back(kind);
    return kinds;
  }
  void start() {
    ASSERT_TRUE(loop.run(engine->start()));
    ASSERT_TRUE(loop.run(definitions->seed()));
    ASSERT_TRUE(loop.run(runner->resume()));
  }

  kontor::testing::VirtualLoop& loop;
  async::Scope scope;
  exchange::InProcessExchange exchange;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<agent_kit::ActivityRunner> runner;
  std::unique_ptr<pm::Definitions> definitions;
  std::unique_ptr<pm::Orchestrations> orchestrations;
  std::unique_ptr<Register> documents;
  std::unique_ptr<Participants> participants;
};

class Onboarding : public ::testing::Test {
 protected:
  Onboarding() { open(); }

  void open() {
    process.reset();
    process = std::make_unique<Process>(loop, folder.path() / "store.db", script);
  }
  /// A cell on which a dataspace is offered, and a tenant.
  void prepare() {
    process->start();
    tenant_id = loop.run(process->documents->create_tenant({}, "operator")).value().id;
    const api::NewCell cell{.external_id = "c1", .state = api::DeploymentState::active};
    cell_id = loop.run(process->documents->create_cell(cell, "operator")).value().id;
    const api::NewDataspaceProfile dataspace{
        .spec = {
            .protocol_stack = {"dsp-2025-1"},
            .credential_specs = {{"membership", "MembershipCredential", "did:web:issuer", "VC1_0_JWT", ""}}}};
    const auto made = loop.run(process->documents->create_dataspace(dataspace, "operator")).value();
    dataspace_id = made.id;
    ASSERT_TRUE(loop.run(process->documents->deploy_dataspace(made.id, {}, "operator")));
  }
  Result<LoadedProfile> deploy(std::string did, json::Object properties = {}) {
    api::NewParticipantProfile order{.identifier = Did(std::move(did))};
    order.properties = std::move(properties);
    return loop.run(process->participants->deploy(tenant_id, std::move(order), "operator", ""));
  }
  tenant::ParticipantProfile rest(api::ParticipantProfileId id) {
    return loop.run(process->participants->at_rest(tenant_id, std::move(id), std::chrono::hours(2)))
        .value()
        .entity;
  }

  kontor::testing::TemporaryFolder folder;
  kontor::testing::VirtualLoop loop;
  Script script;
  api::TenantId tenant_id;
  api::CellId cell_id;
  api::DataspaceProfileId dataspace_id;
  std::unique_ptr<Process> process;
};

using Done = std::vector<std::string>;

}  // namespace

TEST_F(Onboarding, a_participant_becomes_active_when_all_activities_are_done) {
  prepare();
  const auto ordered = deploy("did:web:acme");
  ASSERT_TRUE(ordered) << ordered.error().message();
  EXPECT_EQ(tenant::state_of(ordered->entity), api::DeploymentState::pending);
  const auto profile = rest(ordered->entity.id);
  EXPECT_EQ(tenant::state_of(profile), api::DeploymentState::active) << profile.error_detail;
  EXPECT_EQ(script.done.size(), 6u);
  EXPECT_EQ(script.done.front(), pm::tokens_activity);
  EXPECT_EQ(std::ranges::count(script.done, pm::onboarding_activity), 1);
  const auto& outputs = profile.properties.at(api::vpa_state_key).as_object();
  EXPECT_EQ(outputs.at(api::participant_context_id_key),
            profile.properties.at(api::participant_context_id_key));
}

TEST_F(Onboarding, the_participants_of_cells_are_counted_where_that_decides) {
  prepare();
  const auto reasons = [&](const std::string& did) {
    const auto ordered = deploy(did);
    EXPECT_TRUE(ordered) << ordered.error().message();
    const auto& placement = ordered->entity.properties.at(tenant::placement_key);
    return std::string(placement.at("considered").as_array().at(0).at("reasons").as_string());
  };
  EXPECT_EQ(reasons("did:web:acme"), "offers 1 of 1 dataspaces");
  EXPECT_EQ(reasons("did:web:globex"), "offers 1 of 1 dataspaces");
  const api::NewCell another{.external_id = "c2", .state = api::DeploymentState::active};
  ASSERT_TRUE(loop.run(process->documents->create_cell(another, "operator")));
  EXPECT_EQ(reasons("did:web:initech"), "offers 1 of 1 dataspaces, has 2 participants");
}

TEST_F(Onboarding, a_failing_activity_ends_in_error_with_its_reason) {
  prepare();
  script.failures[std::string(pm::registration_activity)] = {
      Error{ErrorCode::peer_refused, "the issuer does not want acme", {}, {}}};
  const auto ordered = deploy("did:web:acme");
  ASSERT_TRUE(ordered) << ordered.error().message();
  const auto profile = rest(ordered->entity.id);
  EXPECT_EQ(tenant::state_of(profile), api::DeploymentState::error);
  EXPECT_TRUE(profile.error);
  EXPECT_TRUE(profile.error_detail.contains("'registration'")) << profile.error_detail;
  EXPECT_TRUE(profile.error_detail.contains("the issuer does not want acme")) << profile.error_detail;
}

TEST_F(Onboarding, what_may_pass_is_tried_again) {
  prepare();
  const Error away{ErrorCode::peer_unavailable, "the control plane is away", {}, {}};
  script.failures[std::string(pm::control_plane_activity)] = {away, away, away};
  const auto ordered = deploy("did:web:acme");
  ASSERT_TRUE(ordered) << ordered.error().message();
  EXPECT_EQ(tenant::state_of(rest(ordered->entity.id)), api::DeploymentState::active);
}

TEST_F(Onboarding, goes_on_after_a_restart_in_the_middle) {
  prepare();
  script.stuck = {std::string(pm::identity_activity)};
  const auto ordered = deploy("did:web:acme");
  ASSERT_TRUE(ordered) << ordered.error().message();
  loop.run(loop.clock().wait_until(loop.clock().now() + std::chrono::seconds(5)));
  ASSERT_EQ(std::ranges::count(script.done, pm::identity_activity), 0);
  open();
  script.stuck.clear();
  process->start();
  const auto before = loop.clock().now();
  const auto profile = rest(ordered->entity.id);
  EXPECT_EQ(tenant::state_of(profile), api::DeploymentState::active) << profile.error_detail;
  EXPECT_LT(loop.clock().now() - before, std::chrono::minutes(1))
      << "not only when the activity's time is over";
  EXPECT_EQ(std::ranges::count(script.done, pm::tokens_activity), 1) << "what was done is not done again";
}

TEST_F(Onboarding, disposing_takes_down_what_was_set_up_and_frees_the_identifier) {
  prepare();
  const auto ordered = deploy("did:web:acme", {{"participantContextId", "acme"}});
  ASSERT_TRUE(ordered) << ordered.error().message();
  ASSERT_EQ(tenant::state_of(rest(ordered->entity.id)), api::DeploymentState::active);
  script.done.clear();
  ASSERT_TRUE(loop.run(process->participants->dispose(tenant_id, ordered->entity.id, "operator", "")));
  EXPECT_EQ(tenant::state_of(rest(ordered->entity.id)), api::DeploymentState::disposed);
  EXPECT_EQ(script.done.size(), 5u);
  EXPECT_EQ(script.done.front(), "-" + std::string(pm::tokens_activity));
  const auto again = deploy("did:web:acme");
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->entity.properties.at(api::participant_context_id_key).as_string(), "acme");
}

TEST_F(Onboarding, neither_an_identifier_nor_a_context_serves_two_participants) {
  prepare();
  ASSERT_TRUE(deploy("did:web:acme", {{"participantContextId", "acme"}}));
  const auto same = deploy("did:web:acme");
  ASSERT_FALSE(same);
  EXPECT_EQ(same.error().code, ErrorCode::conflict);
  const auto taken = deploy("did:web:other", {{"participantContextId", "acme"}});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::conflict);
  const auto wrong = deploy("did:web:other", {{"participantContextId", "../acme"}});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::invalid_input);
}

TEST_F(Onboarding, what_is_in_use_is_not_deleted) {
  prepare();
  const auto ordered = deploy("did:web:acme");
  ASSERT_TRUE(ordered) << ordered.error().message();
  rest(ordered->entity.id);
  const auto code = [](const Result<void>& result) {
    return result ? ErrorCode::internal : result.error().code;
  };
  EXPECT_EQ(code(loop.run(process->documents->remove_tenant(tenant_id, "operator"))), ErrorCode::conflict);
  EXPECT_EQ(code(loop.run(process->documents->remove_cell(cell_id, "operator"))), ErrorCode::conflict);
  EXPECT_EQ(code(loop.run(process->documents->remove_dataspace(dataspace_id, "operator"))),
            ErrorCode::conflict);
  EXPECT_EQ(
      code(loop.run(process->definitions->remove_activity(std::string(pm::tokens_activity), "operator"))),
      ErrorCode::conflict);
}

TEST_F(Onboarding, another_tenants_participant_is_not_found) {
  prepare();
  const auto ordered = deploy("did:web:acme");
  ASSERT_TRUE(ordered) << ordered.error().message();
  const auto foreign = loop.run(process->participants->load(api::TenantId("other"), ordered->entity.id));
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, ErrorCode::not_found);
}

}  // namespace kontor::fabric::tenant_manager::test
