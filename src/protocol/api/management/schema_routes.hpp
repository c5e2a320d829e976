#pragma once

#include "protocol/api/management/routes.hpp"
#include "protocol/api/management/schemas.hpp"

/// Documents that the installation keeps, and the schemas among them that bodies are held against.
namespace kontor::protocol::api::management {

inline constexpr std::string_view document_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"CachedDocument",)"
    R"("@id":"example-document","url":"https://example.org/schemas/example.json",)"
    R"("documentType":"JSON_SCHEMA","pullStrategy":"NEVER","content":{"type":"object"}})";
inline constexpr Exemptions of_a_document{.free_form = "/content/"};
inline constexpr auto create_document = route<CachedDocument, IdResponse>(
    {.name = "create-cached-document",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/cacheddocuments",
     .concern = Concern::installation,
     .scope = "management-api:admin",
     .summary = "Keeps a document under its URL, as it comes or fetched from there.",
     .example = document_example,
     .exempt = of_a_document});
inline constexpr auto list_documents = route<Nothing, std::vector<CachedDocument>>(
    {.name = "list-cached-documents",
     .path = "/api/mgmt/v5beta/cacheddocuments",
     .concern = Concern::installation,
     .scope = "management-api:admin",
     .query = "offset limit",
     .summary = "Lists cached documents; offset and limit as query parameters."});
inline constexpr auto get_document =
    route<Nothing, CachedDocument>({.name = "get-cached-document",
                                    .path = "/api/mgmt/v5beta/cacheddocuments/{documentId}",
                                    .concern = Concern::installation,
                                    .scope = "management-api:admin",
                                    .summary = "Reads a cached document."});
inline constexpr auto update_document =
    route<CachedDocument, Nothing>({.name = "replace-cached-document",
                                    .method = Method::put,
                                    .path = "/api/mgmt/v5beta/cacheddocuments/{documentId}",
                                    .concern = Concern::installation,
                                    .scope = "management-api:admin",
                                    .success = 204,
                                    .summary = "Replaces a cached document.",
                                    .example = document_example,
                                    .exempt = of_a_document});
inline constexpr auto delete_document =
    route<Nothing, Nothing>({.name = "delete-cached-document",
                             .method = Method::del,
                             .path = "/api/mgmt/v5beta/cacheddocuments/{documentId}",
                             .concern = Concern::installation,
                             .scope = "management-api:admin",
                             .success = 204,
                             .summary = "Deletes a cached document that no schema validator refers to."});
inline constexpr auto refresh_document =
    route<Nothing, Nothing>({.name = "refresh-cached-document",
                             .method = Method::post,
                             .path = "/api/mgmt/v5beta/cacheddocuments/{documentId}/refresh",
                             .concern = Concern::installation,
                             .scope = "management-api:admin",
                             .success = 204,
                             .summary = "Fetches a cached document anew, unless it is never pulled."});

inline constexpr std::string_view validator_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
    R"("@type":"SchemaValidatorRegistration","@id":"example-validator","version":"v5",)"
    R"("validatedType":"ExampleType","schema":"https://example.org/schemas/example.json"})";
inline constexpr auto create_validator = route<SchemaValidator, IdResponse>(
    {.name = "create-schema-validator",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/schemavalidators",
     .concern = Concern::installation,
     .scope = "management-api:admin",
     .summary = "Holds bodies of a type against a cached schema from now on.",
     .example = validator_example});
inline constexpr auto list_validators = route<Nothing, std::vector<SchemaValidator>>(
    {.name = "list-schema-validators",
     .path = "/api/mgmt/v5beta/schemavalidators",
     .concern = Concern::installation,
     .scope = "management-api:admin",
     .query = "offset limit",
     .summary = "Lists schema validators; offset and limit as query parameters."});
inline constexpr auto get_validator =
    route<Nothing, SchemaValidator>({.name = "get-schema-validator",
                                     .path = "/api/mgmt/v5beta/schemavalidators/{validatorId}",
                                     .concern = Concern::installation,
                                     .scope = "management-api:admin",
                                     .summary = "Reads a schema validator."});
inline constexpr auto update_validator =
    route<SchemaValidator, Nothing>({.name = "replace-schema-validator",
                                     .method = Method::put,
                                     .path = "/api/mgmt/v5beta/schemavalidators/{validatorId}",
                                     .concern = Concern::installation,
                                     .scope = "management-api:admin",
                                     .success = 204,
                                     .summary = "Replaces a schema validator.",
                                     .example = validator_example});
inline constexpr auto delete_validator =
    route<Nothing, Nothing>({.name = "delete-schema-validator",
                             .method = Method::del,
                             .path = "/api/mgmt/v5beta/schemavalidators/{validatorId}",
                             .concern = Concern::installation,
                             .scope = "management-api:admin",
                             .success = 204,
                             .summary = "Holds bodies against this schema no more."});

}  // namespace kontor::protocol::api::management
