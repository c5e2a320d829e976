#include "fabric/agent_kit/activity.hpp"

#include <algorithm>

namespace kontor::fabric::agent_kit {

Result<std::string> Assignment::text(std::string_view key) const {
  const auto* value = data.if_contains(key);
  const auto* found = value ? value->if_string() : nullptr;
  if (!found || found->empty()) {
    return invalid("/" + json::pointer_segment(key),
                   "activity '{}' needs the text '{}' in the processing data", activity, key);
  }
  return std::string(*found);
}

json::Object Assignment::vpa_properties(api::VpaType wanted) const {
  const auto* value = data.if_contains(api::vpa_data_key);
  if (!value) return {};
  auto vpas = json::decode_value<std::vector<api::VpaData>>(*value);
  if (!vpas) return {};
  const auto found = std::ranges::find(*vpas, wanted, &api::VpaData::type);
  return found == vpas->end() ? json::Object() : std::move(found->properties);
}

std::optional<std::string> Assignment::vpa_text(api::VpaType wanted, std::string_view key) const {
  const auto properties = vpa_properties(wanted);
  const auto* value = properties.if_contains(key);
  const auto* found = value ? value->if_string() : nullptr;
  if (!found || found->empty()) return std::nullopt;
  return std::string(*found);
}

}  // namespace kontor::fabric::agent_kit
