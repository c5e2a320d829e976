#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/roles/roles.hpp"
#include "tck/dsp/connector/script.hpp"

namespace kontor::tck::dsp {

/// Where a connector under test keeps its data and listens.
struct Plan {
  std::filesystem::path folder;  ///< new: the store and the vault begin empty
  std::vector<int> ports;        ///< public, administration, signaling, metrics
  std::string kit;               ///< where the kit listens

  Addresses addresses() const;
};

/// The configuration of the process.
std::string settings(const Plan& plan);
/// What it is made of: control plane, token service and data plane of the product, with the peers' identity
/// and the decisions replaced.
Result<app::roles::Parts> parts();

/// A connector under test on an event loop. Destroyed after `stop`.
class Connector {
 public:
  Connector(boost::asio::any_io_executor executor, Plan plan);
  ~Connector();

  Task<Result<void>> start();
  Task<Result<void>> stop();
  const Plan& plan() const { return plan_; }

 private:
  struct Process;
  Plan plan_;
  std::unique_ptr<Process> process_;
};

/// Runs until SIGTERM or SIGINT; `ready` is called once everything is served. Returns the exit code.
int run(const Plan& plan, std::function<void()> ready);

}  // namespace kontor::tck::dsp
