#pragma once

#include <fmt/format.h>

#include "installation/child.hpp"
#include "tck/dps/conformance/play.hpp"
#include "tck/dps/system/process.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::tck::dps {

/// The planes under test and their counterpart on one event loop.
class World {
 public:
  World()
      : plan_(plan(folder_.path())),
        addresses_(plan_.addresses()),
        planes_(loop_.executor(), plan_.place(), [this] { return parts(plan_); }),
        scope_(loop_.executor()),
        wire_(scope_, loop_.clock(), loop_.random()),
        judge_(specifications()) {
    const auto listening = wire_.listen(std::stoi(plan_.kit.substr(plan_.kit.rfind(':') + 1)));
    invariant(listening.has_value(), "the port that was planned is free");
    auto started = loop_.run(planes_.start());
    if (!started) fmt::print(stderr, "{}\n", started.error().message());
    invariant(started.has_value(), "the planes start");
  }
  ~World() {
    [[maybe_unused]] auto stopped = loop_.run(planes_.stop());
    loop_.run(wire_.stop());
    loop_.run(scope_.close());
  }

  template <class T>
  T run(Task<T> task) {
    return loop_.run(std::move(task));
  }
  Stage stage() { return {wire_, judge_, addresses_}; }
  Wire& wire() { return wire_; }
  const Plan& planned() const { return plan_; }
  const Addresses& addresses() const { return addresses_; }
  platform::async::Scope& scope() { return scope_; }

 private:
  static Plan plan(const std::filesystem::path& folder) {
    const auto ports = installation::free_ports(6);
    return {.folder = folder,
            .ports = {ports.begin(), ports.begin() + 5},
            .kit = "http://127.0.0.1:" + std::to_string(ports.back())};
  }

  kontor::testing::RealLoop loop_;
  kontor::testing::TemporaryFolder folder_;
  Plan plan_;
  Addresses addresses_;
  connector::Connector planes_;
  platform::async::Scope scope_;
  Wire wire_;
  Judge judge_;
};

}  // namespace kontor::tck::dps
