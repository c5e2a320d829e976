#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text/bytes.hpp"

/// Small operations on text. Case is that of ASCII alone: names in protocols, never words for people. Views
/// point into the argument.
namespace kontor::text {

/// Without spaces, tabs, carriage returns and line feeds at both ends.
std::string_view trim(std::string_view text);

/// Every part, empty ones included: `a,,b` has three, an empty text has one.
std::vector<std::string_view> split(std::string_view text, char separator);

/// What stands before and behind the first separator; nothing where there is none.
std::optional<std::pair<std::string_view, std::string_view>> split_once(std::string_view text,
                                                                        char separator);
/// The same at the last separator.
std::optional<std::pair<std::string_view, std::string_view>> split_last(std::string_view text,
                                                                        char separator);

std::string join(const std::vector<std::string>& parts, std::string_view separator);

std::string to_lower(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

bool is_utf8(std::string_view text);

/// Compares secrets: the time taken depends on the lengths only, never on where the first difference is.
bool equal_in_constant_time(BytesView a, BytesView b);

/// Text from outside as it may stand in a log line: control characters, backslashes and broken UTF-8 become
/// `\xHH`, so no line can be forged and no terminal driven; cut to `bytes_max` with `…` behind it.
std::string for_log(std::string_view text, std::size_t bytes_max = 256);

}  // namespace kontor::text
