#include "platform/auth/caller.hpp"

#include "base/text/text.hpp"

namespace kontor::platform::auth {
namespace {

constexpr std::pair<std::string_view, Role> role_names[] = {
    {"operator", Role::operator_},     {"admin", Role::admin},         {"provisioner", Role::provisioner},
    {"governance", Role::governance},  {"authority", Role::authority}, {"issuer", Role::issuer},
    {"participant", Role::participant}};

}  // namespace

std::optional<Role> role_named(std::string_view name) {
  for (const auto& [known, role] : role_names) {
    if (known == name) return role;
  }
  return std::nullopt;
}

std::string_view name_of(Role role) {
  for (const auto& [name, known] : role_names) {
    if (known == role) return name;
  }
  return {};
}

std::set<std::string> split_scopes(std::string_view text) {
  std::set<std::string> scopes;
  for (auto part : text::split(text, ' ')) {
    if (!part.empty()) scopes.emplace(part);
  }
  return scopes;
}

}  // namespace kontor::platform::auth
