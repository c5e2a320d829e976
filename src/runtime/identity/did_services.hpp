#pragma once

#include "runtime/identity/identity_context.hpp"

namespace kontor::runtime::identity {

/// A change to what a DID document offers. A service is found by its id, absolute or as a fragment.
struct ServiceChange {
  enum class Kind : std::uint8_t { add, replace, remove };
  Kind kind = Kind::add;
  protocol::did::Service service;  ///< only its id, for a removal
};

inline constexpr std::size_t services_max = 100;

/// Errors: conflict when it is there already or there are too many, not_found.
Result<void> change(IdentityContext& context, ServiceChange change);

}  // namespace kontor::runtime::identity
