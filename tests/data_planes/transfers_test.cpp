#include <fmt/format.h>

#include "base/crypto/hash.hpp"
#include "test_place.hpp"
#include "work.hpp"

// What two control planes order of their data planes, over the APIs alone.

namespace kontor::data_planes {
namespace {

class TransfersTest : public PlaceTest {
 protected:
  /// Limits of Acme's at its data plane; empty: none of its own.
  void limit(const std::string& limits) {
    auto& driver = place().driver();
    installation::Request request{
        .method = limits.empty() ? "DELETE" : "PUT",
        .url = fmt::format("{}/api/mgmt/v5beta/participants/{}/usage/limits",
                           a().data_plane_administration_url(), place().acme().context),
        .token = a().provisioner_token(driver),
        .body = limits};
    driver.expect(204, std::move(request));
  }
  /// A stream that goes on while something else is asked for.
  std::shared_ptr<http::BodyStream> under_way(const Transfer& transfer) {
    auto stream = run(client_.stream(transfer));
    EXPECT_TRUE(stream && run(stream->read()));
    return stream;
  }

  Client client_{place()};
};

}  // namespace

TEST_F(TransfersTest, a_push_is_ordered_between_two_control_planes_and_completes_on_both_sides) {
  write_parts(place());
  const auto deal = place().deal(name(), R"({"@type":"DataAddress","type":"File","path":"out"})");
  const auto transfer = run(place().over(run(place().open(deal, name())).id));
  EXPECT_EQ(transfer.state, "COMPLETED") << transfer.error;
  EXPECT_EQ(run(place().over_at_provider(transfer)).state, "COMPLETED");
  const auto in = b().data_folder() / place().globex().context / name();
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < parts; ++i) {
    EXPECT_EQ(installation::sha256_of(in / part_name(i)), crypto::sha256_hex(part_content(i)));
    bytes += part_content(i).size();
  }
  const auto deadline = async::Deadline::after(place().loop().clock(), std::chrono::seconds(30));
  const auto counted = [&](const char* company, const char* what) {
    const auto usage = run(place().usage(company, deal.shared));
    return number_at(usage, what);
  };
  while (counted("acme", "sentBytes") + counted("globex", "receivedBytes") < 2 * bytes &&
         !deadline.passed(place().loop().clock()))
    place().loop().run(place().pause(std::chrono::milliseconds(50)));
  EXPECT_EQ(counted("acme", "sentBytes"), bytes);
  EXPECT_EQ(counted("globex", "receivedBytes"), bytes);
}

TEST_F(TransfersTest, requests_beyond_the_limits_of_a_flow_or_of_a_participant_are_told_when_to_come_back) {
  const auto one = started(place().deal_of_source("stream", name() + "-one"));
  const auto other = started(place().deal_of_source("stream", name() + "-other"));
  limit(R"({"eachFlow":{"requestsMax":1}})");
  auto stream = under_way(one);
  const auto refused = run(client_.fetch(one, {}, 1));
  EXPECT_EQ(refused.status, 429u);
  EXPECT_FALSE(refused.retry_after.empty());
  EXPECT_EQ(run(client_.fetch(other, {}, 1)).status, 200u);
  limit(R"({"allFlows":{"requestsMax":1}})");
  const auto of_participant = run(client_.fetch(other, {}, 1));
  EXPECT_EQ(of_participant.status, 429u);
  EXPECT_FALSE(of_participant.retry_after.empty());
  limit("");
  EXPECT_EQ(run(client_.fetch(one, {}, 1)).status, 200u);
  EXPECT_EQ(run(client_.fetch(other, {}, 1)).status, 200u);
}

TEST_F(TransfersTest, a_flow_that_has_used_up_its_bytes_gives_no_more) {
  const auto transfer = started(place().deal_of_source("file", name()));
  limit(R"({"eachFlow":{"bytesMax":500000}})");
  const auto broken = run(client_.fetch(transfer));
  EXPECT_EQ(broken.status, 200u);
  EXPECT_FALSE(broken.whole);
  EXPECT_EQ(run(client_.fetch(transfer)).status, 429u);
  limit("");
  EXPECT_TRUE(run(client_.fetch(transfer)).whole);
}

}  // namespace kontor::data_planes
