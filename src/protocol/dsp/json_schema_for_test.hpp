#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <string>

#include "base/json/json.hpp"

/// A validator for the part of JSON Schema 2019-09 that the Dataspace Protocol's schemas and our own OpenAPI
/// documents use. For tests only: a keyword that it does not know makes a document invalid, so that nothing
/// is passed over.
namespace kontor::protocol::dsp::testing {

inline json::Value load_json(const std::filesystem::path& path) {
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  return json::parse(text).value();
}

class Schemas {
 public:
  explicit Schemas(const std::filesystem::path& folder) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (!entry.path().string().ends_with("-schema.json")) continue;
      auto schema = load_json(entry.path());
      auto id = std::string(schema.at("$id").get_string());
      names_[entry.path().filename().string()] = id;
      by_id_.emplace(std::move(id), std::move(schema));
    }
  }

  /// Schemas within one document, that refer to one another by `#/…`.
  explicit Schemas(json::Value document) { by_id_.emplace("", std::move(document)); }

  /// A document under another address than its `$id`, or without one.
  void add(std::string url, json::Value document) {
    by_id_.insert_or_assign(std::move(url), std::move(document));
  }

  /// Against a schema of that document.
  std::string check_by(const json::Value& value, const json::Value& schema) const {
    return validate(value, schema, "", "");
  }

  /// Empty: valid. Otherwise what is wrong and where.
  std::string check(const json::Value& document, const std::string& schema_file) const {
    const auto found = names_.find(schema_file);
    if (found == names_.end()) return "no schema " + schema_file;
    return validate(document, by_id_.at(found->second), found->second, "");
  }

 private:
  using Value = json::Value;

  std::string validate(const Value& value, const Value& schema, const std::string& base,
                       const std::string& at) const {
    if (!schema.is_object()) return at + ": schema is no object";
    for (const auto& entry : schema.get_object()) {
      auto error = keyword(value, schema, std::string(entry.key()), entry.value(), base, at);
      if (!error.empty()) return error;
    }
    return {};
  }

  std::string keyword(const Value& value, const Value& schema, const std::string& key, const Value& rule,
                      const std::string& base, const std::string& at) const {
    static const std::vector<std::string> annotations{
        "$schema", "$id", "$comment", "title", "example", "definitions", "description", "readOnly", "format"};
    if (std::ranges::find(annotations, key) != annotations.end()) return {};
    if (key == "$ref") return reference(value, std::string(rule.get_string()), base, at);
    if (key == "type") return type(value, rule, at);
    if (key == "const") return json::equal(value, rule) ? "" : at + ": is not " + json::serialize(rule);
    if (key == "enum") return one_of_values(value, rule, at);
    if (key == "pattern") return pattern(value, rule, at);
    if (key == "minimum" || key == "maximum" || key == "minLength") return bound(value, key, rule, at);
    if (key == "additionalProperties") return other_properties(value, schema, base, at);
    if (key == "required") return required(value, rule, at);
    if (key == "properties") return properties(value, rule, base, at);
    if (key == "items") return items(value, rule, base, at);
    if (key == "contains" || key == "minItems") return array_size(value, key, rule, base, at);
    if (key == "allOf" || key == "anyOf" || key == "oneOf") return combination(value, key, rule, base, at);
    if (key == "not")
      return validate(value, rule, base, at).empty() ? at + ": must not match " + json::serialize(rule) : "";
    return at + ": unknown keyword " + key + " in " + json::serialize(schema);
  }

  std::string reference(const Value& value, const std::string& ref, const std::string& base,
                        const std::string& at) const {
    const auto hash = ref.find('#');
    const auto document = hash == 0 ? base : ref.substr(0, hash);
    const auto found = by_id_.find(document);
    if (found == by_id_.end()) return at + ": no schema " + document;
    const auto* target = &found->second;
    std::string pointer = hash == std::string::npos ? "" : ref.substr(hash + 1);
    // Three of the official schemas write `#definitions/…`, which is no JSON pointer.
    if (!pointer.empty() && pointer.front() != '/') pointer.insert(0, "/");
    while (!pointer.empty()) {
      const auto end = std::min(pointer.find('/', 1), pointer.size());
      target = json::find(*target, pointer.substr(1, end - 1));
      if (!target) return at + ": no " + ref;
      pointer.erase(0, end);
    }
    return validate(value, *target, document, at);
  }

  static bool is_type(const Value& value, std::string_view name) {
    if (name == "object") return value.is_object();
    if (name == "array") return value.is_array();
    if (name == "string") return value.is_string();
    if (name == "boolean") return value.is_bool();
    if (name == "integer") return value.is_int64() || value.is_uint64();
    return name == "number" && value.is_number();
  }

  static std::string type(const Value& value, const Value& rule, const std::string& at) {
    const auto matches = [&](const Value& name) {
      return is_type(value, std::string_view(name.get_string()));
    };
    const bool valid = rule.is_array() ? std::ranges::any_of(rule.get_array(), matches) : matches(rule);
    return valid ? "" : at + ": is not of type " + json::serialize(rule);
  }

  static std::string one_of_values(const Value& value, const Value& rule, const std::string& at) {
    const bool found =
        std::ranges::any_of(rule.get_array(), [&](const Value& v) { return json::equal(v, value); });
    return found ? "" : at + ": is none of " + json::serialize(rule);
  }

  static std::string bound(const Value& value, const std::string& key, const Value& rule,
                           const std::string& at) {
    const auto limit = rule.to_number<double>();
    if (key == "minLength") {
      const auto* text = value.if_string();
      return !text || static_cast<double>(text->size()) >= limit ? "" : at + ": is too short";
    }
    if (!value.is_number()) return {};
    const auto number = value.to_number<double>();
    return (key == "minimum" ? number >= limit : number <= limit) ? "" : at + ": is out of bounds";
  }

  std::string other_properties(const Value& value, const Value& schema, const std::string& base,
                               const std::string& at) const {
    if (!value.is_object()) return {};
    const auto* named = json::find(schema, "properties");
    for (const auto& member : value.get_object()) {
      if (named && json::find(*named, member.key())) continue;
      auto error = validate(member.value(), schema.at("additionalProperties"), base,
                            at + "/" + std::string(member.key()));
      if (!error.empty()) return error;
    }
    return {};
  }

  static std::string pattern(const Value& value, const Value& rule, const std::string& at) {
    if (!value.is_string()) return {};
    const std::regex expression(std::string(rule.get_string()));
    return std::regex_search(std::string(value.get_string()), expression)
               ? ""
               : at + ": does not match the pattern";
  }

  static std::string required(const Value& value, const Value& rule, const std::string& at) {
    if (!value.is_object()) return {};
    for (const auto& key : rule.get_array()) {
      if (!value.get_object().contains(key.get_string()))
        return at + ": lacks " + std::string(key.get_string());
    }
    return {};
  }

  std::string properties(const Value& value, const Value& rule, const std::string& base,
                         const std::string& at) const {
    if (!value.is_object()) return {};
    for (const auto& entry : rule.get_object()) {
      const auto* member = value.get_object().if_contains(entry.key());
      if (!member) continue;
      auto error = validate(*member, entry.value(), base, at + "/" + std::string(entry.key()));
      if (!error.empty()) return error;
    }
    return {};
  }

  std::string items(const Value& value, const Value& rule, const std::string& base,
                    const std::string& at) const {
    if (!value.is_array()) return {};
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      auto error = validate(value.get_array()[i], rule, base, at + "/" + std::to_string(i));
      if (!error.empty()) return error;
    }
    return {};
  }

  std::string array_size(const Value& value, const std::string& key, const Value& rule,
                         const std::string& base, const std::string& at) const {
    if (!value.is_array()) return {};
    const auto& array = value.get_array();
    if (key == "minItems") {
      return static_cast<std::int64_t>(array.size()) >= rule.get_int64() ? "" : at + ": has too few items";
    }
    const bool found =
        std::ranges::any_of(array, [&](const Value& v) { return validate(v, rule, base, at).empty(); });
    return found ? "" : at + ": contains no " + json::serialize(rule);
  }

  std::string combination(const Value& value, const std::string& key, const Value& rule,
                          const std::string& base, const std::string& at) const {
    std::size_t valid = 0;
    std::string last;
    for (const auto& schema : rule.get_array()) {
      auto error = validate(value, schema, base, at);
      if (error.empty()) {
        ++valid;
      } else {
        last = error;
      }
    }
    const auto total = rule.get_array().size();
    const bool holds = key == "allOf" ? valid == total : key == "anyOf" ? valid > 0 : valid == 1;
    if (holds) return {};
    return at + ": " + key + " matched " + std::to_string(valid) + " of " + std::to_string(total) + ": " +
           last;
  }

  std::map<std::string, std::string> names_;  ///< file name → $id
  std::map<std::string, json::Value> by_id_;
};

}  // namespace kontor::protocol::dsp::testing
