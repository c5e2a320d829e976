#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "dataplane/sdk/include/kontor/dataplane_sdk.hpp"
#include "sdk/counterpart.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::sdk_test {

using namespace dataplane_sdk;

inline constexpr auto pull = "Test-PULL";
inline constexpr auto push = "Test-PUSH";

/// What a test says that an author does; every call is noted.
struct Author final : Handler {
  std::function<Answer(const Flow&)> on_start = [](const Flow& flow) {
    if (flow.is_push()) return Answer::done();
    return Answer::done(
        {.endpoint = "tcp://127.0.0.1:7", .properties = {{"topic", "heat"}}, .with_token = true});
  };
  std::function<Answer(const Flow&)> on_prepare = [](const Flow&) { return Answer::done(); };
  std::function<Answer(const Flow&)> on_started = [](const Flow&) { return Answer::done(); };
  std::function<void(const Flow&)> on_suspend = [](const Flow&) {};
  std::vector<std::string> calls;

  void note(std::string_view what, const Flow& flow) {
    calls.push_back(std::string(what) + " " + std::string(flow.id()) + " " + std::string(flow.state()));
  }
  Answer prepare(const Flow& flow) override {
    note("prepare", flow);
    return on_prepare(flow);
  }
  Answer start(const Flow& flow) override {
    note("start", flow);
    return on_start(flow);
  }
  Answer started(const Flow& flow) override {
    note("started", flow);
    return on_started(flow);
  }
  Answer resume(const Flow& flow) override {
    note("resume", flow);
    return on_start(flow);
  }
  void suspend(const Flow& flow) override {
    note("suspend", flow);
    on_suspend(flow);
  }
  void completed(const Flow& flow) override { note("completed", flow); }
  void terminate(const Flow& flow) override { note("terminate", flow); }
  void recover(const Flow& flow) override { note("recover", flow); }
};

/// A plane that runs on a thread of its own, from its first registration on.
class Running {
 public:
  Running(const Configuration& configuration, Author& author, Counterpart& counterpart)
      : plane_(configuration, author) {
    plane_.register_at("them", counterpart.url());
    thread_ = std::jthread([this] { plane_.run(); });
    registration = counterpart.next();
    counterpart.speak_to(plane_.url(), "secret");
  }
  ~Running() { plane_.stop(); }

  Plane* operator->() { return &plane_; }
  Counterpart::Letter registration;

 private:
  Plane plane_;
  std::jthread thread_;
};

struct DataPlaneSdk : ::testing::Test {
  Configuration configuration() {
    return {.id = "test",
            .folder = (folder.path() / "plane").string(),
            .profiles = {pull, push},
            .control_planes = {{.id = "them", .endpoint = counterpart.url(), .token = "secret"}},
            .labels = {"fast"},
            .allowed_networks = {"127.0.0.0/8"}};
  }
  testing::TemporaryFolder folder;
  Counterpart counterpart;
  Author author;
};

}  // namespace kontor::sdk_test
