#include "platform/auth/plane_proofs.hpp"

#include <algorithm>

#include "base/crypto/hash.hpp"
#include "base/lru/lru.hpp"
#include "platform/auth/internal/issuer_keys.hpp"
#include "platform/store/single_use.hpp"
#include "protocol/jose/jwt.hpp"

namespace kontor::platform::auth {

namespace dps = protocol::dps;
namespace jose = protocol::jose;

namespace {

constexpr std::size_t token_bytes_max = 16 * 1024;
constexpr std::size_t key_sets_max = 1000;
constexpr std::string_view data_plane_prefix = "signaling-api:data-plane:";
constexpr std::string_view control_plane_prefix = "signaling-api:control-plane:";

std::unexpected<Error> not_proven(std::string_view why) {
  return fail(ErrorCode::unauthenticated, "{}", why);
}

std::vector<std::string> ids_in(const jose::Claims& claims) {
  std::vector<std::string> ids;
  if (auto client = jose::text_claim(claims, "client_id")) ids.push_back(std::move(*client));
  if (claims.sub && std::ranges::find(ids, *claims.sub) == ids.end()) ids.push_back(*claims.sub);
  std::erase(ids, std::string());
  return ids;
}

bool has_keys(const RegisteredPlane& plane) {
  return plane.profile.jwks || plane.profile.jwks_uri;
}

/// Two registrations with the same name of a key set have the same keys.
std::string name_of_keys(const RegisteredPlane& plane) {
  if (plane.profile.jwks) return json::serialize(*plane.profile.jwks);
  return *plane.profile.jwks_uri;
}

Result<crypto::PublicKey> key_in(const json::Value& jwks, const std::optional<std::string>& kid) {
  auto set = json::decode_value<jose::Jwks>(jwks);
  if (!set) return fail(std::move(set.error()));
  auto jwk = jose::find_key(*set, kid);
  if (!jwk) return fail(std::move(jwk.error()));
  return jose::verification_key(*jwk);
}

}  // namespace

std::string registered_scope(PlaneKind kind, const ContextId& context) {
  return std::string(kind == PlaneKind::data_plane ? data_plane_prefix : control_plane_prefix) +
         context.str();
}

bool is_registered_scope(std::string_view scope) {
  return scope.starts_with(data_plane_prefix) || scope.starts_with(control_plane_prefix);
}

bool is_registered_plane(const Caller& caller, const ContextId& context) {
  return caller.scopes.contains(registered_scope(PlaneKind::data_plane, context)) ||
         caller.scopes.contains(registered_scope(PlaneKind::control_plane, context));
}

struct PlaneProofs::State {
  using Keys = std::shared_ptr<internal::IssuerKeys>;

  static Task<Result<Caller>> verify(std::shared_ptr<State> state, std::string token);
  Task<Result<std::vector<RegisteredPlane>>> candidates(std::vector<std::string> ids);
  Task<Result<crypto::PublicKey>> key_of(RegisteredPlane plane, std::optional<std::string> kid);
  Task<Result<RegisteredPlane>> signer(const std::vector<RegisteredPlane>& planes, const jose::Jws& jws);
  Result<void> check(const RegisteredPlane& plane, const jose::Claims& claims) const;

  Services services;
  PlaneKind kind;
  Find find;
  std::vector<std::string> audiences;
  Lru<std::string, Keys> key_sets{key_sets_max};
};

PlaneProofs::PlaneProofs(Services services, PlaneKind kind, Find find, std::vector<std::string> audiences)
    : state_(new State{services, kind, std::move(find), std::move(audiences)}) {}
PlaneProofs::~PlaneProofs() = default;

void PlaneProofs::answer(TokenVerifier& verifier) const {
  verifier.ask_otherwise(
      [state = state_](std::string token) { return State::verify(state, std::move(token)); });
}

Task<Result<Caller>> PlaneProofs::verify(std::string token) {
  return State::verify(state_, std::move(token));
}

Task<Result<Caller>> PlaneProofs::State::verify(std::shared_ptr<State> state, std::string token) {
  auto jwt = jose::parse_jwt(token, token_bytes_max);
  if (!jwt) co_return not_proven("the access token cannot be read");
  auto planes = co_await state->candidates(ids_in(jwt->claims));
  if (!planes) co_return fail(std::move(planes.error()));
  auto signer = co_await state->signer(*planes, jwt->jws);
  if (!signer) co_return fail(std::move(signer.error()));
  const auto keys = name_of_keys(*signer);
  Caller caller{.subject = signer->id, .role = {}, .context = {}, .scopes = {}};
  std::optional<Error> wrong;
  for (const auto& plane : *planes) {
    if (plane.id != signer->id || name_of_keys(plane) != keys) continue;
    if (auto good = state->check(plane, jwt->claims); !good) {
      wrong = std::move(good.error());
      continue;
    }
    caller.scopes.insert(registered_scope(state->kind, plane.context));
  }
  if (caller.scopes.empty()) co_return fail(std::move(*wrong));
  if (!jwt->claims.jti) co_return caller;
  auto key = "plane-token/" + crypto::sha256_hex(jwt->claims.iss.value_or("") + "\n" + caller.subject + "\n" +
                                                 *jwt->claims.jti);
  auto used =
      co_await store::use_once(state->services.store, signer->context, {std::move(key), *jwt->claims.exp});
  if (!used) co_return fail(std::move(used.error()));
  co_return caller;
}

Task<Result<std::vector<RegisteredPlane>>> PlaneProofs::State::candidates(std::vector<std::string> ids) {
  std::vector<RegisteredPlane> all;
  for (auto& id : ids) {
    auto found = co_await find(std::move(id));
    if (!found) co_return fail(std::move(found.error()));
    std::ranges::copy_if(*found, std::back_inserter(all), has_keys);
  }
  if (all.empty())
    co_return not_proven("the access token's issuer is not trusted, and no plane has its keys");
  // Those whose keys are here are looked at first: no stranger with the same id keeps them waiting.
  const auto is_unknown = [this](const RegisteredPlane& plane) {
    return !plane.profile.jwks && !key_sets.find(*plane.profile.jwks_uri);
  };
  std::vector<RegisteredPlane> later;
  std::ranges::copy_if(all, std::back_inserter(later), is_unknown);
  std::erase_if(all, is_unknown);
  std::ranges::move(later, std::back_inserter(all));
  co_return all;
}

Task<Result<RegisteredPlane>> PlaneProofs::State::signer(const std::vector<RegisteredPlane>& planes,
                                                         const jose::Jws& jws) {
  std::optional<Error> unavailable;
  std::vector<std::string> asked;
  for (const auto& plane : planes) {
    auto name = name_of_keys(plane);
    if (std::ranges::find(asked, name) != asked.end()) continue;
    asked.push_back(std::move(name));
    auto key = co_await key_of(plane, jws.header.kid);
    if (!key && key.error().code == ErrorCode::unavailable) unavailable = std::move(key.error());
    if (key && jose::verify(jws, *key)) co_return plane;
  }
  if (unavailable) co_return fail(std::move(*unavailable));
  co_return not_proven("the access token's signature is of none of the keys that the plane registered");
}

Task<Result<crypto::PublicKey>> PlaneProofs::State::key_of(RegisteredPlane plane,
                                                           std::optional<std::string> kid) {
  if (plane.profile.jwks) co_return key_in(*plane.profile.jwks, kid);
  const auto& url = *plane.profile.jwks_uri;
  Keys keys;
  if (const auto* known = key_sets.find(url)) {
    keys = *known;
  } else {
    keys = std::make_shared<internal::IssuerKeys>(
        services.scope.executor(), services.clock, services.client,
        TrustedIssuer{.issuer = url, .jwks_url = url, .audience = {}, .reach = http::Trust::foreign},
        KeyBounds{});
    key_sets.put(url, keys);
  }
  co_return co_await keys->find(std::move(kid));
}

Result<void> PlaneProofs::State::check(const RegisteredPlane& plane, const jose::Claims& claims) const {
  if (plane.profile.type == dps::token_exchange && !plane.profile.issuer)
    return not_proven("the plane registered for token exchange without an issuer");
  jose::Expectations expected{.now = services.clock.now(), .issuer = plane.profile.issuer};
  if (auto good = jose::check_claims(claims, expected); !good) return good;
  const auto is_ours = [this](const std::string& audience) {
    return std::ranges::find(audiences, audience) != audiences.end();
  };
  if (!audiences.empty() && std::ranges::none_of(claims.aud, is_ours))
    return not_proven("the access token is for somebody else");
  return {};
}

}  // namespace kontor::platform::auth
