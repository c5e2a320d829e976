#pragma once

#include "platform/assembly/assembly.hpp"
#include "platform/routing/router.hpp"
#include "runtime/did_control/did_controls.hpp"
#include "runtime/verifier/peer_verifier.hpp"

namespace kontor::runtime::did_control {

/// The part of the Identity API by which the control of a DID is proven. `controls` must outlive the router.
void bind_routes(platform::routing::Router& router, DidControls& controls,
                 const platform::async::Clock& clock);

/// Proofs that participants control the DIDs that they brought along.
struct DidControlAssembly {
  static constexpr std::string_view name = "did-control";
  using Requires = platform::assembly::Services<platform::async::Clock, platform::engine::Engine,
                                                platform::did::Resolver, platform::routing::Router,
                                                identity::IdentityContexts, verifier::PeerVerifier>;
  using Provides = platform::assembly::Services<DidControls>;
  using Config = platform::assembly::NoConfig;
  static std::vector<const entity::Kind*> kinds() { return {&domain::did_control::Machine::kind()}; }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    auto controls = std::make_unique<DidControls>(DidControls::Services{
        needs.get<platform::engine::Engine>(), needs.get<identity::IdentityContexts>(),
        needs.get<platform::did::Resolver>(), needs.get<verifier::PeerVerifier>().relationships()});
    bind_routes(needs.get<platform::routing::Router>(), *controls, needs.get<platform::async::Clock>());
    return controls;
  }
};

}  // namespace kontor::runtime::did_control
