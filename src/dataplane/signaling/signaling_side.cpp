#include "dataplane/signaling/signaling_side.hpp"

namespace kontor::dataplane::signaling {

SignalingSide make_side(const Foundation& on, SideOptions options) {
  SignalingSide side;
  side.tokens = std::make_unique<AccessTokens>(on.vault, on.random, options.token_lifetime);
  side.control_planes = std::make_unique<ControlPlanes>(
      ControlPlanes::Services{on.engine, on.vault, on.own_tokens, on.client, on.secret_client},
      std::move(options.own_control_plane), std::move(options.exchange));
  side.flows = std::make_unique<DataFlows>(
      DataFlows::Services{on.engine, on.vault, on.client, *side.tokens, *side.control_planes},
      options.public_url + "/api/data-token");
  side.renewal = std::make_unique<TokenRenewal>(TokenRenewal::Services{on.engine, on.resolver, *side.tokens});
  on.engine.add<flows::Machine>([all = side.flows.get()](platform::engine::Committed<flows::Effect> effect) {
    return all->run(std::move(effect));
  });
  bind_routes(on.router, *side.flows);
  bind_control_plane_routes(on.router, *side.control_planes);
  bind_renewal_route(on.router, *side.renewal);
  return side;
}

std::vector<const entity::Kind*> kinds_of_side() {
  return {&flows::Machine::kind(), &ControlPlaneDocument::kind()};
}

}  // namespace kontor::dataplane::signaling
