#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text/text.hpp"
#include "platform/auth/role_matrix.hpp"
#include "principles.hpp"
#include "refusals.hpp"

// Every route with every kind of caller. What comes of it is foretold twice: by the role matrix, and by a
// table of principles that knows neither the matrix nor the routes' concerns, so that a wrong row or a wrong
// concern shows.
namespace kontor::routes_test {
namespace {

using protocol::api::Access;
using protocol::api::BodyFormat;
using protocol::api::Method;

bool only_reads(const RouteInfo& route) {
  if (route.method == Method::get || route.path.ends_with("/query")) return true;
  if (route.path.ends_with("/dids/state")) return true;
  constexpr std::string_view questions[] = {"/request", "/evaluate", "/evaluationplan", "/validate",
                                            "/visibility"};
  return route.path.starts_with("/api/mgmt/") &&
         std::ranges::any_of(questions, [&](auto end) { return route.path.ends_with(end); });
}

bool lists(std::string_view words, std::string_view word) {
  const auto all = text::split(words, ' ');
  return std::ranges::find(all, word) != all.end();
}

bool in_a_context(const RouteInfo& route) {
  return route.path.contains(std::string(context_parameter));
}

class Roles : public OnEveryStore {
 protected:
  void for_each_route_with_tokens(const std::function<void(const RouteInfo&)>& visit) {
    for_each_route([&](const RouteInfo& route) {
      if (route.access == Access::token) visit(route);
    });
  }

  /// Which context a request is about.
  enum class Place : std::uint8_t { acmes, nobodys };

  /// A request that does no harm where it is allowed: its ids are unknown, its body is no JSON.
  Request harmless(const RouteInfo& route, Place place) {
    const auto target = target_of(route, [&](const std::string& name) {
      return name == context_parameter && place == Place::acmes ? world().acme().context : unknown_id(name);
    });
    return request_to(route, target, "", route.body == BodyFormat::none ? "" : "no json");
  }

  /// Asks and compares with what both tables say.
  void expect(const RouteInfo& route, const std::string& who, const Claims& claims, Place place,
              bool allowed_by_principle) {
    auto request = harmless(route, place);
    request.authorization = world().installation().bearer(claims);
    const auto answer = world().installation().send(request);
    const auto story = fmt::format("{} ({} {}) asked by {}: {} {}", route.name, request.method, route.path,
                                   who, answer.status, answer.body.substr(0, 200));
    EXPECT_NE(answer.status, 401u) << story;
    EXPECT_LT(answer.status, 500u) << story;
    EXPECT_EQ(answer.status != 403, allowed_by_principle) << "the principle is otherwise: " << story;
    EXPECT_EQ(answer.status != 403, allowed_by_matrix(route, claims, place))
        << "the matrix is otherwise: " << story;
    refusals().expect_unchanged(story);
  }

  bool allowed_by_matrix(const RouteInfo& route, const Claims& claims, Place place) {
    namespace auth = platform::auth;
    auth::Caller caller{.subject = claims.subject,
                        .role = claims.role ? auth::role_named(*claims.role) : std::nullopt,
                        .context = ContextId(claims.context.value_or(claims.subject)),
                        .scopes = auth::split_scopes(claims.scope)};
    const auto context = !in_a_context(route)    ? ContextId()
                         : place == Place::acmes ? ContextId(world().acme().context)
                                                 : ContextId(unknown_id(""));
    return auth::authorize(route, caller, context).has_value();
  }
};

}  // namespace

TEST_P(Roles, each_role_may_what_its_principle_says_and_nothing_more) {
  for_each_route_with_tokens([&](const RouteInfo& route) {
    const auto* principle = principle_of(route);
    ASSERT_TRUE(principle)
        << route.name << " at " << route.path
        << " is under no principle: say in tests/routes/principles.cpp who may read and who may "
           "change what it is about";
    const auto who = only_reads(route) ? principle->read : principle->change;
    for (const char* role : {"operator", "provisioner", "governance", "authority", "issuer"}) {
      expect(route, role, {.subject = role, .role = role}, Place::nobodys, lists(who, role));
    }
    expect(route, "the administrator", {.subject = "a", .role = "admin"}, Place::nobodys, true);
    expect(route, "a role that nobody knows", {.subject = "a", .role = "king"}, Place::nobodys, false);
    const auto& acme = world().acme().context;
    const auto& globex = world().globex().context;
    expect(route, "Acme itself", {.subject = acme, .role = "participant", .context = acme}, Place::acmes,
           in_a_context(route) && lists(who, "participant"));
    expect(route, "Globex", {.subject = globex, .role = "participant", .context = globex}, Place::acmes,
           false);
    expect(route, "a participant of no context", {.subject = "a", .role = "participant", .context = ""},
           Place::acmes, false);
  });
}

TEST_P(Roles, a_scope_allows_its_resource_and_action_in_the_callers_own_context) {
  for_each_route_with_tokens([&](const RouteInfo& route) {
    const auto parts = text::split(route.scope, ':');
    ASSERT_GE(parts.size(), 2u) << route.name
                                << " asks for a token and names no scope (`api:resource:action`)";
    const std::string scope(route.scope);
    const std::string api(parts.front());
    const bool for_administrators = parts.size() == 2 && parts.back() == "admin";
    const auto& acme = world().acme().context;
    const auto& globex = world().globex().context;
    const auto with = [](const std::string& subject, const std::string& granted) {
      return Claims{.subject = subject, .scope = granted};
    };
    const bool everywhere = for_administrators || !in_a_context(route);
    const auto place = everywhere ? Place::nobodys : Place::acmes;
    expect(route, "Acme with the scope", with(acme, scope), place, true);
    expect(route, "Globex with the scope", with(globex, scope), place, everywhere);
    expect(route, "an administrator of the API", with("a", api + ":admin"), Place::nobodys, true);
    expect(route, "an administrator of all resources", with("a", api + ":*:admin"), Place::nobodys, true);
    expect(route, "nobody's scope", with(acme, ""), place, false);
    expect(route, "an administrator of another API", with(acme, "other-api:admin"), place, false);
    expect(route, "an action without API", with(acme, "admin"), place, false);
    expect(route, "another resource of the API", with(acme, api + ":other-resource:admin"), place, false);
    if (parts.back() != "read") expect(route, "who may read", with(acme, api + ":read"), place, false);
    if (parts.size() == 3) {
      const auto resource = api + ":" + std::string(parts[1]);
      expect(route, "Acme for the whole API", with(acme, api + ":" + std::string(parts[2])), place, true);
      expect(route, "Acme as the resource's administrator", with(acme, resource + ":admin"), place, true);
      expect(route, "Globex as the resource's administrator", with(globex, resource + ":admin"), place,
             everywhere);
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Stores, Roles, every_store, name_of);

}  // namespace kontor::routes_test
