#include "runtime/events/event_streams.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "base/text/text.hpp"
#include "domain/offer/documents.hpp"
#include "runtime/events/assembly.hpp"
#include "testing/house/house.hpp"

namespace kontor::runtime::events {
namespace {

using domain::offer::Asset;
using domain::offer::AssetDocument;
using kontor::testing::House;
using kontor::testing::VirtualLoop;
using Body = std::shared_ptr<platform::http::BodyStream>;

class EventStreamsTest : public ::testing::Test {
 protected:
  static std::vector<const entity::Kind*> kinds() {
    return {&AssetDocument::kind(), &participant_context::ParticipantContextDocument::kind(),
            &participant_context::ContextConfigDocument::kind(),
            &participant_context::DataPlaneDocument::kind()};
  }
  ~EventStreamsTest() override { house.close(); }

  void put(const ContextId& context, const std::string& id, entity::Version expected = 0) {
    Asset asset{.id = domain::offer::AssetId(id), .properties = {}, .private_properties = {}};
    const auto done = loop.run(house.engine->put<AssetDocument>({context, EntityId(id)}, asset, expected));
    ASSERT_TRUE(done) << done.error().message();
  }

  Result<Body> open(const ContextId& context, std::optional<std::string> last = {}) {
    return loop.run(streams.open(context, std::move(last)));
  }
  /// A stream whose opening has been read.
  Body opened(const ContextId& context, std::optional<std::string> last = {}) {
    auto body = open(context, std::move(last)).value();
    opening = next(body);
    return body;
  }
  std::string next(const Body& body) { return loop.run(body->read()).value(); }

  /// `id` fields in their order.
  static std::vector<std::string> ids(std::string_view text) {
    std::vector<std::string> found;
    for (auto line : text::split(text, '\n')) {
      if (line.starts_with("id: ")) found.emplace_back(line.substr(4));
    }
    return found;
  }
  static std::size_t times(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
    return count;
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{loop, {.kinds = kinds()}};
  ContextId acme{"acme"};
  ContextId globex{"globex"};
  EventStreams streams{house.scope,
                       *house.engine,
                       {.heartbeat = std::chrono::seconds(10),
                        .age_max = std::chrono::minutes(1),
                        .streams_max = 3,
                        .streams_per_context_max = 2}};
  std::string opening;
};

}  // namespace

TEST_F(EventStreamsTest, what_happens_is_told_in_order_with_its_envelope) {
  const auto body = opened(acme);
  put(acme, "a1");
  put(acme, "a1", 1);
  const auto told = next(body);
  EXPECT_EQ(times(told, "event: "), 2u) << told;
  EXPECT_LT(told.find("event: asset.created\n"), told.find("event: asset.updated\n"));
  EXPECT_NE(told.find(R"("type":"AssetCreated","payload":{"assetId":"a1","participantContextId":"acme"}})"),
            std::string::npos)
      << told;
}

TEST_F(EventStreamsTest, a_reader_that_waits_is_woken_by_the_commit) {
  const auto body = opened(acme);
  platform::async::Scope scope(loop.executor());
  std::optional<Result<std::string>> told;
  scope.spawn(kontor::testing::detail::keep_at(body->read(), told));
  loop.run(loop.turn());
  EXPECT_FALSE(told);
  put(acme, "a1");
  loop.run(scope.drain());
  ASSERT_TRUE(told && *told);
  EXPECT_EQ(times(**told, "event: asset.created"), 1u);
}

TEST_F(EventStreamsTest, a_stream_resumes_behind_the_last_event_that_was_seen) {
  const auto first = opened(acme);
  put(acme, "a1");
  const auto seen = ids(next(first)).back();
  put(acme, "a2");
  put(globex, "b1");
  put(acme, "a3");
  const auto second = opened(acme, seen);
  EXPECT_EQ(times(opening, "notResumed"), 0u) << opening;
  const auto told = next(second);
  EXPECT_EQ(times(told, "\"a1\""), 0u);
  EXPECT_LT(told.find("\"a2\""), told.find("\"a3\""));
  EXPECT_EQ(ids(told).size(), 2u);
}

TEST_F(EventStreamsTest, zero_is_before_everything_that_is_kept) {
  put(acme, "a1");
  put(acme, "a2");
  EXPECT_EQ(ids(next(opened(acme, "0"))).size(), 2u);
}

TEST_F(EventStreamsTest, a_stream_without_an_id_begins_now_and_can_be_resumed_from_there) {
  put(acme, "a1");
  const auto body = opened(acme);
  const auto begin = ids(opening);
  ASSERT_EQ(begin.size(), 1u) << opening;
  put(acme, "a2");
  EXPECT_EQ(times(next(body), "\"a1\""), 0u);
  EXPECT_EQ(times(next(opened(acme, begin.front())), "\"a2\""), 1u);
}

TEST_F(EventStreamsTest, a_foreign_or_unknown_id_resumes_nothing_and_says_so_alike) {
  put(acme, "a1");
  const auto foreign = ids(next(opened(acme, "0"))).front();
  put(globex, "b1");
  std::vector<std::string> answers;
  for (const std::string& id : {foreign, std::string("4711"), std::string("none"), std::string("-1"),
                                std::string("99999999999999999999"), std::string("18446744073709551615")}) {
    const auto body = opened(globex, id);
    EXPECT_NE(opening.find("event: stream.notResumed\n"), std::string::npos) << id << ": " << opening;
    EXPECT_EQ(times(opening, "\n\n"), 1u);
    put(globex, "b" + std::to_string(answers.size() + 2));
    EXPECT_EQ(ids(next(body)).size(), 1u) << id;
    auto text = opening;
    text.replace(text.find("\"" + id + "\""), id.size() + 2, "*");
    answers.push_back(text.substr(text.find("event:")));
  }
  for (const auto& each : answers) EXPECT_EQ(each, answers.front());
}

TEST_F(EventStreamsTest, a_context_hears_of_itself_alone) {
  const auto body = opened(globex);
  put(acme, "a1");
  put(globex, "b1");
  const auto told = next(body);
  EXPECT_EQ(times(told, "event: "), 1u);
  EXPECT_NE(told.find("\"b1\""), std::string::npos);
}

TEST_F(EventStreamsTest, a_heartbeat_is_sent_when_it_is_due_and_nothing_happened) {
  const auto body = opened(acme);
  platform::async::Scope scope(loop.executor());
  std::optional<Result<std::string>> told;
  scope.spawn(kontor::testing::detail::keep_at(body->read(), told));
  loop.run(loop.turn());
  while (house.now() < VirtualLoop::start() + std::chrono::seconds(9)) {
    loop.clock().advance(std::chrono::seconds(1));
    loop.run(loop.turn());
  }
  EXPECT_FALSE(told);
  loop.clock().advance(std::chrono::seconds(1));
  loop.run(scope.drain());
  ASSERT_TRUE(told && *told);
  EXPECT_EQ(**told, ":\n\n");
}

TEST_F(EventStreamsTest, a_stream_ends_at_its_age_so_that_its_reader_comes_with_a_good_token) {
  const auto body = opened(acme);
  loop.clock().advance(std::chrono::minutes(1));
  EXPECT_EQ(next(body), "");
}

TEST_F(EventStreamsTest, what_is_not_read_stays_in_the_store_and_a_page_is_all_that_is_taken_at_a_time) {
  const auto body = opened(acme);
  for (int i = 0; i < 250; ++i) put(acme, fmt::format("a{}", i));
  std::vector<std::size_t> pages;
  for (int i = 0; i < 3; ++i) pages.push_back(ids(next(body)).size());
  EXPECT_EQ(pages, (std::vector<std::size_t>{100, 100, 50}));
}

TEST_F(EventStreamsTest, there_are_no_more_streams_than_their_bounds_allow) {
  const auto a1 = opened(acme);
  auto a2 = opened(acme);
  EXPECT_EQ(open(acme).error().code, ErrorCode::too_many_requests);
  const auto g1 = opened(globex);
  EXPECT_EQ(open(globex).error().code, ErrorCode::too_many_requests);
  a2.reset();
  EXPECT_TRUE(open(globex));
}

TEST_F(EventStreamsTest, closing_ends_streams_that_wait_and_opens_no_more) {
  const auto body = opened(acme);
  platform::async::Scope scope(loop.executor());
  std::optional<Result<std::string>> told;
  scope.spawn(kontor::testing::detail::keep_at(body->read(), told));
  loop.run(loop.turn());
  streams.close();
  loop.run(scope.drain());
  ASSERT_TRUE(told && *told);
  EXPECT_EQ(**told, "");
  EXPECT_EQ(open(acme).error().code, ErrorCode::unavailable);
}

}  // namespace kontor::runtime::events
