#pragma once

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

/// An installation of Kontor with a store, a vault and ports of its own.
class Installation {
 public:
  struct Plan {
    std::string name;  ///< `a` or `b`
    bool https = false;
    bool separate_fabric = false;                ///< the fabric is a process of its own
    std::string issuer_did;                      ///< whose credentials its participants believe
    std::string plain_http_authority;            ///< whose DID documents are fetched by http
    std::string issuer_administration_url = {};  ///< of another installation's issuer; empty: its own
    std::vector<std::string> settings = {};      ///< `section.key=value`, above the configuration
  };
  Installation(Place place, int public_port, Plan plan, const Certificates& certificates);

  void start();
  /// Waits until all its processes say that they are ready. False: one of them ended first, or took too long.
  bool becomes_ready();
  /// The same, and their probes answer so; else Failed with the end of the log.
  void await_ready(Driver& driver);
  void kill_runtime() { runtime_->kill_now(); }
  void kill_fabric() { fabric_->kill_now(); }
  void start_runtime();
  bool runs() { return runtime_->running(); }
  /// Ends the runtime in order: what it was asked is done, and its store is closed.
  void stop_runtime() { runtime_->stop(); }
  std::string end_of_log() const;
  void let_go();

  std::string public_url() const;
  std::string administration_url() const;
  std::string signaling_url() const;
  std::string metrics_url() const;
  std::string fabric_url() const;  ///< administration of tenant manager and provision manager
  /// The runtime's store: a file, or a schema of the database.
  std::filesystem::path store_file() const { return place_.folder / "runtime.db"; }
  std::string store_schema() const { return plan_.name + "_runtime"; }
  std::string authority() const { return "127.0.0.1:" + std::to_string(public_port_); }
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
  void write_config() const;
  std::string common_config() const;
  std::string store_config(const std::string& process) const;
  std::string listeners(int administration, int signaling, int metrics, bool is_public) const;
  std::unique_ptr<Child> launch(const std::string& roles, const std::string& name) const;

  Place place_;
  Plan plan_;
  Certificates certificates_;
  int public_port_;
  std::vector<int> ports_;  ///< administration, signaling, metrics; the same for a separate fabric
  std::unique_ptr<Child> runtime_;
  std::unique_ptr<Child> fabric_;  ///< none: the runtime's process has all roles
};

}  // namespace kontor::installation
