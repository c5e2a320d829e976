#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

/// The guide shows code that is built and run.

namespace {

std::string text_of(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST(DataPlaneGuide, what_it_shows_stands_in_the_examples) {
  const auto guide = text_of("docs/data-plane-sdk.md");
  const std::string mark = "<!-- from ";
  int shown = 0;
  for (auto at = guide.find(mark); at != std::string::npos; at = guide.find(mark, at + 1), ++shown) {
    const auto name = guide.substr(at + mark.size(), guide.find(" -->", at) - at - mark.size());
    const auto begin = guide.find('\n', guide.find("```", at)) + 1;
    const auto code = guide.substr(begin, guide.find("```", begin) - begin);
    EXPECT_TRUE(text_of(name).contains(code)) << name << " does not have\n" << code;
  }
  EXPECT_GE(shown, 7);
}

TEST(DataPlaneGuide, an_example_fits_a_hundred_lines) {
  for (const auto* file : {"examples/data-planes/csv_source/csv_source.cpp",
                           "examples/data-planes/sensor_stream/sensor_stream.c"}) {
    const auto text = text_of(file);
    EXPECT_FALSE(text.empty()) << file;
    EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 100) << file;
  }
}
