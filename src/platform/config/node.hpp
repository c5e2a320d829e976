#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result/result.hpp"

namespace kontor::platform::config {

/// A value as a source wrote it, before anybody knows its type, together with the place where it was written.
struct Node {
  enum class Shape : std::uint8_t { text, list, map };

  Shape shape = Shape::map;
  std::string text = {};                                   ///< of Shape::text
  std::vector<Node> elements = {};                         ///< of Shape::list
  std::vector<std::pair<std::string, Node>> members = {};  ///< of Shape::map, in the order of the source
  std::string origin = {};  ///< `kontor.yaml:12`, `KONTOR_LOG__LEVEL`, `--set log.level`
  bool one_line = false;    ///< from environment or flag: a list or map may be given as YAML on one line

  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
};

/// Everything that is wrong with a configuration, so that one run names it all.
class Problems {
 public:
  /// `origin` is empty where a value is missing.
  void add(std::string_view origin, std::string_view path, std::string_view rule);
  bool none() const { return text_.empty(); }
  /// Errors: invalid_input, one line a problem: `kontor.yaml:12: listeners.public.port must be at most
  /// 65535`.
  Result<void> done() const;

 private:
  std::string text_;
};

/// Reads YAML text. Refused: duplicate keys, keys that are no text, more than 64 levels. Errors: malformed,
/// with the line.
Result<Node> parse_yaml(std::string_view text, std::string_view file_name);
/// A list or map on one line, as environment and flags give it: `[a, b]`.
Result<Node> parse_one_line(const Node& node);

/// Of `known`, the one that `name` was most likely meant to be; empty where none is near.
std::string nearest(std::string_view name, const std::vector<std::string>& known);

}  // namespace kontor::platform::config
