#include "runtime/verifier/presentations.hpp"

#include "testing/async/seeded_random.hpp"
#include "testing/house/world.hpp"

namespace kontor::runtime::verifier::testing {
namespace {

namespace jose = protocol::jose;
namespace vc = protocol::vc;
using namespace kontor::testing;
using namespace std::chrono_literals;
using Answer = Result<Peer>;
constexpr auto refused = ErrorCode::unauthenticated;
const std::string membership = "MembershipCredential";

class PresentationsTest : public World {
 protected:
  PresentationsTest() {
    peer.offer("CredentialService", "/cs");
    list_url = issuer.publish_status_list("/status", {}, now());
    present({issue()});
  }

  /// A membership of the peer, changed before it is signed.
  std::string issue(const std::function<void(vc::Credential&)>& change = [](vc::Credential&) {}) {
    auto credential = issuer.credential(peer.did(), membership, now());
    credential.valid_until = now() + 24h;
    credential.statuses = {{.list_url = list_url, .index = 7}};
    change(credential);
    return issuer.issue(credential, now());
  }
  void answer_with(const std::vector<std::string>& presentations) {
    server.answer(query, kontor::testing::presentation_response(presentations));
  }
  /// The peer's credential service presents these from now on, with a change made before it signs.
  void present(
      std::vector<std::string> credentials,
      const std::function<void(vc::PresentationContent&)>& change = [](vc::PresentationContent&) {}) {
    auto content = peer.presentation(acme_did, std::move(credentials), now());
    content.lifetime = 24h;
    change(content);
    answer_with({peer.present(content)});
  }
  Presentations::Question question() {
    protocol::dcp::Caller caller{.did = peer.did(), .access_token = "opaque", .single_use = {}};
    return {acme, std::move(caller), {{.value = membership}}, {{issuer.did(), {membership}}}};
  }
  Answer ask() { return loop.run(house.presentations->ask(question(), house.soon())); }
  std::size_t asked() const { return server.asked(query); }
  std::size_t lists_asked() const { return server.asked(issuer.path("/status")); }

  kontor::testing::SeededRandom random{7};
  std::string query = peer.path("/cs/presentations/query");
  std::string list_url;
};

}  // namespace

TEST_F(PresentationsTest, the_scopes_are_asked_for_with_the_callers_access_token) {
  const auto answer = ask();
  ASSERT_TRUE(answer) << answer.error().message();
  ASSERT_EQ(answer->credentials.size(), 1u);
  EXPECT_TRUE(vc::has_type(answer->credentials[0], membership));
  const auto& request = server.last(query);
  EXPECT_TRUE(request.body.text.contains("org.eclipse.dspace.dcp.vc.type:MembershipCredential:read"));
  const auto token = jose::parse_jwt(request.headers.get("Authorization")->substr(7)).value();
  EXPECT_EQ(token.claims.iss, acme_did.str());
  EXPECT_EQ(token.claims.aud, std::vector{peer.did().str()});
  EXPECT_EQ(jose::text_claim(token.claims, "token"), "opaque");
}

TEST_F(PresentationsTest, what_was_proven_is_remembered_for_its_time) {
  ASSERT_TRUE(ask());
  ASSERT_TRUE(ask());
  EXPECT_EQ(asked(), 1u);
  loop.clock().advance(5min + 1s);
  ASSERT_TRUE(ask());
  EXPECT_EQ(asked(), 2u);
}

TEST_F(PresentationsTest, where_nothing_is_to_be_remembered_each_question_is_an_exchange_of_its_own) {
  Presentations forgetful({house.scope, loop.clock(), *house.client, *house.resolver, *house.tokens,
                           *house.status_lists, *house.schemas},
                          {.max_age = 0s});
  std::vector<Task<Answer>> questions;
  for (int i = 0; i < 3; ++i) questions.push_back(forgetful.ask(question(), house.soon()));
  for (const auto& answer : kontor::testing::run_together(loop, std::move(questions))) {
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->credentials.size(), 1u);
  }
  EXPECT_EQ(asked(), 3u);
  EXPECT_EQ(forgetful.counters().remembered, 0u);
}

TEST_F(PresentationsTest, what_was_verified_is_verified_again_when_a_list_is_new_and_not_before) {
  ASSERT_TRUE(ask());
  loop.clock().advance(30s);
  const auto again = ask();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->credentials.size(), 1u);
  EXPECT_EQ(house.presentations->counters().verified, 1u);
  EXPECT_EQ(house.presentations->counters().remembered, 1u);
  loop.clock().advance(31s);
  ASSERT_TRUE(ask());
  EXPECT_EQ(lists_asked(), 2u);
  EXPECT_EQ(house.presentations->counters().verified, 2u);
  EXPECT_EQ(house.presentations->counters().asked, 1u);
}

TEST_F(PresentationsTest, a_verdict_does_not_outlive_the_keys_that_it_rests_on) {
  ASSERT_TRUE(ask());
  peer.key = crypto::PrivateKey::generate(crypto::KeyType::p256, random).value();
  peer.document.verification_methods[0].key = jose::jwk_of(peer.key.public_key());
  peer.document.verification_methods[0].parsed.reset();
  peer.publish();
  ASSERT_TRUE(ask()) << "the old document is still in force";
  house.resolver->forget();
  EXPECT_EQ(error_code_of(ask()), refused)
      << "the same presentation, by a key that is not in the document any more";
  EXPECT_EQ(asked(), 2u);
  present({issue()});
  EXPECT_TRUE(ask());
}

TEST_F(PresentationsTest, a_verdict_under_other_trust_counts_for_nothing) {
  ASSERT_EQ(ask()->credentials.size(), 1u);
  auto other = question();
  other.trusted_issuers.clear();
  const auto answer = loop.run(house.presentations->ask(other, house.soon()));
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->credentials.empty());
}

TEST_F(PresentationsTest, a_verdict_under_other_demands_on_documents_counts_for_nothing) {
  peer.document.authentication = std::vector<std::string>{};
  peer.document.assertion_method.reset();
  peer.document.capability_invocation.reset();
  peer.publish();
  EXPECT_EQ(error_code_of(ask()), refused);
  auto lenient = question();
  lenient.relationships = protocol::did::RelationshipPolicy::tolerant;
  EXPECT_EQ(loop.run(house.presentations->ask(lenient, house.soon()))->credentials.size(), 1u);
  EXPECT_EQ(error_code_of(ask()), refused) << "what was believed there is not believed here";
}

TEST_F(PresentationsTest, what_is_remembered_is_bounded_for_each_participant_and_goes_on_request) {
  Presentations small({house.scope, loop.clock(), *house.client, *house.resolver, *house.tokens,
                       *house.status_lists, *house.schemas},
                      {.kept_per_context_max = 2});
  const auto ask_with_scope = [&](std::string type) {
    auto one = question();
    one.scopes.push_back({.value = std::move(type)});
    one.suffices = [](const Peer&) { return true; };
    return loop.run(small.ask(std::move(one), house.soon()));
  };
  for (const auto* type : {"A", "B", "B", "A", "C", "A"}) ASSERT_TRUE(ask_with_scope(type));
  EXPECT_EQ(small.counters().asked, 3u) << "A, B, and C for which B goes";
  ASSERT_TRUE(ask_with_scope("B"));
  EXPECT_EQ(small.counters().asked, 4u);
  small.forget();
  ASSERT_TRUE(ask_with_scope("B"));
  EXPECT_EQ(small.counters().asked, 5u);
}

TEST_F(PresentationsTest, what_one_participant_was_shown_is_not_shown_to_another) {
  ASSERT_TRUE(ask());
  const auto other_did = house.participant("other");
  auto other = question();
  other.context = ContextId("other");
  EXPECT_EQ(error_code_of(loop.run(house.presentations->ask(other, house.soon()))), refused)
      << "a presentation for acme proves nothing to another";
  EXPECT_EQ(asked(), 2u);
}

TEST_F(PresentationsTest, a_presentation_for_another_verifier_is_refused) {
  present({issue()}, [this](auto& content) { content.audience = issuer.did(); });
  EXPECT_EQ(error_code_of(ask()), refused);
}

TEST_F(PresentationsTest, a_presentation_of_another_holder_is_refused) {
  Party thief(server, "thief");
  answer_with({thief.present(thief.presentation(acme_did, {issue()}, now()))});
  EXPECT_EQ(error_code_of(ask()), refused);
  auto content = peer.presentation(acme_did, {issue()}, now());
  answer_with({thief.sign(vc::presentation_signing_input(vc::Format::vc1_0_jwt, content, peer.signer()))});
  EXPECT_EQ(error_code_of(ask()), refused) << "said to be the peer's, signed by another";
}

TEST_F(PresentationsTest, a_credential_about_somebody_else_is_refused) {
  present({issue([this](auto& credential) { credential.subjects[0].id = issuer.did(); })});
  EXPECT_EQ(error_code_of(ask()), refused);
}

TEST_F(PresentationsTest, a_forged_credential_is_refused_and_neither_its_schema_nor_its_status_asked_for) {
  issuer.key = peer.key;
  present({issue([this](auto& each) { each.schemas = {{issuer.url("/schema"), "JsonSchema"}}; })});
  EXPECT_EQ(error_code_of(ask()), refused);
  EXPECT_EQ(lists_asked() + server.asked(issuer.path("/schema")), 0u);
}

TEST_F(PresentationsTest, nothing_is_fetched_on_the_word_of_an_issuer_that_is_not_trusted) {
  Party stranger(server, "stranger");
  auto credential = stranger.credential(peer.did(), membership, now());
  credential.statuses = {{.list_url = stranger.publish_status_list("/status", {}, now()), .index = 7}};
  present({stranger.issue(credential, now())});
  const auto answer = ask();
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_TRUE(answer->credentials.empty());
  EXPECT_EQ(answer->left_out.size(), 1u);
  EXPECT_EQ(server.asked(stranger.path("/did.json")), 0u);
  EXPECT_EQ(server.asked(stranger.path("/status")), 0u);
  ASSERT_TRUE(ask());
  EXPECT_EQ(asked(), 2u) << "it may hold one of an issuer that is trusted by now";
}

TEST_F(PresentationsTest, an_issuer_is_trusted_for_its_types_alone) {
  present({issue([](auto& credential) { credential.types = {"VerifiableCredential", "OtherCredential"}; })});
  const auto answer = ask();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->credentials.empty());
}

TEST_F(PresentationsTest, an_expired_credential_is_left_out) {
  present({issue([this](auto& credential) { credential.valid_until = now() - 1min; })});
  const auto answer = ask();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->credentials.empty());
  EXPECT_EQ(answer->left_out.size(), 1u);
}

TEST_F(PresentationsTest, a_credential_expires_while_its_presentation_is_remembered) {
  present({issue([this](auto& credential) { credential.valid_until = now() + 1min; })});
  ASSERT_EQ(ask()->credentials.size(), 1u);
  loop.clock().advance(1min + 6s);
  EXPECT_TRUE(ask()->credentials.empty());
}

TEST_F(PresentationsTest,
       a_revocation_is_seen_within_the_age_of_lists_though_the_presentation_is_remembered) {
  ASSERT_EQ(ask()->credentials.size(), 1u);
  issuer.publish_status_list("/status", {7}, now());
  loop.clock().advance(61s);
  const auto answer = ask();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->credentials.empty());
  EXPECT_EQ(asked(), 2u) << "the peer may hold a better one";
}

TEST_F(PresentationsTest, a_status_list_that_cannot_be_had_for_a_moment_says_nothing_either_way) {
  server.answer(issuer.path("/status"), "", 503);
  EXPECT_EQ(error_code_of(ask()), ErrorCode::unavailable);
  issuer.publish_status_list("/status", {}, now());
  loop.clock().advance(3s);
  EXPECT_EQ(ask()->credentials.size(), 1u);
}

TEST_F(PresentationsTest, what_was_proven_is_not_thrown_away_while_a_status_list_cannot_be_had) {
  ASSERT_EQ(ask()->credentials.size(), 1u);
  server.answer(issuer.path("/status"), "", 503);
  loop.clock().advance(61s);
  EXPECT_EQ(error_code_of(ask()), ErrorCode::unavailable);
  issuer.publish_status_list("/status", {}, now());
  loop.clock().advance(3s);
  EXPECT_EQ(ask()->credentials.size(), 1u);
  EXPECT_EQ(asked(), 1u) << "the peer has nothing to do with it";
}

TEST_F(PresentationsTest, a_server_of_status_lists_that_is_down_refuses_nobody_for_good) {
  LoopbackServer elsewhere(loop);
  present({issue([&](auto& credential) { credential.statuses[0].list_url = elsewhere.url("/status"); })});
  elsewhere.stop();
  EXPECT_EQ(error_code_of(ask()), ErrorCode::unavailable);
}

TEST_F(PresentationsTest, an_issuer_whose_document_cannot_be_had_for_a_moment_refuses_nobody_for_good) {
  server.answer(issuer.path("/did.json"), "", 503);
  EXPECT_EQ(error_code_of(ask()), ErrorCode::unavailable);
  issuer.publish();
  loop.clock().advance(1min);
  present({issue()});
  const auto answer = ask();
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->credentials.size(), 1u);
}

TEST_F(PresentationsTest, a_credential_whose_status_list_is_not_there_is_left_out) {
  server.answer(issuer.path("/status"), "", 404);
  const auto answer = ask();
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_TRUE(answer->credentials.empty());
}

TEST_F(PresentationsTest, a_status_list_of_another_issuer_says_nothing) {
  Party stranger(server, "stranger");
  const auto url = stranger.publish_status_list("/status", {}, now());
  present({issue([&](auto& credential) { credential.statuses[0].list_url = url; })});
  EXPECT_TRUE(ask()->credentials.empty());
}

TEST_F(PresentationsTest, a_credential_follows_its_schema_or_is_left_out) {
  const auto path = issuer.path("/schema");
  server.answer(path, R"({"required":["id","level"],"properties":{"level":{"enum":["full"]}}})");
  const auto issue_with_level = [&](const char* level) {
    return issue([&](auto& credential) {
      credential.subjects[0].claims["level"] = level;
      credential.schemas = {{.id = issuer.url("/schema"), .type = "JsonSchemaValidator2018"}};
    });
  };
  present({issue_with_level("none")});
  const auto answer = ask();
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_TRUE(answer->credentials.empty());
  ASSERT_EQ(answer->left_out.size(), 1u);
  EXPECT_TRUE(answer->left_out[0].contains("/level")) << answer->left_out[0];
  present({issue_with_level("full")});
  EXPECT_EQ(ask()->credentials.size(), 1u);
  EXPECT_EQ(server.asked(path), 1u);
  const auto verified = house.presentations->counters().verified;
  EXPECT_EQ(ask()->credentials.size(), 1u);
  EXPECT_EQ(house.presentations->counters().verified, verified) << "it is remembered with its schema";
  house.schemas->forget();
  server.answer(path, "", 404);
  EXPECT_TRUE(ask()->credentials.empty()) << "a schema that is not there";
}

TEST_F(PresentationsTest, a_schema_that_cannot_be_had_for_a_moment_says_nothing_either_way) {
  present({issue([this](auto& credential) {
    credential.schemas = {{.id = issuer.url("/schema"), .type = "JsonSchema"}};
  })});
  server.answer(issuer.path("/schema"), "", 503);
  EXPECT_EQ(error_code_of(ask()), ErrorCode::unavailable);
  server.answer(issuer.path("/schema"), "{}");
  loop.clock().advance(3s);
  EXPECT_EQ(ask()->credentials.size(), 1u);
}

TEST_F(PresentationsTest, a_refusal_of_the_credential_service_is_final_and_a_failure_may_pass) {
  server.answer(query, "", 403);
  EXPECT_EQ(error_code_of(ask()), refused);
  server.answer(query, "", 503);
  EXPECT_EQ(error_code_of(ask()), ErrorCode::peer_unavailable);
  redirect(server, query);
  EXPECT_EQ(error_code_of(ask()), refused);
  EXPECT_EQ(server.asked("/elsewhere"), 0u);
  present({issue()});
  EXPECT_TRUE(ask());
}

TEST_F(PresentationsTest, a_credential_service_that_does_not_answer_costs_the_deadline_and_no_more) {
  server.keep_silent(query);
  std::optional<Answer> answer;
  platform::async::Scope scope(loop.executor());
  scope.spawn(kontor::testing::detail::keep_at(house.presentations->ask(question(), house.soon()), answer));
  while (asked() == 0) loop.run(loop.turn());
  loop.clock().advance(11s);
  while (!answer) loop.run(loop.turn());
  EXPECT_EQ(error_code_of(*answer), ErrorCode::timeout);
}

TEST_F(PresentationsTest, an_answer_beyond_its_bounds_is_refused) {
  server.answer(query, std::string(2 * 1024 * 1024 + 1, ' '));
  EXPECT_EQ(error_code_of(ask()), ErrorCode::too_large);
  answer_with(std::vector<std::string>(11, peer.present(peer.presentation(acme_did, {issue()}, now()))));
  EXPECT_EQ(error_code_of(ask()), refused);
}

TEST_F(PresentationsTest, what_is_no_answer_is_refused) {
  for (const auto* body :
       {"", "[]", "{}", R"({"type":"PresentationResponseMessage","presentation":["a.b.c"]})",
        R"({"type":"PresentationResponseMessage","presentation":[{"proof":{}}]})"}) {
    server.answer(query, body);
    EXPECT_EQ(error_code_of(ask()), refused) << body;
  }
}

TEST_F(PresentationsTest, who_presents_nothing_has_no_credentials) {
  answer_with({});
  EXPECT_TRUE(ask().value().credentials.empty());
}

TEST_F(PresentationsTest, without_an_access_token_or_a_credential_service_nothing_is_proven) {
  auto no_token = question();
  no_token.caller.access_token.reset();
  EXPECT_EQ(error_code_of(loop.run(house.presentations->ask(no_token, house.soon()))), refused);
  peer.document.services.clear();
  peer.publish();
  house.resolver->forget();
  EXPECT_EQ(error_code_of(ask()), refused);
  EXPECT_EQ(asked(), 0u);
}

}  // namespace kontor::runtime::verifier::testing
