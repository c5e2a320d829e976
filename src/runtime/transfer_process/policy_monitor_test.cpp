#include "runtime/transfer_process/policy_monitor.hpp"

#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "domain/contract_negotiation/negotiation_for_test.hpp"
#include "domain/transfer_process/codec.hpp"
#include "domain/transfer_process/transfer_for_test.hpp"
#include "protocol/vc/verify.hpp"
#include "runtime/dsp_endpoint/dcp_peer_identity.hpp"
#include "runtime/participant_context/documents.hpp"
#include "testing/house/house.hpp"
#include "testing/party/party.hpp"

// When the terms of a running transfer are looked at again, and what is seen then.
namespace kontor::runtime::transfer_process {
namespace {

using namespace std::chrono_literals;
using domain::contract_negotiation::ContractAgreementDocument;
using kontor::testing::House;
using kontor::testing::LoopbackServer;
using kontor::testing::Party;
using kontor::testing::VirtualLoop;
using transfer::Machine;
namespace odrl = protocol::odrl;
namespace negotiation = domain::contract_negotiation;
namespace vc = protocol::vc;

odrl::Policy policy_of(std::string_view constraint) {
  return json::decode<odrl::Policy>(
             fmt::format(R"({{"@type":"Agreement","permission":[{{"action":"use","constraint":[{}]}}]}})",
                         constraint))
      .value();
}

vc::StatusEntry revocable_at(std::string list_url) {
  return {.id = list_url + "#7", .list_url = std::move(list_url), .index = 7};
}

constexpr std::string_view for_an_hour =
    R"({"leftOperand":"agreementAge","operator":"lt","rightOperand":"PT1H"})";
constexpr std::string_view on_working_days =
    R"({"leftOperand":"dayOfWeek","operator":"isNoneOf","rightOperand":["saturday","sunday"]})";
constexpr std::string_view for_members =
    R"({"leftOperand":"MembershipCredential","operator":"eq","rightOperand":"active"})";

/// Acme lets Globex fetch data; Globex's credential comes from an issuer beside it.
class PolicyMonitorTest : public ::testing::Test {
 protected:
  PolicyMonitorTest() { house.open(); }
  ~PolicyMonitorTest() override { house.close(); }

  vc::Credential credential() { return issuer.credential(globex.did(), "MembershipCredential", house.now()); }
  json::Object claims(std::string status_url = "", std::string id = "") {
    auto proved = credential();
    if (!id.empty()) proved.id = std::move(id);
    if (!status_url.empty()) proved.statuses = {revocable_at(std::move(status_url))};
    json::Object all;
    all["vc"] = json::Array{vc::write_resource(proved)};
    return all;
  }
  PolicyMonitor::Agreement agreement(std::string_view constraint) {
    PolicyMonitor::Agreement made;
    made.id = EntityId("contract");
    made.agreement_id = protocol::dsp::AgreementId("agreement");
    made.negotiation = protocol::dsp::Pid("negotiation");
    made.role = protocol::dsp::Role::provider;
    made.provider = acme_did;
    made.consumer = globex.did();
    made.dataset = protocol::dsp::DatasetId("asset");
    made.signed_at = house.now();
    made.policy = policy_of(constraint);
    return made;
  }
  std::optional<transfer::PolicyWatch> watch(std::string_view constraint, json::Object proved) {
    auto made = loop.run(
        monitor.watch(acme, agreement(constraint), {.at = house.now(), .claims = std::move(proved)}));
    EXPECT_TRUE(made) << made.error().message();
    return made ? *made : std::nullopt;
  }
  /// A transfer that runs under the agreement.
  transfer::TransferProcess runs(const PolicyMonitor::Agreement& under, json::Object proved) {
    auto process = transfer::testing::process(protocol::dsp::Role::provider, transfer::Direction::pull,
                                              transfer::State::started);
    process.peer.id = globex.did();
    process.subject.contract = under.id;
    process.subject.claims = std::move(proved);
    platform::store::Transaction transaction;
    transaction.puts.push_back({&Machine::kind(), running, 0, Machine::encode(process)});
    transaction.puts.push_back(
        {&ContractAgreementDocument::kind(), under.id, 0, ContractAgreementDocument::encode(under)});
    EXPECT_TRUE(loop.run(house.store->commit(acme, std::move(transaction))));
    return process;
  }
  /// What becomes of the process by an event at this moment.
  void happens(transfer::TransferProcess& process, const transfer::Event& event) {
    auto decided = transfer::decide(&process, event, house.now());
    ASSERT_TRUE(decided) << decided.error().message();
    process = std::move(decided->next);
    platform::store::Transaction transaction;
    transaction.puts.push_back({&Machine::kind(), running, ++version, Machine::encode(process)});
    ASSERT_TRUE(loop.run(house.store->commit(acme, std::move(transaction))));
  }
  /// Another negotiation, in which the counter-party has proved this since.
  void negotiated(const std::string& id, json::Object proved, const std::string& profile = "") {
    auto since =
        negotiation::testing::negotiation(protocol::dsp::Role::provider, negotiation::State::finalized);
    since.pid = protocol::dsp::Pid(id);
    since.peer.id = globex.did();
    if (!profile.empty()) since.peer.profile = profile;
    since.claims = std::move(proved);
    platform::store::Transaction transaction;
    transaction.puts.push_back(
        {&negotiation::Machine::kind(), EntityId(id), 0, negotiation::Machine::encode(since)});
    ASSERT_TRUE(loop.run(house.store->commit(acme, std::move(transaction))));
  }
  /// What a look at the running transfer says: why it has to end; empty: it goes on.
  std::string look() {
    auto said =
        loop.run(monitor.judge({.context = acme, .entity = running, .id = {}, .deadline = house.soon()}));
    EXPECT_TRUE(said) << said.error().message();
    if (!said) return "no look";
    const auto* judged = std::get_if<transfer::PolicyJudged>(&*said);
    if (!judged) return "unknown";
    proof = judged->proof;
    return judged->refusal ? judged->refusal->reason : "";
  }

  std::optional<transfer::PolicyJudged::Proof> proof;  ///< of the last look
  entity::Version version = 0;                         ///< of the running transfer, before its next change
  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  LoopbackServer server{loop};
  Party globex{server, "globex"};
  Party issuer{server, "issuer"};
  House house{loop,
              {.kinds = {&Machine::kind(), &negotiation::Machine::kind(), &ContractAgreementDocument::kind(),
                         &runtime::participant_context::ParticipantContextDocument::kind()},
               .plain_authorities = {server.authority()}}};
  ContextId acme{"acme"};
  EntityId running{"running"};
  Did acme_did = house.participant("acme");
  policy::PolicyEngine policies{policy::PolicyConfig{}, house.engine->random()};
  dsp_endpoint::DcpPeerIdentity identities{*house.verifier, *house.presentations, *house.status_lists,
                                           *house.tokens};
  PolicyMonitor monitor{{*house.engine, policies, identities}, 10min};
};

}  // namespace

TEST_F(PolicyMonitorTest, what_rests_on_nothing_that_changes_is_not_looked_at_again) {
  EXPECT_FALSE(watch("", claims()));
}

TEST_F(PolicyMonitorTest, what_rests_on_time_is_looked_at_when_it_says_something_else) {
  const auto watched = watch(for_an_hour, claims());
  ASSERT_TRUE(watched);
  EXPECT_EQ(watched->moments, (std::vector{house.now() + 1h, house.now() + 1h + 1us}));
  EXPECT_FALSE(watched->believed_for) << "nobody can change it before";
}

TEST_F(PolicyMonitorTest, what_rests_on_a_credential_is_looked_at_when_that_lapses) {
  const auto watched = watch(for_members, claims());
  ASSERT_TRUE(watched);
  const auto lapses = vc::dates_hold_until(credential(), house.now());
  EXPECT_EQ(watched->moments, (std::vector{lapses, lapses + 1us})) << "when it still holds, and when no more";
  EXPECT_FALSE(watched->believed_for);
}

TEST_F(PolicyMonitorTest, what_rests_on_a_credential_that_can_be_revoked_is_believed_for_a_while) {
  const auto watched = watch(for_members, claims(issuer.path("/status/1")));
  ASSERT_TRUE(watched);
  EXPECT_EQ(watched->believed_for, 10min);
}

TEST_F(PolicyMonitorTest, a_transfer_goes_on_until_the_time_of_its_agreement_is_over) {
  runs(agreement(for_an_hour), claims());
  loop.clock().advance(1h - 1us);
  EXPECT_EQ(look(), "");
  loop.clock().advance(1us);
  EXPECT_TRUE(look().starts_with("the policy of the agreement is not fulfilled any more (incident "))
      << look();
}

TEST_F(PolicyMonitorTest, a_transfer_goes_on_until_the_last_of_the_days_of_its_agreement_is_over) {
  const auto until_friday = watch(on_working_days, claims());  // it is Thursday, 0:00
  ASSERT_TRUE(until_friday);
  EXPECT_EQ(until_friday->next_look(), house.now() + 48h);
  EXPECT_FALSE(until_friday->believed_for) << "nobody looks before";
  runs(agreement(on_working_days), claims());
  loop.clock().advance(48h - 1us);
  EXPECT_EQ(look(), "");
  loop.clock().advance(1us);
  EXPECT_TRUE(look().contains("not fulfilled any more")) << look();
}

TEST_F(PolicyMonitorTest, what_comes_again_every_week_is_looked_at_in_every_week) {
  constexpr std::string_view on_mondays_or_for_members = R"({"or":[
    {"leftOperand":"dayOfWeek","operator":"eq","rightOperand":"monday"},
    {"leftOperand":"MembershipCredential","operator":"eq","rightOperand":"active"}]})";
  const auto thursday = house.now();
  auto lasting = credential();
  lasting.valid_until = thursday + 300 * 24h;
  const json::Object proved{{"vc", json::Array{vc::write_resource(lasting)}}};
  auto process = runs(agreement(on_mondays_or_for_members), proved);
  process.policy_watch = watch(on_mondays_or_for_members, proved);
  std::vector<Duration> looks;
  while (looks.size() < 6) {
    const auto due = Machine::due_at(process);
    ASSERT_TRUE(due) << "after " << looks.size() << " looks";
    loop.clock().advance(*due - house.now());
    looks.push_back(house.now() - thursday);
    happens(process, Machine::due_event(process));
    ASSERT_EQ(look(), "");
    happens(process, transfer::PolicyJudged{.refusal = {}, .proof = proof});
  }
  const std::vector<Duration> midnights{4 * 24h, 5 * 24h, 11 * 24h, 12 * 24h, 18 * 24h, 19 * 24h};
  EXPECT_EQ(looks, midnights) << "before and after each Monday, whenever the credential will lapse";
  EXPECT_EQ(process.subject.claims, proved) << "it rests on what it rested on";
}

TEST_F(PolicyMonitorTest, of_many_moments_those_that_come_first_are_kept_and_nobody_looks_in_between) {
  std::string intervals;
  for (int second = 1; second <= 40; ++second) {
    const auto moment = format_instant(house.now() + std::chrono::seconds(second));
    intervals += fmt::format("{}\"{}/{}\"", intervals.empty() ? "" : ",", moment, moment);
  }
  const auto many =
      fmt::format(R"({{"leftOperand":"dateTime","operator":"isPartOf","rightOperand":[{}]}})", intervals);
  const auto watched = watch(many, claims());
  ASSERT_TRUE(watched);
  EXPECT_EQ(watched->moments.size(), transfer::policy_moments_max);
  EXPECT_EQ(watched->moments.front(), house.now() + 1s);
  EXPECT_FALSE(watched->believed_for);
}

TEST_F(PolicyMonitorTest, a_transfer_goes_on_until_the_credential_that_it_rests_on_has_lapsed) {
  runs(agreement(for_members), claims());
  loop.clock().advance(vc::dates_hold_until(credential(), house.now()) - house.now());
  EXPECT_EQ(look(), "");
  loop.clock().advance(1us);
  EXPECT_TRUE(look().contains("not fulfilled any more")) << look();
}

TEST_F(PolicyMonitorTest, what_was_revoked_ends_no_transfer_whose_holder_has_proved_another_since) {
  const auto list = issuer.publish_status_list("/status", {}, house.now());
  runs(agreement(for_members), claims(list, "urn:uuid:first"));
  EXPECT_EQ(look(), "");
  issuer.publish_status_list("/status", {7}, house.now());
  loop.clock().advance(61s);
  EXPECT_TRUE(look().contains("not fulfilled any more")) << look();
  negotiated("in-another-dataspace", claims("", "urn:uuid:second"), "another-profile");
  negotiated("with-the-same", claims(list, "urn:uuid:first"));
  negotiated("with-one-that-was-revoked-too", claims(list, "urn:uuid:third"));
  EXPECT_TRUE(look().contains("not fulfilled any more")) << look();
  EXPECT_FALSE(proof);
  negotiated("since", claims("", "urn:uuid:second"));
  EXPECT_EQ(look(), "");
  ASSERT_TRUE(proof) << "the transfer rests on it now";
  EXPECT_EQ(proof->claims, claims("", "urn:uuid:second"));
  ASSERT_TRUE(proof->watch);
  EXPECT_EQ(proof->watch->moments.size(), 2u) << "when that one lapses";
  EXPECT_FALSE(proof->watch->believed_for) << "it cannot be revoked";
}

TEST_F(PolicyMonitorTest, a_status_that_cannot_be_had_says_neither_yes_nor_no) {
  server.answer("/status/1", "", 503);
  runs(agreement(for_members), claims(server.url("/status/1")));
  EXPECT_EQ(look(), "unknown");
}

TEST_F(PolicyMonitorTest, a_transfer_whose_agreement_was_ended_has_to_end) {
  auto ended = agreement(for_members);
  ended.end = {.at = house.now(), .by = domain::contract_negotiation::EndedBy::us, .reason = "moved away"};
  runs(ended, claims());
  EXPECT_EQ(look(), "the agreement is not in force any more");
}

}  // namespace kontor::runtime::transfer_process
