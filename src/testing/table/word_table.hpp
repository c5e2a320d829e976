#pragma once

#include <map>
#include <string>
#include <string_view>

/// Tables of words in tests: every outcome of a decision at one glance.
namespace kontor::testing {

/// Row, column, word.
using WordTable = std::map<std::string, std::map<std::string, std::string>>;

/// Reads a table written as text: the names of the columns in the first line that is not blank, then in each
/// line the name of a row and its words. A row with too many or too few words, or a row named twice, throws.
WordTable word_table(std::string_view text);

}  // namespace kontor::testing
