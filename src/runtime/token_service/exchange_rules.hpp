#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json/json.hpp"
#include "base/time/time.hpp"
#include "platform/auth/caller.hpp"
#include "protocol/api/token/mappings.hpp"
#include "protocol/api/token/messages.hpp"

/// The rules of token exchange. Pure. Where an error's code and pointer decide about the code of RFC 6749
/// §5.2, that stands there. [RFC 8693 §2]
namespace kontor::runtime::token_service {

/// What the form must hold and may not. Errors: invalid_input (`invalid_request`).
Result<void> check_exchange(const protocol::api::token::TokenRequest& request);

/// Who shows a subject token.
struct Subject {
  std::string issuer;
  std::string client;
};
/// What is exchanged for what.
struct Wanted {
  std::vector<std::string> scopes;
  std::string audience;
};
/// What the mapping grants of what is asked for: all of it or nothing. `own_audience` is asked for where
/// nothing else is, and granted where the mapping names no audiences. Errors: forbidden at /resource, /scope
/// or /audience (`unauthorized_client`).
Result<Wanted> granted_by(const protocol::api::token::ResourceMapping& mapping, const Subject& subject,
                          const protocol::api::token::TokenRequest& request, std::string_view own_audience,
                          Instant now);

/// The claims of several scopes together: texts of one name are the words of all of them, each once. Errors:
/// forbidden (`invalid_scope`) for others that contradict each other.
Result<json::Object> merged_claims(const std::vector<protocol::api::token::ScopeMapping>& scopes);

/// Errors: invalid_input.
Result<void> check_mapping(const protocol::api::token::ResourceMapping& mapping);
/// No claim is one that the token service says itself. Errors: invalid_input.
Result<void> check_scope(const protocol::api::token::ScopeMapping& scope);
/// A provisioner looks after participants: it lets nobody do more than read and write for one. Errors:
/// forbidden.
Result<void> check_reach(const std::vector<protocol::api::token::ScopeMapping>& scopes,
                         const platform::auth::Caller& by);

}  // namespace kontor::runtime::token_service
