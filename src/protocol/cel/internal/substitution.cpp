#include "protocol/cel/internal/substitution.hpp"

#include <algorithm>

namespace kontor::protocol::cel::syntax {
namespace {

bool is_parameter(const Type& type) {
  return type.kind == Kind::parameter;
}

/// Whether everything that the second type can be, the first can be too.
bool as_general(const Type& general, const Type& type) {
  if (general.kind == Kind::dyn || is_parameter(general)) return true;
  if (type.kind == Kind::dyn || is_parameter(type)) return false;
  if (general.kind != type.kind || general.name != type.name || general.of.size() != type.of.size())
    return false;
  if (general.kind == Kind::type) return true;
  return std::ranges::equal(general.of, type.of, as_general);
}

}  // namespace

Type Substitution::fresh() {
  return Type::parameter("#" + std::to_string(count_++));
}

Type Substitution::instantiate(const Type& type, std::map<std::string, Type>& names) {
  if (is_parameter(type)) {
    const auto found = names.find(type.name);
    return found != names.end() ? found->second : names.emplace(type.name, fresh()).first->second;
  }
  auto instance = type;
  for (auto& part : instance.of) part = instantiate(part, names);
  return instance;
}

bool Substitution::assignable(const Type& from, const Type& to) {
  return assignable(std::vector{from}, std::vector{to});
}

bool Substitution::assignable(const std::vector<Type>& from, const std::vector<Type>& to) {
  before_.clear();
  if (assign_all(from, to)) return true;
  for (; !before_.empty(); before_.pop_back()) {
    auto& [parameter, type] = before_.back();
    if (type) {
      known_.insert_or_assign(parameter, std::move(*type));
    } else {
      known_.erase(parameter);
    }
  }
  return false;
}

void Substitution::learn(const std::string& parameter, const Type& type) {
  const auto known = known_.find(parameter);
  before_.emplace_back(parameter, known == known_.end() ? std::nullopt : std::optional(known->second));
  known_.insert_or_assign(parameter, type);
}

Type Substitution::join(const Type& a, const Type& b) {
  if (!assignable(a, b)) return Kind::dyn;
  return as_general(a, b) ? a : b;
}

bool Substitution::assign(const Type& from, const Type& to) {
  if (tired()) return true;
  if (is_parameter(to)) return bind(to, from);
  if (is_parameter(from)) return bind(from, to);
  if (from.kind == Kind::dyn || to.kind == Kind::dyn) return true;
  if (from.kind != to.kind || from.name != to.name || from.of.size() != to.of.size()) return false;
  if (from.kind == Kind::type) return true;
  return assign_all(from.of, to.of);
}

bool Substitution::assign_all(const std::vector<Type>& from, const std::vector<Type>& to) {
  return std::ranges::equal(from, to,
                            [this](const Type& part, const Type& wanted) { return assign(part, wanted); });
}

bool Substitution::bind(const Type& parameter, const Type& type) {
  if (type == parameter) return true;
  if (const auto known = known_.find(parameter.name); known != known_.end()) {
    return bind_known(parameter, type, Type(known->second));
  }
  if (occurs(parameter, type)) return false;
  learn(parameter.name, type);
  return true;
}

/// What is learnt later may be more general than what was known before.
bool Substitution::bind_known(const Type& parameter, const Type& type, const Type& known) {
  if (type == known) return true;
  if (!assign(type, known)) return false;
  const auto& general = as_general(type, known) ? type : known;
  if (!occurs(parameter, general)) learn(parameter.name, general);
  return true;
}

bool Substitution::occurs(const Type& parameter, const Type& in) {
  if (tired() || in == parameter) return true;
  if (is_parameter(in)) {
    const auto known = known_.find(in.name);
    return known != known_.end() && occurs(parameter, known->second);
  }
  return std::ranges::any_of(in.of, [&](const Type& part) { return occurs(parameter, part); });
}

Type Substitution::apply(const Type& type, bool final, std::size_t level) {
  if (tired() || level > levels_max) return {};
  if (is_parameter(type)) {
    const auto known = known_.find(type.name);
    if (known != known_.end()) return apply(known->second, final, level);
    return final ? Type() : type;
  }
  auto applied = type;
  for (auto& part : applied.of) part = apply(part, final, level + 1);
  return applied;
}

}  // namespace kontor::protocol::cel::syntax
