#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "installation/child.hpp"
#include "installation/driver.hpp"
#include "testing/postgres/postgres_server.hpp"

namespace kontor::installation {

/// Where the program and the data of this run are.
struct Place {
  std::filesystem::path program;
  std::filesystem::path folder;
  const testing::PostgresServer* postgres = nullptr;  ///< none: SQLite files in the folder
};

/// A private certificate authority and a certificate of it for 127.0.0.1, as PEM files.
struct Certificates {
  std::filesystem::path authority;
  std::filesystem::path certificate;
  std::filesystem::path private_key;
};
Certificates make_certificates(const std::filesystem::path& folder);

/// An address where others reach an installation, and somebody else listens, who passes on to its processes.
struct Door {
  int port;
  bool https;
  std::vector<int> behind;  ///< where the processes listen, a replica each
};
struct Doors {
  Door open;  ///< other parties'
  Door administration;
  Door signaling;
};

/// An installation of Kontor with a store, a vault and ports of its own.
class Installation {
 public:
  struct Plan {
    std::string name;  ///< `a` or `b`
    bool https = false;
    bool separate_fabric = false;      ///< the fabric is a process of its own
    bool separate_data_plane = false;  ///< the data plane is one, with a store and a vault of its own
    bool behind_doors = false;         ///< what is asked of it comes through its `doors`
    std::size_t replicas = 1;          ///< of the runtime; several share a database
    std::string issuer_did;            ///< whose credentials its participants believe
    std::string plain_http_authority;  ///< whose DID documents are fetched by http
    std::string issuer_administration_url = {};         ///< of another installation's issuer; empty: its own
    std::vector<std::string> settings = {};             ///< `section.key=value`, above the configuration
    std::vector<std::string> data_plane_settings = {};  ///< the same of a separate data plane alone
  };
  Installation(Place place, int public_port, Plan plan, const Certificates& certificates, FreePorts& ports);

  void start();
  /// Waits until all its processes say that they are ready. False: one of them ended first, or took too long.
  bool becomes_ready();
  /// The same, and their probes answer so; else Failed with the end of the log.
  void await_ready(Driver& driver);
  void kill_runtime(std::size_t replica = 0) { runtime_[replica]->kill_now(); }
  void kill_fabric() { fabric_->kill_now(); }
  void start_runtime(std::size_t replica = 0);
  void kill_data_plane() { data_plane_->kill_now(); }
  void start_data_plane();
  /// Waits until a separate data plane says that it is ready. False: it ended first, or took too long.
  bool data_plane_becomes_ready();
  pid_t data_plane_pid() const { return data_plane_->pid(); }
  std::size_t replicas() const { return plan_.replicas; }
  pid_t runtime_process() const { return runtime_.front()->pid(); }
  /// Ends the runtime in order: what it was asked is done, and its store is closed.
  void stop_runtime();
  std::string end_of_log() const;
  void let_go();

  std::string public_url() const;
  std::string administration_url() const;
  std::string signaling_url() const;
  std::string metrics_url() const;  ///< of the first replica
  std::string local_url() const;    ///< for applications on the first replica's machine
  std::string fabric_url() const;   ///< administration of tenant manager and provision manager
  /// The runtime's store: a file, or a schema of the database.
  std::filesystem::path store_file() const { return place_.folder / "runtime.db"; }
  std::string store_schema() const { return plan_.name + "_runtime"; }
  std::string authority() const { return "127.0.0.1:" + std::to_string(reached_.open); }
  const std::string& name() const { return plan_.name; }
  Doors doors() const;
  /// Of a separate data plane.
  Doors data_plane_doors() const;
  std::string data_plane_administration_url() const;
  std::string data_plane_signaling_url() const;
  /// Below it each participant context has a folder for files.
  std::filesystem::path data_folder() const { return place_.folder / "data"; }
  const Certificates& certificates() const { return certificates_; }
  /// `did:web` of a name on this installation.
  std::string did(const std::string& name) const;
  std::string dsp_url(const std::string& context) const;

  std::string admin_token(Driver& driver) const {
    return driver.token(administration_url(), "admin", "admin-secret");
  }
  std::string provisioner_token(Driver& driver) const {
    return driver.token(administration_url(), "provisioner", "provisioner-secret");
  }
  std::string governance_token(Driver& driver) const {
    return driver.token(administration_url(), "governance", "governance-secret");
  }

 private:
  /// Where a process listens.
  struct Ports {
    int open;
    int administration;
    int signaling;
    int metrics;
    int local;
  };

  static Ports any_ports(FreePorts& free);
  void write_config() const;
  void write_runtime(std::size_t replica) const;
  void write_fabric() const;
  void write_data_plane() const;
  std::string common_config() const;
  std::string security_config() const;
  std::string runtime_config() const;
  std::string data_config(const Ports& ports) const;
  std::string agents_config() const;
  std::string store_config(const std::string& process) const;
  std::string engine_config() const;
  std::string listeners(const Ports& ports) const;
  std::string runtime_name(std::size_t replica) const;
  std::unique_ptr<Child> launch(const std::string& roles, const std::string& name,
                                const std::vector<std::string>& settings = {}) const;

  Place place_;
  Plan plan_;
  Certificates certificates_;
  Ports reached_;               ///< where others find it
  std::vector<Ports> listens_;  ///< a replica of the runtime each
  Ports fabric_listens_;
  std::vector<std::unique_ptr<Child>> runtime_;  ///< a replica each
  std::unique_ptr<Child> fabric_;                ///< none: the runtime's process has its roles
  Ports data_plane_reached_;
  Ports data_plane_listens_;
  std::unique_ptr<Child> data_plane_;  ///< the same
};

}  // namespace kontor::installation
