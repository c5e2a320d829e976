#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "protocol/odrl/evaluate.hpp"

/// What is wrong with a policy whoever will be asked about: for the moment at which it is written. Pure.
namespace kontor::protocol::odrl {

/// What in a policy no scope would understand, as sentences; empty: everything is bound somewhere.
std::vector<std::string> unbound(const Policy& policy, const ConstraintFunctions& functions);

/// Tells every comparison in a policy, wherever it stands.
void for_each_comparison(const Policy& policy, const std::function<void(const Constraint& atomic)>& tell);

/// A comparison that decides for nobody.
struct Meaningless {
  std::string pointer;  ///< `/permission/0/constraint/1`
  std::string why;
};

/// The first comparison about which what is bound to its operand fails, asked about `anybody`, who has proved
/// nothing and is under an agreement: a right operand that cannot be read, an operator without meaning there.
/// What a definition decides is not asked.
std::optional<Meaningless> meaningless(const Policy& policy, const ConstraintFunctions& functions,
                                       const Subject& anybody);

}  // namespace kontor::protocol::odrl
