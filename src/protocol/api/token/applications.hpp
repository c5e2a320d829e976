#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json/codec.hpp"
#include "protocol/jose/jwks.hpp"

/// A participant's own programs that use our APIs in its name, each a client of its own. A client of this
/// kind has scopes and no role, and reaches nothing but its participant's context.
namespace kontor::protocol::api::token {

/// What its participant says of an application. Without keys that it signs assertions with, a secret is made.
struct ApplicationDefinition {
  std::string name;                 ///< for people: `reporting`
  std::vector<std::string> scopes;  ///< of what the participant itself may do
  std::optional<jose::Jwks> jwks = {};
  /// For people: what it is for, and whom to ask. 1 to 256 characters.
  std::optional<std::string> description = {};
};
Result<void> read(const json::Node& node, ApplicationDefinition& out);
json::Value write(const ApplicationDefinition& definition);

struct SharingApplication {
  std::string id;
  std::string client_id;                          ///< for the token endpoint
  std::optional<std::string> client_secret = {};  ///< in the answer that made it, and never again
  ApplicationDefinition definition;
  Instant created_at;
};
Result<void> read(const json::Node& node, SharingApplication& out);
json::Value write(const SharingApplication& application);

}  // namespace kontor::protocol::api::token
