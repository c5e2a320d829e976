#include "runtime/identity/context_scopes.hpp"

#include <algorithm>
#include <optional>

#include "base/text/text.hpp"

namespace kontor::runtime::identity {

using platform::auth::Caller;

namespace {

constexpr std::string_view bound_apis[] = {"identity-api", "issuer-admin-api"};
constexpr std::string_view actions[] = {"read", "write", "admin"};  ///< each implies those before it
constexpr std::string_view any_resource = "*";

struct Scope {
  std::string_view api;
  std::string_view resource;
  std::size_t action = 0;
};

/// None: no scope of one of these APIs.
std::optional<Scope> scope_in(std::string_view text) {
  const auto parts = text::split(text, ':');
  if (parts.size() != 2 && parts.size() != 3) return std::nullopt;
  if (std::ranges::find(bound_apis, parts.front()) == std::end(bound_apis)) return std::nullopt;
  const auto* action =
      std::ranges::find_if(actions, [&](auto each) { return text::equal_ignoring_case(each, parts.back()); });
  if (action == std::end(actions)) return std::nullopt;
  return Scope{parts[0], parts.size() == 3 ? parts[1] : any_resource,
               static_cast<std::size_t>(action - std::begin(actions))};
}

bool is_bound(std::string_view text) {
  const auto scope = scope_in(text);
  return scope && !(scope->resource == any_resource && actions[scope->action] == "admin");
}

std::optional<std::string> common(const Scope& left, const Scope& right) {
  const bool any = left.resource == any_resource || right.resource == any_resource;
  if (left.api != right.api || (!any && left.resource != right.resource)) return std::nullopt;
  const auto resource = left.resource == any_resource ? right.resource : left.resource;
  const auto action = actions[std::min(left.action, right.action)];
  if (resource == any_resource) return fmt::format("{}:{}", left.api, action);
  return fmt::format("{}:{}:{}", left.api, resource, action);
}

Task<Result<Caller>> bound(KeyRing& keys, Caller caller) {
  if (std::ranges::none_of(caller.scopes, is_bound)) co_return caller;
  auto owner = co_await keys.identity(*caller.context);
  if (!owner && owner.error().code == ErrorCode::not_found) co_return caller;
  if (!owner) co_return fail(std::move(owner.error()));
  caller.scopes = in_force(caller.scopes, (*owner)->context.scopes);
  co_return caller;
}

}  // namespace

std::set<std::string> in_force(const std::set<std::string>& of_token,
                               const std::vector<std::string>& of_context) {
  std::set<std::string> kept;
  for (const auto& each : of_token) {
    if (!is_bound(each)) {
      kept.insert(each);
      continue;
    }
    for (const auto& limit : of_context) {
      const auto allowed = scope_in(limit);
      if (!allowed) continue;
      if (auto both = common(*scope_in(each), *allowed)) kept.insert(std::move(*both));
    }
  }
  return kept;
}

platform::auth::Bound bound_by_contexts(KeyRing& keys) {
  return [&keys](Caller caller) { return bound(keys, std::move(caller)); };
}

}  // namespace kontor::runtime::identity
