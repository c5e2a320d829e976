#include "testing/table/word_table.hpp"

#include <sstream>
#include <stdexcept>
#include <vector>

namespace kontor::testing {

WordTable word_table(std::string_view text) {
  WordTable table;
  std::vector<std::string> columns;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream in(line);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    if (words.empty()) continue;
    if (columns.empty()) {
      columns = words;
      continue;
    }
    if (words.size() != columns.size() + 1)
      throw std::invalid_argument("not a word for each column: " + line);
    if (table.contains(words[0])) throw std::invalid_argument("a second row " + words[0]);
    for (std::size_t i = 1; i < words.size(); ++i) table[words[0]][columns[i - 1]] = words[i];
  }
  return table;
}

}  // namespace kontor::testing
