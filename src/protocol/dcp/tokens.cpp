#include "protocol/dcp/tokens.hpp"

#include "base/text/text.hpp"

namespace kontor::protocol::dcp {
namespace {

constexpr Duration back_dating = std::chrono::seconds(5);
constexpr std::size_t jti_bytes_max = 512;

template <class... Args>
std::unexpected<Error> refuse(fmt::format_string<Args...> text, Args&&... args) {
  return fail(ErrorCode::unauthenticated, text, std::forward<Args>(args)...);
}

jose::Claims timed_claims(Instant now, Duration lifetime) {
  return {.exp = now + lifetime, .nbf = now - back_dating, .iat = now};
}

Result<SingleUse> single_use_of(const jose::Claims& claims, Duration leeway) {
  if (claims.jti->empty() || claims.jti->size() > jti_bytes_max) {
    return refuse("the token's jti must have 1 to {} bytes", jti_bytes_max);
  }
  return SingleUse{.issuer = Did(*claims.iss), .jti = *claims.jti, .keep_until = *claims.exp + leeway};
}

Result<std::optional<std::string>> access_token_of(const jose::Claims& claims, bool required) {
  const auto* member = claims.rest.if_contains("token");
  if (member && !member->is_null() && !member->is_string())
    return refuse("the claim 'token' must be a string");
  auto token = jose::text_claim(claims, "token");
  if (token && token->empty()) token.reset();
  if (required && !token) return refuse("the token has no access token in its claim 'token'");
  return token;
}

}  // namespace

std::string signing_input(const SelfIssuedToken& token, const vc::Signer& signer) {
  auto claims = timed_claims(token.now, token.lifetime);
  claims.iss = token.issuer.str();
  claims.sub = token.issuer.str();
  claims.aud = {token.audience.str()};
  claims.jti = token.jti;
  if (token.access_token) claims.rest["token"] = *token.access_token;
  if (token.pre_authorized_code) claims.rest["pre-authorized_code"] = *token.pre_authorized_code;
  return jose::make_signing_input({.alg = signer.alg, .kid = signer.kid}, claims);
}

Result<std::string> bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!text::starts_with_ignoring_case(authorization, scheme)) {
    return refuse("the Authorization header must be 'Bearer' and a token");
  }
  const auto token = text::trim(authorization.substr(scheme.size()));
  if (token.empty()) return refuse("the Authorization header holds no token");
  return std::string(token);
}

Result<ReceivedToken> parse_self_issued(std::string_view token) {
  auto jwt = jose::parse_jwt(token);
  if (!jwt)
    return fail_as(ErrorCode::unauthenticated, std::move(jwt.error()),
                   "the self-issued token cannot be read");
  const auto& claims = jwt->claims;
  if (!claims.iss || !claims.sub || *claims.iss != *claims.sub) {
    return refuse("iss and sub of a self-issued token must be present and equal");
  }
  vc::KeyReference key{.did = Did(*claims.iss),
                       .kid = jwt->jws.header.kid,
                       .purpose = did::Relationship::capability_invocation};
  if (vc::names_foreign_key(key)) return refuse("kid {} is no key of {}", text::for_log(*key.kid), key.did);
  return ReceivedToken{std::move(*jwt), std::move(key)};
}

Result<Caller> verify_self_issued(const ReceivedToken& token, const did::DidDocument& document,
                                  const SelfIssuedExpectations& expected) {
  const auto& claims = token.jwt.claims;
  if (document.id != token.key.did)
    return refuse("the DID document of {} is that of {}", token.key.did, document.id);
  auto key = did::find_key(
      document, {.kid = token.key.kid, .purpose = token.key.purpose, .policy = expected.relationships});
  if (!key) return fail(std::move(key.error()), "self-issued token of {}", token.key.did);
  if (auto done = jose::verify(token.jwt.jws, *key); !done) return fail(std::move(done.error()));
  auto checked = jose::check_claims(claims, {.now = expected.now,
                                             .audience = expected.audience.str(),
                                             .subject_is_issuer = true,
                                             .require_exp = true,
                                             .require_iat = true,
                                             .require_jti = true,
                                             .leeway = expected.leeway,
                                             .lifetime_max = expected.lifetime_max});
  if (!checked) return fail(std::move(checked.error()), "self-issued token of {}", token.key.did);
  if (claims.rest.contains("sub_jwk")) return refuse("a self-issued token must not carry sub_jwk");
  auto access_token = access_token_of(claims, expected.access_token_required);
  if (!access_token) return fail(std::move(access_token.error()));
  auto single_use = single_use_of(claims, expected.leeway);
  if (!single_use) return fail(std::move(single_use.error()));
  return Caller{.did = token.key.did,
                .access_token = std::move(*access_token),
                .pre_authorized_code = jose::text_claim(claims, "pre-authorized_code"),
                .single_use = std::move(*single_use)};
}

std::string signing_input(const AccessToken& token, const vc::Signer& signer) {
  auto claims = timed_claims(token.now, token.lifetime);
  claims.iss = token.holder.str();
  claims.sub = token.verifier.str();
  claims.aud = {token.holder.str()};
  claims.jti = token.jti;
  claims.rest["scope"] = to_string(token.scopes);
  return jose::make_signing_input({.alg = signer.alg, .kid = signer.kid}, claims);
}

Result<Grant> verify_access_token(const jose::Jwt& token, const crypto::PublicKey& key,
                                  const AccessTokenExpectations& expected) {
  if (auto done = jose::verify(token.jws, key); !done) return fail(std::move(done.error()), "access token");
  auto checked = jose::check_claims(token.claims, {.now = expected.now,
                                                   .issuer = expected.holder.str(),
                                                   .subject = expected.presenter.str(),
                                                   .audience = expected.holder.str(),
                                                   .require_exp = true,
                                                   .require_jti = true,
                                                   .leeway = expected.leeway});
  if (!checked) return fail(std::move(checked.error()), "access token presented by {}", expected.presenter);
  auto single_use = single_use_of(token.claims, expected.leeway);
  if (!single_use) return fail(std::move(single_use.error()));
  const auto scope = jose::text_claim(token.claims, "scope");
  if (!scope) return refuse("the access token has no scope");
  auto scopes = parse_scopes(*scope);
  if (!scopes) return fail_as(ErrorCode::forbidden, std::move(scopes.error()), "the access token's scope");
  return Grant{.scopes = std::move(*scopes), .single_use = std::move(*single_use)};
}

}  // namespace kontor::protocol::dcp
