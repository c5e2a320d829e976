#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/roles/roles.hpp"

/// A connector of product modules in which counter-parties prove themselves otherwise than by DCP: what the
/// compatibility kits and foreign connectors, which hold no credentials, are run against.
namespace kontor::connector {

/// Where a connector keeps its data and listens.
struct Place {
  std::filesystem::path folder;  ///< new: the store and the vault begin empty
  std::vector<int> ports;        ///< public, administration, signaling, metrics
  std::string more = {};         ///< sections of the configuration beside those that every connector has

  std::string public_url() const;
  std::string administration_url() const;
};

/// The client of the token service that may do everything.
inline constexpr std::string_view client_id = "connector";
inline constexpr std::string_view client_secret = "secret";

/// The configuration of the process.
std::string settings(const Place& place);

/// Control plane, token service and data plane of the product; `peer-identity` is there to be replaced.
Result<app::roles::Parts> parts();
void replace(app::roles::Parts& parts, std::string_view name, platform::assembly::Assembly by);
void add(app::roles::Parts& parts, platform::assembly::Assembly one);

/// Makes the parts anew; a function, because parts are used up when they are assembled.
using MakeParts = std::function<Result<app::roles::Parts>()>;

/// A connector on an event loop. Destroyed after `stop`.
class Connector {
 public:
  Connector(boost::asio::any_io_executor executor, Place place, MakeParts parts);
  ~Connector();

  Task<Result<void>> start();
  Task<Result<void>> stop();

 private:
  struct Process;
  Place place_;
  MakeParts parts_;
  std::unique_ptr<Process> process_;
};

/// Runs until SIGTERM or SIGINT; `ready` is called once everything is served. Returns the exit code.
int run(const Place& place, const MakeParts& parts, const std::function<void()>& ready);

}  // namespace kontor::connector
