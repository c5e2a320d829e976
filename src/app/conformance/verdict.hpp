#pragma once

#include <string>
#include <string_view>

#include "base/json/json.hpp"
#include "base/result/result.hpp"

namespace kontor::app::conformance {

/// What was wrong with what the plane under test said or did.
inline std::unexpected<Error> wrong(std::string what) {
  return fail(ErrorCode::peer_refused, "{}", what);
}

/// A member that is text; empty where there is none.
inline std::string text_of(const json::Object& object, std::string_view key) {
  const auto* member = object.if_contains(key);
  const auto* text = member ? member->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}

}  // namespace kontor::app::conformance
