#include <gtest/gtest.h>

#include "fabric/provision_manager/assembly.hpp"
#include "fabric/provision_manager/defaults.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::fabric::provision_manager::test {
namespace {

namespace store = platform::store;
using orchestration::Machine;
using platform::engine::Engine;

/// A provision manager whose only agent answers to `step`.
class ProvisionManagerTest : public ::testing::Test {
 protected:
  ProvisionManagerTest() {
    runner.add("step", [this](agent_kit::Assignment) { return step(); });
    EXPECT_TRUE(loop.run(engine.start()));
    EXPECT_TRUE(loop.run(definitions.put_activity({.type = "step"}, "operator")));
  }
  ~ProvisionManagerTest() override {
    loop.run(scope.close());
    loop.run(file->close());
  }

  Task<Result<agent_kit::Outcome>> step() {
    ++steps;
    if (refuses) co_return fail(ErrorCode::peer_refused, "no");
    co_return agent_kit::Completed{};
  }
  Result<api::CreatedTemplate> define(std::string type, std::vector<api::Activity> activities) {
    api::OrchestrationTemplate source{
        .id = api::TemplateRef("t"), .description = {}, .schema = {}, .activities = {}};
    source.activities[std::move(type)] = std::move(activities);
    return loop.run(definitions.put_template(std::move(source), "operator"));
  }
  Result<LoadedOrchestration> order(std::string id, std::string type = "work") {
    api::OrchestrationManifest manifest{.id = api::OrchestrationId(std::move(id)),
                                        .correlation_id = "c",
                                        .orchestration_type = std::move(type),
                                        .payload = {}};
    return loop.run(orchestrations.order(std::move(manifest), "operator", ""));
  }
  orchestration::State rest(std::string id) {
    auto loaded = loop.run(engine.wait<Machine>(
        store::installation_context(), EntityId(std::move(id)),
        [](const orchestration::Orchestration& each) { return each.state != orchestration::State::running; },
        platform::async::Deadline::after(loop.clock(), std::chrono::hours(1))));
    return loaded.value().entity.state;
  }
  static api::Activity activity(std::string id, std::string type = "step") {
    return {.id = api::ActivityId(std::move(id)), .type = std::move(type), .discriminator = {}};
  }

  bool refuses = false;
  int steps = 0;
  kontor::testing::TemporaryFolder folder;
  kontor::testing::VirtualLoop loop;
  std::vector<const entity::Kind*> kinds = ProvisionManagerAssembly::kinds();
  std::unique_ptr<store::Store> file =
      loop.run(store::sqlite::open_sqlite(loop.clock(),
                                          {.file = folder.path() / "s.db", .own_threads = false}, kinds))
          .value();
  platform::async::Scope scope{loop.executor()};
  Engine engine{scope, loop.clock(), loop.random(), *file};
  exchange::InProcessExchange exchange;
  agent_kit::ActivityRunner runner{scope, engine};
  Definitions definitions{engine};
  Orchestrations orchestrations{{engine, runner, exchange, definitions}, {}};
};

}  // namespace

TEST_F(ProvisionManagerTest, the_same_order_twice_runs_once) {
  ASSERT_TRUE(define("work", {activity("a")}));
  ASSERT_TRUE(order("o"));
  EXPECT_EQ(rest("o"), orchestration::State::completed);
  const auto again = order("o");
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->entity.state, orchestration::State::completed);
  EXPECT_EQ(steps, 1);
}

TEST_F(ProvisionManagerTest, an_order_for_which_nothing_is_defined_is_refused) {
  const auto refused = order("o", "unheard-of");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
}

TEST_F(ProvisionManagerTest, a_template_with_an_unknown_activity_type_is_refused_as_a_whole) {
  const auto refused = define("work", {activity("a"), activity("b", "unheard-of")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
  EXPECT_TRUE(loop.run(definitions.all()).value().empty());
}

TEST_F(ProvisionManagerTest, an_activity_that_no_agent_does_fails_at_once) {
  ASSERT_TRUE(loop.run(definitions.put_activity({.type = "nobodys"}, "operator")));
  ASSERT_TRUE(define("work", {activity("a", "nobodys")}));
  ASSERT_TRUE(order("o"));
  EXPECT_EQ(rest("o"), orchestration::State::errored);
}

TEST_F(ProvisionManagerTest, an_operators_retry_runs_what_failed) {
  ASSERT_TRUE(define("work", {activity("a")}));
  refuses = true;
  ASSERT_TRUE(order("o"));
  ASSERT_EQ(rest("o"), orchestration::State::errored);
  refuses = false;
  ASSERT_TRUE(loop.run(
      orchestrations.apply(api::OrchestrationId("o"), orchestration::RetryOrdered{}, "operator", "")));
  EXPECT_EQ(rest("o"), orchestration::State::completed);
}

TEST_F(ProvisionManagerTest, what_is_seeded_can_be_run_and_replaces_nothing) {
  ASSERT_TRUE(define(std::string(api::deploy_type), {activity("a")}));
  ASSERT_TRUE(loop.run(definitions.seed()));
  EXPECT_EQ(loop.run(definitions.all()).value().size(), 1u) << "an operator's template stays";
  ASSERT_TRUE(loop.run(definitions.remove_template(api::TemplateRef("t"), "operator")));
  ASSERT_TRUE(loop.run(definitions.seed()));
  EXPECT_EQ(loop.run(definitions.of_template(api::TemplateRef("participant-onboarding"))).value().size(), 2u);
}

}  // namespace kontor::fabric::provision_manager::test
