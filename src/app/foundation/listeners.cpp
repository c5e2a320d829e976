#include "app/foundation/listeners.hpp"

#include <algorithm>

namespace kontor::app::foundation {

using protocol::api::Listener;

config::Fields fields_of(config::Type<ListenersConfig>) {
  using C = ListenersConfig;
  return {
      config::field("public", &C::open,
                    "for everybody: dataspace protocols, DID documents, status lists, data"),
      config::field("administration", &C::administration,
                    "for holders of tokens: management, identity, issuer, fabric"),
      config::field("signaling", &C::signaling, "between control plane and data plane"),
  };
}

Listeners::Listeners(Needs needs, ListenersConfig config) : needs_(needs), config_(std::move(config)) {}
Listeners::~Listeners() = default;

Result<void> Listeners::open() {
  if (auto done = open_one(Listener::open, "public", config_.open); !done) return done;
  if (auto done = open_one(Listener::administration, "administration", config_.administration); !done)
    return done;
  return open_one(Listener::signaling, "signaling", config_.signaling);
}

Result<void> Listeners::open_one(Listener which, std::string_view name, const ListenerSettings& settings) {
  const auto routes = needs_.router.routes();
  if (std::ranges::find(routes, which, &protocol::api::RouteInfo::listener) == routes.end()) return {};
  auto listener = platform::http::listen(needs_.scope, needs_.clock, listener_config(settings),
                                         needs_.router.handler(which));
  if (!listener) return fail(std::move(listener.error()), "open the {} listener (listeners.{})", name, name);
  needs_.log.info("{} listener on {}", name, origin_of(settings, (*listener)->port()));
  open_[which] = std::move(*listener);
  return {};
}

Task<void> Listeners::drain(platform::async::Deadline deadline) {
  needs_.router.drain();
  platform::async::Scope draining(needs_.scope.executor());
  for (auto& [which, listener] : open_) draining.spawn(listener->drain(deadline));
  co_await draining.drain();
  co_await draining.close();
}

std::uint16_t Listeners::port(Listener which) const {
  const auto found = open_.find(which);
  return found == open_.end() ? std::uint16_t{0} : found->second->port();
}

Result<assembly::Built<ListenersAssembly::Provides>> ListenersAssembly::build(Requires needs,
                                                                              const Config& config) {
  const Listeners::Needs parts{needs.get<platform::async::Scope>(), needs.get<platform::async::Clock>(),
                               needs.get<platform::routing::Router>(),
                               needs.get<platform::telemetry::Log>().component(name)};
  return std::make_unique<Listeners>(parts, config);
}

Task<Result<void>> ListenersAssembly::start(Provides services) {
  co_return services.get<Listeners>().open();
}

Task<Result<void>> ListenersAssembly::drain(Provides services, platform::async::Deadline deadline) {
  co_await services.get<Listeners>().drain(deadline);
  co_return Result<void>{};
}

}  // namespace kontor::app::foundation
