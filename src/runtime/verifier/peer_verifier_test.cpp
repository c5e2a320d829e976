#include "runtime/verifier/peer_verifier.hpp"

#include "base/text/encoding.hpp"
#include "testing/house/world.hpp"

namespace kontor::runtime::verifier::testing {
namespace {

namespace jose = protocol::jose;
using namespace kontor::testing;
using namespace std::chrono_literals;
using protocol::dcp::Caller;
using Verdict = Result<Caller>;
constexpr auto refused = ErrorCode::unauthenticated;

class PeerVerifierTest : public World {
 protected:
  Verdict verify(std::string authorization, bool access_token_required = false) {
    return loop.run(
        house.verifier->verify(std::move(authorization), {acme, access_token_required}, house.soon()));
  }
  std::string good() { return peer.authorization(peer.self_issued(acme_did, now())); }
  jose::Claims claims() { return jose::parse_jwt(good().substr(7)).value().claims; }
  jose::Header header() const { return {.alg = jose::Algorithm::es256, .kid = peer.kid()}; }
  std::string signed_as(const jose::Header& header, const jose::Claims& claims) {
    return "Bearer " + peer.sign(jose::make_signing_input(header, claims));
  }
  /// A good token with its claims changed before it is signed.
  Verdict with(const std::function<void(jose::Claims&)>& change) {
    auto changed = claims();
    change(changed);
    return verify(signed_as(header(), changed));
  }
  Verdict under_kid(std::optional<std::string> kid) {
    auto other = header();
    other.kid = std::move(kid);
    return verify(signed_as(other, claims()));
  }
  std::size_t documents_asked() const { return server.asked(peer.path("/did.json")); }
};

}  // namespace

TEST_F(PeerVerifierTest, a_good_token_proves_who_calls) {
  auto token = peer.self_issued(acme_did, now());
  token.access_token = "opaque";
  const auto caller = verify(peer.authorization(token), true);
  ASSERT_TRUE(caller) << caller.error().message();
  EXPECT_EQ(caller->did, peer.did());
  EXPECT_EQ(caller->access_token, "opaque");
  EXPECT_EQ(caller->single_use.jti, token.jti);
  EXPECT_GE(caller->single_use.keep_until, now() + 5min);
}

TEST_F(PeerVerifierTest, a_header_that_is_no_bearer_token_is_refused) {
  for (const auto* header : {"", "Bearer", "Bearer ", "Basic YTpi", "Bearer a.b", "Bearer a.b.c"}) {
    EXPECT_EQ(error_code_of(verify(header)), refused) << header;
  }
}

TEST_F(PeerVerifierTest, issuer_and_subject_are_the_same_party) {
  EXPECT_EQ(error_code_of(with([this](auto& claims) { claims.sub = issuer.did().str(); })), refused);
  EXPECT_EQ(error_code_of(with([](auto& claims) { claims.sub.reset(); })), refused);
  EXPECT_EQ(error_code_of(with([](auto& claims) { claims.iss.reset(); })), refused);
}

TEST_F(PeerVerifierTest, nobody_speaks_for_another_party) {
  EXPECT_EQ(error_code_of(with([this](auto& claims) { claims.iss = claims.sub = issuer.did().str(); })),
            refused);
  EXPECT_EQ(error_code_of(under_kid(issuer.kid())), refused);
  EXPECT_EQ(server.asked(issuer.path("/did.json")), 0u) << "a key of another party is not even looked at";
}

TEST_F(PeerVerifierTest, a_token_for_another_audience_is_refused) {
  EXPECT_EQ(error_code_of(with([this](auto& claims) { claims.aud = {issuer.did().str()}; })), refused);
  EXPECT_EQ(error_code_of(with([](auto& claims) { claims.aud.clear(); })), refused);
  EXPECT_TRUE(with([](auto& claims) { claims.aud.push_back("did:web:other"); }));
}

TEST_F(PeerVerifierTest, dates_hold_within_the_leeway_and_no_further) {
  const auto at = now();
  EXPECT_TRUE(with([at](auto& claims) { claims.exp = at - 4s, claims.iat = at - 1min; }));
  EXPECT_EQ(error_code_of(with([at](auto& claims) { claims.exp = at - 6s, claims.iat = at - 1min; })),
            refused);
  EXPECT_TRUE(with([at](auto& claims) { claims.iat = at + 4s; }));
  EXPECT_EQ(error_code_of(with([at](auto& claims) { claims.iat = at + 6s; })), refused);
  EXPECT_EQ(error_code_of(with([at](auto& claims) { claims.nbf = at + 6s; })), refused);
  EXPECT_EQ(error_code_of(with([](auto& claims) { claims.exp.reset(); })), refused);
  EXPECT_EQ(error_code_of(with([](auto& claims) { claims.iat.reset(); })), refused);
}

TEST_F(PeerVerifierTest, a_token_that_cannot_be_told_from_its_repetition_is_refused) {
  EXPECT_EQ(error_code_of(with([](auto& claims) { claims.jti.reset(); })), refused);
  EXPECT_EQ(error_code_of(with([](auto& claims) { claims.jti = ""; })), refused);
  EXPECT_EQ(error_code_of(with([](auto& claims) { claims.jti = std::string(10'000, 'x'); })), refused);
}

TEST_F(PeerVerifierTest, the_use_of_a_token_is_taken_by_one_transaction_alone) {
  const auto token = good();
  for (const auto expected : {ErrorCode::internal, ErrorCode::replayed}) {
    const auto caller = verify(token);
    ASSERT_TRUE(caller);
    platform::store::Transaction transaction;
    transaction.single_use.push_back(stored(caller->single_use));
    EXPECT_EQ(error_code_of(loop.run(house.store->commit(acme, std::move(transaction)))), expected);
  }
}

TEST_F(PeerVerifierTest, a_token_that_brings_its_own_key_is_refused) {
  EXPECT_EQ(error_code_of(with([](auto& claims) { claims.rest["sub_jwk"] = json::Object(); })), refused);
}

TEST_F(PeerVerifierTest, a_signature_that_is_not_the_callers_is_refused) {
  peer.key = issuer.key;
  EXPECT_EQ(error_code_of(verify(good())), refused);
}

TEST_F(PeerVerifierTest, a_token_without_signature_is_refused) {
  auto token = good();
  token.resize(token.rfind('.') + 1);
  EXPECT_EQ(error_code_of(verify(token)), refused);
  const std::string none = R"({"alg":"none","kid":")" + peer.kid() + R"("})";
  const auto head = jose::signing_input(header(), json::serialize(write(claims())));
  EXPECT_EQ(error_code_of(verify("Bearer " + text::base64url_encode(bytes_of(none)) +
                                 head.substr(head.find('.')) + ".")),
            refused);
}

TEST_F(PeerVerifierTest, without_key_id_the_only_key_is_meant_and_no_guess_is_made_among_several) {
  EXPECT_TRUE(under_kid(std::nullopt));
  auto second = peer.document.verification_methods.front();
  second.id = peer.kid("key-2");
  peer.document.verification_methods.push_back(second);
  peer.publish();
  house.resolver->forget();
  EXPECT_EQ(error_code_of(under_kid(std::nullopt)), refused);
}

TEST_F(PeerVerifierTest, a_key_for_another_purpose_is_refused) {
  peer.document.capability_invocation = {peer.kid("key-for-invocations")};
  peer.document.assertion_method = {peer.kid()};
  peer.publish();
  EXPECT_EQ(error_code_of(verify(good())), refused);
}

TEST_F(PeerVerifierTest, a_key_that_is_declared_for_nothing_is_good_where_somebody_says_so) {
  using protocol::did::RelationshipPolicy;
  peer.document.authentication = std::vector<std::string>{};
  peer.document.assertion_method.reset();
  peer.document.capability_invocation.reset();
  peer.publish();
  EXPECT_EQ(error_code_of(verify(good())), refused);
  const auto under = [&](PeerVerifier& verifier, PeerVerifier::Wanted wanted) {
    return loop.run(verifier.verify(good(), std::move(wanted), house.soon())).has_value();
  };
  EXPECT_TRUE(under(*house.verifier, {acme, false, RelationshipPolicy::tolerant}));
  PeerVerifier lenient(*house.resolver, *house.signing, loop.clock(), RelationshipPolicy::tolerant);
  EXPECT_TRUE(under(lenient, {acme}));
  EXPECT_FALSE(under(lenient, {acme, false, RelationshipPolicy::strict})) << "who asks has the last word";
}

TEST_F(PeerVerifierTest, a_key_that_was_rotated_in_is_found_by_one_look_at_a_fresh_document) {
  ASSERT_TRUE(verify(good()));
  peer.document.verification_methods.front().id = peer.kid("key-2");
  peer.document.capability_invocation = {peer.kid("key-2")};
  peer.publish();
  loop.clock().advance(2s);
  EXPECT_TRUE(under_kid(peer.kid("key-2")));
  EXPECT_EQ(documents_asked(), 2u);
  EXPECT_EQ(error_code_of(verify(good())), refused) << "the key that was rotated out";
}

TEST_F(PeerVerifierTest, invented_key_ids_do_not_make_us_ask_on_and_on) {
  ASSERT_TRUE(verify(good()));
  loop.clock().advance(2s);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(error_code_of(under_kid(peer.kid("k" + std::to_string(i)))), refused);
  EXPECT_EQ(documents_asked(), 2u);
}

TEST_F(PeerVerifierTest, a_document_of_another_party_is_not_believed) {
  server.answer(peer.path("/did.json"), json::serialize(protocol::did::write(issuer.document)));
  EXPECT_EQ(error_code_of(verify(good())), refused);
}

TEST_F(PeerVerifierTest, a_document_that_cannot_be_had_proves_nothing) {
  server.answer(peer.path("/did.json"), std::string(300 * 1024, ' '));
  EXPECT_EQ(error_code_of(verify(good())), refused);
  loop.clock().advance(3s);
  redirect(server, peer.path("/did.json"));
  EXPECT_EQ(error_code_of(verify(good())), refused);
  EXPECT_EQ(server.asked("/elsewhere"), 0u);
  loop.clock().advance(3s);
  server.answer(peer.path("/did.json"), "", 204);
  EXPECT_EQ(error_code_of(verify(good())), refused);
  loop.clock().advance(3s);
  peer.publish();
  EXPECT_TRUE(verify(good()));
}

TEST_F(PeerVerifierTest, a_document_that_cannot_be_had_right_now_is_no_refusal) {
  server.answer(peer.path("/did.json"), "", 503);
  EXPECT_EQ(error_code_of(verify(good())), ErrorCode::unavailable);
  loop.clock().advance(3s);
  server.answer(peer.path("/did.json"), "", 404);
  EXPECT_EQ(error_code_of(verify(good())), refused) << "there is no such document";
}

TEST_F(PeerVerifierTest, where_a_presentation_follows_an_access_token_is_required) {
  EXPECT_TRUE(verify(good(), false));
  EXPECT_EQ(error_code_of(verify(good(), true)), refused);
  auto token = peer.self_issued(acme_did, now());
  token.access_token = "";
  EXPECT_EQ(error_code_of(verify(peer.authorization(token), true)), refused);
}

TEST_F(PeerVerifierTest, a_participant_that_is_not_there_or_not_active_has_no_callers) {
  const auto token = good();
  EXPECT_EQ(error_code_of(loop.run(house.verifier->verify(token, {ContextId("nobody")}, house.soon()))),
            ErrorCode::not_found);
  ASSERT_TRUE(loop.run(house.contexts->set_active(acme, false, "operator")));
  EXPECT_EQ(error_code_of(verify(token)), ErrorCode::not_found);
  ASSERT_TRUE(loop.run(house.contexts->set_active(acme, true, "operator")));
  EXPECT_TRUE(verify(token));
}

}  // namespace kontor::runtime::verifier::testing
