#include "protocol/odrl/trace.hpp"

namespace kontor::protocol::odrl {
namespace {

json::Value shortened(const json::Value& value) {
  auto text = json::serialize(value);
  if (text.size() <= trace_value_bytes_max) return value;
  auto end = trace_value_bytes_max;
  // Not in the middle of a character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return json::Value(text + "…");
}

bool refuses(const Step& step) {
  if (step.outcome == Outcome::fails) return !step.pointer.starts_with("/prohibition/");
  if (step.outcome == Outcome::unknown) return true;
  return step.outcome == Outcome::holds && step.pointer.starts_with("/prohibition/");
}

}  // namespace

json::Value write(const Step& step) {
  json::ObjectWriter out;
  out.field("path", step.pointer).field("outcome", outcome_names.name(step.outcome));
  if (!step.left_operand.empty()) out.field("leftOperand", step.left_operand);
  if (!step.op.empty()) {
    out.field("operator", step.op).field("rightOperand", shortened(step.right_operand));
    if (!step.actual.is_null()) out.field("actual", shortened(step.actual));
  }
  if (!step.why.empty()) out.field("why", step.why);
  return out.done();
}

std::vector<json::Value> refusing_steps(const Evaluation& evaluation, std::size_t steps_max) {
  std::vector<json::Value> steps;
  for (const auto& step : evaluation.trace) {
    if (steps.size() == steps_max) break;
    if (refuses(step)) steps.push_back(write(step));
  }
  return steps;
}

}  // namespace kontor::protocol::odrl
