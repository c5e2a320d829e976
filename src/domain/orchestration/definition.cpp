#include "domain/orchestration/definition.hpp"

#include <algorithm>

#include "base/json/stored.hpp"
#include "domain/orchestration/internal/graph.hpp"

namespace kontor::domain::orchestration {
namespace {

/// A member of a JSON Schema, whose rules may stand at its top or wrapped.
const json::Value* schema_member(const json::Object& schema, std::string_view name) {
  const auto* wrapped = schema.if_contains("openAPIV3Schema");
  const auto* rules = wrapped && wrapped->is_object() ? &wrapped->get_object() : &schema;
  return rules->if_contains(name);
}

/// The type of a property, empty where any is legal; none: the schema has no such property.
std::optional<std::string> property_type(const json::Object& schema, std::string_view property) {
  const auto* properties = schema_member(schema, "properties");
  const auto* rules = properties ? json::find(*properties, property) : nullptr;
  if (!rules) return std::nullopt;
  const auto* type = json::find(*rules, "type");
  const auto* name = type ? type->if_string() : nullptr;
  return name ? std::string(*name) : std::string();
}

std::vector<std::string> required_of(const json::Object& schema) {
  std::vector<std::string> names;
  const auto* required = schema_member(schema, "required");
  const auto* array = required ? required->if_array() : nullptr;
  if (!array) return names;
  for (const auto& name : *array) {
    if (const auto* text = name.if_string()) names.emplace_back(*text);
  }
  return names;
}

const ActivityDefinition* find_definition(std::span<const ActivityDefinition> known, std::string_view type) {
  const auto found = std::ranges::find(known, type, &ActivityDefinition::type);
  return found == known.end() ? nullptr : &*found;
}

/// Checks where the inputs of the activities come from.
class InputCheck {
 public:
  InputCheck(std::span<const Activity> activities, std::span<const ActivityDefinition> known,
             const GivenInputs& given)
      : activities_(activities), given_(given), ancestors_(internal::ancestors_of(activities)) {
    for (const auto& activity : activities) definitions_.push_back(find_definition(known, activity.type));
  }

  std::vector<std::string> run() {
    for (std::size_t i = 0; i < activities_.size(); ++i) {
      for (const auto& input : required_of(definitions_[i]->input_schema)) check(i, input);
    }
    return std::move(problems_);
  }

 private:
  void check(std::size_t index, const std::string& input) {
    const auto wanted = property_type(definitions_[index]->input_schema, input).value_or("");
    const auto& id = activities_[index].id;
    std::vector<std::size_t> providers;
    for (std::size_t i = 0; i < activities_.size(); ++i) {
      if (!ancestors_[index][i]) continue;
      const auto type = property_type(definitions_[i]->output_schema, input);
      if (!type) continue;
      providers.push_back(i);
      check_type({id.str(), input, wanted}, "activity '" + activities_[i].id.str() + "'", *type);
    }
    check_order(input, providers);
    if (!providers.empty()) return;
    if (const auto given = given_.find(input); given != given_.end()) {
      check_type({id.str(), input, wanted}, "the payload", given->second);
    } else {
      problems_.push_back(fmt::format(
          "activity '{}' needs '{}', which neither the payload nor an activity before it provides", id,
          input));
    }
  }

  struct Need {
    std::string activity;
    std::string input;
    std::string type;
  };

  void check_type(const Need& need, const std::string& provider, const std::string& type) {
    if (need.type.empty() || type.empty() || need.type == type) return;
    problems_.push_back(fmt::format("activity '{}' needs '{}' as {}, {} provides it as {}", need.activity,
                                    need.input, need.type, provider, type));
  }

  /// Of two providers one must be complete before the other, or which value is left is luck.
  void check_order(const std::string& input, const std::vector<std::size_t>& providers) {
    for (auto a : providers) {
      for (auto b : providers) {
        if (a >= b || ancestors_[a][b] || ancestors_[b][a]) continue;
        problems_.push_back(fmt::format("'{}' is provided by '{}' and by '{}', which may run side by side",
                                        input, activities_[a].id, activities_[b].id));
      }
    }
  }

  std::span<const Activity> activities_;
  const GivenInputs& given_;
  std::vector<std::vector<bool>> ancestors_;
  std::vector<const ActivityDefinition*> definitions_;
  std::vector<std::string> problems_;
};

}  // namespace

std::optional<GivenInputs> given_inputs(std::string_view orchestration_type) {
  if (orchestration_type != api::deploy_type) return std::nullopt;
  return GivenInputs{{std::string(api::participant_id_key), "string"},
                     {std::string(api::vpa_data_key), "array"},
                     {std::string(api::vpa_credentials_key), "array"}};
}

std::vector<std::string> problems_of(const OrchestrationDefinition& definition,
                                     std::span<const ActivityDefinition> known) {
  auto problems = internal::graph_problems(definition.activities);
  for (const auto& activity : definition.activities) {
    if (find_definition(known, activity.type)) continue;
    problems.push_back(fmt::format("activity type '{}' not found", activity.type));
  }
  const auto given = given_inputs(definition.type);
  if (!problems.empty() || !given) return problems;
  return InputCheck(definition.activities, known, *given).run();
}

Result<void> validate(const OrchestrationDefinition& definition, std::span<const ActivityDefinition> known) {
  const auto problems = problems_of(definition, known);
  if (problems.empty()) return {};
  std::string text;
  for (const auto& problem : problems) text += (text.empty() ? "" : "; ") + problem;
  return invalid("/activities/" + json::pointer_segment(definition.type), "{}", text);
}

std::vector<api::OrchestrationStep> steps_of(std::span<const Activity> activities) {
  std::vector<std::vector<std::size_t>> dependents(activities.size());
  for (std::size_t i = 0; i < activities.size(); ++i) {
    for (const auto& id : activities[i].depends_on)
      dependents[internal::index_of(activities, id)].push_back(i);
  }
  // The longest way to an activity that nobody depends on; each is worked out once.
  std::vector<std::optional<std::size_t>> height(activities.size());
  const auto height_of = [&](auto& self, std::size_t index) -> std::size_t {
    if (height[index]) return *height[index];
    std::size_t longest = 0;
    for (auto dependent : dependents[index]) longest = std::max(longest, self(self, dependent) + 1);
    height[index] = longest;
    return longest;
  };
  std::size_t levels = 0;
  for (std::size_t i = 0; i < activities.size(); ++i) levels = std::max(levels, height_of(height_of, i) + 1);
  std::vector<api::OrchestrationStep> steps(levels);
  for (std::size_t i = 0; i < activities.size(); ++i) {
    steps[levels - 1 - *height[i]].activities.push_back(activities[i]);
  }
  for (auto& step : steps) std::ranges::sort(step.activities, {}, &Activity::id);
  return steps;
}

std::vector<OrchestrationDefinition> definitions_of(const api::OrchestrationTemplate& source,
                                                    const api::TemplateRef& reference) {
  std::vector<OrchestrationDefinition> definitions;
  for (const auto& [type, activities] : source.activities) {
    OrchestrationDefinition definition{.type = type,
                                       .template_ref = reference,
                                       .description = source.description,
                                       .schema = source.schema,
                                       .activities = activities};
    for (auto& activity : definition.activities) activity.discriminator = type;
    definitions.push_back(std::move(definition));
  }
  return definitions;
}

const entity::Kind& ActivityDefinitionDocument::kind() {
  static constexpr entity::Field fields[] = {{.name = "type", .path = "type"}};
  static constexpr entity::Kind kind{.name = "activity-definition", .fields = fields, .audited = true};
  return kind;
}

std::string ActivityDefinitionDocument::encode(const Entity& definition) {
  return json::encode(definition);
}

Result<ActivityDefinition> ActivityDefinitionDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<ActivityDefinition>(stored);
}

const entity::Kind& OrchestrationDefinitionDocument::kind() {
  static constexpr entity::Field fields[] = {{.name = "type", .path = "type"},
                                             {.name = "templateRef", .path = "templateRef", .indexed = true}};
  static constexpr entity::Kind kind{.name = "orchestration-definition", .fields = fields, .audited = true};
  return kind;
}

std::string OrchestrationDefinitionDocument::encode(const Entity& definition) {
  return json::encode(definition);
}

Result<OrchestrationDefinition> OrchestrationDefinitionDocument::decode(std::string_view stored,
                                                                        std::uint32_t) {
  return json::decode_stored<OrchestrationDefinition>(stored);
}

}  // namespace kontor::domain::orchestration
