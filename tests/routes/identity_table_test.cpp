#include "identity_table.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "document.hpp"
#include "refusals.hpp"

// The Identity API, the Issuer administration API and the secure token service as their clients know them: of
// each row, what comes of the wrong scope, of a foreign context and of wrong input. What comes of the right
// request: examples_test.cpp, which holds its answers against the same rows.
namespace kontor::routes_test {
namespace {

using protocol::api::Access;
using protocol::api::BodyFormat;
using Mark = IdentityRow::Mark;

constexpr const char* compatibility = "docs/compatibility.md";

std::string content(const char* path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The end of a row's path as documents write it: what follows the participant.
std::string in_documents(const IdentityRow& row) {
  const auto at = row.path.find("/*");
  return at == std::string::npos ? row.path.substr(std::string_view("/api/identity/v1beta").size())
                                 : "…" + row.path.substr(at + 2);
}

class IdentityTableTest : public OnEveryStore {
 protected:
  const RouteInfo* route_of(const IdentityRow& row) {
    return routes_test::route_of(world().installation().routes(), row.method, row.path);
  }

  /// Visits what is served; what is missing to ask a row is told as a failure.
  void for_each_row(const std::function<void(const IdentityRow&, const RouteInfo&)>& visit) {
    for (const auto& row : identity_table().rows) {
      if (row.mark != Mark::served) continue;
      const auto* route = route_of(row);
      if (!route) {
        ADD_FAILURE() << "nobody answers " << row.told();
        continue;
      }
      try {
        visit(row, *route);
      } catch (const Unprepared& why) {
        ADD_FAILURE() << why.what();
      }
    }
  }

  bool in_a_context(const RouteInfo& route) { return route.path.contains(std::string(context_parameter)); }
  const Party& home(const RouteInfo& route) { return home_of(world(), route, world().globex()); }

  /// About a context that nobody has, by who would own it, with this scope and no role: nothing comes of what
  /// is allowed.
  Request with_scope(const RouteInfo& route, const std::string& scope) {
    const auto nobody = unknown_id(context_parameter);
    const auto target = target_of(route, [&](const std::string& name) {
      return name == context_parameter ? nobody : unknown_id(name);
    });
    return request_to(route, target, world().installation().bearer({.subject = nobody, .scope = scope}),
                      route.body == BodyFormat::none ? "" : "no json");
  }

  /// The form of the secure token service, with a client's id, a secret and something else.
  Request to_token_service(const RouteInfo& route, const Party& client, const std::string& secret,
                           const std::string& rest) {
    return request_to(route, std::string(route.path), "",
                      "grant_type=client_credentials&client_id=" + text::percent_encode(client.did) +
                          "&client_secret=" + text::percent_encode(secret) +
                          "&audience=" + text::percent_encode(world().initech().did) + rest);
  }

  Request wrong(const RouteInfo& route, const WrongInput& input);
};

/// The route's own request with something wrong in it.
Request IdentityTableTest::wrong(const RouteInfo& route, const WrongInput& input) {
  const auto& party = home(route);
  const auto body =
      input.what == "body" ? "no json" : written(route, body_of(world(), route, world().globex()));
  const auto target = target_of(route, [&](const std::string& name) {
    if (name == context_parameter) return input.what == "context" ? unknown_id(name) : party.context;
    return input.what == "id" ? unknown_id(name) : existing_id(world(), route, world().globex(), name);
  });
  const auto query = input.what == "query" ? "?offset=-1" : "";
  const auto token = route.access == Access::token ? world().admin() : "";
  return request_to(route, target + query, token, body);
}

}  // namespace

TEST_P(IdentityTableTest, every_row_is_answered_by_a_route_with_its_scope_its_success_and_an_example) {
  const Documents documents(world().installation());
  for_each_row([&](const IdentityRow& row, const RouteInfo& route) {
    EXPECT_EQ(route.scope, row.scope) << row.told();
    EXPECT_EQ(route.success, row.success) << row.told();
    EXPECT_EQ(route.access, row.scope.empty() ? Access::client : Access::token) << row.told();
    EXPECT_TRUE(documents.operation(route)) << row.told() << " is in no document";
    EXPECT_TRUE(route.body == BodyFormat::none || documents.example(route))
        << row.told() << " has no example";
    EXPECT_FALSE(row.wrong.empty()) << row.told();
  });
}

TEST_P(IdentityTableTest, a_row_that_is_marked_missing_is_answered_by_nobody) {
  for (const auto& row : identity_table().rows) {
    if (row.mark == Mark::served) continue;
    EXPECT_FALSE(route_of(row)) << row.told() << " is served now: take its mark out of the table";
  }
}

TEST_P(IdentityTableTest, a_row_is_served_under_the_other_names_of_its_api) {
  for (const auto& alias : identity_table().aliases) {
    for_each_row([&](const IdentityRow& row, const RouteInfo& route) {
      if (!row.path.starts_with(alias.original)) return;
      auto request = request_to(route, unknown_target(world(), route, world().globex()));
      const auto status = world().installation().send(request).status;
      request.target.replace(0, alias.original.size(), alias.other);
      EXPECT_EQ(world().installation().send(request).status, alias.missing ? 404u : status)
          << row.told() << " below " << alias.other
          << (alias.missing ? ": it is served now, take its mark out of the table" : "");
    });
  }
}

TEST_P(IdentityTableTest, a_row_that_is_not_served_for_good_is_listed_with_its_reason) {
  const auto document = content(compatibility);
  ASSERT_FALSE(document.empty());
  for (const auto& row : identity_table().rows) {
    if (row.mark != Mark::otherwise) continue;
    EXPECT_TRUE(document.contains("`" + row.method + " " + in_documents(row) + "`"))
        << compatibility << " does not say why there is no `" << row.method << " " << in_documents(row)
        << "`";
  }
}

TEST_P(IdentityTableTest, a_row_is_refused_without_its_scope_in_the_words_that_clients_know) {
  for_each_row([&](const IdentityRow& row, const RouteInfo& route) {
    if (route.access == Access::client) {
      const auto& globex = world().globex();
      refusals().expect(route, {.what = "a scope that is none",
                                .request = to_token_service(route, globex, globex.ids.at("accountSecret"),
                                                            "&bearer_access_scope=nonsense"),
                                .status = 400});
      return;
    }
    const auto resource = row.scope.substr(row.scope.find(':') + 1);
    for (const std::string& scope : {std::string(), std::string("identity-api:nothing:admin"),
                                     std::string("management-api:") + resource}) {
      refusals().expect(route, {.what = "the scope '" + scope + "'",
                                .request = with_scope(route, scope),
                                .status = 403,
                                .names = "Required scope '" + row.scope + "' missing"});
    }
    const auto allowed = world().installation().send(with_scope(route, row.scope));
    EXPECT_TRUE(allowed.status != 403 && allowed.status != 401) << row.told() << ": " << allowed.body;
  });
}

TEST_P(IdentityTableTest, a_row_is_refused_to_whoever_it_is_not_about) {
  const auto& acme = world().acme();
  const auto& globex = world().globex();
  for_each_row([&](const IdentityRow& row, const RouteInfo& route) {
    if (route.access == Access::client) {
      refusals().expect(route, {.what = "another participant's secret",
                                .request = to_token_service(route, acme, globex.ids.at("accountSecret"), ""),
                                .status = 401});
      return;
    }
    const auto body = written(route, body_of(world(), route, acme));
    std::vector tokens{world().token_of(globex)};
    // Whoever has the scope `admin` administers all of them.
    if (in_a_context(route) && !row.scope.ends_with(":admin")) {
      tokens.push_back(world().installation().bearer({.subject = globex.context, .scope = row.scope}));
    }
    for (const auto& token : tokens) {
      refusals().expect(route,
                        {.what = "another participant's token",
                         .request = request_to(route, existing_target(world(), route, acme), token, body),
                         .status = 403});
    }
  });
}

TEST_P(IdentityTableTest, a_row_answers_wrong_input_as_it_says) {
  for_each_row([&](const IdentityRow& row, const RouteInfo& route) {
    for (const auto& each : row.wrong) {
      const Case asked{.what = "a wrong " + each.what, .request = wrong(route, each), .status = each.status};
      if (!each.missing) {
        refusals().expect(route, asked);
        continue;
      }
      EXPECT_NE(world().installation().send(asked.request).status, each.status)
          << row.told() << " with " << asked.what << " is answered so now: take the question mark out";
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Stores, IdentityTableTest, every_store, name_of);

}  // namespace kontor::routes_test
