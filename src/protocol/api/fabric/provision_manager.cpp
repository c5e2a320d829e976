#include "protocol/api/fabric/provision_manager.hpp"

#include "base/text/beginning.hpp"

namespace kontor::protocol::api::fabric {
namespace {

/// The 2025 form has `type` beside a list of activities.
void read_activities(json::ObjectReader& in, std::map<std::string, std::vector<Activity>>& out) {
  auto node = in.member("activities");
  if (!node || !node->value().is_array()) {
    in.required("activities", out);
    return;
  }
  std::string type;
  std::vector<Activity> activities;
  in.required("type", type).required("activities", activities);
  out.emplace(std::move(type), std::move(activities));
}

}  // namespace

Result<void> read(const json::Node& node, ActivityDefinition& out) {
  json::ObjectReader in(node);
  in.required("type", out.type)
      .optional("description", out.description)
      .optional("inputSchema", out.input_schema)
      .optional("outputSchema", out.output_schema);
  if (in.ok() && !is_type_name(out.type))
    in.refuse("type", "may have letters, digits, dots, dashes and underscores");
  return in.done();
}

json::Value write(const ActivityDefinition& definition) {
  return json::ObjectWriter()
      .field("type", definition.type)
      .non_empty("description", definition.description)
      .non_empty("inputSchema", definition.input_schema)
      .non_empty("outputSchema", definition.output_schema)
      .done();
}

Result<void> read(const json::Node& node, OrchestrationTemplate& out) {
  json::ObjectReader in(node);
  std::string id;
  in.optional("id", id).optional("description", out.description).optional("schema", out.schema);
  if (!id.empty()) out.id = TemplateRef(std::move(id));
  read_activities(in, out.activities);
  if (in.ok() && out.activities.empty()) in.refuse("activities", "must name at least one orchestration type");
  for (const auto& [type, activities] : out.activities) {
    if (in.ok() && !is_type_name(type))
      in.refuse("activities", "'" + std::string(text::beginning(type, 64)) + "' is no name of a type");
  }
  return in.done();
}

json::Value write(const OrchestrationTemplate& value) {
  return json::ObjectWriter()
      .field("id", value.id)
      .non_empty("description", value.description)
      .non_empty("schema", value.schema)
      .field("activities", value.activities)
      .done();
}

Result<void> read(const json::Node& node, CreatedTemplate& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).optional("description", out.description);
  return in.done();
}

json::Value write(const CreatedTemplate& created) {
  return json::ObjectWriter().field("id", created.id).field("description", created.description).done();
}

Result<void> read(const json::Node& node, OrchestrationDefinition& out) {
  json::ObjectReader in(node);
  std::map<std::string, std::vector<Activity>> activities;
  in.optional("description", out.description)
      .optional("schema", out.schema)
      .required("templateRef", out.template_ref)
      .required("activities", activities);
  if (in.ok() && activities.size() != 1) in.refuse("activities", "must name exactly one orchestration type");
  if (auto done = in.done(); !done) return done;
  out.type = activities.begin()->first;
  out.activities = std::move(activities.begin()->second);
  return {};
}

json::Value write(const OrchestrationDefinition& definition) {
  std::map<std::string, std::vector<Activity>> activities{{definition.type, definition.activities}};
  return json::ObjectWriter()
      .field("type", definition.type)
      .non_empty("description", definition.description)
      .field("schema", definition.schema)
      .field("activities", activities)
      .field("templateRef", definition.template_ref)
      .done();
}

}  // namespace kontor::protocol::api::fabric
