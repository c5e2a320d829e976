#pragma once

#include "platform/assembly/assembly.hpp"
#include "runtime/identity/context_scopes.hpp"

namespace kontor::runtime::identity {

/// Wherever the Identity API and the Issuer administration API are served: scopes of participant contexts
/// bind.
struct ContextScopesAssembly {
  static constexpr std::string_view name = "context-scopes";
  using Requires = platform::assembly::Services<KeyRing, platform::auth::TokenVerifier>;
  using Provides = platform::assembly::Services<>;
  using Config = platform::assembly::NoConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    needs.get<platform::auth::TokenVerifier>().bind_with(bound_by_contexts(needs.get<KeyRing>()));
    return platform::assembly::Built<Provides>{};
  }
};

}  // namespace kontor::runtime::identity
