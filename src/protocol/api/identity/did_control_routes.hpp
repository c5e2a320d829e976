#pragma once

#include "protocol/api/identity/did_control_messages.hpp"
#include "protocol/api/route.hpp"

/// The routes of the Identity API by which a participant proves that it controls the DID that it brought
/// along. The reference has none.
namespace kontor::protocol::api::identity {

inline constexpr Route<Nothing, DidControl> get_did_control{
    {.name = "get-did-control",
     .path = "/api/identity/v1beta/participants/{participantContextId}/didcontrol",
     .concern = Concern::participant_data,
     .scope = "identity-api:dids:read",
     .summary = "Says whether a participant has proven that it controls its DID, and why the last answer did "
                "not prove it; with Prefer: wait=N answers once it has."}};
inline constexpr Route<Nothing, DidChallenge> ask_did_challenge{
    {.name = "ask-did-challenge",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants/{participantContextId}/didcontrol/challenges",
     .concern = Concern::participant_data,
     .scope = "identity-api:dids:write",
     .success = 201,
     .summary =
         "Gives a challenge for the DID that a participant brought along; it is good for ten minutes."}};
inline constexpr Route<DidProof, Nothing> prove_did_control{
    {.name = "prove-did-control",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants/{participantContextId}/didcontrol/proofs",
     .concern = Concern::participant_data,
     .scope = "identity-api:dids:write",
     .body = BodyFormat::json,
     .success = 204,
     .summary = "Takes the answer to a challenge: a token from the DID to the challenge's audience, signed "
                "with a key for authentication, with the challenge in nonce or token. The participant is "
                "active then.",
     .example = R"({"proof":"eyJhbGciOiJFUzI1NiJ9.eyJub25jZSI6ImV4YW1wbGUifQ.c2lnbmF0dXJl"})"}};

}  // namespace kontor::protocol::api::identity
