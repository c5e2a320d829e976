#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "protocol/api/dsp_binding/routes.hpp"
#include "runtime/dsp_endpoint/dcp_peer_identity.hpp"
#include "runtime/dsp_endpoint/dsp_peers.hpp"
#include "testing/house/house.hpp"
#include "testing/party/party.hpp"

/// What tests of the traffic with other connectors begin with: Acme, a participant of ours, and Globex
/// elsewhere.
namespace kontor::runtime::dsp_endpoint::testing {

using kontor::testing::House;
using kontor::testing::LoopbackServer;
using kontor::testing::Party;
using kontor::testing::VirtualLoop;
using participant_context::ParticipantContexts;

inline std::vector<const entity::Kind*> kinds() {
  return {&participant_context::ParticipantContextDocument::kind(),
          &participant_context::ContextConfigDocument::kind(),
          &participant_context::DataPlaneDocument::kind(), &dataspace::DataspaceProfileDocument::kind(),
          &dataspace::DcpScopeDocument::kind()};
}

class Lines : public platform::telemetry::LogSink {
 public:
  void write(std::string_view line) override { text += line; }
  std::string text;
};

inline constexpr std::string_view profile_2024_1 = "http-dsp-profile-2024-1";

/// A negotiation of which nothing is known but its ids; the one that is called `none` is not there.
inline Task<Result<platform::routing::Reply<protocol::dsp::ContractNegotiation>>> negotiation_of(
    protocol::dsp::Pids pids) {
  if (pids.provider.str() == "none") co_return fail(ErrorCode::not_found, "there is no negotiation 'none'");
  co_return platform::routing::Reply<protocol::dsp::ContractNegotiation>{
      {std::move(pids), protocol::dsp::NegotiationState::verified}};
}

class DspPeersTest : public ::testing::Test {
 protected:
  explicit DspPeersTest(verifier::PresentationsConfig presentations = {})
      : house(loop,
              {.kinds = kinds(), .plain_authorities = {server.authority()}, .presentations = presentations}) {
    bind_routes(*house.router, contexts, dataspaces);
    bind_operations_routes(*house.router, peers);
    house.router->bind(protocol::api::dsp_binding::verify,
                       [](auto, protocol::dsp::ContractAgreementVerificationMessage message) {
                         return negotiation_of(std::move(message.pids));
                       });
    house.open();
    participant_context::ParticipantContext context{.id = acme, .identity = acme_did, .properties = {}};
    EXPECT_TRUE(loop.run(contexts.create(std::move(context), "operator")));
  }

  ~DspPeersTest() override { house.close(); }

  std::string authorization(std::optional<std::string> access_token = "opaque") {
    auto token = globex.self_issued(acme_did, loop.clock().now());
    token.access_token = std::move(access_token);
    return globex.authorization(token);
  }
  platform::routing::Call call(std::string authorization, std::string profile = std::string(profile_2025_1)) {
    platform::routing::Call call;
    call.context = acme;
    call.parameters.emplace("profile", std::move(profile));
    call.authorization = std::move(authorization);
    call.deadline = house.soon();
    return call;
  }
  Result<Authenticated> authenticate(platform::routing::Call call) {
    return loop.run(peers.authenticate(std::move(call)));
  }
  Result<Authenticated> authenticate_reader(platform::routing::Call call) {
    return loop.run(peers.authenticate_reader(std::move(call)));
  }
  Result<std::string> send(std::string url) {
    DspPeers::Message message{.context = acme, .audience = globex.did(), .url = std::move(url), .body = "{}"};
    return loop.run(peers.send(std::move(message), house.soon()));
  }
  /// Acme speaks 2024/1 too.
  void take_part_in_2024_1() {
    auto profile = dataspace::built_in_profile();
    profile.name = profile_2024_1;
    profile.protocol.version = "2024/1";
    platform::engine::Command command{platform::store::installation_context(), EntityId(profile.name)};
    ASSERT_TRUE(
        loop.run(house.engine->put<dataspace::DataspaceProfileDocument>(std::move(command), profile, 0)));
    ASSERT_TRUE(loop.run(
        dataspaces.associate(acme, {std::string(profile_2025_1), std::string(profile_2024_1)}, "operator")));
  }
  /// What acme answers to a verification under a profile's path.
  json::Value answer_to(std::string_view profile, std::string body, unsigned status) {
    const auto path = "/api/dsp/acme/" + std::string(profile) + "/negotiations/p/agreement/verification";
    const auto answer = house.post(house.url(path), std::move(body));
    EXPECT_EQ(answer.status, status) << answer.body.text;
    return json::parse(answer.body.text).value();
  }
  template <class T>
  static ErrorCode code_of(const Result<T>& result) {
    return result ? ErrorCode::internal : result.error().code;
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  Lines lines;
  platform::telemetry::LogLevels levels;
  platform::telemetry::Log log{lines, loop.clock(), levels};
  LoopbackServer server{loop};
  Party globex{server, "globex"};
  Party issuer{server, "issuer"};
  House house;
  ContextId acme{"acme"};
  Did acme_did = house.participant("acme");
  ParticipantContexts contexts{*house.engine, *house.vault};
  dataspace::Dataspaces dataspaces{*house.engine, contexts};
  policy::PolicyEngine policies{policy::PolicyConfig{.credential_types = {"MembershipCredential"}},
                                house.engine->random()};
  DcpPeerIdentity identities{*house.verifier, *house.presentations, *house.status_lists, *house.tokens};
  DspPeers peers{DspPeers::Services{loop.clock(), *house.client, *house.store, contexts, dataspaces,
                                    identities, policies, log},
                 DspConfig{.public_url = house.url(), .trusted_issuers = {{.did = issuer.did()}}}};
};

}  // namespace kontor::runtime::dsp_endpoint::testing
