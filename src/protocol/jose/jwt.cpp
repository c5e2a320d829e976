#include "protocol/jose/jwt.hpp"

#include <algorithm>
#include <cmath>

#include "base/json/codec.hpp"

namespace kontor::protocol::jose {
namespace {

constexpr json::ParseLimits claims_limits{.bytes_max = jws_bytes_max, .depth_max = 32};
constexpr double latest_seconds = 253402300799.0;  // 9999-12-31T23:59:59Z
constexpr const char* registered[] = {"iss", "sub", "aud", "exp", "nbf", "iat", "jti"};

/// NumericDate (RFC 7519 §2).
void read_time(json::ObjectReader& in, std::string_view name, std::optional<Instant>& out) {
  double seconds = 0;
  const auto member = in.member(name);
  if (!member || member->value().is_null()) return;
  in.required(name, seconds);
  if (!in.ok()) return;
  if (!(seconds >= 0 && seconds <= latest_seconds))
    return in.refuse(name, "is no time between 1970 and 9999");
  out = from_epoch_seconds(static_cast<std::int64_t>(std::floor(seconds)));
}

Result<void> read_registered(const json::Node& node, Claims& out) {
  json::ObjectReader in(node);
  in.optional("iss", out.iss).optional("sub", out.sub).one_or_many("aud", out.aud).optional("jti", out.jti);
  read_time(in, "exp", out.exp);
  read_time(in, "nbf", out.nbf);
  read_time(in, "iat", out.iat);
  return in.done();
}

/// A token's claims without those that are read by name.
json::Object rest_of(json::Object claims) {
  for (const auto* name : registered) claims.erase(name);
  return claims;
}

std::optional<std::int64_t> seconds_of(const std::optional<Instant>& time) {
  return time ? std::optional(epoch_seconds(*time)) : std::nullopt;
}

std::unexpected<Error> refuse(const char* claim, std::string why) {
  return std::unexpected(Error{ErrorCode::unauthenticated, std::move(why), fmt::format("/{}", claim), {}});
}

Result<void> check_times(const Claims& claims, const Expectations& expected) {
  const auto now = expected.now;
  if (expected.require_exp && !claims.exp) return refuse("exp", "the token never expires: 'exp' is required");
  if ((expected.require_iat || expected.lifetime_max) && !claims.iat)
    return refuse("iat", "'iat' is required");
  if (claims.exp && *claims.exp + expected.leeway <= now) {
    return refuse("exp", fmt::format("the token expired at {}", format_instant(*claims.exp)));
  }
  if (claims.nbf && *claims.nbf - expected.leeway > now) {
    return refuse("nbf", fmt::format("the token is not valid before {}", format_instant(*claims.nbf)));
  }
  if (claims.iat && *claims.iat - expected.leeway > now) {
    return refuse("iat",
                  fmt::format("the token was issued in the future, at {}", format_instant(*claims.iat)));
  }
  if (claims.iat && claims.exp && *claims.iat > *claims.exp) {
    return refuse("iat", "the token was issued after it expired");
  }
  if (expected.lifetime_max && claims.exp && *claims.exp - *claims.iat > *expected.lifetime_max) {
    return refuse("exp", "the token lives longer than is allowed");
  }
  return {};
}

}  // namespace

Result<void> check_claims(const Claims& claims, const Expectations& expected) {
  if (expected.issuer && claims.iss != expected.issuer)
    return refuse("iss", "the token is of another issuer");
  if (expected.subject && claims.sub != expected.subject)
    return refuse("sub", "the token is for another subject");
  if (expected.subject_is_issuer) {
    if (!claims.iss || claims.iss->empty()) return refuse("iss", "'iss' is required");
    if (claims.sub != claims.iss) return refuse("sub", "a self-issued token has equal 'iss' and 'sub'");
  }
  if (expected.audience && std::ranges::find(claims.aud, *expected.audience) == claims.aud.end()) {
    return refuse("aud", "the token is for another audience");
  }
  if (expected.require_jti && (!claims.jti || claims.jti->empty())) return refuse("jti", "'jti' is required");
  return check_times(claims, expected);
}

Result<Jwt> parse_jwt(std::string_view token, std::size_t bytes_max) {
  auto jws = parse_jws(token, bytes_max);
  if (!jws) return fail(jws.error());
  auto limits = claims_limits;
  limits.bytes_max = bytes_max;
  auto payload = json::parse(jws->payload, limits);
  if (!payload) return fail(payload.error(), "the token's claims");
  Claims claims;
  if (auto done = read_registered(json::Node(*payload), claims); !done)
    return fail(done.error(), "the token's claims");
  claims.rest = rest_of(std::move(payload->get_object()));
  return Jwt{std::move(*jws), std::move(claims)};
}

std::string make_signing_input(const Header& header, const Claims& claims) {
  return signing_input(header, json::serialize(write(claims)));
}

std::optional<std::string> text_claim(const Claims& claims, std::string_view name) {
  const auto* value = claims.rest.if_contains(name);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

Result<void> read(const json::Node& node, Claims& out) {
  if (auto done = read_registered(node, out); !done) return done;
  out.rest = rest_of(node.value().get_object());
  return {};
}

json::Value write(const Claims& claims) {
  json::ObjectWriter out;
  out.field("iss", claims.iss).field("sub", claims.sub);
  if (claims.aud.size() == 1) {
    out.field("aud", claims.aud.front());
  } else {
    out.non_empty("aud", claims.aud);
  }
  auto value = out.field("exp", seconds_of(claims.exp))
                   .field("nbf", seconds_of(claims.nbf))
                   .field("iat", seconds_of(claims.iat))
                   .field("jti", claims.jti)
                   .done();
  for (const auto& member : claims.rest) value.as_object().emplace(member.key(), member.value());
  return value;
}

}  // namespace kontor::protocol::jose
