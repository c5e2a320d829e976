#pragma once

#include "protocol/api/management/expressions.hpp"
#include "protocol/api/management/routes.hpp"

/// The routes about CEL expressions, which belong to the installation and are its administrator's.
namespace kontor::protocol::api::management {

consteval RouteInfo of_expressions(RouteInfo info) {
  info.concern = Concern::installation;
  info.scope = "management-api:admin";
  return of_management(info);
}

inline constexpr std::string_view expression_example =
    R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"CelExpression",)"
    R"("@id":"example-expression","leftOperand":"MembershipLevel",)"
    R"-("expression":"ctx.agent.claims.vc.valid().hasClaim('level', this.rightOperand)",)-"
    R"("description":"the level that a valid credential claims",)"
    R"("scopes":["catalog","contract.negotiation","transfer.process"],"actions":[]})";

inline constexpr Route<CelExpression, IdResponse> create_expression{of_expressions(
    {.name = "create-cel-expression",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/celexpressions",
     .summary = "Says by an expression what a left operand means; one that does not compile is "
                "refused with the place.",
     .example = expression_example})};
inline constexpr Route<CelExpressionTestRequest, CelExpressionTestResponse> test_expression{of_expressions(
    {.name = "test-cel-expression",
     .method = Method::post,
     .path = "/api/mgmt/v5beta/celexpressions/test",
     .summary = "Evaluates an expression for a constraint, with `params` as `ctx`.",
     .example = R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                R"("@type":"CelExpressionTestRequest","expression":"ctx.level == this.rightOperand",)"
                R"("leftOperand":"MembershipLevel","operator":"EQ","rightOperand":"gold",)"
                R"("params":{"level":"gold"}})",
     .exempt = {.free_form = "/rightOperand /params/"}})};
inline constexpr Route<QueryRequest, std::vector<CelExpression>> query_expressions{
    of_expressions({.name = "query-cel-expressions",
                    .method = Method::post,
                    .path = "/api/mgmt/v5beta/celexpressions/request",
                    .summary = "Finds CEL expressions.",
                    .example = query_example,
                    .exempt = {.optional_body = true}})};
inline constexpr Route<Nothing, CelExpression> get_expression{
    of_expressions({.name = "get-cel-expression",
                    .path = "/api/mgmt/v5beta/celexpressions/{expressionId}",
                    .summary = "Reads a CEL expression."})};
inline constexpr Route<CelExpression, Nothing> update_expression{
    of_expressions({.name = "update-cel-expression",
                    .method = Method::put,
                    .path = "/api/mgmt/v5beta/celexpressions/{expressionId}",
                    .success = 204,
                    .summary = "Replaces a CEL expression; policies mean the new one from then on.",
                    .example = expression_example})};
inline constexpr Route<Nothing, Nothing> delete_expression{
    of_expressions({.name = "delete-cel-expression",
                    .method = Method::del,
                    .path = "/api/mgmt/v5beta/celexpressions/{expressionId}",
                    .success = 204,
                    .summary = "Deletes a CEL expression; what it alone explained denies from then on."})};

}  // namespace kontor::protocol::api::management
