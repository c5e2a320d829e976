#include "protocol/api/fabric/types.hpp"

#include <algorithm>

namespace kontor::protocol::api::fabric {

Result<void> read(const json::Node& node, DeploymentState& out) {
  std::string text;
  if (auto done = json::read(node, text); !done) return done;
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (text.empty()) text = deployment_state_names.name(DeploymentState::initial);
  const json::Value lower(text);
  return json::read_enum(json::Node(lower, node.pointer()), deployment_state_names, out);
}

json::Value write(DeploymentState state) {
  return json::Value(deployment_state_names.name(state));
}

Result<void> read(const json::Node& node, VpaType& out) {
  return json::read_enum(node, vpa_type_names, out);
}
json::Value write(VpaType type) {
  return json::Value(vpa_type_names.name(type));
}

bool is_type_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, allowed);
}

}  // namespace kontor::protocol::api::fabric
