#pragma once

#include "protocol/api/identity/key_pair_messages.hpp"
#include "protocol/api/route.hpp"

/// The routes of the Identity API v1beta about participants' key pairs.
namespace kontor::protocol::api::identity {

inline constexpr Route<Nothing, std::vector<KeyPairResource>> list_key_pairs{
    {.name = "list-key-pairs",
     .path = "/api/identity/v1beta/participants/{participantContextId}/keypairs",
     .concern = Concern::participant_data,
     .scope = "identity-api:keypairs:read",
     .summary = "Lists a participant's key pairs."}};

}  // namespace kontor::protocol::api::identity
