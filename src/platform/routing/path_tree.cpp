#include "platform/routing/internal/path_tree.hpp"

namespace kontor::platform::routing {
namespace {

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
  Entries entries;
  Entries rest;

  void find(const std::vector<std::string>& segments, std::size_t at, std::vector<std::string>& values,
            Matches& found) const {
    if (at == segments.size()) {
      if (!entries.empty()) found.places_.push_back({&entries, values});
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
    found.places_.push_back({&rest, values});
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

std::optional<PathTree::Match> PathTree::Matches::of(std::string_view key) const {
  for (const auto& [entries, values] : places_) {
    const auto found = entries->find(key);
    if (found == entries->end()) continue;
    const auto& [index, names] = found->second;
    Match match{index, {}};
    for (std::size_t i = 0; i < names.size(); ++i) match.parameters.emplace(names[i], values[i]);
    return match;
  }
  return std::nullopt;
}

std::map<std::string_view, std::size_t> PathTree::Matches::all() const {
  std::map<std::string_view, std::size_t> indices;
  for (const auto& place : places_) {
    for (const auto& [key, entry] : *place.entries) indices.emplace(key, entry.index);
  }
  return indices;
}

PathTree::Matches PathTree::find(const std::vector<std::string>& segments) const {
  Matches found;
  std::vector<std::string> values;
  root_->find(segments, 0, values, found);
  return found;
}

}  // namespace kontor::platform::routing
