#include "domain/obtaining/choose.hpp"

#include <gtest/gtest.h>

namespace kontor::domain::obtaining {
namespace {

odrl::Constraint constraint(std::string left, std::string right) {
  return {.left_operand = std::move(left), .right_operand = json::Value(right)};
}

odrl::Policy offer(std::string id, std::vector<odrl::Constraint> constraints) {
  odrl::Rule permission{.constraints = std::move(constraints)};
  return {.type = odrl::PolicyType::offer, .id = std::move(id), .permissions = {std::move(permission)}};
}

odrl::Policy of_members(std::string id) {
  return offer(std::move(id), {constraint("Membership", "active")});
}
odrl::Policy of_partners(std::string id) {
  return offer(std::move(id), {constraint("Membership", "active"), constraint("Group", "partners")});
}
odrl::Policy of_riddles(std::string id) {
  return offer(std::move(id), {constraint("Riddle", "solved")});
}

dsp::Dataset dataset(std::vector<odrl::Policy> offers) {
  return {.id = dsp::DatasetId("asset"),
          .offers = std::move(offers),
          .distributions = {{.format = "HttpData-PULL", .access_service = "s"}, {.format = "Kafka-PULL"}},
          .extensions = {}};
}

Wanted wanted(std::vector<odrl::Policy> accepted = {}) {
  return {Did("did:web:provider"),
          "https://provider.example/dsp",
          "profile",
          dsp::DatasetId("asset"),
          "HttpData-PULL",
          std::move(accepted)};
}

std::vector<std::string> problems(const odrl::Policy& policy) {
  for (const auto& each : policy.permissions.at(0).constraints) {
    if (each.left_operand == "Riddle") return {"nobody knows 'Riddle'"};
  }
  return {};
}

/// The id of the offer, else what is said instead.
std::string chosen(const Wanted& wanted, const dsp::Dataset& dataset) {
  const auto choice = choose_offer(wanted, dataset, problems);
  return choice ? choice->id : choice.error().reason;
}

}  // namespace

TEST(ChooseOffer, the_one_with_the_fewest_terms_of_those_that_are_understood_is_taken) {
  EXPECT_EQ(chosen(wanted(), dataset({of_partners("1"), of_members("2"), of_members("3")})), "2");
  EXPECT_EQ(chosen(wanted(), dataset({of_riddles("1"), of_partners("2")})), "2");
  auto nested = of_members("1");
  nested.permissions[0].constraints = {
      {.kind = odrl::Constraint::Kind::any, .operands = {constraint("A", "1"), constraint("B", "2")}}};
  EXPECT_EQ(chosen(wanted(), dataset({nested, of_members("2")})), "2") << "what is nested counts";
  auto with_duty = of_members("1");
  with_duty.permissions[0].duties.emplace_back();
  EXPECT_EQ(chosen(wanted(), dataset({with_duty, of_members("2")})), "2");
}

TEST(ChooseOffer, terms_that_the_caller_accepts_are_taken_by_meaning_the_best_first) {
  const auto all = dataset({of_members("1"), of_partners("2"), of_riddles("3")});
  EXPECT_EQ(chosen(wanted({of_partners("mine"), of_members("other")}), all), "2");
  EXPECT_EQ(chosen(wanted({of_riddles("mine")}), all), "3")
      << "who names terms need not have us understand them";
  auto reordered = of_partners("mine");
  std::swap(reordered.permissions[0].constraints[0], reordered.permissions[0].constraints[1]);
  EXPECT_EQ(chosen(wanted({reordered}), all), "2");
}

TEST(ChooseOffer, a_choice_is_ready_to_be_sent) {
  const auto choice = choose_offer(wanted(), dataset({of_members("1")}), problems);
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->type, odrl::PolicyType::offer);
  EXPECT_EQ(choice->target, "asset");
  EXPECT_EQ(choice->assigner, "did:web:provider");
}

TEST(ChooseOffer, where_none_can_be_accepted_each_is_told_with_what_is_wrong) {
  const auto riddles = choose_offer(wanted(), dataset({of_riddles("1"), of_riddles("2")}), problems);
  ASSERT_FALSE(riddles);
  EXPECT_EQ(riddles.error().hop, Hop::offer);
  EXPECT_EQ(riddles.error().code, ErrorCode::policy_denied);
  for (const char* part : {"'1'", "'2'", "nobody knows 'Riddle'"})
    EXPECT_TRUE(riddles.error().reason.contains(part)) << riddles.error().reason;
  const auto others = chosen(wanted({of_members("mine")}), dataset({of_partners("1")}));
  EXPECT_TRUE(others.contains("is not what is accepted")) << others;
  EXPECT_TRUE(chosen(wanted(), dataset({})).contains("there is none"));
}

TEST(ChooseOffer, a_transfer_type_that_the_dataset_does_not_have_is_told_with_those_that_it_has) {
  auto other = wanted();
  other.transfer_type = "Other-PULL";
  const auto refusal = choose_offer(other, dataset({of_members("1")}), problems);
  ASSERT_FALSE(refusal);
  EXPECT_EQ(refusal.error().code, ErrorCode::not_found);
  EXPECT_TRUE(refusal.error().reason.contains("HttpData-PULL, Kafka-PULL")) << refusal.error().reason;
}

TEST(ChooseOffer, an_offer_of_another_distribution_is_none) {
  auto two = dataset({});
  two.distributions[0].offers = {of_partners("here")};
  two.distributions[1].offers = {of_members("there")};
  EXPECT_EQ(chosen(wanted(), two), "here");
}

TEST(ChooseOffer, an_agreement_is_accepted_by_the_meaning_of_its_terms) {
  EXPECT_TRUE(accepts(wanted(), of_riddles("a")));
  EXPECT_TRUE(accepts(wanted({of_partners("p"), of_members("m")}), of_members("agreement")));
  EXPECT_FALSE(accepts(wanted({of_partners("p")}), of_members("agreement")));
}

}  // namespace kontor::domain::obtaining
