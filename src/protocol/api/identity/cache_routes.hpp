#pragma once

#include "protocol/api/route.hpp"

/// The routes of the Identity API v1beta about what is kept of others.
namespace kontor::protocol::api::identity {

inline constexpr Route<Nothing, Nothing> clear_caches{
    {.name = "clear-caches",
     .method = Method::post,
     .path = "/api/identity/v1beta/caches/clear",
     .scope = "identity-api:admin",
     .success = 204,
     .summary =
         "Forgets what is kept of others: DID documents, status lists, presentations. For administrators."}};

}  // namespace kontor::protocol::api::identity
