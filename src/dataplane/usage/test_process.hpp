#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/usage/usage.hpp"
#include "domain/data_flow/decide.hpp"
#include "domain/flow_usage/decide.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::dataplane::usage::testing {

namespace counts = domain::flow_usage;
namespace engine = platform::engine;
namespace store = platform::store;
using kontor::testing::VirtualLoop;

inline const ContextId acme("acme");

/// One process that counts, over a store that outlives it.
struct Process {
  Process(VirtualLoop& loop_in, const std::filesystem::path& file, UsageOptions options = {})
      : loop(loop_in), scope(loop_in.executor()) {
    static const entity::Kind* const kinds[] = {&counts::Machine::kind(), &flows::Machine::kind(),
                                                &LimitsDocument::kind()};
    data = loop.run(store::sqlite::open_sqlite(loop.clock(), {.file = file}, kinds)).value();
    changes = std::make_unique<engine::Engine>(scope, loop.clock(), loop.random(), *data);
    changes->add<counts::Machine>(
        [](engine::Committed<counts::Effect>) -> Task<Result<engine::Outcome<counts::Machine>>> {
          co_return engine::Outcome<counts::Machine>{};
        });
    usage = std::make_unique<Usage>(scope, *changes, options);
    EXPECT_TRUE(loop.run(changes->start()));
    usage->start();
  }
  ~Process() {
    loop.run(scope.close());
    loop.run(data->close());
  }

  Permit ask(const flows::DataFlow& flow, const std::string& token = "t1") {
    return loop.run(usage->admit(flow, {token, "192.0.2.1"})).value();
  }
  std::optional<counts::FlowUsage> written(const std::string& flow = "flow") {
    auto loaded = loop.run(changes->load<counts::Machine>(acme, EntityId(flow)));
    if (!loaded) return std::nullopt;
    return loaded->entity;
  }
  counts::Counters counters() { return written().value_or(counts::FlowUsage{}).counters; }
  std::uint64_t commits() { return data->counters().transactions; }
  std::vector<std::string> told() {
    std::vector<std::string> names;
    for (const auto& row : loop.run(data->audit(acme, 0, 100)).value()) names.push_back(row.event.name);
    return names;
  }

  VirtualLoop& loop;
  platform::async::Scope scope;
  std::unique_ptr<store::Store> data;
  std::unique_ptr<engine::Engine> changes;
  std::unique_ptr<Usage> usage;
};

class UsageTest : public ::testing::Test {
 protected:
  static flows::DataFlow flow(const std::string& id = "flow") {
    flows::DataFlow made{.id = flows::DataFlowId(id), .participant_context = acme};
    made.terms.agreement_id = flows::AgreementId("agreement");
    made.terms.dataset_id = flows::DatasetId("dataset");
    made.terms.counter_party_id = "did:web:them";
    made.grant = flows::Grant{.id = flows::GrantId("g1"), .token_sha256 = "t1"};
    made.previous_grant = flows::Grant{.id = flows::GrantId("g0"), .token_sha256 = "t0"};
    return made;
  }
  std::unique_ptr<Process> process(ContextLimits limits = {}, std::size_t flows_max = 10'000) {
    return std::make_unique<Process>(loop, folder.path() / "kontor.db",
                                     UsageOptions{.flows_max = flows_max, .limits = limits});
  }
  void pass(Duration duration) {
    loop.clock().advance(duration);
    loop.run(loop.turn());
  }

  kontor::testing::TemporaryFolder folder;
  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
};

inline web::Body body_of(std::string text) {
  return {.text = std::move(text)};
}

}  // namespace kontor::dataplane::usage::testing
