#pragma once

#include "fabric/exchange/exchange.hpp"
#include "platform/assembly/assembly.hpp"

namespace kontor::fabric::exchange {

/// What connects the two managers of one process.
struct ExchangeAssembly {
  static constexpr std::string_view name = "orchestration-exchange";
  using Requires = platform::assembly::Services<>;
  using Provides = platform::assembly::Services<OrchestrationExchange>;
  using Config = platform::assembly::NoConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
};

}  // namespace kontor::fabric::exchange
