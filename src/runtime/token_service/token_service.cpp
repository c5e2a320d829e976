#include "runtime/token_service/token_service.hpp"

#include <algorithm>
#include <set>

#include "base/text/text.hpp"
#include "platform/async/signal.hpp"
#include "platform/auth/role_matrix.hpp"
#include "protocol/jose/jwt.hpp"
#include "runtime/client_secrets/client_secrets.hpp"

namespace kontor::runtime::token_service {

namespace api = protocol::api::token;
namespace auth = platform::auth;
namespace engine = platform::engine;
namespace jose = protocol::jose;
using client_secrets::credential_bytes_max;
using platform::store::installation_context;
using platform::vault::KeyAlias;

namespace {

const EntityId keys_id{"signing-keys"};
constexpr std::uint32_t clients_max = 10'000;
/// After its last token, for clocks that differ.
constexpr Duration key_published_after = std::chrono::minutes(1);

std::unexpected<Error> not_this_client() {
  return fail(ErrorCode::unauthenticated, "the client is unknown or its secret is wrong");
}

/// A provisioner looks after the clients of participants: nobody gets more rights through a client than he
/// has.
Result<void> check_manageable(const auth::Caller& by, const std::optional<std::string>& role) {
  if (by.role != auth::Role::provisioner) return {};
  if (role && auth::role_named(*role) == auth::Role::participant) return {};
  return fail(ErrorCode::forbidden, "a provisioner manages clients of the role participant only");
}

Result<void> check_definition(const api::Client& client) {
  if (client.client_id.size() > credential_bytes_max) return invalid("/clientId", "is too long");
  if (client.client_secret && client.client_secret->size() > credential_bytes_max)
    return invalid("/clientSecret", "is too long");
  if (client.client_secret && client.client_secret->empty())
    return invalid("/clientSecret", "must not be empty");
  if (!client.role) return {};
  const auto role = auth::role_named(*client.role);
  if (!role) return invalid("/role", "there is no role '{}'", *client.role);
  if (role == auth::Role::participant && client.participant_context_id.value_or("").empty())
    return invalid("/participantContextId", "a participant's client names its context");
  return {};
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
  State(platform::async::Scope& scope, engine::Engine& engine_in, platform::vault::Vault& vault_in,
        TokenServiceOptions options_in)
      : engine(engine_in),
        vault(vault_in),
        options(std::move(options_in)),
        rotating(scope.executor()),
        secrets(engine_in.random(), engine_in.clock(), options.hashing_threads) {}

  bool signs(const SigningKeys& all) const;
  Task<Result<SigningKeys>> signing_keys();
  Task<Result<SigningKeys>> load_keys();
  Task<Result<void>> add_key(SigningKeys keys, entity::Version version);
  Task<std::optional<SigningKeys>> kept_after_all(std::string kid);
  Task<Result<Client>> authenticate(client_secrets::Credentials claimed);
  Task<Result<std::string>> sign(jose::Claims claims);
  Task<Result<engine::Loaded<Client>>> load_manageable(const std::string& id, const auth::Caller& by);
  const ConfiguredClient* configured(const std::string& id) const;

  engine::Engine& engine;
  platform::vault::Vault& vault;
  TokenServiceOptions options;
  std::optional<SigningKeys> keys;
  platform::async::Mutex rotating;
  client_secrets::ClientSecrets secrets;
};

TokenService::TokenService(platform::async::Scope& scope, engine::Engine& engine,
                           platform::vault::Vault& vault, TokenServiceOptions options)
    : state_(new State(scope, engine, vault, std::move(options))) {
  std::weak_ptr<State> weak = state_;
  engine.store().on_change([weak](const platform::store::Change& change) {
    auto alive = weak.lock();
    if (alive && change.kind == SigningKeysDocument::kind().name) alive->keys.reset();
  });
}
TokenService::~TokenService() = default;

Task<Result<void>> TokenService::prepare_keys() {
  auto keys = co_await state_->signing_keys();
  if (!keys) co_return fail(std::move(keys.error()));
  co_return Result<void>{};
}

bool TokenService::State::signs(const SigningKeys& all) const {
  return !all.keys.empty() && engine.clock().now() - all.keys.back().created_at < options.key_lifetime;
}

/// The keys, the last of which signs. A key that is too old is replaced by whoever sees it first; as long as
/// that fails, it signs on.
Task<Result<SigningKeys>> TokenService::State::signing_keys() {
  if (keys && signs(*keys)) co_return *keys;
  auto guard = co_await rotating.lock();
  if (keys && signs(*keys)) co_return *keys;
  auto loaded = co_await engine.load<SigningKeysDocument>(installation_context(), keys_id);
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  if (loaded && signs(loaded->entity)) {
    keys = std::move(loaded->entity);
    co_return *keys;
  }
  auto added = co_await add_key(loaded ? loaded->entity : SigningKeys{}, loaded ? loaded->version : 0);
  if (added) co_return *keys;
  auto others = co_await engine.load<SigningKeysDocument>(installation_context(), keys_id);
  if (!others || others->entity.keys.empty()) co_return fail(std::move(added.error()));
  keys = std::move(others->entity);
  co_return *keys;
}

Task<Result<void>> TokenService::State::add_key(SigningKeys next, entity::Version version) {
  const auto now = engine.clock().now();
  const auto kid = "token-" + new_uuid(engine.random());
  auto public_key = co_await vault.create_key(installation_context(), KeyAlias(kid), crypto::KeyType::p256);
  if (!public_key) co_return fail(std::move(public_key.error()), "make a key that signs access tokens");
  public_key->kid = kid;
  std::vector<KeyAlias> ended;
  std::erase_if(next.keys, [&](const SigningKey& key) {
    const bool over = key.replaced_at && now - *key.replaced_at > options.token_lifetime * 2;
    if (over) ended.emplace_back(key.kid);
    return over;
  });
  if (!next.keys.empty()) next.keys.back().replaced_at = now;
  next.keys.push_back({kid, std::move(*public_key), now, {}});
  auto put = co_await engine.put<SigningKeysDocument>({installation_context(), keys_id}, next, version);
  if (!put) {
    auto kept = co_await kept_after_all(kid);
    if (!kept) co_return fail(std::move(put.error()));
    next = std::move(*kept);
  }
  // What cannot be destroyed signs nothing any more all the same.
  for (auto& alias : ended) co_await vault.destroy_key(installation_context(), std::move(alias));
  keys = std::move(next);
  co_return Result<void>{};
}

/// A commit that failed may be durable: only its acknowledgement was lost. A key that the document does not
/// name is nobody's; as long as the document cannot be read, that is not known.
Task<std::optional<SigningKeys>> TokenService::State::kept_after_all(std::string kid) {
  auto stored = co_await engine.load<SigningKeysDocument>(installation_context(), keys_id);
  const bool is_kept =
      stored && std::ranges::find(stored->entity.keys, kid, &SigningKey::kid) != stored->entity.keys.end();
  if (is_kept) co_return std::move(stored->entity);
  const bool is_known = stored || stored.error().code == ErrorCode::not_found;
  if (is_known) co_await vault.destroy_key(installation_context(), KeyAlias(kid));
  co_return std::nullopt;
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

Task<Result<api::TokenResponse>> TokenService::issue(api::TokenRequest request, std::string address) {
  auto state = state_;
  if (auto served = client_secrets::check_grant(request.grant_type); !served) {
    co_return fail(std::move(served.error()));
  }
  auto client = co_await state->authenticate(
      {std::move(request.client_id), std::move(request.client_secret), std::move(address)});
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

/// An unknown client costs what a wrong secret costs.
Task<Result<Client>> TokenService::State::authenticate(client_secrets::Credentials claimed) {
  const auto& id = claimed.id;
  if (id.size() > credential_bytes_max || claimed.secret.size() > credential_bytes_max)
    co_return not_this_client();
  const auto* fixed = configured(id);
  if (fixed && fixed->secret == crypto::Secret(claimed.secret)) co_return fixed->client;
  std::optional<Client> client;
  if (!fixed) {
    auto loaded = co_await engine.load<ClientDocument>(installation_context(), EntityId(id));
    if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
    if (loaded) client = std::move(loaded->entity);
  }
  auto matches =
      co_await secrets.matches(std::move(claimed), client ? client->secrets : client_secrets::KeptSecrets{});
  if (!matches) co_return fail(std::move(matches.error()));
  if (!*matches) co_return not_this_client();
  co_return std::move(*client);
}

Task<Result<std::string>> TokenService::State::sign(jose::Claims claims) {
  auto all = co_await signing_keys();
  if (!all) co_return fail(std::move(all.error()));
  const auto& kid = all->keys.back().kid;
  jose::Header header{.alg = jose::Algorithm::es256, .kid = kid, .typ = "at+jwt"};
  auto input = jose::make_signing_input(header, claims);
  auto signature = co_await vault.sign(installation_context(), KeyAlias(kid), input);
  if (!signature) co_return fail(std::move(signature.error()), "sign an access token");
  co_return jose::assemble(std::move(input), *signature);
}

Task<Result<jose::Jwks>> TokenService::jwks() {
  auto state = state_;
  auto all = co_await state->load_keys();
  if (!all) co_return fail(std::move(all.error()));
  const auto oldest = state->engine.clock().now() - state->options.token_lifetime - key_published_after;
  jose::Jwks set;
  for (auto& key : all->keys) {
    if (key.replaced_at && *key.replaced_at < oldest) continue;
    key.public_key.kid = key.kid;
    set.keys.push_back(std::move(key.public_key));
  }
  co_return set;
}

api::Discovery TokenService::discovery() const {
  const auto& options = state_->options;
  return {options.issuer, options.base_url + "/token", options.base_url + "/.well-known/jwks.json"};
}

Task<Result<api::Client>> TokenService::put_client(api::Client client, auth::Caller by) {
  auto state = state_;
  if (auto valid = check_definition(client); !valid) co_return fail(std::move(valid.error()));
  if (auto may = check_manageable(by, client.role); !may) co_return fail(std::move(may.error()));
  auto loaded = co_await state->load_manageable(client.client_id, by);
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  const auto version = loaded ? loaded->version : 0;
  const bool make_secret = !loaded && !client.client_secret;
  if (make_secret) {
    client.client_secret = random_hex(state->engine.random(), client_secrets::generated_secret_bytes);
  }
  Client stored{.id = client.client_id,
                .secrets = loaded ? loaded->entity.secrets : client_secrets::KeptSecrets{},
                .role = client.role,
                .context = client.participant_context_id,
                .scopes = client.scopes};
  if (client.client_secret) {
    const auto cost = make_secret ? crypto::generated_secret_cost : crypto::HashCost{};
    stored.secrets = {co_await state->secrets.hash(crypto::Secret(*client.client_secret), cost), {}};
  }
  engine::Command command{installation_context(), EntityId(client.client_id), std::move(by.subject)};
  auto put = co_await state->engine.put<ClientDocument>(std::move(command), stored, version);
  if (!put) co_return fail(std::move(put.error()));
  auto answer = shown(stored);
  if (make_secret) answer.client_secret = std::move(client.client_secret);
  co_return answer;
}

Task<Result<void>> TokenService::set_secret(std::string id, crypto::Secret secret, Duration overlap,
                                            auth::Caller by) {
  auto state = state_;
  if (auto long_enough = client_secrets::check_chosen(secret); !long_enough) {
    co_return fail(std::move(long_enough.error()));
  }
  auto loaded = co_await state->load_manageable(id, by);
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto stored = std::move(loaded->entity);
  auto kept = co_await state->secrets.replace(std::move(stored.secrets), std::move(secret), overlap);
  if (!kept) co_return fail(std::move(kept.error()));
  stored.secrets = std::move(*kept);
  engine::Command command{installation_context(), EntityId(std::move(id)), std::move(by.subject)};
  co_return co_await state->engine.put<ClientDocument>(std::move(command), stored, loaded->version);
}

Task<Result<void>> TokenService::delete_client(std::string id, auth::Caller by) {
  auto state = state_;
  auto loaded = co_await state->load_manageable(id, by);
  if (!loaded) co_return fail(std::move(loaded.error()));
  engine::Command command{installation_context(), EntityId(std::move(id)), std::move(by.subject)};
  co_return co_await state->engine.remove<ClientDocument>(std::move(command), loaded->version);
}

Task<Result<engine::Loaded<Client>>> TokenService::State::load_manageable(const std::string& id,
                                                                          const auth::Caller& by) {
  if (configured(id)) co_return fail(ErrorCode::conflict, "the client '{}' belongs to the configuration", id);
  auto loaded = co_await engine.load<ClientDocument>(installation_context(), EntityId(id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  if (auto may = check_manageable(by, loaded->entity.role); !may) co_return fail(std::move(may.error()));
  co_return loaded;
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
