#include "platform/config/describe.hpp"

namespace kontor::platform::config {
namespace {

struct Row {
  std::string name;
  const Field& field;
};

void collect(const std::string& prefix, const Fields& fields, std::vector<Row>& rows) {
  for (const auto& field : fields) {
    rows.push_back({prefix + field.name, field});
    if (!field.members.empty()) collect(prefix + field.name + field.member_prefix, field.members, rows);
  }
}

std::string type_of(const Field& field) {
  return field.unit.empty() ? field.type : fmt::format("{} ({})", field.type, field.unit);
}

std::string show(const Node& node) {
  std::string text;
  switch (node.shape) {
    case Node::Shape::text:
      return node.text.empty() ? "\"\"" : node.text;
    case Node::Shape::list:
      for (const auto& element : node.elements) text += (text.empty() ? "" : ", ") + show(element);
      return "[" + text + "]";
    case Node::Shape::map:
      for (const auto& [key, member] : node.members)
        text += (text.empty() ? "" : ", ") + key + ": " + show(member);
      return "{" + text + "}";
  }
  return text;
}

std::string value_of(const Row& row, const Settings& settings) {
  const auto* node = settings.find(row.name);
  if (row.field.secret) {
    if (!node) node = settings.find(row.name + "_file");
    return node ? fmt::format("(secret)  from {}", node->origin) : "not set";
  }
  if (!node) return row.field.required ? "not set" : row.field.default_value + "  default";
  return fmt::format("{}  from {}", row.field.members.empty() ? show(*node) : "given", node->origin);
}

std::string as_text(const std::vector<Row>& rows, const Settings& settings) {
  std::string text;
  for (const auto& row : rows) {
    text += fmt::format("{}\n    {}\n", row.name, row.field.meaning);
    if (row.field.required) {
      text += fmt::format("    {}, required\n", type_of(row.field));
    } else if (row.field.members.empty()) {
      text += fmt::format("    {}, default {}\n", type_of(row.field), row.field.default_value);
    } else {
      text += fmt::format("    {}\n", type_of(row.field));
    }
    // A value below a list or map of sections exists once an element: only the whole has one.
    const bool single = !row.name.contains("[]") && !row.name.contains(".*.");
    if (single && (row.field.members.empty() || settings.find(row.name))) {
      text += fmt::format("    = {}\n", value_of(row, settings));
    }
  }
  return text;
}

std::string as_markdown(const std::vector<Row>& rows) {
  std::string text = "| Key | Type | Default | Meaning |\n|---|---|---|---|\n";
  for (const auto& row : rows) {
    const auto value = row.field.required ? "required" : row.field.default_value;
    text += fmt::format("| `{}` | {} | {} | {} |\n", row.name, type_of(row.field),
                        value.empty() ? "" : fmt::format("`{}`", value), row.field.meaning);
  }
  return text;
}

}  // namespace

std::string describe(std::span<const Section> sections, const Settings& settings, Format format) {
  std::string text;
  for (const auto& section : sections) {
    std::vector<Row> rows;
    collect(section.name + ".", section.fields, rows);
    if (!text.empty()) text += '\n';
    text += format == Format::text ? as_text(rows, settings)
                                   : fmt::format("## {}\n\n{}", section.name, as_markdown(rows));
  }
  return text;
}

}  // namespace kontor::platform::config
