#pragma once

#include "protocol/api/issuer/of_issuer.hpp"

/// The routes of the Issuer administration API v1beta about what may be issued.
namespace kontor::protocol::api::issuer {

inline constexpr Route<AnyJson, Nothing> create_credential_definition{of_issuer(
    {.name = "create-credential-definition",
     .method = Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/credentialdefinitions",
     .scope = "issuer-admin-api:credentialdefinitions:write",
     .success = 201,
     .summary = "Defines a credential: its attestations, rules and mappings.",
     .example = R"({"id":"example-definition","credentialType":"ExampleCredential",)"
                R"("format":"VC1_0_JWT","validity":31536000,"attestations":["example-attestation"],)"
                R"("rules":[],"mappings":[]})"})};

}  // namespace kontor::protocol::api::issuer
