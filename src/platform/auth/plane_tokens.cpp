#include "platform/auth/plane_tokens.hpp"

#include <algorithm>
#include <fstream>

#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "platform/http/failure.hpp"

namespace kontor::platform::auth {
namespace {

namespace dps = protocol::dps;

struct TokenAnswer {
  std::string access_token;
  std::string token_type = "Bearer";
};

Result<void> read(const json::Node& node, TokenAnswer& out) {
  json::ObjectReader in(node);
  in.required("access_token", out.access_token).optional("token_type", out.token_type);
  if (in.ok() && out.access_token.empty()) in.refuse("access_token", "must not be empty");
  if (in.ok() && !text::equal_ignoring_case(out.token_type, "Bearer"))
    in.refuse("token_type", "is not supported, only Bearer is");
  return in.done();
}

constexpr std::size_t subject_token_bytes_max = 16 * 1024;
constexpr std::string_view jwt_type = "urn:ietf:params:oauth:token-type:jwt";

using Parameters = std::vector<std::pair<std::string_view, std::string>>;

std::string form_of(const Parameters& parameters) {
  std::string form;
  for (const auto& [name, value] : parameters) {
    form += (form.empty() ? "" : "&") + std::string(name) + "=" + text::percent_encode(value);
  }
  return form;
}

std::string client_credentials_form(const CalledPlane& plane) {
  return form_of({{"grant_type", "client_credentials"},
                  {"client_id", plane.profile->client_id.value_or("")},
                  {"client_secret", plane.profile->client_secret.value_or("")},
                  {"audience", plane.id}});
}

Result<std::string> read_subject_token(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::string token(subject_token_bytes_max, '\0');
  file.read(token.data(), static_cast<std::streamsize>(token.size()));
  token.resize(static_cast<std::size_t>(file.gcount()));
  while (token.ends_with('\n') || token.ends_with('\r')) token.pop_back();
  const bool whole = file.eof() && !file.bad();
  if (!whole || token.empty())
    return fail(ErrorCode::unavailable, "the subject token in {} cannot be read", name);
  return token;
}

}  // namespace

Task<Result<std::string>> PlaneTokens::authorization(CalledPlane plane, async::Deadline deadline) {
  if (!plane.profile) co_return std::string();
  Ask ask;
  if (plane.profile->type == dps::client_credentials && plane.profile->token_endpoint) {
    ask = {.url = *plane.profile->token_endpoint, .form = client_credentials_form(plane)};
  } else if (plane.profile->type == dps::token_exchange) {
    auto exchange = ask_by_exchange(plane);
    if (!exchange) co_return fail(std::move(exchange.error()));
    ask = std::move(*exchange);
  } else {
    co_return invalid("/authorization/type", "'{}' is no profile that tokens can be had by here",
                      plane.profile->type);
  }
  http::Request request{.method = "POST", .target = ask.url};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.body.text = std::move(ask.form);
  const http::SendOptions options{.deadline = deadline, .trust = ask.trust, .body_bytes_max = 64 * 1024};
  auto response = co_await client_->send(std::move(request), options);
  if (!response) co_return fail(std::move(response.error()), "get a token for the plane '{}'", plane.id);
  if (response->status != 200)
    co_return fail(http::failure_of(response->status),
                   "{} answered {} when it was asked for a token for the plane '{}'", ask.url,
                   response->status, plane.id);
  auto answer = json::decode<TokenAnswer>(response->body.text);
  if (!answer) co_return fail_as(ErrorCode::peer_refused, std::move(answer.error()), "read the token answer");
  co_return "Bearer " + answer->access_token;
}

Result<PlaneTokens::Ask> PlaneTokens::ask_by_exchange(const CalledPlane& plane) const {
  const auto& endpoint = plane.profile->token_exchange_endpoint.value_or("");
  if (config_.subject_token_file.empty())
    return invalid("/authorization/type", "'{}' needs a subject token, and this process has none",
                   plane.profile->type);
  if (std::ranges::find(config_.exchange_endpoints, endpoint) == config_.exchange_endpoints.end()) {
    return invalid("/authorization/tokenExchangeEndpoint",
                   "'{}' is none of the token exchanges that this installation shows its credential to",
                   endpoint);
  }
  auto subject = read_subject_token(config_.subject_token_file);
  if (!subject) return fail(std::move(subject.error()));
  Parameters parameters{{"grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"},
                        {"subject_token", std::move(*subject)},
                        {"subject_token_type", std::string(jwt_type)},
                        {"requested_token_type", std::string(jwt_type)},
                        {"resource", plane.profile->resource.value_or(plane.context.str())},
                        {"audience", plane.profile->audience.value_or(plane.id)}};
  if (plane.profile->scope) parameters.emplace_back("scope", *plane.profile->scope);
  return Ask{.url = endpoint, .form = form_of(parameters), .trust = http::Trust::configured};
}

}  // namespace kontor::platform::auth
