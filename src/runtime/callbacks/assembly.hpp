#pragma once

#include "platform/assembly/assembly.hpp"
#include "runtime/callbacks/callbacks.hpp"

namespace kontor::runtime::callbacks {

/// Calls to the addresses that participants gave for their processes.
struct CallbacksAssembly {
  static constexpr std::string_view name = "callbacks";
  using Requires = platform::assembly::Services<platform::engine::Engine, platform::http::Client,
                                                platform::http::SecretClient, platform::vault::Vault>;
  using Provides = platform::assembly::Services<Callbacks>;
  using Config = platform::assembly::NoConfig;
  static std::vector<const entity::Kind*> kinds() { return {&callback::Machine::kind()}; }
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    return std::make_unique<Callbacks>(
        Callbacks::Services{needs.get<platform::engine::Engine>(), needs.get<platform::http::Client>(),
                            needs.get<platform::http::SecretClient>(), needs.get<platform::vault::Vault>()});
  }
};

}  // namespace kontor::runtime::callbacks
