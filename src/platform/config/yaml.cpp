#include <yaml-cpp/yaml.h>

#include "platform/config/node.hpp"

namespace kontor::platform::config {
namespace {

constexpr int depth_max = 64;

struct Reading {
  std::string_view source;
  bool one_line;

  std::string origin(const YAML::Mark& mark) const {
    if (one_line) return std::string(source);
    return fmt::format("{}:{}", source, mark.line + 1);
  }
};

Result<Node> convert(const YAML::Node& yaml, const Reading& reading, int depth);

Result<Node> convert_map(const YAML::Node& yaml, const Reading& reading, int depth) {
  Node out{.shape = Node::Shape::map, .origin = reading.origin(yaml.Mark()), .one_line = reading.one_line};
  for (const auto& member : yaml) {
    const auto place = reading.origin(member.first.Mark());
    if (!member.first.IsScalar()) return fail(ErrorCode::malformed, "{}: a key must be a text", place);
    const auto key = member.first.Scalar();
    if (out.find(key)) return fail(ErrorCode::malformed, "{}: the key {} is given twice", place, key);
    if (member.second.IsNull()) continue;
    auto value = convert(member.second, reading, depth + 1);
    if (!value) return value;
    // An empty map or list knows no line of its own; the key's line is what a person looks for anyway.
    value->origin = place;
    out.members.emplace_back(key, std::move(*value));
  }
  return out;
}

Result<Node> convert_list(const YAML::Node& yaml, const Reading& reading, int depth) {
  Node out{.shape = Node::Shape::list, .origin = reading.origin(yaml.Mark()), .one_line = reading.one_line};
  for (const auto& element : yaml) {
    auto value = convert(element, reading, depth + 1);
    if (!value) return value;
    out.elements.push_back(std::move(*value));
  }
  return out;
}

Result<Node> convert(const YAML::Node& yaml, const Reading& reading, int depth) {
  if (depth > depth_max) {
    return fail(ErrorCode::malformed, "{}: more than {} levels", reading.origin(yaml.Mark()), depth_max);
  }
  if (yaml.IsMap()) return convert_map(yaml, reading, depth);
  if (yaml.IsSequence()) return convert_list(yaml, reading, depth);
  return Node{.shape = Node::Shape::text,
              .text = yaml.IsScalar() ? yaml.Scalar() : std::string{},
              .origin = reading.origin(yaml.Mark()),
              .one_line = reading.one_line};
}

Result<Node> parse(std::string_view text, const Reading& reading) {
  try {
    const auto documents = YAML::LoadAll(std::string(text));
    if (documents.empty() || documents.front().IsNull()) {
      return Node{.origin = std::string(reading.source), .one_line = reading.one_line};
    }
    if (documents.size() > 1)
      return fail(ErrorCode::malformed, "{}: holds more than one document", reading.source);
    return convert(documents.front(), reading, 0);
  } catch (const YAML::Exception& error) {
    return fail(ErrorCode::malformed, "{}: is no YAML: {}", reading.origin(error.mark), error.msg);
  }
}

}  // namespace

Result<Node> parse_yaml(std::string_view text, std::string_view file_name) {
  auto root = parse(text, {file_name, false});
  if (root && root->shape != Node::Shape::map) {
    return fail(ErrorCode::malformed, "{}: must be a map of sections", root->origin);
  }
  return root;
}

Result<Node> parse_one_line(const Node& node) {
  return parse(node.text, {node.origin, true});
}

}  // namespace kontor::platform::config
