#pragma once

#include "platform/assembly/assembly.hpp"
#include "runtime/agreement/agreements.hpp"

namespace kontor::runtime::agreement {

/// The end of agreements in force.
struct AgreementAssembly {
  static constexpr std::string_view name = "agreement";
  using Requires = platform::assembly::Services<platform::engine::Engine, platform::routing::Router,
                                                dsp_endpoint::DspPeers>;
  using Provides = platform::assembly::Services<Agreements>;
  using Config = platform::assembly::NoConfig;
  static std::vector<const entity::Kind*> kinds() { return {&ending::Machine::kind()}; }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    auto agreements = std::make_unique<Agreements>(
        Agreements::Services{needs.get<platform::engine::Engine>(), needs.get<dsp_endpoint::DspPeers>()});
    bind_routes(needs.get<platform::routing::Router>(), *agreements);
    return agreements;
  }
};

}  // namespace kontor::runtime::agreement
