#pragma once

#include <string>
#include <vector>

#include "domain/transfer_process/effects.hpp"
#include "platform/auth/plane_tokens.hpp"
#include "platform/auth/token_source.hpp"
#include "platform/engine/engine.hpp"
#include "platform/http/secret_client.hpp"
#include "protocol/dps/endpoints.hpp"
#include "protocol/dps/messages.hpp"
#include "runtime/participant_context/participant_contexts.hpp"

namespace kontor::runtime::transfer_process {

namespace transfer = domain::transfer_process;

/// The control plane's side of data plane signalling: chooses a data plane and sends it signals. Those of the
/// installation's own get its token; to others no token goes but by the authorization profile that they
/// registered with, and nothing that the SSRF guard keeps back. [DPS 1.0; DPS Profiles, authorization
/// profiles]
class DataPlanes {
 public:
  struct Services {
    platform::async::Clock& clock;
    platform::http::Client& client;
    platform::http::SecretClient& secret_client;
    platform::auth::TokenSource& tokens;
    participant_context::ParticipantContexts& contexts;
  };
  /// `own`: the origins of the installation's own data planes.
  DataPlanes(Services services, std::vector<std::string> own)
      : services_(services), own_(std::move(own)), profile_tokens_(services.secret_client) {}

  /// Whether the context has a data plane for the transfer type.
  Task<Result<bool>> available(ContextId context, std::string transfer_type);

  struct Signal {
    protocol::dps::Operation operation = protocol::dps::Operation::start;
    std::string body;
  };
  struct Answer {
    std::string data_plane;
    bool pending = false;  ///< it will report later
    protocol::dps::DataFlowStatusMessage status;
  };
  /// Sends a signal about a flow; without a data plane in it one is chosen by transfer type and labels.
  /// Errors: not_found (there is none, with what was looked for), peer_refused, peer_unavailable, timeout.
  Task<Result<Answer>> send(const platform::engine::EffectCall& call, const transfer::Flow& flow,
                            Signal signal);

 private:
  using Plane = participant_context::ParticipantContexts::DataPlane;
  Task<Result<Plane>> choose(ContextId context, const transfer::Flow& flow);
  bool is_own(const ContextId& context, const Plane& plane) const;
  /// The value of the Authorization header; empty: none.
  Task<Result<std::string>> authorization_for(const platform::engine::EffectCall& call, const Plane& plane);

  Services services_;
  std::vector<std::string> own_;
  platform::auth::PlaneTokens profile_tokens_;
};

}  // namespace kontor::runtime::transfer_process
