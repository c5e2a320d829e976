#include "platform/openapi/document.hpp"

#include <algorithm>

#include "base/text/text.hpp"
#include "platform/auth/role_matrix.hpp"
#include "platform/routing/error_body.hpp"

namespace kontor::platform::openapi {

namespace api = protocol::api;
using api::Access;
using api::BodyFormat;
using api::Declaration;
using api::ErrorBody;
using api::Method;
using api::RouteInfo;
using json::Array;
using json::Object;
using json::Shape;
using json::Shapes;
using json::Value;

namespace {

constexpr std::string_view schemas_at = "#/components/schemas/";

/// The segments in braces, without the star of one that takes the rest.
std::vector<std::string> parameters_of(std::string_view path) {
  std::vector<std::string> names;
  for (auto segment : text::split(path, '/')) {
    if (!segment.starts_with('{')) continue;
    auto name = segment.substr(1, segment.size() - 2);
    if (name.ends_with('*')) name.remove_suffix(1);
    names.emplace_back(name);
  }
  return names;
}

std::string template_of(std::string_view path) {
  std::string text(path);
  std::erase(text, '*');
  return text;
}

Object parameter(std::string_view name, std::string_view in) {
  return {{"name", name}, {"in", in}, {"required", in == "path"}, {"schema", Object{{"type", "string"}}}};
}

Array parameters(const RouteInfo& route) {
  Array all;
  for (const auto& name : parameters_of(route.path)) all.push_back(parameter(name, "path"));
  for (auto name : text::split(route.query, ' ')) {
    if (!name.empty()) all.push_back(parameter(name, "query"));
  }
  return all;
}

/// What a value that we write looks like, for bodies that have no type of their own.
void note(Shape& shape, const Value& value) {
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) note(shape.member(member.key()), member.value());
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) note(shape.items(), element);
  } else {
    shape.written(value);
  }
}

std::string_view name_of(ErrorBody form) {
  switch (form) {
    case ErrorBody::edc:
      return "errors.Edc";
    case ErrorBody::cfm:
      return "errors.Cfm";
    case ErrorBody::oauth:
      return "errors.OAuth";
    case ErrorBody::dsp_catalog:
      return "errors.DspCatalog";
    case ErrorBody::dsp_negotiation:
      return "errors.DspNegotiation";
    case ErrorBody::dsp_transfer:
      return "errors.DspTransfer";
    case ErrorBody::dps:
      return "errors.Dps";
  }
  return {};
}

Value error_schema(Shapes& shapes, ErrorBody form) {
  const std::string name(name_of(form));
  auto& shape = shapes.definition(name);
  if (!shape.described()) {
    const Error wrong{ErrorCode::invalid_input, "a rule", "/a/member", {}};
    const Error defect{ErrorCode::internal, "a defect", {}, {}};
    for (const auto& error : {wrong, defect}) note(shape, routing::write_error(form, error, "incident").body);
  }
  return Object{{"$ref", shapes.reference(name)}};
}

Value schema_of(Shapes& shapes, Declaration::Describe describe, const Value* example) {
  Shape shape(shapes);
  describe(shape, example);
  return shape.schema();
}

Value request_body(const Declaration& route, Shapes& shapes) {
  Object content;
  auto example = json::parse(route.info.example);
  if (route.request) content["schema"] = schema_of(shapes, route.request, example ? &*example : nullptr);
  if (example) content["example"] = std::move(*example);
  const auto type =
      route.info.body == BodyFormat::form ? "application/x-www-form-urlencoded" : "application/json";
  return Object{{"required", !route.info.exempt.optional_body},
                {"content", Object{{type, std::move(content)}}}};
}

Object responses(const Declaration& route, Shapes& shapes) {
  Object success{{"description", "Done."}};
  Object content;
  auto example = json::parse(route.info.answer_example);
  if (route.response) {
    content["schema"] = schema_of(shapes, route.response, example ? &*example : nullptr);
  } else if (route.info.answers != RouteInfo{}.answers) {
    content["schema"] = Object{{"type", "string"}};
  }
  if (example) content["example"] = std::move(*example);
  if (!content.empty()) success["content"] = Object{{route.info.answers, std::move(content)}};
  const Object errors{{"application/json", Object{{"schema", error_schema(shapes, route.info.errors)}}}};
  const auto refusal = [&](std::string_view description) {
    return Object{{"description", description}, {"content", errors}};
  };
  return {
      {std::to_string(route.info.success), std::move(success)},
      {"4XX", refusal("The request is refused; the text names the rule, and the member by JSON pointer.")},
      {"5XX", refusal("It cannot be answered now; the incident id leads to the log.")}};
}

std::string_view scheme_of(Access access) {
  switch (access) {
    case Access::open:
      return {};
    case Access::token:
      return "accessToken";
    case Access::peer:
      return "selfIssuedToken";
    case Access::client:
      return {};  // the request itself holds the credentials
    case Access::flow:
      return "flowToken";
  }
  return {};
}

Array security(const RouteInfo& route) {
  const auto scheme = scheme_of(route.access);
  if (scheme.empty()) return {};
  Array scopes;
  if (!route.scope.empty()) scopes.emplace_back(route.scope);
  return {Object{{scheme, std::move(scopes)}}};
}

/// Each role that may, asked of the role matrix itself.
Array roles(const RouteInfo& route) {
  const ContextId own("own");
  Array names;
  for (auto role : {auth::Role::admin, auth::Role::provisioner, auth::Role::governance, auth::Role::authority,
                    auth::Role::issuer, auth::Role::participant}) {
    const auth::Caller caller{.subject = "somebody", .role = role, .context = own, .scopes = {}};
    const bool of_context = route.path.contains("{participantContextId}");
    if (!auth::authorize(route, caller, of_context ? own : ContextId())) continue;
    const bool of_others = !of_context || auth::authorize(route, caller, ContextId("another"));
    names.push_back(Object{{"role", auth::name_of(role)}, {"contexts", of_others ? "all" : "own"}});
  }
  return names;
}

Object operation(const Declaration& route, Shapes& shapes) {
  const auto& info = route.info;
  Object described{{"operationId", info.name}, {"summary", info.summary}};
  if (!info.scope.empty()) described["tags"] = Array{info.scope.substr(0, info.scope.find(':'))};
  if (auto all = parameters(info); !all.empty()) described["parameters"] = std::move(all);
  if (info.body != BodyFormat::none) described["requestBody"] = request_body(route, shapes);
  described["responses"] = responses(route, shapes);
  described["security"] = security(info);
  if (info.access == Access::token) described["x-kontor-roles"] = roles(info);
  return described;
}

Object security_schemes() {
  const auto bearer = [](std::string_view meaning) {
    return Object{{"type", "http"}, {"scheme", "bearer"}, {"description", meaning}};
  };
  return {
      {"accessToken", bearer("A token of the token service or of a configured OIDC issuer, with the scope "
                             "or in one of the roles.")},
      {"selfIssuedToken", bearer("A self-issued token of the Decentralized Claims Protocol.")},
      {"flowToken", bearer("The access token of a data flow.")}};
}

}  // namespace

std::vector<Declaration> at_listener(std::vector<Declaration> routes, api::Listener listener) {
  std::erase_if(routes, [listener](const Declaration& each) { return each.info.listener != listener; });
  return routes;
}

Value document(std::vector<Declaration> routes, std::string_view title) {
  std::ranges::sort(routes, {},
                    [](const Declaration& each) { return std::pair(each.info.path, each.info.method); });
  Shapes shapes{std::string(schemas_at)};
  Object paths;
  for (const auto& route : routes) {
    auto& item = paths[template_of(route.info.path)];
    if (!item.is_object()) item.emplace_object();
    item.get_object()[text::to_lower(api::method_name(route.info.method))] = operation(route, shapes);
  }
  return Object{
      {"openapi", "3.1.0"},
      {"info", Object{{"title", title}, {"version", KONTOR_VERSION}}},
      {"paths", std::move(paths)},
      {"components", Object{{"schemas", shapes.schemas()}, {"securitySchemes", security_schemes()}}}};
}

}  // namespace kontor::platform::openapi
