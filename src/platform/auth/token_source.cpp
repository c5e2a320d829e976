#include "platform/auth/token_source.hpp"

#include <algorithm>
#include <map>

#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/failure.hpp"

namespace kontor::platform::auth {
namespace {

constexpr std::string_view assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr std::int64_t life_seconds_default = 60;
constexpr std::int64_t life_seconds_max = 24 * 60 * 60;

struct TokenAnswer {
  std::string access_token;
  std::string token_type = "Bearer";
  std::int64_t expires_in = life_seconds_default;
};

Result<void> read(const json::Node& node, TokenAnswer& out) {
  json::ObjectReader in(node);
  in.required("access_token", out.access_token)
      .optional("token_type", out.token_type)
      .optional("expires_in", out.expires_in);
  if (in.ok() && out.access_token.empty()) in.refuse("access_token", "must not be empty");
  if (in.ok() && !text::equal_ignoring_case(out.token_type, "Bearer"))
    in.refuse("token_type", "is not supported, only Bearer is");
  return in.done();
}

struct Kept {
  std::string authorization;
  Instant renew_at;
};

}  // namespace

struct TokenSource::State {
  Task<Result<Kept>> fetch(std::string scope, async::Deadline deadline);
  Task<Result<std::string>> form(const std::string& scope);

  async::Clock& clock;
  http::Client& client;
  TokenSourceConfig config;
  Prove prove;
  async::Mutex fetching;
  std::map<std::string, Kept> kept;
};

TokenSource::TokenSource(async::Scope& scope, async::Clock& clock, http::Client& client,
                         TokenSourceConfig config)
    : state_(new State{clock, client, std::move(config), {}, async::Mutex(scope.executor()), {}}) {}
TokenSource::~TokenSource() = default;

void TokenSource::prove_with(Prove prove) {
  state_->prove = std::move(prove);
  state_->kept.clear();
}

void TokenSource::forget() {
  state_->kept.clear();
}

Task<Result<std::string>> TokenSource::authorization(std::string scope, async::Deadline deadline) {
  auto state = state_;
  const auto usable = [&]() -> const Kept* {
    auto found = state->kept.find(scope);
    return found != state->kept.end() && found->second.renew_at > state->clock.now() ? &found->second
                                                                                     : nullptr;
  };
  if (const auto* kept = usable()) co_return kept->authorization;
  auto guard = co_await state->fetching.lock(state->clock, deadline);
  if (!guard) co_return fail(std::move(guard.error()), "get an access token");
  if (const auto* kept = usable()) co_return kept->authorization;
  auto fetched = co_await state->fetch(scope, deadline);
  if (!fetched) co_return fail(std::move(fetched.error()));
  auto authorization = fetched->authorization;
  state->kept.insert_or_assign(std::move(scope), std::move(*fetched));
  co_return authorization;
}

Task<Result<std::string>> TokenSource::State::form(const std::string& scope) {
  const auto who = "grant_type=client_credentials&client_id=" + text::percent_encode(config.client_id);
  if (!prove)
    co_return who + "&client_secret=" + text::percent_encode(config.client_secret) +
        "&scope=" + text::percent_encode(scope);
  auto assertion = co_await prove();
  if (!assertion) co_return assertion;
  co_return who + "&client_assertion_type=" + text::percent_encode(assertion_type) +
      "&client_assertion=" + *assertion;
}

Task<Result<Kept>> TokenSource::State::fetch(std::string scope, async::Deadline deadline) {
  http::Request request;
  request.method = "POST";
  request.target = config.token_url;
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  auto asked = co_await form(scope);
  if (!asked) co_return fail(std::move(asked.error()), "prove who client {} is", config.client_id);
  request.body.text = std::move(*asked);
  http::SendOptions options{
      .deadline = deadline, .trust = http::Trust::configured, .body_bytes_max = 64 * 1024};
  const auto asked_at = clock.now();
  auto response = co_await client.send(std::move(request), options);
  if (!response)
    co_return fail(std::move(response.error()), "get an access token for client {}", config.client_id);
  if (response->status != 200) {
    co_return fail(http::failure_of(response->status), "{} answered {} to client {}: {}", config.token_url,
                   response->status, config.client_id, text::for_log(response->body.text, 200));
  }
  auto answer = json::decode<TokenAnswer>(response->body.text);
  if (!answer) co_return fail_as(ErrorCode::peer_refused, std::move(answer.error()), "read the token answer");
  // Renewed after four fifths of its life, so that none expires on the way.
  const auto life = std::chrono::seconds(std::clamp(answer->expires_in, std::int64_t{0}, life_seconds_max));
  co_return Kept{"Bearer " + answer->access_token, asked_at + life * 4 / 5};
}

}  // namespace kontor::platform::auth
