#include "runtime/token_service/assertion.hpp"

#include <fmt/ranges.h>

#include <algorithm>

namespace kontor::runtime::token_service {

namespace jose = protocol::jose;

namespace {

constexpr std::size_t jti_bytes_max = 256;

template <class... Args>
std::unexpected<Error> refuse(fmt::format_string<Args...> why, Args&&... args) {
  return fail(ErrorCode::unauthenticated, why, std::forward<Args>(args)...);
}

}  // namespace

Result<Assertion> parse_assertion(std::string_view token) {
  auto jwt = jose::parse_jwt(token);
  if (!jwt) return fail(std::move(jwt.error()), "client_assertion");
  const auto& claims = jwt->claims;
  if (!claims.iss || claims.iss->empty() || claims.iss != claims.sub)
    return refuse("iss and sub of a client's assertion are both the client's id");
  auto client = *claims.iss;
  return Assertion{std::move(*jwt), std::move(client)};
}

Result<platform::store::SingleUse> verify(const Assertion& assertion, const jose::Jwks& keys,
                                          const AssertionExpectations& expected) {
  const auto& [jws, claims] = assertion.jwt;
  const auto key = jose::find_key(keys, jws.header.kid);
  if (!key) return refuse("the client has no such key");
  const auto public_key = jose::verification_key(*key);
  if (!public_key) return refuse("the client's key cannot be used");
  if (auto done = jose::verify(jws, *public_key); !done) return fail(std::move(done.error()));
  const jose::Expectations said{.now = expected.now, .require_exp = true, .require_jti = true};
  if (auto done = jose::check_claims(claims, said); !done)
    return fail(std::move(done.error()), "client_assertion");
  const auto is_for_us = [&](const std::string& audience) {
    return std::ranges::find(expected.audiences, audience) != expected.audiences.end();
  };
  if (std::ranges::none_of(claims.aud, is_for_us))
    return refuse("aud of a client's assertion is {}", fmt::join(expected.audiences, " or "));
  if (*claims.exp > expected.now + assertion_lifetime_max + said.leeway)
    return refuse("exp of a client's assertion is {} min from now at most",
                  std::chrono::duration_cast<std::chrono::minutes>(assertion_lifetime_max).count());
  if (claims.jti->empty() || claims.jti->size() > jti_bytes_max)
    return refuse("jti of a client's assertion has 1 to {} bytes", jti_bytes_max);
  return platform::store::SingleUse{"client " + assertion.client + " " + *claims.jti,
                                    *claims.exp + said.leeway};
}

}  // namespace kontor::runtime::token_service
