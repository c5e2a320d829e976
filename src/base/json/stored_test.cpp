#include "base/json/stored.hpp"

#include <gtest/gtest.h>

namespace kontor {

TEST(JsonStored, what_is_stored_around_the_largest_that_comes_in_is_read_again) {
  const json::ParseLimits incoming;
  std::string came = "1";
  for (std::size_t depth = 0; depth < incoming.depth_max; ++depth) came = "[" + came + "]";
  ASSERT_TRUE(json::parse(came));
  const auto deep = R"({"of":{"them":)" + came + "}}";
  EXPECT_FALSE(json::decode<json::Object>(deep));
  EXPECT_TRUE(json::decode_stored<json::Object>(deep));
  const auto large = R"({"of":")" + std::string(4 * incoming.bytes_max, 'x') + R"("})";
  EXPECT_FALSE(json::decode<json::Object>(large));
  EXPECT_TRUE(json::decode_stored<json::Object>(large));
}

TEST(JsonStored, what_is_stored_has_bounds_too) {
  EXPECT_FALSE(json::decode_stored<json::Object>(std::string(65, '[') + std::string(65, ']')));
  EXPECT_FALSE(
      json::decode_stored<json::Object>("\"" + std::string(json::stored_limits.bytes_max, 'x') + "\""));
}

}  // namespace kontor
