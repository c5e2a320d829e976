#pragma once

#include <string_view>

#include "platform/assembly/assembly.hpp"
#include "platform/endpoints/endpoints.hpp"

namespace kontor::app::foundation {

/// How others reach this installation.
struct EndpointsAssembly {
  static constexpr std::string_view name = "endpoints";
  using Requires = platform::assembly::Services<>;
  using Provides = platform::assembly::Services<platform::endpoints::Endpoints>;
  using Config = platform::endpoints::Endpoints;
  static Result<platform::assembly::Built<Provides>> build(Requires, const Config& config) {
    return std::make_unique<platform::endpoints::Endpoints>(config);
  }
};

}  // namespace kontor::app::foundation
