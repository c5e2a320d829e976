#pragma once

#include <fmt/format.h>

#include "installation/child.hpp"
#include "tck/dsp/conformance/play.hpp"
#include "tck/dsp/connector/process.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::tck::dsp {

/// A connector and its counter-party on one event loop.
class World {
 public:
  World()
      : plan_{.folder = folder_.path(), .ports = installation::free_ports(4), .kit = {}},
        connector_(loop_.executor(), plan_.place(), parts),
        addresses_(plan_.addresses()),
        scope_(loop_.executor()),
        wire_(scope_, loop_.clock()),
        judge_(specifications()) {
    auto started = loop_.run(connector_.start());
    if (!started) fmt::print(stderr, "{}\n", started.error().message());
    invariant(started.has_value(), "the connector starts");
  }
  ~World() {
    auto stopped = loop_.run(connector_.stop());
    loop_.run(wire_.stop());
    loop_.run(scope_.close());
  }

  template <class T>
  T run(Task<T> task) {
    return loop_.run(std::move(task));
  }
  Stage stage() { return {wire_, judge_, addresses_}; }
  Wire& wire() { return wire_; }
  const Addresses& addresses() const { return addresses_; }
  platform::async::Scope& scope() { return scope_; }

 private:
  kontor::testing::RealLoop loop_;
  kontor::testing::TemporaryFolder folder_;
  Plan plan_;
  connector::Connector connector_;
  Addresses addresses_;
  platform::async::Scope scope_;
  Wire wire_;
  Judge judge_;
};

}  // namespace kontor::tck::dsp
