#pragma once

#include <string>
#include <vector>

#include "platform/assembly/assembly.hpp"
#include "platform/auth/plane_proofs.hpp"
#include "platform/auth/token_verifier.hpp"
#include "platform/config/field.hpp"
#include "runtime/participant_context/participant_contexts.hpp"

namespace kontor::runtime::transfer_process {

/// Believes the data planes of others by the keys that they registered with.
struct DataPlaneProofs {
  platform::auth::PlaneProofs proofs;
};

struct DataPlaneProofsConfig {
  std::vector<std::string> audiences;
};
inline platform::config::Fields fields_of(platform::config::Type<DataPlaneProofsConfig>) {
  return {platform::config::field(
      "audiences", &DataPlaneProofsConfig::audiences,
      "as whom data planes of others call us: one has to stand in `aud` of their tokens; empty: it is not "
      "looked at")};
}

struct DataPlaneProofsAssembly {
  static constexpr std::string_view name = "data-plane-proofs";
  using Requires =
      platform::assembly::Services<platform::async::Scope, platform::async::Clock, platform::http::Client,
                                   platform::engine::Engine, platform::auth::TokenVerifier,
                                   participant_context::ParticipantContexts>;
  using Provides = platform::assembly::Services<DataPlaneProofs>;
  using Config = DataPlaneProofsConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
};

}  // namespace kontor::runtime::transfer_process
