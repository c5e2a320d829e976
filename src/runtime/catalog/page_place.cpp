#include "runtime/catalog/page_place.hpp"

#include <charconv>

#include "base/text/text.hpp"

namespace kontor::runtime::catalog {
namespace {

bool is_number(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string write_page_place(const PagePlace& place) {
  if (place.cursor.empty()) return fmt::format("{}", place.position);
  return fmt::format("{}.{}.{}", place.position, place.behind, place.cursor);
}

Result<PagePlace> read_page_place(std::string_view word) {
  const auto parts = text::split(word, '.');
  PagePlace place;
  const bool counts = parts.size() == 1 && is_number(parts[0], place.position);
  if (counts) return place;
  if (parts.size() == 3 && is_number(parts[0], place.position) && is_number(parts[1], place.behind) &&
      !parts[2].empty()) {
    place.cursor = parts[2];
    return place;
  }
  return invalid("", "the page is not from a link of ours");
}

}  // namespace kontor::runtime::catalog
