#include "dataplane/sdk/own_proof.hpp"

#include <algorithm>

#include "base/text/text.hpp"
#include "protocol/api/token/routes.hpp"
#include "protocol/jose/jwks.hpp"
#include "protocol/jose/jwt.hpp"

namespace kontor::dataplane::sdk {

namespace api = protocol::api::token;
namespace dps = protocol::dps;
namespace jose = protocol::jose;
using platform::routing::Call;
using platform::routing::Reply;

namespace {

constexpr auto lifetime = std::chrono::minutes(5);
constexpr std::size_t token_bytes_max = 4096;

platform::vault::KeyAlias key_alias() {
  return platform::vault::KeyAlias("data-plane-proof-key");
}

bool is_same(const std::string& a, const std::string& b) {
  return text::equal_in_constant_time(bytes_of(a), bytes_of(b));
}

}  // namespace

Task<Result<void>> OwnProof::prepare() {
  auto key = co_await services_.vault.public_key(named_.context, key_alias());
  if (!key && key.error().code == ErrorCode::not_found)
    key = co_await services_.vault.create_key(named_.context, key_alias(), crypto::KeyType::p256);
  if (!key) co_return fail(std::move(key.error()), "the key of the data plane");
  auto kid = jose::thumbprint(*key);
  if (!kid) co_return fail(std::move(kid.error()));
  key_ = std::move(*key);
  key_->kid = std::move(*kid);
  co_return Result<void>{};
}

std::optional<dps::Authorization> OwnProof::profile_for(const std::string& control_plane,
                                                        const std::string& token_endpoint) {
  const auto known = std::ranges::find(control_planes_, control_plane, &KnownControlPlane::id);
  if (known == control_planes_.end() || known->token.empty()) return std::nullopt;
  registered_.insert(control_plane);
  dps::Authorization profile;
  profile.type = dps::client_credentials;
  profile.token_endpoint = token_endpoint;
  profile.client_id = known->id;
  profile.client_secret = known->token;
  profile.jwks = write(jose::Jwks{{*key_}});
  return profile;
}

Task<Result<std::string>> OwnProof::authorization_for(std::string control_plane) {
  if (!registered_.contains(control_plane)) co_return std::string();
  auto token = co_await sign(named_.plane, std::move(control_plane));
  if (!token) co_return fail(std::move(token.error()));
  co_return "Bearer " + *token;
}

Task<Result<api::TokenResponse>> OwnProof::give(api::TokenRequest request) {
  if (request.grant_type != api::client_credentials_grant)
    co_return invalid("/grant_type", "must be '{}'", api::client_credentials_grant);
  for (const auto& each : control_planes_) {
    const bool may = !each.token.empty() && each.id == request.client_id;
    if (!may || !is_same(each.token, request.client_secret)) continue;
    auto token = co_await sign(each.id, named_.plane);
    if (!token) co_return fail(std::move(token.error()));
    co_return api::TokenResponse{
        .access_token = std::move(*token),
        .expires_in = std::chrono::duration_cast<std::chrono::seconds>(lifetime).count(),
        .scope = {}};
  }
  co_return fail(ErrorCode::unauthenticated,
                 "no control plane of this data plane has this id and this secret");
}

Result<std::string> OwnProof::whose(const std::string& token) const {
  const auto refused = [] { return fail(ErrorCode::unauthenticated, "the token was not given here"); };
  auto jwt = jose::parse_jwt(token, token_bytes_max);
  if (!jwt || !key_) return refused();
  auto key = jose::verification_key(*key_);
  if (!key || !jose::verify(jwt->jws, *key)) return refused();
  const jose::Expectations expected{
      .now = services_.clock.now(), .issuer = named_.plane, .audience = named_.plane};
  if (auto good = jose::check_claims(jwt->claims, expected); !good) return fail(std::move(good.error()));
  const auto known = std::ranges::find(control_planes_, jwt->claims.sub.value_or(""), &KnownControlPlane::id);
  if (known == control_planes_.end()) return refused();
  return known->id;
}

Task<Result<std::string>> OwnProof::sign(std::string subject, std::string audience) {
  const auto now = services_.clock.now();
  const jose::Claims claims{.iss = named_.plane,
                            .sub = std::move(subject),
                            .aud = {std::move(audience)},
                            .exp = now + lifetime,
                            .iat = now,
                            .jti = new_uuid(services_.random)};
  auto input = jose::make_signing_input({.alg = jose::Algorithm::es256, .kid = key_->kid}, claims);
  auto signature = co_await services_.vault.sign(named_.context, key_alias(), input);
  if (!signature) co_return fail(std::move(signature.error()), "sign as the data plane");
  co_return jose::assemble(std::move(input), *signature);
}

namespace {

Task<Result<Reply<api::TokenResponse>>> answered(Task<Result<api::TokenResponse>> work) {
  auto given = co_await std::move(work);
  if (!given) co_return fail(std::move(given.error()));
  Reply<api::TokenResponse> answer{std::move(*given)};
  answer.headers.set("Cache-Control", "no-store");
  co_return answer;
}

}  // namespace

void bind_token_route(platform::routing::Router& router, OwnProof& proof) {
  router.bind(api::request_token,
              [&proof](Call, api::TokenRequest request) { return answered(proof.give(std::move(request))); });
}

}  // namespace kontor::dataplane::sdk
