#include "runtime/token_service/exchange_rules.hpp"

#include <algorithm>
#include <optional>

#include "base/text/text.hpp"
#include "platform/auth/token_verifier.hpp"

namespace kontor::runtime::token_service {

namespace api = protocol::api::token;
namespace auth = platform::auth;

namespace {

constexpr std::size_t name_bytes_max = 512;
constexpr std::size_t names_max = 100;
constexpr std::size_t claims_max = 50;
constexpr std::size_t claims_bytes_max = 8 * 1024;

constexpr std::string_view spoken_for[] = {"sub",
                                           "iss",
                                           "aud",
                                           "exp",
                                           "iat",
                                           "nbf",
                                           "act",
                                           "jti",
                                           "client_id",
                                           "participant_context_id",
                                           auth::application_claim};

constexpr std::string_view understood_types[] = {api::jwt_token_type,
                                                 "urn:ietf:params:oauth:token-type:access_token",
                                                 "urn:ietf:params:oauth:token-type:id_token"};
constexpr std::string_view issued_types[] = {api::jwt_token_type,
                                             "urn:ietf:params:oauth:token-type:access_token"};

bool contains(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != std::ranges::end(names);
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (auto word : text::split(text, ' ')) {
    if (!word.empty() && !contains(words, word)) words.emplace_back(word);
  }
  return words;
}

Result<void> check_name(std::string pointer, std::string_view name) {
  if (!name.empty() && name.size() <= name_bytes_max) return {};
  return invalid(std::move(pointer), "must have between 1 and {} bytes", name_bytes_max);
}

Result<void> check_names(const std::string& pointer, const std::vector<std::string>& names) {
  if (names.size() > names_max) return invalid(pointer, "has more than {} entries", names_max);
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto done = check_name(pointer + "/" + std::to_string(i), names[i]);
    if (!done) return done;
  }
  return {};
}

/// One text of the words of both.
std::string joined(std::string_view left, std::string_view right) {
  std::string text;
  for (const auto& word : words_of(std::string(left) + " " + std::string(right)))
    text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

Result<void> check_exchange(const api::TokenRequest& request) {
  if (request.subject_token.value_or("").empty()) return invalid("/subject_token", "is required");
  if (request.resource.value_or("").empty())
    return invalid("/resource", "is required: the participant context to act for");
  if (request.subject_token_type && !contains(understood_types, *request.subject_token_type))
    return invalid("/subject_token_type", "must be '{}'", api::jwt_token_type);
  if (request.requested_token_type && !contains(issued_types, *request.requested_token_type))
    return invalid("/requested_token_type", "must be '{}'", api::jwt_token_type);
  if (request.actor_token) return invalid("/actor_token", "is not understood: the subject is the actor");
  return {};
}

Result<Wanted> granted_by(const api::ResourceMapping& mapping, const Subject& subject,
                          const api::TokenRequest& request, std::string_view own_audience, Instant now) {
  const auto refused = [](const char* pointer, std::string_view why) {
    auto error = fail(ErrorCode::forbidden, "{}", why);
    error.error().pointer = pointer;
    return error;
  };
  const bool holds = !mapping.expires_at || *mapping.expires_at > now;
  if (!holds || mapping.issuer != subject.issuer || mapping.client_identifier != subject.client)
    return refused("/resource", "the client may not act for this participant context");
  Wanted wanted{words_of(request.scope.value_or("")), request.audience.value_or("")};
  if (wanted.audience.empty()) wanted.audience = own_audience;
  for (const auto& scope : wanted.scopes) {
    if (!contains(mapping.scopes, scope)) return refused("/scope", "a scope is not granted to this client");
  }
  const bool own_alone = mapping.audiences.empty();
  if (own_alone ? wanted.audience != own_audience : !contains(mapping.audiences, wanted.audience))
    return refused("/audience", "the client may not have tokens for this audience");
  return wanted;
}

Result<json::Object> merged_claims(const std::vector<api::ScopeMapping>& scopes) {
  json::Object merged;
  for (const auto& scope : scopes) {
    for (const auto& claim : scope.claims) {
      auto [place, is_new] = merged.emplace(claim.key(), claim.value());
      if (is_new || place->value() == claim.value()) continue;
      if (!place->value().is_string() || !claim.value().is_string())
        return fail(ErrorCode::forbidden, "the scopes say different things of the claim '{}'",
                    std::string(claim.key()));
      place->value() =
          joined(std::string(place->value().get_string()), std::string(claim.value().get_string()));
    }
  }
  return merged;
}

Result<void> check_mapping(const api::ResourceMapping& mapping) {
  if (auto done = check_name("/clientIdentifier", mapping.client_identifier); !done) return done;
  if (auto done = check_name("/participantContext", mapping.participant_context); !done) return done;
  if (auto done = check_names("/scopes", mapping.scopes); !done) return done;
  for (const auto& scope : mapping.scopes) {
    if (scope.contains(' ')) return invalid("/scopes", "a scope has no space in it");
  }
  return check_names("/audiences", mapping.audiences);
}

Result<void> check_scope(const api::ScopeMapping& scope) {
  if (auto done = check_name("/scope", scope.scope); !done) return done;
  if (scope.scope.contains(' ')) return invalid("/scope", "has no space in it");
  if (scope.claims.size() > claims_max) return invalid("/claims", "has more than {} members", claims_max);
  if (json::serialize(scope.claims).size() > claims_bytes_max)
    return invalid("/claims", "has more than {} bytes", claims_bytes_max);
  for (const auto& claim : scope.claims) {
    if (contains(spoken_for, std::string_view(claim.key())))
      return invalid("/claims/" + std::string(claim.key()), "is said by the token service itself");
  }
  return {};
}

Result<void> check_reach(const std::vector<api::ScopeMapping>& scopes, const auth::Caller& by) {
  if (by.role != auth::Role::provisioner) return {};
  const auto is_participants = [](const std::string& word) {
    const bool api = word.starts_with("management-api:") || word.starts_with("identity-api:");
    return api && (word.ends_with(":read") || word.ends_with(":write"));
  };
  for (const auto& scope : scopes) {
    for (const auto& claim : scope.claims) {
      const bool harmless =
          claim.key() == "scope" && claim.value().is_string() &&
          std::ranges::all_of(words_of(std::string(claim.value().get_string())), is_participants);
      if (harmless) continue;
      return fail(ErrorCode::forbidden, "a provisioner gives no client the scope '{}'", scope.scope);
    }
  }
  return {};
}

}  // namespace kontor::runtime::token_service
