#include "base/lru/lru.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kontor {

TEST(Lru, the_value_that_was_not_asked_for_longest_goes_first) {
  Lru<int, std::string> cache(2);
  cache.put(1, "one");
  cache.put(2, "two");
  ASSERT_TRUE(cache.find(1));
  cache.put(3, "three");
  EXPECT_FALSE(cache.find(2));
  EXPECT_EQ(*cache.find(1), "one");
  cache.put(1, "uno");
  EXPECT_EQ(*cache.find(1), "uno");
  EXPECT_EQ(cache.size(), 2u);
  cache.erase_if([](int key) { return key == 3; });
  cache.erase(17);
  EXPECT_EQ(cache.size(), 1u);
  cache.clear();
  EXPECT_EQ(cache.size(), 0u);
  EXPECT_FALSE(cache.find(1));
  Lru<int, int> none(0);
  none.put(1, 1);
  EXPECT_FALSE(none.find(1));
}

}  // namespace kontor
