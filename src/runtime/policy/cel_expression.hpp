#pragma once

#include <string>
#include <vector>

#include "base/entity/decision.hpp"
#include "protocol/cel/program.hpp"
#include "protocol/odrl/evaluate.hpp"

namespace kontor::runtime::policy {

namespace cel = protocol::cel;
namespace odrl = protocol::odrl;

/// What a left operand of policies means, said by an expression of the Common Expression Language. Kept for
/// the installation: all participants' policies may use it.
///
/// It yields a boolean and sees `this` (`leftOperand`, `operator` as a constant of the Management API,
/// `rightOperand`), `now` (a timestamp) and `ctx`: `ctx.agent` (`id`, `attributes`, `claims`; its credentials
/// are `claims.vc`) and, where there is one, `ctx.agreement` (`id`, `agreementId`, `assetId`, `providerId`,
/// `consumerId`, `contractSigningDate` in seconds); and the functions of `protocol/cel/credentials`.
struct CelExpression {
  std::string id;
  std::string left_operand;
  std::string expression;
  std::string description;
  std::vector<std::string> scopes;
  std::vector<std::string> actions;

  bool operator==(const CelExpression&) const = default;
};

struct CelExpressionDocument {
  using Entity = CelExpression;
  static const entity::Kind& kind();  ///< cel-expression
  static std::string encode(const Entity& expression);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// Errors: invalid_input at `/expression`, with line, column and what was expected or what there is.
Result<cel::Program> compile(std::string_view expression);

/// Whether the expression compiles and its scopes are about something that policies are asked in. Errors:
/// invalid_input with the place.
Result<void> check(const CelExpression& expression);

/// Decides constraints by a program. `name` is the expression's id, for explanations. What an evaluation
/// costs is bounded for itself and together with the others of the same policy.
odrl::ConstraintFunction constraint_function(std::string name, cel::Program program);

/// Evaluates a program for one constraint, with `ctx` as it is given. Errors: invalid_input, too_large.
Result<bool> try_out(const cel::Program& program, const odrl::Constraint& constraint, const json::Object& ctx,
                     Instant now);

}  // namespace kontor::runtime::policy
