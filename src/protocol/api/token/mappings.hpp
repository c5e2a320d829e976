#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json/codec.hpp"

/// What token exchange rests on: which outside client acts for which participant context, and what the scopes
/// that it asks for mean. The bodies are those that clients of such services know. [RFC 8693]
namespace kontor::protocol::api::token {

/// An outside client may act for a context. Known by client and context.
struct ResourceMapping {
  std::string client_identifier;  ///< `sub` of its subject tokens: `system:serviceaccount:space:name`
  std::string participant_context;
  std::vector<std::string> scopes;         ///< each that it may ask for, by name
  std::vector<std::string> audiences;      ///< none: the token service's own alone
  std::optional<std::string> issuer = {};  ///< `iss` of its subject tokens; none: the first that is trusted
  std::optional<Instant> expires_at = {};  ///< from then on it is good no more
};
Result<void> read(const json::Node& node, ResourceMapping& out);
json::Value write(const ResourceMapping& mapping);

/// What a scope puts into a token, such as other scopes.
struct ScopeMapping {
  std::string scope;
  json::Object claims;
};
Result<void> read(const json::Node& node, ScopeMapping& out);
json::Value write(const ScopeMapping& mapping);

}  // namespace kontor::protocol::api::token
