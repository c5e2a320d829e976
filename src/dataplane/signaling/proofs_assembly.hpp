#pragma once

#include <string>
#include <vector>

#include "dataplane/signaling/control_planes.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/auth/plane_proofs.hpp"
#include "platform/auth/token_verifier.hpp"
#include "platform/config/field.hpp"

namespace kontor::dataplane::signaling {

/// Believes the control planes of others by the keys that they registered with.
struct ControlPlaneProofs {
  platform::auth::PlaneProofs proofs;
};

struct ControlPlaneProofsConfig {
  std::vector<std::string> audiences;
};
inline platform::config::Fields fields_of(platform::config::Type<ControlPlaneProofsConfig>) {
  return {platform::config::field(
      "audiences", &ControlPlaneProofsConfig::audiences,
      "as whom control planes of others call us: one has to stand in `aud` of their tokens; empty: it is not "
      "looked at")};
}

struct ControlPlaneProofsAssembly {
  static constexpr std::string_view name = "control-plane-proofs";
  using Requires =
      platform::assembly::Services<platform::async::Scope, platform::async::Clock, platform::http::Client,
                                   platform::engine::Engine, platform::auth::TokenVerifier, ControlPlanes>;
  using Provides = platform::assembly::Services<ControlPlaneProofs>;
  using Config = ControlPlaneProofsConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
};

}  // namespace kontor::dataplane::signaling
