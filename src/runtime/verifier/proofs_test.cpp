#include "runtime/verifier/presentations.hpp"
#include "testing/house/world.hpp"

namespace kontor::runtime::verifier::testing {
namespace {

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

  const std::string query = peer.path("/cs/presentations/query");
  std::string token;
};

}  // namespace

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
