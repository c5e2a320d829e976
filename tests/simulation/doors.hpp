#pragma once

#include <string>
#include <string_view>

#include "edges.hpp"
#include "platform/auth/token_verifier.hpp"
#include "platform/endpoints/endpoints.hpp"
#include "platform/http/secret_client.hpp"
#include "platform/routing/router.hpp"

namespace kontor::simulation {

// Assemblies that take the place of the product's: same name, same service.

struct ClientAssembly {
  static constexpr std::string_view name = "http-client";
  using Requires = assembly::Services<Edges>;
  using Provides = assembly::Services<http::Client, http::SecretClient>;
  using Config = assembly::NoConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config&);
};

/// Serves the router's routes at the installation's addresses.
class Doors {
 public:
  struct Needs {
    Edges& edges;
    async::Scope& scope;
    async::Clock& clock;
    platform::routing::Router& router;
    const platform::endpoints::Endpoints& endpoints;
  };
  explicit Doors(Needs needs) : needs_(needs) {}

  Result<void> open();
  /// Takes no more requests and lets those under way end until the deadline.
  Task<void> close(async::Deadline deadline);

 private:
  Result<void> open_one(protocol::api::Listener which, const std::string& origin);

  Needs needs_;
};

struct DoorsAssembly {
  static constexpr std::string_view name = "listeners";
  using Requires = assembly::Services<Edges, async::Scope, async::Clock, platform::routing::Router,
                                      platform::endpoints::Endpoints, platform::auth::TokenVerifier>;
  using Provides = assembly::Services<Doors>;
  using Config = assembly::NoConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config&);
  static Task<Result<void>> start(Provides services);
  static Task<Result<void>> drain(Provides services, async::Deadline deadline);
};

}  // namespace kontor::simulation
