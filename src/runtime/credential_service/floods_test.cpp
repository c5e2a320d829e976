// What somebody whom nobody knows can send on and on, and what it costs: messages beyond a bound are refused
// by what they say of themselves, nothing is kept beyond its bound, and whoever has business here does it
// meanwhile.
#include <map>

#include "base/text/encoding.hpp"
#include "runtime/credential_service/test_service.hpp"

namespace kontor::runtime::credential_service::testing {
namespace {

constexpr int flood = 300;
/// Of what came to nothing, before more is refused unproven.
constexpr std::uint64_t looked_at_max = 60;

struct Seen {
  std::map<unsigned, int> answers;
  std::uint64_t signatures = 0;  ///< of tokens that were checked
};

class Floods : public CredentialServiceTest {
 protected:
  /// Asks so many times, each time with a token of its own.
  template <class Ask>
  Seen send(int times, Ask ask) {
    Seen seen;
    const auto before = house.verifier->signatures_checked();
    for (int i = 0; i < times; ++i) ++seen.answers[ask(i)];
    seen.signatures = house.verifier->signatures_checked() - before;
    return seen;
  }
  std::string token_of(Party& party) { return party.authorization(party.self_issued(acme, now())); }
  /// In the name of another, whose key the sender does not have.
  std::string forged_token_of(Party& party) {
    const auto claims = party.self_issued(acme, now());
    return "Bearer " + stranger.sign(dcp::signing_input(claims, party.signer()));
  }
  unsigned offer(const Party& whom, const std::string& authorization, const std::string& id) {
    dcp::CredentialOfferMessage offer{.issuer = whom.did(), .credentials = {}};
    auto& object = offer.credentials.emplace_back();
    object.id = dcp::CredentialObjectId(id);
    object.credential_type = membership;
    object.profile = "vc11-sl2021/jwt";
    return house.post(house.url(base + "/offers"), json::encode(offer), authorization).status;
  }
  unsigned query(Party& verifier, std::string access_token) {
    auto token = verifier.self_issued(acme, now());
    token.access_token = std::move(access_token);
    dcp::PresentationQueryMessage query;
    query.scope = {"org.eclipse.dspace.dcp.vc.type:MembershipCredential:read"};
    return house
        .post(house.url(base + "/presentations/query"), json::encode(query), verifier.authorization(token))
        .status;
  }
  std::size_t offers_kept() {
    return loop.run(house.engine->list<credential_offer::Machine>(ContextId("acme"), {}))
        .value()
        .entities.size();
  }
  /// What our participant lets the party see.
  std::string granted_to(const Party& party) {
    const auto authorization = loop.run(house.tokens->granting(
        ContextId("acme"), party.did(),
        dcp::parse_scopes("org.eclipse.dspace.dcp.vc.type:MembershipCredential:read").value()));
    const auto token = protocol::jose::parse_jwt(authorization.value().substr(7)).value();
    return protocol::jose::text_claim(token.claims, "token").value();
  }
};

}  // namespace

TEST_F(Floods, a_flood_of_offers_is_kept_within_its_bounds_and_holds_up_nobody_else) {
  const auto seen =
      send(flood, [&](int i) { return offer(stranger, token_of(stranger), std::to_string(i)); });
  EXPECT_EQ(seen.answers.at(200), 4);
  EXPECT_EQ(seen.answers.at(429), flood - 4);
  EXPECT_LE(seen.signatures, looked_at_max + 4);
  EXPECT_EQ(offers_kept(), 4u);
  EXPECT_EQ(offer(issuer, token_of(issuer), "membership-1"), 200u);
  EXPECT_EQ(offers_kept(), 5u);
}

TEST_F(Floods, a_flood_of_the_same_offer_is_one_offer_and_no_rows_without_end) {
  const auto seen = send(flood, [&](int) { return offer(stranger, token_of(stranger), "the-same"); });
  EXPECT_EQ(seen.answers.at(200) + seen.answers.at(429), flood);
  EXPECT_LE(seen.answers.at(200), 61);
  EXPECT_EQ(offers_kept(), 1u);
}

TEST_F(Floods, a_flood_of_deliveries_that_nobody_asked_for_is_refused_and_what_was_asked_for_arrives) {
  request();
  const auto what = message({stranger.issue(stranger.credential(acme, membership, now()), now())});
  const auto seen = send(flood, [&](int) { return deliver(what, token_of(stranger)).status; });
  EXPECT_EQ(seen.answers.at(404), static_cast<int>(looked_at_max));
  EXPECT_EQ(seen.answers.at(429), flood - static_cast<int>(looked_at_max));
  EXPECT_EQ(seen.signatures, looked_at_max);
  EXPECT_TRUE(held().empty());
  EXPECT_EQ(deliver(message({issuer.issue(membership_of(acme), now())})).status, 200u);
  EXPECT_EQ(held().size(), 1u);
}

TEST_F(Floods, a_flood_of_queries_is_refused_and_who_was_let_in_is_served) {
  Party verifier(server, "verifier");
  const auto seen = send(flood, [&](int i) { return query(stranger, "invented-" + std::to_string(i)); });
  EXPECT_EQ(seen.answers.at(401), static_cast<int>(looked_at_max));
  EXPECT_EQ(seen.answers.at(429), flood - static_cast<int>(looked_at_max));
  EXPECT_EQ(query(verifier, granted_to(verifier)), 200u);
}

TEST_F(Floods, many_strangers_at_once_keep_no_more_than_all_may) {
  std::map<unsigned, int> answers;
  for (int i = 0; i < 30; ++i) {
    Party one(server, "stranger-" + std::to_string(i));
    for (int k = 0; k < 5; ++k) ++answers[offer(one, token_of(one), std::to_string(k))];
  }
  EXPECT_EQ(offers_kept(), 6u);
  EXPECT_EQ(answers.at(200), 6);
  EXPECT_EQ(answers.at(429), 144);
}

// What is sent in the name of another is not what the other has sent.
TEST_F(Floods, nobody_is_held_up_by_what_a_stranger_sends_in_its_name) {
  const auto seen =
      send(flood, [&](int i) { return offer(issuer, forged_token_of(issuer), std::to_string(i)); });
  EXPECT_EQ(seen.answers.at(401), flood);
  EXPECT_EQ(offer(issuer, token_of(issuer), "membership-1"), 200u);
}

TEST_F(Floods, who_was_held_up_is_heard_again_when_the_minute_is_over) {
  send(flood, [&](int) { return deliver(message({"x.y.z"}), token_of(stranger)).status; });
  EXPECT_EQ(offer(stranger, token_of(stranger), "1"), 429u);
  loop.clock().advance(std::chrono::minutes(1));
  EXPECT_EQ(offer(stranger, token_of(stranger), "1"), 200u);
}

TEST_F(Floods, a_token_whose_signature_was_mirrored_is_the_same_token) {
  const auto token = token_of(stranger).substr(7);
  const auto jws = protocol::jose::parse_jws(token).value();
  const auto order =
      text::hex_decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").value();
  auto mirrored = jws.signature;
  int borrowed = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const int digit = std::to_integer<int>(order[i]) - std::to_integer<int>(jws.signature[32 + i]) - borrowed;
    borrowed = digit < 0 ? 1 : 0;
    mirrored[32 + i] = static_cast<std::byte>(digit & 0xff);
  }
  EXPECT_EQ(offer(stranger, "Bearer " + token, "1"), 200u);
  EXPECT_EQ(offer(stranger, "Bearer " + protocol::jose::assemble(jws.signing_input, mirrored), "2"), 401u);
  EXPECT_EQ(offers_kept(), 1u);
}

}  // namespace kontor::runtime::credential_service::testing
