#pragma once

#include "platform/assembly/assembly.hpp"
#include "platform/auth/token_verifier.hpp"
#include "platform/config/field.hpp"
#include "runtime/sharing_applications/routes.hpp"
#include "runtime/sharing_applications/standing.hpp"

namespace kontor::runtime::sharing_applications {

struct SharingApplicationsConfig {
  std::size_t hashing_threads = 1;
};
inline platform::config::Fields fields_of(platform::config::Type<SharingApplicationsConfig>) {
  return {platform::config::field("hashing_threads", &SharingApplicationsConfig::hashing_threads,
                                  "threads that make hashes of applications' secrets, which is slow on "
                                  "purpose; 0: the thread of all else")
              .at_most(64)};
}

/// Where participants register their applications.
struct SharingApplicationsAssembly {
  static constexpr std::string_view name = "sharing-applications";
  using Requires = platform::assembly::Services<platform::engine::Engine, platform::routing::Router>;
  using Provides = platform::assembly::Services<Applications>;
  using Config = SharingApplicationsConfig;
  static std::vector<const entity::Kind*> kinds() { return {&ApplicationDocument::kind()}; }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config) {
    auto applications =
        std::make_unique<Applications>(needs.get<platform::engine::Engine>(), config.hashing_threads);
    bind_routes(needs.get<platform::routing::Router>(), *applications);
    return applications;
  }
};

/// Wherever applications are heard: each of their tokens is held against what they may do now. A process
/// without it, or over another store, refuses them.
struct ApplicationStandingAssembly {
  static constexpr std::string_view name = "application-standing";
  using Requires = platform::assembly::Services<platform::engine::Engine, platform::auth::TokenVerifier>;
  using Provides = platform::assembly::Services<>;
  using Config = platform::assembly::NoConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    needs.get<platform::auth::TokenVerifier>().narrow_with(
        standing_in(needs.get<platform::engine::Engine>()));
    return platform::assembly::Built<Provides>{};
  }
};

}  // namespace kontor::runtime::sharing_applications
