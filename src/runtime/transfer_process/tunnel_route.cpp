#include "runtime/transfer_process/tunnel_route.hpp"

#include <algorithm>

#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "protocol/api/signaling/tunnel.hpp"

namespace kontor::runtime::transfer_process {

namespace http = platform::http;
using participant_context::ParticipantContexts;
using platform::routing::Call;
using protocol::dps::DataPlaneId;

namespace {

/// Only who has the plane's own credentials is asked what the plane is asked.
Task<Result<http::Response>> open(http::Tunnels& tunnels, ParticipantContexts& contexts, Call call,
                                  http::Request request) {
  const auto plane = call.id<DataPlaneId>("dataplaneId");
  auto planes = co_await contexts.data_planes(call.context);
  if (!planes) co_return fail(std::move(planes.error()));
  const bool registered =
      std::ranges::any_of(*planes, [&](const auto& each) { return each.dataplane_id == plane; });
  if (!registered) co_return fail(ErrorCode::not_found, "there is no data plane '{}'", plane);
  if (call.caller.subject != plane.str() && request.headers.get("Upgrade"))
    co_return fail(ErrorCode::forbidden, "the tunnel of '{}' is opened by that data plane alone", plane);
  co_return tunnels.accept(tunnel_of(call.context, plane), request);
}

}  // namespace

std::string tunnel_of(const ContextId& context, const DataPlaneId& plane) {
  return text::percent_encode(context.str()) + "/" + text::percent_encode(plane.str());
}

std::optional<TunnelOwner> owner_of(std::string_view tunnel) {
  const auto halves = text::split_once(tunnel, '/');
  if (!halves) return {};
  const auto context = text::percent_decode(halves->first);
  const auto plane = text::percent_decode(halves->second);
  if (!context || !plane) return {};
  return TunnelOwner{ContextId(*context), DataPlaneId(*plane)};
}

void bind_tunnel_route(platform::routing::Router& router, http::Tunnels& tunnels,
                       ParticipantContexts& contexts) {
  router.bind_raw(protocol::api::signaling::open_tunnel, [&](Call call, http::Request request) {
    return open(tunnels, contexts, std::move(call), std::move(request));
  });
}

}  // namespace kontor::runtime::transfer_process
