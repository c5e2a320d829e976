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

TEST(Lru, what_is_heavy_takes_the_places_of_others_and_never_more_than_all_may_have) {
  Lru<int, int> cache(10, 100);
  for (int i = 1; i <= 4; ++i) cache.put(i, i, 25);
  EXPECT_EQ(cache.weight(), 100u);
  ASSERT_TRUE(cache.find(1));
  cache.put(5, 5, 40);
  EXPECT_FALSE(cache.find(2));
  EXPECT_FALSE(cache.find(3));
  EXPECT_TRUE(cache.find(1) && cache.find(4) && cache.find(5));
  EXPECT_EQ(cache.weight(), 90u);
  cache.put(6, 6);
  cache.weigh(6, 30);
  EXPECT_FALSE(cache.find(1)) << "the last one that was asked for";
  EXPECT_EQ(cache.weight(), 95u);
  cache.weigh(6, 5);
  EXPECT_EQ(cache.weight(), 70u);
  cache.put(7, 7, 101);
  cache.weigh(6, 101);
  EXPECT_FALSE(cache.find(7));
  EXPECT_FALSE(cache.find(6));
  EXPECT_TRUE(cache.find(4) && cache.find(5)) << "what finds no room takes none";
  cache.put(4, 4, 10);
  EXPECT_EQ(cache.weight(), 50u);
  cache.weigh(17, 1);
  cache.erase_if([](int key) { return key == 5; });
  EXPECT_EQ(cache.weight(), 10u);
  cache.keep_last(0, [](int) { return true; });
  EXPECT_EQ(cache.weight(), 0u);
}

TEST(Lru, of_some_keys_the_values_that_were_asked_for_last_are_kept) {
  Lru<int, int> cache(10);
  for (int i = 1; i <= 6; ++i) cache.put(i, i);
  ASSERT_TRUE(cache.find(2));
  const auto is_even = [](int key) { return key % 2 == 0; };
  cache.keep_last(3, is_even);
  EXPECT_EQ(cache.size(), 6u);
  cache.keep_last(2, is_even);
  EXPECT_FALSE(cache.find(4));
  EXPECT_EQ(cache.size(), 5u);
  cache.keep_last(0, is_even);
  EXPECT_EQ(cache.size(), 3u) << "1, 3 and 5";
}

}  // namespace kontor
