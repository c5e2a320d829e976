#include "dataplane/signaling/access_tokens.hpp"

#include <gtest/gtest.h>

#include "base/crypto/hash.hpp"
#include "platform/vault/file/file_vault.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::dataplane::signaling {
namespace {

using domain::data_flow::GrantId;

class AccessTokensTest : public ::testing::Test {
 protected:
  std::unique_ptr<platform::vault::Vault> open_vault() {
    const Bytes key(crypto::aes_key_bytes, std::byte{7});
    return platform::vault::file::open_file_vault(
               {.folder = folder.path(), .master_keys = {crypto::AesKey::from(key).value()}}, disk,
               loop.random())
        .value();
  }

  testing::RealLoop loop;
  testing::TemporaryFolder folder;
  platform::async::Offload disk{1};
};

}  // namespace

TEST_F(AccessTokensTest, a_token_is_the_same_after_a_restart_and_differs_between_grants_and_contexts) {
  std::string first;
  {
    const auto vault = open_vault();
    AccessTokens tokens(*vault, loop.random());
    EXPECT_EQ(tokens.token_of(ContextId("a"), GrantId("1")).error().code, ErrorCode::unavailable);
    ASSERT_TRUE(loop.run(tokens.prepare()));
    first = tokens.token_of(ContextId("a"), GrantId("1")).value();
    EXPECT_NE(first, tokens.token_of(ContextId("a"), GrantId("2")).value());
    EXPECT_NE(first, tokens.token_of(ContextId("b"), GrantId("1")).value());
  }
  const auto vault = open_vault();
  AccessTokens tokens(*vault, loop.random());
  ASSERT_TRUE(loop.run(tokens.prepare()));
  EXPECT_EQ(tokens.token_of(ContextId("a"), GrantId("1")).value(), first);
}

TEST_F(AccessTokensTest, a_grant_recognises_its_token_without_holding_it) {
  const auto vault = open_vault();
  AccessTokens tokens(*vault, loop.random());
  ASSERT_TRUE(loop.run(tokens.prepare()));
  const auto grant =
      tokens.new_grant(ContextId("a"), domain::data_flow::Direction::pull, loop.clock().now()).value();
  EXPECT_EQ(grant.token_sha256, crypto::sha256_hex(tokens.token_of(ContextId("a"), grant.id).value()));
  EXPECT_EQ(context_in(tokens.token_of(ContextId("a"), grant.id).value()), ContextId("a"));
}

TEST(AccessTokens, what_is_no_token_speaks_of_no_context) {
  const std::string code(43, 'A');
  EXPECT_EQ(context_in("YWNtZQ." + code), ContextId("acme"));
  EXPECT_FALSE(context_in(""));
  EXPECT_FALSE(context_in("YWNtZQ"));
  EXPECT_FALSE(context_in("." + code));
  EXPECT_FALSE(context_in("YWNtZQ==." + code));
  EXPECT_FALSE(context_in("YWNtZQ.short"));
  EXPECT_FALSE(context_in(std::string(2000, 'A') + "." + code));
}

}  // namespace kontor::dataplane::signaling
