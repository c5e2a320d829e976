#include "runtime/policy/scopes.hpp"

#include <algorithm>

namespace kontor::runtime::policy {

namespace {

constexpr const protocol::odrl::Scope* all[] = {&catalog_scope, &negotiation_scope, &transfer_scope,
                                                &monitor_scope};

}  // namespace

bool is_known_scope(const protocol::odrl::Scope& scope) {
  return std::ranges::any_of(all, [&](const auto* known) { return *known == scope; });
}

bool is_about_a_known_scope(const protocol::odrl::Scope& scope) {
  return std::ranges::any_of(all, [&](const auto* known) { return protocol::odrl::covers(scope, *known); });
}

std::string known_scopes() {
  std::string names = "* for all";
  for (const auto* scope : all) names += ", " + scope->str();
  return names;
}

}  // namespace kontor::runtime::policy
