#include "base/text/text.hpp"
#include "runtime/events/event_streams.hpp"
#include "testing/house/world.hpp"

// Keys that are rotated by time, and what others see of it.
namespace kontor::runtime::identity::testing {
namespace {

namespace http = platform::http;
namespace jose = protocol::jose;
namespace vc = protocol::vc;
using namespace kontor::testing;
namespace key_pair = domain::key_pair;
using key_pair::KeyPair;
using key_pair::State;
using namespace std::chrono_literals;

constexpr auto use = std::chrono::days(100);
constexpr auto published_first = 10min;
constexpr auto warned_before = std::chrono::days(1);  ///< events are kept for longer
constexpr int turns_to_rest = 100;

class KeyRotationTest : public ::testing::Test {
 protected:
  KeyRotationTest() { house.open(); }
  ~KeyRotationTest() override { house.close(); }

  std::vector<KeyPair> pairs() { return loop.run(house.keys->identity(acme)).value()->key_pairs; }
  KeyPair pair(const key_pair::KeyPairId& id) {
    for (const auto& each : pairs()) {
      if (each.id == id) return each;
    }
    return {};
  }
  /// The only other key.
  KeyPair other_than(const key_pair::KeyPairId& id) {
    const auto all = pairs();
    EXPECT_EQ(all.size(), 2u);
    return all.front().id == id ? all.back() : all.front();
  }
  void await(const key_pair::KeyPairId& id, std::function<bool(const KeyPair&)> done) {
    ASSERT_TRUE(loop.run(house.engine->wait<key_pair::Machine>(acme, EntityId(id.str()), std::move(done),
                                                               platform::async::Deadline::never())));
  }
  std::string kid(std::optional<Instant> lives_until = {}) {
    const auto token = loop.run(house.signing->sign(
        acme, key_pair::Usage::sign_token,
        [](const vc::Signer& signer) {
          return jose::make_signing_input({.alg = signer.alg, .kid = signer.kid}, {});
        },
        lives_until));
    EXPECT_TRUE(token);
    return token ? *jose::parse_jws(*token)->header.kid : "";
  }
  bool published(const std::string& key_id) {
    http::Request request;
    request.target = house.url("/acme/did.json");
    return house.ask(std::move(request)).body.text.contains(key_id);
  }
  bool in_vault(const KeyPair& pair) {
    return loop.run(house.vault->public_key(acme, platform::vault::KeyAlias(pair.private_key_alias)))
        .has_value();
  }
  /// What is under way comes to rest first, so that the moment is expected.
  void pass(Duration duration) {
    for (int turn = 0; turn < turns_to_rest; ++turn) loop.run(loop.turn());
    loop.clock().advance(duration);
  }
  /// By schedule, until the successor is there.
  KeyPair grow_old(const KeyPair& old, Duration duration = use) {
    pass(duration);
    await(old.id, [before = old.rotates_at](const KeyPair& each) {
      return each.rotates_at && each.rotates_at != before && !each.succession;
    });
    return other_than(old.id);
  }
  void take_over(const KeyPair& old) {
    pass(published_first);
    await(old.id, [](const KeyPair& each) { return each.state == State::rotated; });
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{
      loop,
      {.keys = {.published_first = published_first, .use_duration = use, .rotation_warning = warned_before}}};
  ContextId acme{"acme"};
  Did acme_did = house.participant("acme");
};

}  // namespace

TEST_F(KeyRotationTest, a_key_is_rotated_by_time_and_its_successor_is_published_before_it_signs) {
  const auto old = pairs().front();
  const auto next = grow_old(old);
  EXPECT_TRUE(published(old.key_id));
  EXPECT_TRUE(published(next.key_id));
  EXPECT_EQ(kid(), old.key_id);
  pass(published_first - 1s);
  EXPECT_EQ(kid(), old.key_id);
  pass(1s);
  await(old.id, [](const KeyPair& each) { return each.state == State::rotated; });
  EXPECT_EQ(kid(), next.key_id);
  EXPECT_EQ(next.usages, old.usages);
  EXPECT_TRUE(next.is_default);
}

TEST_F(KeyRotationTest, its_owner_hears_once_of_a_rotation_before_it_comes) {
  const auto old = pairs().front();
  const auto forever = 10 * use;
  events::EventStreams streams(house.scope, *house.engine, {.heartbeat = forever, .age_max = forever});
  const auto stream = loop.run(streams.open(acme, {})).value();
  loop.run(stream->read()).value();
  const auto warned_at = *old.rotates_at - warned_before;
  pass(warned_at - 1s - loop.clock().now());
  pass(1s);
  grow_old(old, warned_before);
  take_over(old);
  const auto told = loop.run(stream->read()).value();
  const auto upcoming = told.find("event: key.pair.rotationUpcoming\n");
  ASSERT_NE(upcoming, std::string::npos) << told;
  EXPECT_EQ(told.rfind("event: key.pair.rotationUpcoming\n"), upcoming) << told;
  EXPECT_LT(upcoming, told.find("event: key.pair.rotationPlanned\n")) << told;
  EXPECT_TRUE(told.contains(R"("at":)" + std::to_string(epoch_milliseconds(warned_at)) +
                            R"(,"type":"KeyPairRotationUpcoming","payload":{"keyPairId":")" + old.id.str() +
                            R"(","participantContextId":"acme","keyId":")" + old.key_id +
                            R"(","rotatesAt":")" + format_instant(*old.rotates_at) + "\"}}\n"))
      << told;
}

TEST_F(KeyRotationTest, a_rotated_key_leaves_the_document_when_the_last_token_has_expired) {
  const auto old = pairs().front();
  grow_old(old);
  take_over(old);
  pass(key_pair::token_overlap - 1s);
  EXPECT_TRUE(published(old.key_id));
  pass(1s);
  await(old.id, [](const KeyPair& each) { return each.retired; });
  EXPECT_FALSE(published(old.key_id));
}

TEST_F(KeyRotationTest, a_key_that_signed_a_credential_verifies_until_that_has_expired) {
  const auto old = pairs().front();
  const auto expires = loop.clock().now() + use + std::chrono::days(365);
  EXPECT_EQ(kid(expires), old.key_id);
  EXPECT_EQ(kid(expires - std::chrono::days(1)), old.key_id);
  grow_old(old);
  take_over(old);
  pass(expires - 1s - loop.clock().now());
  EXPECT_TRUE(published(old.key_id));
  pass(std::chrono::days(1) + 1s);
  await(old.id, [](const KeyPair& each) { return each.retired; });
  EXPECT_FALSE(published(old.key_id));
}

TEST_F(KeyRotationTest, the_private_half_is_gone_once_a_key_is_rotated) {
  const auto old = pairs().front();
  grow_old(old);
  EXPECT_TRUE(in_vault(old));
  take_over(old);
  loop.run(house.engine->drain(house.soon()));
  EXPECT_FALSE(in_vault(old));
}

TEST_F(KeyRotationTest, where_the_successor_was_revoked_another_is_made_before_the_key_ends) {
  const auto old = pairs().front();
  const auto next = grow_old(old);
  ASSERT_TRUE(loop.run(house.keys->revoke(acme, next.id, {}, "operator")));
  pass(published_first);
  await(old.id, [&](const KeyPair& each) { return each.rotates_at > loop.clock().now(); });
  EXPECT_EQ(pair(old.id).state, State::activated);
  EXPECT_EQ(kid(), old.key_id);
  take_over(old);
  EXPECT_NE(kid(), next.key_id);
}

TEST_F(KeyRotationTest, of_keys_that_are_rotated_at_once_one_signs_on) {
  KeyDescriptor second{.key_id = "key-2", .alias = platform::vault::KeyAlias("key-2")};
  const auto owner = loop.run(house.keys->identity(acme)).value()->context;
  ASSERT_TRUE(loop.run(house.keys->create(owner, std::move(second), {}, "operator")));
  pass(published_first);
  const auto both = pairs();
  ASSERT_EQ(both.size(), 2u);
  platform::async::Scope scope(loop.executor());
  std::optional<Result<void>> first_done, second_done;
  using kontor::testing::detail::keep_at;
  scope.spawn(keep_at(house.keys->rotate(acme, both[0].id, {}, "operator"), first_done));
  scope.spawn(keep_at(house.keys->rotate(acme, both[1].id, {}, "operator"), second_done));
  loop.run(scope.drain());
  ASSERT_TRUE(first_done && *first_done);
  ASSERT_TRUE(second_done && *second_done);
  const auto active = std::ranges::count(pairs(), State::activated, &KeyPair::state);
  EXPECT_GE(active, 1);
  kid();
}

TEST_F(KeyRotationTest, a_key_of_which_the_vault_has_nothing_any_more_is_not_taken_for_one_that_signs) {
  const auto only = pairs().front();
  ASSERT_TRUE(loop.run(house.vault->destroy_key(acme, platform::vault::KeyAlias(only.private_key_alias))));
  const auto token = loop.run(house.signing->sign(acme, key_pair::Usage::sign_token,
                                                  [](const vc::Signer&) { return std::string("x"); }));
  EXPECT_EQ(error_code_of(token), ErrorCode::unavailable);
}

}  // namespace kontor::runtime::identity::testing
