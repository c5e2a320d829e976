#include "runtime/transfer_process/data_planes.hpp"

#include <algorithm>

#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "platform/http/failure.hpp"

namespace kontor::runtime::transfer_process {

namespace dps = protocol::dps;
namespace http = platform::http;

namespace {

constexpr std::string_view signaling_scope = "signaling-api:admin";

bool holds(const std::vector<std::string>& all, const std::string& wanted) {
  return std::find(all.begin(), all.end(), wanted) != all.end();
}

bool holds_all(const std::vector<std::string>& all, const std::vector<std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& each) { return holds(all, each); });
}

/// What other signals are answered with is nobody's business: some planes write nothing, some `{}`. [DPS 1.0]
bool tells_a_status(dps::Operation operation) {
  return operation == dps::Operation::prepare || operation == dps::Operation::start ||
         operation == dps::Operation::resume;
}

}  // namespace

Task<Result<bool>> DataPlanes::available(ContextId context, std::string transfer_type) {
  auto planes = co_await services_.contexts.data_planes(std::move(context));
  if (!planes) co_return fail(std::move(planes.error()));
  co_return std::any_of(planes->begin(), planes->end(),
                        [&](const Plane& plane) { return holds(plane.profiles, transfer_type); });
}

Task<Result<DataPlanes::Plane>> DataPlanes::choose(ContextId context, const transfer::Flow& flow) {
  auto planes = co_await services_.contexts.data_planes(context);
  if (!planes) co_return fail(std::move(planes.error()));
  for (const auto& plane : *planes) {
    const bool chosen_before = plane.dataplane_id.str() == flow.data_plane;
    const bool suits = flow.data_plane.empty() && holds(plane.profiles, flow.subject.transfer_type) &&
                       holds_all(plane.labels, flow.metadata.labels);
    if (chosen_before || suits) co_return plane;
  }
  if (!flow.data_plane.empty()) {
    co_return fail(ErrorCode::not_found, "the data plane '{}' is not registered any more", flow.data_plane);
  }
  co_return fail(ErrorCode::not_found,
                 "none of the {} data planes of '{}' serves the transfer type '{}' and the labels asked for",
                 planes->size(), context, flow.subject.transfer_type);
}

Task<Result<DataPlanes::Answer>> DataPlanes::send(const platform::engine::EffectCall& call,
                                                  const transfer::Flow& flow, Signal signal) {
  auto plane = co_await choose(call.context, flow);
  if (!plane) co_return fail(std::move(plane.error()));
  auto authorization = co_await authorization_for(call, *plane);
  if (!authorization) co_return fail(std::move(authorization.error()));
  const bool own = is_own(call.context, *plane);
  http::Request request{
      "POST", dps::operation_url(plane->endpoint, signal.operation, dps::DataFlowId(flow.process.str()))};
  if (!authorization->empty()) request.headers.set("Authorization", std::move(*authorization));
  request.headers.set("Content-Type", "application/json");
  request.body.text = std::move(signal.body);
  auto response = co_await services_.client.send(
      std::move(request), {.deadline = call.deadline,
                           .trust = own ? http::Trust::configured : http::Trust::foreign,
                           .trace = call.trace});
  if (!response)
    co_return fail(std::move(response.error()), "signal the data plane '{}'", plane->dataplane_id);
  if (response->status == 401 && own) services_.tokens.forget();
  if (response->status < 200 || response->status >= 300) {
    co_return fail(http::failure_of(response->status, {401, 409}), "the data plane '{}' answered {}: {}",
                   plane->dataplane_id, response->status, text::for_log(response->body.text, 300));
  }
  Answer answer{.data_plane = plane->dataplane_id.str(), .pending = response->status == 202};
  if (tells_a_status(signal.operation) && !response->body.text.empty()) {
    auto status = json::decode<dps::DataFlowStatusMessage>(response->body.text);
    if (!status)
      co_return fail_as(ErrorCode::peer_refused, std::move(status.error()), "read the data plane's answer");
    answer.status = std::move(*status);
  }
  // Deployed control planes look at the state alone, so that some planes say it there alone.
  const auto state = answer.status.state;
  answer.pending |= state == dps::State::preparing || state == dps::State::starting;
  co_return answer;
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
  co_return co_await profile_tokens_.authorization(std::move(*profile), plane.dataplane_id.str(),
                                                   call.deadline);
}

}  // namespace kontor::runtime::transfer_process
