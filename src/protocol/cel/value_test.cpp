#include "protocol/cel/value.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "protocol/cel/comparison.hpp"
#include "protocol/cel/json.hpp"

namespace kontor::protocol::cel {
namespace {

bool same(const Value& a, const Value& b) {
  Meter meter({});
  return equal(a, b, meter).value();
}

TEST(CelValue, a_key_is_found_under_every_kind_of_its_number) {
  const auto map =
      Map::of({{1, "one"}, {std::uint64_t{1} << 63, "big"}, {true, "yes"}, {"1", "text"}}).value();
  EXPECT_EQ(*map.find(Value(1.0))->if_string(), "one");
  EXPECT_EQ(*map.find(Value(std::uint64_t{1}))->if_string(), "one");
  EXPECT_EQ(*map.find(Value(0x1p63))->if_string(), "big");
  EXPECT_EQ(*map.find(Value("1"))->if_string(), "text");
  EXPECT_EQ(*map.find(Value(true))->if_string(), "yes");
  for (const auto& absent :
       {Value(1.5), Value(std::nan("")), Value(-0x1p63), Value(0x1p64), Value(), Value(List{})}) {
    EXPECT_EQ(map.find(absent), nullptr);
  }
}

TEST(CelValue, a_key_that_is_there_twice_or_of_another_kind_is_refused) {
  EXPECT_EQ(Map::of({{1, "a"}, {std::uint64_t{1}, "b"}}).error().detail.substr(0, 9), "the key 1");
  EXPECT_EQ(Map::of({{1.0, "a"}}).error().detail, "a map's key is bool, int, uint or string, never double");
}

TEST(CelValue, equality_goes_by_value_through_lists_and_maps) {
  const Value a = List{Map::of({{"x", 1}, {"y", List{}}}).value(), 2.0};
  const Value b = List{Map::of({{"y", List{}}, {"x", 1.0}}).value(), std::uint64_t{2}};
  EXPECT_TRUE(same(a, b));
  EXPECT_FALSE(same(a, List{}));
  EXPECT_FALSE(same(Value(std::nan("")), Value(std::nan(""))));
  EXPECT_FALSE(same(Value("1"), Value(1)));
  EXPECT_TRUE(same(Value(), Value()));
  EXPECT_TRUE(same(Value(Kind::list), Value(Kind::list)));
}

TEST(CelValue, only_kinds_with_an_order_compare) {
  EXPECT_TRUE(compare(Value(-1), Value(std::uint64_t{0})) == std::partial_ordering::less);
  EXPECT_TRUE(compare(Value(std::numeric_limits<std::uint64_t>::max()), Value(-1)) ==
              std::partial_ordering::greater);
  EXPECT_TRUE(compare(Value("a"), Value("b")) == std::partial_ordering::less);
  EXPECT_TRUE(compare(Value(1), Value(std::nan(""))) == std::partial_ordering::unordered);
  EXPECT_FALSE(compare(Value(), Value()));
  EXPECT_FALSE(compare(Value("1"), Value(1)));
  EXPECT_FALSE(compare(Value(List{}), Value(List{})));
}

TEST(CelValue, json_comes_and_goes) {
  const auto* text = R"({"a":[1,-2,1.5,18446744073709551615,true,null,"ü"],"b":{}})";
  const auto value = from_json(json::parse(text).value());
  EXPECT_TRUE(json::equal(to_json(value).value(), json::parse(text).value()));
  const auto& list = *value.if_map()->find(std::string_view("a"))->if_list();
  EXPECT_EQ(list[0].kind(), Kind::int64);
  EXPECT_EQ(list[2].kind(), Kind::float64);
  EXPECT_EQ(list[3].kind(), Kind::uint64);
}

TEST(CelValue, what_json_has_not_is_told_or_refused) {
  const Bytes octets{std::byte{0}, std::byte{255}};
  const Value value = Map::of({{1, octets}, {true, Duration(1'500'000'000)}, {"t", Timestamp{0, 5}}}).value();
  EXPECT_EQ(json::serialize(to_json(value).value()),
            R"({"true":"1.5s","1":"AP8=","t":"1970-01-01T00:00:00.000000005Z"})");
  EXPECT_FALSE(to_json(Value(std::nan(""))));
  EXPECT_FALSE(to_json(List{std::numeric_limits<double>::infinity()}));
  EXPECT_FALSE(to_json(Value(Kind::int64)));
  EXPECT_FALSE(to_json(Map::of({{1, 1}, {"1", 1}}).value()));
}

TEST(CelTime, timestamps_are_read_strictly_and_written_shortest) {
  const auto written = [](std::string_view text) {
    auto timestamp = parse_timestamp(text);
    return timestamp ? format_timestamp(*timestamp) : "refused";
  };
  EXPECT_EQ(written("2026-11-21T15:04:05+01:30"), "2026-11-21T13:34:05Z");
  EXPECT_EQ(written("1969-12-31T23:59:59.5Z"), "1969-12-31T23:59:59.5Z");
  EXPECT_EQ(written("0001-01-01T00:00:00Z"), "0001-01-01T00:00:00Z");
  for (const auto* text :
       {"", "2026-11-21", "2026-11-21T15:04:05", "2026-02-29T00:00:00Z", "2026-11-21T24:00:00Z",
        "2026-11-21T15:04:60Z", "2026-11-21T15:04:05.Z", "2026-11-21T15:04:05.1234567890Z",
        "2026-11-21T15:04:05Zx", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"}) {
    EXPECT_EQ(written(text), "refused") << text;
  }
}

TEST(CelTime, durations_are_sums_of_numbers_with_units) {
  const auto written = [](std::string_view text) {
    auto duration = parse_duration(text);
    return duration ? format_duration(*duration) : "refused";
  };
  EXPECT_EQ(written("1h30m"), "5400s");
  EXPECT_EQ(written("-1.5s"), "-1.5s");
  EXPECT_EQ(written("-0.25s"), "-0.25s");
  EXPECT_EQ(written("1m0.5s2ms3us4ns"), "60.502003004s");
  EXPECT_EQ(written("0"), "0s");
  EXPECT_EQ(written("+.5h"), "1800s");
  for (const auto* text :
       {"", "-", "1", "s", "1 s", "1s-", "1d", ".s", "--1s", "99999999999h", "9223372036s9223372036s"}) {
    EXPECT_EQ(written(text), "refused") << text;
  }
}

TEST(CelTime, an_instant_keeps_its_microseconds) {
  const auto instant = parse_instant("1969-12-31T23:59:59.000001Z").value();
  EXPECT_EQ(timestamp_of(instant), parse_timestamp("1969-12-31T23:59:59.000001Z").value());
}

TEST(CelTime, the_calendar_shows_what_clocks_show_at_an_offset) {
  const auto shown = calendar(parse_timestamp("2024-12-31T23:30:00.987Z").value(), std::chrono::hours(1));
  EXPECT_EQ(shown.year, 2025);
  EXPECT_EQ(shown.month, 0);
  EXPECT_EQ(shown.day_of_month, 1);
  EXPECT_EQ(shown.day_of_week, 3);
  EXPECT_EQ(shown.day_of_year, 0);
  EXPECT_EQ(shown.hours, 0);
  EXPECT_EQ(shown.minutes, 30);
  EXPECT_EQ(shown.milliseconds, 987);
}

}  // namespace
}  // namespace kontor::protocol::cel
