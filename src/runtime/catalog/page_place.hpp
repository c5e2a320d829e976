#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result/result.hpp"

namespace kontor::runtime::catalog {

/// Where a page of a catalog begins. Its number is enough to find it; a cursor of the store finds it without
/// counting from the first. Whoever has the word can read the cursor: it names the asset that it stands
/// behind.
struct PagePlace {
  std::uint64_t position = 0;  ///< so many datasets that the viewer may see stand before it
  std::string cursor = {};     ///< empty: there is none
  std::uint64_t behind = 0;    ///< so many of these stand between the cursor and it; none in ours

  bool operator==(const PagePlace&) const = default;
};

/// As one word that is safe in a URL. Errors of the reader: invalid_input.
std::string write_page_place(const PagePlace& place);
Result<PagePlace> read_page_place(std::string_view word);

}  // namespace kontor::runtime::catalog
