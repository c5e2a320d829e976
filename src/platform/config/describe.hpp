#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "platform/config/settings.hpp"

namespace kontor::platform::config {

enum class Format : std::uint8_t { text, markdown };

/// The reference of all keys: name, type, default, unit, meaning; as text also the value in force and where
/// it was written. Secrets show as `(secret)`.
std::string describe(std::span<const Section> sections, const Settings& settings, Format format);

}  // namespace kontor::platform::config
