#pragma once

#include <memory>

#include "installation/world.hpp"

namespace kontor::installation {

/// Two installations of one program in a folder of their own, not started yet. A has plain HTTP and the
/// issuer; B is behind TLS with a private authority that A is told to trust.
class Dataspace {
 public:
  struct Options {
    std::filesystem::path program;           ///< kontor
    bool on_postgres = false;                ///< else SQLite; either is durable
    bool separate_fabric = false;            ///< A's fabric is a process of its own
    bool separate_data_planes = false;       ///< each is a process of its own
    bool behind_doors = false;               ///< both are reached by `doors` that somebody has to open
    std::size_t replicas = 1;                ///< of each runtime, on PostgreSQL and with fabrics of their own
    std::vector<std::string> settings = {};  ///< of both, `section.key=value`
    std::vector<std::string> data_plane_settings = {};  ///< of separate data planes
  };
  explicit Dataspace(const Options& options);

  World& world() { return *world_; }
  const std::filesystem::path& folder() const { return folder_; }
  const testing::PostgresServer* postgres() const { return postgres_.get(); }
  /// Everything goes on after this object's end.
  void let_go();
  /// Deletes data and logs when this object ends. Without, they stay to be looked at.
  void forget() { forget_ = true; }

  ~Dataspace();
  Dataspace(const Dataspace&) = delete;
  Dataspace& operator=(const Dataspace&) = delete;

 private:
  std::filesystem::path folder_;
  bool forget_ = false;
  std::unique_ptr<testing::PostgresServer> postgres_;
  std::unique_ptr<Child> source_;
  std::unique_ptr<Driver> driver_;
  std::unique_ptr<Installation> a_;
  std::unique_ptr<Installation> b_;
  std::unique_ptr<World> world_;
};

}  // namespace kontor::installation
