#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "runtime/catalog/routes.hpp"
#include "testing/house/house.hpp"

namespace kontor::runtime::catalog {
namespace {

using kontor::testing::House;
using kontor::testing::VirtualLoop;

constexpr const char* envelope = R"("@context":["https://w3id.org/edc/connector/management/v2"],)";
constexpr const char* everybody = R"({"@type":"Set","permission":[{"action":"use"}]})";

class PublicationTest : public ::testing::Test {
 protected:
  PublicationTest() {
    bind_publication_routes(*house.router, {*house.engine, contexts, policies});
    house.open();
    participant_context::ParticipantContext context{
        .id = acme, .identity = Did("did:web:acme"), .properties = {}};
    EXPECT_TRUE(loop.run(contexts.create(std::move(context), "operator")));
  }
  ~PublicationTest() override { house.close(); }

  struct Body {
    std::string asset = "maps";
    std::string name = "Maps";
    std::string policies = policy("open");
    std::string access = "open";
    std::string selector;  ///< with a comma before it
    std::string context = "acme";
  };
  static std::string policy(const std::string& id, const std::string& content = everybody) {
    return "{" + std::string(envelope) + R"("@type":"PolicyDefinition","@id":")" + id + R"(","policy":)" +
           content + "}";
  }
  platform::http::Response publish(const Body& body) {
    return house.post(
        house.administration_url("/api/mgmt/v5beta/participants/" + body.context + "/publications"),
        "{" + std::string(envelope) + R"("@type":"Publication","asset":{)" + envelope +
            R"("@type":"Asset","@id":")" + body.asset + R"(","properties":{"name":")" + body.name +
            R"("}},"policyDefinitions":[)" + body.policies + R"(],"contractDefinition":{)" + envelope +
            R"("@type":"ContractDefinition","@id":"maps-for-all","accessPolicyId":")" + body.access +
            R"(","contractPolicyId":"open")" + body.selector + "}}",
        "Bearer any");
  }
  static bool changed(const platform::http::Response& response) {
    const auto body = json::parse(response.body.text).value();
    const auto* member = json::find(body, "changed");
    EXPECT_TRUE(member) << response.body.text;
    return member && member->get_bool();
  }
  std::size_t count(const entity::Kind& kind) { return loop.run(house.store->count(acme, kind, {})).value(); }
  std::vector<std::size_t> kept() {
    return {count(offer::AssetDocument::kind()), count(offer::PolicyDefinitionDocument::kind()),
            count(offer::ContractDefinitionDocument::kind())};
  }
  using Counts = std::vector<std::size_t>;

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{
      loop,
      {.kinds = {&participant_context::ParticipantContextDocument::kind(),
                 &participant_context::ContextConfigDocument::kind(),
                 &participant_context::DataPlaneDocument::kind(), &offer::AssetDocument::kind(),
                 &offer::PolicyDefinitionDocument::kind(), &offer::ContractDefinitionDocument::kind()}}};
  ContextId acme{"acme"};
  participant_context::ParticipantContexts contexts{*house.engine, *house.vault};
  policy::PolicyEngine policies{policy::PolicyConfig{}, house.engine->random()};
};

}  // namespace

TEST_F(PublicationTest, an_asset_is_offered_in_one_call) {
  const auto published = publish({});
  ASSERT_EQ(published.status, 200u) << published.body.text;
  EXPECT_TRUE(changed(published));
  EXPECT_EQ(kept(), (Counts{1, 1, 1}));
  const auto definition =
      loop.run(house.engine->load<offer::ContractDefinitionDocument>(acme, EntityId("maps-for-all")))
          .value()
          .entity;
  EXPECT_TRUE(offer::covers(definition, {.id = offer::AssetId("maps")}));
  EXPECT_FALSE(offer::covers(definition, {.id = offer::AssetId("secrets")}))
      << "no selector is not every asset";
}

TEST_F(PublicationTest, the_same_call_again_changes_nothing) {
  ASSERT_TRUE(changed(publish({})));
  const auto before = loop.run(house.engine->load<offer::AssetDocument>(acme, EntityId("maps"))).value();
  const auto again = publish({});
  ASSERT_EQ(again.status, 200u) << again.body.text;
  EXPECT_FALSE(changed(again));
  const auto after = loop.run(house.engine->load<offer::AssetDocument>(acme, EntityId("maps"))).value();
  EXPECT_EQ(before.version, after.version);
}

TEST_F(PublicationTest, what_is_missing_is_added_to_what_is_there) {
  ASSERT_TRUE(changed(publish({})));
  const auto id = EntityId("maps");
  ASSERT_TRUE(loop.run(house.engine->remove<offer::AssetDocument>({acme, id}, 1)));
  EXPECT_TRUE(changed(publish({})));
  EXPECT_EQ(kept(), (Counts{1, 1, 1}));
  const auto definition =
      loop.run(house.engine->load<offer::ContractDefinitionDocument>(acme, EntityId("maps-for-all")));
  EXPECT_EQ(definition.value().version, 1u) << "what is there already is left as it is";
}

TEST_F(PublicationTest, what_is_there_with_other_content_refuses_all_of_it) {
  ASSERT_TRUE(changed(publish({})));
  const auto refused = publish({.name = "Other maps", .policies = policy("open") + "," + policy("another")});
  EXPECT_EQ(refused.status, 409u) << refused.body.text;
  EXPECT_TRUE(refused.body.text.contains("'maps'")) << refused.body.text;
  EXPECT_EQ(kept(), (Counts{1, 1, 1}));
}

TEST_F(PublicationTest, a_wrong_part_is_refused_by_its_place_and_nothing_is_kept) {
  const std::string odd =
      R"({"@type":"Set","permission":[{"action":"use","constraint":[{"leftOperand":"Weather",)"
      R"("operator":"eq","rightOperand":"fine"}]}]})";
  std::string many = policy("open");
  for (int i = 1; i <= 100; ++i) many += "," + policy("open-" + std::to_string(i));
  const std::pair<Body, const char*> cases[] = {
      {{.asset = ""}, "/asset/@id"},
      {{.policies = policy("open") + "," + policy("open")}, "/policyDefinitions/1/@id"},
      {{.policies = policy("open", odd)}, "/policyDefinitions/0/policy"},
      {{.policies = many}, "/policyDefinitions"},
      {{.access = "nobody"}, "/contractDefinition/accessPolicyId"},
      {{.selector = R"(,"assetsSelector":[{"@type":"Criterion","operandLeft":"id","operator":"=",)"
                    R"("operandRight":"another"}])"},
       "/contractDefinition/assetsSelector"}};
  for (const auto& [body, place] : cases) {
    const auto refused = publish(body);
    EXPECT_EQ(refused.status, 400u) << refused.body.text;
    EXPECT_TRUE(refused.body.text.contains('"' + std::string(place) + '"'))
        << place << ": " << refused.body.text;
  }
  EXPECT_EQ(publish({.context = "nobody"}).status, 404u);
  EXPECT_EQ(kept(), (Counts{0, 0, 0}));
}

TEST_F(PublicationTest, each_part_is_told_as_an_event) {
  ASSERT_TRUE(changed(publish({})));
  std::vector<std::string> names;
  for (const auto& each : loop.run(house.store->events_of(acme, 0, 100)).value())
    names.push_back(each.event.name);
  for (const char* name : {"asset.created", "policy.definition.created", "contract.definition.created"})
    EXPECT_EQ(std::ranges::count(names, name), 1) << name;
}

}  // namespace kontor::runtime::catalog
