#include <algorithm>
#include <cmath>
#include <optional>

#include "protocol/json_schema/internal/keywords.hpp"
#include "protocol/json_schema/json_schema.hpp"

namespace kontor::protocol::json_schema {
namespace {

using internal::child;
using internal::depth_max;
using internal::keyword_named;
using json::Object;
using json::Value;

constexpr std::size_t steps_max = 100'000;

bool is_of_type(const Value& value, std::string_view name) {
  if (name == "object") return value.is_object();
  if (name == "array") return value.is_array();
  if (name == "string") return value.is_string();
  if (name == "boolean") return value.is_bool();
  if (name == "null") return value.is_null();
  if (name == "number") return value.is_number();
  if (value.is_double()) return value.get_double() == std::trunc(value.get_double());
  return value.is_number();
}

Result<const Value*> find_schema(const Reference& reference, const Documents& documents) {
  const auto* document = documents(reference.url);
  if (!document) return invalid("", "is described by '{}', which is not known", reference.url);
  if (reference.pointer.empty()) return document;
  boost::system::error_code error;
  const auto* part = document->find_pointer(reference.pointer, error);
  if (part) return part;
  return invalid("", "is described by '{}#{}', which is not there", reference.url, reference.pointer);
}

/// A pointer may lead to what is no schema where it stands: an example, or the value of a constant.
Result<void> check_part(const Value& part, const Reference& reference) {
  auto sound = check_schema(part);
  if (sound) return {};
  return invalid("", "is described by '{}#{}', which is no schema: {} {}", reference.url, reference.pointer,
                 sound.error().pointer, sound.error().detail);
}

/// One validation: where it is, and how much of it is left.
class Validation {
 public:
  explicit Validation(const Documents& documents) : documents_(documents) {}

  Result<void> run(const Value& value, const Reference& reference) {
    auto outcome = at_reference(value, reference, "");
    if (unsound_) return fail(std::move(*unsound_));
    return outcome;
  }

 private:
  /// The fault of the schema, not of the value: it refuses, also where schemas are negated or combined.
  Result<void> unsound(Error why, const std::string& pointer) {
    why.pointer = pointer;
    unsound_ = why;
    return fail(std::move(why));
  }

  Result<void> at_reference(const Value& value, const Reference& reference, const std::string& pointer) {
    auto schema = find_schema(reference, documents_);
    if (!schema) return unsound(std::move(schema.error()), pointer);
    if (!reference.pointer.empty() && checked_.insert(*schema).second) {
      if (auto sound = check_part(**schema, reference); !sound)
        return unsound(std::move(sound.error()), pointer);
    }
    return apply(value, **schema, reference.url, pointer);
  }

  Result<void> apply(const Value& value, const Value& schema, const std::string& base,
                     const std::string& pointer) {
    if (schema.is_bool() && !schema.get_bool()) return invalid(pointer, "must not be there");
    const auto* object = schema.if_object();
    if (!object) return {};
    if (unsound_) return fail(*unsound_);
    if (++steps_ > steps_max)
      return unsound(invalid("", "is described by a schema that takes too long").error(), pointer);
    if (depth_ >= depth_max) {
      auto endless = invalid("", "is described by schemas that refer to one another without end");
      return unsound(std::move(endless.error()), pointer);
    }
    ++depth_;
    Result<void> outcome;
    for (const auto& member : *object) {
      const auto* known = keyword_named(member.key());
      if (!known || !known->asserts) continue;
      outcome = keyword(value, *object, {member.key(), member.value(), base, pointer});
      if (!outcome) break;
    }
    --depth_;
    return outcome;
  }

  struct Rule {
    std::string_view name;
    const Value& value;
    const std::string& base;
    const std::string& pointer;
  };

  Result<void> keyword(const Value& value, const Object& schema, const Rule& rule) {
    if (rule.name == "$ref") {
      auto reference = split_reference(std::string_view(rule.value.get_string()));
      if (reference.url.empty()) reference.url = rule.base;
      return at_reference(value, reference, rule.pointer);
    }
    if (rule.name == "allOf" || rule.name == "anyOf" || rule.name == "oneOf") return combination(value, rule);
    if (rule.name == "not") {
      if (apply(value, rule.value, rule.base, rule.pointer))
        return invalid(rule.pointer, "is what it must not be");
      return {};
    }
    if (rule.name == "if") return condition(value, schema, rule);
    if (const auto* object = value.if_object()) {
      if (auto done = members(*object, schema, rule); !done) return done;
    }
    if (const auto* list = value.if_array()) {
      if (auto done = elements(*list, rule); !done) return done;
    }
    return plain(value, rule);
  }

  Result<void> combination(const Value& value, const Rule& rule) {
    std::size_t hold = 0;
    Result<void> last;
    for (const auto& each : rule.value.get_array()) {
      auto outcome = apply(value, each, rule.base, rule.pointer);
      if (outcome) {
        ++hold;
      } else {
        if (rule.name == "allOf") return outcome;
        last = std::move(outcome);
      }
    }
    if (rule.name == "allOf" || (rule.name == "anyOf" && hold > 0) || hold == 1) return {};
    if (hold == 0) return last;
    return invalid(rule.pointer, "fulfils {} of the descriptions of which it must fulfil one", hold);
  }

  Result<void> condition(const Value& value, const Object& schema, const Rule& rule) {
    const bool holds = apply(value, rule.value, rule.base, rule.pointer).has_value();
    const auto* next = schema.if_contains(holds ? "then" : "else");
    return next ? apply(value, *next, rule.base, rule.pointer) : Result<void>{};
  }

  Result<void> members(const Object& object, const Object& schema, const Rule& rule) {
    const auto size = object.size();
    if (rule.name == "minProperties" && size < rule.value.to_number<std::uint64_t>())
      return invalid(rule.pointer, "has fewer members than {}", json::serialize(rule.value));
    if (rule.name == "maxProperties" && size > rule.value.to_number<std::uint64_t>())
      return invalid(rule.pointer, "has more members than {}", json::serialize(rule.value));
    if (rule.name == "required") {
      for (const auto& name : rule.value.get_array()) {
        if (!object.contains(name.get_string()))
          return invalid(child(rule.pointer, name.get_string()), "is required");
      }
    }
    if (rule.name == "properties") {
      for (const auto& each : rule.value.get_object()) {
        const auto* member = object.if_contains(each.key());
        if (!member) continue;
        if (auto done = apply(*member, each.value(), rule.base, child(rule.pointer, each.key())); !done)
          return done;
      }
    }
    if (rule.name == "additionalProperties") {
      const auto* named = schema.if_contains("properties");
      for (const auto& each : object) {
        if (named && named->is_object() && named->get_object().contains(each.key())) continue;
        if (auto done = apply(each.value(), rule.value, rule.base, child(rule.pointer, each.key())); !done)
          return done;
      }
    }
    return {};
  }

  Result<void> elements(const json::Array& list, const Rule& rule) {
    if (rule.name == "minItems" && list.size() < rule.value.to_number<std::uint64_t>())
      return invalid(rule.pointer, "has fewer elements than {}", json::serialize(rule.value));
    if (rule.name == "maxItems" && list.size() > rule.value.to_number<std::uint64_t>())
      return invalid(rule.pointer, "has more elements than {}", json::serialize(rule.value));
    if (rule.name == "items") {
      for (std::size_t i = 0; i < list.size(); ++i) {
        auto done = apply(list[i], rule.value, rule.base, rule.pointer + "/" + std::to_string(i));
        if (!done) return done;
      }
    }
    if (rule.name == "contains") {
      const auto fits = [&](const Value& each) {
        return apply(each, rule.value, rule.base, rule.pointer).has_value();
      };
      if (std::ranges::none_of(list, fits))
        return invalid(rule.pointer, "lacks an element that it must contain");
    }
    return {};
  }

  Result<void> plain(const Value& value, const Rule& rule) {
    if (rule.name == "type") {
      const auto fits = [&](const Value& name) {
        return is_of_type(value, std::string_view(name.get_string()));
      };
      const auto* list = rule.value.if_array();
      if (list ? std::ranges::any_of(*list, fits) : fits(rule.value)) return {};
      return invalid(rule.pointer, "must be of type {}", json::serialize(rule.value));
    }
    if (rule.name == "const" && !json::equal(value, rule.value))
      return invalid(rule.pointer, "must be {}", json::serialize(rule.value).substr(0, 200));
    if (rule.name == "enum") {
      const auto same = [&](const Value& each) { return json::equal(value, each); };
      if (std::ranges::none_of(rule.value.get_array(), same))
        return invalid(rule.pointer, "must be one of {}", json::serialize(rule.value).substr(0, 200));
    }
    if (value.is_number() && (rule.name == "minimum" || rule.name == "maximum")) {
      const auto number = value.to_number<double>();
      const auto bound = rule.value.to_number<double>();
      if (rule.name == "minimum" ? number < bound : number > bound)
        return invalid(rule.pointer, "is beyond the {} of {}", rule.name, json::serialize(rule.value));
    }
    if (value.is_string() && (rule.name == "minLength" || rule.name == "maxLength")) {
      const auto length = characters(value.get_string());
      const auto bound = rule.value.to_number<std::uint64_t>();
      if (rule.name == "minLength" ? length < bound : length > bound)
        return invalid(rule.pointer, "has {} characters, beyond the bound of {}", length, bound);
    }
    return {};
  }

  static std::uint64_t characters(std::string_view text) {
    const auto begins = [](char each) { return (static_cast<unsigned char>(each) & 0xC0U) != 0x80U; };
    return static_cast<std::uint64_t>(std::ranges::count_if(text, begins));
  }

  const Documents& documents_;
  std::set<const Value*> checked_;  ///< that references with a pointer lead to
  std::optional<Error> unsound_;
  std::size_t depth_ = 0;
  std::size_t steps_ = 0;
};

}  // namespace

Result<void> check_reference(std::string_view schema_url, const Documents& documents) {
  const auto reference = split_reference(schema_url);
  auto schema = find_schema(reference, documents);
  if (!schema) return fail(std::move(schema.error()));
  return check_part(**schema, reference);
}

Result<void> validate(const Value& value, std::string_view schema_url, const Documents& documents) {
  return Validation(documents).run(value, split_reference(schema_url));
}

}  // namespace kontor::protocol::json_schema
