#include "runtime/secrets/secrets.hpp"

#include "base/json/codec.hpp"
#include "platform/vault/participant_secrets.hpp"

namespace kontor::runtime::secrets {

using platform::engine::Command;

namespace {

Result<void> read(const json::Node& node, SecretEntry& out) {
  json::ObjectReader in(node);
  in.required("id", out.id);
  return in.done();
}

}  // namespace

const entity::Kind& SecretDocument::kind() {
  static constexpr entity::Field fields[] = {{"id", "id"}};
  static constexpr entity::Kind kind{.name = "secret", .fields = fields, .audited = true};
  return kind;
}

std::string SecretDocument::encode(const Entity& entry) {
  return json::serialize(json::ObjectWriter().field("id", entry.id).done());
}

Result<SecretEntry> SecretDocument::decode(std::string_view stored, std::uint32_t) {
  auto value = json::parse(stored);
  if (!value) return fail(std::move(value.error()));
  SecretEntry entry;
  if (auto done = read(json::Node(*value), entry); !done) return fail(std::move(done.error()));
  return entry;
}

platform::vault::SecretName name_in_vault(const std::string& id) {
  return platform::vault::participant_secret(id);
}

Task<Result<protocol::api::management::IdResponse>> Secrets::create(Command command, Body body) {
  auto owner = co_await services_.contexts.load(command.context);
  if (!owner) co_return fail(std::move(owner.error()));
  auto& engine = services_.engine;
  const auto id = body.id && !body.id->empty() ? *body.id : new_uuid(engine.random());
  command.id = EntityId(id);
  const auto context = command.context;
  auto put = co_await engine.put<SecretDocument>(std::move(command), SecretEntry{id}, 0);
  if (!put) co_return fail(std::move(put.error()));
  auto kept =
      co_await services_.vault.put_secret(context, name_in_vault(id), crypto::Secret(std::move(body.value)));
  if (!kept) co_return fail(std::move(kept.error()));
  co_return protocol::api::management::IdResponse{id, engine.clock().now()};
}

Task<Result<void>> Secrets::replace(Command command, crypto::Secret value) {
  auto loaded = co_await services_.engine.load<SecretDocument>(command.context, command.id);
  if (!loaded) co_return fail(std::move(loaded.error()));
  const auto context = command.context;
  auto name = name_in_vault(loaded->entity.id);
  auto kept = co_await services_.vault.put_secret(context, std::move(name), std::move(value));
  if (!kept) co_return fail(std::move(kept.error()));
  co_return co_await services_.engine.put<SecretDocument>(std::move(command), std::move(loaded->entity),
                                                          loaded->version);
}

Task<Result<void>> Secrets::remove(Command command) {
  auto loaded = co_await services_.engine.load<SecretDocument>(command.context, command.id);
  if (!loaded) co_return fail(std::move(loaded.error()));
  const auto context = command.context;
  auto destroyed = co_await services_.vault.delete_secret(context, name_in_vault(loaded->entity.id));
  if (!destroyed) co_return fail(std::move(destroyed.error()));
  co_return co_await services_.engine.remove<SecretDocument>(std::move(command), loaded->version);
}

}  // namespace kontor::runtime::secrets
