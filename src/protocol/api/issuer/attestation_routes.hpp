#pragma once

#include "protocol/api/issuer/of_issuer.hpp"

/// The routes of the Issuer administration API v1beta about where claims come from.
namespace kontor::protocol::api::issuer {

inline constexpr Route<AnyJson, Nothing> create_attestation{
    of_issuer({.name = "create-attestation",
               .method = Method::post,
               .path = "/api/admin/v1beta/participants/{participantContextId}/attestations",
               .scope = "issuer-admin-api:attestations:write",
               .success = 201,
               .summary = "Defines where claims come from.",
               .example = R"({"id":"example-attestation","attestationType":"holder","configuration":{}})"})};

}  // namespace kontor::protocol::api::issuer
