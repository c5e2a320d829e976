#include "runtime/verifier/presentations.hpp"
#include "testing/async/seeded_random.hpp"
#include "testing/house/world.hpp"

namespace kontor::runtime::verifier::testing {
namespace {

namespace jose = protocol::jose;
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
  kontor::testing::SeededRandom random{7};
  issuer.key = crypto::PrivateKey::generate(crypto::KeyType::p256, random).value();
  issuer.document.verification_methods[0].key = jose::jwk_of(issuer.key.public_key());
  issuer.document.verification_methods[0].parsed.reset();
  issuer.publish();
  house.resolver->forget();
  EXPECT_EQ(error_code_of(ask()), ErrorCode::unauthenticated)
      << "the same credential, by a key that is not its issuer's any more";
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
  Presentations forgetful({house.scope, loop.clock(), *house.client, *house.resolver, *house.tokens,
                           *house.status_lists, *house.schemas},
                          {.max_age = 0s});
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
