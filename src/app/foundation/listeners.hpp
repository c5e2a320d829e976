#pragma once

#include <map>
#include <memory>
#include <string_view>

#include "app/foundation/listener_settings.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/async/scope.hpp"
#include "platform/auth/token_verifier.hpp"
#include "platform/routing/router.hpp"
#include "platform/telemetry/log.hpp"

namespace kontor::app::foundation {

namespace assembly = platform::assembly;

/// The addresses that a process serves its APIs on; one that no route is bound to stays closed.
struct ListenersConfig {
  ListenerSettings open{.port = 8080};
  ListenerSettings administration{.port = 8081};
  ListenerSettings signaling{.port = 8082};
};
config::Fields fields_of(config::Type<ListenersConfig>);

/// Opens listeners for the router's routes, and closes them gently. Used on the io thread.
class Listeners {
 public:
  struct Needs {
    platform::async::Scope& scope;
    platform::async::Clock& clock;
    platform::routing::Router& router;
    platform::telemetry::Log log;
  };
  Listeners(Needs needs, ListenersConfig config);
  ~Listeners();

  /// Opens those that some route is bound to. Errors: those of http::listen.
  Result<void> open();
  /// All at the same time: each stops accepting and answers what it has begun.
  Task<void> drain(platform::async::Deadline deadline);
  /// 0 where it is closed.
  std::uint16_t port(protocol::api::Listener which) const;

 private:
  Result<void> open_one(protocol::api::Listener which, std::string_view name,
                        const ListenerSettings& settings);

  Needs needs_;
  ListenersConfig config_;
  std::map<protocol::api::Listener, std::unique_ptr<platform::http::Listener>> open_;
};

/// Stands last in a process: opens when everything is started, drains first. Requires the verifier of tokens,
/// so that no address is open that cannot tell who is calling.
struct ListenersAssembly {
  static constexpr std::string_view name = "listeners";
  using Requires =
      assembly::Services<platform::async::Scope, platform::async::Clock, platform::routing::Router,
                         platform::auth::TokenVerifier, platform::telemetry::Log>;
  using Provides = assembly::Services<Listeners>;
  using Config = ListenersConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config& config);
  static Task<Result<void>> start(Provides services);
  static Task<Result<void>> drain(Provides services, platform::async::Deadline deadline);
};

}  // namespace kontor::app::foundation
