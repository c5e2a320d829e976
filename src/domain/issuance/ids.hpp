#pragma once

#include "base/id/id.hpp"
#include "protocol/dcp/ids.hpp"

namespace kontor::domain::issuance {

/// A party that credentials may be issued to, as the issuer registered it.
using HolderId = Id<struct HolderIdTag>;
using AttestationId = Id<struct AttestationIdTag>;
/// A credential definition; the same id stands in the issuer's metadata and in requests.
using CredentialDefinitionId = protocol::dcp::CredentialObjectId;
using StatusListId = Id<struct StatusListIdTag>;
/// An issued credential: its own `id`, a URN.
using IssuedCredentialId = Id<struct IssuedCredentialIdTag>;

}  // namespace kontor::domain::issuance
