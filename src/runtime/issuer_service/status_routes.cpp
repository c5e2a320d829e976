#include <algorithm>
#include <charconv>

#include "base/text/text.hpp"
#include "platform/http/freshness.hpp"
#include "protocol/api/dcp_binding/routes.hpp"
#include "protocol/vc/token.hpp"
#include "runtime/issuer_service/issuer.hpp"

namespace kontor::runtime::issuer_service {

namespace http = platform::http;
namespace vc = protocol::vc;
using platform::routing::Call;

namespace {

constexpr std::string_view token_type = "application/vc+jwt";
constexpr std::string_view json_type = "application/json";

/// How much a reader wants a media type: by the most specific range of its Accept that fits (RFC 9110
/// §12.5.1).
struct Wish {
  int specific = 0;
  double quality = 0;
};

/// How closely a range names a type; 0: not at all.
int fit(std::string_view range, std::string_view type) {
  if (text::equal_ignoring_case(range, type)) return 3;
  if (range == "application/*") return 2;
  return range == "*/*" ? 1 : 0;
}

double quality_in(std::string_view parameters) {
  for (auto parameter : text::split(parameters, ';')) {
    parameter = text::trim(parameter);
    if (!text::starts_with_ignoring_case(parameter, "q=")) continue;
    double quality = 0;
    std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), quality);
    return std::clamp(quality, 0.0, 1.0);
  }
  return 1;
}

Wish wish_for(std::string_view accept, std::string_view type) {
  Wish best;
  for (const auto range : text::split(accept, ',')) {
    const auto end = std::min(range.find(';'), range.size());
    const int specific = fit(text::trim(range.substr(0, end)), type);
    if (specific > best.specific) best = {specific, quality_in(range.substr(end))};
  }
  return best;
}

/// The signed form is for everybody but who wants JSON more.
bool wants_json(std::string_view accept) {
  const auto json = wish_for(accept, json_type);
  const auto token = wish_for(accept, token_type);
  if (json.quality != token.quality) return json.quality > token.quality;
  return json.quality > 0 && json.specific > token.specific;
}

std::string lifetime_of(std::chrono::seconds max_age) {
  return max_age.count() > 0 ? fmt::format("public, max-age={}", max_age.count()) : "no-cache";
}

/// The same credential without its signature.
Result<std::string> as_json(const status_list::Publication& list) {
  auto credential = vc::parse_credential(list.token);
  if (!credential) return fail(ErrorCode::internal, "{}", credential.error().message());
  return json::encode(credential->credential);
}

Task<Result<http::Response>> serve(Issuer& issuer, Call call) {
  auto list = co_await issuer.lists().published(call.context, call.id<issuance::StatusListId>("listId"),
                                                call.deadline);
  if (!list) co_return fail(std::move(list.error()));
  const bool json = wants_json(call.headers.get("Accept").value_or(""));
  const auto tag = fmt::format("\"{}-{}{}\"", list->of.revision, epoch_milliseconds(list->of.signed_at),
                               json ? "-json" : "");
  http::Response response{200, {}, {}};
  response.headers.set("ETag", tag);
  response.headers.set("Cache-Control", lifetime_of(issuer.lists().max_age()));
  response.headers.set("Vary", "Accept");
  if (http::names_tag(call.headers.get("If-None-Match").value_or(""), tag)) {
    response.status = 304;
    co_return response;
  }
  response.headers.set("Content-Type", std::string(json ? json_type : token_type));
  if (json) {
    auto text = as_json(*list);
    if (!text) co_return fail(std::move(text.error()));
    response.body.text = std::move(*text);
  } else {
    response.body.text = std::move(list->token);
  }
  co_return response;
}

}  // namespace

void bind_status_routes(platform::routing::Router& router, Issuer& issuer) {
  router.bind_raw(protocol::api::dcp_binding::status_list,
                  [&issuer](Call call, http::Request) { return serve(issuer, std::move(call)); });
}

}  // namespace kontor::runtime::issuer_service
