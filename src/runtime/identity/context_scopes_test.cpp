#include "runtime/identity/context_scopes.hpp"

#include <gtest/gtest.h>

#include "testing/house/house.hpp"

namespace kontor::runtime::identity {
namespace {

using Scopes = std::set<std::string>;

}  // namespace

TEST(ContextScopes, a_token_may_what_its_context_may_too_and_each_as_far_as_both_go) {
  const std::vector<std::string> context{"identity-api:keypairs:write", "identity-api:dids:read",
                                         "issuer-admin-api:read"};
  EXPECT_EQ(in_force({"identity-api:read"}, context),
            (Scopes{"identity-api:keypairs:read", "identity-api:dids:read"}));
  EXPECT_EQ(in_force({"identity-api:keypairs:admin"}, context), Scopes{"identity-api:keypairs:write"});
  EXPECT_EQ(in_force({"identity-api:credentials:read"}, context), Scopes{});
  EXPECT_EQ(in_force({"issuer-admin-api:holders:write"}, context), Scopes{"issuer-admin-api:holders:read"});
  EXPECT_EQ(in_force({"issuer-admin-api:write"}, context), Scopes{"issuer-admin-api:read"});
  EXPECT_EQ(in_force({"identity-api:write"}, {}), Scopes{});
  EXPECT_EQ(in_force({"identity-api:WRITE"}, {"identity-api:Read"}), Scopes{"identity-api:read"});
}

TEST(ContextScopes, other_apis_and_who_administers_all_contexts_are_not_bound) {
  const Scopes free{"management-api:write", "identity-api:admin", "openid"};
  EXPECT_EQ(in_force(free, {}), free);
}

TEST(ContextScopes, a_change_counts_with_the_next_request_and_who_is_unknown_here_is_bound_by_nothing) {
  kontor::testing::VirtualLoop loop{kontor::testing::VirtualLoop::TimeMoves::by_hand};
  kontor::testing::House house{loop, {}};
  house.participant("acme");
  const auto bound = bound_by_contexts(*house.keys);
  const auto heard = [&](const std::string& context) {
    const platform::auth::Caller caller{.subject = context,
                                        .role = {},
                                        .context = ContextId(context),
                                        .scopes = {"identity-api:read", "management-api:read"}};
    return loop.run(bound(caller)).value().scopes;
  };
  ASSERT_TRUE(loop.run(house.contexts->set_scopes(ContextId("acme"), {"identity-api:dids:write"}, "test")));
  EXPECT_EQ(heard("acme"), (Scopes{"identity-api:dids:read", "management-api:read"}));
  ASSERT_TRUE(loop.run(house.contexts->set_scopes(ContextId("acme"), {}, "test")));
  EXPECT_EQ(heard("acme"), Scopes{"management-api:read"});
  EXPECT_EQ(heard("nobody"), (Scopes{"identity-api:read", "management-api:read"}));
  house.close();
}

}  // namespace kontor::runtime::identity
