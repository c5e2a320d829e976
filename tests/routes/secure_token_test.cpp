#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text/encoding.hpp"
#include "protocol/jose/jwt.hpp"
#include "refusals.hpp"

// A connector that is not ours gets its tokens at the secure token service, and proves with them what a
// participant of ours is and has.
namespace kontor::routes_test {
namespace {

constexpr const char* registered = "org.eclipse.dspace.dcp.vc.type:RegisteredCredential:read";

class SecureToken : public OnEveryStore {
 protected:
  Answer ask(const Party& client, const std::string& secret, const Party& audience,
             const std::string& rest = "") {
    return world().installation().send(
        {.method = "POST",
         .target = "/api/sts/token",
         .body = "grant_type=client_credentials&client_id=" + text::percent_encode(client.did) +
                 "&client_secret=" + text::percent_encode(secret) +
                 "&audience=" + text::percent_encode(audience.did) + rest,
         .content_type = "application/x-www-form-urlencoded"});
  }
  std::string token(const Party& client, const Party& audience, const std::string& rest = "") {
    const auto answer = ask(client, client.ids.at("accountSecret"), audience, rest);
    EXPECT_EQ(answer.status, 200u) << answer.body;
    return answer.fine() ? text_at(answer.json(), "access_token") : "";
  }
  static std::string inner(const std::string& token) {
    const auto parsed = protocol::jose::parse_jwt(token);
    return parsed ? protocol::jose::text_claim(parsed->claims, "token").value_or("") : "";
  }
  /// Asks the holder's credential service.
  Answer query(const Party& holder, const std::string& bearer) {
    return world().installation().send(
        {.listener = protocol::api::Listener::open,
         .method = "POST",
         .target = "/api/credentials/v1/participants/" + holder.context + "/presentations/query",
         .authorization = "Bearer " + bearer,
         .body = fmt::format(R"({{"@context":["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],)"
                             R"("type":"PresentationQueryMessage","scope":["{}"]}})",
                             registered)});
  }
};

}  // namespace

TEST_P(SecureToken, two_connectors_prove_with_its_tokens_who_they_are_and_what_they_have) {
  const auto& holder = world().globex();
  const auto& verifier = world().initech();
  const auto granting = token(holder, verifier, "&bearer_access_scope=" + text::percent_encode(registered));
  const auto access = inner(granting);
  ASSERT_FALSE(access.empty());
  const auto presenting = token(verifier, holder, "&token=" + access);
  EXPECT_EQ(inner(presenting), access);
  const auto answer = query(holder, presenting);
  ASSERT_EQ(answer.status, 200u) << answer.body;
  const auto presentations = answer.json();
  ASSERT_EQ(json::find(presentations, "presentation")->as_array().size(), 1u) << answer.body;
  refusals().watch().changes();  // that both tokens were used
  EXPECT_EQ(query(holder, presenting).status, 401u) << "a token serves once";
}

TEST_P(SecureToken, a_token_for_one_is_of_no_use_to_another) {
  const auto& holder = world().globex();
  const auto access =
      inner(token(holder, world().acme(), "&bearer_access_scope=" + text::percent_encode(registered)));
  EXPECT_EQ(query(holder, token(world().initech(), holder, "&token=" + access)).status, 401u);
}

TEST_P(SecureToken, a_foreign_secret_tells_nothing_of_whether_the_client_exists) {
  const auto& globex = world().globex();
  const auto secret = world().initech().ids.at("accountSecret");
  const Party nobody{
      .name = "nobody", .context = "nobody", .did = world().installation().did("nobody"), .ids = {}};
  const auto unknown = ask(nobody, secret, globex);
  EXPECT_EQ(unknown.status, 401u);
  EXPECT_EQ(text_at(unknown.json(), "error"), "invalid_client");
  EXPECT_EQ(ask(globex, secret, globex).body, unknown.body);
  EXPECT_EQ(ask(world().acme(), secret, globex).body, unknown.body) << "Acme has no account";
  refusals().expect_unchanged("wrong secrets");
}

INSTANTIATE_TEST_SUITE_P(Stores, SecureToken, every_store, name_of);

}  // namespace kontor::routes_test
