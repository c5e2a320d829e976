#include "runtime/attestation/sources.hpp"

#include <gtest/gtest.h>

#include "runtime/secrets/secrets.hpp"
#include "testing/house/house.hpp"
#include "testing/party/party.hpp"

namespace kontor::runtime::attestation::testing {

using namespace std::chrono_literals;
using kontor::testing::House;
using kontor::testing::LoopbackServer;
using kontor::testing::Party;
using kontor::testing::VirtualLoop;
namespace http = platform::http;

const ContextId context{"issuer"};

class AttestationSourcesTest : public ::testing::Test {
 protected:
  AttestationSourcesTest() {
    house.open();
    holder.offer("CredentialService", "/cs");
  }
  ~AttestationSourcesTest() override { house.close(); }

  static issuance::AttestationDefinition of(std::string_view type, std::string_view configuration) {
    return json::decode<issuance::AttestationDefinition>(
               fmt::format(R"({{"id":"a","attestationType":"{}","configuration":{}}})", type, configuration))
        .value();
  }
  issuance::AttestationDefinition of_server(std::string_view more = "") {
    return of("http", fmt::format(R"({{"url":"{}"{}}})", server.url("/register"), more));
  }
  issuance::AttestationDefinition of_members(std::string_view more = "") {
    return of("presentation",
              fmt::format(R"({{"credentialType":"MembershipCredential","trustedIssuers":["{}"]{}}})",
                          governance.did(), more));
  }
  Question question() {
    return {.issuer = context,
            .holder = {.id = issuance::HolderId("acme & sons"), .did = holder.did()},
            .access_token = "one-time"};
  }
  Result<json::Object> ask(const issuance::AttestationDefinition& attestation) {
    return ask_as(question(), attestation);
  }
  Result<json::Object> ask_as(Question question, const issuance::AttestationDefinition& attestation) {
    return loop.run(sources.ask(std::move(question), {attestation}, house.soon())).at(attestation.id);
  }
  std::string pointer_of(const issuance::AttestationDefinition& attestation) {
    auto checked = loop.run(sources.check(context, attestation));
    return checked ? "accepted" : checked.error().pointer;
  }
  void keep_secret(const std::string& name, std::string_view value) {
    ASSERT_TRUE(
        loop.run(house.vault->put_secret(context, secrets::name_in_vault(name), crypto::Secret(value))));
  }
  /// The holder presents a credential of this issuer and type.
  void present(Party& of, std::string_view type) {
    auto credential = of.credential(holder.did(), type, house.now());
    credential.subjects[0].claims = json::Object{{"level", json::Object{{"name", "full"}}}};
    const auto presented =
        holder.present(holder.presentation(issuer, {of.issue(credential, house.now())}, house.now()));
    server.answer(holder.path("/cs/presentations/query"),
                  kontor::testing::presentation_response({presented}));
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  LoopbackServer server{loop};
  Party holder{server, "holder"};
  Party governance{server, "governance"};
  Party stranger{server, "stranger"};
  House house{loop, {.plain_authorities = {server.authority()}}};
  Did issuer = house.participant("issuer");
  Databases databases{{}};
  http::SecretClient secrets_client{*house.client, {"127.0.0.1"}};
  Sources sources{
      {loop.clock(), *house.client, secrets_client, *house.vault, *house.presentations, databases}};
};

TEST_F(AttestationSourcesTest, a_server_is_told_of_whom_and_its_answer_is_claimed) {
  server.answer("/register", R"({"membership":{"level":"full"},"other":1})");
  const auto claims = ask(of_server(R"(,"claims":{"level":"/membership/level"})"));
  ASSERT_TRUE(claims) << claims.error().message();
  EXPECT_EQ(json::serialize(*claims), R"({"level":"full"})");
  const auto target = http::parse_target(server.last("/register").target).value();
  EXPECT_EQ(target.parameter("holderId"), "acme & sons");
  EXPECT_EQ(target.parameter("holderDid"), holder.did().str());
  ASSERT_TRUE(ask(of_server(R"(,"method":"POST")")));
  const auto& posted = server.last("/register");
  EXPECT_EQ(posted.method, "POST");
  EXPECT_EQ(posted.body.text, fmt::format(R"({{"holderId":"acme & sons","holderDid":"{}"}})", holder.did()));
}

TEST_F(AttestationSourcesTest, a_server_gets_the_issuers_secret_and_it_is_nowhere_else) {
  EXPECT_EQ(pointer_of(of_server(R"(,"secretName":"key")")), "/configuration/secretName");
  keep_secret("key", "Bearer s3cret");
  EXPECT_EQ(pointer_of(of_server(R"(,"secretName":"key")")), "accepted");
  server.answer("/register", "{}");
  ASSERT_TRUE(ask(of_server(R"(,"secretName":"key")")));
  EXPECT_EQ(server.last("/register").headers.get("Authorization"), "Bearer s3cret");
  ASSERT_TRUE(ask(of_server(R"(,"secretName":"key","authKey":"X-Key")")));
  EXPECT_EQ(server.last("/register").headers.get("X-Key"), "Bearer s3cret");
  server.answer("/register", "", 401);
  const auto refused = ask(of_server(R"(,"secretName":"key")"));
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable) << "it says nothing of the holder";
  EXPECT_FALSE(refused.error().message().contains("s3cret"));
  ASSERT_TRUE(loop.run(house.vault->delete_secret(context, secrets::name_in_vault("key"))));
  const auto asked = server.asked("/register");
  EXPECT_EQ(ask(of_server(R"(,"secretName":"key")")).error().code, ErrorCode::unavailable);
  EXPECT_EQ(server.asked("/register"), asked);
}

TEST_F(AttestationSourcesTest, a_secret_does_not_go_in_the_clear) {
  http::SecretClient strict(*house.client, {});
  Sources strict_sources{
      {loop.clock(), *house.client, strict, *house.vault, *house.presentations, databases}};
  keep_secret("key", "Bearer s3cret");
  server.answer("/register", "{}");
  const auto with_secret = of_server(R"(,"secretName":"key")");
  const auto checked = loop.run(strict_sources.check(context, with_secret));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().pointer, "/configuration/url");
  const auto told = loop.run(strict_sources.ask(question(), {with_secret}, house.soon())).at(with_secret.id);
  EXPECT_EQ(told.error().code, ErrorCode::unavailable) << "one that was defined before";
  EXPECT_EQ(server.asked("/register"), 0u);
  EXPECT_TRUE(loop.run(strict_sources.check(context, of_server())));
  const auto open = of_server();
  EXPECT_TRUE(loop.run(strict_sources.ask(question(), {open}, house.soon())).at(open.id));
}

TEST_F(AttestationSourcesTest, an_address_that_is_none_is_refused_and_one_inside_is_not_reached) {
  for (const auto* url : {"ftp://example.org", "//example.org", "https://user@example.org", "https://0x7f.1/",
                          "https://example.org/#part"})
    EXPECT_EQ(pointer_of(of("http", fmt::format(R"({{"url":"{}"}})", url))), "/configuration/url") << url;
  const auto inside = ask(of("http", R"({"url":"http://169.254.169.254/latest"})"));
  EXPECT_EQ(inside.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(inside.error().message().contains("169.254.169.254")) << inside.error().message();
}

TEST_F(AttestationSourcesTest, who_does_not_answer_refuses_nobody_and_who_knows_nothing_does) {
  const auto code = [&](std::string body, unsigned status) {
    server.answer("/register", std::move(body), status);
    return ask(of_server(R"(,"claims":{"level":"/level"})")).error().code;
  };
  for (const unsigned status : {204u, 301u, 400u, 403u, 429u, 500u, 503u})
    EXPECT_EQ(code("", status), ErrorCode::unavailable) << status;
  EXPECT_EQ(code("<html>", 200), ErrorCode::unavailable);
  EXPECT_EQ(code(std::string(300 * 1024, ' '), 200), ErrorCode::unavailable);
  EXPECT_EQ(code("", 404), ErrorCode::forbidden);
  EXPECT_EQ(code("", 410), ErrorCode::forbidden);
  EXPECT_EQ(code(R"({"rank":1})", 200), ErrorCode::forbidden) << "it knows the holder, and not this of it";
  EXPECT_EQ(ask(of_server(R"(,"claims":{"level":"/level"},"required":false)")).value(), json::Object{});
  LoopbackServer gone(loop);
  const auto nobody = of("http", fmt::format(R"({{"url":"{}","required":false}})", gone.url("/x")));
  gone.stop();
  EXPECT_EQ(ask(nobody).error().code, ErrorCode::unavailable);
}

TEST_F(AttestationSourcesTest, the_holder_presents_what_a_trusted_issuer_says_of_it) {
  present(governance, "MembershipCredential");
  const auto claims = ask(of_members(R"(,"claims":{"level":"/level/name"})"));
  ASSERT_TRUE(claims) << claims.error().message();
  EXPECT_EQ(json::serialize(*claims), R"({"level":"full"})");
  const auto& query = server.last(holder.path("/cs/presentations/query"));
  EXPECT_TRUE(query.body.text.contains("org.eclipse.dspace.dcp.vc.type:MembershipCredential:read"));
  const std::string sent(*query.headers.get("Authorization"));
  const auto token = protocol::jose::parse_jwt(sent.substr(7)).value();
  EXPECT_EQ(protocol::jose::text_claim(token.claims, "token"), "one-time");
  EXPECT_EQ(token.claims.iss, issuer.str());
}

TEST_F(AttestationSourcesTest, what_nobody_trusted_says_attests_nothing) {
  present(stranger, "MembershipCredential");
  const auto untrusted = ask(of_members());
  EXPECT_EQ(untrusted.error().code, ErrorCode::forbidden);
  EXPECT_TRUE(untrusted.error().message().contains(stranger.did().str())) << untrusted.error().message();
  EXPECT_EQ(ask(of_members(R"(,"required":false)")).value(), json::Object{});
  house.presentations->forget();
  present(governance, "OtherCredential");
  EXPECT_EQ(ask(of_members()).error().code, ErrorCode::forbidden);
}

TEST_F(AttestationSourcesTest, the_holder_is_asked_once_for_all_and_not_before_everybody_else_has_answered) {
  auto membership = of_members();
  auto standing = of(
      "presentation",
      fmt::format(R"({{"credentialType":"StandingCredential","trustedIssuers":["{}"]}})", governance.did()));
  auto by_strangers = of(
      "presentation",
      fmt::format(R"({{"credentialType":"MembershipCredential","trustedIssuers":["{}"]}})", stranger.did()));
  standing.id = issuance::AttestationId("standing");
  by_strangers.id = issuance::AttestationId("strangers");
  auto register_of = of_server();
  register_of.id = issuance::AttestationId("register");
  const auto ask_all = [&] {
    return loop.run(sources.ask(question(), {membership, register_of, standing, by_strangers}, house.soon()));
  };
  present(governance, "MembershipCredential");
  server.answer("/register", "", 503);
  const auto waiting = ask_all();
  EXPECT_FALSE(waiting.contains(membership.id)) << "its token would be used up";
  EXPECT_EQ(server.asked(holder.path("/cs/presentations/query")), 0u);
  server.answer("/register", R"({"level":"gold"})");
  const auto all = ask_all();
  EXPECT_EQ(server.asked(holder.path("/cs/presentations/query")), 1u);
  EXPECT_TRUE(all.at(membership.id));
  EXPECT_TRUE(all.at(register_of.id));
  EXPECT_EQ(all.at(standing.id).error().code, ErrorCode::forbidden);
  EXPECT_EQ(all.at(by_strangers.id).error().code, ErrorCode::forbidden) << "it trusts others than the first";
}

TEST_F(AttestationSourcesTest, a_credential_service_that_is_away_refuses_nobody_and_one_that_refuses_does) {
  server.answer(holder.path("/cs/presentations/query"), "", 503);
  EXPECT_EQ(ask(of_members()).error().code, ErrorCode::unavailable);
  server.answer(holder.path("/cs/presentations/query"), "", 401);
  EXPECT_EQ(ask(of_members()).error().code, ErrorCode::forbidden);
  auto without = question();
  without.access_token.reset();
  EXPECT_EQ(ask_as(without, of_members()).error().code, ErrorCode::forbidden);
  without.by_its_request = false;
  EXPECT_EQ(ask_as(without, of_members()).error().code, ErrorCode::unavailable);
}

}  // namespace kontor::runtime::attestation::testing
