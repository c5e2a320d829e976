#include "runtime/obtaining/outcomes.hpp"

#include <gtest/gtest.h>

namespace kontor::runtime::obtaining {
namespace {

namespace dsp = protocol::dsp;
namespace negotiation = domain::contract_negotiation;
namespace transfer = domain::transfer_process;
using obtaining::Hop;

const obtaining::Wanted wanted{Did("did:web:provider"),
                               "https://provider.example/dsp",
                               "profile",
                               dsp::DatasetId("asset"),
                               "HttpData-PULL",
                               {}};

negotiation::ContractNegotiation terminated(negotiation::EndedBy by) {
  negotiation::ContractNegotiation made;
  made.pid = dsp::Pid("n-1");
  made.state = negotiation::State::terminated;
  made.error_detail = "too dear";
  made.ended_by = by;
  return made;
}

transfer::TransferProcess process(transfer::State state, transfer::EndedBy by) {
  transfer::TransferProcess made;
  made.pid = dsp::Pid("t-1");
  made.state = state;
  made.error_detail = "no more";
  made.ended_by = by;
  return made;
}

}  // namespace

TEST(ObtainingOutcomes, whoever_ended_a_negotiation_is_told_and_words_of_the_counter_party_are_its_own) {
  const auto theirs = outcome_of(terminated(negotiation::EndedBy::peer)).failure;
  EXPECT_EQ(theirs.hop, Hop::negotiation);
  EXPECT_EQ(theirs.code, ErrorCode::peer_refused);
  EXPECT_EQ(theirs.said, "too dear");
  EXPECT_TRUE(theirs.reason.contains("n-1")) << theirs.reason;
  const auto ours = outcome_of(terminated(negotiation::EndedBy::us)).failure;
  EXPECT_EQ(ours.code, ErrorCode::illegal_transition);
  EXPECT_TRUE(ours.said.empty() && ours.reason.contains("too dear")) << ours.reason;
  const auto lost = outcome_of(terminated(negotiation::EndedBy::undeliverable)).failure;
  EXPECT_EQ(lost.code, ErrorCode::peer_refused);
  EXPECT_TRUE(lost.said.empty() && lost.reason.contains("too dear")) << lost.reason;
}

TEST(ObtainingOutcomes, a_transfer_that_started_leads_on_and_one_that_ended_fails_at_its_hop) {
  EXPECT_FALSE(outcome_of(process(transfer::State::started, transfer::EndedBy::nobody)).failure);
  const auto ended = outcome_of(process(transfer::State::terminated, transfer::EndedBy::peer));
  EXPECT_EQ(ended.transfer, dsp::Pid("t-1"));
  ASSERT_TRUE(ended.failure);
  EXPECT_EQ(ended.failure->hop, Hop::transfer);
  EXPECT_EQ(ended.failure->said, "no more");
  EXPECT_EQ(outcome_of(process(transfer::State::terminated, transfer::EndedBy::data_plane)).failure->code,
            ErrorCode::illegal_transition);
}

TEST(ObtainingOutcomes, an_answer_that_is_not_the_dataset_is_refused) {
  const auto answer = [](const char* id) {
    return std::string(
               R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"Dataset",)") +
           R"("@id":")" + id +
           R"(","hasPolicy":[{"@type":"Offer","@id":"o","permission":[{"action":"use"}]}],)" +
           R"("distribution":[{"@type":"Distribution","format":"HttpData-PULL","accessService":"s"}]})";
  };
  const auto read = read_dataset(answer("asset"), wanted);
  ASSERT_TRUE(read) << read.error().reason;
  EXPECT_EQ(read->offers.size(), 1u);
  for (const auto& other : {answer("another"), std::string("no json"), std::string("{}")}) {
    const auto refused = read_dataset(other, wanted);
    ASSERT_FALSE(refused) << other;
    EXPECT_EQ(refused.error().hop, Hop::catalog);
    EXPECT_EQ(refused.error().code, ErrorCode::peer_refused);
  }
}

TEST(ObtainingOutcomes, what_passes_is_tried_three_times_and_what_does_not_once) {
  const Error busy{ErrorCode::peer_unavailable, "503"};
  EXPECT_TRUE(may_pass(busy, 1) && may_pass(busy, 2));
  EXPECT_FALSE(may_pass(busy, 3));
  EXPECT_FALSE(may_pass(Error{ErrorCode::peer_refused, "403"}, 1));
}

TEST(ObtainingOutcomes, a_failure_is_told_with_hop_reason_and_what_was_said) {
  const auto error = error_of({Hop::negotiation, ErrorCode::peer_refused, "it ended", "too dear"});
  EXPECT_EQ(error.code, ErrorCode::peer_refused);
  EXPECT_EQ(error.message(), "NEGOTIATION: it ended: too dear");
  EXPECT_EQ(error_of({Hop::offer, ErrorCode::policy_denied, "none will do", {}}).message(),
            "OFFER: none will do");
}

}  // namespace kontor::runtime::obtaining
