#pragma once

#include <map>
#include <string>
#include <string_view>

#include "platform/assembly/assembly.hpp"
#include "platform/routing/router.hpp"

namespace kontor::platform::openapi {

/// The OpenAPI documents of a process. All routes are bound before one is asked for. Used on the io thread.
class Documents {
 public:
  explicit Documents(const routing::Router& router) : router_(router) {}
  /// As text, made once.
  const std::string& text(protocol::api::Listener listener);

 private:
  const routing::Router& router_;
  std::map<protocol::api::Listener, std::string> texts_;
};

/// Serves the document of each listener that some route is bound to; stands behind all other assemblies that
/// bind routes.
struct OpenApiAssembly {
  static constexpr std::string_view name = "openapi";
  using Requires = assembly::Services<routing::Router>;
  using Provides = assembly::Services<Documents>;
  using Config = assembly::NoConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config&);
};

}  // namespace kontor::platform::openapi
