#pragma once

#include <string_view>

/// Subjects name what a message is about: words of printable ASCII, separated by dots
/// (`event.key-generation`). A filter may have `*` for one word and, as its last word, `>` for one or more.
namespace kontor::platform::bus {

bool is_subject(std::string_view text);
bool is_filter(std::string_view text);
/// Names of streams, consumers, buckets and keys: letters, digits, `-`, `_`, `/`, `=`; no dots at either end.
bool is_name(std::string_view text);

bool matches(std::string_view filter, std::string_view subject);
/// Whether some subject matches both.
bool overlap(std::string_view filter, std::string_view other);

}  // namespace kontor::platform::bus
