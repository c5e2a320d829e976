#pragma once

#include <string>

#include "protocol/api/route.hpp"

/// What is asked of an issuer's administration API: its holders.
namespace kontor::fabric::agents {

/// A participant that an issuer may issue credentials to.
struct NewHolder {
  std::string did;
  std::string holder_id;
  std::string name;
  json::Object properties;  ///< what attestations read
};
Result<void> read(const json::Node& node, NewHolder& out);
json::Value write(const NewHolder& holder);

inline constexpr protocol::api::Route<NewHolder, protocol::api::Nothing> create_holder{
    {.name = "create-holder",
     .method = protocol::api::Method::post,
     .path = "/api/admin/v1beta/participants/{participantContextId}/holders",
     .concern = protocol::api::Concern::governance,
     .scope = "issuer-admin-api:holders:write",
     .body = protocol::api::BodyFormat::json,
     .success = 201}};
inline constexpr protocol::api::Route<protocol::api::Nothing, protocol::api::Nothing> delete_holder{
    {.name = "delete-holder",
     .method = protocol::api::Method::del,
     .path = "/api/admin/v1beta/participants/{participantContextId}/holders/{holderId}",
     .concern = protocol::api::Concern::governance,
     .scope = "issuer-admin-api:holders:write",
     .success = 204}};

}  // namespace kontor::fabric::agents
