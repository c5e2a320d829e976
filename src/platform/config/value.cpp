#include "platform/config/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <span>

#include "platform/config/field.hpp"

namespace kontor::platform::config {
namespace {

struct Unit {
  std::string_view suffix;
  std::int64_t factor;
};

constexpr std::array duration_units{
    Unit{"us", 1},         Unit{"ms", 1'000},        Unit{"s", 1'000'000},
    Unit{"m", 60'000'000}, Unit{"h", 3'600'000'000}, Unit{"d", 86'400'000'000}};
constexpr std::array byte_units{Unit{"", 1}, Unit{"KiB", 1 << 10}, Unit{"MiB", 1 << 20},
                                Unit{"GiB", 1 << 30}};
constexpr std::array no_units{Unit{"", 1}};

/// A whole number and its unit: `250ms`, `64KiB`. Nothing when it is none or does not fit.
std::optional<std::int64_t> parse_with_unit(std::string_view text, std::span<const Unit> units) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  const auto suffix = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const auto& unit : units) {
    if (unit.suffix != suffix) continue;
    std::int64_t value = 0;
    if (__builtin_mul_overflow(number, unit.factor, &value)) return std::nullopt;
    return value;
  }
  return std::nullopt;
}

std::optional<Node> open(const Input& in, Node::Shape shape, std::string_view rule) {
  if (in.node.shape == shape) return in.node;
  if (in.node.one_line && in.node.shape == Node::Shape::text) {
    auto parsed = parse_one_line(in.node);
    if (parsed && parsed->shape == shape) return std::move(*parsed);
  }
  in.refuse(rule);
  return std::nullopt;
}

/// A secret that stands in a file of its own; one newline at its end belongs to the file and not to the
/// secret.
std::optional<Node> read_secret_file(const Input& in) {
  std::string name;
  if (!read_text(in, name)) return std::nullopt;
  std::ifstream file(name, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && !file.eof()) {
    in.refuse(fmt::format("names the file {}, which cannot be read", name));
    return std::nullopt;
  }
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) {
    in.refuse(fmt::format("names the file {}, which is empty", name));
    return std::nullopt;
  }
  return Node{.shape = Node::Shape::text, .text = std::move(text), .origin = in.node.origin};
}

std::string file_key(const Field& field) {
  return field.name + "_file";
}

void read_secret(const Input& section, const Node& map, const Field& field, void* object) {
  const auto path = section.path + "." + field.name;
  const auto* direct = map.find(field.name);
  const auto* by_file = map.find(file_key(field));
  if (direct && by_file) {
    return section.problems.add(by_file->origin, path,
                                fmt::format("is given both itself and by {}", file_key(field)));
  }
  if (direct) return field.read({*direct, path, section.problems}, object);
  if (by_file) {
    const auto file_path = section.path + "." + file_key(field);
    if (auto node = read_secret_file({*by_file, file_path, section.problems})) {
      field.read({*node, path, section.problems}, object);
    }
    return;
  }
  if (field.required) {
    section.problems.add(map.origin, path, fmt::format("is required (or {})", file_key(field)));
  }
}

}  // namespace

void refuse_unknown(const Node& map, const std::string& path, const Fields& fields, Problems& problems) {
  std::vector<std::string> known;
  for (const auto& field : fields) {
    known.push_back(field.name);
    if (field.secret) known.push_back(file_key(field));
  }
  for (const auto& [key, node] : map.members) {
    if (std::ranges::find(known, key) != known.end()) continue;
    const auto meant = nearest(key, known);
    problems.add(
        node.origin, path + "." + key,
        meant.empty() ? "is not a known key" : fmt::format("is not a known key; did you mean {}?", meant));
  }
}

bool read_text(const Input& in, std::string& out) {
  if (in.node.shape != Node::Shape::text) return in.refuse("must be a text"), false;
  out = in.node.text;
  return true;
}

bool read_bool(const Input& in, bool& out) {
  std::string text;
  if (!read_text(in, text)) return false;
  if (text != "true" && text != "false") return in.refuse("must be true or false"), false;
  out = text == "true";
  return true;
}

bool read_integer(const Input& in, std::int64_t min, std::uint64_t max, bool as_bytes, std::int64_t& out) {
  std::string text;
  if (!read_text(in, text)) return false;
  const auto value =
      parse_with_unit(text, as_bytes ? std::span<const Unit>(byte_units) : std::span<const Unit>(no_units));
  if (!value) {
    in.refuse(as_bytes ? "must be a number of bytes such as 65536, 64KiB or 1MiB" : "must be a whole number");
    return false;
  }
  if (*value < min || (*value > 0 && static_cast<std::uint64_t>(*value) > max)) {
    in.refuse(fmt::format("must be from {} to {}", min, max));
    return false;
  }
  out = *value;
  return true;
}

bool read_number(const Input& in, double& out) {
  std::string text;
  if (!read_text(in, text)) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool whole = error == std::errc{} && end == text.data() + text.size() && std::isfinite(out);
  if (!whole) in.refuse("must be a number");
  return whole;
}

bool read_duration(const Input& in, std::chrono::microseconds resolution, std::chrono::microseconds& out) {
  std::string text;
  if (!read_text(in, text)) return false;
  const auto value = parse_with_unit(text, duration_units);
  if (!value || *value < 0) return in.refuse("must be a duration such as 250ms, 30s, 5m, 2h or 7d"), false;
  out = std::chrono::microseconds(*value);
  if (out % resolution != std::chrono::microseconds(0)) {
    in.refuse(fmt::format("must be a multiple of {}", show_duration(resolution)));
    return false;
  }
  return true;
}

std::string show_duration(std::chrono::microseconds duration) {
  const auto* best = &duration_units.front();
  for (const auto& unit : duration_units) {
    if (duration.count() != 0 && duration.count() % unit.factor == 0) best = &unit;
  }
  if (duration.count() == 0) return "0s";
  return fmt::format("{}{}", duration.count() / best->factor, best->suffix);
}

std::string show_number(double value) {
  return fmt::format("{}", value);
}

std::optional<Node> open_list(const Input& in) {
  return open(in, Node::Shape::list, "must be a list, such as [a, b]");
}

std::optional<Node> open_map(const Input& in) {
  return open(in, Node::Shape::map, "must be a map, such as {a: b}");
}

void take_defaults(Fields& fields, const void* object) {
  for (auto& field : fields) {
    if (field.members.empty()) {
      field.default_value = field.required ? "" : field.show(object);
    } else if (const auto* section = field.section(object)) {
      take_defaults(field.members, section);
    }
  }
}

void read_fields(const Input& in, const Fields& fields, void* object) {
  const auto map = open_map(in);
  if (!map) return;
  refuse_unknown(*map, in.path, fields, in.problems);
  for (const auto& field : fields) {
    if (field.secret) {
      read_secret(in, *map, field, object);
      continue;
    }
    const std::string path = in.path + "." + field.name;
    if (const auto* node = map->find(field.name)) {
      field.read({*node, path, in.problems}, object);
    } else if (field.required) {
      in.problems.add(map->origin, path, "is required");
    }
  }
}

}  // namespace kontor::platform::config
