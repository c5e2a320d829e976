#include <set>

#include "runtime/dsp_endpoint/assembly.hpp"
#include "runtime/dsp_endpoint/dsp_peers_for_test.hpp"

namespace kontor::runtime::dsp_endpoint {

using namespace std::chrono_literals;
using kontor::testing::LoopbackServer;
using testing::DspPeersTest;
namespace http = platform::http;
namespace jose = protocol::jose;

TEST_F(DspPeersTest, a_caller_is_known_by_its_token_whose_use_is_left_to_its_message) {
  const auto token = authorization();
  const auto first = authenticate(call(token));
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_EQ(first->caller.did, globex.did());
  EXPECT_EQ(first->participant.id, acme);
  const auto second = authenticate(call(token));
  ASSERT_TRUE(second);
  EXPECT_EQ(first->single_use.key, second->single_use.key);
}

TEST_F(DspPeersTest, a_reader_uses_its_token_up) {
  const auto token = authorization();
  ASSERT_TRUE(authenticate_reader(call(token)));
  EXPECT_EQ(code_of(authenticate_reader(call(token))), ErrorCode::replayed);
  EXPECT_TRUE(authenticate_reader(call(authorization())));
}

TEST_F(DspPeersTest, a_caller_without_proof_is_refused) {
  EXPECT_EQ(code_of(authenticate(call(""))), ErrorCode::unauthenticated);
  EXPECT_EQ(code_of(authenticate(call(authorization(std::nullopt)))), ErrorCode::unauthenticated)
      << "a caller that lets nobody ask for its credentials";
  const auto for_another = globex.authorization(globex.self_issued(issuer.did(), loop.clock().now()));
  EXPECT_EQ(code_of(authenticate(call(for_another))), ErrorCode::unauthenticated);
}

TEST_F(DspPeersTest, an_unknown_participant_or_profile_is_not_found) {
  EXPECT_EQ(code_of(authenticate(call(authorization(), "another-profile"))), ErrorCode::not_found);
  auto elsewhere = call(authorization());
  elsewhere.context = ContextId("nobody");
  EXPECT_EQ(code_of(authenticate(std::move(elsewhere))), ErrorCode::not_found);
}

TEST_F(DspPeersTest, policies_see_the_credentials_that_were_proven_and_no_others) {
  globex.offer("CredentialService", "/cs");
  const auto now = loop.clock().now();
  const auto good = issuer.issue(issuer.credential(globex.did(), "MembershipCredential", now), now);
  const auto untrusted = globex.issue(globex.credential(globex.did(), "RegisteredCredential", now), now);
  const auto presented = globex.present(globex.presentation(acme_did, {good, untrusted}, now));
  server.answer(globex.path("/cs/presentations/query"), kontor::testing::presentation_response({presented}));
  const auto authenticated = authenticate(call(authorization())).value();
  const auto subject = loop.run(peers.subject(authenticated, house.soon()));
  ASSERT_TRUE(subject) << subject.error().message();
  EXPECT_EQ(subject->id, globex.did());
  const auto claims = json::serialize(*subject->claims);
  EXPECT_TRUE(claims.contains("MembershipCredential"));
  EXPECT_FALSE(claims.contains("RegisteredCredential"));
}

TEST_F(DspPeersTest, a_profile_has_its_own_path_asks_for_its_own_credentials_and_believes_its_own_issuers) {
  globex.offer("CredentialService", "/cs");
  using platform::engine::Command;
  const auto everywhere = platform::store::installation_context();
  auto profile = dataspace::built_in_profile();
  profile.name = "catena";
  profile.protocol.path = "/cx";
  profile.trusted_issuers = {{globex.did(), {"QualityCredential"}}};
  ASSERT_TRUE(loop.run(house.engine->put<dataspace::DataspaceProfileDocument>(
      Command{everywhere, EntityId("catena")}, profile, 0)));
  const protocol::api::management::DcpScope scope{.id = "quality",
                                                  .value = "org.eclipse.dspace.dcp.vc.type:QualityCredential",
                                                  .profile = "catena",
                                                  .prefix_mapping = {}};
  ASSERT_TRUE(loop.run(
      house.engine->put<dataspace::DcpScopeDocument>(Command{everywhere, EntityId("quality")}, scope, 0)));
  EXPECT_EQ(code_of(authenticate(call(authorization(), "cx"))), ErrorCode::not_found)
      << "not yet its profile";
  ASSERT_TRUE(loop.run(dataspaces.associate(acme, {std::string(profile_2025_1), "catena"}, "operator")));
  const auto authenticated = authenticate(call(authorization(), "cx"));
  ASSERT_TRUE(authenticated) << authenticated.error().message();
  EXPECT_EQ(peers.base_of(acme, authenticated->profile), house.url("/api/dsp/acme/cx"));

  const auto now = loop.clock().now();
  const auto quality = globex.issue(globex.credential(globex.did(), "QualityCredential", now), now);
  const auto presented = globex.present(globex.presentation(acme_did, {quality}, now));
  server.answer(globex.path("/cs/presentations/query"), kontor::testing::presentation_response({presented}));
  const auto claims_in = [&](std::string segment) {
    const auto caller = authenticate(call(authorization(), std::move(segment))).value();
    const auto subject = loop.run(peers.subject(caller, house.soon()));
    return subject ? json::serialize(*subject->claims) : subject.error().message();
  };
  const auto seen = claims_in("cx");
  EXPECT_TRUE(seen.contains(R"("QualityCredential")")) << seen;
  const auto asked = [&] { return server.last(globex.path("/cs/presentations/query")).body.text; };
  EXPECT_TRUE(asked().contains("QualityCredential"));
  const auto elsewhere = claims_in(std::string(profile_2025_1));
  EXPECT_FALSE(elsewhere.contains(R"("QualityCredential")"))
      << "the other profile does not believe this issuer: " << elsewhere;
  EXPECT_FALSE(asked().contains("QualityCredential"));
}

TEST_F(DspPeersTest, a_counter_party_may_ask_us_for_what_its_own_dataspace_asks_for) {
  using platform::engine::Command;
  const auto everywhere = platform::store::installation_context();
  auto profile = dataspace::built_in_profile();
  profile.name = "catena";
  profile.protocol.path = "/cx";
  profile.required_credentials = {"QualityCredential"};
  ASSERT_TRUE(loop.run(house.engine->put<dataspace::DataspaceProfileDocument>(
      Command{everywhere, EntityId("catena")}, profile, 0)));
  ASSERT_TRUE(loop.run(dataspaces.associate(acme, {std::string(profile_2025_1), "catena"}, "operator")));
  server.answer("/dsp", "{}");
  const auto granted_under = [&](std::string name, std::vector<protocol::dcp::Scope> more) {
    DspPeers::Message message{.context = acme,
                              .audience = globex.did(),
                              .profile = std::move(name),
                              .url = server.url("/dsp"),
                              .body = "{}",
                              .scopes = std::move(more)};
    EXPECT_TRUE(loop.run(peers.send(std::move(message), house.soon())));
    const auto claim = [](const std::string& token, const char* name) {
      return protocol::jose::text_claim(protocol::jose::parse_jwt(token)->claims, name).value();
    };
    return claim(claim(std::string(server.last("/dsp").headers.get("Authorization")->substr(7)), "token"),
                 "scope");
  };
  const std::string type = "org.eclipse.dspace.dcp.vc.type:";
  EXPECT_EQ(granted_under(std::string(profile_2025_1), {}), type + "MembershipCredential:read");
  EXPECT_EQ(granted_under("catena", {}),
            type + "MembershipCredential:read " + type + "QualityCredential:read");
  EXPECT_EQ(granted_under(std::string(profile_2025_1), {{.value = "CatalogCredential"}}),
            type + "MembershipCredential:read " + type + "CatalogCredential:read");
}

TEST_F(DspPeersTest, a_caller_whose_credentials_cannot_be_looked_at_for_a_moment_may_ask_again) {
  globex.offer("CredentialService", "/cs");
  LoopbackServer elsewhere(loop);
  const auto now = loop.clock().now();
  auto credential = issuer.credential(globex.did(), "MembershipCredential", now);
  credential.statuses = {{.list_url = elsewhere.url("/status"), .index = 7}};
  const auto presented = globex.present(globex.presentation(acme_did, {issuer.issue(credential, now)}, now));
  const auto query = globex.path("/cs/presentations/query");
  const auto ask = [&] {
    const auto authenticated = authenticate(call(authorization())).value();
    return loop.run(peers.subject(authenticated, house.soon()));
  };
  server.answer(query, "", 502);
  EXPECT_EQ(code_of(ask()), ErrorCode::unavailable) << "its credential service is down";
  server.answer(query, kontor::testing::presentation_response({presented}));
  elsewhere.stop();
  EXPECT_EQ(code_of(ask()), ErrorCode::unavailable) << "the server of the status list is down";
  server.answer(query, "", 403);
  EXPECT_EQ(code_of(ask()), ErrorCode::unauthenticated) << "that is its answer";
}

TEST_F(DspPeersTest, nobody_would_be_refused_for_what_it_lacked_a_moment_ago) {
  globex.offer("CredentialService", "/cs");
  const auto query = globex.path("/cs/presentations/query");
  const auto now = loop.clock().now();
  const auto ask = [&](Asked asked) {
    const auto caller = authenticate(call(authorization())).value();
    const auto subject = loop.run(peers.subject(caller, house.soon(), std::move(asked)));
    return subject ? json::serialize(*subject->claims) : subject.error().message();
  };
  server.answer(query, kontor::testing::presentation_response({}));
  EXPECT_EQ(ask({}), R"({"vc":[]})");
  const auto membership = issuer.issue(issuer.credential(globex.did(), "MembershipCredential", now), now);
  const auto presented = globex.present(globex.presentation(acme_did, {membership}, now));
  server.answer(query, kontor::testing::presentation_response({presented}));
  EXPECT_EQ(ask({}), R"({"vc":[]})") << "nothing is wanted of it";
  EXPECT_EQ(server.asked(query), 1u);
  const auto for_members = json::decode<protocol::odrl::Policy>(
      R"({"@type":"Set","permission":[{"action":"use","constraint":[)"
      R"({"leftOperand":"MembershipCredential","operator":"eq","rightOperand":"active"}]}]})");
  ASSERT_TRUE(for_members) << for_members.error().message();
  const Asked asked{.terms = {{policy::negotiation_scope, *for_members}}};
  EXPECT_TRUE(ask(asked).contains("MembershipCredential"));
  EXPECT_TRUE(ask(asked).contains("MembershipCredential"));
  EXPECT_EQ(server.asked(query), 2u) << "who fulfils it is believed for the time of what was proven";
}

TEST_F(DspPeersTest, each_attempt_has_a_token_of_its_own_for_its_audience) {
  server.answer("/dsp", "{}");
  ASSERT_TRUE(send(server.url("/dsp")));
  const std::string first(*server.last("/dsp").headers.get("Authorization"));
  ASSERT_TRUE(send(server.url("/dsp")));
  const std::string second(*server.last("/dsp").headers.get("Authorization"));
  const auto claims = jose::parse_jwt(first.substr(7))->claims;
  EXPECT_EQ(claims.iss, acme_did.str());
  EXPECT_EQ(claims.aud, std::vector{globex.did().str()});
  EXPECT_NE(claims.jti, jose::parse_jwt(second.substr(7))->claims.jti);
  const auto access = jose::parse_jwt(jose::text_claim(claims, "token").value()).value();
  EXPECT_EQ(access.claims.sub, globex.did().str()) << "what it may ask for is for it alone";
  EXPECT_EQ(jose::text_claim(access.claims, "scope"),
            "org.eclipse.dspace.dcp.vc.type:MembershipCredential:read");
}

// What passes requests on between us and the peer may do it twice, and answer with what the second copy
// heard.
TEST_F(DspPeersTest, a_message_whose_token_is_not_taken_is_sent_again_under_another) {
  std::set<std::string> tokens;
  std::size_t refused = 2;
  server.answer("/dsp", [&](const http::Request& request) {
    const auto token = request.headers.get("Authorization").value_or("");
    tokens.insert(*jose::parse_jwt(token.substr(7))->claims.jti);
    http::Response response{tokens.size() <= refused ? 401u : 200u, {}, {}};
    response.body.text = "{}";
    return response;
  });
  EXPECT_TRUE(send(server.url("/dsp")));
  EXPECT_EQ(tokens.size(), 3u);
  refused = 1000;
  EXPECT_EQ(code_of(send(server.url("/dsp"))), ErrorCode::peer_refused);
  EXPECT_EQ(tokens.size(), 7u) << "four of them: a peer that does not know us does not hear us for ever";
}

TEST_F(DspPeersTest, a_failure_that_may_pass_is_told_from_a_final_one) {
  for (const unsigned status : {408u, 409u, 429u, 500u, 502u, 503u}) {
    server.answer("/dsp", R"({"reason":["later"]})", status);
    EXPECT_EQ(code_of(send(server.url("/dsp"))), ErrorCode::peer_unavailable) << status;
  }
  for (const unsigned status : {302u, 400u, 401u, 403u, 404u, 410u}) {
    server.answer("/dsp", R"({"reason":["never"]})", status);
    const auto sent = send(server.url("/dsp"));
    EXPECT_EQ(code_of(sent), ErrorCode::peer_refused) << status;
    EXPECT_TRUE(sent.error().message().contains("never"));
  }
}

TEST_F(DspPeersTest, a_message_does_not_go_where_a_stranger_points_inside_our_network) {
  for (const auto* url : {"http://10.0.0.1/dsp", "http://169.254.169.254/latest", "http://[fd00::1]/dsp"}) {
    EXPECT_EQ(code_of(send(url)), ErrorCode::address_refused) << url;
  }
  server.answer("/dsp", [this](const http::Request&) {
    http::Response response{307, {}, {}};
    response.headers.set("Location", server.url("/elsewhere"));
    return response;
  });
  EXPECT_EQ(code_of(send(server.url("/dsp"))), ErrorCode::peer_refused);
  EXPECT_EQ(server.asked("/elsewhere"), 0u);
}

TEST_F(DspPeersTest, a_wrong_pid_of_a_sender_is_written_to_the_log) {
  using protocol::dsp::Pid;
  const Pid ours{"c"}, theirs{"p"};
  const protocol::dsp::KnownProcess process{protocol::dsp::Role::consumer, ours, theirs};
  peers.note_pids(acme, globex.did(), {theirs, ours}, process);
  EXPECT_EQ(lines.text, "");
  peers.note_pids(acme, globex.did(), {Pid("forged\nline"), ours}, process);
  EXPECT_TRUE(lines.text.contains(globex.did().str())) << lines.text;
  EXPECT_EQ(std::ranges::count(lines.text, '\n'), 1) << lines.text;
}

TEST_F(DspPeersTest, a_counter_party_that_does_not_answer_is_left_alone_and_then_asked_again) {
  LoopbackServer dead(loop);
  const auto url = dead.url("/dsp");
  dead.stop();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(code_of(send(url)), ErrorCode::peer_unavailable);
  EXPECT_TRUE(lines.text.contains("left alone")) << lines.text;
  EXPECT_EQ(peers.health().resting_count(), 1u);
  const auto refused = send(url);
  EXPECT_EQ(code_of(refused), ErrorCode::peer_unavailable);
  EXPECT_TRUE(refused.error().message().contains("3 times in a row")) << refused.error().message();
  server.answer("/dsp", "{}");
  EXPECT_TRUE(send(server.url("/dsp"))) << "the same party elsewhere is not meant";
  loop.clock().advance(1s);
  EXPECT_FALSE(send(url).error().message().contains("times in a row")) << "one tries again";
}

TEST_F(DspPeersTest, an_answer_however_bad_is_one) {
  server.answer("/dsp", "{}", 503);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(code_of(send(server.url("/dsp"))), ErrorCode::peer_unavailable);
  EXPECT_EQ(peers.health().resting_count(), 0u);
  EXPECT_EQ(server.asked("/dsp"), 10u);
}

TEST_F(DspPeersTest, an_operator_sees_who_is_left_alone_and_why) {
  LoopbackServer dead(loop);
  const auto url = dead.url("/dsp");
  const auto authority = dead.authority();
  dead.stop();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(send(url));
  const auto answer = house.ask({"GET", house.administration_url("/api/operations/v1/resting-peers")});
  EXPECT_EQ(answer.status, 200u);
  EXPECT_TRUE(answer.body.text.contains(authority)) << answer.body.text;
  EXPECT_TRUE(answer.body.text.contains(globex.did().str())) << answer.body.text;
}

TEST_F(DspPeersTest, a_participant_that_is_not_active_sends_and_takes_nothing) {
  ASSERT_TRUE(loop.run(house.contexts->set_active(acme, false, "operator")));
  server.answer("/dsp", "{}");
  EXPECT_EQ(code_of(send(server.url("/dsp"))), ErrorCode::forbidden);
  EXPECT_EQ(server.asked("/dsp"), 0u);
  EXPECT_EQ(code_of(authenticate(call(authorization()))), ErrorCode::not_found);
}

}  // namespace kontor::runtime::dsp_endpoint
