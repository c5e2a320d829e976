#include "runtime/policy/policy_engine.hpp"

#include <map>

#include "base/lru/lru.hpp"
#include "platform/telemetry/trace.hpp"
#include "protocol/odrl/trace.hpp"

namespace kontor::runtime::policy {

namespace engine = platform::engine;
namespace odrl = protocol::odrl;
namespace store = platform::store;

namespace {

constexpr std::uint32_t expressions_page = 500;
constexpr std::uint32_t groups_page = 500;
constexpr std::size_t contexts_max = 20'000;

}  // namespace

struct PolicyEngine::State {
  using Stored = std::vector<engine::Loaded<CelExpression>>;
  Task<Result<Stored>> read_all();
  Task<Result<std::shared_ptr<const PartnerGroups>>> read_groups(ContextId context);
  PolicyEvaluator compile(Stored stored);

  PolicyConfig config;
  Random& random;
  engine::Engine* engine = nullptr;  ///< none: there are no expressions
  std::optional<platform::telemetry::Log> log = {};
  std::vector<protocol::dcp::Scope> presentation_scopes = {};
  std::map<EntityId, std::shared_ptr<const CompiledExpression>> compiled = {};
  std::optional<PolicyEvaluator> base = {};  ///< none: an expression has changed
  Lru<ContextId, std::shared_ptr<const PolicyEvaluator>> current{contexts_max};
  /// What was read before a change is not kept after it.
  std::uint64_t changes = 0;
};

PolicyEngine::PolicyEngine(PolicyConfig config, Random& random)
    : state_(new State{.config = std::move(config), .random = random}) {
  for (const auto& type : state_->config.credential_types)
    state_->presentation_scopes.push_back({protocol::dcp::Scope::Alias::type, {}, type});
}

PolicyEngine::PolicyEngine(PolicyConfig config, engine::Engine& engine, platform::telemetry::Log log)
    : PolicyEngine(std::move(config), engine.random()) {
  state_->engine = &engine;
  state_->log = log;
  std::weak_ptr<State> weak = state_;
  engine.store().on_change([weak](const store::Change& change) {
    auto alive = weak.lock();
    if (!alive) return;
    const bool for_all = change.is_of(CelExpressionDocument::kind());
    if (!for_all && !change.is_of(PartnerGroupDocument::kind())) return;
    ++alive->changes;
    if (for_all) {
      alive->base.reset();
      alive->current.clear();
    }
    alive->current.erase(change.context);
  });
}

PolicyEngine::~PolicyEngine() = default;

Task<Result<std::shared_ptr<const PolicyEvaluator>>> PolicyEngine::evaluator(ContextId context) {
  auto state = state_;
  if (const auto* found = state->current.find(context)) co_return *found;
  const auto changes_before = state->changes;
  auto base = state->base;
  if (!base) {
    auto stored = co_await state->read_all();
    if (!stored) co_return fail(std::move(stored.error()), "read the CEL expressions");
    base = state->compile(std::move(*stored));
    if (state->changes == changes_before) state->base = base;
  }
  auto groups = co_await state->read_groups(context);
  if (!groups) co_return fail(std::move(groups.error()), "read the groups of partners");
  auto evaluator = std::make_shared<const PolicyEvaluator>(base->with(std::move(*groups)));
  if (state->changes == changes_before) state->current.put(context, evaluator);
  co_return evaluator;
}

namespace {

/// For the log: where and what the constraint is. What it met may be a claim of a person, and no log holds
/// one: the incident leads to it.
std::string refusing_constraint(const odrl::Evaluation& evaluation) {
  const auto steps = odrl::refusing_steps(evaluation, 1);
  if (steps.empty()) return "the policy";
  std::string told;
  for (const char* member : {"path", "leftOperand", "operator"}) {
    const auto* value = json::find(steps.front(), member);
    if (value && value->is_string()) told += (told.empty() ? "" : " ") + std::string(value->as_string());
  }
  if (const auto* right = json::find(steps.front(), "rightOperand")) told += " " + json::serialize(*right);
  return told;
}

}  // namespace

Task<Result<std::optional<Refusal>>> PolicyEngine::ask(Question question) {
  auto state = state_;
  auto current = co_await evaluator(question.context);
  if (!current) co_return fail(std::move(current.error()));
  const auto& [context, hop, policy, subject] = question;
  const auto evaluation = (*current)->evaluate(policy, hop.scope, subject);
  if (evaluation.allowed) co_return std::optional<Refusal>();
  auto refusal = refusal_of(evaluation, hop, subject, platform::telemetry::new_incident_id(state->random));
  if (state->log) {
    state->log->info({.category = platform::telemetry::Category::dsp,
                      .context = context.str(),
                      .action = hop.name,
                      .counter_party = subject.id.str(),
                      .incident = refusal.incident},
                     "refused by {}", refusing_constraint(evaluation));
  }
  co_return std::optional(std::move(refusal));
}

const std::vector<protocol::dcp::Scope>& PolicyEngine::presentation_scopes() const {
  return state_->presentation_scopes;
}

Task<Result<PolicyEngine::State::Stored>> PolicyEngine::State::read_all() {
  Stored all;
  if (!engine) co_return all;
  protocol::query::Query query;
  query.limit = expressions_page;
  for (;;) {
    auto page = co_await engine->list<CelExpressionDocument>(store::installation_context(), query);
    if (!page) co_return fail(std::move(page.error()));
    for (auto& each : page->entities) all.push_back(std::move(each));
    if (!page->next) co_return all;
    auto after = protocol::query::read_cursor(*page->next);
    if (!after) co_return fail(std::move(after.error()));
    query.after = std::move(*after);
  }
}

Task<Result<std::shared_ptr<const PartnerGroups>>> PolicyEngine::State::read_groups(ContextId context) {
  auto groups = std::make_shared<PartnerGroups>();
  if (!engine) co_return groups;
  protocol::query::Query query;
  query.limit = groups_page;
  for (;;) {
    auto page = co_await engine->list<PartnerGroupDocument>(context, query);
    if (!page) co_return fail(std::move(page.error()));
    for (const auto& each : page->entities) {
      for (const auto& member : each.entity.members) (*groups)[member].push_back(each.entity.name);
    }
    if (!page->next) co_return groups;
    auto after = protocol::query::read_cursor(*page->next);
    if (!after) co_return fail(std::move(after.error()));
    query.after = std::move(*after);
  }
}

/// Compiles what is new and leaves the rest as it was: under the id of one that was deleted may be another.
PolicyEvaluator PolicyEngine::State::compile(Stored stored) {
  decltype(compiled) next;
  std::vector<std::shared_ptr<const CompiledExpression>> expressions;
  for (auto& each : stored) {
    auto& kept = next[each.id];
    kept = compiled[each.id];
    if (!kept || kept->expression != each.entity)
      kept = std::make_shared<const CompiledExpression>(std::move(each.entity));
    expressions.push_back(kept);
  }
  compiled = std::move(next);
  return PolicyEvaluator(config, expressions);
}

}  // namespace kontor::runtime::policy
