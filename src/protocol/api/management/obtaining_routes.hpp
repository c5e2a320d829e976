#pragma once

#include "protocol/api/management/obtaining.hpp"
#include "protocol/api/management/routes.hpp"

/// Routes beyond the reference: the data of a counter-party in one call.
namespace kontor::protocol::api::management {

inline constexpr std::string_view obtaining_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"Obtaining",)"
    R"("@id":"example-obtaining","state":"OBTAINED","stateTimestamp":1769860800000,)"
    R"("counterPartyId":"did:web:example.org:example",)"
    R"("counterPartyAddress":"https://example.org/api/dsp/example/http-dsp-profile-2025-1",)"
    R"("profile":"http-dsp-profile-2025-1","assetId":"example-asset","transferType":"HttpData-PULL",)"
    R"("contractAgreementId":"example-agreement","contractNegotiationId":"example-negotiation",)"
    R"("transferProcessId":"example-transfer","dataAddress":{"@type":"DataAddress",)"
    R"("endpointType":"https://w3id.org/idsa/v4.1/HTTP",)"
    R"("endpoint":"https://example.org/api/data/example-transfer","endpointProperties":[)"
    R"({"@type":"EndpointProperty","name":"authorization","value":"a token"}]}})";
inline constexpr auto obtain = route<ObtainRequest, Obtaining>(
    {.name = "obtain-dataset",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/obtainings",
     .scope = "management-api:obtainings:write",
     .summary =
         "Obtains a dataset: uses the agreement and the transfer there are, or else negotiates once and "
         "transfers; all who ask for the same share it. Answers with dataAddress once it is OBTAINED; "
         "after 5 s, or those of Prefer: wait=N, as it is then: the rest is told at obtainings/{@id}.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"ObtainRequest","profile":"http-dsp-profile-2025-1",)"
                R"("counterPartyAddress":"https://example.org/api/dsp/example/http-dsp-profile-2025-1",)"
                R"("counterPartyId":"did:web:example.org:example","assetId":"example-asset",)"
                R"("transferType":"HttpData-PULL","acceptedPolicies":[{"@type":"Set",)"
                R"("permission":[{"action":"use"}]}]})",
     .answer_example = obtaining_example});
inline constexpr auto get_obtaining = route<Nothing, Obtaining>(
    {.name = "get-obtaining",
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/obtainings/{obtainingId}",
     .scope = "management-api:obtainings:read",
     .summary = "Reads how far it is, with the data address once it is OBTAINED and while its transfer runs, "
                "or why it FAILED; with Prefer: wait=N answers once it is one or the other."});

}  // namespace kontor::protocol::api::management
