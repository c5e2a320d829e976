#pragma once

#include "protocol/api/management/routes.hpp"
#include "protocol/api/management/trusted_issuers.hpp"

/// The routes of the Management API v5beta about whose credentials are believed in a dataspace.
namespace kontor::protocol::api::management {

inline constexpr std::string_view trusted_issuer_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"TrustedIssuer",)"
    R"("@id":"did:web:example.org:another-issuer","supportedTypes":["MembershipCredential"]})";

inline constexpr auto add_trusted_issuer = route<TrustedIssuerEntry, IdResponse>(
    {.name = "add-trusted-issuer",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/dataspaceprofiles/{profileName}/trustedissuers",
     .concern = Concern::participant_context,
     .scope = "management-api:profiles:write",
     .summary =
         "Believes an issuer's credentials of these types under the profile, from the next question on.",
     .example = trusted_issuer_example});
inline constexpr auto list_trusted_issuers = route<Nothing, std::vector<TrustedIssuerEntry>>(
    {.name = "list-trusted-issuers",
     .path = "/api/mgmt/v5beta/dataspaceprofiles/{profileName}/trustedissuers",
     .concern = Concern::participant_context,
     .scope = "management-api:profiles:read",
     .query = "type",
     .summary =
         "Lists the issuers that are believed under the profile; type as query parameter narrows it to "
         "those that are for a type of credential."});
inline constexpr auto get_trusted_issuer = route<Nothing, TrustedIssuerEntry>(
    {.name = "get-trusted-issuer",
     .path = "/api/mgmt/v5beta/dataspaceprofiles/{profileName}/trustedissuers/{trustedIssuerId}",
     .concern = Concern::participant_context,
     .scope = "management-api:profiles:read",
     .summary = "Reads for which types of credentials an issuer is believed."});
inline constexpr auto replace_trusted_issuer = route<TrustedIssuerEntry, Nothing>(
    {.name = "replace-trusted-issuer",
     .method = Method::put,
     .path = "/api/mgmt/v5beta/dataspaceprofiles/{profileName}/trustedissuers/{trustedIssuerId}",
     .concern = Concern::participant_context,
     .scope = "management-api:profiles:write",
     .success = 204,
     .summary = "Says anew for which types an issuer is believed; the DID is that of the path.",
     .example = trusted_issuer_example});
inline constexpr auto remove_trusted_issuer = route<Nothing, Nothing>(
    {.name = "remove-trusted-issuer",
     .method = Method::del,
     .path = "/api/mgmt/v5beta/dataspaceprofiles/{profileName}/trustedissuers/{trustedIssuerId}",
     .concern = Concern::participant_context,
     .scope = "management-api:profiles:write",
     .success = 204,
     .summary = "Believes an issuer no more, from the next question on."});

}  // namespace kontor::protocol::api::management
