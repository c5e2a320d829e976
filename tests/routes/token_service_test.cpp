#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text/encoding.hpp"
#include "platform/auth/role_matrix.hpp"
#include "refusals.hpp"
#include "runtime/sharing_applications/scopes.hpp"

// Those who act for a participant with tokens of their own: its applications, and workloads outside.
namespace kontor::routes_test {
namespace {

namespace auth = platform::auth;
using protocol::api::Access;

std::string applications_of(const Party& party) {
  return "/api/sts/v1/participants/" + party.context + "/applications";
}

/// What is asked in a world by those who act for others.
struct Asked {
  World& world;

  Answer form(const std::string& body) {
    return world.installation().send({.method = "POST",
                                      .target = "/token",
                                      .body = body,
                                      .content_type = "application/x-www-form-urlencoded"});
  }
  json::Value add(const Party& party, const std::string& scopes) {
    return world.call("POST", applications_of(party), fmt::format(R"({{"name":"x","scopes":[{}]}})", scopes));
  }
  Answer token_of(const json::Value& application) {
    return form(
        "grant_type=client_credentials&client_id=" + text::percent_encode(text_at(application, "clientId")) +
        "&client_secret=" + text_at(application, "clientSecret"));
  }
  Answer exchanged(const Claims& subject, const Party& party) {
    const auto token = world.installation().bearer(subject).substr(std::string_view("Bearer ").size());
    return form("grant_type=urn:ietf:params:oauth:grant-type:token-exchange&scope=example-read&resource=" +
                text::percent_encode(party.context) + "&subject_token=" + token);
  }
  unsigned post(const Party& party, const std::string& path, const std::string& token,
                const std::string& body) {
    return world.installation()
        .send({.method = "POST",
               .target = "/api/mgmt/v5beta/participants/" + party.context + path,
               .authorization = "Bearer " + token,
               .body = body})
        .status;
  }
  unsigned assets(const Party& party, const std::string& token) {
    return post(party, "/assets/request", token, "");
  }
  /// Whoever may create one is told that the body is wrong.
  unsigned create_asset(const Party& party, const std::string& token) {
    return post(party, "/assets", token, "{}");
  }
};

class ActingFor : public OnEveryStore {
 protected:
  Asked asked() { return {world()}; }
};

class Applications : public ::testing::Test {
 protected:
  World world;
  Asked asked{world};
};

}  // namespace

TEST_F(Applications, an_application_reaches_its_participants_context_until_it_is_revoked) {
  const auto application = asked.add(world.acme(), R"("management-api:assets:read")");
  const auto token = text_at(asked.token_of(application).json(), "access_token");
  EXPECT_EQ(asked.assets(world.acme(), token), 200u);
  EXPECT_EQ(asked.create_asset(world.acme(), token), 403u) << "beyond its scopes";
  EXPECT_EQ(asked.assets(world.globex(), token), 403u) << "beyond its participant";
  const auto path = applications_of(world.acme()) + "/" + text_at(application, "id");
  world.call("DELETE", path);
  EXPECT_EQ(asked.assets(world.acme(), token), 401u) << "at once";
  EXPECT_EQ(asked.token_of(application).status, 401u);
}

TEST_F(Applications, a_scope_that_an_application_loses_it_loses_at_once) {
  const auto application = asked.add(world.acme(), R"("management-api:assets:write")");
  const auto token = text_at(asked.token_of(application).json(), "access_token");
  EXPECT_EQ(asked.create_asset(world.acme(), token), 400u) << "heard, and the body is wrong";
  world.call("PUT", applications_of(world.acme()) + "/" + text_at(application, "id"),
             R"({"name":"x","scopes":["management-api:catalog:read"]})");
  EXPECT_EQ(asked.create_asset(world.acme(), token), 403u);
}

TEST_F(Applications, who_acts_for_a_participant_acts_for_nobody_when_it_is_removed) {
  const Party leaver{
      .name = "leaver", .context = "leaver", .did = world.installation().did("leaver"), .ids = {}};
  const auto found = [&] {
    world.call("POST", "/api/mgmt/v5beta/participants",
               fmt::format(R"({{"@context":["https://w3id.org/edc/connector/management/v2"],)"
                           R"("@type":"ParticipantContext","@id":"leaver","identity":"{}"}})",
                           leaver.did));
  };
  const Claims workload{.subject = "system:serviceaccount:example:agent"};
  found();
  world.call("POST", "/api/v1/mappings",
             R"({"clientIdentifier":"system:serviceaccount:example:agent",)"
             R"("participantContext":"leaver","scopes":["example-read"]})");
  ASSERT_EQ(asked.exchanged(workload, leaver).status, 200u);
  world.call("DELETE", "/api/mgmt/v5beta/participants/leaver");
  EXPECT_EQ(asked.exchanged(workload, leaver).status, 403u);
  const auto left = json::serialize(world.call("GET", "/api/v1/mappings"));
  EXPECT_FALSE(left.contains("leaver")) << left;
  EXPECT_TRUE(left.contains(world.acme().context)) << left;
  found();
  EXPECT_EQ(asked.exchanged(workload, leaver).status, 403u) << "another participant of that name";
}

TEST_P(ActingFor, a_workload_outside_acts_for_the_participants_that_it_is_mapped_to) {
  const auto answer = asked().exchanged({.subject = "system:serviceaccount:example:agent"}, world().acme());
  ASSERT_EQ(answer.status, 200u) << answer.body;
  const auto token = text_at(answer.json(), "access_token");
  EXPECT_EQ(asked().assets(world().acme(), token), 200u);
  EXPECT_EQ(asked().create_asset(world().acme(), token), 403u);
  EXPECT_EQ(asked().assets(world().globex(), token), 403u) << "a token is for one participant";
  EXPECT_EQ(asked().exchanged({.subject = "system:serviceaccount:example:other"}, world().acme()).status,
            403u);
  const auto expired = asked().exchanged(
      {.subject = "system:serviceaccount:example:agent", .lifetime = std::chrono::seconds(-60)},
      world().acme());
  EXPECT_EQ(expired.status, 400u);
  EXPECT_EQ(text_at(expired.json(), "error"), "invalid_grant");
}

TEST_P(ActingFor, what_an_application_may_have_its_participant_has) {
  const ContextId own(world().acme().context);
  const auth::Caller participant{
      .subject = own.str(), .role = auth::Role::participant, .context = own, .scopes = {}};
  std::size_t reachable = 0;
  for_each_route([&](const RouteInfo& route) {
    if (route.access != Access::token || !runtime::sharing_applications::may_have(route.scope)) return;
    ++reachable;
    EXPECT_TRUE(route.path.contains(std::string(context_parameter))) << route.name;
    EXPECT_TRUE(auth::authorize(route, participant, own)) << route.name;
  });
  EXPECT_GT(reachable, 30u);
}

INSTANTIATE_TEST_SUITE_P(Stores, ActingFor, every_store, name_of);

}  // namespace kontor::routes_test
