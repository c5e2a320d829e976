#include "dataplane/file/file_answer.hpp"

#include <gtest/gtest.h>

namespace kontor::dataplane::file {
namespace {

const FileFacts facts{.size_bytes = 100, .tag = "t1", .media_type = "text/csv"};

using Fields = std::vector<std::pair<std::string, std::string>>;

Slice asked_with(const Fields& fields, const FileFacts& file = facts) {
  platform::http::Headers headers;
  for (const auto& [name, value] : fields) headers.set(name, value);
  return slice_of(file, headers);
}

std::string shown(const Slice& slice) {
  return std::to_string(slice.status) + " " + std::to_string(slice.offset) + "+" +
         std::to_string(slice.length_bytes);
}

}  // namespace

TEST(FileAnswer, without_a_condition_it_is_the_whole_with_its_tag_and_type) {
  const auto slice = asked_with({});
  EXPECT_EQ(shown(slice), "200 0+100");
  EXPECT_EQ(slice.headers.get("ETag"), "\"t1\"");
  EXPECT_EQ(slice.headers.get("Content-Type"), "text/csv");
  EXPECT_EQ(slice.headers.get("Accept-Ranges"), "bytes");
}

TEST(FileAnswer, one_range_is_answered_with_what_there_is_of_it) {
  EXPECT_EQ(shown(asked_with({{"Range", "bytes=0-9"}})), "206 0+10");
  EXPECT_EQ(shown(asked_with({{"Range", "bytes=90-"}})), "206 90+10");
  EXPECT_EQ(shown(asked_with({{"Range", "bytes=90-500"}})), "206 90+10");
  EXPECT_EQ(shown(asked_with({{"Range", "bytes=-30"}})), "206 70+30");
  EXPECT_EQ(shown(asked_with({{"Range", "bytes=-300"}})), "206 0+100");
  EXPECT_EQ(asked_with({{"Range", "bytes=0-9"}}).headers.get("Content-Range"), "bytes 0-9/100");
}

TEST(FileAnswer, a_range_behind_the_end_is_refused_with_the_size) {
  for (const auto* range : {"bytes=100-", "bytes=100-200", "bytes=-0"}) {
    const auto slice = asked_with({{"Range", range}});
    EXPECT_EQ(shown(slice), "416 0+0") << range;
    EXPECT_EQ(slice.headers.get("Content-Range"), "bytes */100") << range;
  }
  EXPECT_EQ(asked_with({{"Range", "bytes=-1"}}, {.size_bytes = 0, .tag = "t", .media_type = "a/b"}).status,
            416u);
}

TEST(FileAnswer, a_range_that_cannot_be_read_is_overlooked) {
  for (const auto* range : {"bytes=9-0", "bytes=a-b", "bytes=-", "lines=0-9", "bytes=0-1,5-6",
                            "bytes=", "bytes=99999999999999999999-"}) {
    EXPECT_EQ(shown(asked_with({{"Range", range}})), "200 0+100") << range;
  }
}

TEST(FileAnswer, what_the_asker_has_already_is_not_sent_again) {
  EXPECT_EQ(asked_with({{"If-None-Match", "\"t0\", W/\"t1\""}}).status, 304u);
  EXPECT_EQ(asked_with({{"If-None-Match", "*"}}).status, 304u);
  EXPECT_EQ(asked_with({{"If-None-Match", "\"t0\""}}).status, 200u);
}

TEST(FileAnswer, whoever_wants_another_state_of_it_gets_none) {
  EXPECT_EQ(asked_with({{"If-Match", "\"t0\""}}).status, 412u);
  EXPECT_EQ(asked_with({{"If-Match", "W/\"t1\""}}).status, 412u);
  EXPECT_EQ(asked_with({{"If-Match", "\"t1\""}}).status, 200u);
}

TEST(FileAnswer, a_range_of_another_state_gets_the_whole) {
  EXPECT_EQ(shown(asked_with({{"Range", "bytes=0-9"}, {"If-Range", "\"t0\""}})), "200 0+100");
  EXPECT_EQ(shown(asked_with({{"Range", "bytes=0-9"}, {"If-Range", "\"t1\""}})), "206 0+10");
  EXPECT_EQ(shown(asked_with({{"Range", "bytes=0-9"}, {"If-Range", "W/\"t1\""}})), "200 0+100");
}

TEST(FileAnswer, the_extension_says_the_type_and_nothing_runs_in_a_browser) {
  EXPECT_EQ(media_type_of("a.b.CSV"), "text/csv");
  EXPECT_EQ(media_type_of("a.json"), "application/json");
  EXPECT_EQ(media_type_of("a.parquet"), "application/vnd.apache.parquet");
  EXPECT_EQ(media_type_of("a.geojson"), "application/geo+json");
  EXPECT_EQ(media_type_of("a.jsonl"), "application/jsonl");
  for (const auto* name : {"a", "", "a.html", "a.svg", "a.js", "csv"})
    EXPECT_EQ(media_type_of(name), "application/octet-stream") << name;
}

}  // namespace kontor::dataplane::file
