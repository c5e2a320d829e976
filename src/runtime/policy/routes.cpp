#include "runtime/policy/routes.hpp"

#include "protocol/api/management/expression_routes.hpp"
#include "runtime/management_api/resource.hpp"

namespace kontor::runtime::policy {

namespace api = management_api;
namespace management = protocol::api::management;
using platform::engine::Engine;
using platform::engine::Loaded;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

struct ExpressionResource {
  using Document = CelExpressionDocument;
  using Body = management::CelExpression;

  static Result<CelExpression> entity_of(Body body, std::string id, Instant) {
    CelExpression expression{std::move(id),
                             std::move(body.left_operand),
                             std::move(body.expression),
                             std::move(body.description),
                             std::move(body.scopes),
                             std::move(body.actions)};
    if (auto sound = check(expression); !sound) return fail(std::move(sound.error()));
    return expression;
  }
  static Body shown(const Loaded<CelExpression>& loaded) {
    const auto& expression = loaded.entity;
    return {expression.id,     expression.left_operand, expression.expression, expression.description,
            expression.scopes, expression.actions,      loaded.created_at};
  }
};

Task<Result<Reply<management::IdResponse>>> create(Engine& engine, Call call,
                                                   management::CelExpression body) {
  auto count = co_await engine.store().count(call.context, CelExpressionDocument::kind(), {});
  if (!count) co_return fail(std::move(count.error()));
  if (*count >= expressions_max)
    co_return fail(ErrorCode::conflict, "there are {} CEL expressions, which is as many as there may be",
                   *count);
  co_return co_await api::put_new<ExpressionResource>(engine, std::move(call), std::move(body));
}

Task<Result<Reply<management::CelExpressionTestResponse>>> test(Engine& engine,
                                                                management::CelExpressionTestRequest body) {
  Reply<management::CelExpressionTestResponse> reply;
  auto program = compile(body.expression);
  auto truth = program ? try_out(*program, body.constraint, body.params, engine.clock().now())
                       : Result<bool>(fail(program.error()));
  if (truth) {
    reply.body.evaluation_result = *truth;
  } else {
    reply.body.error = truth.error().message();
  }
  co_return reply;
}

}  // namespace

void bind_routes(platform::routing::Router& router, Engine& engine) {
  auto* all = &engine;
  router.bind(management::create_expression, [all](Call call, management::CelExpression body) {
    return create(*all, api::of_the_installation(std::move(call)), std::move(body));
  });
  router.bind(management::test_expression,
              [all](Call, management::CelExpressionTestRequest body) { return test(*all, std::move(body)); });
  router.bind(management::query_expressions, [all](Call call, management::QueryRequest body) {
    return api::query<ExpressionResource>(*all, api::of_the_installation(std::move(call)), std::move(body));
  });
  router.bind(management::get_expression, [all](Call call, Nothing) {
    auto id = call.entity("expressionId");
    return api::get<ExpressionResource>(*all, api::of_the_installation(std::move(call)), std::move(id));
  });
  router.bind(management::update_expression, [all](Call call, management::CelExpression body) {
    auto id = call.entity("expressionId");
    return api::replace<ExpressionResource>(*all, api::of_the_installation(std::move(call)), std::move(body),
                                            std::move(id));
  });
  router.bind(management::delete_expression, [all](Call call, Nothing) {
    auto id = call.entity("expressionId");
    return api::remove<ExpressionResource>(*all, api::of_the_installation(std::move(call)), std::move(id));
  });
}

}  // namespace kontor::runtime::policy
