#pragma once

#include <functional>
#include <string>
#include <vector>

#include "domain/transfer_process/effects.hpp"
#include "domain/transfer_process/selection.hpp"
#include "platform/auth/caller.hpp"
#include "platform/auth/plane_tokens.hpp"
#include "platform/auth/token_source.hpp"
#include "platform/engine/engine.hpp"
#include "platform/http/secret_client.hpp"
#include "platform/http/tunnel.hpp"
#include "protocol/dps/dialects.hpp"
#include "runtime/participant_context/participant_contexts.hpp"
#include "runtime/transfer_process/standings.hpp"

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
  struct Places {
    std::vector<std::string> own;  ///< the origins of the installation's own data planes
    std::string callback_base;     ///< of our callbacks
    std::string location = {};     ///< where we are: data planes there are preferred; empty: none
    platform::auth::PlaneTokensConfig exchange = {};
  };
  DataPlanes(Services services, Places places)
      : services_(services),
        own_(std::move(places.own)),
        callback_base_(std::move(places.callback_base)),
        location_(std::move(places.location)),
        profile_tokens_(services.secret_client, std::move(places.exchange)) {}

  /// Over which planes are asked that dial: registered with the endpoint `tunnel:{dataplaneId}`. It must
  /// outlive this.
  void ask_through(platform::http::Tunnels& tunnels) { tunnels_ = &tunnels; }

  /// Told when a data plane that did not answer does again, or registers anew, and since when it did not.
  using Back =
      std::function<void(const ContextId&, const protocol::dps::DataPlaneId&, Instant unheard_since)>;
  void when_back(Back back) { back_ = std::move(back); }
  /// It has said that it is there.
  void heard_from(const ContextId& context, const protocol::dps::DataPlaneId& plane);

  /// Whether the context has a data plane for the transfer type.
  Task<Result<bool>> available(ContextId context, std::string transfer_type);
  /// Which data plane a transfer would get now, and why none of the others. Changes nothing.
  Task<Result<transfer::Selection>> select(ContextId context, transfer::Wanted wanted);

  /// How the one that carries a transfer stands now.
  Task<Result<transfer::Judgement>> standing(ContextId context, std::string data_plane);
  /// Whether `caller` speaks for the data plane that carries a flow, or was ordered to. A plane that
  /// registered with an authorization profile, or dials, is the subject of its tokens; any other is whoever
  /// may signal at all. A token of one plane speaks for no other.
  struct Carried {
    protocol::dsp::Pid process;
    std::string data_plane;  ///< empty: nobody has answered the order yet
  };
  Task<Result<bool>> speaks_for(ContextId context, Carried flow, platform::auth::Caller caller);

  using Signal = protocol::dps::Signal;
  struct Answer {
    std::string data_plane;
    std::string choice;    ///< why it was chosen, in words; empty: it was before
    bool pending = false;  ///< it will report later
    protocol::dps::DataFlowStatusMessage status;
  };
  /// Sends a signal about a flow; without a data plane in it one is chosen by transfer type and labels.
  /// One that does not answer is asked again, and is not preferred for other flows for a while. Errors:
  /// not_found (there is none, with what is wrong with each), unavailable (there was one, and it may be
  /// back), peer_refused, peer_unavailable, timeout.
  Task<Result<Answer>> send(const platform::engine::EffectCall& call, const transfer::Flow& flow,
                            Signal signal);

 private:
  using Plane = participant_context::ParticipantContexts::DataPlane;
  using Known = participant_context::ParticipantContexts::KnownDataPlane;
  struct Chosen {
    Known plane;
    std::string reason;
  };
  Task<Result<Chosen>> choose(ContextId context, const transfer::Flow& flow);
  std::vector<transfer::Candidate> candidates(const ContextId& context,
                                              const std::vector<Known>& planes) const;
  Task<Result<platform::http::Response>> hand_over(const platform::engine::EffectCall& call,
                                                   const transfer::Flow& flow, const Known& known,
                                                   protocol::dps::Spoken spoken);
  bool is_own(const ContextId& context, const Plane& plane) const;
  Task<Result<platform::http::Response>> transmit(const platform::engine::EffectCall& call,
                                                  const Plane& plane, platform::http::Request request);
  platform::http::Tunnels& tunnels() const;
  /// The value of the Authorization header; empty: none.
  Task<Result<std::string>> authorization_for(const platform::engine::EffectCall& call, const Plane& plane);

  Services services_;
  std::vector<std::string> own_;
  std::string callback_base_;
  std::string location_;
  platform::auth::PlaneTokens profile_tokens_;
  Standings standings_;
  platform::http::Tunnels* tunnels_ = nullptr;
  Back back_ = [](const ContextId&, const protocol::dps::DataPlaneId&, Instant) {};
};

}  // namespace kontor::runtime::transfer_process
