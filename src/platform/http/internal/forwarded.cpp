#include "platform/http/forwarded.hpp"

#include <algorithm>

#include "base/text/text.hpp"

namespace kontor::platform::http {

void pass_on(const Headers& from, std::span<const std::string_view> names, Headers& to) {
  for (const auto& [name, value] : from.fields()) {
    const auto is_same = [&](std::string_view wanted) {
      return wanted.size() == name.size() && text::equal_ignoring_case(wanted, name);
    };
    if (std::ranges::any_of(names, is_same)) to.add(name, value);
  }
}

}  // namespace kontor::platform::http
