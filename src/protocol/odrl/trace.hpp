#pragma once

#include "protocol/odrl/evaluate.hpp"

/// An evaluation in JSON, for explanations to a policy's own side.
namespace kontor::protocol::odrl {

inline constexpr json::EnumNames<Outcome, 4> outcome_names{{{Outcome::holds, "HOLDS"},
                                                            {Outcome::fails, "FAILS"},
                                                            {Outcome::unknown, "UNKNOWN"},
                                                            {Outcome::not_applicable, "NOT_APPLICABLE"}}};

/// How much of a value a trace shows.
inline constexpr std::size_t trace_value_bytes_max = 1000;

/// `{"path", "outcome"}`, for a constraint also `leftOperand`, `operator`, `rightOperand`, what was found as
/// `actual`, and `why`. A value that is too long is shown by the beginning of its text.
json::Value write(const Step& step);

/// The steps that refuse: those that fail or are unknown, and in prohibitions those that hold; the first
/// `steps_max` of them.
std::vector<json::Value> refusing_steps(const Evaluation& evaluation, std::size_t steps_max);

}  // namespace kontor::protocol::odrl
