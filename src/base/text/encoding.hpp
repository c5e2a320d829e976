#pragma once

#include <string>
#include <string_view>

#include "base/result/result.hpp"
#include "base/text/bytes.hpp"

/// Octets as text and back. Decoders are strict: exactly one text stands for a value, so that a signature
/// over the text is one over the value. Errors of all decoders: malformed, with the place, never with the
/// text (it may be a secret).
namespace kontor::text {

/// RFC 4648 §5 without padding, as JOSE has it.
std::string base64url_encode(BytesView bytes);
/// Refused: padding, white space, characters of the other alphabet, bits left over that are not zero.
Result<Bytes> base64url_decode(std::string_view text);

/// RFC 4648 §4 with padding.
std::string base64_encode(BytesView bytes);
/// Refused: missing or superfluous padding, white space, characters of the other alphabet, left-over bits not
/// zero.
Result<Bytes> base64_decode(std::string_view text);

/// Lower-case hexadecimal digits.
std::string hex_encode(BytesView bytes);
/// Digits in either case, an even number of them.
Result<Bytes> hex_decode(std::string_view text);

/// RFC 3986 §2.1: everything but unreserved characters and those in `keep` becomes `%XX`, upper case.
std::string percent_encode(std::string_view text, std::string_view keep = {});
/// `%XX` in either case; `+` stays `+`. Refused: a `%` without two hexadecimal digits behind it. The result
/// may hold any octet, zero included.
Result<std::string> percent_decode(std::string_view text);

}  // namespace kontor::text
