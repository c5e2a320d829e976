#include "platform/auth/token_verifier.hpp"

#include <algorithm>
#include <map>

#include "base/crypto/hash.hpp"
#include "base/lru/lru.hpp"
#include "base/text/text.hpp"
#include "platform/auth/internal/issuer_keys.hpp"
#include "platform/auth/plane_proofs.hpp"
#include "protocol/jose/jwt.hpp"

namespace kontor::platform::auth {

namespace jose = protocol::jose;

namespace {

/// An access token of ours has under one kilobyte, those of OIDC providers a few.
constexpr std::size_t token_bytes_max = 16 * 1024;

struct Remembered {
  Caller caller;
  std::optional<std::string> application;
  Instant good_until;
};

std::unexpected<Error> not_proven(std::string_view why) {
  return fail(ErrorCode::unauthenticated, "{}", why);
}

/// There is no issuer whose tokens for somebody else are good here (RFC 9068 §4).
const std::string& audience_of(const TrustedIssuer& trusted) {
  return trusted.audience.empty() ? trusted.issuer : trusted.audience;
}

Caller caller_of(const jose::Claims& claims) {
  Caller caller;
  caller.subject = claims.sub.value_or("");
  if (auto role = jose::text_claim(claims, "role")) caller.role = role_named(*role);
  caller.scopes = split_scopes(jose::text_claim(claims, "scope").value_or(""));
  std::erase_if(caller.scopes, is_registered_scope);
  if (auto context = jose::text_claim(claims, "participant_context_id")) {
    caller.context = ContextId(*context);
  } else if (!caller.role && !caller.subject.empty()) {
    caller.context = ContextId(caller.subject);
  }
  return caller;
}

}  // namespace

struct TokenVerifier::State {
  State(async::Clock& clock_in, TokenVerifierConfig config_in)
      : clock(clock_in), config(std::move(config_in)) {}

  struct Verified {
    jose::Claims claims;
    Instant good_until;  ///< as far as it depends on keys
  };
  Task<Result<Verified>> verify(std::string token);
  Task<Result<Caller>> as_it_is_now(Remembered known);
  bool trusts_issuer_of(const std::string& token) const;
  Task<Result<Caller>> ask_others(std::string token);

  async::Clock& clock;
  TokenVerifierConfig config;
  Narrow narrow;
  Bound bound;
  std::vector<Otherwise> others;
  std::map<std::string, internal::IssuerKeys, std::less<>> issuers;
  Lru<std::string, Remembered> remembered{config.tokens_remembered_max};
};

TokenVerifier::TokenVerifier(async::Scope& scope, async::Clock& clock, http::Client& client,
                             TokenVerifierConfig config)
    : state_(std::make_shared<State>(clock, std::move(config))) {
  for (const auto& trusted : state_->config.issuers) {
    state_->issuers.try_emplace(trusted.issuer, scope.executor(), clock, client, trusted,
                                state_->config.keys);
  }
}

TokenVerifier::~TokenVerifier() = default;

Task<Result<Caller>> TokenVerifier::verify(std::string authorization) {
  auto state = state_;
  constexpr std::string_view scheme = "Bearer ";
  if (!text::starts_with_ignoring_case(authorization, scheme)) {
    co_return not_proven("send Authorization: Bearer with an access token");
  }
  const auto token = std::string_view(authorization).substr(scheme.size());
  if (token.size() > token_bytes_max) co_return not_proven("the access token is too long");
  auto digest = crypto::sha256_hex(token);
  const auto* known = state->remembered.find(digest);
  if (known && known->good_until > state->clock.now()) co_return co_await state->as_it_is_now(*known);
  if (!state->others.empty() && !state->trusts_issuer_of(std::string(token)))
    co_return co_await state->ask_others(std::string(token));
  auto verified = co_await state->verify(std::string(token));
  if (!verified) co_return fail(std::move(verified.error()));
  const auto& claims = verified->claims;
  Remembered found{caller_of(claims), jose::text_claim(claims, application_claim),
                   std::min(*claims.exp, verified->good_until)};
  state->remembered.put(digest, found);
  co_return co_await state->as_it_is_now(std::move(found));
}

Task<Result<jose::Claims>> TokenVerifier::verify_token(std::string token) {
  auto state = state_;
  auto verified = co_await state->verify(std::move(token));
  if (!verified) co_return fail(std::move(verified.error()));
  co_return std::move(verified->claims);
}

void TokenVerifier::narrow_with(Narrow narrow) {
  state_->narrow = std::move(narrow);
}

void TokenVerifier::bind_with(Bound bound) {
  state_->bound = std::move(bound);
}

void TokenVerifier::ask_otherwise(Otherwise otherwise) {
  state_->others.push_back(std::move(otherwise));
}

bool TokenVerifier::State::trusts_issuer_of(const std::string& token) const {
  auto jwt = jose::parse_jwt(token, token_bytes_max);
  return !jwt || issuers.contains(jwt->claims.iss.value_or(""));
}

Task<Result<Caller>> TokenVerifier::State::ask_others(std::string token) {
  std::optional<Error> why;
  for (const auto& other : others) {
    auto caller = co_await other(token);
    if (caller) co_return caller;
    if (!why || why->code == ErrorCode::unauthenticated) why = std::move(caller.error());
  }
  co_return fail(std::move(*why));
}

Task<Result<Caller>> TokenVerifier::State::as_it_is_now(Remembered known) {
  auto caller = std::move(known.caller);
  if (known.application) {
    if (!narrow) co_return not_proven("applications are not heard here");
    auto narrowed = co_await narrow(std::move(*known.application), std::move(caller));
    if (!narrowed) co_return fail(std::move(narrowed.error()));
    caller = std::move(*narrowed);
  }
  if (!bound || caller.role || !caller.context) co_return caller;
  co_return co_await bound(std::move(caller));
}

Task<Result<TokenVerifier::State::Verified>> TokenVerifier::State::verify(std::string token) {
  if (token.size() > token_bytes_max) co_return not_proven("the access token is too long");
  auto jwt = jose::parse_jwt(token, token_bytes_max);
  if (!jwt) co_return not_proven("the access token cannot be read");
  auto issuer = issuers.find(jwt->claims.iss.value_or(""));
  if (issuer == issuers.end()) co_return not_proven("the access token's issuer is not trusted");
  auto& keys = issuer->second;
  auto key = co_await keys.find(jwt->jws.header.kid);
  if (!key) co_return fail(std::move(key.error()));
  if (auto valid = jose::verify(jwt->jws, *key); !valid)
    co_return not_proven("the access token's signature is wrong");
  jose::Expectations expected{.now = clock.now(), .audience = audience_of(keys.trusted())};
  if (auto valid = jose::check_claims(jwt->claims, expected); !valid)
    co_return fail(std::move(valid.error()));
  co_return Verified{std::move(jwt->claims), keys.good_until()};
}

}  // namespace kontor::platform::auth
