#include <algorithm>

#include "base/text/beginning.hpp"
#include "domain/contract_negotiation/decide.hpp"
#include "protocol/api/management/explaining_routes.hpp"
#include "runtime/catalog/routes.hpp"

namespace kontor::runtime::catalog {

namespace management = protocol::api::management;
namespace query = protocol::query;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

/// Whom policies are tried on, and where what it proved comes from.
struct Candidate {
  odrl::Subject subject;
  std::string basis;
};

/// Credentials in either form of the data model, as policies see them.
Result<json::Array> pasted(const std::vector<json::Object>& credentials) {
  json::Array seen;
  for (std::size_t i = 0; i < credentials.size(); ++i) {
    const json::Value value(credentials[i]);
    protocol::vc::Credential credential;
    auto done = protocol::vc::read(json::Node(value, "/credentials/" + std::to_string(i)), credential);
    if (!done) return fail(std::move(done.error()));
    seen.push_back(protocol::vc::write_resource(credential));
  }
  return seen;
}

/// What the counter-party proved when it last negotiated with us as provider.
Task<Result<void>> remember(DryRunServices services, ContextId context, Candidate& candidate) {
  using Negotiation = domain::contract_negotiation::Machine;
  query::Query last;
  last.where = query::all_of(
      {query::where("counterPartyId", candidate.subject.id.str()), query::where("type", "PROVIDER")});
  last.sort = {{.field = "stateTimestamp", .descending = true}};
  last.limit = 1;
  auto page = co_await services.engine.list<Negotiation>(std::move(context), std::move(last));
  if (!page) co_return fail(std::move(page.error()));
  if (page->entities.empty() || page->entities.front().entity.claims->empty()) {
    candidate.basis = "nothing: it has proved nothing here yet";
    co_return Result<void>{};
  }
  auto& negotiation = page->entities.front().entity;
  candidate.basis = fmt::format("what it proved in the negotiation '{}'", negotiation.pid);
  candidate.subject.claims = std::move(negotiation.claims);
  co_return Result<void>{};
}

Task<Result<Candidate>> candidate_of(DryRunServices services, ContextId context,
                                     management::DryRunRequest request) {
  Candidate candidate;
  candidate.subject.id = Did(std::move(request.counter_party_id));
  candidate.subject.now = services.engine.clock().now();
  if (request.credentials) {
    auto credentials = pasted(*request.credentials);
    if (!credentials) co_return fail(std::move(credentials.error()));
    json::Object claims;
    claims.emplace("vc", std::move(*credentials));
    candidate.subject.claims = std::move(claims);
    candidate.basis = "the credentials of the request, which nobody has verified";
    co_return candidate;
  }
  auto done = co_await remember(services, std::move(context), candidate);
  if (!done) co_return fail(std::move(done.error()));
  co_return candidate;
}

management::PolicyFinding finding_of(const policy::PolicyEvaluator& evaluator, const std::string& id,
                                     const odrl::Policy& policy, const odrl::Scope& scope,
                                     const odrl::Subject& subject) {
  const auto evaluation = evaluator.evaluate(policy, scope, subject);
  management::PolicyFinding finding{
      .policy_id = id, .scope = scope.str(), .allowed = evaluation.allowed, .reason = evaluation.reason()};
  for (const auto& step : evaluation.trace) finding.steps.push_back(odrl::write(step).as_object());
  return finding;
}

Result<odrl::Scope> scope_of(const std::optional<std::string>& named) {
  if (!named) return policy::negotiation_scope;
  odrl::Scope scope(*named);
  if (policy::is_known_scope(scope)) return scope;
  return invalid("/policyScope", "'{}' is none of: {}", text::beginning(*named, 64), policy::known_scopes());
}

Task<Result<Reply<management::PolicyEvaluation>>> evaluate(DryRunServices services, Call call,
                                                           management::DryRunRequest request) {
  auto scope = scope_of(request.policy_scope);
  if (!scope) co_return fail(std::move(scope.error()));
  auto id = call.entity("policyDefinitionId");
  auto definition = co_await services.engine.load<offer::PolicyDefinitionDocument>(call.context, id);
  if (!definition) co_return fail(std::move(definition.error()));
  auto candidate = co_await candidate_of(services, call.context, std::move(request));
  if (!candidate) co_return fail(std::move(candidate.error()));
  auto evaluator = co_await services.policies.evaluator(call.context);
  if (!evaluator) co_return fail(std::move(evaluator.error()));
  auto finding = finding_of(**evaluator, id.str(), definition->entity.policy, *scope, candidate->subject);
  co_return Reply<management::PolicyEvaluation>{{std::move(candidate->basis), std::move(finding)}};
}

Task<Result<Reply<management::PolicyValidation>>> validate(DryRunServices services, Call call) {
  auto definition = co_await services.engine.load<offer::PolicyDefinitionDocument>(
      call.context, call.entity("policyDefinitionId"));
  if (!definition) co_return fail(std::move(definition.error()));
  auto evaluator = co_await services.policies.evaluator(call.context);
  if (!evaluator) co_return fail(std::move(evaluator.error()));
  auto problems = (*evaluator)->problems(definition->entity.policy);
  co_return Reply<management::PolicyValidation>{{problems.empty(), std::move(problems)}};
}

Task<Result<Reply<management::PolicyPlan>>> plan(DryRunServices services, Call call,
                                                 management::PolicyPlanRequest request) {
  auto scope = scope_of(std::move(request.policy_scope));
  if (!scope) co_return fail(std::move(scope.error()));
  auto definition = co_await services.engine.load<offer::PolicyDefinitionDocument>(
      call.context, call.entity("policyDefinitionId"));
  if (!definition) co_return fail(std::move(definition.error()));
  auto evaluator = co_await services.policies.evaluator(call.context);
  if (!evaluator) co_return fail(std::move(evaluator.error()));
  auto plan = (*evaluator)->plan(definition->entity.policy, *scope);
  co_return Reply<management::PolicyPlan>{
      {std::move(plan.permissions), std::move(plan.prohibitions), std::move(plan.obligations)}};
}

/// A policy that is not there refuses, as it does in a catalog.
Task<management::PolicyFinding> finding_about(DryRunServices services, ContextId context,
                                              const policy::PolicyEvaluator& evaluator,
                                              offer::PolicyDefinitionId id, odrl::Scope scope,
                                              const odrl::Subject& subject) {
  auto loaded =
      co_await services.engine.load<offer::PolicyDefinitionDocument>(std::move(context), entity_id(id));
  if (loaded) co_return finding_of(evaluator, id.str(), loaded->entity.policy, scope, subject);
  co_return management::PolicyFinding{
      .policy_id = id.str(), .scope = scope.str(), .allowed = false, .reason = loaded.error().message()};
}

/// As the catalog does.
Task<Result<void>> check_offered(DryRunServices services, ContextId context, offer::PolicyDefinitionId id) {
  auto loaded =
      co_await services.engine.load<offer::PolicyDefinitionDocument>(std::move(context), entity_id(id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return offer::check_offered(loaded->entity.policy);
}

Task<Result<Reply<management::AssetVisibility>>> visibility(DryRunServices services, Call call,
                                                            management::DryRunRequest request) {
  auto id = call.entity("assetId");
  auto asset = co_await services.engine.load<offer::AssetDocument>(call.context, id);
  if (!asset) co_return fail(std::move(asset.error()));
  auto candidate = co_await candidate_of(services, call.context, std::move(request));
  if (!candidate) co_return fail(std::move(candidate.error()));
  auto evaluator = co_await services.policies.evaluator(call.context);
  if (!evaluator) co_return fail(std::move(evaluator.error()));
  auto definitions = co_await services.definitions.covering(call.context, asset->entity);
  if (!definitions) co_return fail(std::move(definitions.error()));
  Reply<management::AssetVisibility> reply;
  reply.body.asset_id = id.str();
  reply.body.basis = std::move(candidate->basis);
  for (const auto& definition : *definitions) {
    management::OfferFinding found{
        .contract_definition_id = definition.id.str(), .access = {}, .contract = {}};
    found.access = co_await finding_about(services, call.context, **evaluator, definition.access_policy,
                                          policy::catalog_scope, candidate->subject);
    found.contract = co_await finding_about(services, call.context, **evaluator, definition.contract_policy,
                                            policy::negotiation_scope, candidate->subject);
    const auto offered = co_await check_offered(services, call.context, definition.contract_policy);
    if (!offered && found.contract.allowed) {
      found.contract.allowed = false;
      found.contract.reason = offered.error().message();
    }
    reply.body.visible = reply.body.visible || (found.access.allowed && offered);
    reply.body.offers.push_back(std::move(found));
  }
  co_return reply;
}

}  // namespace

void bind_dry_run_routes(platform::routing::Router& router, DryRunServices services) {
  router.bind(management::evaluate_policy, [services](Call call, management::DryRunRequest body) {
    return evaluate(services, std::move(call), std::move(body));
  });
  router.bind(management::validate_policy,
              [services](Call call, Nothing) { return validate(services, std::move(call)); });
  router.bind(management::plan_policy, [services](Call call, management::PolicyPlanRequest body) {
    return plan(services, std::move(call), std::move(body));
  });
  router.bind(management::ask_visibility, [services](Call call, management::DryRunRequest body) {
    return visibility(services, std::move(call), std::move(body));
  });
}

}  // namespace kontor::runtime::catalog
