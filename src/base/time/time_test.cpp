#include "base/time/time.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

using namespace kontor;

TEST(Instant, reads_what_it_writes) {
  for (const char* text : {"2026-11-21T15:04:05Z", "1970-01-01T00:00:00Z", "2026-02-28T23:59:59.25Z",
                           "2024-02-29T00:00:00.000001Z"}) {
    auto instant = parse_instant(text);
    ASSERT_TRUE(instant) << text;
    EXPECT_EQ(format_instant(*instant), text);
  }
}

TEST(Instant, any_instant_has_a_text) {
  const auto text_at = [](std::int64_t seconds) { return format_instant(from_epoch_seconds(seconds)); };
  EXPECT_EQ(text_at(-1), "1969-12-31T23:59:59Z");
  EXPECT_EQ(text_at(253'402'300'799), "9999-12-31T23:59:59Z");
  EXPECT_EQ(text_at(253'402'300'800), "10000-01-01T00:00:00Z");
  EXPECT_EQ(text_at(-62'167'219'200), "0000-01-01T00:00:00Z");
  EXPECT_EQ(text_at(-62'167'219'201), "-001-12-31T23:59:59Z");
  EXPECT_EQ(format_instant(Instant(std::chrono::microseconds(1'500'100))), "1970-01-01T00:00:01.5001Z");
  EXPECT_EQ(format_instant(Instant(std::chrono::seconds(10))), "1970-01-01T00:00:10Z");
}

TEST(Instant, an_offset_is_taken_off) {
  EXPECT_EQ(format_instant(parse_instant("2026-11-21T15:04:05+02:00").value()), "2026-11-21T13:04:05Z");
  EXPECT_EQ(format_instant(parse_instant("2026-11-21T23:30:00-01:00").value()), "2026-11-22T00:30:00Z");
}

TEST(Instant, what_is_no_date_is_refused) {
  for (const char* text : {"", "2026", "2026-02-30T00:00:00Z", "2026-11-21 15:04:05Z", "2026-11-21T24:00:00Z",
                           "2026-11-21T15:04:05", "2026-11-21T15:04:05.Z", "2026-11-21T15:04:05Zx",
                           "2026-11-21T15:04:05+15:00"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
}

TEST(Instant, what_is_read_can_be_written_and_read_again) {
  for (const char* text : {"9999-12-31T23:59:59.999999Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00",
                           "0000-01-01T00:00:00-14:00"}) {
    const auto instant = parse_instant(text);
    ASSERT_TRUE(instant) << text;
    EXPECT_EQ(parse_instant(format_instant(*instant)).value(), *instant) << text;
  }
  EXPECT_FALSE(parse_instant("9999-12-31T23:59:59-00:01")) << "the year 10000";
  EXPECT_FALSE(parse_instant("0000-01-01T00:00:00+00:01")) << "the year before 0";
}

TEST(Instant, a_refusal_shows_no_part_of_a_character) {
  const auto refused = parse_instant("é" + std::string(61, '2') + "é");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail, ::testing::StartsWith("'é" + std::string(61, '2') + "'"));
}

TEST(Instant, seconds_round_towards_the_past) {
  EXPECT_EQ(epoch_seconds(parse_instant("1970-01-01T00:00:01.9Z").value()), 1);
  EXPECT_EQ(from_epoch_seconds(1), parse_instant("1970-01-01T00:00:01Z").value());
}
