#include "protocol/vc/verify.hpp"
#include "runtime/credential_service/test_service.hpp"

namespace kontor::runtime::credential_service::testing {
namespace {

using namespace std::chrono_literals;

std::string type_scope(std::string_view type) {
  return "org.eclipse.dspace.dcp.vc.type:" + std::string(type) + ":read";
}

class Presenting : public CredentialServiceTest {
 protected:
  Presenting() {
    request();
    hold(membership);
    hold("SecretCredential");
  }

  void hold(const std::string& type) {
    auto credential = issuer.credential(acme, type, now());
    credential::Store event{.id = credential::CredentialId(credential.id),
                            .token = issuer.issue(credential, now()),
                            .credential = credential,
                            .object_id = {}};
    const auto id = entity_id(event.id);
    ASSERT_TRUE(
        loop.run(house.engine->apply<credential::Machine>({ContextId("acme"), id}, std::move(event))));
  }
  /// The access token that acme gives the verifier for these scopes.
  std::string granted(const std::vector<dcp::Scope>& scopes) {
    const auto token =
        loop.run(house.tokens->granting(ContextId("acme"), stranger.did(), scopes)).value().substr(7);
    return protocol::jose::text_claim(protocol::jose::parse_jwt(token)->claims, "token").value();
  }
  std::string authorization(std::optional<std::string> access_token) {
    auto token = stranger.self_issued(acme, now());
    token.access_token = std::move(access_token);
    return stranger.authorization(token);
  }
  http::Response ask(std::string authorization, std::vector<std::string> scopes) {
    dcp::PresentationQueryMessage query{.scope = std::move(scopes), .presentation_definition = {}};
    return house.post(house.url(base + "/presentations/query"), json::encode(query),
                      std::move(authorization));
  }
  /// The types of what an answer presents.
  static std::set<std::string> types_in(const http::Response& response) {
    std::set<std::string> types;
    const auto message = json::decode<dcp::PresentationResponseMessage>(response.body.text).value();
    for (const auto& element : message.presentation) {
      const auto presentation = vc::parse_presentation(element).value();
      for (const auto& each : presentation.credentials) types.insert(each->credential.types.back());
    }
    return types;
  }

  Party& verifier = stranger;
  std::vector<dcp::Scope> membership_scope{{.value = membership}};
};

}  // namespace

TEST_F(Presenting, a_verifier_gets_what_its_access_token_grants_in_a_presentation_for_it) {
  const auto response = ask(authorization(granted(membership_scope)), {type_scope(membership)});
  ASSERT_EQ(response.status, 200u) << response.body.text;
  EXPECT_EQ(types_in(response), std::set{membership});
  const auto message = json::decode<dcp::PresentationResponseMessage>(response.body.text).value();
  const auto presentation = vc::parse_presentation(message.presentation.at(0)).value();
  EXPECT_EQ(presentation.holder, acme);
  EXPECT_EQ(presentation.claims().aud, std::vector{verifier.did().str()});
}

TEST_F(Presenting, a_verifier_that_writes_the_older_alias_of_types_is_understood) {
  const auto response =
      ask(authorization(granted(membership_scope)), {"org.eclipse.edc.vc.type:" + membership + ":read"});
  ASSERT_EQ(response.status, 200u) << response.body.text;
  EXPECT_EQ(types_in(response), std::set{membership});
}

TEST_F(Presenting, asking_for_more_than_is_granted_brings_no_more) {
  const auto response =
      ask(authorization(granted(membership_scope)), {type_scope(membership), type_scope("SecretCredential")});
  ASSERT_EQ(response.status, 200u);
  EXPECT_EQ(types_in(response), std::set{membership});
}

TEST_F(Presenting, asking_for_something_else_than_is_granted_brings_nothing) {
  const auto response = ask(authorization(granted(membership_scope)), {type_scope("SecretCredential")});
  ASSERT_EQ(response.status, 200u);
  EXPECT_TRUE(types_in(response).empty());
}

TEST_F(Presenting, without_the_holders_access_token_nothing_is_presented) {
  EXPECT_EQ(ask(authorization(std::nullopt), {type_scope(membership)}).status, 401u);
  EXPECT_EQ(ask(authorization("opaque"), {type_scope(membership)}).status, 401u);
  const auto self_made = verifier.access_token(verifier.did(), type_scope(membership), now());
  EXPECT_EQ(ask(authorization(self_made), {type_scope(membership)}).status, 401u);
}

TEST_F(Presenting, an_access_token_serves_the_verifier_that_it_was_made_for) {
  auto token = issuer.self_issued(acme, now());
  token.access_token = granted(membership_scope);
  EXPECT_EQ(ask(issuer.authorization(token), {type_scope(membership)}).status, 401u);
}

TEST_F(Presenting, an_access_token_of_another_participant_is_refused) {
  house.participant("other");
  const auto theirs = loop.run(house.tokens->granting(ContextId("other"), verifier.did(), membership_scope))
                          .value()
                          .substr(7);
  const auto inner = protocol::jose::text_claim(protocol::jose::parse_jwt(theirs)->claims, "token").value();
  EXPECT_EQ(ask(authorization(inner), {type_scope(membership)}).status, 401u);
}

TEST_F(Presenting, a_forged_access_token_is_refused) {
  const dcp::AccessToken forged{
      .holder = acme, .verifier = verifier.did(), .scopes = membership_scope, .jti = "1", .now = now()};
  const auto signer = vc::Signer{.alg = verifier.signer().alg, .kid = acme.str() + "#key-1"};
  EXPECT_EQ(
      ask(authorization(verifier.sign(dcp::signing_input(forged, signer))), {type_scope(membership)}).status,
      401u);
}

TEST_F(Presenting, an_access_token_is_used_once_with_whatever_token_it_comes) {
  const auto access = granted(membership_scope);
  ASSERT_EQ(ask(authorization(access), {type_scope(membership)}).status, 200u);
  EXPECT_EQ(ask(authorization(access), {type_scope(membership)}).status, 401u);
}

TEST_F(Presenting, a_verifiers_token_is_used_once_with_whatever_access_token_it_comes) {
  auto token = verifier.self_issued(acme, now());
  token.access_token = granted(membership_scope);
  ASSERT_EQ(ask(verifier.authorization(token), {type_scope(membership)}).status, 200u);
  token.access_token = granted(membership_scope);
  EXPECT_EQ(ask(verifier.authorization(token), {type_scope(membership)}).status, 401u);
}

TEST_F(Presenting, an_access_token_expires) {
  const auto access = granted(membership_scope);
  loop.clock().advance(5min + 6s);
  EXPECT_EQ(ask(authorization(access), {type_scope(membership)}).status, 401u);
}

TEST_F(Presenting, a_credential_that_expired_is_not_presented) {
  loop.clock().advance(1h + 1min);
  const auto response = ask(authorization(granted(membership_scope)), {type_scope(membership)});
  ASSERT_EQ(response.status, 200u);
  EXPECT_TRUE(types_in(response).empty());
}

TEST_F(Presenting, what_is_held_is_presented_from_the_moment_that_it_is_and_no_longer) {
  const auto presented = [&] {
    return types_in(
        ask(authorization(granted({{.value = "*"}, {.value = membership}, {.value = "LateCredential"}})),
            {type_scope(membership), type_scope("LateCredential")}));
  };
  EXPECT_EQ(presented(), std::set{membership});
  EXPECT_EQ(presented(), std::set{membership});
  hold("LateCredential");
  EXPECT_EQ(presented(), (std::set<std::string>{membership, "LateCredential"}));
  for (const auto& each : held()) {
    if (each.credential.types.back() != membership) continue;
    const auto id = entity_id(each.id);
    ASSERT_TRUE(
        loop.run(house.engine->apply<credential::Machine>({ContextId("acme"), id}, credential::Delete{})));
  }
  EXPECT_EQ(presented(), std::set<std::string>{"LateCredential"});
}

TEST_F(Presenting, what_changes_while_it_is_read_is_read_again) {
  HeldCredentials all(*house.engine);
  const auto count = [&] { return loop.run(all.of(ContextId("acme"))).value()->size(); };
  const auto delivered = [this]() -> Task<Result<HeldCredentials::All>> {
    auto credential = issuer.credential(acme, "LateCredential", now());
    credential::Store event{.id = credential::CredentialId(credential.id),
                            .token = issuer.issue(credential, now()),
                            .credential = credential,
                            .object_id = {}};
    const auto id = entity_id(event.id);
    auto done = co_await house.engine->apply<credential::Machine>({ContextId("acme"), id}, std::move(event));
    if (!done) co_return fail(std::move(done.error()));
    co_return HeldCredentials::All();
  };
  for (std::size_t round = 1; round <= 5; ++round) {
    std::vector<Task<Result<HeldCredentials::All>>> together;
    together.push_back(all.of(ContextId("acme")));
    together.push_back(delivered());
    together.push_back(all.of(ContextId("acme")));
    for (const auto& each : kontor::testing::run_together(loop, std::move(together))) ASSERT_TRUE(each);
    EXPECT_EQ(count(), 2 + round);
  }
}

TEST_F(Presenting, a_query_that_cannot_be_understood_is_refused_and_uses_nothing_up) {
  const auto url = house.url(base + "/presentations/query");
  const auto access = authorization(granted(membership_scope));
  const std::string head =
      R"({"@context":["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],"type":"PresentationQueryMessage")";
  for (const auto* rest :
       {"}", R"(,"scope":[]})", R"(,"scope":["x"]})", R"(,"presentationDefinition":{}})",
        R"(,"scope":["org.eclipse.dspace.dcp.vc.type:A:read"],"presentationDefinition":{"id":"1"}})"}) {
    EXPECT_EQ(house.post(url, head + rest, access).status, 400u) << rest;
  }
  const auto by_definition = house.post(url, head + R"(,"presentationDefinition":{"id":"1"}})", access);
  EXPECT_EQ(by_definition.status, 501u) << "as DCP says of who knows no Presentation Exchange";
  EXPECT_EQ(house.post(url, head + R"(,"scope":[")" + type_scope(membership) + R"("]})", access).status,
            200u);
}

TEST_F(Presenting, a_participant_that_is_not_active_presents_nothing) {
  const auto access = authorization(granted(membership_scope));
  ASSERT_TRUE(loop.run(house.contexts->set_active(ContextId("acme"), false, "operator")));
  EXPECT_EQ(ask(access, {type_scope(membership)}).status, 404u);
}

}  // namespace kontor::runtime::credential_service::testing
