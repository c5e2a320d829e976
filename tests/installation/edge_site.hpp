#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "installation/world.hpp"

namespace kontor::installation {

/// A place that nobody connects to for signalling, with a data plane in it that dials its control plane: a
/// network namespace of its own, joined by a cable to what is outside and behind a packet filter that lets
/// connections out, and in to where data is had. Where the machine does not allow that, the same processes on
/// loopback; `why_not` says so.
class EdgeSite {
 public:
  struct Plan {
    std::filesystem::path program;
    std::filesystem::path folder;
    std::string dataplane_id;
    std::string participant_context;
    std::string enrolment_token;
  };
  EdgeSite(Plan plan, const Installation& control_plane, FreePorts& ports);
  ~EdgeSite();
  EdgeSite(const EdgeSite&) = delete;
  EdgeSite& operator=(const EdgeSite&) = delete;

  /// Empty: it has a network of its own.
  const std::string& why_not() const { return why_not_; }
  /// Where the data plane finds files of its participant.
  std::filesystem::path files() const { return plan_.folder / "files" / plan_.participant_context; }

  /// Starts the data plane and waits until it is ready.
  void start();
  /// The way to the control plane is gone, with what is on it; then there again.
  void cut_off();
  void reconnect();

  /// Whether a connection to the data plane's signalling opens. None from outside, unless there is no
  /// outside.
  bool signalling_opens_from_outside() const;
  bool signalling_opens_from_inside() const;

 private:
  void make_network();
  void write_config() const;
  std::vector<std::string> in_namespace(const std::string& holder, std::vector<std::string> command) const;
  Child relay(const std::string& name, const std::string& holder, std::vector<std::string> ways) const;
  bool opens(const std::string& holder, const char* address) const;
  std::string door(const std::string& name) const { return "unix:" + (plan_.folder / name).string(); }

  Plan plan_;
  const Installation& control_plane_;
  std::string why_not_;
  std::string outside_holder_;  ///< the id of a process in that namespace; empty: there is none
  std::string inside_holder_;
  int data_port_;
  int signaling_port_;  ///< the data plane's own
  int administration_port_;
  int metrics_port_;
  int way_port_;  ///< where the data plane finds its control plane's signalling
  std::vector<Child> relays_;
  std::optional<Child> way_;
  std::optional<Child> data_plane_;
};

}  // namespace kontor::installation
