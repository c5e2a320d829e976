#include "runtime/verifier/known_credentials.hpp"
#include "runtime/verifier/presentations.hpp"
#include "testing/async/seeded_random.hpp"
#include "testing/house/world.hpp"

namespace kontor::runtime::verifier::testing {
namespace {

namespace jose = protocol::jose;
namespace vc = protocol::vc;
using namespace kontor::testing;
using namespace std::chrono_literals;
const std::string membership = "MembershipCredential";

/// A peer that presents one credential, or none, again and again.
class ProofsTest : public World {
 protected:
  ProofsTest() {
    peer.offer("CredentialService", "/cs");
    auto credential = issuer.credential(peer.did(), membership, now());
    credential.valid_until = now() + 24h;
    credential.statuses = {{.list_url = issuer.publish_status_list("/status", {}, now()), .index = 7}};
    token = issuer.issue(credential, now());
    present({token});
  }
  void present(std::vector<std::string> credentials) {
    auto content = peer.presentation(acme_did, std::move(credentials), now());
    content.lifetime = 24h;
    server.answer(query, presentation_response({peer.present(content)}));
  }
  Presentations::Question question() const {
    protocol::dcp::Caller caller{.did = peer.did(), .access_token = "opaque", .single_use = {}};
    return {acme, std::move(caller), {{.value = membership}}, {{issuer.did(), {membership}}}};
  }
  Result<Peer> ask() { return loop.run(house.presentations->ask(question(), house.soon())); }
  std::size_t believed() {
    const auto answer = ask();
    EXPECT_TRUE(answer) << answer.error().message();
    return answer ? answer->credentials.size() : 0;
  }
  void give_issuer_another_key() {
    kontor::testing::SeededRandom random{7};
    issuer.key = crypto::PrivateKey::generate(crypto::KeyType::p256, random).value();
    issuer.document.verification_methods[0].key = jose::jwk_of(issuer.key.public_key());
    issuer.document.verification_methods[0].parsed.reset();
    issuer.publish();
    house.resolver->forget();
  }
  /// Each question is an exchange of its own.
  Presentations without_memory() {
    return Presentations({house.scope, loop.clock(), *house.client, *house.resolver, *house.tokens,
                          *house.status_lists, *house.schemas},
                         {.max_age = 0s});
  }
  /// The next time that the peer is asked it presents what it holds, and before its answer is here its
  /// issuer revokes that.
  void be_overtaken() {
    auto content = peer.presentation(acme_did, {token}, now());
    content.lifetime = 24h;
    const auto body = presentation_response({peer.present(content)});
    server.answer(query, [this, body](const platform::http::Request&) {
      issuer.publish_status_list("/status", {7}, now());
      return platform::http::Response{200, {}, {body}};
    });
  }
  std::size_t asked() const { return server.asked(query); }

  std::uint64_t signatures() const { return house.presentations->counters().signatures; }

  const std::string query = peer.path("/cs/presentations/query");
  std::string token;
};

}  // namespace

TEST_F(ProofsTest, a_signature_is_checked_once_however_often_its_answer_is_looked_at) {
  EXPECT_EQ(believed(), 1u);
  EXPECT_EQ(signatures(), 2u) << "the credential's and the presentation's";
  EXPECT_EQ(believed(), 1u);
  EXPECT_EQ(signatures(), 2u) << "what is remembered costs none";
  loop.clock().advance(61s);
  EXPECT_EQ(believed(), 1u);
  EXPECT_EQ(house.presentations->counters().verified, 2u) << "the list is new";
  EXPECT_EQ(signatures(), 2u) << "what was signed is not";
}

TEST_F(ProofsTest, what_a_key_has_proven_another_one_of_that_name_has_not) {
  ASSERT_EQ(believed(), 1u);
  give_issuer_another_key();
  EXPECT_EQ(error_code_of(ask()), ErrorCode::unauthenticated)
      << "the same credential, by a key that is not its issuer's any more";
}

TEST_F(ProofsTest, a_credential_that_was_proven_is_read_and_checked_once_whoever_is_shown_it) {
  EXPECT_EQ(believed(), 1u);
  const auto other_did = house.participant("other");
  const auto shown = peer.presentation(other_did, {token}, now());
  server.answer(query, presentation_response({peer.present(shown)}));
  auto other = question();
  other.context = ContextId("other");
  const auto answer = loop.run(house.presentations->ask(other, house.soon()));
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->credentials.size(), 1u);
  EXPECT_EQ(asked(), 2u);
  EXPECT_EQ(signatures(), 3u) << "two presentations' and one credential's";
  house.presentations->forget();
  EXPECT_TRUE(loop.run(house.presentations->ask(other, house.soon())));
  EXPECT_EQ(signatures(), 5u);
}

TEST_F(ProofsTest, of_what_was_proven_before_all_else_is_looked_at_each_time) {
  auto forgetful = without_memory();
  const auto credentials = [&] {
    return loop.run(forgetful.ask(question(), house.soon()))->credentials.size();
  };
  EXPECT_EQ(credentials(), 1u);
  auto distrusting = question();
  distrusting.trusted_issuers = {{issuer.did(), {"OtherCredential"}}};
  EXPECT_TRUE(loop.run(forgetful.ask(distrusting, house.soon()))->credentials.empty()) << "its type";
  issuer.publish_status_list("/status", {7}, now());
  loop.clock().advance(6min);
  ASSERT_TRUE(loop.run(forgetful.ask(question(), house.soon())).error().code == ErrorCode::unavailable);
  EXPECT_EQ(credentials(), 0u) << "its status";
  issuer.publish_status_list("/status", {}, now());
  loop.clock().advance(6min);
  EXPECT_EQ(credentials(), 1u);
  Party thief(server, "thief");
  thief.offer("CredentialService", "/cs");
  server.answer(thief.path("/cs/presentations/query"),
                presentation_response({thief.present(thief.presentation(acme_did, {token}, now()))}));
  auto stolen = question();
  stolen.caller.did = thief.did();
  EXPECT_EQ(error_code_of(loop.run(forgetful.ask(stolen, house.soon()))), ErrorCode::unauthenticated)
      << "its holder";
  loop.clock().advance(24h);
  present({token});
  EXPECT_EQ(credentials(), 0u) << "its dates";
}

TEST_F(ProofsTest, what_was_proven_before_is_proven_anew_when_its_issuer_has_another_key) {
  auto forgetful = without_memory();
  ASSERT_TRUE(loop.run(forgetful.ask(question(), house.soon())));
  give_issuer_another_key();
  EXPECT_EQ(error_code_of(loop.run(forgetful.ask(question(), house.soon()))), ErrorCode::unauthenticated);
}

TEST_F(ProofsTest, what_was_proven_takes_bounded_room_and_a_large_credential_none) {
  const auto known_after = [&](std::vector<std::string> tokens) {
    KnownCredentials known(10 * 2 * tokens.at(0).size() + 1000);
    for (const auto& each : tokens) known.keep({vc::read_credential(each).value(), issuer.key.public_key()});
    std::string found;
    for (const auto& each : tokens) found += known.find(each) ? '1' : '0';
    return found;
  };
  const auto of_size = [&](std::size_t bytes) {
    auto credential = issuer.credential(peer.did(), membership, now());
    credential.subjects.at(0).claims["about"] = std::string(bytes, 'x');
    return issuer.issue(credential, now());
  };
  EXPECT_EQ(known_after({of_size(10), of_size(10)}), "11");
  EXPECT_EQ(known_after({of_size(10), of_size(11), of_size(12)}), "011");
  EXPECT_EQ(known_after({of_size(20'000)}), "0");
}

TEST_F(ProofsTest, what_a_holder_lacked_it_is_asked_for_again_before_that_speaks_against_it) {
  present({});
  EXPECT_EQ(believed(), 0u);
  present({token});
  EXPECT_EQ(believed(), 1u) << "it has got one at this moment";
  EXPECT_EQ(asked(), 2u);
  loop.clock().advance(1min);
  EXPECT_EQ(believed(), 1u);
  EXPECT_EQ(asked(), 2u) << "what was proven is remembered for its time";
}

TEST_F(ProofsTest, who_lacks_what_is_not_missed_is_not_asked_again) {
  auto more = question();
  more.scopes.push_back({.value = "OtherCredential"});
  bool suffices = true;
  more.suffices = [&suffices](const Peer& each) { return suffices && each.credentials.size() == 1; };
  const auto ask_for_more = [&] { return loop.run(house.presentations->ask(more, house.soon())); };
  ASSERT_TRUE(ask_for_more());
  loop.clock().advance(1min);
  ASSERT_TRUE(ask_for_more());
  EXPECT_EQ(asked(), 1u);
  suffices = false;
  ASSERT_TRUE(ask_for_more());
  EXPECT_EQ(asked(), 2u) << "it would be refused something";
}

TEST_F(ProofsTest, who_lacks_something_is_asked_once_for_all_who_wait) {
  present({});
  std::vector<Task<Result<Peer>>> questions;
  for (int i = 0; i < 20; ++i) questions.push_back(house.presentations->ask(question(), house.soon()));
  for (const auto& each : run_together(loop, std::move(questions))) ASSERT_TRUE(each);
  EXPECT_EQ(asked(), 2u) << "the first one's, and one for all who came after it had begun";
}

TEST_F(ProofsTest, what_is_revoked_while_it_is_presented_says_nothing_either_way) {
  ASSERT_EQ(believed(), 1u);
  loop.clock().advance(6min);
  be_overtaken();
  EXPECT_EQ(error_code_of(ask()), ErrorCode::unavailable) << "another may have taken its place";
  EXPECT_EQ(asked(), 2u) << "an access token serves one query";
  EXPECT_EQ(believed(), 0u) << "it was asked when that was known";
  EXPECT_EQ(asked(), 3u);
}

TEST_F(ProofsTest, what_is_revoked_while_it_is_presented_is_nothing_to_who_needs_another) {
  ASSERT_EQ(believed(), 1u);
  loop.clock().advance(6min);
  be_overtaken();
  auto undemanding = question();
  undemanding.suffices = [](const Peer&) { return true; };
  const auto answer = loop.run(house.presentations->ask(undemanding, house.soon()));
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_TRUE(answer->credentials.empty());
}

TEST_F(ProofsTest, what_is_revoked_while_it_is_presented_is_not_remembered_either) {
  auto forgetful = without_memory();
  ASSERT_EQ(loop.run(forgetful.ask(question(), house.soon()))->credentials.size(), 1u);
  loop.clock().advance(6min);
  be_overtaken();
  EXPECT_EQ(error_code_of(loop.run(forgetful.ask(question(), house.soon()))), ErrorCode::unavailable);
  EXPECT_TRUE(loop.run(forgetful.ask(question(), house.soon()))->credentials.empty());
}

TEST_F(ProofsTest, what_a_list_says_that_was_never_seen_before_counts_at_once) {
  be_overtaken();
  EXPECT_EQ(believed(), 0u);
}

}  // namespace kontor::runtime::verifier::testing
