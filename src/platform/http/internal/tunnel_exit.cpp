#include <algorithm>
#include <list>

#include "base/text/text.hpp"
#include "platform/async/signal.hpp"
#include "platform/async/waiter.hpp"
#include "platform/http/failure.hpp"
#include "platform/http/internal/server_connection.hpp"
#include "platform/http/internal/upgrade.hpp"
#include "platform/http/tunnel.hpp"

namespace kontor::platform::http {
namespace {

/// Answers whether the line lives, and hands everything else on.
Handler answering_pings(Handler handler) {
  return [handler = std::move(handler)](Request request) -> Task<Response> {
    if (request.method != "OPTIONS" || request.target != "*") return handler(std::move(request));
    return []() -> Task<Response> { co_return Response{.status = 204}; }();
  };
}

/// A line waits for its first request as for any other.
ListenerConfig served_with(const TunnelExitConfig& config) {
  return {.stream_requests = true, .header_timeout = config.quiet_max, .idle_timeout = config.quiet_max};
}

}  // namespace

struct TunnelExit::State {
  State(Services services_in, TunnelExitConfig config_in, Authorize authorize_in, Handler handler)
      : services(services_in),
        config(std::move(config_in)),
        authorize(std::move(authorize_in)),
        context{.config = served_with(config),
                .clock = services.clock,
                .handler = answering_pings(std::move(handler))},
        ended(services.scope.executor(), services.clock) {}

  static Task<void> hold(std::shared_ptr<State> state);
  Task<bool> dial_and_serve();
  Task<Result<std::unique_ptr<Stream>>> dial();
  Task<void> serve(std::unique_ptr<Stream> stream);
  Duration longer(Duration pause);
  void tell(const Error* failure) {
    if (observe) observe(open.size(), failure);
  }

  Services services;
  TunnelExitConfig config;
  Authorize authorize;
  Observe observe;
  ServerContext context;
  std::list<ServerConnection> open;
  async::Signal ended;
};

TunnelExit::TunnelExit(Services services, TunnelExitConfig config, Authorize authorize, Handler handler)
    : state_(std::make_shared<State>(services, std::move(config), std::move(authorize), std::move(handler))) {
}

TunnelExit::~TunnelExit() {
  state_->observe = nullptr;
  state_->context.draining = true;
  for (auto& each : state_->open) each.abort();
}

void TunnelExit::observe_with(Observe observe) {
  state_->observe = std::move(observe);
}

void TunnelExit::open() {
  for (std::size_t i = 0; i < state_->config.lines; ++i) state_->services.scope.spawn(State::hold(state_));
}

std::size_t TunnelExit::lines() const {
  return state_->open.size();
}

// One line after the other. A line that ended at once was no better than one that could not be opened.
Task<void> TunnelExit::State::hold(std::shared_ptr<State> state) {
  auto& clock = state->services.clock;
  Duration pause{0};
  while (!state->context.draining) {
    const auto since = clock.now();
    auto served = co_await state->dial_and_serve();
    const bool lasted = served && clock.now() - since >= state->config.retry_min;
    pause = lasted ? Duration{0} : state->longer(pause);
    auto was_cancelled = co_await async::cancelled();
    if (was_cancelled || state->context.draining) break;
    if (pause.count() == 0) continue;
    auto waited = co_await clock.wait_until(clock.now() + pause);
    if (!waited) break;
  }
}

/// Twice as long as before, and up to a quarter more: those who lost the same peer do not come back at once.
Duration TunnelExit::State::longer(Duration pause) {
  pause = std::clamp(pause * 2, config.retry_min, config.retry_max);
  std::byte dice{};
  services.random.fill(std::span(&dice, 1));
  return pause + pause * std::to_integer<int>(dice) / 1024;
}

Task<bool> TunnelExit::State::dial_and_serve() {
  auto stream = co_await dial();
  if (!stream) {
    tell(&stream.error());
    co_return false;
  }
  co_await serve(std::move(*stream));
  co_return true;
}

Task<Result<std::unique_ptr<Stream>>> TunnelExit::State::dial() {
  const auto deadline = async::Deadline::after(services.clock, config.dial_timeout);
  auto authorization = co_await authorize(deadline);
  if (!authorization) co_return fail(std::move(authorization.error()), "open a tunnel");
  Request request{.method = "GET", .target = config.url};
  if (!authorization->empty()) request.headers.set("Authorization", std::move(*authorization));
  auto taken = std::make_shared<std::unique_ptr<Stream>>();
  request.body.stream = std::make_shared<Upgrade>(
      std::string(tunnel_protocol), [taken](std::unique_ptr<Stream> stream) { *taken = std::move(stream); });
  auto response =
      co_await services.client.send(std::move(request), {.deadline = deadline, .trust = Trust::configured});
  if (!response) co_return fail(std::move(response.error()), "open a tunnel");
  if (*taken) co_return std::move(*taken);
  co_return fail(failure_of(response->status), "open a tunnel: {} answered {}: {}", config.url,
                 response->status, text::for_log(response->body.text, 300));
}

Task<void> TunnelExit::State::serve(std::unique_ptr<Stream> stream) {
  auto place = open.emplace(open.end(), context, Accepted{std::move(stream), "tunnel"}, false);
  tell(nullptr);
  co_await place->serve();
  open.erase(place);
  ended.notify();
  tell(nullptr);
}

Task<void> TunnelExit::drain(async::Deadline deadline) {
  auto state = state_;
  state->context.draining = true;
  for (auto& each : state->open) each.close_if_idle();
  while (!state->open.empty()) {
    const auto ticket = state->ended.ticket();
    auto ended = co_await state->ended.wait(ticket, deadline);
    if (!ended) break;
  }
  for (auto& each : state->open) each.abort();
}

}  // namespace kontor::platform::http
