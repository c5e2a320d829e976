#pragma once

#include "base/id/id.hpp"

namespace kontor::domain::credential {

/// A credential that a holder stores: the credential's own id (a token's `jti`, else the credential's `id`).
using CredentialId = Id<struct CredentialIdTag>;

}  // namespace kontor::domain::credential
