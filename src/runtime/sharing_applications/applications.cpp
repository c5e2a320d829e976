#include "runtime/sharing_applications/applications.hpp"

#include <algorithm>

#include "base/text/characters.hpp"
#include "runtime/participant_context/documents.hpp"
#include "runtime/sharing_applications/scopes.hpp"

namespace kontor::runtime::sharing_applications {

namespace engine = platform::engine;

namespace {

constexpr std::uint32_t applications_max = 100;  ///< of a participant
constexpr std::size_t name_bytes_max = 256;
constexpr std::size_t description_characters_max = 256;
constexpr std::size_t keys_max = 8;

Result<void> check(const Applications::Definition& definition, const platform::auth::Caller& by) {
  if (definition.name.empty()) return invalid("/name", "must not be empty");
  if (definition.name.size() > name_bytes_max)
    return invalid("/name", "has more than {} bytes", name_bytes_max);
  if (definition.description && definition.description->empty())
    return invalid("/description", "must not be empty; leave it out where there is none");
  if (definition.description && text::characters(*definition.description) > description_characters_max)
    return invalid("/description", "has more than {} characters", description_characters_max);
  if (definition.jwks && definition.jwks->keys.empty())
    return invalid("/jwks", "has no public key on a curve that is known here");
  if (definition.jwks && definition.jwks->keys.size() > keys_max)
    return invalid("/jwks", "has more than {} keys", keys_max);
  return check_scopes(definition.scopes, by);
}

Applications::Shown shown(const ContextId& context, const Application& application, Instant created_at) {
  const auto& keys = application.assertion_keys;
  return {.id = application.id.str(),
          .client_id = client_id_of({context, application.id}),
          .definition = {.name = application.name,
                         .scopes = application.scopes,
                         .jwks = keys.keys.empty() ? std::nullopt : std::optional(keys),
                         .description = application.description},
          .created_at = created_at};
}

}  // namespace

Applications::Applications(engine::Engine& engine, std::size_t hashing_threads)
    : engine_(engine), secrets_(engine.random(), engine.clock(), hashing_threads) {}

Task<Result<Applications::Shown>> Applications::add(Request request, Definition definition) {
  if (auto valid = check(definition, request.by); !valid) co_return fail(std::move(valid.error()));
  auto room = co_await check_room(request.context);
  if (!room) co_return fail(std::move(room.error()));
  request.id = ApplicationId(new_uuid(engine_.random()));
  Application application{.id = request.id,
                          .name = std::move(definition.name),
                          .scopes = std::move(definition.scopes),
                          .secrets = {},
                          .assertion_keys = definition.jwks.value_or(protocol::jose::Jwks{}),
                          .description = std::move(definition.description)};
  std::optional<std::string> secret;
  if (!definition.jwks) {
    secret = random_hex(engine_.random(), client_secrets::generated_secret_bytes);
    application.secrets.current =
        co_await secrets_.hash(crypto::Secret(*secret), crypto::generated_secret_cost);
  }
  auto answer = shown(request.context, application, engine_.clock().now());
  auto stored = co_await put(std::move(request), application, 0);
  if (!stored) co_return fail(std::move(stored.error()));
  answer.client_secret = std::move(secret);
  co_return answer;
}

/// Two that are added at once may both find the last place: the bound is against floods.
Task<Result<void>> Applications::check_room(ContextId context) {
  auto owner =
      co_await engine_.load<participant_context::ParticipantContextDocument>(context, entity_id(context));
  if (!owner) co_return fail(std::move(owner.error()));
  auto count = co_await engine_.store().count(context, ApplicationDocument::kind(), {});
  if (!count) co_return fail(std::move(count.error()));
  if (*count < applications_max) co_return Result<void>{};
  co_return fail(ErrorCode::conflict, "there are {} applications already: revoke one", *count);
}

Task<Result<Applications::Shown>> Applications::change(Request request, Definition definition) {
  if (auto valid = check(definition, request.by); !valid) co_return fail(std::move(valid.error()));
  auto loaded = co_await engine_.load<ApplicationDocument>(request.context, entity_id(request.id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto& application = loaded->entity;
  application.name = std::move(definition.name);
  application.scopes = std::move(definition.scopes);
  application.assertion_keys = definition.jwks.value_or(protocol::jose::Jwks{});
  application.description = std::move(definition.description);
  auto stored = co_await put(std::move(request), application, loaded->version);
  if (!stored) co_return fail(std::move(stored.error()));
  co_return shown(loaded->context, application, loaded->created_at);
}

Task<Result<void>> Applications::set_secret(Request request, crypto::Secret secret, Duration overlap) {
  if (auto long_enough = client_secrets::check_chosen(secret); !long_enough)
    co_return fail(std::move(long_enough.error()));
  auto loaded = co_await engine_.load<ApplicationDocument>(request.context, entity_id(request.id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto& application = loaded->entity;
  auto kept = co_await secrets_.replace(std::move(application.secrets), std::move(secret), overlap);
  if (!kept) co_return fail(std::move(kept.error()));
  application.secrets = std::move(*kept);
  co_return co_await put(std::move(request), application, loaded->version);
}

Task<Result<void>> Applications::put(Request request, const Application& application,
                                     entity::Version expected) {
  engine::Command command{std::move(request.context), entity_id(request.id), std::move(request.by.subject)};
  co_return co_await engine_.put<ApplicationDocument>(std::move(command), application, expected);
}

Task<Result<void>> Applications::revoke(Request request) {
  auto loaded = co_await engine_.load<ApplicationDocument>(request.context, entity_id(request.id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  engine::Command command{std::move(request.context), entity_id(request.id), std::move(request.by.subject)};
  co_return co_await engine_.remove<ApplicationDocument>(std::move(command), loaded->version);
}

Task<Result<Applications::Shown>> Applications::get(Request request) {
  auto loaded = co_await engine_.load<ApplicationDocument>(request.context, entity_id(request.id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return shown(loaded->context, loaded->entity, loaded->created_at);
}

Task<Result<std::vector<Applications::Shown>>> Applications::list(ContextId context) {
  protocol::query::Query all;
  all.limit = 2 * applications_max;
  auto page = co_await engine_.list<ApplicationDocument>(std::move(context), std::move(all));
  if (!page) co_return fail(std::move(page.error()));
  std::vector<Shown> list;
  for (const auto& each : page->entities) list.push_back(shown(each.context, each.entity, each.created_at));
  co_return list;
}

Task<Result<Application>> find(engine::Engine& engine, Place place) {
  auto loaded =
      co_await engine.load<ApplicationDocument>(std::move(place.context), entity_id(place.application));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return std::move(loaded->entity);
}

}  // namespace kontor::runtime::sharing_applications
