#include "runtime/issuer_service/issuer.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "runtime/issuer_service/assembly.hpp"
#include "testing/house/house.hpp"
#include "testing/party/party.hpp"

namespace kontor::runtime::issuer_service {
namespace {

using namespace std::chrono_literals;
using kontor::testing::House;
using kontor::testing::LoopbackServer;
using kontor::testing::Party;
using kontor::testing::run_together;
using kontor::testing::VirtualLoop;
namespace dcp = protocol::dcp;
namespace http = platform::http;
namespace vc = protocol::vc;

const ContextId issuer_context{"issuer"};
const std::string issuance_base = "/api/issuance/v1beta/participants/issuer";
const std::string administration = "/api/admin/v1beta/participants/issuer/";

class IssuerTest : public ::testing::Test {
 protected:
  IssuerTest() {
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
  void define(const std::string& type, const std::string& attestation) {
    administer("credentialdefinitions",
               fmt::format(R"({{"id":"{0}","credentialType":"{0}","format":"VC1_0_JWT","validity":31536000,)"
                           R"("jsonSchemaUrl":"https://example.org/schema.json","attestations":["{1}"],)"
                           R"("rules":[],"mappings":[]}})",
                           type, attestation));
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
    for (int turns = 0; deliveries_to(holder) < count && turns < 10'000; ++turns) {
      loop.run(loop.turn());
      loop.clock().advance(20ms);
    }
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

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  LoopbackServer server{loop};
  Party holder{server, "holder"};
  Party other{server, "other"};
  Party stranger{server, "stranger"};
  House house{loop, {.kinds = IssuerServiceAssembly::kinds(), .plain_authorities = {server.authority()}}};
  Did issuer_did = house.participant("issuer");
  Issuer issuer{
      {*house.engine, *house.client, *house.resolver, *house.signing, *house.tokens, *house.verifier},
      house.url()};
};

}  // namespace

TEST_F(IssuerTest, a_holder_gets_a_credential_about_itself_delivered_to_its_own_service) {
  const auto accepted = request(holder, "RegisteredCredential");
  ASSERT_EQ(accepted.status, 201u) << accepted.body.text;
  await_delivery(process_of(accepted));
  const auto message = delivered_to(holder);
  EXPECT_EQ(message.holder_pid, dcp::HolderPid("pid-1"));
  const auto credential = delivered_credential(holder);
  EXPECT_EQ(credential.issuer, issuer_did);
  EXPECT_EQ(credential.subjects.at(0).id, holder.did());
  EXPECT_TRUE(vc::has_type(credential, "RegisteredCredential"));
  EXPECT_EQ(credential.statuses.size(), 1u);
  const std::string sent(*server.last(holder.path("/cs/credentials")).headers.get("Authorization"));
  const auto token = protocol::jose::parse_jwt(sent.substr(7)).value();
  EXPECT_EQ(token.claims.aud, std::vector{holder.did().str()});
}

TEST_F(IssuerTest, who_is_no_holder_gets_nothing) {
  EXPECT_EQ(request(stranger, "RegisteredCredential").status, 401u);
  EXPECT_EQ(request_as("", "RegisteredCredential").status, 401u);
}

TEST_F(IssuerTest, a_token_for_another_audience_gets_nothing) {
  const auto token = holder.authorization(holder.self_issued(other.did(), now()));
  EXPECT_EQ(request_as(token, "RegisteredCredential").status, 401u);
}

TEST_F(IssuerTest, what_is_not_approved_is_not_issued) {
  EXPECT_EQ(request(holder, "MembershipCredential").status, 403u);
  const auto application = apply_for_membership(holder);
  EXPECT_EQ(request(holder, "MembershipCredential").status, 403u);
  approve(application);
  EXPECT_EQ(request(holder, "MembershipCredential").status, 201u);
}

TEST_F(IssuerTest, an_approval_counts_however_many_applications_there_are) {
  std::string last;
  for (int i = 0; i < 1001; ++i) last = std::max(last, apply_for_membership(holder));
  approve(last);
  EXPECT_EQ(request(holder, "MembershipCredential").status, 201u);
}

TEST_F(IssuerTest, an_approval_is_for_its_applicant_alone) {
  approve(apply_for_membership(holder));
  EXPECT_EQ(request(other, "MembershipCredential").status, 403u);
}

TEST_F(IssuerTest, what_is_not_defined_is_not_issued) {
  EXPECT_EQ(request(holder, "InventedCredential").status, 400u);
}

TEST_F(IssuerTest, one_request_that_is_not_granted_in_all_is_granted_in_nothing) {
  const dcp::CredentialRequestMessage message{
      dcp::HolderPid("pid-1"),
      {dcp::CredentialObjectId("RegisteredCredential"), dcp::CredentialObjectId("MembershipCredential")}};
  const auto answer =
      house.post(house.url(issuance_base + "/credentials"), json::encode(message), authorization(holder));
  EXPECT_EQ(answer.status, 403u);
  EXPECT_EQ(deliveries_to(holder), 0u);
}

TEST_F(IssuerTest, a_request_is_read_by_its_holder_alone) {
  const auto process = process_of(request(holder, "RegisteredCredential"));
  await_delivery(process);
  const auto own = status(authorization(holder), process);
  ASSERT_EQ(own.status, 200u) << own.body.text;
  EXPECT_EQ(json::decode<dcp::CredentialStatus>(own.body.text)->status, dcp::RequestStatus::issued);
  const auto foreign = status(authorization(other), process);
  const auto absent = status(authorization(other), "urn:uuid:nothing");
  EXPECT_EQ(foreign.status, 401u);
  EXPECT_EQ(foreign.body.text, absent.body.text) << "what is another's looks like what is not there";
  EXPECT_EQ(status("", process).status, 401u);
}

TEST_F(IssuerTest, a_token_serves_one_request_and_one_look) {
  const auto for_request = authorization(holder);
  const auto accepted = request_as(for_request, "RegisteredCredential");
  ASSERT_EQ(accepted.status, 201u);
  EXPECT_EQ(request_as(for_request, "RegisteredCredential", "pid-2").status, 401u);
  EXPECT_EQ(request_as(for_request, "RegisteredCredential").status, 401u);
  const auto for_look = authorization(holder);
  EXPECT_EQ(status(for_look, process_of(accepted)).status, 200u);
  EXPECT_EQ(status(for_look, process_of(accepted)).status, 401u);
}

TEST_F(IssuerTest, a_request_that_is_sent_again_while_it_is_open_finds_its_process_and_brings_one_delivery) {
  answers_deliveries({503});
  const auto first = process_of(request(holder, "RegisteredCredential"));
  let_deliveries_come(1);
  EXPECT_EQ(process_of(request(holder, "RegisteredCredential")), first);
  let_deliveries_come(2);
  await_delivery(first);
  EXPECT_EQ(processes().size(), 1u);
}

TEST_F(IssuerTest, a_delivered_request_that_is_sent_again_brings_the_same_credentials_again) {
  const auto first = process_of(request(holder, "RegisteredCredential"));
  await_delivery(first);
  const auto before = delivered_credential(holder);
  loop.clock().advance(2s);
  const auto again = request(holder, "RegisteredCredential");
  EXPECT_EQ(again.status, 201u);
  EXPECT_EQ(process_of(again), first);
  await_delivery(first);
  EXPECT_EQ(deliveries_to(holder), 2u);
  EXPECT_EQ(delivered_credential(holder), before) << "made once, and once in a place of the status list";
  EXPECT_EQ(delivered_to(holder).holder_pid, dcp::HolderPid("pid-1"));
}

TEST_F(IssuerTest, an_id_that_is_in_use_is_refused_for_other_credentials) {
  await_delivery(process_of(request(holder, "RegisteredCredential")));
  approve(apply_for_membership(holder));
  EXPECT_EQ(request(holder, "MembershipCredential").status, 409u);
  EXPECT_EQ(deliveries_to(holder), 1u);
}

TEST_F(IssuerTest, a_delivery_that_was_made_stays_made_when_another_one_fails) {
  const auto process = process_of(request(holder, "RegisteredCredential"));
  await_delivery(process);
  answers_deliveries({415});
  request(holder, "RegisteredCredential");
  EXPECT_EQ(ended(process).state, issuance::State::delivered);
  EXPECT_EQ(deliveries_to(holder), 2u);
  const auto told = status(authorization(holder), process);
  EXPECT_EQ(json::decode<dcp::CredentialStatus>(told.body.text)->status, dcp::RequestStatus::issued);
}

TEST_F(IssuerTest, a_holder_that_is_not_ready_gets_its_credentials_later) {
  const std::vector<unsigned> not_ready{400, 401, 403, 404, 409, 429, 503};
  answers_deliveries(not_ready);
  const auto process = process_of(request(holder, "RegisteredCredential"));
  let_deliveries_come(not_ready.size() + 1);
  await_delivery(process);
}

TEST_F(IssuerTest, a_holder_that_can_never_take_a_delivery_is_asked_once) {
  answers_deliveries({415});
  const auto process = ended(process_of(request(holder, "RegisteredCredential")));
  EXPECT_EQ(process.failure->kind, issuance::Failure::Kind::delivery_failed);
  EXPECT_EQ(deliveries_to(holder), 1u);
}

TEST_F(IssuerTest, the_holders_access_token_comes_back_with_the_delivery_and_is_forgotten) {
  const auto ask_with = [&](const std::string& access_token) {
    const auto answer = request_as(authorization_with(holder, access_token), "RegisteredCredential");
    await_delivery(process_of(answer));
  };
  ask_with("one-time-1");
  EXPECT_EQ(echoed(), "one-time-1");
  EXPECT_FALSE(processes().at(0).request.access_token);
  ask_with("one-time-2");
  EXPECT_EQ(echoed(), "one-time-2");
  EXPECT_FALSE(processes().at(0).request.access_token);
  await_delivery(process_of(request(holder, "RegisteredCredential")));
  EXPECT_EQ(echoed(), std::nullopt);
}

TEST_F(IssuerTest, a_holder_that_somebody_rejects_is_told_with_its_own_access_token) {
  administer("credentialdefinitions",
             R"({"id":"Judged","credentialType":"JudgedCredential","format":"VC1_0_JWT","validity":31536000,)"
             R"("jsonSchemaUrl":"https://example.org/schema.json","attestations":["registered"],)"
             R"("approvalRequired":true,"rules":[],"mappings":[]})");
  const auto process = process_of(request_as(authorization_with(holder, "one-time"), "Judged"));
  ASSERT_TRUE(loop.run(house.engine->apply<issuance::Machine>({issuer_context, EntityId(process)},
                                                              issuance::Reject{"not now"})));
  let_deliveries_come(1);
  EXPECT_EQ(delivered_to(holder).status, dcp::DeliveryStatus::rejected);
  EXPECT_EQ(delivered_to(holder).rejection_reason, "not now");
  EXPECT_EQ(echoed(), "one-time");
  EXPECT_EQ(request(holder, "Judged").status, 403u) << "which is final";
}

TEST_F(IssuerTest, what_was_not_granted_is_kept_with_its_reason_and_judged_anew_when_it_is_asked_again) {
  const auto refused = request(holder, "MembershipCredential");
  EXPECT_EQ(refused.status, 403u);
  ASSERT_EQ(processes().size(), 1u);
  const auto kept = processes().front();
  EXPECT_EQ(kept.failure->kind, issuance::Failure::Kind::not_granted);
  EXPECT_NE(refused.body.text.find(kept.failure->reason), std::string::npos) << refused.body.text;
  const auto told = status(authorization(holder), kept.request.id.str());
  EXPECT_EQ(json::decode<dcp::CredentialStatus>(told.body.text)->status, dcp::RequestStatus::rejected);
  approve(apply_for_membership(holder));
  const auto granted = request(holder, "MembershipCredential");
  EXPECT_EQ(process_of(granted), kept.request.id.str());
  await_delivery(process_of(granted));
  EXPECT_TRUE(vc::has_type(delivered_credential(holder), "MembershipCredential"));
}

TEST_F(IssuerTest, a_request_that_is_refused_uses_its_token_up) {
  const auto not_defined = authorization(holder);
  EXPECT_EQ(request_as(not_defined, "InventedCredential").status, 400u);
  EXPECT_EQ(request_as(not_defined, "RegisteredCredential").status, 401u);
  const auto not_granted = authorization(holder);
  EXPECT_EQ(request_as(not_granted, "MembershipCredential", "pid-2").status, 403u);
  EXPECT_EQ(request_as(not_granted, "RegisteredCredential").status, 401u);
  const auto again = authorization(holder);
  EXPECT_EQ(request_as(again, "MembershipCredential", "pid-2").status, 403u) << "which changes nothing";
  EXPECT_EQ(request_as(again, "RegisteredCredential").status, 401u);
}

TEST_F(IssuerTest, equal_ids_of_two_holders_are_two_requests) {
  const auto first = process_of(request(holder, "RegisteredCredential"));
  const auto second = process_of(request(other, "RegisteredCredential"));
  EXPECT_NE(first, second);
  await_delivery(second);
  const auto credential = delivered_credential(other);
  EXPECT_EQ(credential.subjects.at(0).id, other.did());
}

TEST_F(IssuerTest, a_revocation_stands_in_the_list_that_everybody_reads) {
  const auto process = process_of(request(holder, "RegisteredCredential"));
  await_delivery(process);
  const auto credential = delivered_credential(holder);
  const auto& entry = credential.statuses.at(0);
  const auto bit = [&] {
    house.status_lists->forget();
    const auto list = loop.run(house.status_lists->list(entry.list_url, house.soon()));
    return list && (*list)->bits.test(entry.index).value();
  };
  EXPECT_FALSE(bit());
  loop.clock().advance(status_list::sign_interval);
  http::Request revoke{
      "POST", house.administration_url(administration + "credentials/" + credential.id + "/revoke"), {}, {}};
  ASSERT_LT(house.ask(std::move(revoke)).status, 300u);
  const auto signed_with_bit = [&](const status_list::List& list) {
    return list.bits.test(entry.index).value() && list.published && list.published->revision == list.revision;
  };
  ASSERT_TRUE(loop.run(house.engine->wait<status_list::Machine>(
      issuer_context, EntityId("revocation-1"), signed_with_bit, platform::async::Deadline::never())));
  EXPECT_TRUE(bit());
}

TEST_F(IssuerTest, an_issuer_that_is_not_active_issues_nothing) {
  ASSERT_TRUE(loop.run(house.contexts->set_active(issuer_context, false, "operator")));
  EXPECT_EQ(request(holder, "RegisteredCredential").status, 404u);
}

}  // namespace kontor::runtime::issuer_service
