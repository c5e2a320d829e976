#pragma once

#include <string>

#include "domain/transfer_process/effects.hpp"
#include "platform/auth/token_source.hpp"
#include "platform/engine/engine.hpp"
#include "platform/http/client.hpp"
#include "protocol/dps/endpoints.hpp"
#include "protocol/dps/messages.hpp"
#include "runtime/participant_context/participant_contexts.hpp"

namespace kontor::runtime::transfer_process {

namespace transfer = domain::transfer_process;

/// The control plane's side of data plane signalling: chooses a data plane and sends it signals. [DPS 1.0]
class DataPlanes {
 public:
  struct Services {
    platform::async::Clock& clock;
    platform::http::Client& client;
    platform::auth::TokenSource& tokens;
    participant_context::ParticipantContexts& contexts;
  };
  explicit DataPlanes(Services services) : services_(services) {}

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

  Services services_;
};

}  // namespace kontor::runtime::transfer_process
