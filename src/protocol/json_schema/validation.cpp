#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/regex/pattern.hpp"
#include "protocol/json_schema/internal/keywords.hpp"
#include "protocol/json_schema/internal/values.hpp"
#include "protocol/json_schema/json_schema.hpp"

namespace kontor::protocol::json_schema {
namespace {

using internal::child;
using internal::depth_max;
using internal::keyword_named;
using json::Object;
using json::Value;

constexpr std::size_t steps_max = 100'000;
/// Times instructions of a pattern, that are matched in about the time of a step.
constexpr std::size_t bytes_a_step = 64;

Result<const Value*> find_schema(const Reference& reference, const Documents& documents) {
  const auto* document = documents(reference.url);
  if (!document) return invalid("", "is described by '{}', which is not known", reference.url);
  if (reference.pointer.empty()) return document;
  boost::system::error_code error;
  const auto* part = document->find_pointer(reference.pointer, error);
  if (part) return part;
  return invalid("", "is described by '{}#{}', which is not there", reference.url, reference.pointer);
}

Dialect dialect_at(const Reference& reference, const Documents& documents, const Reading& reading) {
  const auto* document = documents(reference.url);
  return document ? internal::dialect_of(*document, reading).value_or(reading.unnamed) : reading.unnamed;
}

/// A pointer may lead to what is no schema where it stands: an example, or the value of a constant.
Result<void> check_part(const Value& part, const Reference& reference, Dialect dialect,
                        const Reading& reading) {
  auto sound = internal::check_part(part, dialect, reading);
  if (sound) return {};
  return invalid("", "is described by '{}#{}', which is no schema: {} {}", reference.url, reference.pointer,
                 sound.error().pointer, sound.error().detail);
}

/// One validation: where it is, and how much of it is left.
class Validation {
 public:
  Validation(const Documents& documents, const Reading& reading) : documents_(documents), reading_(reading) {}

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
    const auto dialect = dialect_at(reference, documents_, reading_);
    if (!reference.pointer.empty() && checked_.insert(*schema).second) {
      if (auto sound = check_part(**schema, reference, dialect, reading_); !sound)
        return unsound(std::move(sound.error()), pointer);
    }
    const auto before = std::exchange(dialect_, dialect);
    auto outcome = apply(value, **schema, reference.url, pointer);
    dialect_ = before;
    return outcome;
  }

  Result<void> apply(const Value& value, const Value& schema, const std::string& base,
                     const std::string& pointer) {
    if (schema.is_bool() && !schema.get_bool()) return invalid(pointer, "must not be there");
    const auto* object = schema.if_object();
    if (!object) return {};
    if (unsound_) return fail(*unsound_);
    if (auto paid = spend(1, pointer); !paid) return paid;
    if (depth_ >= depth_max) {
      auto endless = invalid("", "is described by schemas that refer to one another without end");
      return unsound(std::move(endless.error()), pointer);
    }
    ++depth_;
    Result<void> outcome;
    const bool refers = dialect_ == Dialect::draft_04 && object->contains("$ref");
    for (const auto& member : *object) {
      const auto* known = keyword_named(member.key(), dialect_);
      // Beside a reference nothing counts in draft 4.
      if (!known || !known->asserts || (refers && known->name != "$ref")) continue;
      outcome = keyword(value, *object, {member.key(), member.value(), base, pointer});
      if (!outcome) break;
    }
    --depth_;
    return outcome;
  }

  /// Before what costs more than its own look at a value.
  Result<void> spend(std::size_t steps, const std::string& pointer) {
    steps_ += steps;
    if (steps_ <= steps_max) return {};
    return unsound(invalid("", "is described by a schema that takes too long").error(), pointer);
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
      if (auto done = dependencies(value, *object, rule); !done) return done;
    }
    if (const auto* list = value.if_array()) {
      if (auto done = elements(*list, schema, rule); !done) return done;
    }
    if (value.is_string() && rule.name == "pattern")
      return fits_pattern(value.get_string(), rule.value.get_string(), rule.pointer);
    return internal::check_value(value, {rule.name, rule.value, schema, rule.pointer});
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
    if (rule.name == "required") return has_all(object, rule.value.get_array(), rule.pointer);
    if (rule.name == "properties") {
      for (const auto& each : rule.value.get_object()) {
        const auto* member = object.if_contains(each.key());
        if (!member) continue;
        if (auto done = apply(*member, each.value(), rule.base, child(rule.pointer, each.key())); !done)
          return done;
      }
    }
    if (rule.name != "patternProperties" && rule.name != "additionalProperties" &&
        rule.name != "propertyNames")
      return {};
    const auto* named = schema.if_contains("properties");
    for (const auto& each : object) {
      const auto at = child(rule.pointer, each.key());
      Result<void> done;
      if (rule.name == "patternProperties") {
        done = by_pattern(each.key(), each.value(), rule);
      } else if (rule.name == "propertyNames") {
        done = apply(Value(each.key()), rule.value, rule.base, at);
      } else if (!(named && named->is_object() && named->get_object().contains(each.key())) &&
                 !matches_any(each.key(), schema.if_contains("patternProperties"), at)) {
        done = apply(each.value(), rule.value, rule.base, at);
      }
      if (!done) return done;
    }
    return {};
  }

  static Result<void> has_all(const Object& object, const json::Array& names, const std::string& pointer) {
    for (const auto& name : names) {
      if (!object.contains(name.get_string()))
        return invalid(child(pointer, name.get_string()), "is required");
    }
    return {};
  }

  Result<void> by_pattern(std::string_view name, const Value& member, const Rule& rule) {
    const auto at = child(rule.pointer, name);
    for (const auto& each : rule.value.get_object()) {
      const auto fits = matches(name, each.key(), at);
      if (!fits) return fail(fits.error());
      if (!*fits) continue;
      if (auto done = apply(member, each.value(), rule.base, at); !done) return done;
    }
    return {};
  }

  bool matches_any(std::string_view name, const Value* patterns, const std::string& at) {
    if (!patterns || !patterns->is_object()) return false;
    return std::ranges::any_of(patterns->get_object(), [&](const auto& each) {
      return matches(name, each.key(), at).value_or(false);
    });
  }

  Result<bool> matches(std::string_view text, std::string_view pattern, const std::string& pointer) {
    auto found = patterns_.find(pattern);
    if (found == patterns_.end()) {
      auto compiled = regex::Pattern::compile(pattern);
      if (!compiled) return fail(unsound(std::move(compiled.error()), pointer).error());
      found = patterns_.emplace(pattern, std::move(*compiled)).first;
    }
    const auto cost = 1 + text.size() * found->second.size() / bytes_a_step;
    if (auto paid = spend(cost, pointer); !paid) return fail(std::move(paid.error()));
    return found->second.matches(text);
  }

  Result<void> dependencies(const Value& value, const Object& object, const Rule& rule) {
    if (rule.name != "dependencies" && rule.name != "dependentRequired" && rule.name != "dependentSchemas")
      return {};
    for (const auto& each : rule.value.get_object()) {
      if (!object.contains(each.key())) continue;
      const auto* names = each.value().if_array();
      auto done =
          names ? has_all(object, *names, rule.pointer) : apply(value, each.value(), rule.base, rule.pointer);
      if (!done) return done;
    }
    return {};
  }

  Result<void> elements(const json::Array& list, const Object& schema, const Rule& rule) {
    if (rule.name == "minItems" && list.size() < rule.value.to_number<std::uint64_t>())
      return invalid(rule.pointer, "has fewer elements than {}", json::serialize(rule.value));
    if (rule.name == "maxItems" && list.size() > rule.value.to_number<std::uint64_t>())
      return invalid(rule.pointer, "has more elements than {}", json::serialize(rule.value));
    if (rule.name == "uniqueItems" && rule.value.get_bool()) return all_different(list, rule.pointer);
    if (rule.name == "items" || rule.name == "prefixItems") {
      const auto* places = rule.value.if_array();
      const auto* prefix = rule.name == "items" ? schema.if_contains("prefixItems") : nullptr;
      const auto first = prefix && prefix->is_array() ? prefix->get_array().size() : 0;
      const auto last = places ? std::min(places->size(), list.size()) : list.size();
      for (auto i = first; i < last; ++i) {
        if (auto done = element(list, i, places ? (*places)[i] : rule.value, rule); !done) return done;
      }
    }
    if (rule.name == "additionalItems") {
      const auto* items = schema.if_contains("items");
      if (!items || !items->is_array()) return {};
      for (auto i = items->get_array().size(); i < list.size(); ++i) {
        if (auto done = element(list, i, rule.value, rule); !done) return done;
      }
    }
    if (rule.name == "contains") return contains(list, schema, rule);
    return {};
  }

  Result<void> element(const json::Array& list, std::size_t place, const Value& schema, const Rule& rule) {
    return apply(list[place], schema, rule.base, rule.pointer + "/" + std::to_string(place));
  }

  Result<void> contains(const json::Array& list, const Object& schema, const Rule& rule) {
    const auto fits = [&](const Value& each) {
      return apply(each, rule.value, rule.base, rule.pointer).has_value();
    };
    const auto count = static_cast<std::uint64_t>(std::ranges::count_if(list, fits));
    const auto* least = schema.if_contains("minContains");
    const auto* most = schema.if_contains("maxContains");
    if (count < (least ? least->to_number<std::uint64_t>() : 1))
      return invalid(rule.pointer, "lacks an element that it must contain");
    if (most && count > most->to_number<std::uint64_t>())
      return invalid(rule.pointer, "contains {} elements of a kind of which it may have fewer", count);
    return {};
  }

  Result<void> all_different(const json::Array& list, const std::string& pointer) {
    if (auto paid = spend(list.size() * list.size() / 2, pointer); !paid) return paid;
    for (auto one = list.begin(); one != list.end(); ++one) {
      const auto same = [&](const Value& each) { return json::equal(*one, each); };
      if (std::any_of(list.begin(), one, same)) return invalid(pointer, "has an element twice");
    }
    return {};
  }

  Result<void> fits_pattern(std::string_view text, std::string_view pattern, const std::string& pointer) {
    const auto fits = matches(text, pattern, pointer);
    if (!fits) return fail(fits.error());
    if (!*fits) return invalid(pointer, "does not match '{}'", pattern);
    return {};
  }

  const Documents& documents_;
  const Reading& reading_;
  Dialect dialect_ = Dialect::draft_2019_09;  ///< of the document at hand
  std::map<std::string, regex::Pattern, std::less<>> patterns_;
  std::set<const Value*> checked_;  ///< that references with a pointer lead to
  std::optional<Error> unsound_;
  std::size_t depth_ = 0;
  std::size_t steps_ = 0;
};

}  // namespace

Result<void> check_reference(std::string_view schema_url, const Documents& documents,
                             const Reading& reading) {
  const auto reference = split_reference(schema_url);
  auto schema = find_schema(reference, documents);
  if (!schema) return fail(std::move(schema.error()));
  return check_part(**schema, reference, dialect_at(reference, documents, reading), reading);
}

Result<void> validate(const Value& value, std::string_view schema_url, const Documents& documents,
                      const Reading& reading) {
  return Validation(documents, reading).run(value, split_reference(schema_url));
}

}  // namespace kontor::protocol::json_schema
