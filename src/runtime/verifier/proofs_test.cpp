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
  Result<Peer> ask() {
    protocol::dcp::Caller caller{.did = peer.did(), .access_token = "opaque", .single_use = {}};
    Presentations::Question question{
        acme, std::move(caller), {{.value = membership}}, {{issuer.did(), {membership}}}};
    return loop.run(house.presentations->ask(std::move(question), house.soon()));
  }
  std::size_t believed() {
    const auto answer = ask();
    EXPECT_TRUE(answer) << answer.error().message();
    return answer ? answer->credentials.size() : 0;
  }

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

TEST_F(ProofsTest, what_a_holder_lacked_is_asked_for_again_a_second_later) {
  present({});
  EXPECT_EQ(believed(), 0u);
  present({token});
  EXPECT_EQ(believed(), 0u) << "for the messages of one process";
  EXPECT_EQ(server.asked(query), 1u);
  loop.clock().advance(1s);
  EXPECT_EQ(believed(), 1u);
  loop.clock().advance(1min);
  EXPECT_EQ(believed(), 1u);
  EXPECT_EQ(server.asked(query), 2u) << "what was proven is remembered for its time";
}

}  // namespace kontor::runtime::verifier::testing
