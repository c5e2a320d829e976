#include "runtime/participant_context/participant_contexts.hpp"
#include "runtime/sharing_applications/applications.hpp"
#include "runtime/sharing_applications/standing.hpp"
#include "runtime/token_service/test_token_service.hpp"

namespace kontor::runtime::token_service::testing {

using platform::auth::Caller;
using platform::auth::TokenVerifier;
using sharing_applications::ApplicationId;
using sharing_applications::Applications;

// What the applications of participants get tokens for, and how long these are worth anything.
class ApplicationTokensTest : public TokenServiceTest {
 protected:
  ApplicationTokensTest() {
    for (const char* name : {"acme", "globex"}) {
      participant_context::ParticipantContext context{
          .id = ContextId(name), .identity = Did(std::string("did:web:") + name), .properties = {}};
      EXPECT_TRUE(loop.run(contexts.create(std::move(context), "operator")));
    }
    here.narrow_with(sharing_applications::standing_in(*house.engine));
    replica.narrow_with(sharing_applications::standing_in(other_engine));
  }

  Applications::Request request(const std::string& id = "", const std::string& context = "acme") {
    const Caller owner{
        .subject = context, .role = Role::participant, .context = ContextId(context), .scopes = {}};
    return {ContextId(context), ApplicationId(id), owner};
  }
  Applications::Shown add(std::vector<std::string> scopes = {"management-api:assets:read",
                                                             "management-api:catalog:read"}) {
    auto added = loop.run(applications.add(request(), {.name = "reporting", .scopes = std::move(scopes)}));
    EXPECT_TRUE(added);
    return *added;
  }
  Result<Caller> heard(TokenVerifier& by, const std::string& token) {
    return loop.run(by.verify("Bearer " + token));
  }
  platform::auth::TokenVerifierConfig ours() {
    return {.issuers = {{house.administration_url(), jwks_url(), ""}}};
  }

  participant_context::ParticipantContexts contexts{*house.engine, *house.vault};
  Applications applications{*house.engine, 0};
  TokenVerifier here{house.scope, loop.clock(), *house.client, ours()};
  /// Another process over the same store.
  platform::engine::Engine other_engine{house.scope, loop.clock(), loop.random(), *house.store};
  TokenVerifier replica{house.scope, loop.clock(), *house.client, ours()};
};

TEST_F(ApplicationTokensTest, an_application_gets_tokens_for_its_participants_context_alone) {
  const auto made = add();
  const auto answer = token(made.client_id, made.client_secret.value(), "&scope=management-api:assets:read");
  const auto said = claims_of(answer);
  EXPECT_EQ(said.sub, made.client_id) << "audit names the application";
  EXPECT_EQ(jose::text_claim(said, "participant_context_id"), "acme");
  EXPECT_EQ(jose::text_claim(said, "scope"), "management-api:assets:read");
  EXPECT_FALSE(jose::text_claim(said, "role")) << "a role would be more than its scopes";
  const auto caller = heard(here, token_of(answer));
  ASSERT_TRUE(caller) << caller.error().message();
  EXPECT_EQ(caller->context, ContextId("acme"));
  EXPECT_EQ(error_of(token(made.client_id, *made.client_secret, "&scope=management-api:assets:write")),
            "400 invalid_scope");
  EXPECT_EQ(error_of(token(made.id + "@globex", *made.client_secret)), "401 invalid_client");
  EXPECT_EQ(error_of(token(made.client_id, "wrong")), "401 invalid_client");
}

TEST_F(ApplicationTokensTest, a_revocation_counts_at_once_in_every_process) {
  const auto made = add();
  const auto good = token_of(token(made.client_id, *made.client_secret));
  ASSERT_TRUE(heard(here, good));
  ASSERT_TRUE(heard(replica, good));
  ASSERT_TRUE(loop.run(applications.revoke(request(made.id))));
  for (auto* each : {&here, &replica}) {
    const auto refused = heard(*each, good);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unauthenticated);
  }
  EXPECT_EQ(error_of(token(made.client_id, *made.client_secret)), "401 invalid_client");
}

TEST_F(ApplicationTokensTest, a_scope_that_was_taken_away_is_gone_from_tokens_that_have_it) {
  const auto made = add({"management-api:assets:write", "management-api:catalog:read"});
  const auto before = token_of(token(made.client_id, *made.client_secret));
  ASSERT_TRUE(loop.run(applications.change(
      request(made.id),
      {.name = "reporting", .scopes = {"management-api:assets:read", "identity-api:dids:read"}})));
  for (auto* each : {&here, &replica}) {
    const auto caller = heard(*each, before);
    ASSERT_TRUE(caller);
    EXPECT_TRUE(caller->scopes.empty()) << "neither is the old scope in force nor is a new one in the token";
  }
}

TEST_F(ApplicationTokensTest, the_removal_of_a_participant_ends_its_applications) {
  const auto made = add();
  const auto good = token_of(token(made.client_id, *made.client_secret));
  ASSERT_TRUE(loop.run(contexts.remove(ContextId("acme"))));
  EXPECT_FALSE(heard(here, good));
  EXPECT_EQ(error_of(token(made.client_id, *made.client_secret)), "401 invalid_client");
}

TEST_F(ApplicationTokensTest, where_nobody_can_say_what_applications_may_they_are_not_heard) {
  const auto made = add();
  TokenVerifier alone(house.scope, loop.clock(), *house.client, ours());
  EXPECT_FALSE(heard(alone, token_of(token(made.client_id, *made.client_secret))));
}

TEST_F(ApplicationTokensTest, a_secret_is_rotated_with_overlap) {
  const auto made = add();
  const std::string next(64, 'f');
  ASSERT_TRUE(loop.run(applications.set_secret(request(made.id), crypto::Secret(next), 1h)));
  EXPECT_EQ(token(made.client_id, *made.client_secret).status, 200u);
  EXPECT_EQ(token(made.client_id, next).status, 200u);
  loop.clock().advance(1h);
  EXPECT_EQ(error_of(token(made.client_id, *made.client_secret)), "401 invalid_client");
  EXPECT_EQ(token(made.client_id, next).status, 200u);
}

TEST_F(ApplicationTokensTest, an_application_proves_itself_with_a_key_of_its_own) {
  auto added = loop.run(applications.add(request(), {.name = "keyed",
                                                     .scopes = {"management-api:catalog:read"},
                                                     .jwks = jose::Jwks{{jose::jwk_of(key.public_key())}}}));
  ASSERT_TRUE(added);
  EXPECT_FALSE(added->client_secret);
  auto assertion = saying();
  assertion.iss = assertion.sub = added->client_id;
  const auto once = signed_by(key, assertion);
  EXPECT_EQ(jose::text_claim(claims_of(by_assertion(once)), "sharing_application"), added->client_id);
  EXPECT_EQ(error_of(by_assertion(once)), "401 invalid_client");
}

TEST_F(ApplicationTokensTest, nobody_makes_a_client_in_the_place_of_an_application) {
  auto client = participant();
  client.client_id = "01234567-89ab-4def-8123-456789abcdef@acme";
  EXPECT_EQ(put(client).status, 400u);
}

}  // namespace kontor::runtime::token_service::testing
