#include "domain/issuance/cel_rule.hpp"

#include "protocol/cel/json.hpp"
#include "protocol/cel/program.hpp"

namespace kontor::domain::issuance {

namespace cel = protocol::cel;

namespace {

Result<cel::Program> compile(std::string_view expression) {
  const cel::Environment environment{
      .variables = {{"claims", cel::Type::map(cel::Kind::string, cel::Kind::dyn)},
                    {"now", cel::Kind::timestamp}},
      .functions = {},
      .result = cel::Kind::boolean,
      .container = {}};
  return cel::compile(expression, environment);
}

}  // namespace

Result<void> check_expression(std::string_view expression) {
  auto program = compile(expression);
  if (!program) return fail(ErrorCode::invalid_input, "{}", program.error().detail);
  return {};
}

Result<bool> satisfies(std::string_view expression, const json::Object& claims, Instant now) {
  auto program = compile(expression);
  if (!program) return fail(ErrorCode::forbidden, "{}", program.error().detail);
  auto value =
      program->evaluate({{"claims", cel::from_json(json::Value(claims))}, {"now", cel::timestamp_of(now)}});
  if (!value) return fail(ErrorCode::forbidden, "{}", value.error().detail);
  if (const auto* truth = value->if_bool()) return *truth;
  return fail(ErrorCode::forbidden, "it yields {} and no boolean", cel::name_of(value->kind()));
}

}  // namespace kontor::domain::issuance
