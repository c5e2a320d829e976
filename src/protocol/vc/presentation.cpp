#include "protocol/vc/presentation.hpp"

#include <algorithm>

#include "base/text/text.hpp"

namespace kontor::protocol::vc {
namespace {

constexpr std::string_view type_presentation = "VerifiablePresentation";
constexpr std::string_view type_enveloped_presentation = "EnvelopedVerifiablePresentation";
constexpr std::string_view type_enveloped_credential = "EnvelopedVerifiableCredential";
constexpr std::string_view context_submission =
    "https://identity.foundation/presentation-exchange/submission/v1";
constexpr std::string_view presentation_envelope = "data:application/vp+jwt,";
constexpr std::string_view credential_envelope = "data:application/vc+jwt,";

struct Reading {
  PresentationLimits limits;
  const ReadCredential& read;
};

bool names(const json::Object& object, std::string_view type) {
  const auto* value = object.if_contains("type");
  if (!value) return false;
  const auto is_type = [&](const json::Value& one) { return one.is_string() && one.get_string() == type; };
  if (const auto* array = value->if_array()) return std::ranges::any_of(*array, is_type);
  return is_type(*value);
}

std::optional<std::string_view> text_member(const json::Object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value || !value->is_string()) return std::nullopt;
  return std::string_view(value->get_string());
}

/// The token behind `data:<media type>,`; media types with parameters or their older names are taken too.
Result<std::string_view> enveloped_token(const json::Object& object) {
  auto id = text_member(object, "id");
  if (!id || !id->starts_with("data:application/")) return invalid("/id", "must be a data: URL with a token");
  auto comma = id->find(',');
  if (comma == std::string_view::npos) return invalid("/id", "must be a data: URL with a token");
  const auto media_type = id->substr(0, comma);
  if (media_type.ends_with("base64")) return invalid("/id", "must hold the token as it is, not in base64");
  return id->substr(comma + 1);
}

Result<void> add_credential(SignedPresentation& presentation, std::string_view token, const Reading& how) {
  if (presentation.credentials.size() == how.limits.credentials_max) {
    return fail(ErrorCode::too_large, "the presentation holds more than {} credentials",
                how.limits.credentials_max);
  }
  auto credential = how.read(token);
  if (!credential) return fail(std::move(credential.error()));
  presentation.credentials.push_back(std::move(*credential));
  return {};
}

Result<void> add_credentials(SignedPresentation& presentation, const json::Value& element,
                             const Reading& how) {
  if (const auto* text = element.if_string()) return add_credential(presentation, *text, how);
  const auto* object = element.if_object();
  if (!object || !names(*object, type_enveloped_credential)) {
    return invalid("/verifiableCredential", "must hold tokens: embedded proofs are not supported");
  }
  auto tokens = enveloped_token(*object);
  if (!tokens) return fail(std::move(tokens.error()));
  for (auto token : text::split(*tokens, ';')) {
    if (token.starts_with(credential_envelope)) token.remove_prefix(credential_envelope.size());
    if (token.empty()) continue;
    if (auto done = add_credential(presentation, token, how); !done) return done;
  }
  return {};
}

/// A URL, or an object with it (VC Data Model 2.0 §4.13).
std::optional<std::string_view> holder_in(const json::Object& body) {
  const auto* holder = body.if_contains("holder");
  const auto* object = holder ? holder->if_object() : nullptr;
  return object ? text_member(*object, "id") : text_member(body, "holder");
}

Result<void> read_body(SignedPresentation& presentation, const json::Object& body, const Reading& how) {
  if (auto holder = holder_in(body)) {
    if (!presentation.holder.empty() && presentation.holder.str() != *holder) {
      return invalid("/holder", "is not the 'iss' of the token");
    }
    presentation.holder = Did(std::string(*holder));
  }
  const auto* credentials = body.if_contains("verifiableCredential");
  if (!credentials || credentials->is_null()) return {};
  const auto* array = credentials->if_array();
  if (!array) return add_credentials(presentation, *credentials, how);
  for (const auto& element : *array) {
    if (auto done = add_credentials(presentation, element, how); !done) return done;
  }
  return {};
}

Result<void> read_v1(SignedPresentation& presentation, const json::Value& claim, const Reading& how) {
  if (const auto* body = claim.if_object()) return read_body(presentation, *body, how);
  const auto* array = claim.if_array();
  if (!array) return invalid("/vp", "must be an object");
  for (const auto& element : *array) {
    const auto* body = element.if_object();
    if (!body) return invalid("/vp", "must hold objects");
    if (auto done = read_body(presentation, *body, how); !done) return done;
  }
  return {};
}

Result<SignedPresentation> read_layer(std::string_view token, std::vector<jose::Jwt> outer,
                                      const Reading& how) {
  auto jwt = jose::parse_jwt(token, how.limits.bytes_max);
  if (!jwt) return fail(std::move(jwt.error()), "read a presentation");
  outer.push_back(std::move(*jwt));
  if (outer.size() == 1 && names(outer.back().claims.rest, type_enveloped_presentation)) {
    auto inner = enveloped_token(outer.back().claims.rest);
    if (!inner) return fail(std::move(inner.error()), "read an enveloped presentation");
    const std::string enveloped(*inner);
    return read_layer(enveloped, std::move(outer), how);
  }
  SignedPresentation presentation{.layers = std::move(outer)};
  const auto& claims = presentation.layers.back().claims;
  if (claims.iss) presentation.holder = Did(*claims.iss);
  const auto* vp = claims.rest.if_contains("vp");
  if (!vp && !names(claims.rest, type_presentation)) {
    return fail(ErrorCode::malformed, "the token has no 'vp' claim and is no {}", type_presentation);
  }
  presentation.format = vp ? Format::vc1_0_jwt : Format::vc2_0_jose;
  auto done = vp ? read_v1(presentation, *vp, how) : read_body(presentation, claims.rest, how);
  if (!done) return fail(std::move(done.error()), "read a presentation");
  return presentation;
}

std::string v1_signing_input(const PresentationContent& content, const Signer& signer) {
  jose::Claims claims{.iss = content.holder.str(), .sub = content.holder.str()};
  claims.aud = {content.audience.str()};
  claims.iat = content.now;
  claims.nbf = content.now;
  claims.exp = content.now + content.lifetime;
  claims.jti = content.id;
  claims.rest["vp"] =
      json::ObjectWriter()
          .field("@context", std::vector{std::string(context_v1), std::string(context_submission)})
          .field("type", type_presentation)
          .field("verifiableCredential", content.credentials)
          .done();
  return jose::make_signing_input({.alg = signer.alg, .kid = signer.kid}, claims);
}

json::Value enveloped_credential(const std::string& token) {
  return json::ObjectWriter()
      .field("@context", context_v2)
      .field("id", std::string(credential_envelope) + token)
      .field("type", type_enveloped_credential)
      .done();
}

std::string v2_signing_input(const PresentationContent& content, const Signer& signer) {
  std::vector<json::Value> credentials;
  for (const auto& token : content.credentials) credentials.push_back(enveloped_credential(token));
  jose::Claims claims;
  claims.aud = {content.audience.str()};
  claims.iat = content.now;
  claims.exp = content.now + content.lifetime;
  claims.jti = content.id;
  claims.rest = json::ObjectWriter()
                    .field("@context", std::vector{std::string(context_v2)})
                    .field("type", type_presentation)
                    .field("holder", content.holder)
                    .field("verifiableCredential", credentials)
                    .done()
                    .get_object();
  return jose::make_signing_input({.alg = signer.alg, .kid = signer.kid, .typ = "vp+jwt"}, claims);
}

}  // namespace

Result<SignedCredentialPtr> read_credential(std::string_view token) {
  auto credential = parse_credential(token);
  if (!credential) return fail(std::move(credential.error()));
  return std::make_shared<const SignedCredential>(std::move(*credential));
}

Result<SignedPresentation> parse_presentation(std::string_view token, PresentationLimits limits,
                                              const ReadCredential& read) {
  return read_layer(token, {}, {limits, read});
}

Result<SignedPresentation> parse_presentation(const json::Value& element, PresentationLimits limits,
                                              const ReadCredential& read) {
  const Reading how{limits, read};
  if (const auto* token = element.if_string()) return read_layer(*token, {}, how);
  const auto* object = element.if_object();
  if (!object || !names(*object, type_enveloped_presentation)) {
    return invalid("", "must be a token or an {}: embedded proofs are not supported",
                   type_enveloped_presentation);
  }
  auto token = enveloped_token(*object);
  if (!token) return fail(std::move(token.error()), "read an enveloped presentation");
  return read_layer(*token, {}, how);
}

std::string presentation_signing_input(Format format, const PresentationContent& content,
                                       const Signer& signer) {
  switch (format) {
    case Format::vc1_0_jwt:
      return v1_signing_input(content, signer);
    case Format::vc2_0_jose:
      return v2_signing_input(content, signer);
  }
  return {};
}

std::string envelope_signing_input(std::string_view presentation, const Signer& signer) {
  jose::Claims claims;
  claims.rest = json::ObjectWriter()
                    .field("@context", std::vector{std::string(context_v2)})
                    .field("type", type_enveloped_presentation)
                    .field("id", std::string(presentation_envelope) + std::string(presentation))
                    .done()
                    .get_object();
  return jose::make_signing_input({.alg = signer.alg, .kid = signer.kid}, claims);
}

}  // namespace kontor::protocol::vc
