#include "fabric/provision_manager/definitions.hpp"

#include <algorithm>
#include <ranges>

#include "domain/orchestration/decide.hpp"
#include "fabric/provision_manager/defaults.hpp"

namespace kontor::fabric::provision_manager {

namespace engine = platform::engine;
namespace query = protocol::query;
using engine::Command;
using orchestration::ActivityDefinitionDocument;
using orchestration::OrchestrationDefinitionDocument;
using platform::store::installation_context;

namespace {

query::Query everything(query::Predicate where = {}) {
  return {.where = std::move(where), .sort = {}, .limit = api::page_max, .offset = 0, .after = {}};
}

template <class D>
Task<Result<std::vector<typename D::Entity>>> list(engine::Engine& engine, query::Query query) {
  auto page = co_await engine.list<D>(installation_context(), std::move(query));
  if (!page) co_return fail(std::move(page.error()));
  std::vector<typename D::Entity> entities;
  for (auto& loaded : page->entities) entities.push_back(std::move(loaded.entity));
  co_return entities;
}

/// The version that is stored, 0 where there is none.
template <class D>
Task<Result<entity::Version>> version_of(engine::Engine& engine, EntityId id) {
  auto loaded = co_await engine.load<D>(installation_context(), std::move(id));
  if (loaded) co_return loaded->version;
  if (loaded.error().code == ErrorCode::not_found) co_return entity::Version{0};
  co_return fail(std::move(loaded.error()));
}

bool uses(const api::OrchestrationDefinition& definition, const std::string& type) {
  return std::ranges::find(definition.activities, type, &api::Activity::type) != definition.activities.end();
}

}  // namespace

Task<Result<std::vector<api::ActivityDefinition>>> Definitions::activities() {
  return list<ActivityDefinitionDocument>(engine_, everything());
}

Task<Result<std::vector<api::OrchestrationDefinition>>> Definitions::all() {
  return list<OrchestrationDefinitionDocument>(engine_, everything());
}

Task<Result<void>> Definitions::put_activity(api::ActivityDefinition definition, std::string actor) {
  EntityId id(definition.type);
  auto version = co_await version_of<ActivityDefinitionDocument>(engine_, id);
  if (!version) co_return fail(std::move(version.error()));
  Command command{installation_context(), std::move(id), std::move(actor)};
  co_return co_await engine_.put<ActivityDefinitionDocument>(std::move(command), std::move(definition),
                                                             *version);
}

Task<Result<void>> Definitions::remove_activity(std::string type, std::string actor) {
  auto loaded = co_await engine_.load<ActivityDefinitionDocument>(installation_context(), EntityId(type));
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto definitions = co_await all();
  if (!definitions) co_return fail(std::move(definitions.error()));
  for (const auto& definition : *definitions) {
    if (!uses(definition, type)) continue;
    co_return fail(ErrorCode::conflict, "template '{}' uses activities of type '{}' to run '{}'",
                   definition.template_ref, type, definition.type);
  }
  Command command{installation_context(), EntityId(type), std::move(actor)};
  co_return co_await engine_.remove<ActivityDefinitionDocument>(std::move(command), loaded->version);
}

Task<Result<std::vector<api::OrchestrationDefinition>>> Definitions::of_template(api::TemplateRef reference) {
  auto found = co_await list<OrchestrationDefinitionDocument>(
      engine_, everything(query::where("templateRef", reference.str())));
  if (found && found->empty()) co_return fail(ErrorCode::not_found, "there is no template '{}'", reference);
  co_return found;
}

Task<Result<std::optional<api::OrchestrationDefinition>>> Definitions::of_type(std::string type) {
  auto loaded =
      co_await engine_.load<OrchestrationDefinitionDocument>(installation_context(), EntityId(type));
  if (loaded) co_return std::move(loaded->entity);
  if (loaded.error().code == ErrorCode::not_found) co_return std::nullopt;
  co_return fail(std::move(loaded.error()));
}

Task<Result<api::CreatedTemplate>> Definitions::put_template(api::OrchestrationTemplate source,
                                                             std::string actor) {
  const auto reference = source.id.value_or(api::TemplateRef(new_uuid(engine_.random())));
  auto known = co_await activities();
  if (!known) co_return fail(std::move(known.error()));
  const auto definitions = orchestration::definitions_of(source, reference);
  Command command{installation_context(), EntityId(definitions.front().type), std::move(actor)};
  entity::Version first_version = 0;
  for (const auto& definition : definitions) {
    if (auto sound = orchestration::validate(definition, *known); !sound)
      co_return fail(std::move(sound.error()));
    EntityId id(definition.type);
    auto version = co_await version_of<OrchestrationDefinitionDocument>(engine_, id);
    if (!version) co_return fail(std::move(version.error()));
    if (id == command.id) {
      first_version = *version;
    } else {
      command.also.push_back(
          engine::put_of<OrchestrationDefinitionDocument>(std::move(id), definition, *version));
    }
  }
  auto put = co_await engine_.put<OrchestrationDefinitionDocument>(std::move(command), definitions.front(),
                                                                   first_version);
  if (!put) co_return fail(std::move(put.error()));
  co_return api::CreatedTemplate{reference, source.description};
}

Task<Result<void>> Definitions::remove_template(api::TemplateRef reference, std::string actor) {
  auto definitions = co_await of_template(reference);
  if (!definitions) co_return fail(std::move(definitions.error()));
  auto under_way = query::all_of(
      {query::where("templateRef", reference.str()),
       query::where("status", query::Operator::in, {std::string("running"), std::string("errored")})});
  auto users = co_await engine_.store().count(installation_context(), orchestration::Machine::kind(),
                                              everything(std::move(under_way)));
  if (!users) co_return fail(std::move(users.error()));
  if (*users > 0) {
    co_return fail(ErrorCode::conflict, "{} orchestrations under way use template '{}'", *users, reference);
  }
  for (const auto& definition : *definitions) {
    auto version = co_await version_of<OrchestrationDefinitionDocument>(engine_, EntityId(definition.type));
    if (!version) co_return fail(std::move(version.error()));
    if (*version == 0) continue;
    Command command{installation_context(), EntityId(definition.type), actor};
    auto removed = co_await engine_.remove<OrchestrationDefinitionDocument>(std::move(command), *version);
    if (!removed) co_return fail(std::move(removed.error()));
  }
  co_return Result<void>{};
}

/// The kinds of work that are not there yet, in one transaction. Errors: conflict: another process was first.
Task<Result<void>> Definitions::seed_activities() {
  auto known = co_await activities();
  if (!known) co_return fail(std::move(known.error()));
  auto missing = default_activities();
  std::erase_if(missing, [&](const api::ActivityDefinition& each) {
    return std::ranges::find(*known, each.type, &api::ActivityDefinition::type) != known->end();
  });
  if (missing.empty()) co_return Result<void>{};
  Command command{installation_context(), EntityId(missing.front().type)};
  for (const auto& each : missing | std::views::drop(1))
    command.also.push_back(engine::put_of<ActivityDefinitionDocument>(EntityId(each.type), each, 0));
  co_return co_await engine_.put<ActivityDefinitionDocument>(std::move(command), missing.front(), 0);
}

Task<Result<void>> Definitions::seed() {
  auto seeded = co_await seed_activities();
  while (!seeded && seeded.error().code == ErrorCode::conflict) seeded = co_await seed_activities();
  if (!seeded) co_return fail(std::move(seeded.error()), "store the kinds of work of the built-in agents");
  auto source = default_template();
  for (const auto& [type, activities] : source.activities) {
    auto defined = co_await of_type(type);
    if (!defined) co_return fail(std::move(defined.error()));
    if (*defined) co_return Result<void>{};
  }
  auto put = co_await put_template(std::move(source), "system");
  if (!put) co_return fail(std::move(put.error()), "store the template that onboards participants");
  co_return Result<void>{};
}

}  // namespace kontor::fabric::provision_manager
