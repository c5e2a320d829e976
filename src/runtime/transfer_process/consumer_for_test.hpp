#pragma once

#include <gtest/gtest.h>

#include "domain/contract_negotiation/agreement.hpp"
#include "runtime/decisions/policy_decisions.hpp"
#include "runtime/dsp_endpoint/dcp_peer_identity.hpp"
#include "runtime/transfer_process/transfers.hpp"
#include "testing/house/house.hpp"
#include "testing/party/party.hpp"

/// What tests of the consumer's access begin with.
namespace kontor::runtime::transfer_process::testing {

using kontor::testing::House;
using kontor::testing::LoopbackServer;
using kontor::testing::Party;
using kontor::testing::VirtualLoop;
using platform::engine::Command;
using transfer::Machine;
namespace http = platform::http;
namespace dsp = protocol::dsp;

class Silent : public platform::telemetry::LogSink {
 public:
  void write(std::string_view) override {}
};

inline std::vector<const entity::Kind*> kinds() {
  return {&participant_context::ParticipantContextDocument::kind(),
          &participant_context::ContextConfigDocument::kind(),
          &participant_context::DataPlaneDocument::kind(),
          &dataspace::DataspaceProfileDocument::kind(),
          &dataspace::DcpScopeDocument::kind(),
          &domain::contract_negotiation::ContractAgreementDocument::kind(),
          &Machine::kind(),
          &callbacks::callback::Machine::kind()};
}

/// Acme has fetched data of Globex, whose token endpoint answers what a test says.
class ConsumerTest : public ::testing::Test {
 protected:
  ConsumerTest() {
    house.open();
    participant_context::ParticipantContext context{.id = acme, .identity = acme_did, .properties = {}};
    EXPECT_TRUE(loop.run(contexts.create(std::move(context), "operator")));
    server.answer("/dsp/transfers/request", "{}");
    transfer::Initiate open{
        .pid = pid,
        .participant = acme_did,
        .peer = {globex.did(), server.url("/dsp"), std::string(dsp_endpoint::profile_2025_1)},
        .callback_address = house.url(),
        .subject = {.contract = EntityId("contract"),
                    .agreement = dsp::AgreementId("agreement"),
                    .dataset = dsp::DatasetId("asset"),
                    .transfer_type = "HttpData-PULL"},
        .prepare = false};
    EXPECT_TRUE(apply(std::move(open)));
    EXPECT_TRUE(apply(transfer::StartReceived{
        {dsp::MessageId("start"), globex.did(), {dsp::Pid("theirs"), pid}}, address(), {}}));
  }
  ~ConsumerTest() override { house.close(); }

  Result<Loaded> apply(transfer::Event event) {
    return loop.run(house.engine->apply<Machine>(Command{acme, entity_id(pid), "test"}, std::move(event)));
  }
  /// Of Globex, in the words of a message that has this id.
  transfer::Envelope said_by_globex(const std::string& id) const {
    return {dsp::MessageId(id), globex.did(), {dsp::Pid("theirs"), pid}};
  }
  dsp::DataAddress address() const {
    return {"https://w3id.org/dspace-sig/profile/http-pull",
            server.url("/data"),
            {{"authorization", "token-1"},
             {"authType", "bearer"},
             {"refreshToken", "refresh 1"},
             {"expiresIn", "600"},
             {"refreshEndpoint", server.url("/token")}}};
  }
  Task<Result<dsp::DataAddress>> access() {
    platform::routing::Call call;
    call.context = acme;
    call.parameters.emplace("transferProcessId", pid.str());
    call.deadline = house.soon();
    return transfers.access(std::move(call));
  }
  /// The token that is given; else what is said instead.
  std::string token() {
    auto given = loop.run(access());
    return given ? *given->property("authorization") : std::string(given.error().row().name);
  }
  void renews(int number) {
    server.answer("/token",
                  "{\"access_token\":\"token-" + std::to_string(number) +
                      "\",\"token_type\":\"Bearer\",\"expires_in\":600,\"refresh_token\":\"refresh " +
                      std::to_string(number) + "\"}");
  }
  std::string presented() const { return server.last("/token").body.text; }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  Silent lines;
  platform::telemetry::LogLevels levels;
  platform::telemetry::Log log{lines, loop.clock(), levels};
  LoopbackServer server{loop};
  Party globex{server, "globex"};
  House house{loop, {.kinds = kinds(), .plain_authorities = {server.authority()}}};
  ContextId acme{"acme"};
  dsp::Pid pid{"urn:uuid:ours"};
  Did acme_did = house.participant("acme");
  participant_context::ParticipantContexts contexts{*house.engine, *house.vault};
  dataspace::Dataspaces dataspaces{*house.engine, contexts};
  policy::PolicyEngine policies{policy::PolicyConfig{}, house.engine->random()};
  dsp_endpoint::DcpPeerIdentity identities{*house.verifier, *house.presentations, *house.status_lists,
                                           *house.tokens};
  dsp_endpoint::DspPeers peers{
      {loop.clock(), *house.client, *house.store, contexts, dataspaces, identities, policies, log},
      {.public_url = house.url(), .trusted_issuers = {}}};
  catalog::Catalogs catalogs{{*house.engine, contexts, policies}};
  decisions::PolicyDecisions decisions{policies};
  platform::auth::TokenSource own_tokens{house.scope, loop.clock(), *house.client, {}};
  platform::http::SecretClient secret_client{*house.client, {"127.0.0.1"}};
  DataPlanes planes{{loop.clock(), *house.client, secret_client, own_tokens, contexts}, {}};
  PolicyMonitor monitor{{*house.engine, policies, identities}, std::chrono::hours(1)};
  callbacks::Callbacks callbacks{{*house.engine, *house.client, secret_client, *house.vault}};
  Transfers transfers{
      {*house.engine, contexts, policies, peers, catalogs, decisions, planes, monitor, callbacks}};
};

}  // namespace kontor::runtime::transfer_process::testing
