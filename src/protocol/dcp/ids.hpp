#pragma once

#include "base/id/id.hpp"

namespace kontor::protocol::dcp {

/// The holder's name for a credential request; unique within the holder's context. (DCP 1.0, issuance:
/// holderPid)
using HolderPid = Id<struct HolderPidTag>;
/// The issuer's name for the same request. (issuerPid; the last segment of the request's `Location`)
using IssuerPid = Id<struct IssuerPidTag>;
/// What can be asked of an issuer: an entry of its metadata, on our side the id of a credential definition.
using CredentialObjectId = Id<struct CredentialObjectIdTag>;

}  // namespace kontor::protocol::dcp
