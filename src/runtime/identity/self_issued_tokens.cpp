#include "runtime/identity/self_issued_tokens.hpp"

#include "base/random/ordered_uuid.hpp"

namespace kontor::runtime::identity {

namespace dcp = protocol::dcp;
using domain::key_pair::Usage;

SelfIssuedTokens::SelfIssuedTokens(Signing& signing, platform::async::Clock& clock, Random& random,
                                   OutsideTokens outside)
    : signing_(signing), clock_(clock), random_(random), outside_(outside) {}

Task<Result<std::string>> SelfIssuedTokens::granting(ContextId context, Did audience,
                                                     std::vector<dcp::Scope> scopes) {
  auto had = co_await from_outside(
      {.context = context, .service = {}, .issuer = {}, .audience = audience, .scopes = scopes});
  if (!had) co_return fail(std::move(had.error()));
  if (*had) co_return std::move(**had);
  auto holder = co_await signing_.did_of(context);
  if (!holder) co_return fail(std::move(holder.error()));
  dcp::AccessToken access{.holder = *holder,
                          .verifier = audience,
                          .scopes = std::move(scopes),
                          .jti = ordered_uuid(random_, clock_.now()),
                          .now = clock_.now()};
  auto token = co_await signing_.sign(
      context, Usage::sign_token,
      [access](const protocol::vc::Signer& signer) { return dcp::signing_input(access, signer); });
  if (!token) co_return fail(std::move(token.error()));
  co_return co_await make(std::move(context), std::move(audience), std::move(*token));
}

Task<Result<std::string>> SelfIssuedTokens::presenting(ContextId context, Did audience,
                                                       std::string access_token) {
  co_return co_await make(std::move(context), std::move(audience), std::move(access_token));
}

Task<Result<std::string>> SelfIssuedTokens::plain(ContextId context, Did audience) {
  co_return co_await make(std::move(context), std::move(audience), std::nullopt);
}

Task<Result<std::string>> SelfIssuedTokens::make(ContextId context, Did audience,
                                                 std::optional<std::string> access_token) {
  auto had = co_await from_outside(
      {.context = context, .service = {}, .issuer = {}, .audience = audience, .access_token = access_token});
  if (!had) co_return fail(std::move(had.error()));
  if (*had) co_return std::move(**had);
  auto issuer = co_await signing_.did_of(context);
  if (!issuer) co_return fail(std::move(issuer.error()));
  dcp::SelfIssuedToken claims{.issuer = std::move(*issuer),
                              .audience = std::move(audience),
                              .jti = ordered_uuid(random_, clock_.now()),
                              .now = clock_.now(),
                              .access_token = std::move(access_token)};
  auto token = co_await signing_.sign(
      std::move(context), Usage::sign_token,
      [claims](const protocol::vc::Signer& signer) { return dcp::signing_input(claims, signer); });
  if (!token) co_return fail(std::move(token.error()));
  co_return "Bearer " + *token;
}

Task<Result<std::optional<std::string>>> SelfIssuedTokens::from_outside(TokenOrder order) {
  auto identity = co_await signing_.identity(order.context);
  if (!identity) co_return fail(std::move(identity.error()));
  const auto& owner = (*identity)->context;
  if (!(*identity)->token_service) co_return std::nullopt;
  if (owner.state != ContextState::activated)
    co_return fail(ErrorCode::forbidden, "the participant context '{}' is not active", owner.id);
  order.service = *(*identity)->token_service;
  order.issuer = owner.did;
  auto token = co_await outside_.ask(std::move(order));
  if (!token) co_return fail(std::move(token.error()));
  co_return "Bearer " + *token;
}

}  // namespace kontor::runtime::identity
