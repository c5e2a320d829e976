#include "runtime/token_service/token_service.hpp"

#include <algorithm>
#include <set>

#include "base/text/text.hpp"
#include "platform/auth/role_matrix.hpp"
#include "platform/auth/token_verifier.hpp"
#include "platform/store/single_use.hpp"
#include "protocol/jose/jwt.hpp"
#include "runtime/client_secrets/client_secrets.hpp"
#include "runtime/sharing_applications/applications.hpp"
#include "runtime/token_service/assertion.hpp"
#include "runtime/token_service/token_keys.hpp"

namespace kontor::runtime::token_service {

namespace api = protocol::api::token;
namespace auth = platform::auth;
namespace engine = platform::engine;
namespace jose = protocol::jose;
using client_secrets::credential_bytes_max;
using platform::store::installation_context;

namespace {

constexpr std::uint32_t clients_max = 10'000;
constexpr std::size_t assertion_keys_max = 8;  ///< of a client

std::unexpected<Error> not_this_client() {
  return fail(ErrorCode::unauthenticated, "the client is unknown or its secret is wrong");
}

bool is_over(const std::optional<Instant>& end, Instant now) {
  return end && *end <= now;
}

/// A provisioner looks after the clients of participants: nobody gets more rights through a client than he
/// has.
Result<void> check_manageable(const auth::Caller& by, const std::optional<std::string>& role,
                              bool data_plane = false) {
  if (by.role != auth::Role::provisioner || data_plane) return {};
  if (role && auth::role_named(*role) == auth::Role::participant) return {};
  return fail(ErrorCode::forbidden, "a provisioner manages clients of the role participant only");
}

Result<void> check_definition(const api::Client& client) {
  if (client.client_id.size() > credential_bytes_max) return invalid("/clientId", "is too long");
  if (sharing_applications::place_of(client.client_id))
    return invalid("/clientId", "has the form of an application's, which its participant registers");
  if (client.client_secret && client.client_secret->size() > credential_bytes_max)
    return invalid("/clientSecret", "is too long");
  if (client.client_secret && client.client_secret->empty())
    return invalid("/clientSecret", "must not be empty");
  if (client.jwks && client.jwks->keys.empty())
    return invalid("/jwks", "has no public key on a curve that is known here");
  if (client.jwks && client.jwks->keys.size() > assertion_keys_max)
    return invalid("/jwks", "has more than {} keys", assertion_keys_max);
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

/// An application is its own subject, as is a data plane at an edge, and reaches its participant's context
/// alone.
jose::Claims claims_of(const Client& client, const std::string& scope, const std::string& audience) {
  const bool is_application = sharing_applications::place_of(client.id).has_value();
  const bool is_itself = is_application || client.data_plane;
  jose::Claims claims{.sub = is_itself ? client.id : client.context.value_or(client.id), .aud = {audience}};
  claims.rest.emplace("scope", scope);
  claims.rest.emplace("client_id", client.id);
  if (client.role) claims.rest.emplace("role", *client.role);
  if (client.context) claims.rest.emplace("participant_context_id", *client.context);
  if (is_application) claims.rest.emplace(auth::application_claim, client.id);
  return claims;
}

std::vector<std::string> grants_of(const TokenServiceOptions& options) {
  std::vector<std::string> grants{std::string(api::client_credentials_grant)};
  if (options.exchanges) grants.emplace_back(api::token_exchange_grant);
  return grants;
}

Client client_of(const sharing_applications::Place& place, sharing_applications::Application application) {
  return {.id = client_id_of(place),
          .secrets = std::move(application.secrets),
          .role = {},
          .context = place.context.str(),
          .scopes = std::move(application.scopes),
          .assertion_keys = std::move(application.assertion_keys)};
}

api::Client shown(const Client& client) {
  return {.client_id = client.id,
          .client_secret = {},
          .role = client.role,
          .participant_context_id = client.context,
          .scopes = client.scopes,
          .jwks = client.assertion_keys.keys.empty() ? std::nullopt : std::optional(client.assertion_keys),
          .valid_until = client.valid_until};
}

}  // namespace

struct TokenService::State {
  State(platform::async::Scope& scope, engine::Engine& engine_in, platform::vault::Vault& vault_in,
        TokenServiceOptions options_in)
      : engine(engine_in),
        options(std::move(options_in)),
        keys(scope, engine_in, vault_in,
             {options.key_lifetime, options.token_lifetime, options.key_published_first}),
        secrets(engine_in.random(), engine_in.clock(), options.hashing_threads) {}

  Task<Result<Client>> authenticate(api::TokenRequest request, std::string address);
  Task<Result<Client>> by_secret(client_secrets::Credentials claimed);
  Task<Result<Client>> by_assertion(Assertion assertion);
  /// One that is stored, or a participant's application. Errors: not_found, also for one that has ended.
  Task<Result<Client>> find(std::string id);
  Task<Result<api::TokenResponse>> sign(jose::Claims claims, std::optional<Instant> end);
  std::string token_endpoint() const { return options.base_url + "/token"; }
  Task<Result<engine::Loaded<Client>>> load_manageable(const std::string& id, const auth::Caller& by);
  const ConfiguredClient* configured(const std::string& id) const;

  engine::Engine& engine;
  TokenServiceOptions options;
  TokenKeys keys;
  client_secrets::ClientSecrets secrets;
};

TokenService::TokenService(platform::async::Scope& scope, engine::Engine& engine,
                           platform::vault::Vault& vault, TokenServiceOptions options)
    : state_(new State(scope, engine, vault, std::move(options))) {
  std::weak_ptr<State> weak = state_;
  engine.store().on_change([weak](const platform::store::Change& change) {
    auto alive = weak.lock();
    if (alive && change.is_of(SigningKeysDocument::kind())) alive->keys.changed();
  });
}
TokenService::~TokenService() = default;

Task<Result<void>> TokenService::prepare_keys() {
  auto state = state_;
  co_return co_await state->keys.prepare();
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
  auto client = co_await state->authenticate(request, std::move(address));
  if (!client) co_return fail(std::move(client.error()));
  auto scope = granted(*client, request.scope);
  if (!scope) co_return fail(std::move(scope.error()));
  auto answer = co_await state->sign(claims_of(*client, *scope, state->options.issuer), client->valid_until);
  if (answer && !scope->empty()) answer->scope = std::move(*scope);
  co_return answer;
}

Task<Result<api::TokenResponse>> TokenService::sign(jose::Claims claims, std::optional<Instant> end) {
  auto state = state_;
  co_return co_await state->sign(std::move(claims), end);
}

/// The end may have come while a secret was checked.
Task<Result<api::TokenResponse>> TokenService::State::sign(jose::Claims claims, std::optional<Instant> end) {
  const auto now = engine.clock().now();
  if (is_over(end, now)) co_return not_this_client();
  const auto lifetime = std::min(options.token_lifetime, end ? *end - now : Duration::max());
  claims.iss = options.issuer;
  claims.iat = claims.nbf = now;
  claims.exp = now + lifetime;
  claims.jti = new_uuid(engine.random());
  auto token = co_await keys.sign(std::move(claims));
  if (!token) co_return fail(std::move(token.error()));
  co_return api::TokenResponse{
      .access_token = std::move(*token),
      .expires_in = std::chrono::duration_cast<std::chrono::seconds>(lifetime).count(),
      .scope = {}};
}

Task<Result<Client>> TokenService::State::authenticate(api::TokenRequest request, std::string address) {
  if (!request.client_assertion)
    co_return co_await by_secret(
        {std::move(request.client_id), std::move(request.client_secret), std::move(address)});
  auto assertion = parse_assertion(*request.client_assertion);
  if (!assertion)
    co_return fail_as(ErrorCode::unauthenticated, std::move(assertion.error()),
                      "read the client's assertion");
  if (!request.client_id.empty() && request.client_id != assertion->client)
    co_return invalid("/client_id", "is another one than in the assertion");
  co_return co_await by_assertion(std::move(*assertion));
}

/// Each assertion serves once.
Task<Result<Client>> TokenService::State::by_assertion(Assertion assertion) {
  if (assertion.client.size() > credential_bytes_max) co_return not_this_client();
  auto client = co_await find(assertion.client);
  if (!client && client.error().code == ErrorCode::not_found) co_return not_this_client();
  if (!client) co_return fail(std::move(client.error()));
  auto single_use =
      verify(assertion, client->assertion_keys, {engine.clock().now(), {options.issuer, token_endpoint()}});
  if (!single_use) co_return fail(std::move(single_use.error()));
  auto used =
      co_await platform::store::use_once(engine.store(), installation_context(), std::move(*single_use));
  if (!used) co_return fail(std::move(used.error()));
  co_return client;
}

Task<Result<Client>> TokenService::State::find(std::string id) {
  if (auto place = sharing_applications::place_of(id)) {
    auto application = co_await sharing_applications::find(engine, *place);
    if (!application) co_return fail(std::move(application.error()));
    co_return client_of(*place, std::move(*application));
  }
  auto loaded = co_await engine.load<ClientDocument>(installation_context(), EntityId(std::move(id)));
  if (!loaded) co_return fail(std::move(loaded.error()));
  if (is_over(loaded->entity.valid_until, engine.clock().now()))
    co_return fail(ErrorCode::not_found, "the client has ended");
  co_return std::move(loaded->entity);
}

/// What an exchange gave names no client of ours, if it is exchanged in turn; so the token's own end counts
/// too.
Task<Result<std::optional<Instant>>> TokenService::end_of_exchange(jose::Claims subject) {
  auto state = state_;
  if (subject.iss != state->options.issuer) co_return std::nullopt;
  const EntityId id(jose::text_claim(subject, "client_id").value_or(*subject.sub));
  auto client = co_await state->engine.load<ClientDocument>(installation_context(), id);
  if (!client && client.error().code == ErrorCode::not_found) co_return subject.exp;
  if (!client) co_return fail(std::move(client.error()));
  co_return std::min(*subject.exp, client->entity.valid_until.value_or(*subject.exp));
}

/// An unknown client costs what a wrong secret costs.
Task<Result<Client>> TokenService::State::by_secret(client_secrets::Credentials claimed) {
  const auto& id = claimed.id;
  if (id.size() > credential_bytes_max || claimed.secret.size() > credential_bytes_max)
    co_return not_this_client();
  const auto* fixed = configured(id);
  if (fixed && fixed->secret == crypto::Secret(claimed.secret)) co_return fixed->client;
  std::optional<Client> client;
  if (!fixed) {
    auto found = co_await find(id);
    if (!found && found.error().code != ErrorCode::not_found) co_return fail(std::move(found.error()));
    if (found) client = std::move(*found);
  }
  auto matches =
      co_await secrets.matches(std::move(claimed), client ? client->secrets : client_secrets::KeptSecrets{});
  if (!matches) co_return fail(std::move(matches.error()));
  if (!*matches) co_return not_this_client();
  co_return std::move(*client);
}

Task<Result<jose::Jwks>> TokenService::jwks() {
  auto state = state_;
  co_return co_await state->keys.published();
}

api::Discovery TokenService::discovery() const {
  const auto& options = state_->options;
  return {.issuer = options.issuer,
          .token_endpoint = state_->token_endpoint(),
          .jwks_uri = options.base_url + "/.well-known/jwks.json",
          .grant_types_supported = grants_of(options),
          .token_endpoint_auth_methods_supported = {"client_secret_basic", "client_secret_post",
                                                    "private_key_jwt"},
          .token_endpoint_auth_signing_alg_values_supported = {"EdDSA", "ES256", "ES384"}};
}

Task<Result<api::Client>> TokenService::put_client(api::Client client, auth::Caller by) {
  auto state = state_;
  if (auto valid = check_definition(client); !valid) co_return fail(std::move(valid.error()));
  if (auto may = check_manageable(by, client.role); !may) co_return fail(std::move(may.error()));
  auto loaded = co_await state->load_manageable(client.client_id, by);
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  if (loaded && loaded->entity.data_plane)
    co_return fail(ErrorCode::conflict, "'{}' is a data plane, which enrols itself", client.client_id);
  const auto version = loaded ? loaded->version : 0;
  const bool make_secret = !loaded && !client.client_secret && !client.jwks;
  if (make_secret) {
    client.client_secret = random_hex(state->engine.random(), client_secrets::generated_secret_bytes);
  }
  Client stored{.id = client.client_id,
                .secrets = loaded ? loaded->entity.secrets : client_secrets::KeptSecrets{},
                .role = client.role,
                .context = client.participant_context_id,
                .scopes = client.scopes,
                .assertion_keys = client.jwks.value_or(jose::Jwks{}),
                .valid_until = client.valid_until};
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
  if (stored.data_plane) co_return fail(ErrorCode::conflict, "'{}' is a data plane, which enrols itself", id);
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
  if (auto may = check_manageable(by, loaded->entity.role, loaded->entity.data_plane); !may)
    co_return fail(std::move(may.error()));
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
