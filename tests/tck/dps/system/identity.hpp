#pragma once

#include "connector/header_identity.hpp"
#include "tck/dps/system/script.hpp"

namespace kontor::tck::dps {

/// A JSON object in which the caller says who it is: what the kit sends as a party of the Dataspace Protocol.
struct SaidIdentity {
  static constexpr std::string_view name = "said-identity";
  static Result<Did> caller(std::string_view header);
  static std::string header_for(const ContextId& context, const Did& audience);
};

using SaidIdentityAssembly = connector::HeaderIdentityAssembly<SaidIdentity>;

/// The header of whoever says to be this.
std::string header_of(std::string_view id);

}  // namespace kontor::tck::dps
