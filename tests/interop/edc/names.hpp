#pragma once

#include <string_view>

/// What both programs of the run must say alike.
namespace kontor::interop::edc {

inline constexpr std::string_view kontor_id = "did:web:kontor.example";
/// Not just `edc`, which is a prefix in EDC's own context and is taken apart there.
inline constexpr std::string_view edc_id = "did:web:edc.example";
inline constexpr std::string_view context_id = "partner";

/// Versions of the Dataspace Protocol, as both name them.
inline constexpr std::string_view newest_version = "2025-1";
inline constexpr std::string_view oldest_version = "2024/1";

}  // namespace kontor::interop::edc
