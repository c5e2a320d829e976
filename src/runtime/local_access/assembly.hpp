#pragma once

#include <memory>

#include "base/random/random.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/auth/token_verifier.hpp"
#include "platform/config/field.hpp"
#include "platform/http/server.hpp"
#include "platform/telemetry/log.hpp"
#include "runtime/local_access/local_access.hpp"

namespace kontor::runtime::local_access {

struct LocalAccessConfig {
  bool enabled = false;
  std::uint16_t port = 8190;
  std::size_t answers_max = 1000;
  std::chrono::milliseconds stall_timeout{60'000};
};
platform::config::Fields fields_of(platform::config::Type<LocalAccessConfig>);

/// The listener for applications on this machine. Its routes are its own: no other address answers them.
class LocalListener {
 public:
  struct Needs {
    platform::async::Scope& scope;
    platform::async::Clock& clock;
    Random& random;
  };
  LocalListener(Needs needs, LocalAccess::Services services, LocalAccessOptions options = {});
  LocalListener(const LocalListener&) = delete;
  LocalListener& operator=(const LocalListener&) = delete;

  /// On loopback. `port` 0: any that is free. Errors: invalid_input where it is in use.
  Result<void> listen(std::uint16_t port);
  std::uint16_t port() const { return listener_ ? listener_->port() : std::uint16_t{0}; }
  Task<void> drain(platform::async::Deadline deadline);

 private:
  Needs needs_;
  LocalAccess access_;
  platform::routing::Router router_;
  std::unique_ptr<platform::http::Listener> listener_;
};

/// Whether and where, and how it is begun and ended.
struct LocalService {
  std::unique_ptr<LocalListener> listener;  ///< none: it is off
  std::uint16_t port = 0;
};

struct LocalAccessAssembly {
  static constexpr std::string_view name = "local-access";
  using Requires = platform::assembly::Services<platform::async::Scope, platform::async::Clock, Random,
                                                platform::http::Client, platform::engine::Engine,
                                                platform::auth::TokenVerifier, transfer_process::Transfers>;
  using Provides = platform::assembly::Services<LocalService>;
  using Config = LocalAccessConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
  static Task<Result<void>> start(Provides provided);
  static Task<Result<void>> drain(Provides provided, platform::async::Deadline deadline);
};

}  // namespace kontor::runtime::local_access
