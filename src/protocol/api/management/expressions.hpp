#pragma once

#include "protocol/api/management/envelope.hpp"
#include "protocol/odrl/policy.hpp"

/// CEL expressions that say what a left operand of policies means, for all participants of an installation.
namespace kontor::protocol::api::management {

struct CelExpression {
  std::optional<std::string> id;
  std::string left_operand;
  std::string expression;
  std::string description;
  std::vector<std::string> scopes = {"*."};  ///< in which it is asked; `*.` is everywhere
  std::vector<std::string> actions;          ///< that its scopes are about, beside `use`
  Instant created_at;                        ///< written only
};
Result<void> read(const json::Node& node, CelExpression& out);
json::Value write(const CelExpression& expression);

/// An expression and the constraint that it is tried on; `params` is what it sees as `ctx`.
struct CelExpressionTestRequest {
  std::string expression;
  odrl::Constraint constraint;
  json::Object params;
};
/// The operator is one of `operator_constants`, or as policies spell it.
Result<void> read(const json::Node& node, CelExpressionTestRequest& out);
json::Value write(const CelExpressionTestRequest& request);

/// What it yielded, or why it yields nothing.
struct CelExpressionTestResponse {
  std::optional<bool> evaluation_result;
  std::optional<std::string> error;
};
Result<void> read(const json::Node& node, CelExpressionTestResponse& out);
json::Value write(const CelExpressionTestResponse& response);

/// How CEL expressions see operators: the constants of the Management API.
inline constexpr json::EnumNames<odrl::Operator, 13> operator_constants{
    {{odrl::Operator::eq, "EQ"},
     {odrl::Operator::neq, "NEQ"},
     {odrl::Operator::gt, "GT"},
     {odrl::Operator::gteq, "GEQ"},
     {odrl::Operator::lt, "LT"},
     {odrl::Operator::lteq, "LEQ"},
     {odrl::Operator::is_part_of, "IN"},
     {odrl::Operator::has_part, "HAS_PART"},
     {odrl::Operator::is_a, "IS_A"},
     {odrl::Operator::is_all_of, "IS_ALL_OF"},
     {odrl::Operator::is_any_of, "IS_ANY_OF"},
     {odrl::Operator::is_none_of, "IS_NONE_OF"},
     {odrl::Operator::term_lteq, "LEQ"}}};

}  // namespace kontor::protocol::api::management
