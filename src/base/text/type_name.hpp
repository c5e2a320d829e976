#pragma once

#include <string_view>

namespace kontor {

/// `kontor::platform::store::Store`. Works for incomplete types.
template <class T>
consteval std::string_view type_name() {
  std::string_view text = __PRETTY_FUNCTION__;
  const auto begin = text.find("T = ") + 4;
  return text.substr(begin, text.rfind(']') - begin);
}

}  // namespace kontor
