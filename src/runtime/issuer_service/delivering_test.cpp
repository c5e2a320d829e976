#include "runtime/issuer_service/test_issuer.hpp"

namespace kontor::runtime::issuer_service::testing {

using Delivering = IssuerTest;

TEST_F(Delivering, a_request_that_is_sent_again_while_it_is_open_finds_its_process_and_brings_one_delivery) {
  answers_deliveries({503});
  const auto first = process_of(request(holder, "RegisteredCredential"));
  let_deliveries_come(1);
  EXPECT_EQ(process_of(request(holder, "RegisteredCredential")), first);
  let_deliveries_come(2);
  await_delivery(first);
  EXPECT_EQ(processes().size(), 1u);
}

TEST_F(Delivering, a_delivered_request_that_is_sent_again_brings_the_same_credentials_again) {
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

TEST_F(Delivering, an_id_that_is_in_use_is_refused_for_other_credentials) {
  await_delivery(process_of(request(holder, "RegisteredCredential")));
  approve(apply_for_membership(holder));
  EXPECT_EQ(request(holder, "MembershipCredential").status, 409u);
  EXPECT_EQ(deliveries_to(holder), 1u);
}

TEST_F(Delivering, a_delivery_that_was_made_stays_made_when_another_one_fails) {
  const auto process = process_of(request(holder, "RegisteredCredential"));
  await_delivery(process);
  answers_deliveries({415});
  request(holder, "RegisteredCredential");
  EXPECT_EQ(ended(process).state, issuance::State::delivered);
  EXPECT_EQ(deliveries_to(holder), 2u);
  const auto told = status(authorization(holder), process);
  EXPECT_EQ(json::decode<dcp::CredentialStatus>(told.body.text)->status, dcp::RequestStatus::issued);
}

TEST_F(Delivering, a_holder_that_is_not_ready_gets_its_credentials_later) {
  const std::vector<unsigned> not_ready{400, 401, 403, 404, 409, 429, 503};
  answers_deliveries(not_ready);
  const auto process = process_of(request(holder, "RegisteredCredential"));
  let_deliveries_come(not_ready.size() + 1);
  await_delivery(process);
}

TEST_F(Delivering, a_holder_that_can_never_take_a_delivery_is_asked_once) {
  answers_deliveries({415});
  const auto process = ended(process_of(request(holder, "RegisteredCredential")));
  EXPECT_EQ(process.failure->kind, issuance::Failure::Kind::delivery_failed);
  EXPECT_EQ(deliveries_to(holder), 1u);
}

TEST_F(Delivering, the_holders_access_token_comes_back_with_the_delivery_and_is_forgotten) {
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

TEST_F(Delivering, a_holder_that_somebody_rejects_is_told_with_its_own_access_token) {
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

}  // namespace kontor::runtime::issuer_service::testing
