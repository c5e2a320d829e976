#pragma once

#include "protocol/api/identity/key_pair_messages.hpp"
#include "runtime/identity/key_material.hpp"

namespace kontor::runtime::identity {

/// What the Identity API orders, as the key ring takes it. Errors: invalid_input for a usage that there is
/// not, a public key that is none, and a key id that is not one of the owner's.
Result<KeyDescriptor> descriptor_of(const protocol::api::identity::KeyDescriptor& body, const Did& owner);

}  // namespace kontor::runtime::identity
