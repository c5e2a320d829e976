#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "installation/child.hpp"
#include "interop/edc/names.hpp"
#include "interop/edc/party.hpp"

namespace kontor::interop::edc {

/// How often EDC looks for work.
enum class Pace : std::uint8_t {
  as_shipped,  ///< every second, 20 at a time
  tuned,       ///< every 50 ms, 100 at a time
};

/// What an EDC is started with.
struct EdcOptions {
  std::string class_path;  ///< as for `java -cp`
  Pace pace;
  std::string name = "edc";   ///< whose id it has (`id_of`)
  std::string memory = "1g";  ///< that it may take for its heap
  std::string id = {};        ///< whose id it has instead
  std::string settings = {};  ///< more of them, a line each
};

/// A runtime of EDC, of whatever modules the class path has.
struct Boot {
  std::string name;  ///< of its files in the folder: settings and log
  std::string class_path;
  std::string settings;
  std::string memory;  ///< that it may take for its heap
};
/// Throws Failed when it is not ready in time.
std::unique_ptr<installation::Child> boot(Driver& driver, const std::filesystem::path& folder,
                                          const Boot& what);

/// EDC, in memory, on ports of its own.
class Edc {
 public:
  /// Throws Failed when it is not ready in time.
  Edc(Driver& driver, const std::filesystem::path& folder, const EdcOptions& options);

  /// As it speaks a version of the protocol.
  Party party(std::string_view version) const;
  pid_t pid() const { return process_->pid(); }
  /// What it says about a process, and what it warns of at the end.
  std::string log_about(const std::string& id) const;
  /// The data address that it was last given for a transfer: endpoint and token. Failed: none.
  struct Address {
    std::string endpoint;
    std::string token;
  };
  Address address_of(const std::string& transfer) const;
  /// Somewhere with content.
  std::string source() const { return origin(0) + "/protocol/.well-known/dspace-version"; }
  /// Where data planes register and report.
  std::string control() const { return origin(2) + "/control"; }
  /// Tells it, as a data plane would, that all data of a transfer has passed.
  void complete(Driver& driver, const std::string& transfer) const;

 private:
  std::string origin(std::size_t port) const { return "http://127.0.0.1:" + std::to_string(ports_.at(port)); }

  std::string id_;
  std::vector<int> ports_;  ///< protocol, management, control, default, version
  std::unique_ptr<installation::Child> process_;
};

/// EDC's data plane, on ports of its own.
class EdcPlane {
 public:
  /// `token` is what it shows to control planes. Throws Failed when it is not ready in time.
  EdcPlane(Driver& driver, const std::filesystem::path& folder, const std::string& class_path,
           const std::string& token);

  /// Of its signalling.
  std::string endpoint() const { return origin(1) + "/control/v1/dataflows"; }

 private:
  std::string origin(std::size_t port) const { return "http://127.0.0.1:" + std::to_string(ports_.at(port)); }

  std::vector<int> ports_;  ///< default, control, public, version
  std::unique_ptr<installation::Child> process_;
};

/// Kontor with the mock identity, its store and vault in a folder.
class Partner {
 public:
  /// `name` is its participant's context, and whose id it has (`id_of`).
  Partner(Driver& driver, const std::filesystem::path& folder, const std::filesystem::path& program,
          std::string name = "kontor");

  Party party(std::string_view version) const;
  pid_t pid() const { return process_->pid(); }
  /// Of its data plane's signalling, for its participant.
  std::string signaling() const {
    return "http://127.0.0.1:" + std::to_string(ports_.at(2)) + "/api/v1/" + name_;
  }
  /// Of a client that may do everything.
  const std::string& token() const { return token_; }

 private:
  std::string public_url() const { return "http://127.0.0.1:" + std::to_string(ports_.at(0)); }
  std::string administration_url() const { return "http://127.0.0.1:" + std::to_string(ports_.at(1)); }

  std::string name_;
  std::vector<int> ports_;  ///< public, administration, signaling, metrics
  std::unique_ptr<installation::Child> process_;
  std::string token_;
};

}  // namespace kontor::interop::edc
