#pragma once

#include <gtest/gtest.h>

#include "runtime/credential_service/assembly.hpp"
#include "testing/house/house.hpp"
#include "testing/party/party.hpp"

/// For tests: the credential service of our participant `acme`, an issuer and a verifier.
namespace kontor::runtime::credential_service::testing {

using kontor::testing::House;
using kontor::testing::LoopbackServer;
using kontor::testing::Party;
using kontor::testing::VirtualLoop;
namespace dcp = protocol::dcp;
namespace http = platform::http;
namespace vc = protocol::vc;

inline const std::string membership = "MembershipCredential";
inline const std::string base = "/api/credentials/v1/participants/acme";

class CredentialServiceTest : public ::testing::Test {
 protected:
  CredentialServiceTest() {
    bind_dcp_routes(*house.router, credentials, offers);
    bind_credential_routes(*house.router, *house.engine, credentials);
    bind_offer_routes(*house.router, *house.engine, offers);
    house.open();
    issuer.offer("IssuerService", "/is");
    server.answer(issuer.path("/is/credentials"), [this](const http::Request&) {
      http::Response response{201, {}, {}};
      response.headers.set("Location", issuer.url("/is/requests/process-1"));
      return response;
    });
  }

  ~CredentialServiceTest() override { house.close(); }

  Instant now() { return loop.clock().now(); }

  /// Asks the issuer for a membership, and waits until it has taken the request.
  void request() { ask(issuer, "request-1"); }
  void ask(Party& whom, std::string pid) {
    const protocol::api::identity::CredentialRequest body{
        .issuer = whom.did(),
        .holder_pid = dcp::HolderPid(pid),
        .credentials = {{dcp::CredentialObjectId("d"), membership, "VC1_0_JWT"}}};
    const auto url = house.administration_url("/api/identity/v1beta/participants/acme/credentials/request");
    const auto answer = house.post(url, json::encode(body));
    ASSERT_EQ(answer.status, 201u) << answer.body.text;
    await(std::move(pid), credential_request::State::requested);
  }
  void await(std::string pid, credential_request::State state) {
    const auto there = [state](const credential_request::CredentialRequest& each) {
      return each.state == state;
    };
    auto reached = loop.run(house.engine->wait<credential_request::Machine>(
        ContextId("acme"), EntityId(pid), there, platform::async::Deadline::never()));
    ASSERT_TRUE(reached);
  }
  /// The answer to who asks what became of a request: time has to pass for it.
  std::string shown(const std::string& pid) {
    http::Request request{
        "GET", house.administration_url("/api/identity/v1beta/participants/acme/credentials/request/" + pid)};
    request.headers.set("Authorization", "Bearer tester");
    std::optional<Result<http::Response>> answer;
    platform::async::Scope asking(loop.executor());
    asking.spawn(kontor::testing::detail::keep_at(
        house.client->send(std::move(request), {.deadline = house.soon(), .trust = http::Trust::configured}),
        answer));
    while (!answer) {
      loop.run(loop.turn());
      loop.clock().advance(std::chrono::milliseconds(1));
    }
    loop.run(asking.close());
    return answer->value().body.text;
  }
  credential_request::State state_of(std::string pid = "request-1") {
    return loop.run(house.engine->load<credential_request::Machine>(ContextId("acme"), EntityId(pid)))
        .value()
        .entity.state;
  }
  vc::Credential membership_of(const Did& holder) { return issuer.credential(holder, membership, now()); }
  dcp::CredentialMessage message(const std::vector<std::string>& tokens) const {
    dcp::CredentialMessage message{.issuer_pid = dcp::IssuerPid("process-1"),
                                   .holder_pid = dcp::HolderPid("request-1"),
                                   .credentials = {},
                                   .rejection_reason = {}};
    for (const auto& token : tokens) message.credentials.push_back({membership, token, "vc11-sl2021/jwt"});
    return message;
  }
  http::Response deliver(const dcp::CredentialMessage& what, std::string authorization) {
    return house.post(house.url(base + "/credentials"), json::encode(what), std::move(authorization));
  }
  http::Response deliver(const dcp::CredentialMessage& what) {
    return deliver(what, issuer.authorization(issuer.self_issued(acme, now())));
  }
  /// One credential by the asked issuer, changed before it is signed.
  unsigned deliver_changed(const std::function<void(vc::Credential&)>& change) {
    auto credential = membership_of(acme);
    change(credential);
    return deliver(message({issuer.issue(credential, now())})).status;
  }
  std::vector<credential::StoredCredential> held() {
    auto page = loop.run(house.engine->list<credential::Machine>(ContextId("acme"), {})).value();
    std::vector<credential::StoredCredential> all;
    for (auto& each : page.entities) all.push_back(std::move(each.entity));
    return all;
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  LoopbackServer server{loop};
  Party issuer{server, "issuer"};
  Party stranger{server, "stranger"};
  House house{loop, {.kinds = CredentialServiceAssembly::kinds(), .plain_authorities = {server.authority()}}};
  Did acme = house.participant("acme");
  Credentials credentials{{*house.engine, *house.client, *house.resolver, *house.signing, *house.tokens,
                           *house.verifier, *house.status_lists, *house.schemas},
                          {.room = {.kept_max = 6, .credential_bytes_max = 8192}}};
  Offers offers{{*house.engine, *house.client, *house.resolver, *house.signing, *house.verifier},
                {.per_issuer_max = 4, .kept_max = 6}};
};

}  // namespace kontor::runtime::credential_service::testing
