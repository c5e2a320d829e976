#include "testing/table/word_table.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace kontor::testing {

TEST(WordTable, has_a_word_for_each_row_and_column) {
  const auto table = word_table(R"(
           open    close
    none   opened  illegal
    opened same    closed
  )");
  EXPECT_EQ(table.size(), 2U);
  EXPECT_EQ(table.at("none").at("close"), "illegal");
  EXPECT_EQ(table.at("opened").at("open"), "same");
}

TEST(WordTable, with_a_word_missing_or_a_row_twice_is_refused) {
  EXPECT_THROW(word_table("open close\nnone opened\n"), std::invalid_argument);
  EXPECT_THROW(word_table("open\nnone opened closed\n"), std::invalid_argument);
  EXPECT_THROW(word_table("open\nnone opened\nnone same\n"), std::invalid_argument);
}

}  // namespace kontor::testing
