#include "protocol/api/management/expressions.hpp"

#include <algorithm>

#include "base/text/beginning.hpp"

namespace kontor::protocol::api::management {
namespace {

/// Whoever leaves these empty meant something else.
void check_filled(json::ObjectReader& in, std::string_view member, const std::string& text) {
  if (in.ok() && text.empty()) in.refuse(member, "must not be empty");
}

void check_distinct(json::ObjectReader& in, std::string_view member, std::vector<std::string> names) {
  std::ranges::sort(names);
  const auto twice = std::ranges::adjacent_find(names);
  if (in.ok() && twice != names.end()) in.refuse(member, fmt::format("names '{}' twice", *twice));
  if (in.ok() && !names.empty() && names.front().empty()) in.refuse(member, "has an empty name");
}

void read_operator(json::ObjectReader& in, odrl::Operator& out) {
  std::string name;
  in.required("operator", name);
  if (!in.ok()) return;
  auto known = operator_constants.value(name);
  if (!known) known = odrl::operator_names.value(name);
  if (known) {
    out = *known;
    return;
  }
  std::string all;
  for (const auto& [op, constant] : operator_constants.rows) {
    if (op != odrl::Operator::term_lteq) all += (all.empty() ? "" : ", ") + std::string(constant);
  }
  in.refuse("operator", fmt::format("'{}' is none of: {}", text::beginning(name, 64), all));
}

}  // namespace

Result<void> read(const json::Node& node, CelExpression& out) {
  auto in = open_body(node, {"CelExpression"});
  std::vector<std::string> scopes;
  in.optional("@id", out.id)
      .required("leftOperand", out.left_operand)
      .required("expression", out.expression)
      .required("description", out.description)
      .one_or_many("scopes", scopes)
      .one_or_many("actions", out.actions);
  check_filled(in, "leftOperand", out.left_operand);
  check_filled(in, "expression", out.expression);
  check_distinct(in, "scopes", scopes);
  check_distinct(in, "actions", out.actions);
  if (!scopes.empty()) out.scopes = std::move(scopes);
  return in.done();
}

json::Value write(const CelExpression& expression) {
  auto out = body_of("CelExpression");
  out.field("@id", expression.id)
      .field("leftOperand", expression.left_operand)
      .field("expression", expression.expression)
      .field("description", expression.description)
      .field("scopes", expression.scopes)
      .field("actions", expression.actions);
  return out.field("createdAt", epoch_milliseconds(expression.created_at)).done();
}

Result<void> read(const json::Node& node, CelExpressionTestRequest& out) {
  auto in = open_body(node, {"CelExpressionTestRequest"});
  in.required("expression", out.expression).required("leftOperand", out.constraint.left_operand);
  read_operator(in, out.constraint.op);
  in.required("rightOperand", out.constraint.right_operand).optional("params", out.params);
  return in.done();
}

json::Value write(const CelExpressionTestRequest& request) {
  auto out = body_of("CelExpressionTestRequest");
  out.field("expression", request.expression)
      .field("leftOperand", request.constraint.left_operand)
      .field("operator", operator_constants.name(request.constraint.op))
      .field("rightOperand", request.constraint.right_operand)
      .field("params", request.params);
  return out.done();
}

Result<void> read(const json::Node& node, CelExpressionTestResponse& out) {
  auto in = open_body(node, {"CelExpressionTestResponse"});
  in.optional("evaluationResult", out.evaluation_result).optional("error", out.error);
  return in.done();
}

json::Value write(const CelExpressionTestResponse& response) {
  auto out = body_of("CelExpressionTestResponse");
  out.field("evaluationResult", response.evaluation_result).field("error", response.error);
  return out.done();
}

}  // namespace kontor::protocol::api::management
