#pragma once

#include "protocol/api/identity/offer_messages.hpp"
#include "protocol/api/route.hpp"

/// The routes of the Identity API about offers of credentials: what came, and what a participant does about
/// it. The reference has none.
namespace kontor::protocol::api::identity {

inline constexpr Route<Nothing, std::vector<CredentialOffer>> list_credential_offers{
    {.name = "list-credential-offers",
     .path = "/api/identity/v1beta/participants/{participantContextId}/credentialoffers",
     .concern = Concern::participant_data,
     .scope = "identity-api:credentials:read",
     .query = "state",
     .summary = "Lists the offers of credentials that issuers sent; state=RECEIVED those that wait for "
                "somebody's decision."}};
inline constexpr Route<Nothing, CredentialOffer> get_credential_offer{
    {.name = "get-credential-offer",
     .path = "/api/identity/v1beta/participants/{participantContextId}/credentialoffers/{offerId}",
     .concern = Concern::participant_data,
     .scope = "identity-api:credentials:read",
     .summary = "Reads an offer of credentials."}};
inline constexpr Route<Nothing, Nothing> accept_credential_offer{
    {.name = "accept-credential-offer",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants/{participantContextId}/credentialoffers/{offerId}/accept",
     .concern = Concern::participant_data,
     .scope = "identity-api:credentials:write",
     .success = 204,
     .summary = "Accepts an offer: a credential request for everything in it is made."}};
inline constexpr Route<Nothing, Nothing> decline_credential_offer{
    {.name = "decline-credential-offer",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants/{participantContextId}/credentialoffers/{offerId}/decline",
     .concern = Concern::participant_data,
     .scope = "identity-api:credentials:write",
     .success = 204,
     .summary = "Declines an offer; its issuer is not told."}};
inline constexpr Route<Nothing, CredentialOfferPolicy> get_credential_offer_policy{
    {.name = "get-credential-offer-policy",
     .path = "/api/identity/v1beta/participants/{participantContextId}/credentialofferpolicy",
     .concern = Concern::participant_data,
     .scope = "identity-api:credentials:read",
     .summary = "Reads what a participant does about offers of credentials."}};
inline constexpr Route<CredentialOfferPolicy, Nothing> set_credential_offer_policy{
    {.name = "set-credential-offer-policy",
     .method = Method::put,
     .path = "/api/identity/v1beta/participants/{participantContextId}/credentialofferpolicy",
     .concern = Concern::participant_data,
     .scope = "identity-api:credentials:write",
     .body = BodyFormat::json,
     .success = 204,
     .summary = "Says whose offers of credentials are accepted without asking, and whether others wait for "
                "somebody (ask) or are not kept (ignore).",
     .example = R"({"trustedIssuers":[{"id":"did:web:example.org:issuer","supportedTypes":)"
                R"(["MembershipCredential"]}],"others":"ask"})"}};

}  // namespace kontor::protocol::api::identity
