#include "runtime/issuer_service/test_issuer.hpp"

namespace kontor::runtime::issuer_service::testing {

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

TEST_F(IssuerTest, a_request_stands_beside_the_collection_however_that_is_written) {
  for (const auto* slash : {"", "/"}) {
    const dcp::CredentialRequestMessage message{dcp::HolderPid("pid" + std::string(slash)),
                                                {dcp::CredentialObjectId("RegisteredCredential")}};
    const auto made = house.post(house.url(issuance_base + "/credentials" + slash), json::encode(message),
                                 authorization(holder));
    ASSERT_EQ(made.status, 201u) << made.body.text;
    EXPECT_EQ(made.headers.get("Location"), issuance_base + "/requests/" + process_of(made));
  }
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

TEST_F(IssuerTest, two_issuers_of_one_installation_share_nothing) {
  const auto second = house.participant("second");
  const auto order = [&](const std::string& path, const std::string& body) {
    const auto answer =
        house.post(house.administration_url("/api/admin/v1beta/participants/second/" + path), body);
    EXPECT_EQ(answer.status, 201u) << answer.body.text;
  };
  const auto ask = [&] {
    const dcp::CredentialRequestMessage message{dcp::HolderPid("pid-1"),
                                                {dcp::CredentialObjectId("RegisteredCredential")}};
    return house.post(house.url("/api/issuance/v1beta/participants/second/credentials"),
                      json::encode(message), holder.authorization(holder.self_issued(second, now())));
  };
  EXPECT_EQ(ask().status, 401u) << "it is a holder of the first one";
  order("holders", fmt::format(R"({{"holderId":"{0}","did":"{0}"}})", holder.did()));
  EXPECT_EQ(ask().status, 400u) << "the definition is the first one's";
  order("attestations", R"({"id":"registered","attestationType":"holder","configuration":{}})");
  order("credentialdefinitions",
        R"({"id":"RegisteredCredential","credentialType":"RegisteredCredential","format":"VC1_0_JWT",)"
        R"("attestations":["registered"]})");
  ASSERT_EQ(ask().status, 201u);
  let_deliveries_come(1);
  const auto credential = delivered_credential(holder);
  EXPECT_EQ(credential.issuer, second);
  EXPECT_TRUE(credential.statuses.at(0).list_url.contains("/statuslist/second/"));
  EXPECT_TRUE(processes().empty());
}

TEST_F(IssuerTest, an_issuer_that_is_not_active_issues_nothing) {
  ASSERT_TRUE(loop.run(house.contexts->set_active(issuer_context, false, "operator")));
  EXPECT_EQ(request(holder, "RegisteredCredential").status, 404u);
}

}  // namespace kontor::runtime::issuer_service::testing
