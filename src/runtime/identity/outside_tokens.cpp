#include "runtime/identity/outside_tokens.hpp"

#include <algorithm>

#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "platform/http/failure.hpp"
#include "protocol/dcp/tokens.hpp"
#include "runtime/secrets/secrets.hpp"

namespace kontor::runtime::identity {

namespace dcp = protocol::dcp;
namespace http = platform::http;

namespace {

constexpr std::chrono::seconds answer_time_max{10};
constexpr std::size_t answer_bytes_max = 64 * 1024;
constexpr std::size_t error_name_bytes_max = 64;

struct TokenAnswer {
  std::string access_token;
};

Result<void> read(const json::Node& node, TokenAnswer& out) {
  json::ObjectReader in(node);
  in.required("access_token", out.access_token);
  return in.done();
}

std::string form_of(const TokenOrder& order, const crypto::Secret& secret) {
  std::string form = "grant_type=client_credentials";
  const auto add = [&form](std::string_view name, std::string_view value) {
    form += "&" + std::string(name) + "=" + text::percent_encode(value);
  };
  add("client_id", order.service.client_id);
  add("client_secret", secret.reveal());
  add("audience", order.audience.str());
  if (!order.scopes.empty()) add("bearer_access_scope", dcp::to_string(order.scopes));
  if (order.access_token) add("token", *order.access_token);
  return form;
}

/// The name of an OAuth error and nothing else of the body, which may repeat what it was sent.
std::string error_in(const std::string& body) {
  const auto answer = json::parse(body);
  const auto* name = answer ? json::find(*answer, "error") : nullptr;
  return name && name->is_string() ? text::for_log(std::string(name->get_string()), error_name_bytes_max)
                                   : "no reason";
}

Result<std::string> token_in(const http::Response& response, const TokenOrder& order) {
  if (response.status != 200) {
    return fail(http::failure_of(response.status), "the token service of {} answered {}: {}", order.issuer,
                response.status, error_in(response.body.text));
  }
  auto answer = json::decode<TokenAnswer>(response.body.text);
  if (!answer)
    return fail(ErrorCode::peer_refused, "the token service of {} answered no token", order.issuer);
  auto token = dcp::parse_self_issued(answer->access_token);
  if (!token)
    return fail_as(ErrorCode::peer_refused, std::move(token.error()), "the token service of {}",
                   order.issuer);
  if (token->key.did != order.issuer)
    return fail(ErrorCode::peer_refused, "the token service of {} answered a token of {}", order.issuer,
                text::for_log(token->key.did.str()));
  if (std::ranges::find(token->jwt.claims.aud, order.audience.str()) == token->jwt.claims.aud.end())
    return fail(ErrorCode::peer_refused, "the token service of {} answered a token that is not for {}",
                order.issuer, order.audience);
  return std::move(answer->access_token);
}

}  // namespace

Task<Result<std::string>> OutsideTokens::ask(TokenOrder order) {
  const auto& alias = order.service.client_secret_alias;
  auto secret = co_await vault_.get_secret(order.context, secrets::name_in_vault(alias));
  if (!secret && secret.error().code == ErrorCode::not_found)
    co_return fail(
        ErrorCode::unavailable,
        "the secret '{}' for the token service of {} is not there: write it as a secret of this name", alias,
        order.issuer);
  if (!secret) co_return fail(std::move(secret.error()));
  http::Request request{"POST", order.service.token_url, {}, {form_of(order, *secret), {}}};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.headers.set("Accept", "application/json");
  http::SendOptions options{.deadline = platform::async::Deadline::after(clock_, answer_time_max),
                            .body_bytes_max = answer_bytes_max};
  auto response = co_await client_.send(std::move(request), options);
  if (!response)
    co_return fail(std::move(response.error()), "ask the token service of {} for a token", order.issuer);
  co_return token_in(*response, order);
}

}  // namespace kontor::runtime::identity
