#pragma once

#include "protocol/api/identity/did_messages.hpp"
#include "protocol/api/route.hpp"

/// The routes of the Identity API v1beta about participants' DIDs and what their documents offer. `{did}` is
/// the DID in base64url, or as it is.
namespace kontor::protocol::api::identity {

inline constexpr Route<DidReference, Nothing> publish_did{
    {.name = "publish-did",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants/{participantContextId}/dids/publish",
     .concern = Concern::participant_data,
     .scope = "identity-api:dids:write",
     .body = BodyFormat::json,
     .success = 204,
     .summary = "Publishes a DID document; that of an active participant always is.",
     .example = R"({"did":"did:web:example.org:own"})"}};
inline constexpr Route<DidReference, Nothing> unpublish_did{
    {.name = "unpublish-did",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants/{participantContextId}/dids/unpublish",
     .concern = Concern::participant_data,
     .scope = "identity-api:dids:write",
     .body = BodyFormat::json,
     .success = 204,
     .summary = "Takes a DID document back; that of an active participant stays.",
     .example = R"({"did":"did:web:example.org:own"})"}};
inline constexpr Route<DidReference, DidState> get_did_state{
    {.name = "get-did-state",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants/{participantContextId}/dids/state",
     .concern = Concern::participant_data,
     .scope = "identity-api:dids:read",
     .body = BodyFormat::json,
     .summary = "Says whether a DID document is published.",
     .example = R"({"did":"did:web:example.org:own"})"}};
inline constexpr Route<DidQuery, std::vector<DidDocumentResource>> query_dids{
    {.name = "query-dids",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants/{participantContextId}/dids/query",
     .concern = Concern::participant_data,
     .scope = "identity-api:dids:read",
     .body = BodyFormat::json,
     .summary = "Finds DID documents, published or not.",
     .example = R"({"offset":0,"limit":50,"filterExpression":[]})",
     .exempt = {.optional_body = true}}};
inline constexpr Route<Nothing, std::vector<DidDocumentResource>> list_all_dids{
    {.name = "list-all-dids",
     .path = "/api/identity/v1beta/dids",
     .concern = Concern::participant_context,
     .scope = "identity-api:admin",
     .query = "offset limit",
     .summary = "Lists the DID documents of all participants; offset and limit as query parameters."}};
inline constexpr Route<DidService, Nothing> add_did_service{
    {.name = "add-did-service",
     .method = Method::post,
     .path = "/api/identity/v1beta/participants/{participantContextId}/dids/{did}/endpoints",
     .concern = Concern::participant_data,
     .scope = "identity-api:dids:write",
     .body = BodyFormat::json,
     .success = 204,
     .query = "autoPublish",
     .summary = "Adds a service to a DID document.",
     .example = R"({"id":"example-service","type":"ExampleService",)"
                R"("serviceEndpoint":"https://example.org/service"})"}};
inline constexpr Route<DidService, Nothing> replace_did_service{
    {.name = "replace-did-service",
     .method = Method::patch,
     .path = "/api/identity/v1beta/participants/{participantContextId}/dids/{did}/endpoints",
     .concern = Concern::participant_data,
     .scope = "identity-api:dids:write",
     .body = BodyFormat::json,
     .success = 204,
     .query = "autoPublish",
     .summary = "Replaces a service of a DID document.",
     .example = R"({"id":"example-service","type":"ExampleService",)"
                R"("serviceEndpoint":"https://example.org/service/of/the/example"})"}};
inline constexpr Route<Nothing, Nothing> remove_did_service{
    {.name = "remove-did-service",
     .method = Method::del,
     .path = "/api/identity/v1beta/participants/{participantContextId}/dids/{did}/endpoints",
     .concern = Concern::participant_data,
     .scope = "identity-api:dids:write",
     .success = 204,
     .query = "serviceId autoPublish",
     .summary = "Removes a service from a DID document."}};

}  // namespace kontor::protocol::api::identity
