#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <set>
#include <thread>

#include "dataplane/sdk/include/kontor/dataplane_sdk.hpp"
#include "installation/child.hpp"
#include "sdk/counterpart.hpp"
#include "testing/async/temporary_folder.hpp"

/// What the SDK does of the protocol, whatever its author does: every case of the conformance command.

namespace kontor::sdk_test {
namespace {

using namespace dataplane_sdk;

constexpr auto http_pull = "https://w3id.org/dspace-sig/profile/http-pull";

/// Both sides of both directions. Under the agreement `late` it answers later, under `ending` it ends flows.
class Everything final : public Handler {
 public:
  Answer prepare(const Flow& flow) override { return begin(flow, flow.is_push()); }
  Answer start(const Flow& flow) override { return begin(flow, !flow.is_push()); }
  Answer started(const Flow& flow) override {
    end(flow);
    return Answer::done();
  }
  void completed(const Flow& flow) override { closed(flow); }
  void terminate(const Flow& flow) override { closed(flow); }

  std::set<std::string> open() {
    const std::scoped_lock lock(mutex_);
    return open_;
  }

 private:
  void closed(const Flow& flow) {
    const std::scoped_lock lock(mutex_);
    open_.erase(std::string(flow.id()));
  }
  Answer begin(const Flow& flow, bool with_address) {
    {
      const std::scoped_lock lock(mutex_);
      open_.insert(std::string(flow.id()));
    }
    std::optional<DataAddress> address;
    if (with_address) address = DataAddress{.endpoint = "http://127.0.0.1:7/", .with_token = true};
    if (flow.agreement_id() == "late") {
      auto completion = flow.completion();
      flow.is_provider() ? completion.started(address) : completion.prepared(address);
      return Answer::pending();
    }
    if (flow.is_provider()) end(flow);
    return address ? Answer::done(*address) : Answer::done();
  }
  void end(const Flow& flow) {
    if (flow.agreement_id() != "ending") return;
    closed(flow);
    threads_.emplace_back([completion = flow.completion()]() mutable {
      // The command looks at the state STARTED once, and then waits for the end.
      std::this_thread::sleep_for(std::chrono::seconds(2));
      completion.completed();
    });
  }
  std::mutex mutex_;
  std::set<std::string> open_;  ///< flows that nobody has ended
  std::vector<std::jthread> threads_;
};

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST(DataPlaneSdkConformance, every_case_passes_over_the_sdk) {
  const testing::TemporaryFolder folder;
  const auto ports = installation::free_ports(2);
  const auto callbacks = "http://127.0.0.1:" + std::to_string(ports[1]);
  Everything handler;
  Plane plane({.id = "everything",
               .folder = (folder.path() / "state").string(),
               .profiles = {"Test-PULL", "Test-PUSH", http_pull},
               .control_planes = {{.id = "them", .endpoint = callbacks, .token = "secret"}},
               .port = static_cast<std::uint16_t>(ports[0]),
               .allowed_networks = {"127.0.0.0/8"},
               .http_addresses = true,
               .renewable_addresses = true},
              handler);
  Counterpart registry;
  plane.register_at("them", registry.url());
  std::jthread thread([&] { plane.run(); });
  EXPECT_EQ(registry.next().target, "/dataplanes");
  const auto log = folder.path() / "log";
  const auto command = std::string(KONTOR_PROGRAM " conformance data-plane ") + plane.url() +
                       " --token secret --port " + std::to_string(ports[1]) +
                       " --profile Test-PULL --profile Test-PUSH --profile " + http_pull +
                       " --late-agreement late --ending-agreement ending > " + log.string() + " 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << text_of(log);
  EXPECT_TRUE(text_of(log).contains("32 passed, 0 failed, 3 skipped")) << text_of(log);
  EXPECT_EQ(handler.open(), std::set<std::string>{}) << "nothing is left behind in somebody's plane";
  plane.stop();
}

}  // namespace kontor::sdk_test
