#include "platform/http/freshness.hpp"

#include <gtest/gtest.h>

namespace kontor::platform::http {
namespace {

using namespace std::chrono_literals;

std::optional<Duration> said(std::vector<std::string> cache_control, std::string age = "") {
  Headers headers;
  for (auto& line : cache_control) headers.add("Cache-Control", std::move(line));
  if (!age.empty()) headers.add("Age", std::move(age));
  return freshness(headers);
}

}  // namespace

TEST(Freshness, what_is_left_of_the_age_that_an_answer_gives_itself) {
  EXPECT_EQ(said({"max-age=60"}), 60s);
  EXPECT_EQ(said({"public, Max-Age = 60, immutable"}), 60s);
  EXPECT_EQ(said({"max-age=\"60\""}), 60s);
  EXPECT_EQ(said({"max-age=60"}, "20"), 40s);
  EXPECT_EQ(said({"max-age=60"}, "90"), 0s);
  EXPECT_EQ(said({"max-age=0"}), 0s);
}

TEST(Freshness, the_shortest_of_several_holds) {
  EXPECT_EQ(said({"max-age=60, max-age=30"}), 30s);
  EXPECT_EQ(said({"max-age=60", "no-cache"}), 0s);
  EXPECT_EQ(said({"No-Store"}), 0s);
}

TEST(Freshness, what_says_nothing_or_nothing_readable_says_nothing) {
  for (const char* text : {"", "public", "max-age", "max-age=", "max-age=-1", "max-age=1e3", "max-age=6 0",
                           "s-maxage=10", "x-max-age=1", ",,,"})
    EXPECT_EQ(said({text}), std::nullopt) << text;
  EXPECT_EQ(said({}, "20"), std::nullopt);
  EXPECT_EQ(said({"max-age=60"}, "old"), 60s);
  EXPECT_GT(said({"max-age=99999999999999999999999"}), Duration(24h * 365));
}

TEST(Freshness, a_tag_is_known_by_its_whole_name) {
  for (const char* field : {"*", "\"a\"", "W/\"a\"", "\"b\", \"a\"", "\"b\" ,W/\"a\""})
    EXPECT_TRUE(names_tag(field, "\"a\"")) << field;
  for (const char* field : {"", "a", "\"ab\"", "\"b\"", "\"b\"a\""})
    EXPECT_FALSE(names_tag(field, "\"a\"")) << field;
}

}  // namespace kontor::platform::http
