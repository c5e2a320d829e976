#pragma once

#include "connector/header_identity.hpp"

namespace kontor::interop::edc {

/// What EDC's `iam-mock` sends and believes: a JSON object in which the caller says who it is. A participant
/// of ours is who `id_of` its context says.
struct MockIdentity {
  static constexpr std::string_view name = "mock-identity";
  static Result<Did> caller(std::string_view header);
  static std::string header_for(const ContextId& context, const Did& audience);
};

using MockPeerIdentity = connector::HeaderIdentity<MockIdentity>;
using MockIdentityAssembly = connector::HeaderIdentityAssembly<MockIdentity>;

}  // namespace kontor::interop::edc
