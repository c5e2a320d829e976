#include <functional>

#include "asking_planes.hpp"
#include "platform/async/waiter.hpp"
#include "platform/http/tunnel.hpp"
#include "protocol/api/signaling/tunnel.hpp"
#include "world.hpp"

namespace kontor::hostile {
namespace {

namespace http = platform::http;

Task<Result<std::string>> nothing_to_prove(platform::async::Deadline) {
  co_return std::string();
}
Task<http::Response> nothing_to_say(http::Request) {
  co_return http::Response{.status = 404};
}

/// Whether it has come before nobody waits for it any more.
Task<bool> comes(World& world, std::function<bool()> it) {
  while (!it()) {
    const bool given_up = co_await platform::async::cancelled();
    if (given_up) co_return false;
    co_await world.loop.turn();
  }
  co_return true;
}

/// Opens a line as a data plane does, with nothing to prove: who may is not the question here.
Task<Result<void>> open_line(World& world, std::string tunnel) {
  world.hostile.dial(world.door->port(), "GET /" + tunnel +
                                             " HTTP/1.1\r\nHost: tunnel\r\nConnection: Upgrade\r\nUpgrade: " +
                                             std::string(http::tunnel_protocol) + "\r\n\r\n");
  const bool opened = co_await comes(world, [&] { return world.opened_tunnels.contains(tunnel); });
  if (!opened) co_return fail(ErrorCode::cancelled, "wait for the tunnel");
  co_return Result<void>{};
}

}  // namespace

Task<Result<void>> signal_over_tunnel(World& world) {
  const auto plane = world.fresh("edge");
  auto registered = co_await register_plane(
      world, plane, std::string(protocol::api::signaling::tunnel_endpoint) + plane, {});
  if (!registered) co_return registered;
  // TLS is spoken by who dials: what a data plane meets there is the next row.
  if (world.hostile.url().starts_with("https:")) co_return co_await dialled_control_plane(world);
  auto open = co_await open_line(world, "acme/" + plane);
  if (!open) co_return open;
  co_return co_await order_start(world, plane);
}

/// Until the first attempt has failed.
Task<Result<void>> dialled_control_plane(World& world) {
  http::TunnelExit exit({world.house.scope, world.loop.clock(), *world.house.client, world.loop.random()},
                        {.url = world.hostile.url("/tunnel"), .lines = 1}, nothing_to_prove, nothing_to_say);
  std::optional<Error> why;
  exit.observe_with([&why](std::size_t, const Error* failure) {
    if (failure) why = *failure;
  });
  exit.open();
  const bool failed = co_await comes(world, [&] { return why.has_value(); });
  if (!failed) co_return fail(ErrorCode::cancelled, "wait for an attempt");
  co_return fail(std::move(*why));
}

}  // namespace kontor::hostile
