#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "base/json/json.hpp"
#include "base/result/result.hpp"

/// What the conformance programs of all protocols share.
namespace kontor::tck {

/// What was wrong with what the system under test said or did.
inline std::unexpected<Error> wrong(std::string what) {
  return fail(ErrorCode::peer_refused, "{}", what);
}

/// A member that is text; empty where there is none.
inline std::string text_of(const json::Object& object, std::string_view key) {
  const auto* member = object.if_contains(key);
  const auto* text = member ? member->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}

/// The folder of the official schemas, if the environment names one.
inline std::optional<std::string> specifications() {
  const char* folder = std::getenv("KONTOR_SPEC_DIR");
  return folder && *folder ? std::optional<std::string>(folder) : std::nullopt;
}

}  // namespace kontor::tck
