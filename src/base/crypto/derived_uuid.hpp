#pragma once

#include <string>
#include <string_view>

namespace kontor::crypto {

/// The UUID that follows from a text (RFC 9562 §5.8: version 8, bits of the text's SHA-256): whoever makes it
/// again makes the same, and nobody finds another text for it. Pure; it cannot fail.
std::string derived_uuid(std::string_view source);

/// The same with the time that `beside` names, where that ends in a version 7 UUID: so that both lie in the
/// same order (base/random/ordered_uuid.hpp). 74 bits of it are still the hash's.
std::string derived_uuid(std::string_view source, std::string_view beside);

}  // namespace kontor::crypto
