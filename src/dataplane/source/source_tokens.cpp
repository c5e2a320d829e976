#include "dataplane/source/source_tokens.hpp"

#include <algorithm>
#include <tuple>

#include "base/crypto/hash.hpp"
#include "base/json/codec.hpp"
#include "base/lru/lru.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/failure.hpp"

namespace kontor::dataplane::source {

namespace async = platform::async;
namespace web = platform::http;

namespace {

constexpr std::int64_t life_seconds_default = 60;
constexpr std::int64_t life_seconds_max = 24 * 60 * 60;
constexpr std::size_t answer_bytes_max = 64 * 1024;

struct TokenAnswer {
  std::string access_token;
  std::string token_type = "Bearer";
  std::int64_t expires_in = life_seconds_default;
};

/// RFC 6750 §2.1, and nothing that ends a header.
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char each) { return each > ' ' && each < 0x7F; });
}

Result<void> read(const json::Node& node, TokenAnswer& out) {
  json::ObjectReader in(node);
  in.required("access_token", out.access_token)
      .optional("token_type", out.token_type)
      .optional("expires_in", out.expires_in);
  if (in.ok() && !is_token(out.access_token)) in.refuse("access_token", "is no token");
  if (in.ok() && !text::equal_ignoring_case(out.token_type, "Bearer"))
    in.refuse("token_type", "is not supported, only Bearer is");
  return in.done();
}

struct Kept {
  explicit Kept(async::Scope& scope) : fetching(scope.executor()) {}

  async::Mutex fetching;
  std::string token;
  Instant renew_at;
  std::uint64_t attempts = 0;
  std::optional<Error> failure;  ///< of the last attempt
};

using Key = std::tuple<ContextId, std::string, std::string, std::string, std::string>;

Key key_of(const TokenOrder& order) {
  return {order.context, order.url, order.client, order.scope, crypto::sha256_hex(order.secret.reveal())};
}

web::Request request_of(const TokenOrder& order) {
  web::Request request{.method = "POST", .target = order.url};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.headers.set("Accept", "application/json");
  request.body.text = "grant_type=client_credentials&client_id=" + text::percent_encode(order.client) +
                      "&client_secret=" + text::percent_encode(order.secret.reveal());
  if (!order.scope.empty()) request.body.text += "&scope=" + text::percent_encode(order.scope);
  return request;
}

/// What is wrong with the address of a token service, and what it answers, is the owner's to know.
std::unexpected<Error> no_token(ErrorCode code) {
  if (code == ErrorCode::timeout || code == ErrorCode::cancelled)
    return fail(code, "the token service of the source took too long");
  if (code == ErrorCode::peer_refused)
    return fail(code, "the token service of the source refused this data plane");
  return fail(ErrorCode::peer_unavailable, "the token service of the source cannot be reached");
}

}  // namespace

struct SourceTokens::State {
  Task<Result<void>> fetch(const TokenOrder& order, Kept& kept, async::Deadline deadline);

  async::Scope& scope;
  async::Clock& clock;
  web::SecretClient& client;
  Lru<Key, std::shared_ptr<Kept>> all{kept_max};
};

SourceTokens::SourceTokens(async::Scope& scope, async::Clock& clock, web::SecretClient& client)
    : state_(new State{scope, clock, client}) {}
SourceTokens::~SourceTokens() = default;

Task<Result<std::string>> SourceTokens::token(TokenOrder order, async::Deadline deadline) {
  const auto state = state_;
  const auto key = key_of(order);
  const auto* known = state->all.find(key);
  const auto kept = known ? *known : std::make_shared<Kept>(state->scope);
  if (!known) state->all.put(key, kept);
  const auto usable = [&] { return !kept->token.empty() && state->clock.now() < kept->renew_at; };
  if (usable()) co_return kept->token;
  const auto attempts = kept->attempts;
  auto guard = co_await kept->fetching.lock(state->clock, deadline);
  if (!guard) co_return no_token(guard.error().code);
  if (usable()) co_return kept->token;
  if (kept->attempts != attempts && kept->failure) co_return fail(*kept->failure);
  auto fetched = co_await state->fetch(order, *kept, deadline);
  ++kept->attempts;
  kept->failure.reset();
  if (fetched) co_return kept->token;
  kept->failure = fetched.error();
  co_return fail(std::move(fetched.error()));
}

void SourceTokens::forget(const TokenOrder& order, const std::string& token) {
  const auto* kept = state_->all.find(key_of(order));
  if (kept && (*kept)->token == token) (*kept)->token.clear();
}

Task<Result<void>> SourceTokens::State::fetch(const TokenOrder& order, Kept& kept, async::Deadline deadline) {
  const auto asked_at = clock.now();
  auto response = co_await client.send(
      request_of(order),
      {.deadline = deadline, .trust = web::Trust::foreign, .body_bytes_max = answer_bytes_max});
  if (!response) co_return no_token(response.error().code);
  if (response->status != 200) co_return no_token(web::failure_of(response->status));
  auto answer = json::decode<TokenAnswer>(response->body.text);
  if (!answer) co_return no_token(ErrorCode::peer_refused);
  // Renewed after four fifths of its life, so that none expires on the way.
  const auto life = std::chrono::seconds(std::clamp(answer->expires_in, std::int64_t{0}, life_seconds_max));
  kept.token = std::move(answer->access_token);
  kept.renew_at = asked_at + life * 4 / 5;
  co_return Result<void>{};
}

}  // namespace kontor::dataplane::source
