#pragma once

#include <string>
#include <vector>

#include "protocol/odrl/evaluate.hpp"

namespace kontor::runtime::policy {

/// Binds the left operands that policies have without anybody's doing, in every scope.
void bind_built_in_operands(protocol::odrl::ConstraintFunctions& functions,
                            const std::vector<std::string>& credential_types);

}  // namespace kontor::runtime::policy
