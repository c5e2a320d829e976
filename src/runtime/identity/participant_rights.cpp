#include "runtime/identity/participant_rights.hpp"

#include <algorithm>

#include "base/text/text.hpp"

namespace kontor::runtime::identity {
namespace {

struct Role {
  std::string_view name;
  std::vector<std::string> scopes;
};

std::vector<Role> known_roles() {
  const std::vector<std::string> everything{"identity-api:admin", "issuer-admin-api:admin"};
  return {{"admin", everything},
          {"provisioner", everything},
          {"edcv-admin", everything},
          {"participant", default_scopes()}};
}

bool is_scope(const std::string& text) {
  constexpr std::string_view actions[] = {"read", "write", "admin"};
  const auto parts = text::split(text, ':');
  if (parts.size() < 2 || parts.size() > 3) return false;
  const bool blank =
      std::ranges::any_of(parts, [](const auto& part) { return part.empty() || part.contains(' '); });
  const auto is_action = [&](auto action) { return text::equal_ignoring_case(action, parts.back()); };
  return !blank && std::ranges::any_of(actions, is_action);
}

}  // namespace

std::vector<std::string> default_scopes() {
  return {"identity-api:read", "identity-api:write", "issuer-admin-api:read", "issuer-admin-api:write"};
}

Result<void> check_scopes(std::span<const std::string> scopes, const std::string& at) {
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    if (!is_scope(scopes[i]))
      return invalid(at + "/" + std::to_string(i),
                     "must be `api:action` or `api:resource:action`, with the action read, write or admin");
  }
  return {};
}

Result<std::vector<std::string>> scopes_of_roles(std::span<const std::string> roles, const std::string& at) {
  const auto known = known_roles();
  std::vector<std::string> scopes;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    const auto role = std::ranges::find(known, roles[i], &Role::name);
    if (role == known.end())
      return invalid(at + "/" + std::to_string(i), "must be admin, provisioner or participant");
    for (const auto& scope : role->scopes) {
      if (std::ranges::find(scopes, scope) == scopes.end()) scopes.push_back(scope);
    }
  }
  return scopes;
}

Result<json::Object> kept_properties(const json::Object& given, std::span<const std::string> allowed) {
  json::Object kept;
  for (const auto& member : given) {
    if (std::ranges::find(allowed, std::string_view(member.key())) == allowed.end()) continue;
    const auto& value = member.value();
    if (!value.is_string() && !value.is_number() && !value.is_bool())
      return invalid("/additionalProperties/" + json::pointer_segment(member.key()),
                     "must be a text, a number or a boolean");
    kept.emplace(member.key(), value);
  }
  return kept;
}

}  // namespace kontor::runtime::identity
