#include "document.hpp"

#include <stdexcept>

#include "base/text/text.hpp"
#include "protocol/api/openapi/routes.hpp"

namespace kontor::routes_test {

using protocol::api::Listener;
using protocol::api::RouteInfo;

namespace {

/// What stands at a path of members, one level each; null where there is none.
const json::Value* within(const json::Value* value, std::initializer_list<std::string_view> path) {
  for (auto each : path) value = value ? json::find(*value, each) : nullptr;
  return value;
}

/// The only media type of a body.
const json::Value* only(const json::Value* content) {
  const auto* types = content ? content->if_object() : nullptr;
  return types && types->size() == 1 ? &types->begin()->value() : nullptr;
}

}  // namespace

Documents::Documents(Installation& installation) {
  for (auto listener : {Listener::open, Listener::administration, Listener::signaling}) {
    const auto answer =
        installation.send({.listener = listener, .target = std::string(protocol::api::openapi::path)});
    if (answer.status != 200) throw std::runtime_error("a listener serves no document: " + answer.body);
    documents_.emplace(listener, answer.json());
    schemas_.emplace(listener, protocol::dsp::testing::Schemas(answer.json()));
  }
}

const json::Value* Documents::operation(const RouteInfo& route) const {
  const auto known = documents_.find(route.listener);
  if (known == documents_.end()) return nullptr;
  std::string path(route.path);
  std::erase(path, '*');
  return within(&known->second, {"paths", path, text::to_lower(protocol::api::method_name(route.method))});
}

std::optional<json::Value> Documents::example(const RouteInfo& route) const {
  const auto* found = within(only(within(operation(route), {"requestBody", "content"})), {"example"});
  return found ? std::optional(*found) : std::nullopt;
}

std::optional<json::Value> Documents::answer_example(const RouteInfo& route) const {
  const auto success = std::to_string(route.success);
  const auto* content = only(within(operation(route), {"responses", success, "content"}));
  const auto* found = within(content, {"example"});
  return found ? std::optional(*found) : std::nullopt;
}

std::string Documents::problem_with(const RouteInfo& route, const json::Value& request) const {
  return check(route, request, only(within(operation(route), {"requestBody", "content"})));
}

std::string Documents::problem_with(const RouteInfo& route, const Answer& answer) const {
  const auto status = answer.status == route.success ? std::to_string(answer.status)
                                                     : std::to_string(answer.status / 100) + "XX";
  const auto* response = within(operation(route), {"responses", status});
  if (!response) return "the document does not know the status " + std::to_string(answer.status);
  const auto* content = only(within(response, {"content"}));
  const auto type = answer.headers.get("Content-Type").value_or("");
  // Lines of JSON are no JSON.
  if (!content || !type.contains("json") || type.contains("ndjson")) return {};
  return check(route, answer.json(), content);
}

std::string Documents::check(const RouteInfo& route, const json::Value& value,
                             const json::Value* content) const {
  const auto* schema = within(content, {"schema"});
  return schema ? schemas_.at(route.listener).check_by(value, *schema) : "";
}

}  // namespace kontor::routes_test
