#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json/codec.hpp"

namespace kontor::protocol::vc {

/// How a credential is written and secured. Each value is one DCP profile (DCP 1.0, profiles) and one name of
/// the administration APIs.
enum class Format : std::uint8_t {
  vc1_0_jwt,   ///< VC Data Model 1.1, the credential in the `vc` claim of a JWT; profile `vc11-sl2021/jwt`
  vc2_0_jose,  ///< VC Data Model 2.0, the credential is the JWS payload; profile `vc20-bssl/jwt`
};

inline constexpr json::EnumNames<Format, 2> format_names{{
    {Format::vc1_0_jwt, "VC1_0_JWT"},
    {Format::vc2_0_jose, "VC2_0_JOSE"},
}};

inline constexpr json::EnumNames<Format, 2> profile_names{{
    {Format::vc1_0_jwt, "vc11-sl2021/jwt"},
    {Format::vc2_0_jose, "vc20-bssl/jwt"},
}};

/// A format by its API name or its DCP profile, in any case of letters. None: a format that is not supported.
std::optional<Format> parse_format(std::string_view name);

/// Writes the API name, reads both names.
Result<void> read(const json::Node& node, Format& out);
json::Value write(const Format& format);

}  // namespace kontor::protocol::vc
