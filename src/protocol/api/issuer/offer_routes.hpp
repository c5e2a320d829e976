#pragma once

#include "protocol/api/issuer/of_issuer.hpp"

/// The routes of the Issuer administration API v1beta about what was offered to holders, and what became of
/// it.
namespace kontor::protocol::api::issuer {

inline constexpr auto query_offers = query_of(
    {.name = "query-credential-offers",
     .path = "/api/admin/v1beta/participants/{participantContextId}/credentialoffers/query",
     .scope = "issuer-admin-api:credentials:read",
     .summary = "Finds offers to holders, by holderId, credentialDefinitions and state: SENDING, SENT, "
                "FAILED."});
inline constexpr Route<Nothing, AnyJson> get_offer{of_issuer(
    {.name = "get-issuer-credential-offer",
     .path = "/api/admin/v1beta/participants/{participantContextId}/credentialoffers/{credentialOfferId}",
     .scope = "issuer-admin-api:credentials:read",
     .summary = "Reads an offer to a holder, with the reason where it could not be brought."})};

}  // namespace kontor::protocol::api::issuer
