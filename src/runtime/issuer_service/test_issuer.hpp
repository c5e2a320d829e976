#pragma once

#include <gtest/gtest.h>

#include <deque>

#include "runtime/issuer_service/assembly.hpp"
#include "testing/house/house.hpp"
#include "testing/party/party.hpp"

/// For tests: our issuer, two holders that it has registered, and a stranger.
namespace kontor::runtime::issuer_service::testing {

using namespace std::chrono_literals;
using kontor::testing::House;
using kontor::testing::LoopbackServer;
using kontor::testing::Party;
using kontor::testing::run_together;
using kontor::testing::VirtualLoop;
namespace dcp = protocol::dcp;
namespace http = platform::http;
namespace vc = protocol::vc;

inline const ContextId issuer_context{"issuer"};
inline const std::string issuance_base = "/api/issuance/v1beta/participants/issuer";
inline const std::string administration = "/api/admin/v1beta/participants/issuer/";

class IssuerTest : public ::testing::Test {
 protected:
  explicit IssuerTest(IssuedListsConfig with = {}) : lists(with) {
    bind_routes(*house.router, *house.engine, issuer);
    house.open();
    for (auto* each : {&holder, &other}) {
      each->offer("CredentialService", "/cs");
      server.answer(each->path("/cs/credentials"), "", 200);
    }
    administer("attestations", R"({"id":"registered","attestationType":"holder","configuration":{}})");
    administer("attestations", R"({"id":"approved","attestationType":"application","configuration":)"
                               R"({"credentialType":"MembershipCredential"}})");
    define("RegisteredCredential", "registered");
    define("MembershipCredential", "approved");
    for (auto* each : {&holder, &other}) {
      administer("holders", fmt::format(R"({{"holderId":"{0}","did":"{0}","name":"{0}"}})", each->did()));
    }
  }

  ~IssuerTest() override { house.close(); }

  Instant now() { return loop.clock().now(); }

  void administer(const std::string& path, const std::string& body) {
    const auto answer = house.post(house.administration_url(administration + path), body);
    ASSERT_LT(answer.status, 300u) << path << ": " << answer.body.text;
  }
  /// `more`: further members, each with a comma before it.
  void define(const std::string& type, const std::string& attestation, const std::string& more = "") {
    administer("credentialdefinitions",
               fmt::format(R"({{"id":"{0}","credentialType":"{0}","format":"VC1_0_JWT","validity":31536000,)"
                           R"("jsonSchemaUrl":"https://example.org/schema.json","attestations":["{1}"]{2}}})",
                           type, attestation, more));
  }
  std::string apply_for_membership(const Party& applicant) {
    const auto answer = house.post(
        house.administration_url(administration + "applications"),
        fmt::format(
            R"({{"applicant":"{}","holderName":"x","credentialType":"MembershipCredential","documents":[]}})",
            applicant.did()));
    EXPECT_EQ(answer.status, 201u) << answer.body.text;
    const auto body = json::parse(answer.body.text).value();
    return std::string(json::find(body, "id")->as_string());
  }
  void approve(const std::string& application) {
    house.caller.subject = "another member of the governance";
    administer("applications/" + application + "/approve", R"({"comment":"fine"})");
  }

  std::string authorization(Party& party) {
    return party.authorization(party.self_issued(issuer_did, now()));
  }
  /// With an access token by which the issuer may deliver.
  std::string authorization_with(Party& party, std::string access_token) {
    auto token = party.self_issued(issuer_did, now());
    token.access_token = std::move(access_token);
    return party.authorization(token);
  }
  http::Response request(Party& party, const std::string& type, std::string pid = "pid-1") {
    return request_as(authorization(party), type, std::move(pid));
  }
  http::Response request_as(std::string authorization, const std::string& type, std::string pid = "pid-1") {
    const dcp::CredentialRequestMessage message{dcp::HolderPid(std::move(pid)),
                                                {dcp::CredentialObjectId(type)}};
    return house.post(house.url(issuance_base + "/credentials"), json::encode(message),
                      std::move(authorization));
  }
  static std::string process_of(const http::Response& response) {
    const auto location = std::string(response.headers.get("Location").value_or(""));
    return location.substr(location.rfind('/') + 1);
  }
  http::Response status(std::string authorization, const std::string& process) {
    http::Request ask;
    ask.target = house.url(issuance_base + "/requests/" + process);
    ask.headers.set("Authorization", std::move(authorization));
    return house.ask(std::move(ask));
  }
  issuance::IssuanceProcess await(const std::string& process,
                                  std::function<bool(const issuance::IssuanceProcess&)> done) {
    return loop
        .run(house.engine->wait<issuance::Machine>(issuer_context, EntityId(process), std::move(done),
                                                   platform::async::Deadline::never()))
        .value()
        .entity;
  }
  void await_delivery(const std::string& process) {
    await(process, [](const issuance::IssuanceProcess& each) {
      return each.state == issuance::State::delivered && !each.delivering_again;
    });
  }
  issuance::IssuanceProcess ended(const std::string& process) {
    return await(process,
                 [](const issuance::IssuanceProcess& each) { return issuance::Machine::ended(each); });
  }
  std::vector<issuance::IssuanceProcess> processes() {
    auto page = loop.run(house.engine->list<issuance::Machine>(issuer_context, {})).value();
    std::vector<issuance::IssuanceProcess> all;
    for (auto& each : page.entities) all.push_back(std::move(each.entity));
    return all;
  }
  /// The holder's credential service answers so, one after the other, and then 200.
  void answers_deliveries(std::vector<unsigned> statuses) {
    auto left = std::make_shared<std::deque<unsigned>>(statuses.begin(), statuses.end());
    server.answer(holder.path("/cs/credentials"), [left](const http::Request&) {
      http::Response response{left->empty() ? 200 : left->front(), {}, {}};
      if (!left->empty()) left->pop_front();
      return response;
    });
  }
  /// Lets back-off pass until so many deliveries were made.
  void let_deliveries_come(std::size_t count) {
    ASSERT_TRUE(loop.eventually([&] { return deliveries_to(holder) >= count; }, 20ms));
    ASSERT_EQ(deliveries_to(holder), count);
  }
  /// The access token inside the token by which the last delivery was authorised.
  std::optional<std::string> echoed() {
    const std::string sent(*server.last(holder.path("/cs/credentials")).headers.get("Authorization"));
    const auto token = protocol::jose::parse_jwt(sent.substr(7)).value();
    return protocol::jose::text_claim(token.claims, "token");
  }
  dcp::CredentialMessage delivered_to(const Party& party) {
    const auto& body = server.last(party.path("/cs/credentials")).body.text;
    return json::decode<dcp::CredentialMessage>(body).value();
  }
  vc::Credential delivered_credential(const Party& party) {
    return vc::parse_credential(delivered_to(party).credentials.at(0).payload).value().credential;
  }
  std::size_t deliveries_to(const Party& party) { return server.asked(party.path("/cs/credentials")); }

  IssuedListsConfig lists;
  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  LoopbackServer server{loop};
  Party holder{server, "holder"};
  Party other{server, "other"};
  Party stranger{server, "stranger"};
  House house{loop, {.kinds = IssuerServiceAssembly::kinds(), .plain_authorities = {server.authority()}}};
  Did issuer_did = house.participant("issuer");
  attestation::Databases databases{{}};
  platform::http::SecretClient secret_client{*house.client, {}};
  attestation::Sources sources{
      {loop.clock(), *house.client, secret_client, *house.vault, *house.presentations, databases}};
  Issuer issuer{{house.scope, *house.engine, *house.client, *house.resolver, *house.signing, *house.tokens,
                 *house.verifier, sources},
                house.url(),
                lists};
};

}  // namespace kontor::runtime::issuer_service::testing
