#include "protocol/vc/token.hpp"

#include <algorithm>

namespace kontor::protocol::vc {
namespace {

bool absent(const json::Object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return !value || value->is_null();
}

/// A member that the token says instead of the credential (VC Data Model 1.1 §6.3.1).
void complete(json::Object& vc, std::string_view key, std::optional<json::Value> value) {
  if (value && absent(vc, key)) vc.insert_or_assign(key, std::move(*value));
}

std::optional<json::Value> text_value(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return json::Value(*text);
}

std::optional<json::Value> date_value(const std::optional<Instant>& instant) {
  if (!instant) return std::nullopt;
  return json::Value(format_instant(*instant));
}

Result<Credential> read_v1(const jose::Claims& claims, const json::Value& claim) {
  const auto* object = claim.if_object();
  if (!object) return invalid("/vc", "must be an object");
  auto vc = *object;
  complete(vc, "issuer", text_value(claims.iss));
  complete(vc, "id", text_value(claims.jti));
  complete(vc, "issuanceDate", date_value(claims.nbf));
  complete(vc, "expirationDate", date_value(claims.exp));
  auto credential = json::decode_value<Credential>(vc, "/vc");
  if (!credential) return credential;
  credential->format = Format::vc1_0_jwt;
  for (auto& subject : credential->subjects) {
    if (subject.id.empty() && claims.sub) subject.id = Did(*claims.sub);
  }
  return credential;
}

Result<Credential> read_form(const jose::Claims& claims) {
  if (const auto* vc = claims.rest.if_contains("vc")) return read_v1(claims, *vc);
  auto credential = json::decode_value<Credential>(claims.rest);
  if (!credential) return credential;
  if (credential->format != Format::vc2_0_jose) {
    return fail(ErrorCode::malformed, "the token has neither a 'vc' claim nor the context {}", context_v2);
  }
  return credential;
}

std::string v1_signing_input(const Credential& credential, const Signer& signer, Instant now) {
  jose::Claims claims{.iss = credential.issuer.str(), .exp = credential.valid_until, .iat = now};
  claims.nbf = credential.valid_from;
  if (!credential.id.empty()) claims.jti = credential.id;
  if (!credential.subjects.empty() && !credential.subjects.front().id.empty()) {
    claims.sub = credential.subjects.front().id.str();
  }
  claims.rest["vc"] = write(credential);
  return jose::make_signing_input({.alg = signer.alg, .kid = signer.kid}, claims);
}

std::string v2_signing_input(const Credential& credential, const Signer& signer, Instant now) {
  jose::Claims claims{.exp = credential.valid_until, .iat = now};
  claims.rest = write(credential).get_object();
  return jose::make_signing_input({.alg = signer.alg, .kid = signer.kid, .typ = "vc+jwt"}, claims);
}

}  // namespace

Result<SignedCredential> parse_credential(std::string_view token) {
  auto jwt = jose::parse_jwt(token, credential_bytes_max);
  if (!jwt) return fail(std::move(jwt.error()), "read a credential");
  auto credential = read_form(jwt->claims);
  if (!credential) return fail(std::move(credential.error()), "read a credential");
  if (jwt->claims.iss && *jwt->claims.iss != credential->issuer.str()) {
    return invalid("/iss", "is {}, but the credential's issuer is {}", *jwt->claims.iss, credential->issuer);
  }
  return SignedCredential{std::string(token), std::move(*jwt), std::move(*credential)};
}

std::string credential_signing_input(const Credential& credential, const Signer& signer, Instant now) {
  switch (credential.format) {
    case Format::vc1_0_jwt:
      return v1_signing_input(credential, signer, now);
    case Format::vc2_0_jose:
      return v2_signing_input(credential, signer, now);
  }
  return {};
}

}  // namespace kontor::protocol::vc
