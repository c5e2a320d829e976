#include "runtime/policy/cel_expression.hpp"

#include <algorithm>

#include "base/json/codec.hpp"
#include "base/text/beginning.hpp"
#include "protocol/api/management/expressions.hpp"
#include "protocol/cel/credentials/credential_functions.hpp"
#include "protocol/cel/json.hpp"
#include "runtime/policy/evaluation_memory.hpp"
#include "runtime/policy/scopes.hpp"

namespace kontor::runtime::policy {

namespace {

Result<void> read(const json::Node& node, CelExpression& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("leftOperand", out.left_operand)
      .required("expression", out.expression)
      .optional("description", out.description)
      .required("scopes", out.scopes)
      .optional("actions", out.actions);
  return in.done();
}

cel::Environment environment() {
  const auto members = cel::Type::map(cel::Kind::string, cel::Kind::dyn);
  return {.variables = {{"this", members}, {"ctx", members}, {"now", cel::Kind::timestamp}},
          .functions = cel::credentials::functions(),
          .result = cel::Kind::boolean,
          .container = {}};
}

cel::Value this_of(const odrl::Constraint& constraint) {
  json::Object members;
  members.emplace("leftOperand", constraint.left_operand);
  members.emplace("operator", protocol::api::management::operator_constants.name(constraint.op));
  members.emplace("rightOperand", constraint.right_operand);
  return cel::from_json(members);
}

json::Object written(const odrl::AgreementFacts& agreement) {
  json::Object members;
  members.emplace("id", agreement.id);
  members.emplace("agreementId", agreement.id);
  members.emplace("assetId", agreement.asset_id);
  members.emplace("providerId", agreement.provider.str());
  members.emplace("consumerId", agreement.consumer.str());
  members.emplace("contractSigningDate", epoch_seconds(agreement.signed_at));
  return members;
}

cel::Activation activation_for(const odrl::Subject& subject) {
  json::Object agent;
  agent.emplace("id", subject.id.str());
  agent.emplace("attributes", subject.attributes);
  agent.emplace("claims", *subject.claims);
  json::Object ctx;
  ctx.emplace("agent", std::move(agent));
  if (subject.agreement) ctx.emplace("agreement", written(*subject.agreement));
  return {{"ctx", cel::from_json(ctx)}, {"now", cel::timestamp_of(subject.now)}};
}

/// The subject as expressions see it, made once for all of an evaluation.
cel::Activation& activation_in(odrl::Evaluating& evaluating, const odrl::Subject& subject) {
  auto& memory = memory_of(evaluating);
  if (!memory.activation) memory.activation = activation_for(subject);
  return *memory.activation;
}

Result<bool> truth_of(Result<cel::Value> value) {
  if (!value) return fail(std::move(value.error()));
  if (const auto* truth = value->if_bool()) return *truth;
  return invalid("", "the expression yields {} and no boolean", cel::name_of(value->kind()));
}

}  // namespace

const entity::Kind& CelExpressionDocument::kind() {
  static constexpr entity::Field fields[] = {{"id", "id"},
                                             {"leftOperand", "leftOperand"},
                                             {"expression", "expression"},
                                             {"description", "description"},
                                             {"scopes", "scopes[]"},
                                             {"actions", "actions[]"}};
  static constexpr entity::Kind kind{.name = "cel-expression", .fields = fields, .audited = true};
  return kind;
}

std::string CelExpressionDocument::encode(const Entity& expression) {
  return json::serialize(json::ObjectWriter()
                             .field("id", expression.id)
                             .field("leftOperand", expression.left_operand)
                             .field("expression", expression.expression)
                             .field("description", expression.description)
                             .field("scopes", expression.scopes)
                             .field("actions", expression.actions)
                             .done());
}

Result<CelExpression> CelExpressionDocument::decode(std::string_view stored, std::uint32_t) {
  auto value = json::parse(stored);
  if (!value) return fail(std::move(value.error()));
  CelExpression expression;
  if (auto done = read(json::Node(*value), expression); !done) return fail(std::move(done.error()));
  return expression;
}

Result<cel::Program> compile(std::string_view expression) {
  auto program = cel::compile(expression, environment());
  if (!program) return invalid("/expression", "{}", program.error().detail);
  return program;
}

Result<void> check(const CelExpression& expression) {
  for (std::size_t i = 0; i < expression.scopes.size(); ++i) {
    if (is_about_a_known_scope(odrl::Scope(expression.scopes[i]))) continue;
    return invalid("/scopes/" + std::to_string(i), "no policy is asked in '{}'; known scopes: {}",
                   text::beginning(expression.scopes[i], 64), known_scopes());
  }
  auto program = compile(expression.expression);
  if (!program) return fail(std::move(program.error()));
  return {};
}

odrl::ConstraintFunction constraint_function(std::string name, cel::Program program) {
  return [name = std::move(name), program = std::move(program)](
             const odrl::Constraint& constraint, const odrl::Subject& subject,
             odrl::Evaluating& evaluating) -> Result<odrl::Finding> {
    auto& activation = activation_in(evaluating, subject);
    activation.insert_or_assign("this", this_of(constraint));
    cel::Limits limits;
    limits.steps_max = std::min(limits.steps_max, evaluating.steps_left);
    cel::Meter meter(limits);
    auto truth = truth_of(program.evaluate(activation, meter));
    evaluating.steps_left -= meter.exhausted() ? limits.steps_max : meter.steps();
    if (!truth) return fail(std::move(truth.error()), "evaluate the expression '{}'", name);
    return odrl::Finding{*truth, json::Value(*truth),
                         fmt::format("the expression '{}' yields {}", name, *truth)};
  };
}

Result<bool> try_out(const cel::Program& program, const odrl::Constraint& constraint, const json::Object& ctx,
                     Instant now) {
  const cel::Activation activation{
      {"this", this_of(constraint)}, {"ctx", cel::from_json(ctx)}, {"now", cel::timestamp_of(now)}};
  return truth_of(program.evaluate(activation));
}

}  // namespace kontor::runtime::policy
