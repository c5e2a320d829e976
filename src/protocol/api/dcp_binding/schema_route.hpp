#pragma once

#include "protocol/api/dcp_binding/routes.hpp"

/// The schemas that issued credentials refer to.
namespace kontor::protocol::api::dcp_binding {

inline constexpr Route<Nothing, AnyJson> credential_schema{
    open_to_all({.name = "credential-schema",
                 .path = "/schemas/{participantContextId}/{schemaId}",
                 .summary = "The JSON Schema that the subjects of credentials follow."})};

}  // namespace kontor::protocol::api::dcp_binding
