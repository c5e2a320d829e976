// The conformance cases of the language (cel-spec, tests/simple/testdata), read from KONTOR_SPEC_DIR/cel.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "base/text/encoding.hpp"
#include "protocol/cel/internal/numbers.hpp"
#include "protocol/cel/json.hpp"
#include "protocol/cel/program.hpp"

namespace kontor::protocol::cel {
namespace {

const json::Value& member(const json::Value& value, std::string_view key) {
  const auto* found = json::find(value, key);
  EXPECT_NE(found, nullptr) << key;
  static const json::Value none;
  return found ? *found : none;
}

std::string text_at(const json::Value& value, std::string_view key) {
  const auto* found = json::find(value, key);
  return found && found->is_string() ? std::string(found->as_string()) : std::string();
}

/// A value in protobuf's JSON form: `{"int64Value": "1"}`.
Value read_value(const json::Value& json);

Map read_map(const json::Value& json) {
  std::vector<Map::Entry> entries;
  if (const auto* list = json::find(json, "entries")) {
    for (const auto& entry : list->as_array()) {
      entries.push_back({read_value(member(entry, "key")), read_value(member(entry, "value"))});
    }
  }
  return Map::of(std::move(entries)).value();
}

List read_list(const json::Value& json) {
  List list;
  if (const auto* values = json::find(json, "values")) {
    for (const auto& value : values->as_array()) list.push_back(read_value(value));
  }
  return list;
}

Value read_value(const json::Value& json) {
  const auto& [kind, content] = *json.as_object().begin();
  if (kind == "nullValue") return {};
  if (kind == "boolValue") return content.as_bool();
  if (kind == "int64Value") return std::int64_t{std::stoll(std::string(content.as_string()))};
  if (kind == "uint64Value") return std::uint64_t{std::stoull(std::string(content.as_string()))};
  if (kind == "doubleValue" && content.is_string())
    return parse_double(std::string(content.as_string())).value();
  if (kind == "doubleValue") return content.to_number<double>();
  if (kind == "stringValue") return std::string_view(content.as_string());
  if (kind == "bytesValue") return text::base64_decode(content.as_string()).value();
  if (kind == "listValue") return read_list(content);
  if (kind == "mapValue") return read_map(content);
  EXPECT_EQ(kind, "typeValue");
  for (int i = 0; i <= static_cast<int>(Kind::type); ++i) {
    if (name_of(static_cast<Kind>(i)) == std::string_view(content.as_string())) return static_cast<Kind>(i);
  }
  ADD_FAILURE() << "no type: " << content.as_string();
  return {};
}

/// Everything that tells values apart, their kinds and the sign of a zero included.
std::string show(const Value& value) {
  std::string text(name_of(value.kind()));
  if (const auto* list = value.if_list()) {
    for (const auto& element : *list) text += " [" + show(element) + "]";
    return text;
  }
  if (const auto* map = value.if_map()) {
    for (const auto& entry : map->entries()) text += " {" + show(entry.key) + ": " + show(entry.value) + "}";
    return text;
  }
  if (const auto* number = value.if_double()) return fmt::format("{} {}", text, *number);
  if (const auto* type = value.if_type()) return fmt::format("{} {}", text, name_of(*type));
  return text + " " + json::serialize(to_json(value).value());
}

Type read_type(const json::Value& json) {
  const auto& [kind, content] = *json.as_object().begin();
  if (kind == "dyn") return Kind::dyn;
  if (kind == "null") return Kind::null;
  if (kind == "typeParam") return Type::parameter(std::string(content.as_string()));
  if (kind == "listType") return Type::list(read_type(member(content, "elemType")));
  if (kind == "mapType")
    return Type::map(read_type(member(content, "keyType")), read_type(member(content, "valueType")));
  if (kind == "abstractType") {
    std::vector<Type> parameters;
    for (const auto& parameter : member(content, "parameterTypes").as_array()) {
      parameters.push_back(read_type(parameter));
    }
    return Type::opaque(text_at(content, "name"), std::move(parameters));
  }
  EXPECT_EQ(kind, "primitive");
  const std::map<std::string_view, Kind> primitives{{"BOOL", Kind::boolean},  {"INT64", Kind::int64},
                                                    {"UINT64", Kind::uint64}, {"DOUBLE", Kind::float64},
                                                    {"STRING", Kind::string}, {"BYTES", Kind::bytes}};
  return primitives.at(std::string_view(content.as_string()));
}

void declare(const json::Value& declaration, Environment& environment) {
  const auto name = text_at(declaration, "name");
  if (const auto* ident = json::find(declaration, "ident")) {
    environment.variables.push_back({name, read_type(member(*ident, "type"))});
    return;
  }
  for (const auto& overload : member(member(declaration, "function"), "overloads").as_array()) {
    Function function{
        .name = name, .parameters = {}, .result = read_type(member(overload, "resultType")), .call = {}};
    for (const auto& parameter : member(overload, "params").as_array()) {
      function.parameters.push_back(read_type(parameter));
    }
    environment.functions.push_back(std::move(function));
  }
}

/// Why a case does not pass; nothing when it does.
std::optional<std::string> failure(const json::Value& test) {
  Environment environment;
  environment.container = text_at(test, "container");
  environment.type_check = !json::find(test, "disable_check");
  if (const auto* declarations = json::find(test, "type_env")) {
    for (const auto& declaration : declarations->as_array()) declare(declaration, environment);
  }
  Activation activation;
  if (const auto* bindings = json::find(test, "bindings")) {
    for (const auto& binding : bindings->as_object()) {
      const std::string name(binding.key());
      activation.emplace(name, read_value(member(binding.value(), "value")));
      if (std::ranges::find(environment.variables, name, &Variable::name) == environment.variables.end())
        environment.variables.push_back({name, Kind::dyn});
    }
  }
  auto program = compile(text_at(test, "expr"), environment);
  if (!program) return "does not compile: " + program.error().message();
  const auto& expect = member(test, "expect");
  if (const auto* type = json::find(expect, "deduced_type");
      type && read_type(*type) != program->result_type()) {
    return "has the type " + to_text(program->result_type());
  }
  if (json::find(test, "check_only")) return std::nullopt;
  auto value = program->evaluate(activation);
  if (json::find(expect, "eval_error")) return value ? std::optional("yields " + show(*value)) : std::nullopt;
  if (!value) return "fails: " + value.error().message();
  const auto expected = read_value(member(expect, "value"));
  if (show(*value) == show(expected)) return std::nullopt;
  return "yields " + show(*value) + " instead of " + show(expected);
}

struct File {
  const char* name;
  int cases;
  int passed;
};
/// The README's table. The rest needs protobuf messages, or stands in `out_of_scope`.
constexpr File files[] = {
    {"basic", 43, 43},   {"comparisons", 406, 334}, {"conversions", 109, 109}, {"fields", 60, 60},
    {"fp_math", 30, 30}, {"integer_math", 64, 64},  {"lists", 39, 39},         {"logic", 30, 30},
    {"macros", 44, 44},  {"macros2", 46, 46},       {"namespace", 14, 14},     {"parse", 219, 191},
    {"plumbing", 5, 5},  {"string", 51, 51},        {"timestamps", 78, 68},    {"type_deduction", 47, 20},
};

const std::set<std::string> out_of_scope{
    // Their octets hold a backslash that their literal has not; the same cases for strings have none.
    "parse/bytes_literals/triple_single_quoted_unescaped_punctuation",
    "parse/bytes_literals/triple_double_quoted_unescaped_punctuation",
    // names of time zones
    "timestamps/timestamp_selectors_tz/getDate",
    "timestamps/timestamp_selectors_tz/getDayOfMonth_name_pos",
    "timestamps/timestamp_selectors_tz/getDayOfMonth_name_neg",
    "timestamps/timestamp_selectors_tz/getDayOfYear",
    "timestamps/timestamp_selectors_tz/getMinutes",
    // the extension library of optional values
    "type_deduction/flexible_type_parameter_assignment/optional_none",
    "type_deduction/flexible_type_parameter_assignment/optional_none_2",
    "type_deduction/flexible_type_parameter_assignment/optional_dyn_promotion",
    "type_deduction/flexible_type_parameter_assignment/optional_dyn_promotion_2",
    "type_deduction/flexible_type_parameter_assignment/optional_in_ternary",
    "type_deduction/legacy_nullable_types/null_assignable_to_abstract_parameter_candidate",
};

/// Not by `json::parse`, which refuses the zero characters that some cases are about.
json::Value read_file(const std::string& name) {
  std::ifstream in(std::string(std::getenv("KONTOR_SPEC_DIR")) + "/cel/" + name + ".json");
  const std::string text(std::istreambuf_iterator<char>(in), {});
  boost::json::error_code error;
  auto document = boost::json::parse(text, error);
  EXPECT_FALSE(error) << name;
  return document;
}

class CelConformance : public testing::TestWithParam<File> {};

TEST_P(CelConformance, every_case_without_protobuf_and_extensions_passes) {
  if (!std::getenv("KONTOR_SPEC_DIR"))
    GTEST_SKIP() << "KONTOR_SPEC_DIR does not name the folder of the cases";
  int cases = 0;
  int passed = 0;
  const auto document = read_file(GetParam().name);
  for (const auto& test : member(document, "cases").as_array()) {
    ++cases;
    if (json::find(test, "needs_protobuf")) continue;
    const auto name =
        fmt::format("{}/{}/{}", GetParam().name, text_at(test, "section"), text_at(test, "name"));
    const auto reason = failure(test);
    if (!reason) ++passed;
    if (out_of_scope.contains(name)) {
      EXPECT_TRUE(reason) << name << " passes; it is no longer out of scope";
    } else {
      EXPECT_FALSE(reason) << name << " (" << text_at(test, "expr") << ") " << *reason;
    }
  }
  EXPECT_EQ(cases, GetParam().cases);
  EXPECT_EQ(passed, GetParam().passed);
}

INSTANTIATE_TEST_SUITE_P(Files, CelConformance, testing::ValuesIn(files),
                         [](const auto& file) { return std::string(file.param.name); });

}  // namespace
}  // namespace kontor::protocol::cel
