#include "platform/config/node.hpp"

#include <algorithm>
#include <numeric>

namespace kontor::platform::config {
namespace {

/// Levenshtein distance: the least number of letters to insert, delete or replace.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto found = std::ranges::find(members, key, &std::pair<std::string, Node>::first);
  return found == members.end() ? nullptr : &found->second;
}

Node* Node::find(std::string_view key) {
  return const_cast<Node*>(std::as_const(*this).find(key));
}

void Problems::add(std::string_view origin, std::string_view path, std::string_view rule) {
  if (!text_.empty()) text_ += '\n';
  if (!origin.empty()) text_ += fmt::format("{}: ", origin);
  text_ += fmt::format("{} {}", path, rule);
}

Result<void> Problems::done() const {
  if (none()) return {};
  return fail(Error{ErrorCode::invalid_input, text_, {}, {}});
}

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
  constexpr std::size_t compared_max = 128;
  if (name.size() > compared_max) return {};
  const std::string* best = nullptr;
  // Further off than a third of the name, it is another word and no typing error.
  auto best_distance = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const auto& candidate : known) {
    const auto steps = distance(name, candidate);
    if (steps >= best_distance) continue;
    best_distance = steps;
    best = &candidate;
  }
  return best ? *best : std::string{};
}

}  // namespace kontor::platform::config
