#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "domain/contract_negotiation/decide.hpp"
#include "runtime/catalog/routes.hpp"
#include "testing/house/house.hpp"

namespace kontor::runtime::catalog {
namespace {

using kontor::testing::House;
using kontor::testing::VirtualLoop;
using Negotiation = domain::contract_negotiation::Machine;

constexpr auto base = "/api/mgmt/v5beta/participants/acme/";
const ContextId acme{"acme"};

odrl::Policy policy_about(const std::string& left, const std::string& right) {
  return json::decode<odrl::Policy>(R"({"@type":"Set","permission":[{"action":"use","constraint":[{)"
                                    R"("leftOperand":")" +
                                    left + R"(","operator":"eq","rightOperand":")" + right + R"("}]}]})")
      .value();
}

std::string member_of(const std::string& level) {
  return R"([{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential",)"
         R"("MembershipCredential"],"issuer":"did:web:issuer","credentialSubject":{"id":"did:web:globex",)"
         R"("level":")" +
         level + R"("}}])";
}

class DryRun : public ::testing::Test {
 protected:
  DryRun() {
    bind_dry_run_routes(*house.router, {*house.engine, policies, definitions});
    house.open();
    put<offer::AssetDocument>({.id = offer::AssetId("asset")}, "asset");
    put<offer::PolicyDefinitionDocument>(
        {offer::PolicyDefinitionId("members"), policy_about("MembershipCredential", "active"), {}, {}},
        "members");
    put<offer::PolicyDefinitionDocument>(
        {offer::PolicyDefinitionId("gold"), policy_about("MembershipCredential$.level", "gold"), {}, {}},
        "gold");
    put<offer::ContractDefinitionDocument>({offer::ContractDefinitionId("definition"),
                                            offer::PolicyDefinitionId("members"),
                                            offer::PolicyDefinitionId("gold"),
                                            {},
                                            {},
                                            {}},
                                           "definition");
  }
  ~DryRun() override { house.close(); }

  template <class D>
  void put(typename D::Entity entity, const std::string& id) {
    EXPECT_TRUE(loop.run(house.engine->put<D>({acme, EntityId(id)}, std::move(entity), 0)));
  }
  /// Globex asked us before and had proved that it is a member of this level.
  void remember(const std::string& level) {
    domain::contract_negotiation::ContractNegotiation negotiation;
    negotiation.role = protocol::dsp::Role::provider;
    negotiation.pid = protocol::dsp::Pid("n-1");
    negotiation.participant = Did("did:web:acme");
    negotiation.peer = {Did("did:web:globex"), "https://globex", "p"};
    negotiation.callback_address = "https://acme";
    negotiation.dataset = protocol::dsp::DatasetId("asset");
    negotiation.claims =
        json::parse(R"({"vc":[{"type":["MembershipCredential"],"credentialSubject":[{"level":")" + level +
                    R"("}]}]})")
            ->as_object();
    platform::store::Transaction transaction;
    transaction.puts.push_back({&Negotiation::kind(), EntityId("n-1"), 0, Negotiation::encode(negotiation)});
    EXPECT_TRUE(loop.run(house.store->commit(acme, std::move(transaction))));
  }
  platform::http::Response ask(const std::string& path, const std::string& members) {
    return house.post(house.administration_url(base + path),
                      R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                      R"("@type":"PolicyDryRun","counterPartyId":"did:web:globex")" +
                          members + "}",
                      "Bearer any");
  }
  std::string text_of_answer(const std::string& path, const std::string& members) {
    return house
        .post(house.administration_url(base + path),
              R"({"@context":["https://w3id.org/edc/connector/management/v2"],)" + members + "}",
              "Bearer any")
        .body.text;
  }
  json::Value answer(const std::string& path, const std::string& members = "") {
    const auto response = ask(path, members);
    EXPECT_EQ(response.status, 200u) << response.body.text;
    return json::parse(response.body.text).value();
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{loop,
              {.kinds = {&offer::AssetDocument::kind(), &offer::PolicyDefinitionDocument::kind(),
                         &offer::ContractDefinitionDocument::kind(), &Negotiation::kind()}}};
  policy::PolicyEngine policies{policy::PolicyConfig{}, house.engine->random()};
  ContractDefinitions definitions{*house.engine};
};

const json::Value& at(const json::Value& value, std::string_view pointer) {
  return value.at_pointer(pointer);
}
std::string_view text_at(const json::Value& value, std::string_view pointer) {
  return at(value, pointer).as_string();
}

}  // namespace

TEST_F(DryRun, who_would_see_an_asset_and_why_not_is_told_of_each_offer) {
  const auto stranger = answer("assets/asset/visibility");
  EXPECT_EQ(at(stranger, "/visible"), json::Value(false));
  EXPECT_TRUE(text_at(stranger, "/basis").starts_with("nothing"));
  EXPECT_EQ(at(stranger, "/offers/0/access/allowed"), json::Value(false));
  EXPECT_TRUE(text_at(stranger, "/offers/0/access/reason").contains("MembershipCredential"));
  const auto member = answer("assets/asset/visibility", R"(,"credentials":)" + member_of("silver"));
  EXPECT_EQ(at(member, "/visible"), json::Value(true)) << "it sees the offer";
  EXPECT_EQ(at(member, "/offers/0/contract/allowed"), json::Value(false)) << "and would get no agreement";
  EXPECT_EQ(at(member, "/offers/0/contract/steps/0/actual"), json::Value("silver"));
  EXPECT_EQ(at(member, "/offers/0/contract/steps/0/path"), json::Value("/permission/0/constraint/0"));
  const auto gold = answer("assets/asset/visibility", R"(,"credentials":)" + member_of("gold"));
  EXPECT_EQ(at(gold, "/offers/0/contract/allowed"), json::Value(true));
}

TEST_F(DryRun, nobody_would_see_an_asset_whose_terms_are_no_offer) {
  put<offer::PolicyDefinitionDocument>({offer::PolicyDefinitionId("ruleless"), {}, {}, {}}, "ruleless");
  put<offer::AssetDocument>({.id = offer::AssetId("other")}, "other");
  ASSERT_TRUE(
      loop.run(house.engine->remove<offer::ContractDefinitionDocument>({acme, EntityId("definition")}, 1)));
  put<offer::ContractDefinitionDocument>({offer::ContractDefinitionId("of-nothing"),
                                          offer::PolicyDefinitionId("members"),
                                          offer::PolicyDefinitionId("ruleless"),
                                          {},
                                          {},
                                          {}},
                                         "of-nothing");
  const auto member = answer("assets/other/visibility", R"(,"credentials":)" + member_of("gold"));
  EXPECT_EQ(at(member, "/visible"), json::Value(false));
  EXPECT_EQ(at(member, "/offers/0/access/allowed"), json::Value(true));
  EXPECT_EQ(at(member, "/offers/0/contract/allowed"), json::Value(false));
  EXPECT_TRUE(text_at(member, "/offers/0/contract/reason").contains("at least one permission"));
}

TEST_F(DryRun, without_pasted_credentials_it_is_what_the_counter_party_proved_last) {
  remember("gold");
  const auto known = answer("policydefinitions/gold/evaluate");
  EXPECT_EQ(at(known, "/basis"), json::Value("what it proved in the negotiation 'n-1'"));
  EXPECT_EQ(at(known, "/finding/allowed"), json::Value(true));
  const auto pasted = answer("policydefinitions/gold/evaluate", R"(,"credentials":[])");
  EXPECT_EQ(at(pasted, "/finding/allowed"), json::Value(false)) << "nothing is what was pasted";
}

TEST_F(DryRun, what_cannot_be_tried_is_refused_with_its_place) {
  EXPECT_EQ(ask("policydefinitions/nothing/evaluate", "").status, 404u);
  EXPECT_EQ(ask("assets/nothing/visibility", "").status, 404u);
  const auto scope = ask("policydefinitions/gold/evaluate", R"(,"policyScope":"catalogue")");
  EXPECT_EQ(scope.status, 400u);
  EXPECT_TRUE(scope.body.text.contains("/policyScope") && scope.body.text.contains("transfer.process"));
  const auto credential = ask("policydefinitions/gold/evaluate", R"(,"credentials":[{"type":[]}])");
  EXPECT_EQ(credential.status, 400u);
  EXPECT_TRUE(credential.body.text.contains("/credentials/0")) << credential.body.text;
}

TEST_F(DryRun, a_policy_is_valid_as_long_as_everything_in_it_is_understood) {
  const auto fine = text_of_answer("policydefinitions/members/validate", "");
  EXPECT_TRUE(fine.contains(R"("isValid":true,"errors":[])")) << fine;
  put<offer::PolicyDefinitionDocument>(
      {offer::PolicyDefinitionId("odd"), policy_about("Weather", "fine"), {}, {}}, "odd");
  const auto answer = text_of_answer("policydefinitions/odd/validate", "");
  EXPECT_TRUE(answer.contains(R"("isValid":false)") && answer.contains("Weather")) << answer;
}

TEST_F(DryRun, a_plan_says_what_is_asked_in_a_scope) {
  const auto in_scope = [&](const std::string& scope) {
    return text_of_answer("policydefinitions/gold/evaluationplan",
                          R"("@type":"PolicyEvaluationPlanRequest","policyScope":")" + scope + "\"");
  };
  const auto plan = in_scope("contract.negotiation");
  EXPECT_TRUE(plan.contains(R"("@type":"PermissionStep","isFiltered":false)")) << plan;
  EXPECT_TRUE(plan.contains(R"("functionParams":["MembershipCredential$.level","eq","gold"])")) << plan;
  EXPECT_TRUE(in_scope("weather").contains("/policyScope"));
}

}  // namespace kontor::runtime::catalog
