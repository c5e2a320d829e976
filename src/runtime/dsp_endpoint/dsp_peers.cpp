#include "runtime/dsp_endpoint/dsp_peers.hpp"

#include <algorithm>

#include "base/json/codec.hpp"
#include "base/text/beginning.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "platform/http/failure.hpp"
#include "platform/http/url.hpp"
#include "platform/store/single_use.hpp"
#include "protocol/api/dsp_binding/routes.hpp"
#include "runtime/verifier/peer_verifier.hpp"

namespace kontor::runtime::dsp_endpoint {

using platform::async::Deadline;
using platform::routing::Call;
using platform::routing::Reply;
namespace dsp = protocol::dsp;
namespace http = platform::http;

namespace {

constexpr std::size_t answer_bytes_max = std::size_t{4} * 1024 * 1024;
constexpr std::size_t reasons_bytes_max = 500;
/// In one attempt at a message.
constexpr int tokens_max = 4;

/// A message of ours as it goes out under a profile. Whoever offers or asks has named the provider by then.
std::string written_for(dsp::Form form, std::string body, std::string callback_address) {
  if (form == dsp::Form::of_2025_1 || body.empty()) return body;
  const auto document = json::parse(body);
  invariant(document.has_value(), "a message of ours is JSON");
  return json::serialize(
      dsp::to_2024_1(*document, {.callback_address = std::move(callback_address), .provider = {}}));
}

/// An answer as all types read it. What is no JSON is left to whoever reads it.
std::string read_from(dsp::Form form, std::string body) {
  if (form == dsp::Form::of_2025_1 || body.empty()) return body;
  const auto document = json::parse(body, {.bytes_max = answer_bytes_max});
  return document ? json::serialize(dsp::from_2024_1(*document)) : std::move(body);
}

http::Request request_of(const DspPeers::Message& message) {
  http::Request request{message.method, message.url};
  if (message.body.empty()) return request;
  request.headers.set("Content-Type", "application/json");
  request.body.text = message.body;
  return request;
}

/// Whoever lacks a credential that the profile demands is told which, and what is wrong with those it has.
Result<void> check_demanded(const dataspace::Profile& profile, const verifier::Peer& peer) {
  for (const auto& type : profile.required_credentials) {
    const bool there = std::ranges::any_of(
        peer.credentials, [&](const auto& each) { return protocol::vc::has_type(each, type); });
    if (there) continue;
    std::string reasons;
    for (const auto& each : peer.left_out) reasons += "; " + each;
    return fail(ErrorCode::forbidden, "a credential of type {} is demanded here, and none was proven{}", type,
                text::beginning(reasons, reasons_bytes_max));
  }
  return {};
}

/// The reasons in an error's body, for our own log and the process's error detail.
std::string reason_in(const std::string& body) {
  auto value = json::parse(body);
  const auto* reason = value ? json::find(*value, "reason") : nullptr;
  if (!reason) return text::for_log(body, 200);
  return std::string(text::beginning(json::serialize(*reason), 500));
}

}  // namespace

DspPeers::DspPeers(Services services, DspConfig config) : services_(services), config_(std::move(config)) {}

Task<Result<Authenticated>> DspPeers::authenticate(Call call) {
  auto participant = co_await services_.contexts.load(call.context);
  if (!participant) co_return fail(ErrorCode::not_found, "there is no such participant");
  auto profile = co_await services_.dataspaces.at(call.context, call.id<EntityId>("profile").str());
  if (!profile) co_return fail(std::move(profile.error()));
  PeerIdentity::Called called{call.context, dataspace::relationships_of(*profile)};
  auto caller = co_await services_.identity.verify(call.authorization, std::move(called), call.deadline);
  if (!caller) co_return fail(std::move(caller.error()));
  auto single_use = verifier::stored(caller->single_use);
  co_return Authenticated{std::move(*caller), std::move(*participant), std::move(*profile),
                          std::move(single_use)};
}

Task<Result<Authenticated>> DspPeers::authenticate_reader(Call call) {
  auto context = call.context;
  auto authenticated = co_await authenticate(std::move(call));
  if (!authenticated) co_return fail(std::move(authenticated.error()));
  auto used =
      co_await platform::store::use_once(services_.store, std::move(context), authenticated->single_use);
  if (!used) co_return fail(std::move(used.error()));
  co_return authenticated;
}

Task<Result<protocol::odrl::Subject>> DspPeers::subject(const Authenticated& authenticated, Deadline deadline,
                                                        std::optional<Asked> asked) {
  const auto& profile = authenticated.profile;
  std::vector<dataspace::Profile> asked_under{profile};
  auto scopes = co_await scopes_of(std::move(asked_under));
  if (!scopes) co_return fail(std::move(scopes.error()));
  auto issuers = config_.trusted_issuers;
  for (const auto& each : profile.trusted_issuers) issuers.push_back({each.id, each.supported_types});
  auto suffices = co_await sufficing(authenticated, std::move(asked));
  if (!suffices) co_return fail(std::move(suffices.error()));
  verifier::Presentations::Question question{
      authenticated.participant.id,         authenticated.caller, std::move(*scopes), std::move(issuers),
      dataspace::relationships_of(profile), std::move(*suffices)};
  auto peer = co_await services_.identity.credentials(std::move(question), deadline);
  // A refusal would be final, and says nothing that is known.
  if (!peer && peer.error().row().retry == Retry::later)
    co_return fail_as(ErrorCode::unavailable, std::move(peer.error()), "look at the caller's credentials");
  if (!peer) co_return fail(std::move(peer.error()));
  auto complete = check_demanded(profile, *peer);
  if (!complete) co_return fail(std::move(complete.error()));
  co_return policy::subject_of(*peer, services_.clock.now());
}

Task<Result<DspPeers::Suffices>> DspPeers::sufficing(const Authenticated& authenticated,
                                                     std::optional<Asked> asked) {
  if (!asked) co_return Suffices();
  auto evaluator = co_await services_.policies.evaluator(authenticated.participant.id);
  if (!evaluator) co_return fail(std::move(evaluator.error()));
  co_return [evaluator = std::move(*evaluator), asked = std::move(*asked), profile = authenticated.profile,
             now = services_.clock.now()](const verifier::Peer& peer) {
    if (!check_demanded(profile, peer)) return false;
    auto subject = policy::subject_of(peer, now);
    subject.agreement = asked.agreement;
    return std::ranges::all_of(asked.terms, [&](const Asked::Terms& each) {
      return evaluator->allows(each.policy, each.scope, subject);
    });
  };
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
  auto response = co_await ask(std::move(message), deadline);
  if (!response) co_return fail(std::move(response.error()));
  co_return std::move(response->body.text);
}

Task<Result<http::Response>> DspPeers::ask(Message message, Deadline deadline) {
  auto profiles = co_await services_.dataspaces.of(message.context);
  if (!profiles) co_return fail(std::move(profiles.error()));
  const auto profile = std::ranges::find(*profiles, message.profile, &dataspace::Profile::name);
  const auto form = profile == profiles->end() ? dsp::Form::of_2025_1 : dataspace::form_of(*profile);
  auto callback_address = profile == profiles->end() ? std::string() : base_of(message.context, *profile);
  // What another dataspace asks for is nothing to this counter-party.
  if (!message.profile.empty())
    std::erase_if(*profiles, [&](const dataspace::Profile& each) { return each.name != message.profile; });
  auto scopes = co_await scopes_of(std::move(*profiles));
  if (!scopes) co_return fail(std::move(scopes.error()));
  scopes->insert(scopes->end(), message.scopes.begin(), message.scopes.end());
  message.body = written_for(form, std::move(message.body), std::move(callback_address));
  auto response = co_await exchange_known(
      request_of(message), message.audience,
      [&] { return services_.identity.authorization(message.context, message.audience, *scopes); },
      {.deadline = deadline, .trace = message.trace});
  if (!response) co_return fail(std::move(response.error()), "send to {}", message.audience);
  response->body.text = read_from(form, std::move(response->body.text));
  if (response->status >= 200 && response->status < 300) co_return response;
  auto reason = reason_in(response->body.text);
  if (response->status == 404)
    co_return fail_as(ErrorCode::peer_refused, Error{ErrorCode::not_found, std::move(reason)},
                      "{} answered 404", message.audience);
  const auto code = http::failure_of(response->status, {409});
  co_return fail(code, "{} answered {}: {}", message.audience, response->status, reason);
}

Task<Result<std::string>> DspPeers::renew(Renewal renewal, Deadline deadline) {
  http::Request request{"POST", std::move(renewal.url)};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.body.text = "grant_type=refresh_token&refresh_token=" + text::percent_encode(renewal.refresh_token);
  auto response = co_await exchange_known(
      std::move(request), renewal.audience,
      [&] { return services_.identity.renewing(renewal.context, renewal.audience, renewal.access_token); },
      {.deadline = deadline, .trace = renewal.trace});
  if (!response) co_return fail(std::move(response.error()), "ask {} for a new token", renewal.audience);
  if (response->status >= 200 && response->status < 300) co_return std::move(response->body.text);
  // Not what it wrote: an endpoint of its choice may repeat what it was sent.
  const auto code = http::failure_of(response->status, {409});
  co_return fail(code, "{} answered {} to a renewal of the access token", renewal.audience, response->status);
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

/// A token that is not taken says nothing of the message. Where a second copy of our request overtook the
/// first, the token is used up and the message has been heard: to take that for a refusal would end here what
/// goes on there.
Task<Result<http::Response>> DspPeers::exchange_known(http::Request request, Did audience, NextToken next,
                                                      http::SendOptions options) {
  for (int tries = 1;; ++tries) {
    auto token = co_await next();
    if (!token) co_return fail(std::move(token.error()));
    request.headers.set("Authorization", std::move(*token));
    auto response = co_await exchange(request, audience, options);
    if (!response || response->status != 401 || tries == tokens_max) co_return response;
  }
}

/// What policies ask for, what the profiles demand, and what is asked for in them beside it.
Task<Result<std::vector<protocol::dcp::Scope>>> DspPeers::scopes_of(
    std::vector<dataspace::Profile> profiles) {
  auto scopes = services_.policies.presentation_scopes();
  const auto add = [&scopes](protocol::dcp::Scope scope) {
    if (std::ranges::find(scopes, scope) == scopes.end()) scopes.push_back(std::move(scope));
  };
  std::vector<std::string> names;
  for (auto& profile : profiles) {
    for (auto& type : profile.required_credentials) add({.value = std::move(type)});
    names.push_back(std::move(profile.name));
  }
  auto more = co_await services_.dataspaces.scopes(std::move(names));
  if (!more) co_return fail(std::move(more.error()));
  for (auto& each : *more) add(std::move(each));
  co_return scopes;
}

std::string DspPeers::base_of(const ContextId& context, const dataspace::Profile& profile) const {
  return config_.public_url + "/api/dsp/" + text::percent_encode(context.str()) + "/" +
         text::percent_encode(dataspace::segment_of(profile));
}

Task<Result<dataspace::Profile>> DspPeers::profile(ContextId context, std::string name) {
  co_return co_await services_.dataspaces.named(std::move(context), std::move(name));
}

namespace {

using platform::routing::BodyForm;
using protocol::api::RouteInfo;
using protocol::dsp::VersionResponse;

Task<Result<Reply<VersionResponse>>> versions(participant_context::ParticipantContexts& contexts,
                                              dataspace::Dataspaces& dataspaces, Call call) {
  auto participant = co_await contexts.load(call.context);
  if (!participant) co_return fail(ErrorCode::not_found, "there is no such participant");
  auto profiles = co_await dataspaces.of(call.context);
  if (!profiles) co_return fail(std::move(profiles.error()));
  Reply<VersionResponse> reply;
  for (const auto& each : *profiles) {
    reply.body.protocol_versions.push_back(
        {.version = each.protocol.version,
         .path = "/" + dataspace::segment_of(each),
         .binding = each.protocol.binding,
         .identifier_type = "did:web",
         .auth = protocol::dsp::ProtocolAuth{"DCP", "1.0", {"vc11-sl2021/jwt"}},
         .profile = each.name});
  }
  co_return reply;
}

/// None where there is no such participant or profile: whoever authenticates says so.
Task<std::optional<BodyForm>> form_of_bodies(participant_context::ParticipantContexts& contexts,
                                             dataspace::Dataspaces& dataspaces, ContextId context,
                                             std::string segment) {
  auto profile = co_await dataspaces.at(context, std::move(segment));
  if (!profile || dataspace::form_of(*profile) == dsp::Form::of_2025_1) co_return std::nullopt;
  auto participant = co_await contexts.load(std::move(context));
  if (!participant) co_return std::nullopt;
  co_return BodyForm{dsp::from_2024_1,
                     [sender = dsp::Sender{{}, participant->identity.str()}](const json::Value& document) {
                       return dsp::to_2024_1(document, sender);
                     }};
}

}  // namespace

void bind_routes(platform::routing::Router& router, participant_context::ParticipantContexts& contexts,
                 dataspace::Dataspaces& dataspaces) {
  router.bind(protocol::api::dsp_binding::get_versions,
              [&contexts, &dataspaces](Call call, protocol::api::Nothing) {
                return versions(contexts, dataspaces, std::move(call));
              });
  router.form_bodies_with([&contexts, &dataspaces](const RouteInfo&, const Call& call) {
    return form_of_bodies(contexts, dataspaces, call.context, call.id<EntityId>("profile").str());
  });
}

}  // namespace kontor::runtime::dsp_endpoint
