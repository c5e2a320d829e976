#include "protocol/odrl/difference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "protocol/odrl/names.hpp"

namespace kontor::protocol::odrl {
namespace {

json::Value canonical(const json::Value& value);

std::vector<std::string> sorted_texts(const json::Array& values) {
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const auto& value : values) texts.push_back(json::serialize(canonical(value)));
  std::ranges::sort(texts);
  return texts;
}

json::Value canonical_number(double number) {
  constexpr double limit = 9007199254740992.0;  // 2^53: beyond it a double is no exact integer
  if (std::abs(number) < limit && std::trunc(number) == number) return static_cast<std::int64_t>(number);
  return number;
}

/// A right operand without what JSON-LD leaves to taste.
json::Value canonical(const json::Value& value) {
  if (const auto* array = value.if_array()) {
    if (array->size() == 1) return canonical(array->front());
    json::Array elements;
    for (auto& text : sorted_texts(*array)) elements.emplace_back(text);
    return elements;
  }
  if (const auto* object = value.if_object()) {
    for (std::string_view key : {"@value", "@id"}) {
      if (const auto* inner = object->if_contains(key)) return canonical(*inner);
    }
    std::map<std::string, json::Value> members;
    for (const auto& entry : *object) members.emplace(entry.key(), canonical(entry.value()));
    json::Object sorted;
    for (auto& [key, member] : members) sorted.emplace(key, std::move(member));
    return sorted;
  }
  if (value.is_double()) return canonical_number(value.get_double());
  return value;
}

constexpr std::string_view insignificant[] = {"@type", "@id", "target", "assigner", "assignee"};

json::Value canonical_extensions(const json::Object& extensions) {
  json::Object significant;
  for (const auto& entry : extensions) {
    if (std::ranges::find(insignificant, std::string_view(entry.key())) == std::end(insignificant)) {
      significant.emplace(odrl_term(entry.key()), entry.value());
    }
  }
  return canonical(significant);
}

std::string key_of(const Constraint& constraint);

/// The keys of a list: equal lists have equal texts, whatever their order.
std::string keys_of(const std::vector<Constraint>& constraints, bool ordered) {
  std::vector<std::string> keys;
  for (const auto& constraint : constraints) keys.push_back(key_of(constraint));
  if (!ordered) std::ranges::sort(keys);
  json::Array array;
  for (auto& key : keys) array.emplace_back(key);
  return json::serialize(array);
}

Operator meant(Operator op) {
  return op == Operator::term_lteq ? Operator::lteq : op;
}

std::string key_of(const Constraint& constraint) {
  json::Array key;
  key.emplace_back(static_cast<std::int64_t>(constraint.kind));
  if (constraint.kind == Constraint::Kind::atomic) {
    key.emplace_back(normalized_name(constraint.left_operand));
    key.emplace_back(operator_names.name(meant(constraint.op)));
    key.push_back(canonical(constraint.right_operand));
  } else {
    key.emplace_back(keys_of(constraint.operands, constraint.kind == Constraint::Kind::all_in_sequence));
  }
  key.push_back(canonical_extensions(constraint.extensions));
  return json::serialize(key);
}

std::string key_of(const Action& action) {
  return json::serialize(json::Array{json::Value(normalized_action(action.name)),
                                     json::Value(keys_of(action.refinements, false))});
}

std::string key_of(const Rule& rule) {
  std::vector<std::string> duties;
  for (const auto& duty : rule.duties) duties.push_back(key_of(duty));
  std::ranges::sort(duties);
  json::Array key{json::Value(key_of(rule.action)), json::Value(keys_of(rule.constraints, false))};
  for (auto& duty : duties) key.emplace_back(duty);
  key.push_back(canonical_extensions(rule.extensions));
  return json::serialize(key);
}

std::string text_of(const Constraint& constraint) {
  if (constraint.kind == Constraint::Kind::atomic) {
    return constraint.left_operand + " " + std::string(operator_names.name(constraint.op)) + " " +
           json::serialize(constraint.right_operand);
  }
  return json::serialize(write(constraint));
}
std::string text_of(const Rule& rule) {
  std::string text = "'" + rule.action.name + "'";
  for (const auto& constraint : rule.constraints) text += ", " + text_of(constraint);
  return text;
}

/// The indices of the elements that each list has more than the other.
struct Unmatched {
  std::vector<std::size_t> in_a;
  std::vector<std::size_t> in_b;
  bool none() const { return in_a.empty() && in_b.empty(); }
};

template <class T>
Unmatched unmatched(const std::vector<T>& a, const std::vector<T>& b) {
  std::multimap<std::string, std::size_t> left_in_b;
  for (std::size_t i = 0; i < b.size(); ++i) left_in_b.emplace(key_of(b[i]), i);
  Unmatched result;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto found = left_in_b.find(key_of(a[i]));
    if (found == left_in_b.end()) {
      result.in_a.push_back(i);
    } else {
      left_in_b.erase(found);
    }
  }
  for (const auto& [key, index] : left_in_b) result.in_b.push_back(index);
  std::ranges::sort(result.in_b);
  return result;
}

std::string place(std::string_view base, std::size_t index) {
  return std::string(base) + "/" + std::to_string(index);
}

/// Two lists that differ, and what to say about it.
template <class T>
Difference one_sided(const std::vector<T>& a, const std::vector<T>& b, const Unmatched& rest,
                     std::string_view base, std::string_view what) {
  if (!rest.in_a.empty()) {
    const auto i = rest.in_a.front();
    return {place(base, i), fmt::format("{} {} is in the first policy only", what, text_of(a[i]))};
  }
  const auto i = rest.in_b.front();
  return {place(base, i), fmt::format("{} {} is in the second policy only", what, text_of(b[i]))};
}

Difference rule_difference(const Rule& a, const Rule& b, const std::string& base) {
  if (key_of(a.action) != key_of(b.action)) {
    return {base + "/action", fmt::format("the action is '{}' in the first policy and '{}' in the second",
                                          a.action.name, b.action.name)};
  }
  const auto constraints = base + "/constraint";
  const auto rest = unmatched(a.constraints, b.constraints);
  if (!rest.in_a.empty() && !rest.in_b.empty()) {
    const auto i = rest.in_a.front();
    return {place(constraints, i),
            fmt::format("constraint {} of the first policy is {} in the second", text_of(a.constraints[i]),
                        text_of(b.constraints[rest.in_b.front()]))};
  }
  if (!rest.none()) return one_sided(a.constraints, b.constraints, rest, constraints, "constraint");
  const auto duties = unmatched(a.duties, b.duties);
  if (!duties.none()) return one_sided(a.duties, b.duties, duties, base + "/duty", "duty");
  return {base, "the rules differ in members beside action, constraint and duty"};
}

std::optional<Difference> rules_difference(const std::vector<Rule>& a, const std::vector<Rule>& b,
                                           std::string_view term) {
  const auto rest = unmatched(a, b);
  if (rest.none()) return std::nullopt;
  const auto base = "/" + std::string(term);
  if (rest.in_a.empty() || rest.in_b.empty()) return one_sided(a, b, rest, base, term);
  return rule_difference(a[rest.in_a.front()], b[rest.in_b.front()], place(base, rest.in_a.front()));
}

std::vector<std::string> sorted_names(const std::vector<std::string>& names) {
  std::vector<std::string> sorted;
  for (const auto& name : names) sorted.push_back(normalized_name(name));
  std::ranges::sort(sorted);
  return sorted;
}

}  // namespace

std::optional<Difference> difference(const Policy& a, const Policy& b) {
  if (a.target && b.target && *a.target != *b.target) {
    return Difference{"/target", fmt::format("the target is '{}' in the first policy and '{}' in the second",
                                             *a.target, *b.target)};
  }
  if (sorted_names(a.profiles) != sorted_names(b.profiles))
    return Difference{"/profile", "the profiles differ"};
  if (auto found = rules_difference(a.permissions, b.permissions, "permission")) return found;
  if (auto found = rules_difference(a.prohibitions, b.prohibitions, "prohibition")) return found;
  return rules_difference(a.obligations, b.obligations, "obligation");
}

}  // namespace kontor::protocol::odrl
