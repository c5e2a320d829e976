#include "fabric/agents/api_client.hpp"

#include <algorithm>

#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "platform/http/failure.hpp"

namespace kontor::fabric::agents {

namespace http = platform::http;

namespace {

/// `management-api:dataplanes:write` → `management-api:admin`
std::string admin_scope(std::string_view scope) {
  return std::string(scope.substr(0, scope.find(':'))) + ":admin";
}

}  // namespace

std::string path_of(std::string_view pattern,
                    const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::string path(pattern);
  for (const auto& [name, value] : parameters) {
    const auto placeholder = "{" + name + "}";
    const auto at = path.find(placeholder);
    invariant(at != std::string::npos, "the route has the parameters that are given");
    path.replace(at, placeholder.size(), text::percent_encode(value));
  }
  invariant(!path.contains('{'), "all parameters of the route are given");
  return path;
}

Task<Result<ApiAnswer>> ApiClient::send(protocol::api::RouteInfo route, std::string body, Callee callee) {
  const auto patience = call_timeout_max + std::chrono::seconds(callee.wait_seconds.value_or(0));
  callee.deadline.at = std::min(callee.deadline.at, clock_.now() + patience);
  auto authorization = co_await tokens_.authorization(admin_scope(route.scope), callee.deadline);
  if (!authorization) co_return fail(std::move(authorization.error()), "{}", route.name);
  http::Request request;
  request.method = protocol::api::method_name(route.method);
  request.target = base_url_ + path_of(route.path, callee.parameters);
  if (!callee.query.empty()) request.target += "?" + callee.query;
  request.headers.set("Authorization", std::move(*authorization));
  if (!body.empty()) request.headers.set("Content-Type", "application/json");
  if (callee.wait_seconds) request.headers.set("Prefer", fmt::format("wait={}", *callee.wait_seconds));
  request.body.text = std::move(body);
  http::SendOptions options{.deadline = callee.deadline,
                            .trust = http::Trust::configured,
                            .trace = platform::telemetry::trace_of(callee.trace)};
  auto response = co_await client_.send(std::move(request), options);
  if (!response) co_return fail(std::move(response.error()), "{} at {}", route.name, base_url_);
  if (response->status == 401) tokens_.forget();
  const bool fine = response->status >= 200 && response->status < 300;
  if (!fine && std::ranges::find(callee.accepted, response->status) == callee.accepted.end()) {
    co_return fail(http::failure_of(response->status, {401, 409}), "{} at {} was answered {}: {}", route.name,
                   base_url_, response->status, text::for_log(response->body.text, 300));
  }
  co_return ApiAnswer{response->status, std::move(response->body.text)};
}

}  // namespace kontor::fabric::agents
