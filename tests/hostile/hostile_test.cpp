#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world.hpp"

namespace kontor::hostile {
namespace {

using ::testing::HasSubstr;

/// More than anything that is read of others, and what the network holds beside it.
constexpr std::uint64_t taken_bytes_max = 24 * 1024 * 1024;
constexpr auto asked_max = std::chrono::seconds(60);

/// What somebody who was tricked says; empty where it is only known that something was wrong.
std::string_view complaint_about(Trick trick) {
  switch (trick) {
    case Trick::endless_body:
    case Trick::endless_chunks:
    case Trick::announced_flood:
      return "the response is larger than";
    case Trick::slow_head:
    case Trick::slow_body:
    case Trick::silence:
    case Trick::unfinished_tls:
      return "the deadline passed";
    case Trick::redirect_loop:
    case Trick::redirect_inside:
      return "answered 302";
    case Trick::field_flood:
      return "a head has at most";
    case Trick::chunk_extension:
    case Trick::trailer_flood:
      return "the response cannot be read";
    case Trick::interim_flood:
      return "nothing but interim responses";
    case Trick::cut_off:
    case Trick::cut_chunk:
      return "closed the connection within a message";
    case Trick::two_lengths:
      return "the response cannot be read";
    case Trick::refusal_in_octets:
      return "answered 400";
    case Trick::no_tls:
      return "TLS";
    case Trick::nothing:
    case Trick::packed_bomb:
    case Trick::page:
    case Trick::deep_document:
    case Trick::odd_location:
      break;
  }
  return {};
}

/// Whether the answer is one of HTTP, with a head that somebody may be content with.
bool has_good_head(Trick trick) {
  return trick == Trick::packed_bomb || trick == Trick::page || trick == Trick::deep_document ||
         trick == Trick::odd_location;
}
/// Whether it may count as a refusal, which needs no further attempt.
bool has_refusing_head(Trick trick) {
  return trick == Trick::redirect_loop || trick == Trick::redirect_inside ||
         trick == Trick::refusal_in_octets;
}
bool keeps_waiting(Trick trick) {
  return trick == Trick::slow_head || trick == Trick::slow_body || trick == Trick::silence ||
         trick == Trick::unfinished_tls;
}

void play(World& world, const Asking& asking, Trick trick) {
  SCOPED_TRACE(std::string(asking.what) + " meets: " + std::string(name_of(trick)));
  world.hostile.play(trick);
  const auto connections = world.hostile.begun();
  const auto sent = world.hostile.sent_bytes();
  const auto began = world.loop.clock().now();
  const auto outcome = world.outcome_of(asking.ask(world));
  ASSERT_TRUE(outcome) << "it goes on for minutes";
  EXPECT_GT(world.hostile.begun(), connections) << "nobody was asked";
  EXPECT_LT(world.hostile.begun(), connections + 3) << "a redirect was followed, or the question repeated";
  EXPECT_LT(world.hostile.sent_bytes() - sent, taken_bytes_max);
  EXPECT_LE(world.loop.clock().now() - began, asked_max);
  EXPECT_EQ(world.house.engine->counters().set_aside, 0u) << world.lines.text;
  const bool reads_head = asking.reads == Asking::Reads::head;
  const bool is_content =
      has_good_head(trick) || (asking.by == Asking::By::engine && has_refusing_head(trick));
  if (asking.reads == Asking::Reads::stream) {
    EXPECT_TRUE(*outcome || !outcome->error().message().empty());
  } else if (*outcome) {
    EXPECT_TRUE(is_content && (reads_head || !has_good_head(trick))) << "it was content with that";
  } else {
    EXPECT_THAT(outcome->error().message(), HasSubstr(std::string(complaint_about(trick))));
    EXPECT_FALSE(outcome->error().message().empty());
  }
  EXPECT_TRUE(world.goes_on());
}

}  // namespace

TEST(HostileServer, no_trick_of_a_server_harms_who_asks_it) {
  World shared;
  int played = 0;
  for (const auto& asking : everything_that_asks) {
    for (auto trick : testing::all_tricks) {
      ++played;
      if (asking.by == Asking::By::itself) {
        play(shared, asking, trick);
        continue;
      }
      World of_its_own;
      play(of_its_own, asking, trick);
    }
  }
  EXPECT_EQ(played, 31 * 23) << "each trick to everything";
}

// While somebody waits for an answer that does not come, everybody else is served.
TEST(HostileServer, who_is_kept_waiting_keeps_nobody_else) {
  for (const auto& asking : everything_that_asks) {
    for (auto trick : testing::all_tricks) {
      if (!keeps_waiting(trick) || asking.by == Asking::By::engine) continue;
      SCOPED_TRACE(std::string(asking.what) + " meets: " + std::string(name_of(trick)));
      World world;
      world.hostile.play(trick);
      platform::async::Scope waiting(world.loop.executor());
      std::vector<std::optional<Result<void>>> outcomes(20);
      for (auto& each : outcomes) waiting.spawn(testing::detail::keep_at(asking.ask(world), each));
      world.settle();
      EXPECT_GT(world.hostile.begun(), 0u);
      EXPECT_TRUE(world.goes_on());
      for (const auto& each : outcomes) EXPECT_FALSE(each);
      world.loop.run(waiting.close());
    }
  }
}

// A name that leads inside is refused, whoever asks and whatever is behind it.
TEST(HostileServer, an_address_inside_is_not_asked) {
  World world;
  auto strict = platform::http::make_client(world.house.scope, world.loop.clock(), {}).value();
  const auto port = world.hostile.authority().substr(world.hostile.authority().find(':'));
  for (const auto& host : {std::string("127.0.0.1"), std::string("localhost"), std::string("[::1]"),
                           std::string("[::ffff:127.0.0.1]"), std::string("0.0.0.0")}) {
    const auto answer = world.loop.run(
        strict->send({.target = "http://" + host + port + "/"}, {.deadline = world.house.soon()}));
    ASSERT_FALSE(answer) << host;
    EXPECT_EQ(answer.error().code, ErrorCode::address_refused) << host;
  }
  EXPECT_EQ(world.hostile.begun(), 0u);
}

}  // namespace kontor::hostile
