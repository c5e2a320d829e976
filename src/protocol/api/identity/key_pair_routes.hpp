#pragma once

#include "protocol/api/identity/key_pair_messages.hpp"
#include "protocol/api/route.hpp"

/// The routes of the Identity API v1beta about participants' key pairs. `{keyPairId}` is the id of the key
/// pair or of its verification method.
namespace kontor::protocol::api::identity {

inline constexpr Route<Nothing, std::vector<KeyPairResource>> list_key_pairs{
    {.name = "list-key-pairs",
     .path = "/api/identity/v1beta/participants/{participantContextId}/keypairs",
     .concern = Concern::participant_data,
     .scope = "identity-api:keypairs:read",
     .query = "state",
     .summary =
         "Lists a participant's key pairs; state as query parameter narrows it, state=ROTATED to those "
         "that sign no more and may still verify."}};
inline constexpr Route<Nothing, std::vector<KeyPairResource>> list_all_key_pairs{
    {.name = "list-all-key-pairs",
     .path = "/api/identity/v1beta/keypairs",
     .concern = Concern::participant_context,
     .scope = "identity-api:admin",
     .query = "offset limit",
     .summary = "Lists the key pairs of all participants; offset and limit as query parameters."}};
inline constexpr Route<Nothing, KeyPairResource> get_key_pair{
    {.name = "get-key-pair",
     .path = "/api/identity/v1beta/participants/{participantContextId}/keypairs/{keyPairId}",
     .concern = Concern::participant_data,
     .scope = "identity-api:keypairs:read",
     .summary = "Reads a key pair, by its id or its key id."}};
inline constexpr Route<KeyDescriptor, Nothing> add_key_pair{
    {.name = "add-key-pair",
     .method = Method::put,
     .path = "/api/identity/v1beta/participants/{participantContextId}/keypairs",
     .concern = Concern::participant_data,
     .scope = "identity-api:keypairs:write",
     .body = BodyFormat::json,
     .success = 204,
     .query = "makeDefault",
     .summary = "Adds a key pair: made in the vault, or the public half of a private key that is there.",
     .example = R"({"keyId":"key-of-the-example","privateKeyAlias":"alias-of-the-example",)"
                R"("keyGeneratorParams":{"algorithm":"EC","curve":"secp384r1"},)"
                R"("usage":["sign_credentials"],"active":true})"}};
inline constexpr Route<Nothing, Nothing> activate_key_pair{
    {.name = "activate-key-pair",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants/{participantContextId}/keypairs/{keyPairId}/activate",
     .concern = Concern::participant_data,
     .scope = "identity-api:keypairs:write",
     .success = 204,
     .summary = "Activates a key pair: it stands in the DID document and signs."}};
inline constexpr Route<Successor, Nothing> rotate_key_pair{
    {.name = "rotate-key-pair",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants/{participantContextId}/keypairs/{keyPairId}/rotate",
     .concern = Concern::participant_data,
     .scope = "identity-api:keypairs:write",
     .body = BodyFormat::json,
     .success = 204,
     .query = "duration",
     .summary = "Rotates a key pair once its successor can sign; duration: milliseconds that it verifies at "
                "least. Without a body another key follows, or one that is made like it.",
     .example = R"({"keyId":"successor-of-the-example","privateKeyAlias":"successor-of-the-example",)"
                R"("keyGeneratorParams":{"algorithm":"EDDSA","curve":"ed25519"}})",
     .exempt = {.optional_body = true}}};
inline constexpr Route<Successor, Nothing> revoke_key_pair{
    {.name = "revoke-key-pair",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants/{participantContextId}/keypairs/{keyPairId}/revoke",
     .concern = Concern::participant_data,
     .scope = "identity-api:keypairs:write",
     .body = BodyFormat::json,
     .success = 204,
     .summary =
         "Revokes a key pair at once: it signs no more and leaves the DID document. A body names the key "
         "that follows.",
     .example = R"({"keyId":"after-the-revoked","privateKeyAlias":"after-the-revoked",)"
                R"("keyGeneratorParams":{"algorithm":"EC","curve":"secp256r1"}})",
     .exempt = {.optional_body = true}}};

}  // namespace kontor::protocol::api::identity
