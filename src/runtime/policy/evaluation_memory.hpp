#pragma once

#include <memory>
#include <optional>

#include "protocol/cel/program.hpp"
#include "protocol/odrl/evaluate.hpp"
#include "runtime/policy/partner_groups.hpp"

namespace kontor::runtime::policy {

/// What the functions of one evaluation know beside the subject, in `Evaluating::kept`.
struct EvaluationMemory {
  std::shared_ptr<const PartnerGroups> groups = {};          ///< none: nobody is in one
  std::optional<protocol::cel::Activation> activation = {};  ///< the subject as expressions see it
};

inline EvaluationMemory& memory_of(protocol::odrl::Evaluating& evaluating) {
  if (!std::any_cast<EvaluationMemory>(&evaluating.kept)) evaluating.kept = EvaluationMemory{};
  return *std::any_cast<EvaluationMemory>(&evaluating.kept);
}

}  // namespace kontor::runtime::policy
