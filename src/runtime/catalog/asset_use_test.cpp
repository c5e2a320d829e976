#include <gtest/gtest.h>

#include "domain/contract_negotiation/agreement.hpp"
#include "domain/contract_negotiation/decide.hpp"
#include "runtime/catalog/routes.hpp"
#include "testing/house/house.hpp"

namespace kontor::runtime::catalog {
namespace {

using domain::contract_negotiation::ContractNegotiation;
using domain::contract_negotiation::State;
using kontor::testing::House;
using kontor::testing::VirtualLoop;
using protocol::dsp::Role;
using Negotiation = domain::contract_negotiation::Machine;

const ContextId acme{"acme"};

class AssetUseTest : public ::testing::Test {
 protected:
  AssetUseTest() {
    bind_publishing_routes(*house.router, {*house.engine, contexts, policies});
    house.open();
    participant_context::ParticipantContext context{.id = acme, .identity = Did("did:web:acme")};
    EXPECT_TRUE(loop.run(contexts.create(std::move(context), "operator")));
    for (const char* id : {"maps", "tides"}) {
      EXPECT_TRUE(loop.run(
          house.engine->put<offer::AssetDocument>({acme, EntityId(id)}, {.id = offer::AssetId(id)}, 0)));
    }
  }
  ~AssetUseTest() override { house.close(); }

  /// Of maps.
  void put(Role role, State state, entity::Version expected = 0) {
    ContractNegotiation negotiation;
    negotiation.role = role;
    negotiation.pid = protocol::dsp::Pid("n-1");
    negotiation.participant = Did("did:web:acme");
    negotiation.peer = {Did("did:web:globex"), "https://globex", "p"};
    negotiation.callback_address = "https://acme";
    negotiation.dataset = protocol::dsp::DatasetId("maps");
    negotiation.state = state;
    EXPECT_TRUE(loop.run(house.engine->put_stored(Negotiation::kind(), {acme, EntityId("n-1")},
                                                  Negotiation::encode(negotiation), expected)));
  }
  unsigned remove(const std::string& asset) {
    platform::http::Request request{
        "DELETE", house.administration_url("/api/mgmt/v5beta/participants/acme/assets/" + asset), {}, {}};
    request.headers.set("Authorization", "Bearer any");
    auto answer = house.ask(std::move(request));
    said = answer.body.text;
    return answer.status;
  }

  std::string said;
  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{
      loop,
      {.kinds = {&participant_context::ParticipantContextDocument::kind(),
                 &participant_context::ContextConfigDocument::kind(),
                 &participant_context::DataPlaneDocument::kind(), &offer::AssetDocument::kind(),
                 &Negotiation::kind(), &domain::contract_negotiation::ContractAgreementDocument::kind()}}};
  participant_context::ParticipantContexts contexts{*house.engine, *house.vault};
  policy::PolicyEngine policies{policy::PolicyConfig{}, house.engine->random()};
};

}  // namespace

TEST_F(AssetUseTest, what_is_being_negotiated_about_stays_until_that_is_over) {
  entity::Version version = 0;
  for (const auto state : {State::requested, State::offered, State::agreeing, State::verified}) {
    put(Role::provider, state, version++);
    EXPECT_EQ(remove("maps"), 409u);
    EXPECT_TRUE(said.contains("contract-negotiation 'n-1'")) << said;
  }
  EXPECT_EQ(remove("tides"), 204u) << "nobody negotiates about that one";
  put(Role::provider, State::terminated, version);
  EXPECT_EQ(remove("maps"), 204u);
}

TEST_F(AssetUseTest, an_asset_of_another_is_not_ours_whatever_its_id_is) {
  put(Role::consumer, State::requested);
  EXPECT_EQ(remove("maps"), 204u);
}

}  // namespace kontor::runtime::catalog
