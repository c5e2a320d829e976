#include "runtime/did_control/did_controls.hpp"

#include <gtest/gtest.h>

#include "protocol/jose/jwt.hpp"
#include "runtime/did_control/assembly.hpp"
#include "testing/house/house.hpp"
#include "testing/party/party.hpp"

namespace kontor::runtime::did_control {
namespace {

using kontor::testing::House;
using kontor::testing::LoopbackServer;
using kontor::testing::Party;
using kontor::testing::run_together;
using kontor::testing::VirtualLoop;
namespace control = domain::did_control;
namespace http = platform::http;
namespace jose = protocol::jose;

const std::string identities = "/api/identity/v1beta/participants";

std::string text_at(const http::Response& response, std::string_view member) {
  const auto body = json::parse(response.body.text);
  const auto* found = body ? json::find(*body, member) : nullptr;
  return found && found->is_string() ? std::string(found->get_string()) : "";
}

/// A house with the participant `globex`, whose DID and document are somebody else's.
class DidControlTest : public ::testing::Test {
 protected:
  DidControlTest() {
    bind_routes(*house.router, controls, loop.clock());
    house.open();
    EXPECT_EQ(create("globex").status, 200u);
  }
  ~DidControlTest() override { house.close(); }

  http::Response send(std::string method, const std::string& path, const std::string& body = "") {
    http::Request request{std::move(method), house.administration_url(identities + path), {}, {body, {}}};
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    return house.ask(std::move(request));
  }
  http::Response create(const std::string& context) { return create(context, peer.did().str()); }
  http::Response create(const std::string& context, const std::string& did) {
    return send("POST", "",
                R"({"participantContextId":")" + context + R"(","did":")" + did +
                    R"(","active":true,"key":{"keyId":"key-1","privateKeyAlias":"key-1",)"
                    R"("keyGeneratorParams":{"algorithm":"EC","curve":"secp256r1"}}})");
  }
  http::Response ask(const std::string& context = "globex") {
    return send("POST", "/" + context + "/didcontrol/challenges");
  }
  http::Response prove(const std::string& proof, const std::string& context = "globex") {
    return send("POST", "/" + context + "/didcontrol/proofs", R"({"proof":")" + proof + R"("})");
  }
  http::Response show(const std::string& context = "globex") {
    return send("GET", "/" + context + "/didcontrol");
  }
  std::string state(const std::string& context = "globex") { return text_at(show(context), "state"); }
  /// What the participant signs to answer.
  std::string answer_to(const http::Response& challenge) {
    const jose::Claims claims{.iss = peer.did().str(),
                              .sub = peer.did().str(),
                              .aud = {text_at(challenge, "audience")},
                              .iat = loop.clock().now(),
                              .rest = {{"nonce", text_at(challenge, "challenge")}}};
    return peer.sign(jose::make_signing_input({.kid = peer.kid()}, claims));
  }
  Task<Result<DidStanding::State>> waited_for(std::string context, Duration time) {
    auto moved = co_await controls.moved_on(ContextId(std::move(context)),
                                            platform::async::Deadline::after(loop.clock(), time));
    if (!moved) co_return fail(std::move(moved.error()));
    co_return moved->state;
  }
  Task<Result<DidStanding::State>> proven(std::string answer) {
    auto done = co_await controls.prove(ContextId("globex"), std::move(answer), "test", house.soon());
    if (!done) co_return fail(std::move(done.error()));
    co_return DidStanding::State::proven;
  }
  bool signs(const std::string& context = "globex") {
    return loop.run(house.tokens->plain(ContextId(context), house_did)).has_value();
  }
  bool published() { return loop.run(house.contexts->published_document(peer.did())).has_value(); }
  std::vector<platform::store::AuditRow> audited() {
    return loop.run(house.store->audit(ContextId("globex"), 0, 1000)).value();
  }
  /// Documents are asked for anew after a second.
  void later() { loop.clock().advance(std::chrono::seconds(3)); }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  LoopbackServer server{loop};
  Party peer{server, "globex"};
  House house{loop, {.kinds = {&control::Machine::kind()}, .plain_authorities = {server.authority()}}};
  DidControls controls{{*house.engine, *house.contexts, *house.resolver}};
  Did house_did = house.participant("house");
};

}  // namespace

TEST_F(DidControlTest, who_brings_a_did_along_neither_signs_nor_publishes_before_it_is_proven) {
  EXPECT_EQ(state(), "UNPROVEN");
  EXPECT_FALSE(signs());
  EXPECT_FALSE(published());
  EXPECT_TRUE(send("GET", "/globex").body.text.contains(R"("state":100)"));
}

TEST_F(DidControlTest, who_has_not_proven_its_did_cannot_be_activated_by_a_call) {
  const auto refused = send("POST", "/globex/state?isActive=true");
  EXPECT_EQ(refused.status, 409u);
  EXPECT_TRUE(refused.body.text.contains("challenge")) << refused.body.text;
  EXPECT_FALSE(signs());
}

TEST_F(DidControlTest, an_answer_by_a_key_of_the_did_activates_the_participant) {
  const auto challenge = ask();
  EXPECT_EQ(challenge.status, 201u);
  EXPECT_EQ(challenge.headers.get("Cache-Control"), "no-store");
  EXPECT_EQ(text_at(challenge, "did"), peer.did().str());
  const auto proven = prove(answer_to(challenge));
  EXPECT_EQ(proven.status, 204u) << proven.body.text;
  EXPECT_EQ(state(), "PROVEN");
  EXPECT_EQ(text_at(show(), "keyId"), peer.kid());
  EXPECT_TRUE(signs());
  EXPECT_TRUE(published());
  EXPECT_EQ(ask().status, 409u) << "nothing is left to prove";
}

TEST_F(DidControlTest, whoever_waits_for_the_proof_is_answered_by_it) {
  std::vector<Task<Result<DidStanding::State>>> both;
  const auto answer = answer_to(ask());
  both.push_back(waited_for("globex", std::chrono::hours(1)));
  both.push_back(proven(answer));
  const auto before = loop.clock().now();
  for (const auto& state : run_together(loop, std::move(both)))
    EXPECT_EQ(state.value(), DidStanding::State::proven);
  EXPECT_EQ(loop.clock().now(), before) << "no time went by";
}

TEST_F(DidControlTest, whoever_waits_for_a_proof_that_does_not_come_is_told_so) {
  std::optional<Result<DidStanding::State>> told;
  platform::async::Scope waiting(loop.executor());
  waiting.spawn(kontor::testing::detail::keep_at(waited_for("globex", std::chrono::minutes(1)), told));
  for (int seconds = 0; seconds < 59; ++seconds) {
    loop.run(loop.turn());
    loop.clock().advance(std::chrono::seconds(1));
  }
  EXPECT_FALSE(told);
  for (int seconds = 0; seconds < 10; ++seconds) {
    loop.clock().advance(std::chrono::seconds(1));
    loop.run(loop.turn());
  }
  ASSERT_TRUE(told);
  EXPECT_EQ(told->value(), DidStanding::State::unproven);
  loop.run(waiting.close());
  EXPECT_EQ(loop.run(waited_for("house", std::chrono::hours(1))).value(), DidStanding::State::hosted);
}

TEST_F(DidControlTest, what_was_proven_stays_proven_when_the_participant_pauses) {
  ASSERT_EQ(prove(answer_to(ask())).status, 204u);
  EXPECT_EQ(send("POST", "/globex/state?isActive=false").status, 204u);
  EXPECT_EQ(state(), "PROVEN");
  EXPECT_EQ(send("POST", "/globex/state?isActive=true").status, 204u);
  EXPECT_TRUE(signs());
}

TEST_F(DidControlTest, who_was_deactivated_proves_its_did_and_waits_for_whoever_deactivated_it) {
  EXPECT_EQ(send("POST", "/globex/state?isActive=false").status, 204u);
  EXPECT_EQ(prove(answer_to(ask())).status, 204u);
  EXPECT_EQ(state(), "PROVEN");
  EXPECT_FALSE(signs());
  EXPECT_EQ(send("POST", "/globex/state?isActive=true").status, 204u);
  EXPECT_TRUE(signs());
}

TEST_F(DidControlTest, of_two_who_name_one_did_the_first_that_proves_it_has_it) {
  EXPECT_EQ(create("squatter").status, 200u);
  const auto theirs = ask("squatter");
  EXPECT_EQ(theirs.status, 201u);
  ASSERT_EQ(prove(answer_to(ask())).status, 204u);
  EXPECT_EQ(state("squatter"), "LOST");
  EXPECT_EQ(prove(answer_to(theirs), "squatter").status, 409u);
  EXPECT_EQ(ask("squatter").status, 409u);
  EXPECT_EQ(send("POST", "/squatter/state?isActive=true").status, 409u);
  EXPECT_FALSE(signs("squatter"));
  EXPECT_TRUE(signs());
  EXPECT_EQ(create("late").status, 409u) << "it is known whose it is";
}

TEST_F(DidControlTest, of_two_proofs_at_once_one_counts) {
  EXPECT_EQ(create("second").status, 200u);
  const std::string answers[] = {answer_to(ask()), answer_to(ask("second"))};
  std::vector<Task<Result<void>>> proofs;
  proofs.push_back(controls.prove(ContextId("globex"), answers[0], "test", house.soon()));
  proofs.push_back(controls.prove(ContextId("second"), answers[1], "test", house.soon()));
  const auto done = run_together(loop, std::move(proofs));
  EXPECT_NE(done[0].has_value(), done[1].has_value());
  EXPECT_NE(signs("globex"), signs("second"));
}

TEST_F(DidControlTest, a_did_of_ours_needs_no_proof_and_belongs_to_the_first) {
  EXPECT_EQ(state("house"), "HOSTED");
  EXPECT_EQ(ask("house").status, 409u);
  EXPECT_EQ(create("another", house_did.str()).status, 409u);
}

TEST_F(DidControlTest, an_answer_is_good_once) {
  const auto answer = answer_to(ask());
  ASSERT_EQ(prove(answer).status, 204u);
  EXPECT_EQ(prove(answer).status, 409u);
  EXPECT_EQ(create("second", "did:web:" + std::string("nobody.example")).status, 200u);
  const auto expired = answer_to(ask("second"));
  loop.clock().advance(control::challenge_time);
  EXPECT_EQ(prove(expired, "second").status, 400u) << "it is of another DID";
}

TEST_F(DidControlTest, an_answer_after_its_time_or_without_a_challenge_is_refused) {
  http::Response never;
  never.body.text = R"({"challenge":"00","audience":"did:web:x"})";
  EXPECT_EQ(prove(answer_to(never)).status, 403u) << "no challenge was asked for";
  const auto answer = answer_to(ask());
  EXPECT_EQ(prove(answer_to(never)).status, 403u) << "another was";
  loop.clock().advance(control::challenge_time);
  EXPECT_EQ(prove(answer).status, 403u);
  EXPECT_EQ(state(), "UNPROVEN");
}

TEST_F(DidControlTest, an_answer_to_the_challenge_of_another_context_is_refused) {
  EXPECT_EQ(create("squatter").status, 200u);
  const auto theirs = ask("squatter");
  ask();
  EXPECT_EQ(prove(answer_to(theirs)).status, 403u);
  // Whoever was told the nonce of a challenge cannot use it in another context's name either.
  auto mixed = json::parse(theirs.body.text).value();
  mixed.as_object()["audience"] = text_at(ask(), "audience");
  http::Response told;
  told.body.text = json::serialize(mixed);
  EXPECT_EQ(prove(answer_to(told), "squatter").status, 403u);
  EXPECT_EQ(state("squatter"), "UNPROVEN");
}

TEST_F(DidControlTest, a_key_that_has_left_the_document_proves_nothing) {
  const auto answer = answer_to(ask());
  ASSERT_TRUE(loop.run(house.resolver->resolve(peer.did(), platform::did::Freshness::cached, house.soon())));
  later();
  peer.document.authentication = std::vector<std::string>{};
  peer.publish();
  const auto refused = prove(answer);
  EXPECT_EQ(refused.status, 403u) << "the document that is kept still has it";
  EXPECT_FALSE(signs());
}

TEST_F(DidControlTest, a_key_that_is_for_something_else_proves_nothing) {
  peer.document.authentication = std::vector<std::string>{};
  peer.document.assertion_method = std::vector<std::string>{peer.kid()};
  peer.publish();
  const auto refused = prove(answer_to(ask()));
  EXPECT_EQ(refused.status, 403u);
  EXPECT_TRUE(refused.body.text.contains("authentication")) << refused.body.text;
  EXPECT_FALSE(signs());
}

TEST_F(DidControlTest, a_document_that_cannot_be_had_proves_nothing_and_may_be_had_later) {
  const auto answer = answer_to(ask());
  server.answer(peer.path("/did.json"), "", 503);
  EXPECT_EQ(prove(answer).status, 502u);
  later();
  server.answer(peer.path("/did.json"), "", 404);
  EXPECT_EQ(prove(answer).status, 403u);
  later();
  peer.publish();
  EXPECT_EQ(prove(answer).status, 204u) << "the challenge was still open";
}

TEST_F(DidControlTest, no_participant_can_be_the_audience_of_answers) {
  const auto audience = text_at(ask(), "audience");
  const auto refused = create("audience", audience);
  EXPECT_EQ(refused.status, 400u);
  EXPECT_TRUE(refused.body.text.contains("/did")) << refused.body.text;
}

TEST_F(DidControlTest, a_refused_answer_is_told_shown_and_audited) {
  const auto challenge = ask();
  const auto other = Party(server, "somebody");
  const jose::Claims claims{.iss = peer.did().str(),
                            .sub = peer.did().str(),
                            .aud = {text_at(challenge, "audience")},
                            .rest = {{"nonce", text_at(challenge, "challenge")}}};
  const auto refused = prove(other.sign(jose::make_signing_input({.kid = peer.kid()}, claims)));
  EXPECT_EQ(refused.status, 403u);
  EXPECT_TRUE(refused.body.text.contains("proves nothing")) << refused.body.text;
  EXPECT_TRUE(text_at(show(), "lastRefusal").contains("proves nothing"));
  bool found = false;
  for (const auto& row : audited())
    found = found || (row.event.name == "did.control.refused" && row.event.body.contains("proves nothing"));
  EXPECT_TRUE(found);
  EXPECT_EQ(prove("nothing").status, 400u);
  EXPECT_TRUE(prove("nothing").body.text.contains("/proof"));
}

TEST_F(DidControlTest, answers_are_bounded) {
  const auto answer = answer_to(ask());
  for (std::size_t i = 0; i < control::tries_max; ++i) EXPECT_EQ(prove("nothing").status, 400u);
  EXPECT_EQ(prove(answer).status, 429u);
  EXPECT_EQ(server.asked(peer.path("/did.json")), 0u) << "nobody was asked";
  loop.clock().advance(control::tries_time);
  EXPECT_EQ(prove(answer_to(ask())).status, 204u);
}

TEST_F(DidControlTest, challenges_are_bounded) {
  for (std::size_t i = 0; i < control::challenges_max; ++i) EXPECT_EQ(ask().status, 201u);
  EXPECT_EQ(ask().status, 429u);
  loop.clock().advance(control::challenge_time);
  EXPECT_EQ(ask().status, 201u);
}

TEST_F(DidControlTest, a_proof_that_broke_off_after_its_claim_is_completed) {
  const auto answer = answer_to(ask());
  auto owner = loop.run(house.contexts->load(ContextId("globex"))).value();
  ASSERT_TRUE(loop.run(house.contexts->claim(owner.entity, "test")));
  EXPECT_FALSE(signs());
  EXPECT_EQ(prove(answer).status, 204u);
  EXPECT_TRUE(signs());
}

TEST_F(DidControlTest, a_context_that_is_not_there_has_nothing_to_prove) {
  EXPECT_EQ(show("nobody").status, 404u);
  EXPECT_EQ(ask("nobody").status, 404u);
  EXPECT_EQ(prove("nothing", "nobody").status, 404u);
}

}  // namespace kontor::runtime::did_control
