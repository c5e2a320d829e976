#include "runtime/participant_context/participant_contexts.hpp"

#include <algorithm>
#include <unordered_map>

#include "runtime/erasure/erasure.hpp"

namespace kontor::runtime::participant_context {

namespace engine = platform::engine;
namespace store = platform::store;
using engine::Command;
using platform::vault::SecretName;

namespace {

constexpr std::size_t kept_max = 20'000;
constexpr std::uint32_t data_planes_max = 1000;
const EntityId config_id{"config"};

SecretName private_entry(const std::string& key) {
  return SecretName("config/" + key);
}
SecretName client_secret_of(const protocol::dps::DataPlaneId& id) {
  return SecretName("data-plane/" + id.str());
}

/// What is kept of one context.
struct Kept {
  std::optional<ParticipantContext> context;
  std::optional<std::vector<ParticipantContexts::KnownDataPlane>> data_planes;
  std::optional<std::optional<ContextConfig>> config;  ///< known to be absent, or as it is
};

}  // namespace

struct ParticipantContexts::State {
  Task<Result<void>> change_config(ContextId context, Config change, std::string actor, bool merge);
  Kept& kept_of(const ContextId& context);
  Task<Result<void>> remove_own(ContextId context);
  Task<Result<void>> note_presence(ContextId context, DataPlanePresence presence, std::string actor);
  Task<Result<void>> add_presences(ContextId context, std::vector<KnownDataPlane>& planes);

  engine::Engine& engine;
  platform::vault::Vault& vault;
  std::unordered_map<ContextId, Kept> kept;
  std::uint64_t changes = 0;  ///< what was read before a change is not kept after it
  Registered registered = [](const ContextId&, const protocol::dps::DataPlaneId&) {};
};

ParticipantContexts::ParticipantContexts(engine::Engine& engine, platform::vault::Vault& vault)
    : state_(new State{.engine = engine, .vault = vault, .kept = {}}) {
  std::weak_ptr<State> weak = state_;
  engine.store().on_change([weak](const store::Change& change) {
    auto alive = weak.lock();
    const bool ours =
        change.is_of(ParticipantContextDocument::kind()) || change.is_of(ContextConfigDocument::kind()) ||
        change.is_of(DataPlaneDocument::kind()) || change.is_of(DataPlanePresenceDocument::kind());
    if (!alive || !ours) return;
    ++alive->changes;
    if (change.is_unknown()) alive->kept.clear();
    alive->kept.erase(change.context);
  });
}
ParticipantContexts::~ParticipantContexts() = default;

Kept& ParticipantContexts::State::kept_of(const ContextId& context) {
  if (kept.size() >= kept_max && !kept.contains(context)) kept.erase(kept.begin());
  return kept[context];
}

std::string ParticipantContexts::new_id() {
  return new_uuid(state_->engine.random());
}

Task<Result<engine::Loaded<ParticipantContext>>> ParticipantContexts::create(ParticipantContext context,
                                                                             std::string actor) {
  auto state = state_;
  auto id = context.id;
  Command command{id, entity_id(id), std::move(actor)};
  auto put =
      co_await state->engine.put<ParticipantContextDocument>(std::move(command), std::move(context), 0);
  if (!put) co_return fail(std::move(put.error()), "create the participant context '{}'", id);
  co_return co_await state->engine.load<ParticipantContextDocument>(id, entity_id(id));
}

Task<Result<ParticipantContext>> ParticipantContexts::load(ContextId context) {
  auto state = state_;
  if (auto found = state->kept.find(context); found != state->kept.end() && found->second.context) {
    co_return *found->second.context;
  }
  const auto changes_before = state->changes;
  auto loaded = co_await state->engine.load<ParticipantContextDocument>(context, entity_id(context));
  if (!loaded) co_return fail(std::move(loaded.error()));
  if (state->changes == changes_before) state->kept_of(context).context = loaded->entity;
  co_return std::move(loaded->entity);
}

Task<Result<void>> ParticipantContexts::update(ContextId context, ParticipantContext next,
                                               std::string actor) {
  auto state = state_;
  auto loaded = co_await state->engine.load<ParticipantContextDocument>(context, entity_id(context));
  if (!loaded) co_return fail(std::move(loaded.error()));
  if (next.identity != loaded->entity.identity)
    co_return fail(ErrorCode::conflict, "the identity of '{}' is '{}' and cannot be changed", context,
                   loaded->entity.identity);
  loaded->entity.properties = std::move(next.properties);
  Command command{context, entity_id(context), std::move(actor)};
  co_return co_await state->engine.put<ParticipantContextDocument>(
      std::move(command), std::move(loaded->entity), loaded->version);
}

Task<Result<engine::LoadedPage<ParticipantContext>>> ParticipantContexts::list(protocol::query::Query query) {
  auto state = state_;
  co_return co_await state->engine.list_across<ParticipantContextDocument>(
      store::SystemScope("list participant contexts for an administrator"), std::move(query));
}

Task<Result<void>> ParticipantContexts::remove(ContextId context) {
  auto state = state_;
  auto found = co_await load(context);
  if (!found) co_return fail(std::move(found.error()));
  auto nobody = co_await erasure::remove_mappings(state->engine, context);
  if (!nobody) co_return fail(std::move(nobody.error()), "remove who acts for '{}'", context);
  auto shared = co_await erasure::has_entities(state->engine, context, erasure::is_of_identity);
  if (!shared) co_return fail(std::move(shared.error()));
  Result<void> removed;
  if (*shared) {
    removed = co_await state->remove_own(context);
  } else {
    removed = co_await state->engine.store().erase(context);
  }
  if (!removed) co_return fail(std::move(removed.error()));
  state->kept.erase(context);
  co_return Result<void>{};
}

/// What the identity services have in the context is theirs to remove. The context itself goes last, so that
/// a removal that broke off can be repeated.
Task<Result<void>> ParticipantContexts::State::remove_own(ContextId context) {
  const auto is_context = [](std::string_view kind) {
    return kind == ParticipantContextDocument::kind().name;
  };
  auto removed = co_await erasure::remove_entities(engine, context, [=](std::string_view kind) {
    return !erasure::is_of_identity(kind) && !is_context(kind);
  });
  if (!removed) co_return fail(std::move(removed.error()));
  co_return co_await erasure::remove_entities(engine, context, is_context);
}

Task<Result<ContextConfig>> ParticipantContexts::config(ContextId context) {
  auto state = state_;
  const auto absent = [&] {
    return fail(ErrorCode::not_found, "the participant context '{}' has no configuration", context);
  };
  if (auto found = state->kept.find(context); found != state->kept.end() && found->second.config) {
    if (!*found->second.config) co_return absent();
    co_return **found->second.config;
  }
  const auto changes_before = state->changes;
  auto loaded = co_await state->engine.load<ContextConfigDocument>(context, config_id);
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  std::optional<ContextConfig> config;
  if (loaded) config = std::move(loaded->entity);
  if (state->changes == changes_before) state->kept_of(context).config = config;
  if (!config) co_return absent();
  co_return std::move(*config);
}

Task<Result<void>> ParticipantContexts::replace_config(ContextId context, Config config, std::string actor) {
  for (const auto& [key, value] : config.entries) {
    if (!value)
      co_return invalid("/entries/" + json::pointer_segment(key), "must not be null when replacing");
  }
  co_return co_await state_->change_config(std::move(context), std::move(config), std::move(actor), false);
}

Task<Result<void>> ParticipantContexts::merge_config(ContextId context, Config config, std::string actor) {
  co_return co_await state_->change_config(std::move(context), std::move(config), std::move(actor), true);
}

Task<Result<void>> ParticipantContexts::State::change_config(ContextId context, Config change,
                                                             std::string actor, bool merge) {
  auto owner = co_await engine.load<ParticipantContextDocument>(context, entity_id(context));
  if (!owner) co_return fail(std::move(owner.error()));
  auto loaded = co_await engine.load<ContextConfigDocument>(context, config_id);
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  const auto version = loaded ? loaded->version : 0;
  ContextConfig next;
  if (loaded && merge) next = std::move(loaded->entity);
  for (const auto& [key, value] : change.entries) {
    if (value) {
      next.entries.insert_or_assign(key, *value);
    } else {
      next.entries.erase(key);
    }
  }
  for (const auto& [key, value] : change.private_entries) {
    Result<void> kept_secret;
    std::erase(next.private_keys, key);
    if (value) {
      next.private_keys.push_back(key);
      kept_secret = co_await vault.put_secret(context, private_entry(key), crypto::Secret(*value));
    } else {
      kept_secret = co_await vault.delete_secret(context, private_entry(key));
    }
    if (!kept_secret) co_return fail(std::move(kept_secret.error()));
  }
  Command command{context, config_id, std::move(actor)};
  co_return co_await engine.put<ContextConfigDocument>(std::move(command), std::move(next), version);
}

Task<Result<void>> ParticipantContexts::put_data_plane(ContextId context, DataPlane registration,
                                                       std::string actor) {
  auto state = state_;
  auto owner = co_await load(context);
  if (!owner) co_return fail(std::move(owner.error()));
  if (registration.authorization && registration.authorization->client_secret) {
    crypto::Secret secret(*registration.authorization->client_secret);
    registration.authorization->client_secret.reset();
    auto kept =
        co_await state->vault.put_secret(context, client_secret_of(registration.dataplane_id), secret);
    if (!kept) co_return fail(std::move(kept.error()));
  }
  auto id = entity_id(registration.dataplane_id);
  auto loaded = co_await state->engine.load<DataPlaneDocument>(context, id);
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  const DataPlanePresence presence{registration.dataplane_id, registration.load_percent};
  registration.load_percent.reset();
  const bool has_lease = registration.lease.has_value();
  if (!loaded || loaded->entity != registration) {
    const auto version = loaded ? loaded->version : 0;
    Command command{context, id, actor};
    auto put =
        co_await state->engine.put<DataPlaneDocument>(std::move(command), std::move(registration), version);
    if (!put) co_return fail(std::move(put.error()));
  }
  if (has_lease) {
    auto noted = co_await state->note_presence(context, presence, std::move(actor));
    if (!noted) co_return noted;
  }
  state->registered(context, presence.dataplane_id);
  co_return Result<void>{};
}

void ParticipantContexts::on_data_plane(Registered registered) {
  state_->registered = std::move(registered);
}

Task<Result<void>> ParticipantContexts::State::note_presence(ContextId context, DataPlanePresence presence,
                                                             std::string actor) {
  const auto id = entity_id(presence.dataplane_id);
  auto loaded = co_await engine.load<DataPlanePresenceDocument>(context, id);
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  Command command{std::move(context), id, std::move(actor)};
  auto put = co_await engine.put<DataPlanePresenceDocument>(std::move(command), std::move(presence),
                                                            loaded ? loaded->version : 0);
  if (put) co_return put;
  // Somebody else has just said so.
  const auto code = put.error().code;
  if (code == ErrorCode::conflict || code == ErrorCode::version_conflict) co_return Result<void>{};
  co_return put;
}

Task<Result<void>> ParticipantContexts::State::add_presences(ContextId context,
                                                             std::vector<KnownDataPlane>& planes) {
  const bool any_lease =
      std::ranges::any_of(planes, [](const auto& each) { return each.registration.lease.has_value(); });
  if (!any_lease) co_return Result<void>{};
  protocol::query::Query all;
  all.limit = data_planes_max;
  auto page = co_await engine.list<DataPlanePresenceDocument>(std::move(context), std::move(all));
  if (!page) co_return fail(std::move(page.error()));
  for (auto& plane : planes) {
    const auto is_of = [&](const auto& each) {
      return each.entity.dataplane_id == plane.registration.dataplane_id;
    };
    const auto found = std::ranges::find_if(page->entities, is_of);
    if (found == page->entities.end()) continue;
    plane.registered_at = std::max(plane.registered_at, found->updated_at);
    plane.load_percent = found->entity.load_percent;
  }
  co_return Result<void>{};
}

Task<Result<void>> ParticipantContexts::remove_data_plane(ContextId context, protocol::dps::DataPlaneId id,
                                                          std::string actor) {
  auto state = state_;
  auto loaded = co_await state->engine.load<DataPlaneDocument>(context, entity_id(id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  Command command{context, entity_id(id), actor};
  auto removed = co_await state->engine.remove<DataPlaneDocument>(std::move(command), loaded->version);
  if (!removed) co_return fail(std::move(removed.error()));
  if (loaded->entity.lease) {
    auto presence = co_await state->engine.load<DataPlanePresenceDocument>(context, entity_id(id));
    if (presence) {
      Command forget{context, entity_id(id), std::move(actor)};
      removed =
          co_await state->engine.remove<DataPlanePresenceDocument>(std::move(forget), presence->version);
      if (!removed) co_return fail(std::move(removed.error()));
    }
  }
  co_return co_await state->vault.delete_secret(std::move(context), client_secret_of(id));
}

Task<Result<std::vector<ParticipantContexts::RegisteredDataPlane>>> ParticipantContexts::with_profile(
    protocol::dps::DataPlaneId id) {
  auto state = state_;
  protocol::query::Query same_id;
  same_id.where = protocol::query::where("dataplaneId", id.str());
  same_id.limit = data_planes_max;
  auto page = co_await state->engine.list_across<DataPlaneDocument>(
      store::SystemScope("find the data plane that a token is of"), std::move(same_id));
  if (!page) co_return fail(std::move(page.error()));
  std::vector<RegisteredDataPlane> planes;
  for (auto& each : page->entities) {
    if (each.entity.authorization) planes.push_back({std::move(each.context), std::move(each.entity)});
  }
  co_return planes;
}

Task<Result<std::optional<protocol::dps::Authorization>>> ParticipantContexts::authorization_of(
    ContextId context, DataPlane plane) {
  auto state = state_;
  auto profile = std::move(plane.authorization);
  if (!profile || profile->type != protocol::dps::client_credentials) co_return profile;
  auto secret = co_await state->vault.get_secret(std::move(context), client_secret_of(plane.dataplane_id));
  if (!secret) co_return fail(std::move(secret.error()), "read the secret of the data plane");
  profile->client_secret = std::string(secret->reveal());
  co_return profile;
}

Task<Result<std::vector<ParticipantContexts::KnownDataPlane>>> ParticipantContexts::known_data_planes(
    ContextId context) {
  auto state = state_;
  if (auto found = state->kept.find(context); found != state->kept.end() && found->second.data_planes) {
    co_return *found->second.data_planes;
  }
  protocol::query::Query all;
  all.limit = data_planes_max;
  const auto changes_before = state->changes;
  auto page = co_await state->engine.list<DataPlaneDocument>(context, std::move(all));
  if (!page) co_return fail(std::move(page.error()));
  std::vector<KnownDataPlane> planes;
  for (auto& each : page->entities) planes.push_back({std::move(each.entity), each.updated_at});
  auto added = co_await state->add_presences(context, planes);
  if (!added) co_return fail(std::move(added.error()));
  if (state->changes == changes_before) state->kept_of(context).data_planes = planes;
  co_return planes;
}

Task<Result<std::vector<ParticipantContexts::DataPlane>>> ParticipantContexts::data_planes(
    ContextId context) {
  auto known = co_await known_data_planes(std::move(context));
  if (!known) co_return fail(std::move(known.error()));
  std::vector<DataPlane> planes;
  for (auto& each : *known) planes.push_back(std::move(each.registration));
  co_return planes;
}

}  // namespace kontor::runtime::participant_context
