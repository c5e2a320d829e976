#include "platform/auth/token_verifier.hpp"

#include <map>
#include <unordered_map>

#include "base/crypto/hash.hpp"
#include "base/json/codec.hpp"
#include "base/text/text.hpp"
#include "platform/async/signal.hpp"
#include "protocol/jose/jwks.hpp"
#include "protocol/jose/jwt.hpp"

namespace kontor::platform::auth {

namespace jose = protocol::jose;

namespace {

/// The keys of one issuer.
struct IssuerKeys {
  IssuerKeys(TrustedIssuer trusted_in, boost::asio::any_io_executor executor)
      : trusted(std::move(trusted_in)), fetching(std::move(executor)) {}

  TrustedIssuer trusted;
  std::map<std::string, crypto::PublicKey> by_id;
  std::optional<Instant> fetched_at;
  async::Mutex fetching;  ///< one fetch serves all who wait
};

struct Remembered {
  Caller caller;
  Instant expires_at;
};

std::unexpected<Error> not_proven(std::string_view why) {
  return fail(ErrorCode::unauthenticated, "{}", why);
}

Caller caller_of(const jose::Claims& claims) {
  Caller caller;
  caller.subject = claims.sub.value_or("");
  if (auto role = jose::text_claim(claims, "role")) caller.role = role_named(*role);
  caller.scopes = split_scopes(jose::text_claim(claims, "scope").value_or(""));
  if (auto context = jose::text_claim(claims, "participant_context_id")) {
    caller.context = ContextId(*context);
  } else if (!caller.subject.empty()) {
    caller.context = ContextId(caller.subject);
  }
  return caller;
}

}  // namespace

struct TokenVerifier::State {
  State(async::Clock& clock_in, http::Client& client_in, TokenVerifierConfig config_in)
      : clock(clock_in), client(client_in), config(std::move(config_in)) {}

  Task<Result<crypto::PublicKey>> key(IssuerKeys& issuer, std::string id);
  Task<Result<void>> fetch(IssuerKeys& issuer);
  void remember(std::string digest, Caller caller, Instant expires_at);

  async::Clock& clock;
  http::Client& client;
  TokenVerifierConfig config;
  std::map<std::string, IssuerKeys> issuers;
  std::unordered_map<std::string, Remembered> remembered;
};

TokenVerifier::TokenVerifier(async::Scope& scope, async::Clock& clock, http::Client& client,
                             TokenVerifierConfig config)
    : state_(std::make_shared<State>(clock, client, std::move(config))) {
  for (const auto& trusted : state_->config.issuers) {
    state_->issuers.try_emplace(trusted.issuer, trusted, scope.executor());
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
  auto digest = crypto::sha256_hex(token);
  const auto now = state->clock.now();
  if (auto known = state->remembered.find(digest); known != state->remembered.end()) {
    if (known->second.expires_at > now) co_return known->second.caller;
    state->remembered.erase(known);
  }
  auto jwt = jose::parse_jwt(token);
  if (!jwt) co_return not_proven("the access token cannot be read");
  auto issuer = state->issuers.find(jwt->claims.iss.value_or(""));
  if (issuer == state->issuers.end()) co_return not_proven("the access token's issuer is not trusted");
  auto key = co_await state->key(issuer->second, jwt->jws.header.kid.value_or(""));
  if (!key) co_return fail(std::move(key.error()));
  if (auto valid = jose::verify(jwt->jws, *key); !valid)
    co_return not_proven("the access token's signature is wrong");
  jose::Expectations expected{.now = now};
  if (!issuer->second.trusted.audience.empty()) expected.audience = issuer->second.trusted.audience;
  if (auto valid = jose::check_claims(jwt->claims, expected); !valid)
    co_return fail(std::move(valid.error()));
  auto caller = caller_of(jwt->claims);
  state->remember(std::move(digest), caller, *jwt->claims.exp);
  co_return caller;
}

Task<Result<crypto::PublicKey>> TokenVerifier::State::key(IssuerKeys& issuer, std::string id) {
  const auto known = [&] { return issuer.by_id.find(id); };
  const bool fresh = issuer.fetched_at && clock.now() - *issuer.fetched_at < config.keys_max_age;
  if (fresh && known() != issuer.by_id.end()) co_return known()->second;
  auto guard = co_await issuer.fetching.lock();
  const bool paused = issuer.fetched_at && clock.now() - *issuer.fetched_at < config.refresh_pause;
  Result<void> fetched;
  if (!paused) fetched = co_await fetch(issuer);
  if (known() != issuer.by_id.end()) co_return known()->second;
  if (!fetched)
    co_return fail(ErrorCode::unavailable, "the keys of {} are not known: {}", issuer.trusted.issuer,
                   fetched.error().message());
  co_return not_proven("the access token's key is not known");
}

Task<Result<void>> TokenVerifier::State::fetch(IssuerKeys& issuer) {
  http::Request request;
  request.target = issuer.trusted.jwks_url;
  http::SendOptions options{.deadline = async::Deadline::after(clock, std::chrono::seconds(10)),
                            .trust = http::Trust::configured,
                            .body_bytes_max = 256 * 1024};
  auto response = co_await client.send(std::move(request), options);
  if (!response) co_return fail(std::move(response.error()));
  if (response->status != 200) {
    co_return fail(ErrorCode::peer_unavailable, "{} answered {}", issuer.trusted.jwks_url, response->status);
  }
  auto jwks = json::decode<jose::Jwks>(response->body.text);
  if (!jwks) co_return fail(std::move(jwks.error()));
  std::map<std::string, crypto::PublicKey> keys;
  for (const auto& jwk : jwks->keys) {
    auto key = jose::verification_key(jwk);
    if (key) keys.insert_or_assign(jwk.kid.value_or(""), std::move(*key));
  }
  issuer.by_id = std::move(keys);
  issuer.fetched_at = clock.now();
  co_return Result<void>{};
}

void TokenVerifier::State::remember(std::string digest, Caller caller, Instant expires_at) {
  if (remembered.size() >= config.tokens_remembered_max) {
    const auto now = clock.now();
    std::erase_if(remembered, [now](const auto& entry) { return entry.second.expires_at <= now; });
    if (remembered.size() >= config.tokens_remembered_max) remembered.clear();
  }
  remembered.insert_or_assign(std::move(digest), Remembered{std::move(caller), expires_at});
}

}  // namespace kontor::platform::auth
