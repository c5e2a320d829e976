#include "world_calls.hpp"

#include <stdexcept>

namespace kontor::routes_test {

std::string management_path(const Party& party, const std::string& path) {
  return "/api/mgmt/v5beta/participants/" + party.context + "/" + path;
}
std::string identity_path(const Party& party, const std::string& path) {
  return "/api/identity/v1beta/participants/" + party.context + "/" + path;
}
std::string issuer_path(const Party& party, const std::string& path) {
  return "/api/admin/v1beta/participants/" + party.context + "/" + path;
}

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

const json::Value& member(const json::Value& value, std::string_view key) {
  const auto* found = json::find(value, key);
  require(found, "there is no '" + std::string(key) + "' in " + json::serialize(value).substr(0, 400));
  return *found;
}

const json::Value& first(const json::Value& list) {
  require(list.is_array() && !list.get_array().empty(), "the list is empty: " + json::serialize(list));
  return list.get_array().front();
}

std::string text_at(const json::Value& value, std::string_view key) {
  const auto& found = member(value, key);
  require(found.is_string(), "'" + std::string(key) + "' is no text");
  return std::string(found.get_string());
}

}  // namespace kontor::routes_test
