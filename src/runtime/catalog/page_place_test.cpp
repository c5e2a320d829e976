#include "runtime/catalog/page_place.hpp"

#include <gtest/gtest.h>

namespace kontor::runtime::catalog {

TEST(PagePlace, comes_back_from_its_word) {
  for (const auto& place : {PagePlace{}, PagePlace{.position = 50}, PagePlace{100, "eyJpIjoiYSJ9", 0},
                            PagePlace{18'446'744'073'709'551'615U, "eyJpIjoiYSJ9", 7}}) {
    const auto again = read_page_place(write_page_place(place));
    ASSERT_TRUE(again) << write_page_place(place);
    EXPECT_EQ(*again, place);
  }
}

TEST(PagePlace, is_no_word_of_somebody_else) {
  for (const auto* word : {"", "elsewhere", "-1", "1.2", "1..cursor", ".2.cursor", "1.2.", "1.2.cursor.more",
                           "18446744073709551616"}) {
    const auto place = read_page_place(word);
    ASSERT_FALSE(place) << word;
    EXPECT_EQ(place.error().code, ErrorCode::invalid_input) << word;
  }
}

}  // namespace kontor::runtime::catalog
