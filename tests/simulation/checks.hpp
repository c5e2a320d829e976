#pragma once

#include <string>
#include <vector>

#include "scenario.hpp"

namespace kontor::simulation {

/// What the installation has still to do; empty: nothing.
Task<std::string> unfinished(const Installation& home);

/// The invariants that do not hold at the end of a run, a sentence each.
Task<std::vector<std::string>> broken_invariants(const Installation& a, const Installation& b,
                                                 Scenario& scenario);

}  // namespace kontor::simulation
