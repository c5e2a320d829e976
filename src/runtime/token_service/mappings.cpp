#include "runtime/token_service/mappings.hpp"

#include <algorithm>

#include "base/crypto/hash.hpp"
#include "base/json/stored.hpp"
#include "runtime/token_service/exchange_rules.hpp"

namespace kontor::runtime::token_service {

namespace engine = platform::engine;
using platform::auth::Caller;
using platform::store::installation_context;

namespace {

constexpr std::uint32_t mappings_max = 10'000;
constexpr std::size_t scopes_at_once_max = 200;

EntityId id_of(const Mappings::Key& key) {
  return EntityId(
      crypto::sha256_hex(std::to_string(key.client.size()) + " " + key.client + " " + key.context));
}

engine::Command command_of(EntityId id, const Caller& by) {
  return {installation_context(), std::move(id), by.subject};
}

protocol::query::Query everything() {
  protocol::query::Query all;
  all.limit = mappings_max;
  return all;
}

}  // namespace

const entity::Kind& ResourceMappingDocument::kind() {
  static constexpr entity::Field fields[] = {{"clientIdentifier", "clientIdentifier"},
                                             {"participantContext", "participantContext"}};
  static constexpr entity::Kind kind{.name = "token-resource-mapping", .fields = fields, .audited = true};
  return kind;
}
std::string ResourceMappingDocument::encode(const Entity& mapping) {
  return json::encode(mapping);
}
Result<ResourceMapping> ResourceMappingDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<ResourceMapping>(stored);
}

const entity::Kind& ScopeMappingDocument::kind() {
  static constexpr entity::Field fields[] = {{"scope", "scope"}};
  static constexpr entity::Kind kind{.name = "token-scope-mapping", .fields = fields, .audited = true};
  return kind;
}
std::string ScopeMappingDocument::encode(const Entity& mapping) {
  return json::encode(mapping);
}
Result<ScopeMapping> ScopeMappingDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<ScopeMapping>(stored);
}

Mappings::Mappings(engine::Engine& engine, std::vector<std::string> issuers)
    : engine_(engine), issuers_(std::move(issuers)) {}

Task<Result<ResourceMapping>> Mappings::admitted(ResourceMapping mapping, Caller by) {
  if (auto valid = check_mapping(mapping); !valid) co_return fail(std::move(valid.error()));
  if (!mapping.issuer && !issuers_.empty()) mapping.issuer = issuers_.front();
  if (mapping.issuer && std::ranges::find(issuers_, *mapping.issuer) == issuers_.end())
    co_return invalid("/issuer", "is none whose subject tokens are trusted (token_service.subject_issuers)");
  auto meaning = co_await meaning_of(mapping.scopes);
  if (!meaning) co_return fail(std::move(meaning.error()));
  if (auto reach = check_reach(*meaning, by); !reach) co_return fail(std::move(reach.error()));
  co_return mapping;
}

Task<Result<void>> Mappings::create(ResourceMapping mapping, Caller by) {
  auto right = co_await admitted(std::move(mapping), by);
  if (!right) co_return fail(std::move(right.error()));
  auto command = command_of(id_of({right->client_identifier, right->participant_context}), by);
  co_return co_await engine_.put<ResourceMappingDocument>(std::move(command), *right, 0);
}

Task<Result<void>> Mappings::replace(ResourceMapping mapping, Caller by) {
  auto right = co_await admitted(std::move(mapping), by);
  if (!right) co_return fail(std::move(right.error()));
  auto id = id_of({right->client_identifier, right->participant_context});
  auto before = co_await engine_.load<ResourceMappingDocument>(installation_context(), id);
  if (!before) co_return fail(std::move(before.error()));
  co_return co_await engine_.put<ResourceMappingDocument>(command_of(std::move(id), by), *right,
                                                          before->version);
}

Task<Result<void>> Mappings::remove(Key key, Caller by) {
  auto id = id_of(key);
  auto before = co_await engine_.load<ResourceMappingDocument>(installation_context(), id);
  if (!before) co_return fail(std::move(before.error()));
  co_return co_await engine_.remove<ResourceMappingDocument>(command_of(std::move(id), by), before->version);
}

Task<Result<void>> Mappings::remove_all_of(std::string client, Caller by) {
  auto query = everything();
  query.where = protocol::query::where("clientIdentifier", client);
  auto page = co_await engine_.list<ResourceMappingDocument>(installation_context(), std::move(query));
  if (!page) co_return fail(std::move(page.error()));
  if (page->entities.empty()) co_return fail(ErrorCode::not_found, "the client acts for nobody");
  for (const auto& each : page->entities) {
    auto removed = co_await engine_.remove<ResourceMappingDocument>(command_of(each.id, by), each.version);
    if (!removed) co_return fail(std::move(removed.error()));
  }
  co_return Result<void>{};
}

Task<Result<std::vector<ResourceMapping>>> Mappings::list() {
  auto page = co_await engine_.list<ResourceMappingDocument>(installation_context(), everything());
  if (!page) co_return fail(std::move(page.error()));
  std::vector<ResourceMapping> all;
  for (auto& each : page->entities) all.push_back(std::move(each.entity));
  co_return all;
}

Task<Result<ResourceMapping>> Mappings::find(Key key) {
  auto loaded = co_await engine_.load<ResourceMappingDocument>(installation_context(), id_of(key));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return std::move(loaded->entity);
}

Task<Result<void>> Mappings::put_scopes(std::vector<ScopeMapping> scopes, Caller by) {
  if (scopes.empty()) co_return invalid("", "must not be empty");
  if (scopes.size() > scopes_at_once_max)
    co_return invalid("", "has more than {} entries", scopes_at_once_max);
  for (const auto& each : scopes) {
    if (auto valid = check_scope(each); !valid) co_return fail(std::move(valid.error()));
  }
  std::vector<platform::store::Put> puts;
  for (const auto& each : scopes) {
    EntityId id(each.scope);
    auto before = co_await engine_.load<ScopeMappingDocument>(installation_context(), id);
    if (!before && before.error().code != ErrorCode::not_found) co_return fail(std::move(before.error()));
    if (std::ranges::find(puts, id, &platform::store::Put::id) != puts.end())
      co_return invalid("", "names the scope '{}' twice", each.scope);
    puts.push_back(engine::put_of<ScopeMappingDocument>(id, each, before ? before->version : 0));
  }
  const auto version = puts.front().expected;
  puts.erase(puts.begin());
  auto command = command_of(EntityId(scopes.front().scope), by);
  command.also = std::move(puts);
  co_return co_await engine_.put<ScopeMappingDocument>(std::move(command), scopes.front(), version);
}

Task<Result<void>> Mappings::replace_scope(ScopeMapping scope, Caller by) {
  if (auto valid = check_scope(scope); !valid) co_return fail(std::move(valid.error()));
  EntityId id(scope.scope);
  auto before = co_await engine_.load<ScopeMappingDocument>(installation_context(), id);
  if (!before) co_return fail(std::move(before.error()));
  co_return co_await engine_.put<ScopeMappingDocument>(command_of(std::move(id), by), scope, before->version);
}

Task<Result<void>> Mappings::remove_scope(std::string scope, Caller by) {
  EntityId id(std::move(scope));
  auto before = co_await engine_.load<ScopeMappingDocument>(installation_context(), id);
  if (!before) co_return fail(std::move(before.error()));
  co_return co_await engine_.remove<ScopeMappingDocument>(command_of(std::move(id), by), before->version);
}

Task<Result<std::vector<ScopeMapping>>> Mappings::list_scopes() {
  auto page = co_await engine_.list<ScopeMappingDocument>(installation_context(), everything());
  if (!page) co_return fail(std::move(page.error()));
  std::vector<ScopeMapping> all;
  for (auto& each : page->entities) all.push_back(std::move(each.entity));
  co_return all;
}

Task<Result<ScopeMapping>> Mappings::find_scope(std::string scope) {
  auto loaded =
      co_await engine_.load<ScopeMappingDocument>(installation_context(), EntityId(std::move(scope)));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return std::move(loaded->entity);
}

Task<Result<std::vector<ScopeMapping>>> Mappings::meaning_of(std::vector<std::string> scopes) {
  std::vector<ScopeMapping> meaning;
  for (const auto& scope : scopes) {
    auto found = co_await find_scope(scope);
    if (!found && found.error().code == ErrorCode::not_found) continue;
    if (!found) co_return fail(std::move(found.error()));
    meaning.push_back(std::move(*found));
  }
  co_return meaning;
}

}  // namespace kontor::runtime::token_service
