#include "platform/routing/internal/path_tree.hpp"

namespace kontor::platform::routing {
namespace {

struct Entry {
  std::size_t index;
  std::vector<std::string> names;  ///< of the parameters, in order
};

std::vector<std::string_view> split(std::string_view pattern) {
  std::vector<std::string_view> segments;
  while (!pattern.empty()) {
    if (pattern.front() == '/') pattern.remove_prefix(1);
    const auto end = pattern.find('/');
    segments.push_back(pattern.substr(0, end));
    if (end == std::string_view::npos) break;
    pattern.remove_prefix(end);
  }
  return segments;
}

std::string join(const std::vector<std::string>& segments, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < segments.size(); ++i) text += (i == from ? "" : "/") + segments[i];
  return text;
}

}  // namespace

struct PathTree::Node {
  std::map<std::string, Node, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::map<std::string, Entry, std::less<>> entries;
  std::map<std::string, Entry, std::less<>> rest;

  using Found = std::map<std::string, Match, std::less<>>;

  static void take(const std::map<std::string, Entry, std::less<>>& from,
                   const std::vector<std::string>& values, Found& found) {
    for (const auto& [key, entry] : from) {
      if (found.contains(key)) continue;
      Match match{entry.index, {}};
      for (std::size_t i = 0; i < entry.names.size(); ++i) match.parameters[entry.names[i]] = values[i];
      found.emplace(key, std::move(match));
    }
  }

  void find(const std::vector<std::string>& segments, std::size_t at, std::vector<std::string>& values,
            Found& found) const {
    if (at == segments.size()) {
      take(entries, values, found);
    } else {
      if (auto literal = literals.find(segments[at]); literal != literals.end()) {
        literal->second.find(segments, at + 1, values, found);
      }
      if (parameter && !segments[at].empty()) {
        values.push_back(segments[at]);
        parameter->find(segments, at + 1, values, found);
        values.pop_back();
      }
    }
    if (rest.empty() || !found.empty()) return;
    values.push_back(join(segments, at));
    take(rest, values, found);
    values.pop_back();
  }
};

PathTree::PathTree() : root_(std::make_unique<Node>()) {}
PathTree::~PathTree() = default;

bool PathTree::add(std::string_view pattern, std::string_view key, std::size_t entry) {
  Node* node = root_.get();
  Entry made{entry, {}};
  for (auto segment : split(pattern)) {
    if (!segment.starts_with('{')) {
      node = &node->literals[std::string(segment)];
      continue;
    }
    auto name = segment.substr(1, segment.size() - 2);
    if (name.ends_with('*')) {
      made.names.emplace_back(name.substr(0, name.size() - 1));
      return node->rest.emplace(key, std::move(made)).second;
    }
    made.names.emplace_back(name);
    if (!node->parameter) node->parameter = std::make_unique<Node>();
    node = node->parameter.get();
  }
  return node->entries.emplace(key, std::move(made)).second;
}

std::map<std::string, PathTree::Match, std::less<>> PathTree::find(
    const std::vector<std::string>& segments) const {
  std::map<std::string, Match, std::less<>> found;
  std::vector<std::string> values;
  root_->find(segments, 0, values, found);
  return found;
}

}  // namespace kontor::platform::routing
