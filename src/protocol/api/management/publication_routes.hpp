#pragma once

#include "protocol/api/management/publication.hpp"
#include "protocol/api/management/routes.hpp"

/// A route beyond the reference: an asset is offered in one call.
namespace kontor::protocol::api::management {

inline constexpr std::string_view publication_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"Publication",)"
    R"("asset":{"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"Asset",)"
    R"("@id":"example-published-asset","properties":{"name":"Country codes"},)"
    R"("dataAddress":{"@type":"DataAddress","type":"HttpData","baseUrl":"https://example.org/data"}},)"
    R"("policyDefinitions":[{"@context":["https://w3id.org/edc/connector/management/v2"],)"
    R"("@type":"PolicyDefinition","@id":"example-published-policy","policy":{"@type":"Set",)"
    R"("permission":[{"action":"use"}]}}],)"
    R"("contractDefinition":{"@context":["https://w3id.org/edc/connector/management/v2"],)"
    R"("@type":"ContractDefinition","@id":"example-published-definition",)"
    R"("accessPolicyId":"example-published-policy","contractPolicyId":"example-published-policy"}})";

inline constexpr auto publish = route<Publication, PublicationResponse>(
    {.name = "publish-asset",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/participants/{participantContextId}/publications",
     .scope = "management-api:publications:write",
     .summary =
         "Offers an asset: asset, policy definitions and contract definition, all or nothing. The same "
         "call again changes nothing; what is there with other content refuses it.",
     .example = publication_example,
     .exempt = {.free_form = "/asset/properties/ /asset/privateProperties/ /asset/dataAddress/baseUrl"}});

}  // namespace kontor::protocol::api::management
