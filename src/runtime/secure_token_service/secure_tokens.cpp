#include "runtime/secure_token_service/secure_tokens.hpp"

#include "protocol/did/did.hpp"
#include "runtime/identity/secure_token_account.hpp"

namespace kontor::runtime::secure_token_service {

namespace api = protocol::api::secure_token;
namespace dcp = protocol::dcp;
namespace engine = platform::engine;
using identity::SecureTokenAccountDocument;
using protocol::api::token::TokenResponse;

namespace {

std::unexpected<Error> not_this_client() {
  return fail(ErrorCode::unauthenticated, "the client is unknown or its secret is wrong");
}

std::int64_t lifetime_in_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(dcp::SelfIssuedToken{}.lifetime).count();
}

/// What the audience may see; nothing where nothing is asked for.
Result<std::vector<dcp::Scope>> scopes_of(const api::TokenRequest& request) {
  if (!request.bearer_access_scope) return std::vector<dcp::Scope>{};
  auto scopes = dcp::parse_scopes(*request.bearer_access_scope);
  if (!scopes) return fail_as(ErrorCode::forbidden, std::move(scopes.error()), "bearer_access_scope");
  return scopes;
}

}  // namespace

SecureTokens::SecureTokens(Services services, std::size_t hashing_threads)
    : services_(services), secrets_(services.engine.random(), services.engine.clock(), hashing_threads) {}

Task<Result<TokenResponse>> SecureTokens::issue(api::TokenRequest request, std::string address) {
  if (auto served = client_secrets::check_grant(request.grant_type); !served) {
    co_return fail(std::move(served.error()));
  }
  if (auto did = protocol::did::parse_did(request.audience.str()); !did) {
    co_return invalid("/audience", "must be a DID");
  }
  auto scopes = scopes_of(request);
  if (!scopes) co_return fail(std::move(scopes.error()));
  auto context = co_await authenticate(
      {std::move(request.client_id), std::move(request.client_secret), std::move(address)});
  if (!context) co_return fail(std::move(context.error()));
  auto made = co_await make(std::move(*context), std::move(request.audience), std::move(*scopes),
                            std::move(request.token));
  if (!made) {
    if (made.error().code != ErrorCode::not_found) co_return fail(std::move(made.error()));
    // The participant has no key for it: nothing of ours is missing, and trying again does not help.
    co_return fail_as(ErrorCode::invalid_input, std::move(made.error()), "sign a token");
  }
  auto token = dcp::bearer_token(*made);
  if (!token) co_return fail(std::move(token.error()));
  co_return TokenResponse{
      .access_token = std::move(*token), .expires_in = lifetime_in_seconds(), .scope = {}};
}

/// An unknown client costs what a wrong secret costs.
Task<Result<ContextId>> SecureTokens::authenticate(client_secrets::Credentials claimed) {
  if (claimed.id.size() > client_secrets::credential_bytes_max) co_return not_this_client();
  const Did did(claimed.id);
  auto context = co_await services_.contexts.context_of(did);
  if (!context && context.error().code != ErrorCode::not_found) co_return fail(std::move(context.error()));
  client_secrets::KeptSecrets secrets;
  if (context) {
    auto kept = co_await secrets_of(*context, did);
    if (!kept) co_return fail(std::move(kept.error()));
    secrets = std::move(*kept);
  }
  auto matches = co_await secrets_.matches(std::move(claimed), std::move(secrets));
  if (!matches) co_return fail(std::move(matches.error()));
  if (!*matches) co_return not_this_client();
  auto acting = co_await services_.signing.active_did_of(*context);
  if (!acting) {
    if (acting.error().code != ErrorCode::not_found) co_return fail(std::move(acting.error()));
    co_return fail(ErrorCode::unauthenticated, "the participant of this client is not active");
  }
  co_return std::move(*context);
}

/// None where there is no account.
Task<Result<client_secrets::KeptSecrets>> SecureTokens::secrets_of(const ContextId& context,
                                                                   const Did& client) {
  auto account = co_await services_.engine.load<SecureTokenAccountDocument>(context, entity_id(client));
  if (account) co_return std::move(account->entity.secrets);
  if (account.error().code != ErrorCode::not_found) co_return fail(std::move(account.error()));
  co_return client_secrets::KeptSecrets{};
}

/// Scopes win over a token, as in EDC. The result is the value of an Authorization header.
Task<Result<std::string>> SecureTokens::make(ContextId context, Did audience, std::vector<dcp::Scope> scopes,
                                             std::optional<std::string> access_token) {
  auto& tokens = services_.tokens;
  auto participant = co_await services_.signing.identity(context);
  if (!participant) co_return fail(std::move(participant.error()));
  // Services of two installations would ask each other on and on.
  if ((*participant)->token_service)
    co_return fail(ErrorCode::unauthenticated, "the tokens of this participant are made elsewhere");
  if (!scopes.empty()) {
    co_return co_await tokens.granting(std::move(context), std::move(audience), std::move(scopes));
  }
  if (access_token) {
    co_return co_await tokens.presenting(std::move(context), std::move(audience), std::move(*access_token));
  }
  co_return co_await tokens.plain(std::move(context), std::move(audience));
}

Task<Result<void>> SecureTokens::set_secret(engine::Command command, crypto::Secret secret,
                                            Duration overlap) {
  if (auto long_enough = client_secrets::check_chosen(secret); !long_enough) {
    co_return fail(std::move(long_enough.error()));
  }
  auto client = co_await services_.signing.did_of(command.context);
  if (!client) co_return fail(std::move(client.error()));
  command.id = entity_id(*client);
  auto there = co_await services_.engine.load<SecureTokenAccountDocument>(command.context, command.id);
  if (!there && there.error().code != ErrorCode::not_found) co_return fail(std::move(there.error()));
  const auto version = there ? there->version : 0;
  auto kept = co_await secrets_.replace(
      there ? std::move(there->entity.secrets) : client_secrets::KeptSecrets{}, std::move(secret), overlap);
  if (!kept) co_return fail(std::move(kept.error()));
  const identity::SecureTokenAccount account{std::move(*client), std::move(*kept)};
  co_return co_await services_.engine.put<SecureTokenAccountDocument>(std::move(command), account, version);
}

Task<Result<void>> SecureTokens::close(engine::Command command) {
  auto client = co_await services_.signing.did_of(command.context);
  if (!client) co_return fail(std::move(client.error()));
  command.id = entity_id(*client);
  auto there = co_await services_.engine.load<SecureTokenAccountDocument>(command.context, command.id);
  if (!there) co_return fail(std::move(there.error()));
  co_return co_await services_.engine.remove<SecureTokenAccountDocument>(std::move(command), there->version);
}

}  // namespace kontor::runtime::secure_token_service
