#include "platform/auth/plane_tokens.hpp"

#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"

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

std::string form_for(const dps::Authorization& profile, const std::string& audience) {
  return "grant_type=client_credentials&client_id=" + text::percent_encode(profile.client_id.value_or("")) +
         "&client_secret=" + text::percent_encode(profile.client_secret.value_or("")) +
         "&audience=" + text::percent_encode(audience);
}

}  // namespace

Task<Result<std::string>> PlaneTokens::authorization(std::optional<dps::Authorization> profile,
                                                     std::string audience, async::Deadline deadline) {
  if (!profile) co_return std::string();
  if (profile->type != dps::client_credentials || !profile->token_endpoint) {
    co_return invalid("/authorization/type", "'{}' is no profile that tokens can be had by here",
                      profile->type);
  }
  http::Request request{.method = "POST", .target = *profile->token_endpoint};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.body.text = form_for(*profile, audience);
  const http::SendOptions options{
      .deadline = deadline, .trust = http::Trust::foreign, .body_bytes_max = 64 * 1024};
  auto response = co_await client_->send(std::move(request), options);
  if (!response) co_return fail(std::move(response.error()), "get a token for the plane '{}'", audience);
  if (response->status != 200) {
    const auto code = response->status >= 500 ? ErrorCode::peer_unavailable : ErrorCode::peer_refused;
    co_return fail(code, "{} answered {} when it was asked for a token for the plane '{}'",
                   *profile->token_endpoint, response->status, audience);
  }
  auto answer = json::decode<TokenAnswer>(response->body.text);
  if (!answer) co_return fail_as(ErrorCode::peer_refused, std::move(answer.error()), "read the token answer");
  co_return "Bearer " + answer->access_token;
}

}  // namespace kontor::platform::auth
