#include "runtime/token_service/token_service.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/crypto/hash.hpp"
#include "base/crypto/secret_hash.hpp"
#include "base/text/text.hpp"
#include "platform/async/signal.hpp"
#include "platform/auth/caller.hpp"
#include "platform/auth/role_matrix.hpp"
#include "protocol/jose/jwt.hpp"

namespace kontor::runtime::token_service {

namespace api = protocol::api::token;
namespace auth = platform::auth;
namespace engine = platform::engine;
namespace jose = protocol::jose;
using platform::store::installation_context;
using platform::vault::KeyAlias;

namespace {

const EntityId keys_id{"signing-keys"};
constexpr std::uint32_t clients_max = 10'000;
constexpr std::size_t proven_max = 10'000;

std::unexpected<Error> not_this_client() {
  return fail(ErrorCode::unauthenticated, "the client is unknown or its secret is wrong");
}

/// What of the asked scopes is granted: each must be implied by one of the client's; none asked for: all that
/// it has.
Result<std::string> granted(const Client& client, const std::optional<std::string>& asked) {
  std::string text;
  const auto append = [&](const std::string& scope) { text += (text.empty() ? "" : " ") + scope; };
  if (!asked || asked->empty()) {
    for (const auto& scope : client.scopes) append(scope);
    return text;
  }
  for (const auto& scope : auth::split_scopes(*asked)) {
    const bool has = std::any_of(client.scopes.begin(), client.scopes.end(),
                                 [&](const std::string& own) { return auth::scope_implies(own, scope); });
    if (!has) return fail(ErrorCode::forbidden, "the scope '{}' is not granted to this client", scope);
    append(scope);
  }
  return text;
}

api::Client shown(const Client& client) {
  return {.client_id = client.id,
          .client_secret = {},
          .role = client.role,
          .participant_context_id = client.context,
          .scopes = client.scopes};
}

}  // namespace

struct TokenService::State {
  State(engine::Engine& engine_in, platform::vault::Vault& vault_in, TokenServiceOptions options_in)
      : engine(engine_in),
        vault(vault_in),
        options(std::move(options_in)),
        hashing(options.hashing_threads) {}

  Task<Result<void>> add_key(SigningKeys keys, entity::Version version);
  Task<Result<SigningKeys>> load_keys();
  Task<Result<Client>> authenticate(std::string id, std::string secret);
  Task<Result<std::string>> sign(jose::Claims claims);
  const ConfiguredClient* configured(const std::string& id) const;

  engine::Engine& engine;
  platform::vault::Vault& vault;
  TokenServiceOptions options;
  std::optional<SigningKeys> keys;
  /// Clients whose secret was checked, by the digest of id and secret: scrypt is slow on purpose.
  std::unordered_map<std::string, std::string> proven;
  platform::async::Offload hashing;
};

TokenService::TokenService(engine::Engine& engine, platform::vault::Vault& vault, TokenServiceOptions options)
    : state_(new State(engine, vault, std::move(options))) {}
TokenService::~TokenService() = default;

Task<Result<void>> TokenService::prepare_keys() {
  auto state = state_;
  auto loaded = co_await state->engine.load<SigningKeysDocument>(installation_context(), keys_id);
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  const auto now = state->engine.clock().now();
  if (loaded && !loaded->entity.keys.empty() &&
      now - loaded->entity.keys.back().created_at < state->options.key_lifetime) {
    state->keys = std::move(loaded->entity);
    co_return Result<void>{};
  }
  const auto version = loaded ? loaded->version : 0;
  co_return co_await state->add_key(loaded ? std::move(loaded->entity) : SigningKeys{}, version);
}

Task<Result<void>> TokenService::State::add_key(SigningKeys next, entity::Version version) {
  const auto now = engine.clock().now();
  const auto kid = "token-" + new_uuid(engine.random());
  auto public_key = co_await vault.create_key(installation_context(), KeyAlias(kid), crypto::KeyType::p256);
  if (!public_key) co_return fail(std::move(public_key.error()), "make a key that signs access tokens");
  public_key->kid = kid;
  std::erase_if(next.keys, [&](const SigningKey& key) {
    return key.replaced_at && now - *key.replaced_at > options.token_lifetime * 2;
  });
  if (!next.keys.empty()) next.keys.back().replaced_at = now;
  next.keys.push_back({kid, std::move(*public_key), now, {}});
  auto put = co_await engine.put<SigningKeysDocument>({installation_context(), keys_id}, next, version);
  if (!put) co_return fail(std::move(put.error()));
  keys = std::move(next);
  co_return Result<void>{};
}

Task<Result<SigningKeys>> TokenService::State::load_keys() {
  if (keys) co_return *keys;
  auto loaded = co_await engine.load<SigningKeysDocument>(installation_context(), keys_id);
  if (!loaded) co_return fail(ErrorCode::unavailable, "there is no key yet that signs access tokens");
  keys = std::move(loaded->entity);
  co_return *keys;
}

const ConfiguredClient* TokenService::State::configured(const std::string& id) const {
  const auto found = std::find_if(options.clients.begin(), options.clients.end(),
                                  [&](const ConfiguredClient& each) { return each.client.id == id; });
  return found == options.clients.end() ? nullptr : &*found;
}

Task<Result<api::TokenResponse>> TokenService::issue(api::TokenRequest request) {
  auto state = state_;
  if (request.grant_type != "client_credentials") {
    co_return invalid("/grant_type", "'{}' is not supported, use client_credentials", request.grant_type);
  }
  auto client = co_await state->authenticate(std::move(request.client_id), std::move(request.client_secret));
  if (!client) co_return fail(std::move(client.error()));
  auto scope = granted(*client, request.scope);
  if (!scope) co_return fail(std::move(scope.error()));
  const auto now = state->engine.clock().now();
  jose::Claims claims{.iss = state->options.issuer,
                      .sub = client->context.value_or(client->id),
                      .aud = {state->options.issuer},
                      .exp = now + state->options.token_lifetime,
                      .iat = now,
                      .jti = new_uuid(state->engine.random())};
  claims.rest.emplace("scope", *scope);
  claims.rest.emplace("client_id", client->id);
  if (client->role) claims.rest.emplace("role", *client->role);
  if (client->context) claims.rest.emplace("participant_context_id", *client->context);
  auto token = co_await state->sign(std::move(claims));
  if (!token) co_return fail(std::move(token.error()));
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(state->options.token_lifetime).count();
  co_return api::TokenResponse{.access_token = std::move(*token),
                               .expires_in = seconds,
                               .scope = scope->empty() ? std::nullopt : std::optional(*scope)};
}

Task<Result<Client>> TokenService::State::authenticate(std::string id, std::string secret) {
  if (const auto* known = configured(id)) {
    if (known->secret == crypto::Secret(secret)) co_return known->client;
    co_return not_this_client();
  }
  auto loaded = co_await engine.load<ClientDocument>(installation_context(), EntityId(id));
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  if (!loaded) co_return not_this_client();
  const auto digest = crypto::sha256_hex(id + "\n" + secret);
  auto known = proven.find(digest);
  if (known == proven.end() || known->second != loaded->entity.secret_hash) {
    Result<bool> matches = false;
    const auto& stored_hash = loaded->entity.secret_hash;
    co_await hashing.run([&] { matches = crypto::verify_secret(crypto::Secret(secret), stored_hash); });
    if (!matches) co_return fail(ErrorCode::internal, "the stored secret of client '{}' cannot be read", id);
    if (!*matches) co_return not_this_client();
    if (proven.size() >= proven_max) proven.clear();
    proven.insert_or_assign(digest, loaded->entity.secret_hash);
  }
  co_return std::move(loaded->entity);
}

Task<Result<std::string>> TokenService::State::sign(jose::Claims claims) {
  auto all = co_await load_keys();
  if (!all) co_return fail(std::move(all.error()));
  const auto& kid = all->keys.back().kid;
  jose::Header header{.alg = jose::Algorithm::es256, .kid = kid, .typ = "at+jwt"};
  auto input = jose::make_signing_input(header, claims);
  auto signature = co_await vault.sign(installation_context(), KeyAlias(kid), input);
  if (!signature) co_return fail(std::move(signature.error()), "sign an access token");
  co_return jose::assemble(std::move(input), *signature);
}

Task<Result<jose::Jwks>> TokenService::jwks() {
  auto all = co_await state_->load_keys();
  if (!all) co_return fail(std::move(all.error()));
  jose::Jwks set;
  for (auto& key : all->keys) {
    key.public_key.kid = key.kid;
    set.keys.push_back(std::move(key.public_key));
  }
  co_return set;
}

api::Discovery TokenService::discovery() const {
  const auto& options = state_->options;
  return {options.issuer, options.base_url + "/token", options.base_url + "/.well-known/jwks.json"};
}

Task<Result<api::Client>> TokenService::put_client(api::Client client, std::string actor) {
  auto state = state_;
  if (state->configured(client.client_id)) {
    co_return fail(ErrorCode::conflict, "the client '{}' belongs to the configuration", client.client_id);
  }
  if (client.role && !auth::role_named(*client.role))
    co_return invalid("/role", "there is no role '{}'", *client.role);
  auto loaded =
      co_await state->engine.load<ClientDocument>(installation_context(), EntityId(client.client_id));
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  const auto version = loaded ? loaded->version : 0;
  const bool make_secret = !loaded && !client.client_secret;
  if (make_secret) client.client_secret = random_hex(state->engine.random(), 32);
  Client stored{.id = client.client_id,
                .secret_hash = loaded ? loaded->entity.secret_hash : "",
                .role = client.role,
                .context = client.participant_context_id,
                .scopes = client.scopes};
  if (client.client_secret) {
    const auto cost = make_secret ? crypto::generated_secret_cost : crypto::HashCost{};
    const auto salt = crypto::new_salt(state->engine.random());
    co_await state->hashing.run(
        [&] { stored.secret_hash = crypto::hash_secret(crypto::Secret(*client.client_secret), salt, cost); });
  }
  engine::Command command{installation_context(), EntityId(client.client_id), std::move(actor)};
  auto put = co_await state->engine.put<ClientDocument>(std::move(command), stored, version);
  if (!put) co_return fail(std::move(put.error()));
  auto answer = shown(stored);
  if (make_secret) answer.client_secret = std::move(client.client_secret);
  co_return answer;
}

Task<Result<void>> TokenService::delete_client(std::string id, std::string actor) {
  auto state = state_;
  auto loaded = co_await state->engine.load<ClientDocument>(installation_context(), EntityId(id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  engine::Command command{installation_context(), EntityId(std::move(id)), std::move(actor)};
  co_return co_await state->engine.remove<ClientDocument>(std::move(command), loaded->version);
}

Task<Result<std::vector<api::Client>>> TokenService::clients() {
  protocol::query::Query all;
  all.limit = clients_max;
  auto page = co_await state_->engine.list<ClientDocument>(installation_context(), std::move(all));
  if (!page) co_return fail(std::move(page.error()));
  std::vector<api::Client> clients;
  for (const auto& each : state_->options.clients) clients.push_back(shown(each.client));
  for (const auto& each : page->entities) clients.push_back(shown(each.entity));
  co_return clients;
}

}  // namespace kontor::runtime::token_service
