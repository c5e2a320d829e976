#include "runtime/identity/key_ring.hpp"

#include "testing/house/world.hpp"

namespace kontor::runtime::identity::testing {
namespace {

namespace http = platform::http;
namespace jose = protocol::jose;
namespace vc = protocol::vc;
using namespace kontor::testing;
using namespace std::chrono_literals;
namespace key_pair = domain::key_pair;
using key_pair::Usage;

class KeyRingTest : public World {
 protected:
  KeyRingTest() { house.open(); }

  std::shared_ptr<const Identity> identity() { return loop.run(house.keys->identity(acme)).value(); }
  key_pair::KeyPairId first_key() {
    for (const auto& each : identity()->key_pairs) {
      if (each.key_id.ends_with("#key-1")) return each.id;
    }
    return {};
  }
  Result<std::string> sign(Usage usage = Usage::sign_token) {
    return loop.run(house.signing->sign(acme, usage, [](const vc::Signer& signer) {
      return jose::make_signing_input({.alg = signer.alg, .kid = signer.kid}, {});
    }));
  }
  http::Response document() {
    http::Request request;
    request.target = house.url("/acme/did.json");
    return house.ask(std::move(request));
  }
  /// A second key, which signs once it has been published for long enough.
  void add_key(std::string fragment) {
    KeyDescriptor descriptor{.key_id = acme_did.str() + "#" + fragment,
                             .alias = platform::vault::KeyAlias(fragment)};
    ASSERT_TRUE(loop.run(house.keys->create(identity()->context, std::move(descriptor), {}, "operator")));
  }
  Result<crypto::PublicKey> own_key() {
    return loop.run(house.signing->own_key(acme, acme_did.str() + "#key-1"));
  }
  static std::string kid_of(const std::string& token) { return *jose::parse_jws(token)->header.kid; }
};

}  // namespace

TEST_F(KeyRingTest, the_document_shows_public_keys_alone) {
  const auto answer = document();
  EXPECT_EQ(answer.status, 200u);
  EXPECT_TRUE(answer.body.text.contains(acme_did.str() + "#key-1"));
  EXPECT_TRUE(answer.body.text.contains("capabilityInvocation"));
  EXPECT_FALSE(answer.body.text.contains("\"d\""));
}

TEST_F(KeyRingTest, what_is_signed_is_proven_by_the_published_document) {
  const auto read = json::decode<protocol::did::DidDocument>(document().body.text).value();
  const auto token = sign().value();
  const auto key = protocol::did::find_key(read, {.kid = kid_of(token)}).value();
  EXPECT_TRUE(jose::verify(*jose::parse_jws(token), key));
}

TEST_F(KeyRingTest, a_revoked_key_signs_no_more_and_leaves_the_document_at_once) {
  ASSERT_TRUE(sign());
  ASSERT_TRUE(own_key());
  ASSERT_TRUE(loop.run(house.keys->revoke(acme, first_key(), {}, "operator")));
  EXPECT_EQ(error_code_of(sign()), ErrorCode::not_found);
  EXPECT_FALSE(document().body.text.contains("#key-1"));
  EXPECT_EQ(error_code_of(own_key()), ErrorCode::unauthenticated);
}

TEST_F(KeyRingTest, a_key_that_tokens_of_ours_are_checked_with_is_parsed_once) {
  const auto first = own_key();
  ASSERT_TRUE(first);
  EXPECT_EQ(&own_key()->impl(), &first->impl());
}

TEST_F(KeyRingTest, a_rotated_key_signs_no_more_and_still_verifies) {
  add_key("key-2");
  const auto first = first_key();
  loop.clock().advance(KeyRingConfig{}.published_first);
  ASSERT_TRUE(loop.run(house.keys->rotate(acme, first, {}, "operator")));
  EXPECT_EQ(kid_of(sign().value()), acme_did.str() + "#key-2");
  EXPECT_TRUE(document().body.text.contains("#key-1"));
  EXPECT_TRUE(own_key());
}

TEST_F(KeyRingTest, a_key_of_another_participant_is_not_our_own) {
  const auto other = house.participant("other");
  EXPECT_EQ(error_code_of(loop.run(house.signing->own_key(acme, other.str() + "#key-1"))),
            ErrorCode::unauthenticated);
}

TEST_F(KeyRingTest, a_participant_that_is_not_active_signs_nothing_and_has_no_document) {
  ASSERT_TRUE(loop.run(house.contexts->set_active(acme, false, "operator")));
  EXPECT_EQ(error_code_of(sign()), ErrorCode::forbidden);
  EXPECT_EQ(document().status, 404u);
}

TEST_F(KeyRingTest, a_change_is_not_undone_by_who_read_before_it) {
  for (int round = 0; round < 40; ++round) {
    const bool active = round % 2 == 1;
    platform::async::Scope scope(loop.executor());
    std::optional<Result<std::shared_ptr<const Identity>>> read;
    std::optional<Result<void>> changed;
    scope.spawn(
        kontor::testing::detail::keep_at(house.contexts->set_active(acme, active, "operator"), changed));
    for (int turn = 0; turn < round / 2; ++turn) loop.run(loop.turn());
    scope.spawn(kontor::testing::detail::keep_at(house.keys->identity(acme), read));
    loop.run(scope.drain());
    ASSERT_TRUE(changed && *changed);
    EXPECT_EQ(identity()->context.state == ContextState::activated, active);
  }
}

TEST_F(KeyRingTest, a_did_belongs_to_one_participant) {
  NewIdentityContext order;
  order.context.id = ContextId("thief");
  order.context.did = acme_did;
  order.keys = {{.key_id = "key-1", .alias = platform::vault::KeyAlias("key-1")}};
  EXPECT_EQ(error_code_of(loop.run(house.contexts->create(std::move(order), "test"))), ErrorCode::conflict);
  EXPECT_EQ(loop.run(house.contexts->context_of(acme_did)).value(), acme);
}

}  // namespace kontor::runtime::identity::testing
