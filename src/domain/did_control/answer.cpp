#include "domain/did_control/answer.hpp"

#include "base/text/text.hpp"
#include "protocol/did/did.hpp"

namespace kontor::domain::did_control {

namespace did = protocol::did;
namespace jose = protocol::jose;

namespace {

std::unexpected<Error> unreadable(std::string why) {
  return invalid("/proof", "{}", why);
}

std::unexpected<Error> refused(Error cause) {
  return fail_as(ErrorCode::forbidden, std::move(cause), "the answer proves nothing");
}

}  // namespace

Result<Answer> read_answer(std::string_view token, const Did& controlled) {
  auto jwt = jose::parse_jwt(token, answer_bytes_max);
  if (!jwt) return unreadable(std::string(jwt.error().message()));
  const auto& claims = jwt->claims;
  if (claims.iss != controlled.str() || claims.sub != controlled.str())
    return unreadable(fmt::format("iss and sub must be {}", controlled));
  const auto& kid = jwt->jws.header.kid;
  if (kid && !did::absolute_id(controlled, *kid).starts_with(controlled.str() + "#"))
    return unreadable(fmt::format("kid {} is no key of {}", text::for_log(*kid), controlled));
  auto nonce = jose::text_claim(claims, "nonce");
  if (!nonce) nonce = jose::text_claim(claims, "token");
  if (!nonce) return unreadable("the challenge must stand in the claim nonce, or in token");
  return Answer{std::move(*jwt), std::move(*nonce)};
}

Result<std::string> verify(const Answer& answer, const did::DidDocument& document, const Expected& expected) {
  if (document.id != expected.did)
    return fail(ErrorCode::forbidden, "the document of {} is that of {}", expected.did, document.id);
  const auto& jws = answer.jwt.jws;
  const did::KeyQuery query{
      .kid = jws.header.kid, .purpose = did::Relationship::authentication, .policy = expected.relationships};
  auto method = did::find_verification_method(document, query);
  if (!method) return refused(std::move(method.error()));
  auto key = did::find_key(document, query);
  if (!key) return refused(std::move(key.error()));
  if (auto genuine = jose::verify(jws, *key); !genuine) return refused(std::move(genuine.error()));
  auto checked = jose::check_claims(answer.jwt.claims, {.now = expected.now,
                                                        .issuer = expected.did.str(),
                                                        .audience = expected.audience.str(),
                                                        .subject_is_issuer = true,
                                                        .require_exp = false});
  if (!checked) return refused(std::move(checked.error()));
  return (*method)->id;
}

}  // namespace kontor::domain::did_control
