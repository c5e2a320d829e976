#pragma once

#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "dataplane/sdk/handler_mover.hpp"
#include "dataplane/sdk/known_control_plane.hpp"
#include "platform/async/event_loop.hpp"
#include "platform/async/process.hpp"

namespace kontor::dataplane::sdk {

struct Settings {
  std::string id;
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string url;
  std::filesystem::path folder;
  std::filesystem::path master_key_file;
  std::string context = "default";
  std::string certificate_file;
  std::string private_key_file;
  std::vector<std::string> labels;
  std::vector<KnownControlPlane> control_planes;
  std::vector<std::string> allowed_networks;
  Duration token_lifetime = {};
  MoverOptions mover;
};

/// A data plane of its own in somebody else's program: store, vault, listener and signalling over a folder.
/// `run` makes the calling thread the io thread; the rest may be called from any thread.
class Host {
 public:
  struct Registration {
    std::string control_plane;
    std::string url;
    std::string authorization;  ///< of the registration; empty: none
  };
  Host(Settings settings, const kontor_handlers& handlers);
  ~Host();

  /// Until `stop`, once. Errors: what keeps the plane from beginning; conflict when it ran before.
  Result<void> run();
  void stop();
  /// Base of the plane's signalling; empty before it listens, and then the same for ever.
  std::string_view url() const;
  /// Errors: invalid_input (a control plane that is not in the configuration).
  Result<void> register_at(Registration registration);
  /// The flow that a token lets in. Waits for the io thread. Errors: unauthenticated, unavailable, conflict
  /// (asked on the io thread itself).
  Result<std::string> admits(std::string token);

 private:
  struct Running;
  Task<void> serve(Result<void>& outcome);
  Task<Result<void>> begin(Running& running);
  void open(Running& running);
  void close();

  Settings settings_;
  kontor_handlers handlers_;
  std::shared_ptr<Reports> reports_ = std::make_shared<Reports>();
  platform::async::EventLoop loop_;
  platform::async::StopRequest stop_;
  /// Guards what stands below. Not held where a line may be logged: an author's log asks for what it guards.
  mutable std::mutex mutex_;
  std::string url_;
  std::vector<Registration> registrations_;  ///< that wait for the plane to serve
  Running* running_ = nullptr;
  bool ran_ = false;
};

}  // namespace kontor::dataplane::sdk
