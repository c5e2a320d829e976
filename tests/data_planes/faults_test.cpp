#include "base/crypto/hash.hpp"
#include "test_place.hpp"

// Between a data plane and whom it talks to, connections are late, reset, cut, half open and slow. In the end
// everything is as if they had not been, or whoever waited was told.

namespace kontor::data_planes {
namespace {

constexpr std::uint64_t in_the_middle = 500'000;
constexpr int rounds = 8;

class FaultsTest : public PlaceTest {
 protected:
  /// All of it comes.
  void expect_whole(const Deal& deal, const Transfer& transfer) {
    const auto fetched = fetch(transfer);
    EXPECT_EQ(fetched.status, 200u);
    EXPECT_TRUE(fetched.whole);
    EXPECT_EQ(fetched.sha256, crypto::sha256_hex(content_of(deal.dataset)));
  }
  /// Does something once so much has come of what is fetched.
  Fetched fetch_and(const Transfer& transfer, std::uint64_t bytes, std::function<void()> then) {
    return fetch(transfer,
                 [bytes, then = std::move(then), came = std::uint64_t{0}](std::size_t more) mutable {
                   const bool before = came < bytes;
                   came += more;
                   if (before && came >= bytes) then();
                 });
  }
  Task<bool> ends(std::shared_ptr<http::BodyStream> stream) {
    const auto deadline = async::Deadline::after(place().loop().clock(), std::chrono::seconds(30));
    while (!deadline.passed(place().loop().clock())) {
      auto piece = co_await stream->read();
      if (!piece || piece->empty()) co_return true;
    }
    co_return false;
  }
  Transfer pushed(const Deal& deal) {
    opened_ = run(place().open(deal, name())).id;
    return run(place().over(opened_));
  }
  /// Opens a push, does something when a part is on its way in, and waits for the end.
  Transfer pushed_and(const Deal& deal, std::function<void()> then) {
    const auto from = before_inbox().passed_there();
    opened_ = run(place().open(deal, name())).id;
    EXPECT_TRUE(run(before_inbox().has_passed_there(from + in_the_middle)));
    then();
    return run(place().over(opened_));
  }
  void expect_pushed(const Deal& deal, const Transfer& transfer) {
    EXPECT_EQ(transfer.state, "COMPLETED") << transfer.error;
    EXPECT_EQ(run(place().over_at_provider(transfer)).state, "COMPLETED");
    const auto folder = b().data_folder() / place().globex().context / name();
    EXPECT_EQ(installation::sha256_of(folder / "data"), crypto::sha256_hex(content_of(deal.dataset)));
    EXPECT_EQ(
        std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()), 1);
  }

 private:
  std::string opened_;
};

}  // namespace

TEST_F(FaultsTest, a_source_that_breaks_off_in_the_middle_ends_the_answer_and_not_the_flow) {
  const auto deal = place().deal_of_source("file", name());
  const auto transfer = started(deal);
  const auto reset = fetch_and(transfer, in_the_middle, [&] { before_source().reset(); });
  EXPECT_EQ(reset.status, 200u);
  EXPECT_FALSE(reset.whole);
  before_source().suffer({.cut_after = in_the_middle});
  before_source().reset();
  const auto cut = fetch(transfer);
  EXPECT_EQ(cut.status, 200u);
  EXPECT_FALSE(cut.whole);
  before_source().heal();
  EXPECT_TRUE(source_rests());
  expect_whole(deal, transfer);
}

TEST_F(FaultsTest, a_source_that_does_not_begin_is_502_or_504_and_one_that_is_late_is_waited_for) {
  const auto deal = place().deal_of_source("file", name());
  const auto transfer = started(deal);
  before_source().suffer({.cut_after = 0});
  before_source().reset();
  EXPECT_EQ(fetch(transfer).status, 502u);
  before_source().suffer({.half_open = true});
  EXPECT_EQ(fetch(transfer).status, 504u);
  before_source().heal();
  before_source().reset();
  before_source().suffer({.delay = std::chrono::milliseconds(20)});
  expect_whole(deal, transfer);
}

TEST_F(FaultsTest, a_stream_whose_source_has_gone_silent_ends_with_its_flow) {
  const auto transfer = started(place().deal_of_source("stream", name()));
  Client client(place());
  auto stream = run(client.stream(transfer));
  ASSERT_TRUE(stream);
  ASSERT_TRUE(run(stream->read()));
  before_source().suffer({.half_open = true});
  place().loop().run(place().terminate(transfer.id));
  EXPECT_TRUE(run(ends(std::move(stream))));
  EXPECT_EQ(comes_to(403, transfer), 403u);
  before_source().heal();
  EXPECT_TRUE(source_rests());
}

TEST_F(FaultsTest, a_slow_reader_slows_the_source_and_is_cut_off_by_the_end_of_the_flow) {
  constexpr std::uint64_t on_the_way_max = 48 * 1024 * 1024;  // buffers of the kernel and the relays
  const auto deal = place().deal_of_source("flood", name());
  const auto transfer = started(deal);
  Client client(place());
  before_data().suffer({.slow = 10'000});
  auto stream = run(client.stream(transfer));
  ASSERT_TRUE(stream);
  std::uint64_t given = 0;
  do {
    given = place().source().handed(deal.dataset);
    place().loop().run(place().pause(std::chrono::milliseconds(500)));
  } while (place().source().handed(deal.dataset) != given && given < on_the_way_max);
  EXPECT_LT(given, on_the_way_max);
  EXPECT_GT(place().source().under_way(), 0u);
  place().loop().run(place().terminate(transfer.id));
  EXPECT_TRUE(source_rests());
  before_data().heal();
  EXPECT_TRUE(run(ends(std::move(stream))));
}

TEST_F(FaultsTest, a_reader_that_breaks_off_ends_what_is_fetched_for_it) {
  const auto transfer = started(place().deal_of_source("stream", name()));
  Client client(place());
  auto stream = run(client.stream(transfer));
  ASSERT_TRUE(stream);
  ASSERT_TRUE(run(stream->read()));
  before_data().reset();
  EXPECT_TRUE(run(ends(std::move(stream))));
  EXPECT_TRUE(source_rests());
}

TEST_F(FaultsTest, an_order_whose_answer_is_lost_opens_one_flow) {
  const auto deal = place().deal_of_source("file", name());
  before_signaling().suffer({.cut_after = 0});
  before_signaling().reset();
  const auto accepted = before_signaling().accepted();
  const auto opened = run(place().open(deal));
  ASSERT_TRUE(run(before_signaling().has_accepted(accepted + 2)));
  before_signaling().heal();
  const auto transfer = run(place().rested(opened.id));
  EXPECT_EQ(transfer.state, "STARTED") << transfer.error;
  expect_whole(deal, transfer);
}

TEST_F(FaultsTest, an_order_on_a_line_that_was_dead_for_a_while_is_carried_out) {
  const auto deal = place().deal_of_source("file", name());
  before_signaling().suffer({.half_open = true});
  const auto opened = run(place().open(deal));
  place().loop().run(place().pause(std::chrono::milliseconds(500)));
  before_signaling().heal();
  const auto transfer = run(place().rested(opened.id));
  EXPECT_EQ(transfer.state, "STARTED") << transfer.error;
  expect_whole(deal, transfer);
}

TEST_F(FaultsTest, an_end_that_cannot_be_told_is_told_when_it_can) {
  const auto transfer = started(place().deal_of_source("file", name()));
  before_signaling().suffer({.half_open = true});
  place().loop().run(place().terminate(transfer.id));
  EXPECT_EQ(run(place().over(transfer.id)).state, "TERMINATED");
  EXPECT_EQ(fetch(transfer).status, 200u);
  before_signaling().heal();
  EXPECT_EQ(comes_to(403, transfer), 403u);
  EXPECT_EQ(run(place().over_at_provider(transfer)).state, "TERMINATED");
}

TEST_F(FaultsTest, a_push_that_is_done_while_nobody_can_be_told_completes) {
  const auto deal = place().deal_of_source("file", name());
  before_callbacks().suffer({.cut_after = 0});
  before_callbacks().reset();
  const auto transfer = pushed_and(deal, [&] {
    place().loop().run(place().pause(std::chrono::seconds(1)));
    before_callbacks().heal();
  });
  expect_pushed(deal, transfer);
}

TEST_F(FaultsTest, a_part_that_breaks_off_on_its_way_is_sent_again) {
  const auto deal = place().deal_of_source("file", name());
  expect_pushed(deal, pushed_and(deal, [&] { before_inbox().reset(); }));
}

TEST_F(FaultsTest, a_part_that_stands_still_on_its_way_is_sent_again) {
  const auto deal = place().deal_of_source("file", name());
  const auto transfer = pushed_and(deal, [&] {
    before_inbox().suffer({.half_open = true});
    place().loop().run(place().pause(std::chrono::seconds(2)));
    before_inbox().heal();
  });
  expect_pushed(deal, transfer);
}

TEST_F(FaultsTest, a_part_whose_receipt_is_lost_is_there_once) {
  const auto deal = place().deal_of_source("file", name());
  constexpr std::uint64_t a_handshake = 8000;  // of TLS, which is passed; what is answered behind it is not
  before_inbox().suffer({.cut_after = a_handshake});
  before_inbox().reset();
  before_inbox().heal();
  expect_pushed(deal, pushed(deal));
}

TEST_F(FaultsTest, a_source_that_breaks_off_under_a_push_is_read_again) {
  const auto deal = place().deal_of_source("file", name());
  expect_pushed(deal, pushed_and(deal, [&] { before_source().reset(); }));
}

TEST_F(FaultsTest, nothing_grows_with_what_goes_wrong) {
  const auto deal = place().deal_of_source("file", name());
  const auto transfer = started(deal);
  const auto break_things = [&] {
    fetch_and(transfer, in_the_middle, [&] { before_source().reset(); });
    fetch_and(transfer, in_the_middle, [&] { before_data().reset(); });
    before_source().suffer({.cut_after = 0});
    before_source().reset();
    EXPECT_EQ(fetch(transfer).status, 502u);
    before_source().heal();
    EXPECT_TRUE(source_rests());
  };
  break_things();
  expect_whole(deal, transfer);
  const auto before = open_files();
  for (int i = 0; i < rounds; ++i) break_things();
  expect_whole(deal, transfer);
  EXPECT_TRUE(open_files_come_to(before + rounds / 2)) << open_files() << " files are open, were " << before;
}

}  // namespace kontor::data_planes
