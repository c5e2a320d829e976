#include "runtime/token_service/token_exchange.hpp"

#include <algorithm>

#include "runtime/token_service/exchange_rules.hpp"

namespace kontor::runtime::token_service {

namespace api = protocol::api::token;
namespace auth = platform::auth;
namespace jose = protocol::jose;

namespace {

std::vector<auth::TrustedIssuer> for_us(std::vector<auth::TrustedIssuer> issuers,
                                        const std::string& audience) {
  for (auto& each : issuers) {
    if (each.audience.empty()) each.audience = audience;
  }
  return issuers;
}

std::vector<std::string> names_of(const std::vector<auth::TrustedIssuer>& issuers) {
  std::vector<std::string> names;
  for (const auto& each : issuers) names.push_back(each.issuer);
  return names;
}

/// Why it was refused is told: whoever can ask has the token.
std::unexpected<Error> not_accepted(const Error& why) {
  auto refused = fail(ErrorCode::forbidden, "the subject token is not accepted: {}", why.detail);
  refused.error().pointer = "/subject_token";
  return refused;
}

std::unexpected<Error> no_mapping() {
  auto refused = fail(ErrorCode::forbidden, "the client may not act for this participant context");
  refused.error().pointer = "/resource";
  return refused;
}

}  // namespace

TokenExchange::TokenExchange(Services services, std::vector<auth::TrustedIssuer> issuers,
                             std::string own_audience)
    : clock_(services.engine.clock()),
      tokens_(services.tokens),
      own_audience_(std::move(own_audience)),
      offered_(!issuers.empty()),
      verifier_(services.scope, clock_, services.client, {.issuers = for_us(issuers, own_audience_)}),
      mappings_(services.engine, names_of(issuers)) {}

Task<Result<api::TokenResponse>> TokenExchange::exchange(api::TokenRequest request) {
  if (auto valid = check_exchange(request); !valid) co_return fail(std::move(valid.error()));
  auto subject = co_await verify(*request.subject_token);
  if (!subject) co_return fail(std::move(subject.error()));
  auto mapping = co_await mappings_.find({*subject->sub, *request.resource});
  if (!mapping && mapping.error().code == ErrorCode::not_found) co_return no_mapping();
  if (!mapping) co_return fail(std::move(mapping.error()));
  auto wanted = granted_by(*mapping, {*subject->iss, *subject->sub}, request, own_audience_, clock_.now());
  if (!wanted) co_return fail(std::move(wanted.error()));
  auto meaning = co_await mappings_.meaning_of(std::move(wanted->scopes));
  if (!meaning) co_return fail(std::move(meaning.error()));
  auto said = merged_claims(*meaning);
  if (!said) co_return fail(std::move(said.error()));
  jose::Claims claims{
      .sub = request.resource, .aud = {std::move(wanted->audience)}, .rest = std::move(*said)};
  claims.rest["act"] = json::Object{{"sub", *subject->sub}, {"iss", *subject->iss}};
  claims.rest["client_id"] = *subject->sub;
  claims.rest["participant_context_id"] = *request.resource;
  auto end = co_await tokens_.end_of_exchange(std::move(*subject));
  if (!end) co_return fail(std::move(end.error()));
  auto issued = co_await tokens_.sign(std::move(claims), *end);
  if (!issued && issued.error().code == ErrorCode::unauthenticated)
    co_return not_accepted(Error(ErrorCode::unauthenticated, "it is good no more"));
  if (!issued) co_return fail(std::move(issued.error()));
  issued->issued_token_type = std::string(api::jwt_token_type);
  if (!request.scope.value_or("").empty()) issued->scope = std::move(request.scope);
  co_return issued;
}

Task<Result<jose::Claims>> TokenExchange::verify(std::string subject_token) {
  auto claims = co_await verifier_.verify_token(std::move(subject_token));
  if (!claims && claims.error().code == ErrorCode::unavailable) co_return fail(std::move(claims.error()));
  if (!claims) co_return not_accepted(claims.error());
  if (claims->sub.value_or("").empty())
    co_return not_accepted(Error(ErrorCode::unauthenticated, "it names no subject"));
  co_return claims;
}

}  // namespace kontor::runtime::token_service
