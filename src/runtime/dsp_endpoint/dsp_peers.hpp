#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/engine/engine.hpp"
#include "platform/http/client.hpp"
#include "platform/routing/router.hpp"
#include "platform/telemetry/log.hpp"
#include "protocol/dsp/pids.hpp"
#include "runtime/dataspace/dataspaces.hpp"
#include "runtime/dsp_endpoint/peer_health.hpp"
#include "runtime/dsp_endpoint/peer_identity.hpp"
#include "runtime/participant_context/participant_contexts.hpp"
#include "runtime/policy/policy_engine.hpp"

namespace kontor::runtime::dsp_endpoint {

/// The profile that every installation has: DSP 2025-1 over HTTPS with DCP.
inline constexpr std::string_view profile_2025_1 = dataspace::default_profile;

struct DspConfig {
  std::string public_url;  ///< of the open listener as others reach it, without slash at its end
  std::vector<protocol::vc::TrustedIssuer> trusted_issuers;
  std::size_t open_processes_max = 2000;  ///< of one kind, that a counter-party may open with a participant
};

/// A counter-party that called: who it is, and the token that is used up with what it asked for.
struct Authenticated {
  protocol::dcp::Caller caller;
  participant_context::ParticipantContext participant;  ///< whom it called
  dataspace::Profile profile;                           ///< of the path that it called
  platform::store::SingleUse single_use;
};

/// What a caller's credentials are about to be held against, beside what its profile demands.
struct Asked {
  struct Terms {
    protocol::odrl::Scope scope;
    protocol::odrl::Policy policy;
  };
  std::vector<Terms> terms = {};
  std::optional<protocol::odrl::AgreementFacts> agreement = {};
};

/// The traffic with other connectors: proves who calls, asks for its credentials, and sends our messages.
class DspPeers {
 public:
  struct Services {
    platform::async::Clock& clock;
    platform::http::Client& client;
    platform::store::Store& store;
    participant_context::ParticipantContexts& contexts;
    dataspace::Dataspaces& dataspaces;
    PeerIdentity& identity;
    policy::PolicyEngine& policies;
    platform::telemetry::Log log;
  };
  DspPeers(Services services, DspConfig config);

  /// Errors: not_found (the participant or the profile), unauthenticated.
  Task<Result<Authenticated>> authenticate(platform::routing::Call call);
  /// The same for what changes nothing: the token is used up at once. Errors: replayed beside those.
  Task<Result<Authenticated>> authenticate_reader(platform::routing::Call call);
  /// Who the caller says it is. Nothing of it is proven.
  std::optional<Did> claimed(const platform::routing::Call& call) const {
    return services_.identity.claimed(call.authorization);
  }
  /// The caller's credentials, as policies see them: asked for, believed and demanded as its profile says.
  /// What is remembered of them serves who fulfils `asked` with it; who does not, or, where nothing is said,
  /// lacks something, is asked again before anybody refuses it (docs/decisions/0041). Errors:
  /// unauthenticated; forbidden, where one that the profile demands is not among them; unavailable, when they
  /// cannot be had or verified at this moment: whoever asks may ask again.
  Task<Result<protocol::odrl::Subject>> subject(const Authenticated& authenticated,
                                                platform::async::Deadline deadline,
                                                std::optional<Asked> asked = {});

  /// Writes to the log when a message from `sender` names another pid as its own than that of the process
  /// that it is about.
  void note_pids(const ContextId& context, const Did& sender, const protocol::dsp::Pids& named,
                 const protocol::dsp::KnownProcess& process) const;

  struct Message {
    ContextId context;
    Did audience;
    std::string profile;  ///< of the participant: in its form body and answer are on the wire
    std::string method = "POST";
    std::string url;
    std::string body;
    platform::telemetry::TraceContext trace;
    /// What the counter-party may ask us for beside what the profile asks for. Without a profile that is what
    /// all of the participant's ask for.
    std::vector<protocol::dcp::Scope> scopes = {};
  };
  /// Sends a message for the context, after a 401 a few times anew. The result is the body of a 2xx answer.
  /// Errors: peer_refused for another 4xx (a 404 has not_found as its cause), peer_unavailable for 408, 409,
  /// 429 and 5xx: those pass; also peer_unavailable, without that anything is sent, for a
  /// counter-party that is left alone.
  Task<Result<std::string>> send(Message message, platform::async::Deadline deadline);
  /// The same, with the head of the answer.
  Task<Result<platform::http::Response>> ask(Message message, platform::async::Deadline deadline);

  struct Renewal {
    ContextId context;
    Did audience;
    std::string url;
    std::string access_token;
    std::string refresh_token;
    platform::telemetry::TraceContext trace;
  };
  /// Asks for a new access token to a counter-party's data, after a 401 a few times anew. The result is the
  /// body of a 2xx answer; errors as those of `send`. [DPS Profiles, Token Renewal]
  Task<Result<std::string>> renew(Renewal renewal, platform::async::Deadline deadline);

  /// Our base for the context in a profile, which is also our callback address.
  std::string base_of(const ContextId& context, const dataspace::Profile& profile) const;
  /// A profile that a participant of ours names. Errors: invalid_input.
  Task<Result<dataspace::Profile>> profile(ContextId context, std::string name);
  const DspConfig& config() const { return config_; }
  const PeerHealth& health() const { return health_; }

 private:
  /// Whether a caller with these credentials would be refused nothing.
  using Suffices = std::function<bool(const verifier::Peer&)>;
  Task<Result<Suffices>> sufficing(const Authenticated& authenticated, std::optional<Asked> asked);
  Task<Result<std::vector<protocol::dcp::Scope>>> scopes_of(std::vector<dataspace::Profile> profiles);

  /// A token for one attempt.
  using NextToken = std::function<Task<Result<std::string>>()>;
  Task<Result<platform::http::Response>> exchange_known(platform::http::Request request, Did audience,
                                                        NextToken next, platform::http::SendOptions options);
  Task<Result<platform::http::Response>> exchange(platform::http::Request request, Did audience,
                                                  platform::http::SendOptions options);

  Services services_;
  DspConfig config_;
  PeerHealth health_;
};

/// What an operator sees of counter-parties.
void bind_operations_routes(platform::routing::Router& router, const DspPeers& peers);
/// The version document of each participant, and the form of documents under each profile's path.
void bind_routes(platform::routing::Router& router, participant_context::ParticipantContexts& contexts,
                 dataspace::Dataspaces& dataspaces);

}  // namespace kontor::runtime::dsp_endpoint
