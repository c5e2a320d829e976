#include <algorithm>

#include "protocol/api/management/publication_routes.hpp"
#include "runtime/catalog/publishing_resources.hpp"
#include "runtime/catalog/routes.hpp"

namespace kontor::runtime::catalog {

namespace engine = platform::engine;
using platform::routing::Call;
using platform::routing::Reply;

namespace {

/// Another call that publishes the same at the same moment makes the first attempt start anew.
constexpr int attempts_max = 3;

/// A part as it is to be, and what is there of it.
template <class R>
struct Part {
  typename R::Document::Entity entity;
  entity::Version version = 0;  ///< 0: nothing is there

  bool is_new() const { return version == 0; }
};

bool same(std::string_view a, std::string_view b) {
  const auto left = json::parse(a);
  const auto right = json::parse(b);
  return left && right && json::equal(*left, *right);
}

/// Errors: conflict, when the id has other content.
template <class R>
Task<Result<Part<R>>> part_of(engine::Engine& engine, ContextId context, typename R::Body body) {
  using Document = typename R::Document;
  const std::string id = body.id.value_or("");
  auto loaded = co_await engine.load<Document>(std::move(context), EntityId(id));
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  const auto created_at = loaded ? loaded->entity.created_at : engine.clock().now();
  auto entity = R::entity_of(std::move(body), id, created_at);
  if (!entity) co_return fail(std::move(entity.error()));
  if (loaded && !same(Document::encode(*entity), Document::encode(loaded->entity)))
    co_return fail(ErrorCode::conflict, "the {} '{}' is there already and is otherwise",
                   Document::kind().name, id);
  co_return Part<R>{std::move(*entity), loaded ? loaded->version : 0};
}

template <class R>
void add(std::vector<platform::store::Put>& puts, const Part<R>& part) {
  if (!part.is_new()) return;
  puts.push_back(engine::put_of<typename R::Document>(EntityId(part.entity.id.str()), part.entity, 0));
}

Result<void> check_policies(const policy::PolicyEvaluator& evaluator, const management::Publication& body) {
  for (std::size_t i = 0; i < body.policies.size(); ++i) {
    auto bound = evaluator.check_bound(body.policies[i].policy);
    if (bound) continue;
    auto error = std::move(bound.error());
    error.pointer = "/policyDefinitions/" + std::to_string(i) + error.pointer;
    return fail(std::move(error));
  }
  return {};
}

/// The policies that the contract definition names are in the body or there already.
Task<Result<void>> check_named(engine::Engine& engine, ContextId context,
                               const management::Publication& body) {
  const std::pair<const char*, const std::string*> named[] = {
      {"accessPolicyId", &body.definition.access_policy_id},
      {"contractPolicyId", &body.definition.contract_policy_id}};
  for (const auto& [member, id] : named) {
    if (std::ranges::any_of(body.policies, [&](const auto& each) { return each.id == *id; })) continue;
    auto known = co_await engine.load<offer::PolicyDefinitionDocument>(context, EntityId(*id));
    if (known) continue;
    if (known.error().code != ErrorCode::not_found) co_return fail(std::move(known.error()));
    co_return invalid(std::string("/contractDefinition/") + member, "there is no policy definition '{}'",
                      *id);
  }
  co_return Result<void>{};
}

/// One attempt: everything that is not there yet in one transaction. Whether anything was missing.
Task<Result<bool>> publish_once(engine::Engine& engine, Call call, management::Publication body) {
  auto asset = co_await part_of<AssetResource>(engine, call.context, std::move(body.asset));
  if (!asset) co_return fail(std::move(asset.error()));
  auto definition =
      co_await part_of<ContractDefinitionResource>(engine, call.context, std::move(body.definition));
  if (!definition) co_return fail(std::move(definition.error()));
  if (!offer::covers(definition->entity, asset->entity))
    co_return invalid("/contractDefinition/assetsSelector", "does not select the asset '{}'",
                      asset->entity.id);
  std::vector<platform::store::Put> missing;
  add(missing, *asset);
  for (auto& each : body.policies) {
    auto policy = co_await part_of<PolicyResource>(engine, call.context, std::move(each));
    if (!policy) co_return fail(std::move(policy.error()));
    add(missing, *policy);
  }
  add(missing, *definition);
  if (missing.empty()) co_return false;
  auto last = std::move(missing.back());
  missing.pop_back();
  engine::Command command{call.context, last.id, call.caller.subject, call.trace, {}, std::move(missing)};
  auto put = co_await engine.put_stored(*last.kind, std::move(command), std::move(last.body), last.expected);
  if (!put) co_return fail(std::move(put.error()));
  co_return true;
}

Task<Result<bool>> publish_all(engine::Engine& engine, Call call, management::Publication body) {
  for (int attempt = 1;; ++attempt) {
    auto published = co_await publish_once(engine, call, body);
    if (published || attempt == attempts_max) co_return published;
    const auto code = published.error().code;
    if (code != ErrorCode::conflict && code != ErrorCode::version_conflict) co_return published;
  }
}

Task<Result<Reply<management::PublicationResponse>>> publish(PublishingServices services, Call call,
                                                             management::Publication body) {
  auto owner = co_await services.contexts.load(call.context);
  if (!owner) co_return fail(std::move(owner.error()));
  auto evaluator = co_await services.policies.evaluator(call.context);
  if (!evaluator) co_return fail(std::move(evaluator.error()));
  if (auto bound = check_policies(**evaluator, body); !bound) co_return fail(std::move(bound.error()));
  auto named = co_await check_named(services.engine, call.context, body);
  if (!named) co_return fail(std::move(named.error()));
  Reply<management::PublicationResponse> reply;
  reply.body.asset_id = body.asset.id.value_or("");
  reply.body.definition_id = body.definition.id.value_or("");
  for (const auto& each : body.policies) reply.body.policy_ids.push_back(each.id.value_or(""));
  if (body.definition.assets_selector.empty())
    body.definition.assets_selector = {
        {.field = "id", .op = protocol::query::Operator::equal, .values = {reply.body.asset_id}}};
  auto changed = co_await publish_all(services.engine, std::move(call), std::move(body));
  if (!changed) co_return fail(std::move(changed.error()));
  reply.body.changed = *changed;
  co_return reply;
}

}  // namespace

void bind_publication_routes(platform::routing::Router& router, PublishingServices services) {
  router.bind(management::publish, [services](Call call, management::Publication body) {
    return publish(services, std::move(call), std::move(body));
  });
}

}  // namespace kontor::runtime::catalog
