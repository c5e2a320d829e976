#include "platform/config/settings.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace kontor::platform::config {
namespace {

constexpr std::string_view variable_prefix = "KONTOR_";

std::vector<std::string> split(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + separator.size());
  }
}

/// Puts one text at `path`, above what earlier sources said there.
Result<void> overlay(Node& root, const std::vector<std::string>& path, std::string_view text,
                     std::string origin) {
  Node* at = &root;
  for (const auto& key : path) {
    if (key.empty()) return fail(ErrorCode::invalid_input, "{}: has an empty key", origin);
    if (at->shape != Node::Shape::map) *at = Node{.origin = origin};
    Node* next = at->find(key);
    if (!next) next = &at->members.emplace_back(key, Node{.origin = origin}).second;
    at = next;
  }
  *at = Node{
      .shape = Node::Shape::text, .text = std::string(text), .origin = std::move(origin), .one_line = true};
  return {};
}

Result<Node> read_file(const std::string& name) {
  if (name.empty()) return Node{};
  std::ifstream file(name, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && !file.eof())
    return fail(ErrorCode::invalid_input, "cannot read the configuration file {}", name);
  return parse_yaml(text, name);
}

Result<void> add_environment(Node& root, const std::vector<std::string>& variables) {
  for (const auto& variable : variables) {
    const auto equals = variable.find('=');
    const auto name = variable.substr(0, equals);
    if (equals == std::string::npos || !name.starts_with(variable_prefix) || !name.contains("__")) continue;
    std::string path = name.substr(variable_prefix.size());
    std::ranges::transform(path, path.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto added = overlay(root, split(path, "__"), std::string_view(variable).substr(equals + 1), name);
    if (!added) return added;
  }
  return {};
}

Result<void> add_flags(Node& root, const std::vector<std::string>& flags) {
  for (const auto& flag : flags) {
    const auto equals = flag.find('=');
    const auto path = split(flag.substr(0, equals), ".");
    if (equals == std::string::npos || path.size() < 2) {
      return fail(ErrorCode::invalid_input, "--set {}: must be section.key=value", flag.substr(0, equals));
    }
    auto added =
        overlay(root, path, std::string_view(flag).substr(equals + 1), "--set " + flag.substr(0, equals));
    if (!added) return added;
  }
  return {};
}

void check_members(const Node& map, const std::string& path, const Fields& fields, Problems& problems);

/// The members of a section, or of each element of a list or map of sections.
void check_value(const Node& node, const std::string& path, const Field& field, Problems& problems) {
  if (field.members.empty()) return;
  if (field.member_prefix == "[].") {
    for (const auto& element : node.elements) check_members(element, path + "[]", field.members, problems);
  } else if (field.member_prefix == ".*.") {
    for (const auto& [key, member] : node.members)
      check_members(member, path + "." + key, field.members, problems);
  } else {
    check_members(node, path, field.members, problems);
  }
}

void check_members(const Node& map, const std::string& path, const Fields& fields, Problems& problems) {
  refuse_unknown(map, path, fields, problems);
  for (const auto& field : fields) {
    if (const auto* node = map.find(field.name)) check_value(*node, path + "." + field.name, field, problems);
  }
}

}  // namespace

std::vector<std::string> process_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable; ++variable) {
    if (std::string_view(*variable).starts_with(variable_prefix)) variables.emplace_back(*variable);
  }
  return variables;
}

Result<Settings> Settings::load(const Sources& sources) {
  auto root = read_file(sources.file);
  if (!root) return fail(std::move(root.error()));
  if (auto added = add_environment(*root, sources.environment); !added) return fail(std::move(added.error()));
  if (auto added = add_flags(*root, sources.flags); !added) return fail(std::move(added.error()));
  Settings settings;
  settings.root_ = std::move(*root);
  return settings;
}

Result<void> Settings::check_keys(std::span<const Section> known) const {
  Problems problems;
  std::vector<std::string> names;
  for (const auto& section : known) names.push_back(section.name);
  for (const auto& [key, node] : root_.members) {
    const auto section = std::ranges::find(known, key, &Section::name);
    if (section != known.end()) {
      check_members(node, key, section->fields, problems);
      continue;
    }
    const auto meant = nearest(key, names);
    problems.add(node.origin, key,
                 meant.empty() ? "is not a known section"
                               : fmt::format("is not a known section; did you mean {}?", meant));
  }
  return problems.done();
}

const Node* Settings::find(std::string_view path) const {
  const Node* at = &root_;
  for (const auto& key : split(path, ".")) {
    at = at->find(key);
    if (!at) return nullptr;
  }
  return at;
}

Result<void> Settings::read_into(std::string_view section, const Fields& fields, void* object) const {
  static const Node nothing{};
  const Node* node = root_.find(section);
  Problems problems;
  const std::string path(section);
  read_fields({node ? *node : nothing, path, problems}, fields, object);
  return problems.done();
}

}  // namespace kontor::platform::config
