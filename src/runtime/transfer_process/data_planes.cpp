#include "runtime/transfer_process/data_planes.hpp"

#include <algorithm>

#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "platform/auth/plane_proofs.hpp"
#include "platform/auth/role_matrix.hpp"
#include "platform/http/failure.hpp"
#include "protocol/api/signaling/tunnel.hpp"
#include "runtime/transfer_process/tunnel_route.hpp"

namespace kontor::runtime::transfer_process {

namespace dps = protocol::dps;
namespace http = platform::http;

namespace {

constexpr std::string_view signaling_scope = "signaling-api:admin";

bool holds(const std::vector<std::string>& all, const std::string& wanted) {
  return std::find(all.begin(), all.end(), wanted) != all.end();
}

/// Whether the token opens no more than what one data plane, its subject, has: that registered keys, or
/// enrolled.
bool is_of_one_plane(const platform::auth::Caller& caller, const ContextId& context) {
  const auto signals = [](const std::string& granted) {
    return platform::auth::scope_implies(granted, signaling_scope);
  };
  return platform::auth::is_registered_plane(caller, context) ||
         (!caller.role && std::ranges::none_of(caller.scopes, signals));
}

Standings::Heard heard_of(const Result<http::Response>& response) {
  using enum Standings::Heard;
  if (!response || response->status == 500 || response->status == 502 || response->status == 504)
    return nothing;
  return response->status == 503 || response->status == 429 ? busy : answer;
}

bool is_tunnelled(const dps::DataPlaneRegistrationMessage& plane) {
  return plane.endpoint.starts_with(protocol::api::signaling::tunnel_endpoint);
}

/// At the plane's own end a tunnel is its signalling API.
std::string base_of(const ContextId& context, const dps::DataPlaneRegistrationMessage& plane) {
  return is_tunnelled(plane) ? "/api/v1/" + text::percent_encode(context.str()) : plane.endpoint;
}

}  // namespace

Task<Result<bool>> DataPlanes::available(ContextId context, std::string transfer_type) {
  auto planes = co_await services_.contexts.data_planes(std::move(context));
  if (!planes) co_return fail(std::move(planes.error()));
  co_return std::any_of(planes->begin(), planes->end(),
                        [&](const Plane& plane) { return holds(plane.profiles, transfer_type); });
}

Task<Result<DataPlanes::Chosen>> DataPlanes::choose(ContextId context, const transfer::Flow& flow) {
  auto planes = co_await services_.contexts.known_data_planes(context);
  if (!planes) co_return fail(std::move(planes.error()));
  const auto with_id = [&](std::string_view id) {
    return std::ranges::find_if(
        *planes, [&](const Known& each) { return each.registration.dataplane_id.str() == id; });
  };
  if (!flow.data_plane.empty()) {
    const auto found = with_id(flow.data_plane);
    if (found != planes->end()) co_return Chosen{std::move(*found), {}};
    co_return fail(ErrorCode::not_found, "the data plane '{}' is not registered any more", flow.data_plane);
  }
  const auto now = services_.clock.now();
  const auto all = candidates(context, *planes);
  if (const auto asked = standings_.asked({context, flow.process})) {
    const auto found = with_id(asked->str());
    const auto standing = transfer::standing_of(asked->str(), all, now).verdict;
    const bool is_there = standing != transfer::Verdict::gone && found != planes->end();
    if (is_there) co_return Chosen{std::move(*found), "was asked before, and may have taken the flow"};
  }
  const auto selection =
      transfer::select(all, {flow.subject.transfer_type, flow.metadata.labels, location_}, now);
  if (selection.chosen) {
    const auto at = *selection.chosen;
    co_return Chosen{std::move(planes->at(at)), selection.judgements[at].reason};
  }
  const auto is_gone = [](const transfer::Judgement& each) {
    return each.verdict == transfer::Verdict::gone;
  };
  const bool may_be_back = std::ranges::any_of(selection.judgements, is_gone);
  co_return fail(may_be_back ? ErrorCode::unavailable : ErrorCode::not_found,
                 "none of the {} data planes of '{}' can be had for the transfer type '{}': {}",
                 planes->size(), context, flow.subject.transfer_type, selection.reasons());
}

Task<Result<transfer::Selection>> DataPlanes::select(ContextId context, transfer::Wanted wanted) {
  auto owner = co_await services_.contexts.load(context);
  if (!owner) co_return fail(std::move(owner.error()));
  auto planes = co_await services_.contexts.known_data_planes(context);
  if (!planes) co_return fail(std::move(planes.error()));
  wanted.near = location_;
  co_return transfer::select(candidates(context, *planes), wanted, services_.clock.now());
}

Task<Result<transfer::Judgement>> DataPlanes::standing(ContextId context, std::string data_plane) {
  auto planes = co_await services_.contexts.known_data_planes(context);
  if (!planes) co_return fail(std::move(planes.error()));
  co_return transfer::standing_of(data_plane, candidates(context, *planes), services_.clock.now());
}

Task<Result<bool>> DataPlanes::speaks_for(ContextId context, Carried flow, platform::auth::Caller caller) {
  auto planes = co_await services_.contexts.known_data_planes(context);
  if (!planes) co_return fail(std::move(planes.error()));
  const auto proves_itself = [&](std::string_view id) {
    return std::ranges::any_of(*planes, [&](const Known& each) {
      const auto& plane = each.registration;
      return plane.dataplane_id.str() == id && (plane.authorization || is_tunnelled(plane));
    });
  };
  auto& carrier = flow.data_plane;
  // Who took an order may report before its answer is here.
  if (carrier.empty()) {
    if (const auto ordered = standings_.ordered({context, flow.process})) carrier = ordered->str();
  }
  if (carrier == caller.subject) co_return true;
  co_return !is_of_one_plane(caller, context) && !proves_itself(caller.subject) && !proves_itself(carrier);
}

std::vector<transfer::Candidate> DataPlanes::candidates(const ContextId& context,
                                                        const std::vector<Known>& planes) const {
  std::vector<transfer::Candidate> all;
  for (const auto& [plane, registered_at, load_percent] : planes) {
    transfer::Candidate candidate{.id = plane.dataplane_id.str(),
                                  .transfer_types = plane.profiles,
                                  .labels = plane.labels,
                                  .good_until = {},
                                  .silent_until = {},
                                  .load_percent = load_percent};
    if (plane.lease) candidate.good_until = registered_at + *plane.lease;
    standings_.describe({context, plane.dataplane_id}, registered_at, candidate);
    all.push_back(std::move(candidate));
  }
  return all;
}

Task<Result<DataPlanes::Answer>> DataPlanes::send(const platform::engine::EffectCall& call,
                                                  const transfer::Flow& flow, Signal signal) {
  auto chosen = co_await choose(call.context, flow);
  if (!chosen) co_return fail(std::move(chosen.error()));
  const auto& plane = chosen->plane.registration;
  auto spoken = dps::speak(
      plane.dialect, signal,
      {.flow = dps::DataFlowId(flow.process.str()),
       .endpoint = base_of(call.context, plane),
       .callback = callback_base_ + "/api/signaling/v1/" + text::percent_encode(call.context.str())});
  if (!spoken) co_return fail(std::move(spoken.error()), "signal the data plane '{}'", plane.dataplane_id);
  Answer answer{.data_plane = plane.dataplane_id.str(), .choice = std::move(chosen->reason)};
  std::optional<std::string> body;
  if (*spoken) {
    auto response = co_await hand_over(call, flow, chosen->plane, std::move(**spoken));
    if (!response) co_return fail(std::move(response.error()));
    if (response->status < 200 || response->status >= 300) {
      co_return fail(http::failure_of(response->status, {401, 409}), "the data plane '{}' answered {}: {}",
                     plane.dataplane_id, response->status, text::for_log(response->body.text, 300));
    }
    answer.pending = response->status == 202;
    body = std::move(response->body.text);
  }
  auto status = dps::hear(plane.dialect, signal, body);
  if (!status)
    co_return fail_as(ErrorCode::peer_refused, std::move(status.error()), "read the data plane's answer");
  answer.status = std::move(*status);
  // Deployed control planes look at the state alone, so that some planes say it there alone.
  const auto state = answer.status.state;
  answer.pending |= state == dps::State::preparing || state == dps::State::starting;
  co_return answer;
}

Task<Result<http::Response>> DataPlanes::hand_over(const platform::engine::EffectCall& call,
                                                   const transfer::Flow& flow, const Known& known,
                                                   dps::Spoken spoken) {
  const auto& plane = known.registration;
  auto authorization = co_await authorization_for(call, plane);
  if (!authorization) co_return fail(std::move(authorization.error()));
  const bool own = is_own(call.context, plane);
  http::Request request{"POST", std::move(spoken.url)};
  if (!authorization->empty()) request.headers.set("Authorization", std::move(*authorization));
  if (!spoken.body.empty()) request.headers.set("Content-Type", "application/json");
  request.body.text = std::move(spoken.body);
  const Standings::Key key{call.context, plane.dataplane_id};
  const Standings::Process process{call.context, flow.process};
  const bool is_order = flow.data_plane.empty();
  if (is_order) standings_.begin(key, process, known.registered_at, services_.clock.now());
  const bool can_be_asked = !is_tunnelled(plane) || tunnels().lines(tunnel_of(call.context, key.plane)) > 0;
  auto response = co_await transmit(call, plane, std::move(request));
  const auto heard = can_be_asked ? heard_of(response) : Standings::Heard::busy;
  if (heard == Standings::Heard::answer) heard_from(call.context, key.plane);
  if (is_order) standings_.end(key, process, heard, services_.clock.now());
  if (!is_order) standings_.note(key, heard, services_.clock.now());
  if (!response)
    co_return fail(std::move(response.error()), "signal the data plane '{}'", plane.dataplane_id);
  if (response->status == 401 && own) services_.tokens.forget();
  co_return std::move(*response);
}

void DataPlanes::heard_from(const ContextId& context, const dps::DataPlaneId& plane) {
  const Standings::Key key{context, plane};
  const auto unheard_since = standings_.unheard_since(key);
  if (!unheard_since) return;
  standings_.note(key, Standings::Heard::answer, services_.clock.now());
  back_(context, plane, *unheard_since);
}

/// A plane that dialled is whose tunnel this context has, wherever its endpoint points to.
Task<Result<http::Response>> DataPlanes::transmit(const platform::engine::EffectCall& call,
                                                  const Plane& plane, http::Request request) {
  const bool own = is_own(call.context, plane);
  http::SendOptions options{.deadline = call.deadline,
                            .trust = own ? http::Trust::configured : http::Trust::foreign,
                            .trace = call.trace};
  if (!is_tunnelled(plane)) return services_.client.send(std::move(request), options);
  return tunnels().send(tunnel_of(call.context, plane.dataplane_id), std::move(request), options);
}

http::Tunnels& DataPlanes::tunnels() const {
  invariant(tunnels_ != nullptr, "a control plane has tunnels");
  return *tunnels_;
}

/// At the address that one of ours has for this context, and at no other: our token opens all contexts.
bool DataPlanes::is_own(const ContextId& context, const Plane& plane) const {
  if (plane.authorization) return false;
  std::string_view endpoint = plane.endpoint;
  if (endpoint.ends_with("/dataflows")) endpoint.remove_suffix(std::string_view("/dataflows").size());
  const auto is_at = [&](const std::string& origin) {
    return endpoint == origin + "/api/v1/" + context.str() ||
           endpoint == origin + "/api/v1/" + text::percent_encode(context.str());
  };
  return std::any_of(own_.begin(), own_.end(), is_at);
}

Task<Result<std::string>> DataPlanes::authorization_for(const platform::engine::EffectCall& call,
                                                        const Plane& plane) {
  if (is_own(call.context, plane)) {
    co_return co_await services_.tokens.authorization(std::string(signaling_scope), call.deadline);
  }
  auto profile = co_await services_.contexts.authorization_of(call.context, plane);
  if (!profile) co_return fail(std::move(profile.error()));
  co_return co_await profile_tokens_.authorization(
      {plane.dataplane_id.str(), call.context, std::move(*profile)}, call.deadline);
}

}  // namespace kontor::runtime::transfer_process
