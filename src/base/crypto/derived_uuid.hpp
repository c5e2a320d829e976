#pragma once

#include <string>
#include <string_view>

namespace kontor::crypto {

/// The UUID that follows from a text (RFC 9562 §5.8: version 8, bits of the text's SHA-256): whoever makes it
/// again makes the same, and nobody finds another text for it. Pure; it cannot fail.
std::string derived_uuid(std::string_view source);

}  // namespace kontor::crypto
