#pragma once

#include <optional>
#include <string>

#include "protocol/odrl/policy.hpp"

/// Comparison of policies by meaning, for a consumer that checks an agreement against its last offer.
namespace kontor::protocol::odrl {

/// Where two policies part, in words for a person, and the place in the first of them (in the second where
/// the first lacks it): `/permission/0/constraint/1`.
struct Difference {
  std::string pointer;
  std::string text;
};

/// Nothing when both say the same about what is allowed: rules, constraints, profiles and target. Not
/// compared: type, id, assigner, assignee, timestamp, extension members of the policy. Names by what they
/// mean; order where it has none (all lists but those of `andSequence`); `{"@value": x}`, `{"@id": x}` and
/// `[x]` are `x`. A target that one of them does not name is no difference.
std::optional<Difference> difference(const Policy& a, const Policy& b);

}  // namespace kontor::protocol::odrl
