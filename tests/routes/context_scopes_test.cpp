#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text/encoding.hpp"
#include "world_calls.hpp"

// What the scopes of a participant context mean for whoever calls in its name.
namespace kontor::routes_test {
namespace {

class ContextScopes : public ::testing::Test {
 protected:
  unsigned put(const std::string& scopes) {
    return world.installation()
        .send({.method = "PUT",
               .target = identity_path(globex(), "scopes"),
               .authorization = world.admin(),
               .body = scopes})
        .status;
  }
  Answer ask(const std::string& authorization, const std::string& method, const std::string& target,
             const std::string& body = "") {
    return world.installation().send(
        {.method = method, .target = target, .authorization = authorization, .body = body});
  }
  std::string with_scope(const std::string& scope) {
    return world.installation().bearer({.subject = globex().context, .scope = scope});
  }
  const Party& globex() { return world.globex(); }

  World world;
};

}  // namespace

TEST_F(ContextScopes, a_token_does_what_its_participant_may_at_the_identity_services_and_no_more) {
  const auto token = with_scope("identity-api:read identity-api:write management-api:read");
  const auto keys = identity_path(globex(), "keypairs");
  const auto dids = identity_path(globex(), "dids/query");
  const auto publish = identity_path(globex(), "dids/publish");
  const auto document = fmt::format(R"({{"did":"{}"}})", globex().did);
  EXPECT_EQ(ask(token, "POST", publish, document).status, 204u) << "as long as nobody said otherwise";
  ASSERT_EQ(put(R"(["identity-api:keypairs:write","identity-api:dids:read"])"), 204u);
  EXPECT_EQ(ask(token, "GET", keys).status, 200u);
  EXPECT_EQ(ask(token, "POST", dids, "{}").status, 200u);
  const auto refused = ask(token, "POST", publish, document);
  EXPECT_EQ(refused.status, 403u);
  EXPECT_TRUE(refused.body.contains("Required scope 'identity-api:dids:write' missing")) << refused.body;
  EXPECT_EQ(ask(token, "GET", identity_path(globex(), "credentials")).status, 403u);
  EXPECT_EQ(ask(token, "POST", management_path(globex(), "assets/request")).status, 200u)
      << "another API is not meant";
  ASSERT_EQ(put("[]"), 204u);
  EXPECT_EQ(ask(token, "GET", keys).status, 403u) << "the same token, at once";
  EXPECT_EQ(put(R"({"scopes":[]})"), 400u);
  EXPECT_EQ(put(R"(["everything"])"), 400u);
  EXPECT_EQ(ask(with_scope("identity-api:read"), "PUT", identity_path(globex(), "scopes"), "[]").status, 403u)
      << "nobody widens its own";
  ASSERT_EQ(put(R"(["identity-api:write"])"), 204u);
  EXPECT_EQ(ask(token, "GET", keys).status, 200u);
}

TEST_F(ContextScopes, who_administers_all_contexts_and_who_has_a_role_is_not_bound) {
  ASSERT_EQ(put("[]"), 204u);
  const auto keys = identity_path(globex(), "keypairs");
  EXPECT_EQ(ask(with_scope("identity-api:admin"), "GET", keys).status, 200u);
  EXPECT_EQ(ask(world.admin(), "GET", keys).status, 200u);
  EXPECT_EQ(ask(world.token_of(globex()), "GET", keys).status, 200u) << "its role says what it may";
}

// An application has no more than its participant.
TEST_F(ContextScopes, an_application_is_bound_by_its_participants_scopes_too) {
  const auto added = world.call("POST", "/api/sts/v1/participants/" + globex().context + "/applications",
                                R"({"name":"x","scopes":["identity-api:keypairs:read"]})");
  const auto answer = world.installation().send(
      {.method = "POST",
       .target = "/token",
       .body = "grant_type=client_credentials&client_id=" + text::percent_encode(text_at(added, "clientId")) +
               "&client_secret=" + text_at(added, "clientSecret"),
       .content_type = "application/x-www-form-urlencoded"});
  const auto token = "Bearer " + text_at(answer.json(), "access_token");
  const auto keys = identity_path(globex(), "keypairs");
  EXPECT_EQ(ask(token, "GET", keys).status, 200u);
  ASSERT_EQ(put(R"(["identity-api:dids:read"])"), 204u);
  EXPECT_EQ(ask(token, "GET", keys).status, 403u);
}

}  // namespace kontor::routes_test
