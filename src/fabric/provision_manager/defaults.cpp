#include "fabric/provision_manager/defaults.hpp"

#include <initializer_list>
#include <string>

namespace kontor::fabric::provision_manager {

namespace api = protocol::api::fabric;

namespace {

struct Property {
  std::string_view name;
  std::string_view type;
  bool required = true;
};

json::Object schema_of(std::initializer_list<Property> list) {
  json::Object properties;
  json::Array required;
  for (const auto& each : list) {
    properties.emplace(each.name, json::Object{{"type", each.type}});
    if (each.required) required.emplace_back(each.name);
  }
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}};
}

api::Activity activity(std::string_view id, std::string_view type,
                       std::initializer_list<std::string_view> after) {
  api::Activity made{.id = api::ActivityId(std::string(id)), .type = std::string(type), .discriminator = {}};
  for (auto each : after) made.depends_on.emplace_back(std::string(each));
  return made;
}

constexpr Property participant{api::participant_id_key, "string"};
constexpr Property context{api::participant_context_id_key, "string"};
constexpr Property credentials{api::vpa_credentials_key, "array"};

}  // namespace

std::vector<api::ActivityDefinition> default_activities() {
  return {
      {.type = std::string(tokens_activity),
       .description = "Creates the participant's client at the token service.",
       .input_schema = schema_of({participant}),
       .output_schema = schema_of({context, {"clientId", "string"}})},
      {.type = std::string(control_plane_activity),
       .description = "Creates the participant context in the control plane.",
       .input_schema = schema_of({participant, context}),
       .output_schema = schema_of({})},
      {.type = std::string(identity_activity),
       .description = "Creates the participant's keys, DID document and credential service.",
       .input_schema = schema_of({participant, context}),
       .output_schema = schema_of({})},
      {.type = std::string(registration_activity),
       .description = "Registers the participant as a holder at the dataspace's issuer.",
       .input_schema = schema_of({participant}),
       .output_schema = schema_of({})},
      {.type = std::string(data_plane_activity),
       .description = "Registers a data plane for the participant at the control plane.",
       .input_schema = schema_of({context}),
       .output_schema = schema_of({})},
      {.type = std::string(onboarding_activity),
       .description = "Asks the issuers for the credentials that the participant's dataspaces demand.",
       .input_schema = schema_of({context, credentials}),
       .output_schema = schema_of({{api::holder_pid_key, "string"}})},
  };
}

api::OrchestrationTemplate default_template() {
  api::OrchestrationTemplate made{.id = api::TemplateRef("participant-onboarding"),
                                  .description = "Onboards and off-boards participants.",
                                  .schema = {},
                                  .activities = {}};
  made.activities[std::string(api::deploy_type)] = {
      activity("tokens", tokens_activity, {}),
      activity("control-plane", control_plane_activity, {"tokens"}),
      activity("identity", identity_activity, {"tokens"}),
      activity("registration", registration_activity, {"tokens"}),
      activity("data-plane", data_plane_activity, {"control-plane"}),
      activity("onboarding", onboarding_activity, {"control-plane", "identity", "registration"}),
  };
  made.activities[std::string(api::dispose_type)] = {
      activity("tokens", tokens_activity, {}),
      activity("data-plane", data_plane_activity, {"tokens"}),
      activity("control-plane", control_plane_activity, {"data-plane"}),
      activity("identity", identity_activity, {"tokens"}),
      activity("registration", registration_activity, {"tokens"}),
  };
  return made;
}

}  // namespace kontor::fabric::provision_manager
