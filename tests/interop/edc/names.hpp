#pragma once

#include <string>
#include <string_view>

/// What both programs of the run must say alike.
namespace kontor::interop::edc {

/// Who somebody of this name is. For a connector of ours the name is that of its participant context.
inline std::string id_of(std::string_view name) {
  return "did:web:" + std::string(name) + ".example";
}

/// Versions of the Dataspace Protocol, as both name them.
inline constexpr std::string_view newest_version = "2025-1";
inline constexpr std::string_view oldest_version = "2024/1";

}  // namespace kontor::interop::edc
