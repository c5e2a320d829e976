#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "protocol/api/management/publishing.hpp"
#include "runtime/catalog/routes.hpp"
#include "testing/house/house.hpp"

namespace kontor::runtime::catalog {
namespace {

using kontor::testing::House;
using kontor::testing::VirtualLoop;
using protocol::api::management::policy_users_max;
using protocol::api::management::PolicyUsage;
using Ids = std::vector<std::string>;

const ContextId acme{"acme"};
const ContextId globex{"globex"};

struct Definition {
  std::string id;
  std::string access;
  std::string contract;
};

class PolicyUsageTest : public ::testing::Test {
 protected:
  PolicyUsageTest() {
    bind_publishing_routes(*house.router, {*house.engine, contexts, policies});
    house.open();
    for (const char* id : {"members", "gold"}) put_policy(acme, id);
  }
  ~PolicyUsageTest() override { house.close(); }

  void put_policy(const ContextId& context, const std::string& id) {
    auto policy = json::decode<odrl::Policy>(R"({"@type":"Set","permission":[{"action":"use"}]})").value();
    EXPECT_TRUE(loop.run(house.engine->put<offer::PolicyDefinitionDocument>(
        {context, EntityId(id)}, {offer::PolicyDefinitionId(id), std::move(policy), {}, {}}, 0)));
  }
  void put(const ContextId& context, const Definition& definition) {
    EXPECT_TRUE(loop.run(house.engine->put<offer::ContractDefinitionDocument>(
        {context, EntityId(definition.id)},
        {.id = offer::ContractDefinitionId(definition.id),
         .access_policy = offer::PolicyDefinitionId(definition.access),
         .contract_policy = offer::PolicyDefinitionId(definition.contract),
         .assets_selector = {},
         .private_properties = {},
         .created_at = {}},
        0)));
  }
  platform::http::Response ask(const std::string& method, const std::string& path) {
    platform::http::Request request{
        method, house.administration_url("/api/mgmt/v5beta/participants/acme/" + path), {}, {}};
    request.headers.set("Authorization", "Bearer any");
    return house.ask(std::move(request));
  }
  PolicyUsage usage(const std::string& policy) {
    const auto response = ask("GET", "policydefinitions/" + policy + "/usage");
    EXPECT_EQ(response.status, 200u) << response.body.text;
    return json::decode<PolicyUsage>(response.body.text).value();
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{
      loop,
      {.kinds = {&participant_context::ParticipantContextDocument::kind(),
                 &participant_context::ContextConfigDocument::kind(),
                 &participant_context::DataPlaneDocument::kind(), &offer::AssetDocument::kind(),
                 &offer::PolicyDefinitionDocument::kind(), &offer::ContractDefinitionDocument::kind()}}};
  participant_context::ParticipantContexts contexts{*house.engine, *house.vault};
  policy::PolicyEngine policies{policy::PolicyConfig{}, house.engine->random()};
};

}  // namespace

TEST_F(PolicyUsageTest, who_uses_a_policy_is_told_by_the_place_where_it_does) {
  put(acme, {"b-both", "members", "members"});
  put(acme, {"a-access", "members", "gold"});
  put(acme, {"c-contract", "gold", "members"});
  const auto members = usage("members");
  EXPECT_EQ(members.policy_id, "members");
  EXPECT_EQ(members.access_policy_of.contract_definition_ids, (Ids{"a-access", "b-both"}));
  EXPECT_EQ(members.contract_policy_of.contract_definition_ids, (Ids{"b-both", "c-contract"}));
  const auto gold = usage("gold");
  EXPECT_EQ(gold.access_policy_of.contract_definition_ids, Ids{"c-contract"});
  EXPECT_EQ(gold.contract_policy_of.contract_definition_ids, Ids{"a-access"});
}

TEST_F(PolicyUsageTest, a_policy_can_be_deleted_when_its_usage_names_nobody) {
  put(acme, {"first", "members", "gold"});
  put(acme, {"second", "gold", "members"});
  EXPECT_EQ(ask("DELETE", "policydefinitions/members").status, 409u);
  EXPECT_EQ(ask("DELETE", "contractdefinitions/first").status, 204u);
  EXPECT_EQ(usage("members").access_policy_of.contract_definition_ids, Ids{});
  EXPECT_EQ(usage("members").contract_policy_of.contract_definition_ids, Ids{"second"});
  EXPECT_EQ(ask("DELETE", "policydefinitions/members").status, 409u);
  EXPECT_EQ(ask("DELETE", "contractdefinitions/second").status, 204u);
  EXPECT_EQ(usage("members").contract_policy_of.contract_definition_ids, Ids{});
  EXPECT_EQ(ask("DELETE", "policydefinitions/members").status, 204u);
}

TEST_F(PolicyUsageTest, of_many_users_the_first_are_told_and_that_there_are_more) {
  for (std::uint32_t i = 0; i < policy_users_max; ++i)
    put(acme, {"definition-" + std::to_string(1000 + i), "members", "gold"});
  EXPECT_EQ(usage("members").access_policy_of.contract_definition_ids.size(), policy_users_max);
  EXPECT_FALSE(usage("members").access_policy_of.more);
  put(acme, {"definition-0", "members", "members"});
  const auto members = usage("members");
  EXPECT_EQ(members.access_policy_of.contract_definition_ids.size(), policy_users_max);
  EXPECT_EQ(members.access_policy_of.contract_definition_ids.front(), "definition-0");
  EXPECT_TRUE(members.access_policy_of.more);
  EXPECT_FALSE(members.contract_policy_of.more) << "each place counts its own";
}

TEST_F(PolicyUsageTest, an_unknown_policy_has_no_usage_though_a_definition_names_it) {
  put(acme, {"definition", "nothing", "nothing"});
  const auto refused = ask("GET", "policydefinitions/nothing/usage");
  EXPECT_EQ(refused.status, 404u) << refused.body.text;
  EXPECT_EQ(refused.body.text, ask("GET", "policydefinitions/nothing").body.text);
}

TEST_F(PolicyUsageTest, users_of_another_participant_are_not_told) {
  put_policy(globex, "members");
  put_policy(globex, "theirs");
  put(globex, {"definition", "members", "theirs"});
  EXPECT_EQ(usage("members").access_policy_of.contract_definition_ids, Ids{});
  EXPECT_EQ(ask("GET", "policydefinitions/theirs/usage").status, 404u);
}

}  // namespace kontor::runtime::catalog
