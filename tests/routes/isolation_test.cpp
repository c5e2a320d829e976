#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "refusals.hpp"

// What one participant may learn of another's context: nothing, not even whether it exists.
namespace kontor::routes_test {
namespace {

using protocol::api::Access;
using protocol::api::Concern;
using protocol::api::Method;

class Isolation : public OnEveryStore {
 protected:
  void for_each_route_with_tokens(const std::function<void(const RouteInfo&)>& visit) {
    for_each_route([&](const RouteInfo& route) {
      if (route.access == Access::token) visit(route);
    });
  }

  bool has_context(const RouteInfo& route) { return route.path.contains(std::string(context_parameter)); }

  /// Roles decide in one style of claims, scopes and the subject in the other.
  std::vector<std::string> tokens_of(const Party& party, const RouteInfo& route) {
    std::vector<std::string> tokens{world().token_of(party)};
    const bool elevates = std::ranges::count(route.scope, ':') == 1 && route.scope.ends_with(":admin");
    if (has_context(route) && !elevates) {
      tokens.push_back(
          world().installation().bearer({.subject = party.context, .scope = std::string(route.scope)}));
    }
    return tokens;
  }

  /// The path with Acme's context or one that nobody has, and Acme's ids or ids that nothing has.
  std::string target(const RouteInfo& route, bool real_context, bool real_ids) {
    return target_of(route, [&](const std::string& name) {
      if (name == context_parameter)
        return real_context ? home_of(world(), route, world().acme()).context : unknown_id(name);
      return real_ids ? existing_id(world(), route, world().acme(), name) : unknown_id(name);
    });
  }

  /// Every id that the answers could echo.
  std::vector<std::string> echoes(const RouteInfo& route) {
    std::vector<std::string> all{unknown_id(""), home_of(world(), route, world().acme()).context};
    for (const auto& name : parameters_of(route.path)) {
      if (name != context_parameter) all.push_back(existing_id(world(), route, world().acme(), name));
    }
    return all;
  }
};

/// A member of the body that is the id of what the request is about.
bool names_its_id(const RouteInfo& route, const json::Value& body) {
  return route.method == Method::put && json::find(body, "@id") && !parameters_of(route.path).empty() &&
         parameters_of(route.path).back() == context_parameter;
}

/// What the party has of the kind that a PUT of this route is about.
std::string id_for(const RouteInfo& route, const Party& party) {
  const bool asset = route.path.ends_with("/assets");
  return party.ids.at(asset ? "assetId" : "contractDefinitionId");
}

/// Of a list, or of the lists in one thing.
std::set<std::string> ids_in(const json::Value& list) {
  std::set<std::string> ids;
  if (const auto* object = list.if_object()) {
    for (const auto& member : *object) {
      if (member.value().is_array()) ids.merge(ids_in(member.value()));
    }
  }
  const auto* array = list.if_array();
  if (!array) return ids;
  for (const auto& each : *array) {
    for (const char* key : {"@id", "id", "participantContextId", "clientId", "flowId"}) {
      const auto* id = json::find(each, key);
      if (id && id->is_string()) ids.emplace(id->get_string());
    }
  }
  return ids;
}

}  // namespace

TEST_P(Isolation, a_foreign_path_is_answered_alike_whether_context_and_id_exist_or_not) {
  for_each_route_with_tokens([&](const RouteInfo& route) {
    const auto body = written(route, body_of(world(), route, world().acme()));
    for (const auto& token : tokens_of(world().globex(), route)) {
      std::set<std::string> answers;
      for (const bool real_context : {true, false}) {
        for (const bool real_ids : {true, false}) {
          const auto answer = refusals().expect(
              route, {.what = "Globex's token on Acme's path",
                      .request = request_to(route, target(route, real_context, real_ids), token, body),
                      .status = 403});
          answers.insert(std::to_string(answer.status) + " " + without(answer.body, echoes(route)));
        }
      }
      EXPECT_EQ(answers.size(), 1u) << route.name << ": " << ::testing::PrintToString(answers);
    }
  });
}

TEST_P(Isolation, no_path_leads_to_what_belongs_to_the_installation) {
  const auto installation = platform::store::installation_context().str();
  for_each_route_with_tokens([&](const RouteInfo& route) {
    if (!has_context(route)) return;
    const auto path = target_of(route, [&](const std::string& name) {
      return name == context_parameter ? installation : unknown_id(name);
    });
    const auto body = written(route, body_of(world(), route, world().acme()));
    refusals().expect(route, {.what = "the administrator's token on the installation's own context",
                              .request = request_to(route, path, world().admin(), body),
                              .status = 404});
  });
  refusals().expect_unchanged("the installation's own context");
}

TEST_P(Isolation, an_id_of_another_context_is_as_unknown_as_one_that_nothing_has) {
  for_each_route_with_tokens([&](const RouteInfo& route) {
    if (!has_context(route)) return;
    auto body = body_of(world(), route, world().globex());
    const bool by_body = names_its_id(route, body);
    if (!by_body && parameters_of(route.path).back() == context_parameter) return;
    const auto own = [&](bool acmes) {
      if (by_body) body.as_object()["@id"] = acmes ? id_for(route, world().acme()) : unknown_id("");
      const auto path = target_of(route, [&](const std::string& name) {
        if (name == context_parameter) return world().globex().context;
        return acmes ? existing_id(world(), route, world().acme(), name) : unknown_id(name);
      });
      return request_to(route, path, "", written(route, body));
    };
    for (const auto& token : {world().token_of(world().globex()), world().admin()}) {
      std::set<std::string> answers;
      for (const bool acmes : {true, false}) {
        auto request = own(acmes);
        request.authorization = token;
        const bool refused = world().installation().send(request).status == 403;
        const auto answer =
            refusals().expect(route, {.what = acmes ? "Acme's id on Globex's path" : "an unknown id",
                                      .request = std::move(request),
                                      .status = refused ? 403u : 404u});
        auto echoed = echoes(route);
        if (by_body) echoed.push_back(id_for(route, world().acme()));
        answers.insert(std::to_string(answer.status) + " " + without(answer.body, echoed));
      }
      EXPECT_EQ(answers.size(), 1u) << route.name << ": " << ::testing::PrintToString(answers);
    }
  });
}

TEST_P(Isolation, a_list_holds_what_its_context_owns_and_nothing_else) {
  std::size_t lists = 0;
  for_each_route_with_tokens([&](const RouteInfo& route) {
    if (route.concern != Concern::participant_data || route.success != 200) return;
    const bool asks_a_peer = route.path.contains("/catalog/") || route.path.contains("/discover/");
    const bool asks_about_one = route.path.ends_with("/dids/state") || route.path.ends_with("/didcontrol") ||
                                route.path.ends_with("/tokenservice");
    if (parameters_of(route.path).size() != 1 || asks_a_peer || asks_about_one) return;
    const bool reads = route.method == Method::get || route.scope.ends_with(":read");
    if (!reads || route.answers != RouteInfo{}.answers) return;
    const auto ids_for = [&](const Party& party) {
      const auto answer = world().installation().send(
          request_to(route, existing_target(world(), route, party), world().token_of(party), std::string()));
      EXPECT_EQ(answer.status, 200u) << route.name << " " << answer.body;
      return ids_in(answer.json());
    };
    const auto acmes = ids_for(world().acme());
    const auto globexs = ids_for(world().globex());
    EXPECT_FALSE(acmes.empty()) << route.name << ": a list of nothing proves nothing";
    std::vector<std::string> both;
    std::ranges::set_intersection(acmes, globexs, std::back_inserter(both));
    std::erase(both, world().acme().context);
    EXPECT_TRUE(both.empty()) << route.name << " shows both: " << ::testing::PrintToString(both);
    ++lists;
  });
  EXPECT_GE(lists, 7u) << "the lists of what a participant owns are not found any more";
  refusals().expect_unchanged("the lists");
}

TEST_P(Isolation, a_wrong_secret_tells_nothing_of_whether_the_client_exists) {
  const auto ask = [&](const std::string& client) {
    return world().installation().send(
        {.method = "POST",
         .target = "/token",
         .body = "grant_type=client_credentials&client_id=" + client + "&client_secret=wrong",
         .content_type = "application/x-www-form-urlencoded"});
  };
  const auto known = ask(world().acme().ids.at("clientId"));
  const auto configured = ask("kontor");
  const auto unknown = ask("nobody");
  EXPECT_EQ(known.status, 401u);
  EXPECT_EQ(known.body, unknown.body);
  EXPECT_EQ(configured.body, unknown.body);
  refusals().expect_unchanged("wrong secrets");
}

INSTANTIATE_TEST_SUITE_P(Stores, Isolation, every_store, name_of);

}  // namespace kontor::routes_test
