#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/cel/type.hpp"

namespace kontor::protocol::cel::syntax {

/// What the type check has learnt of the type parameters that stand for types not known yet, such as that of
/// an empty list's elements.
class Substitution {
 public:
  /// A parameter of which nothing is known.
  Type fresh();

  /// The type with a fresh parameter for each of its own; one name gets one parameter within `names`.
  Type instantiate(const Type& type, std::map<std::string, Type>& names);

  /// Whether a value of one type can stand where the other is wanted. What that says of parameters is learnt
  /// if so, and forgotten if not. dyn goes everywhere, both ways.
  bool assignable(const Type& from, const Type& to);
  /// The same for values one by one, all or nothing.
  bool assignable(const std::vector<Type>& from, const std::vector<Type>& to);

  /// The more general of two types that go with each other; dyn for two that do not.
  Type join(const Type& a, const Type& b);

  /// What is known put in, and dyn where a type goes deeper than anybody reads. `final` makes dyn of what is
  /// not known.
  Type apply(const Type& type, bool final = false) { return apply(type, final, 0); }

  /// Types that refer to types that refer to types grow without measure when they are followed: after so much
  /// work everything is dyn and goes with everything, and the check is to be given up.
  bool exhausted() const { return work_ > work_max; }

 private:
  static constexpr std::size_t work_max = 50'000;
  static constexpr std::size_t levels_max = 20;

  Type apply(const Type& type, bool final, std::size_t level);

  bool assign(const Type& from, const Type& to);
  bool assign_all(const std::vector<Type>& from, const std::vector<Type>& to);
  bool bind(const Type& parameter, const Type& type);
  bool bind_known(const Type& parameter, const Type& type, const Type& known);
  bool occurs(const Type& parameter, const Type& in);
  void learn(const std::string& parameter, const Type& type);
  bool tired() { return ++work_ > work_max; }

  std::map<std::string, Type> known_;
  std::vector<std::pair<std::string, std::optional<Type>>> before_;  ///< what the last `assignable` changed
  std::size_t count_ = 0;
  std::size_t work_ = 0;
};

}  // namespace kontor::protocol::cel::syntax
