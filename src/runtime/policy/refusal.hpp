#pragma once

#include <string>
#include <string_view>

#include "protocol/odrl/evaluate.hpp"

namespace kontor::runtime::policy {

/// Why a policy refused a counter-party, for our own side. The other is told of the incident alone: neither a
/// constraint nor a value.
struct Refusal {
  std::string incident;  ///< the same on both sides, and in our log
  std::string reason;    ///< the constraint and the value that it met
  /// For people and programs of our own side: `incident`, `hop`, `scope`, `counterParty`, `reason`, `steps`
  /// (those that refuse), `credentials` (types and issuer of each that was proved) and `leftOut` (those that
  /// were not accepted, and why).
  json::Object details = {};
};

/// Where a subject says which credentials were not accepted, and why.
inline constexpr std::string_view left_out_attribute = "credentialsLeftOut";

/// Which check of ours it is: the access policy of a definition, the contract policy, the agreement's.
struct Hop {
  std::string_view name;
  protocol::odrl::Scope scope;
};

/// What to tell of an evaluation that refused.
Refusal refusal_of(const protocol::odrl::Evaluation& evaluation, const Hop& hop,
                   const protocol::odrl::Subject& subject, std::string incident);

}  // namespace kontor::runtime::policy
