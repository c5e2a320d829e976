#include "runtime/identity/self_issued_tokens.hpp"

namespace kontor::runtime::identity {

namespace dcp = protocol::dcp;
using domain::key_pair::Usage;

SelfIssuedTokens::SelfIssuedTokens(Signing& signing, platform::async::Clock& clock, Random& random)
    : signing_(signing), clock_(clock), random_(random) {}

Task<Result<std::string>> SelfIssuedTokens::granting(ContextId context, Did audience,
                                                     std::vector<dcp::Scope> scopes) {
  auto holder = co_await signing_.did_of(context);
  if (!holder) co_return fail(std::move(holder.error()));
  dcp::AccessToken access{.holder = *holder,
                          .verifier = audience,
                          .scopes = std::move(scopes),
                          .jti = new_uuid(random_),
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
  auto issuer = co_await signing_.did_of(context);
  if (!issuer) co_return fail(std::move(issuer.error()));
  dcp::SelfIssuedToken claims{.issuer = std::move(*issuer),
                              .audience = std::move(audience),
                              .jti = new_uuid(random_),
                              .now = clock_.now(),
                              .access_token = std::move(access_token)};
  auto token = co_await signing_.sign(
      std::move(context), Usage::sign_token,
      [claims](const protocol::vc::Signer& signer) { return dcp::signing_input(claims, signer); });
  if (!token) co_return fail(std::move(token.error()));
  co_return "Bearer " + *token;
}

}  // namespace kontor::runtime::identity
