#include "domain/transfer_process/selection.hpp"

#include <gtest/gtest.h>

using namespace kontor;
using namespace kontor::domain::transfer_process;

namespace {

const Instant now = parse_instant("2026-11-22T12:00:00Z").value();
const Wanted wanted{"HttpData-PULL", {"eu"}};

Candidate plane(std::string id) {
  return {.id = std::move(id),
          .transfer_types = {"HttpData-PULL"},
          .labels = {"eu", "fast"},
          .good_until = {},
          .silent_until = {},
          .load_percent = {}};
}

std::string chosen(const std::vector<Candidate>& candidates) {
  const auto selection = select(candidates, wanted, now);
  EXPECT_EQ(selection.judgements.size(), candidates.size());
  return selection.chosen ? selection.judgements[*selection.chosen].id : "nobody";
}

}  // namespace

TEST(DataPlaneSelection, the_first_that_suits_is_chosen_and_each_says_why_not) {
  auto other_type = plane("type");
  other_type.transfer_types = {"HttpData-PUSH", "httpdata-pull"};
  auto other_labels = plane("labels");
  other_labels.labels = {"fast"};
  auto gone = plane("gone");
  gone.good_until = now;
  const auto selection =
      select({other_type, other_labels, gone, plane("first"), plane("second")}, wanted, now);
  const std::pair<Verdict, std::string> expected[] = {
      {Verdict::other_transfer_types, "serves HttpData-PUSH, httpdata-pull, and not HttpData-PULL"},
      {Verdict::lacks_labels, "has no label eu"},
      {Verdict::gone, "has not registered again by " + format_instant(now)},
      {Verdict::chosen, "suits, with 0 orders under way"},
      {Verdict::suits, "suits, with 0 orders under way"}};
  ASSERT_EQ(selection.judgements.size(), std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    EXPECT_EQ(selection.judgements[i].verdict, expected[i].first) << i;
    EXPECT_EQ(selection.judgements[i].reason, expected[i].second) << i;
  }
}

TEST(DataPlaneSelection, a_plane_that_is_gone_is_not_chosen) {
  auto gone = plane("gone");
  gone.good_until = now - std::chrono::seconds(1);
  EXPECT_EQ(chosen({gone}), "nobody");
  gone.good_until = now + std::chrono::seconds(1);
  EXPECT_EQ(chosen({gone}), "gone");
  EXPECT_EQ(chosen({}), "nobody");
}

TEST(DataPlaneSelection, a_plane_that_did_not_answer_is_taken_where_there_is_no_other) {
  auto silent = plane("silent");
  silent.silent_until = now + std::chrono::seconds(1);
  auto busy = plane("busy");
  busy.orders = 100;
  EXPECT_EQ(chosen({silent}), "silent");
  EXPECT_EQ(chosen({silent, busy}), "busy");
  silent.silent_until = now;
  EXPECT_EQ(chosen({silent, busy}), "silent");
}

TEST(DataPlaneSelection, the_one_with_the_least_to_do_is_chosen) {
  auto busy = plane("busy");
  busy.orders = 2;
  auto idle = plane("idle");
  idle.orders = 1;
  EXPECT_EQ(chosen({busy, idle, plane("idlest"), plane("another")}), "idlest");
  auto loaded = plane("loaded");
  loaded.load_percent = 41;
  auto ordered = plane("ordered");
  ordered.load_percent = 40;
  ordered.orders = 2;
  EXPECT_EQ(chosen({ordered, loaded}), "loaded");
  EXPECT_EQ(select({ordered}, wanted, now).judgements[0].reason,
            "suits, with a load of 40 % and 2 orders since");
}

TEST(DataPlaneSelection, one_that_is_near_is_preferred_to_one_with_less_to_do) {
  auto near = plane("near");
  near.labels.emplace_back("location=fra");
  near.orders = 5;
  auto from_fra = wanted;
  from_fra.near = "fra";
  const std::vector all{plane("far"), near};
  EXPECT_EQ(select(all, from_fra, now).chosen, 1u);
  EXPECT_EQ(select(all, from_fra, now).judgements[1].reason, "suits and is near, with 5 orders under way");
  EXPECT_EQ(select(all, wanted, now).chosen, 0u);
  // A location that is demanded is a label like any other.
  auto only_fra = wanted;
  only_fra.labels.emplace_back("location=fra");
  EXPECT_EQ(select({plane("far")}, only_fra, now).judgements[0].reason, "has no label location=fra");
}

TEST(DataPlaneSelection, the_standing_of_one_that_was_chosen_is_told) {
  auto gone = plane("gone");
  gone.good_until = now;
  auto silent = plane("silent");
  silent.silent_until = now + std::chrono::seconds(1);
  const std::vector all{gone, silent, plane("there")};
  EXPECT_EQ(standing_of("gone", all, now).verdict, Verdict::gone);
  EXPECT_EQ(standing_of("silent", all, now).verdict, Verdict::silent);
  EXPECT_EQ(standing_of("there", all, now).verdict, Verdict::chosen);
  EXPECT_EQ(standing_of("nobody", all, now).verdict, Verdict::not_registered);
}
