#include "runtime/dsp_endpoint/dsp_peers.hpp"

#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "platform/http/url.hpp"
#include "protocol/api/dsp_binding/routes.hpp"
#include "runtime/identity/peer_verifier.hpp"

namespace kontor::runtime::dsp_endpoint {

using platform::async::Deadline;
using platform::routing::Call;
using platform::routing::Reply;
namespace http = platform::http;

namespace {

bool passes(unsigned status) {
  return status == 408 || status == 409 || status == 429 || status >= 500;
}

/// The reasons in an error's body, for our own log and the process's error detail.
std::string reason_in(const std::string& body) {
  auto value = json::parse(body);
  const auto* reason = value ? json::find(*value, "reason") : nullptr;
  if (!reason) return body.substr(0, 200);
  return json::serialize(*reason).substr(0, 500);
}

}  // namespace

DspPeers::DspPeers(Services services, DspConfig config) : services_(services), config_(std::move(config)) {}

Task<Result<Authenticated>> DspPeers::authenticate(Call call) {
  if (auto profile = call.parameters.find("profile");
      profile != call.parameters.end() && profile->second != profile_2025_1) {
    co_return fail(ErrorCode::not_found, "there is no profile '{}'", profile->second);
  }
  auto participant = co_await services_.contexts.load(call.context);
  if (!participant) co_return fail(ErrorCode::not_found, "there is no such participant");
  auto caller = co_await services_.identity.verify(call.authorization, call.context, call.deadline);
  if (!caller) co_return fail(std::move(caller.error()));
  auto single_use = identity::stored(caller->single_use);
  co_return Authenticated{std::move(*caller), std::move(*participant), std::move(single_use)};
}

Task<Result<Authenticated>> DspPeers::authenticate_reader(Call call) {
  auto context = call.context;
  auto authenticated = co_await authenticate(std::move(call));
  if (!authenticated) co_return fail(std::move(authenticated.error()));
  platform::store::Transaction transaction;
  transaction.single_use.push_back(authenticated->single_use);
  auto used = co_await services_.store.commit(std::move(context), std::move(transaction));
  if (!used) co_return fail(std::move(used.error()));
  co_return authenticated;
}

Task<Result<protocol::odrl::Subject>> DspPeers::subject(ContextId context,
                                                        const protocol::dcp::Caller& caller,
                                                        Deadline deadline) {
  identity::Presentations::Question question{
      std::move(context), caller, services_.policies.presentation_scopes(), config_.trusted_issuers};
  auto peer = co_await services_.identity.credentials(std::move(question), deadline);
  // A refusal would be final, and says nothing that is known.
  if (!peer && peer.error().row().retry == Retry::later)
    co_return fail_as(ErrorCode::unavailable, std::move(peer.error()), "look at the caller's credentials");
  if (!peer) co_return fail(std::move(peer.error()));
  co_return policy::subject_of(*peer, services_.clock.now());
}

void DspPeers::note_pids(const ContextId& context, const Did& sender, const protocol::dsp::Pids& named,
                         const protocol::dsp::KnownProcess& process) const {
  if (protocol::dsp::match(named, process) != protocol::dsp::PidMatch::wrong_peer) return;
  services_.log.warning({.category = platform::telemetry::Category::dsp,
                         .context = context.str(),
                         .counter_party = sender.str(),
                         .process_id = process.own.str()},
                        "a message names provider {} and consumer {}; the sender's process is {}",
                        named.provider, named.consumer, process.peer);
}

Task<Result<std::string>> DspPeers::send(Message message, Deadline deadline) {
  auto token = co_await services_.identity.authorization(message.context, message.audience,
                                                         services_.policies.presentation_scopes());
  if (!token) co_return fail(std::move(token.error()));
  http::Request request{std::move(message.method), message.url};
  request.headers.set("Authorization", std::move(*token));
  if (!message.body.empty()) {
    request.headers.set("Content-Type", "application/json");
    request.body.text = std::move(message.body);
  }
  auto response =
      co_await exchange(std::move(request), message.audience, {.deadline = deadline, .trace = message.trace});
  if (!response) co_return fail(std::move(response.error()), "send to {}", message.audience);
  if (response->status >= 200 && response->status < 300) co_return std::move(response->body.text);
  const auto code = passes(response->status) ? ErrorCode::peer_unavailable : ErrorCode::peer_refused;
  co_return fail(code, "{} answered {}: {}", message.audience, response->status,
                 reason_in(response->body.text));
}

namespace {

/// Tells what became of an exchange that was admitted: nothing, unless something is said.
class Trial {
 public:
  Trial(PeerHealth& health, PeerAddress peer) : health_(&health), peer_(std::move(peer)) {}
  ~Trial() {
    if (health_) health_->cancelled(peer_);
  }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  bool answered() { return std::exchange(health_, nullptr)->answered(peer_); }
  bool failed(std::string reason, Instant now) {
    return std::exchange(health_, nullptr)->failed(peer_, std::move(reason), now);
  }

 private:
  PeerHealth* health_;
  PeerAddress peer_;
};

}  // namespace

Task<Result<http::Response>> DspPeers::exchange(http::Request request, Did audience,
                                                http::SendOptions options) {
  const auto url = http::parse_url(request.target);
  PeerAddress peer{audience, url ? url->authority() : std::string()};
  auto admitted = health_.admit(peer, services_.clock.now());
  if (!admitted) co_return fail(std::move(admitted.error()));
  Trial trial(health_, std::move(peer));
  auto response = co_await services_.client.send(std::move(request), std::move(options));
  const platform::telemetry::About about{.category = platform::telemetry::Category::dsp,
                                         .counter_party = audience.str()};
  if (response) {
    if (trial.answered()) services_.log.info(about, "the counter-party answers again");
    co_return response;
  }
  const bool silent =
      response.error().code == ErrorCode::timeout || response.error().code == ErrorCode::peer_unavailable;
  if (silent && trial.failed(response.error().message(), services_.clock.now()))
    services_.log.warning(about, "the counter-party does not answer and is left alone: {}",
                          response.error().message());
  co_return response;
}

std::string DspPeers::base_of(const ContextId& context) const {
  return config_.public_url + "/api/dsp/" + text::percent_encode(context.str()) + "/" +
         std::string(profile_2025_1);
}

namespace {

using protocol::dsp::ProtocolVersion;
using protocol::dsp::VersionResponse;

Task<Result<Reply<VersionResponse>>> versions(participant_context::ParticipantContexts& contexts, Call call) {
  auto participant = co_await contexts.load(call.context);
  if (!participant) co_return fail(ErrorCode::not_found, "there is no such participant");
  ProtocolVersion version{.version = std::string(protocol::dsp::version),
                          .path = "/" + std::string(profile_2025_1),
                          .identifier_type = "did:web",
                          .auth = protocol::dsp::ProtocolAuth{"DCP", "1.0", {"vc11-sl2021/jwt"}},
                          .profile = std::string(profile_2025_1)};
  co_return Reply<VersionResponse>{{{std::move(version)}}};
}

}  // namespace

void bind_routes(platform::routing::Router& router, participant_context::ParticipantContexts& contexts) {
  auto* all = &contexts;
  router.bind(protocol::api::dsp_binding::get_versions,
              [all](Call call, protocol::api::Nothing) { return versions(*all, std::move(call)); });
}

}  // namespace kontor::runtime::dsp_endpoint
