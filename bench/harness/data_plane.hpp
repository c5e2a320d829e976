#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/metrics.hpp"
#include "installation/world.hpp"

namespace kontor::bench {

/// Who may fetch the data of a flow, and where.
struct Access {
  std::string flow;
  std::string path;  ///< at the installation's public address
  std::string token;
};

/// An installation whose data plane takes its orders from the benchmark, as from any control plane.
class DataPlane {
 public:
  /// `settings` of the installation, `section.key=value`.
  DataPlane(const std::filesystem::path& program, std::vector<std::string> settings);
  ~DataPlane();
  DataPlane(const DataPlane&) = delete;
  DataPlane& operator=(const DataPlane&) = delete;

  void start();
  void stop() { home_.stop_runtime(); }

  /// Opens flows of one participant to a source, each with a token of its own. `source`: members of a data
  /// address.
  std::vector<Access> open(std::size_t count, const std::string& source);
  static std::string http_source(const std::string& url);
  /// Below the folder of the participant's files.
  static std::string file_source(const std::string& path);
  std::filesystem::path files() const { return folder_ / "files" / "acme"; }
  /// Returns when the plane has answered that the flow is closed.
  void terminate(const Access& access);
  /// Sends a source's data to a folder of the same participant, over HTTP; returns when all is there.
  void push(const std::string& source, const std::string& folder);

  /// Resident memory now, and the most of it since the peak was forgotten.
  std::uint64_t resident_bytes() const;
  std::uint64_t peak_bytes() const;
  void forget_peak() const;

  double metric(const std::string& name) { return scrape(driver_, home_).at(name); }
  installation::Driver& driver() { return driver_; }
  const installation::Installation& home() const { return home_; }
  const std::filesystem::path& folder() const { return folder_; }
  int port() const { return port_; }
  installation::FreePorts& ports() { return ports_; }

 private:
  installation::Request order(const std::string& path, std::string body);
  std::string message(const std::string& flow, const std::string& profile, const std::string& rest) const;
  std::string next_flow();

  std::filesystem::path folder_ = new_folder();
  installation::Certificates certificates_ = installation::make_certificates(folder_ / "ca");
  installation::Driver driver_{certificates_.authority.string()};
  installation::FreePorts ports_;
  int port_ = ports_.take();
  installation::Installation home_;
  std::string token_;
  std::size_t opened_ = 0;
};

}  // namespace kontor::bench
