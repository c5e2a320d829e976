#include "runtime/verifier/standing.hpp"

#include "testing/house/world.hpp"

namespace kontor::runtime::verifier::testing {
namespace {

namespace vc = protocol::vc;
using namespace kontor::testing;
using namespace std::chrono_literals;

class Standing : public World {
 protected:
  Standing() {
    publish({});
    credential = issuer.credential(peer.did(), "MembershipCredential", now());
    credential.statuses = {{.list_url = url, .index = 7}};
  }

  void publish(const std::vector<std::uint64_t>& set) {
    url = issuer.publish_status_list("/status", set, now());
  }
  Result<Peer> look() {
    return loop.run(still_good(*house.status_lists, {peer.did(), {credential}, {}}, now(), house.soon()));
  }

  std::string url;
  vc::Credential credential;
};

}  // namespace

TEST_F(Standing, what_was_revoked_since_it_was_proved_is_left_out_within_the_age_of_lists) {
  EXPECT_EQ(look()->credentials, std::vector{credential});
  publish({7});
  loop.clock().advance(61s);
  const auto peer = look();
  EXPECT_TRUE(peer->credentials.empty());
  ASSERT_EQ(peer->left_out.size(), 1u);
  EXPECT_TRUE(peer->left_out.front().contains("revocation")) << peer->left_out.front();
}

TEST_F(Standing, what_has_expired_since_it_was_proved_is_left_out_from_the_moment_that_is_told) {
  credential.statuses.clear();
  const auto until = vc::dates_hold_until(credential, now());
  loop.clock().advance(until - now());
  EXPECT_FALSE(look()->credentials.empty());
  loop.clock().advance(1us);
  EXPECT_TRUE(look()->credentials.empty());
}

TEST_F(Standing, a_list_that_cannot_be_had_for_a_moment_says_nothing_either_way) {
  server.answer(issuer.path("/status"), "", 503);
  EXPECT_EQ(error_code_of(look()), ErrorCode::unavailable);
}

}  // namespace kontor::runtime::verifier::testing
