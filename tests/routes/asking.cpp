#include "asking.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"

namespace kontor::routes_test {

using protocol::api::BodyFormat;
using protocol::api::ErrorBody;

namespace {

/// The literal segment before a parameter: what kind of thing it is about.
std::string collection_before(std::string_view path, std::string_view parameter) {
  const auto at = path.find("{" + std::string(parameter));
  const auto end = path.rfind('/', at);
  const auto begin = path.rfind('/', end - 1) + 1;
  return std::string(path.substr(begin, end - begin));
}

std::string form_of(const json::Value& body) {
  std::string form;
  for (const auto& member : body.as_object()) {
    form += (form.empty() ? "" : "&") + text::percent_encode(std::string(member.key())) + "=" +
            text::percent_encode(std::string(member.value().as_string()));
  }
  return form;
}

/// What examples refer to, by the name of the member, by its type and name, or by its name and value.
Ids references(const World& world, const Party& party) {
  const auto& other = party.name == world.acme().name ? world.globex() : world.acme();
  Ids all;
  all["counterPartyAddress"] = world.dsp_url(other);
  all["counterPartyId"] = other.did;
  all["contractId"] = party.ids.at("agreementId");
  all["DatasetRequest/@id"] = other.ids.at("assetId");
  all["ObtainRequest/assetId"] = other.ids.at("assetId");
  all["endpoint"] = world.flows_url(party);
  all["clientId"] = party.ids.at("clientId");
  if (const auto secret = party.ids.find("accountSecret"); secret != party.ids.end()) {
    all["clientSecret"] = secret->second;
  }
  all["participantContext"] = party.context;
  all["issuerDid"] = world.issuer().did;
  all["did did:web:example.org:own"] = party.did;
  all["participantContextId of-the-example"] = party.context;
  all["id credential-of-the-example"] = party.ids.at("credentialId");
  all["rawVc"] = party.ids.at("rawVc");
  all["SchemaValidatorRegistration/schema"] = "https://example.org/held.json";
  all["cellId"] = world.shared().at("cellId");
  return all;
}

void refer(json::Value& value, const Ids& ids) {
  if (auto* array = value.if_array()) {
    for (auto& each : *array) refer(each, ids);
  }
  auto* object = value.if_object();
  if (!object) return;
  const auto* type = json::find(value, "@type");
  const std::string typed = type && type->is_string() ? std::string(type->get_string()) + "/" : "";
  for (auto& member : *object) {
    auto known = ids.find(typed + std::string(member.key()));
    if (known == ids.end()) known = ids.find(std::string_view(member.key()));
    if (known == ids.end() && member.value().is_string())
      known = ids.find(std::string(member.key()) + " " + std::string(member.value().get_string()));
    if (known != ids.end() && member.value().is_string()) {
      member.value() = known->second;
    } else {
      refer(member.value(), ids);
    }
  }
}

bool is_text(const json::Value& value, std::string_view member) {
  const auto* found = json::find(value, member);
  return found && found->is_string();
}

bool is_number(const json::Value& value, std::string_view member, unsigned number) {
  const auto* found = json::find(value, member);
  return found && found->is_number() && found->to_number<unsigned>() == number;
}

std::string edc_problem(const json::Value& body) {
  const auto* list = body.if_array();
  if (!list || list->empty()) return "is no list of errors";
  for (const auto& each : *list) {
    if (!is_text(each, "message") || !is_text(each, "type")) return "has an error without message and type";
  }
  return {};
}

std::string dsp_problem(const json::Value& body, std::string_view type) {
  const auto* name = json::find(body, "@type");
  if (!name || !name->is_string() || name->get_string() != type) return "is no " + std::string(type);
  const auto* reasons = json::find(body, "reason");
  if (!is_text(body, "code") || !reasons || !reasons->is_array()) return "has no code and reason";
  const bool of_a_process = type != "CatalogError";
  if (of_a_process && (!is_text(body, "providerPid") || !is_text(body, "consumerPid"))) return "has no pids";
  return {};
}

}  // namespace

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

std::string as_in_table(std::string_view path) {
  std::string out(path);
  for (auto at = out.find('{'); at != std::string::npos; at = out.find('{'))
    out.replace(at, out.find('}') - at + 1, "*");
  return out;
}

const RouteInfo* route_of(const std::vector<const RouteInfo*>& routes, std::string_view method,
                          std::string_view path) {
  const auto found = std::ranges::find_if(routes, [&](const RouteInfo* each) {
    return protocol::api::method_name(each->method) == method && as_in_table(each->path) == path;
  });
  return found == routes.end() ? nullptr : *found;
}

const Party& home_of(const World& world, const RouteInfo& route, const Party& party) {
  for (std::string_view prefix : {"/api/admin/", "/api/issuance/", "/statuslist/", "/schemas/"}) {
    if (route.path.starts_with(prefix)) return world.issuer();
  }
  return party;
}

std::string existing_id(const World& world, const RouteInfo& route, const Party& party,
                        const std::string& parameter) {
  const auto& home = home_of(world, route, party);
  const auto in_collection = collection_before(route.path, parameter) + "/" + parameter;
  for (const auto* ids : {&home.ids, &world.shared()}) {
    for (const auto& key : {in_collection, parameter}) {
      if (const auto found = ids->find(key); found != ids->end()) return found->second;
    }
  }
  throw Unprepared(fmt::format(
      "{} takes {{{}}} and no such thing exists in the tests' world: let World (tests/routes/world*.cpp) "
      "make one over the API and remember its id as ids[\"{}\"], or as ids[\"{}\"] when other routes mean "
      "something else by that name",
      route.name, parameter, parameter, in_collection));
}

std::string unknown_id(std::string_view parameter) {
  if (parameter == "path") return "nobody/did.json";
  return "urn:uuid:00000000-0000-4000-8000-00000000dead";
}

std::string target_of(const RouteInfo& route,
                      const std::function<std::string(const std::string&)>& value_of) {
  std::string target(route.path);
  for (const auto& name : parameters_of(route.path)) {
    const bool rest = target.contains("{" + name + "*}");
    const auto placeholder = "{" + name + (rest ? "*}" : "}");
    const auto value = value_of(name);
    target.replace(target.find(placeholder), placeholder.size(), rest ? value : text::percent_encode(value));
  }
  return target;
}

std::string existing_target(const World& world, const RouteInfo& route, const Party& party) {
  return target_of(route, [&](const std::string& name) {
    if (name == context_parameter) return home_of(world, route, party).context;
    return existing_id(world, route, party, name);
  });
}

std::string unknown_target(const World& world, const RouteInfo& route, const Party& party) {
  return target_of(route, [&](const std::string& name) {
    if (name == context_parameter) return home_of(world, route, party).context;
    return name == "profile" ? existing_id(world, route, party, name) : unknown_id(name);
  });
}

json::Value body_of(const World& world, const RouteInfo& route, const Party& party) {
  if (route.body == BodyFormat::none) return nullptr;
  if (route.example.empty()) {
    if (route.exempt.optional_body && route.exempt.any_object) return json::Object{};
    throw Unprepared(
        fmt::format("{} reads a body and declares no example of it: add `.example` to its RouteInfo "
                    "(src/protocol/api), so that its body can be tested",
                    route.name));
  }
  auto body = json::parse(route.example);
  if (!body)
    throw Unprepared(fmt::format("the example of {} is no JSON: {}", route.name, body.error().message()));
  return referring(world, std::move(*body), party);
}

json::Value referring(const World& world, json::Value example, const Party& party) {
  refer(example, references(world, party));
  return example;
}

std::string written(const RouteInfo& route, const json::Value& body) {
  if (route.body == BodyFormat::none) return {};
  return route.body == BodyFormat::form ? form_of(body) : json::serialize(body);
}

Request request_to(const RouteInfo& route, std::string target, std::string authorization, std::string body) {
  const bool form = route.body == BodyFormat::form;
  return {.listener = route.listener,
          .method = std::string(protocol::api::method_name(route.method)),
          .target = std::move(target),
          .authorization = std::move(authorization),
          .body = std::move(body),
          .content_type = form ? "application/x-www-form-urlencoded" : "application/json"};
}

std::string form_problem(ErrorBody form, const Answer& answer) {
  const auto body = answer.json();
  switch (form) {
    case ErrorBody::edc:
      return edc_problem(body);
    case ErrorBody::cfm:
      if (!is_text(body, "error") || !is_text(body, "message")) return "has no error and message";
      return is_number(body, "code", answer.status) ? "" : "has another code than the status";
    case ErrorBody::oauth:
      return is_text(body, "error") ? "" : "has no error";
    case ErrorBody::dsp_catalog:
      return dsp_problem(body, "CatalogError");
    case ErrorBody::dsp_negotiation:
      return dsp_problem(body, "ContractNegotiationError");
    case ErrorBody::dsp_transfer:
      return dsp_problem(body, "TransferError");
    case ErrorBody::dps:
      if (!is_text(body, "title") || !is_text(body, "detail")) return "has no title and detail";
      return is_number(body, "status", answer.status) ? "" : "has another status than the answer";
  }
  return "has no form that is known";
}

std::string without(std::string body, const std::vector<std::string>& echoed) {
  for (const auto& each : echoed) {
    for (auto at = body.find(each); !each.empty() && at != std::string::npos; at = body.find(each, at)) {
      body.replace(at, each.size(), "*");
    }
  }
  return body;
}

World* shared_world(Store store) {
  if (store == Store::sqlite) {
    static World on_sqlite;
    return &on_sqlite;
  }
  if (testing::PostgresServer::missing()) return nullptr;
  static testing::PostgresServer server;
  static World on_postgres({.postgres = &server});
  return &on_postgres;
}

}  // namespace kontor::routes_test
