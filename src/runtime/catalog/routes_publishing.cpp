#include "domain/contract_negotiation/agreement.hpp"
#include "domain/contract_negotiation/decide.hpp"
#include "protocol/api/management/routes.hpp"
#include "runtime/catalog/publishing_resources.hpp"
#include "runtime/catalog/routes.hpp"
#include "runtime/management_api/resource.hpp"

namespace kontor::runtime::catalog {

namespace api = management_api;
namespace management = protocol::api::management;
namespace negotiation = domain::contract_negotiation;
using platform::engine::Loaded;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

/// Where contract definitions name policies.
constexpr const char* access_policy_field = "accessPolicyId";
constexpr const char* contract_policy_field = "contractPolicyId";

protocol::query::Query first_with(protocol::query::Predicate where, std::uint32_t limit) {
  protocol::query::Query query;
  query.where = std::move(where);
  query.limit = limit;
  return query;
}

/// Refuses to delete what something else of this kind still refers to: whatever fulfils `uses`.
Task<Result<void>> check_unused(platform::engine::Engine& engine, ContextId context, const entity::Kind& user,
                                protocol::query::Predicate uses, EntityId id) {
  auto users = co_await engine.list_stored(std::move(context), user, first_with(std::move(uses), 1));
  if (!users) co_return fail(std::move(users.error()));
  if (users->records.empty()) co_return Result<void>{};
  co_return fail(ErrorCode::conflict, "'{}' is used by the {} '{}'", id, user.name,
                 users->records.front().id);
}

/// By us: of what we have from others, an agreement or a negotiation is about an asset of somebody else,
/// whatever its id is.
Task<Result<void>> check_not_given(platform::engine::Engine& engine, ContextId context, Did us, EntityId id) {
  namespace query = protocol::query;
  auto agreed = query::all_of({query::where("assetId", id.str()), query::where("providerId", us.str())});
  auto unused = co_await check_unused(engine, context, negotiation::ContractAgreementDocument::kind(),
                                      std::move(agreed), id);
  if (!unused) co_return unused;
  auto open =
      query::all_of({query::where("assetId", id.str()), query::where("type", "PROVIDER"),
                     query::where("state", query::Operator::not_in,
                                  {std::int64_t{negotiation::code_of(negotiation::State::finalized)},
                                   std::int64_t{negotiation::code_of(negotiation::State::terminated)}})});
  co_return co_await check_unused(engine, std::move(context), negotiation::Machine::kind(), std::move(open),
                                  std::move(id));
}

Task<Result<Reply<Nothing>>> delete_asset(PublishingServices services, Call call) {
  auto id = call.entity("assetId");
  auto owner = co_await services.contexts.load(call.context);
  if (!owner) co_return fail(std::move(owner.error()));
  auto asset = co_await services.engine.load<offer::AssetDocument>(call.context, id);
  if (!asset) co_return fail(std::move(asset.error()));
  auto free = co_await check_not_given(services.engine, call.context, owner->identity, id);
  if (!free) co_return fail(std::move(free.error()));
  co_return co_await api::remove<AssetResource>(services.engine, std::move(call), std::move(id));
}

Task<Result<Reply<Nothing>>> delete_policy(PublishingServices services, Call call) {
  auto id = call.entity("policyDefinitionId");
  for (const char* field : {access_policy_field, contract_policy_field}) {
    auto unused =
        co_await check_unused(services.engine, call.context, offer::ContractDefinitionDocument::kind(),
                              protocol::query::where(field, id.str()), id);
    if (!unused) co_return fail(std::move(unused.error()));
  }
  co_return co_await api::remove<PolicyResource>(services.engine, std::move(call), std::move(id));
}

Task<Result<management::PolicyUsers>> users_of_policy(platform::engine::Engine& engine, ContextId context,
                                                      const char* field, EntityId id) {
  auto page = co_await engine.list_stored(
      std::move(context), offer::ContractDefinitionDocument::kind(),
      first_with(protocol::query::where(field, id.str()), management::policy_users_max));
  if (!page) co_return fail(std::move(page.error()));
  management::PolicyUsers users{.contract_definition_ids = {}, .more = page->next.has_value()};
  for (const auto& each : page->records) users.contract_definition_ids.push_back(each.id.str());
  co_return users;
}

Task<Result<Reply<management::PolicyUsage>>> policy_usage(PublishingServices services, Call call) {
  auto id = call.entity("policyDefinitionId");
  auto policy =
      co_await services.engine.load_stored(call.context, offer::PolicyDefinitionDocument::kind(), id);
  if (!policy) co_return fail(std::move(policy.error()));
  auto by_access = co_await users_of_policy(services.engine, call.context, access_policy_field, id);
  if (!by_access) co_return fail(std::move(by_access.error()));
  auto by_contract = co_await users_of_policy(services.engine, call.context, contract_policy_field, id);
  if (!by_contract) co_return fail(std::move(by_contract.error()));
  co_return Reply<management::PolicyUsage>{{id.str(), std::move(*by_access), std::move(*by_contract)}};
}

Task<Result<Reply<management::IdResponse>>> create_policy(PublishingServices services, Call call,
                                                          management::PolicyDefinition body) {
  auto evaluator = co_await services.policies.evaluator(call.context);
  if (!evaluator) co_return fail(std::move(evaluator.error()));
  if (auto bound = (*evaluator)->check_bound(body.policy); !bound) co_return fail(std::move(bound.error()));
  co_return co_await api::create<PolicyResource>(services.engine, services.contexts, std::move(call),
                                                 std::move(body));
}

Task<Result<Reply<Nothing>>> update_policy(PublishingServices services, Call call,
                                           management::PolicyDefinition body) {
  auto evaluator = co_await services.policies.evaluator(call.context);
  if (!evaluator) co_return fail(std::move(evaluator.error()));
  if (auto bound = (*evaluator)->check_bound(body.policy); !bound) co_return fail(std::move(bound.error()));
  auto id = call.entity("policyDefinitionId");
  co_return co_await api::replace<PolicyResource>(services.engine, std::move(call), std::move(body),
                                                  std::move(id));
}

void bind_assets(platform::routing::Router& router, PublishingServices s) {
  router.bind(management::create_asset, [s](Call call, management::Asset body) {
    return api::create<AssetResource>(s.engine, s.contexts, std::move(call), std::move(body));
  });
  router.bind(management::update_asset, [s](Call call, management::Asset body) {
    EntityId id(body.id.value_or(""));
    return api::replace<AssetResource>(s.engine, std::move(call), std::move(body), std::move(id));
  });
  router.bind(management::query_assets, [s](Call call, management::QueryRequest body) {
    return api::query<AssetResource>(s.engine, std::move(call), std::move(body));
  });
  router.bind(management::get_asset, [s](Call call, Nothing) {
    auto id = call.entity("assetId");
    return api::get<AssetResource>(s.engine, std::move(call), std::move(id));
  });
  router.bind(management::delete_asset, [s](Call call, Nothing) { return delete_asset(s, std::move(call)); });
}

void bind_policies(platform::routing::Router& router, PublishingServices s) {
  router.bind(management::create_policy, [s](Call call, management::PolicyDefinition body) {
    return create_policy(s, std::move(call), std::move(body));
  });
  router.bind(management::update_policy, [s](Call call, management::PolicyDefinition body) {
    return update_policy(s, std::move(call), std::move(body));
  });
  router.bind(management::query_policies, [s](Call call, management::QueryRequest body) {
    return api::query<PolicyResource>(s.engine, std::move(call), std::move(body));
  });
  router.bind(management::get_policy, [s](Call call, Nothing) {
    auto id = call.entity("policyDefinitionId");
    return api::get<PolicyResource>(s.engine, std::move(call), std::move(id));
  });
  router.bind(management::delete_policy,
              [s](Call call, Nothing) { return delete_policy(s, std::move(call)); });
  router.bind(management::get_policy_usage,
              [s](Call call, Nothing) { return policy_usage(s, std::move(call)); });
}

void bind_contract_definitions(platform::routing::Router& router, PublishingServices s) {
  using Resource = ContractDefinitionResource;
  router.bind(management::create_contract_definition, [s](Call call, management::ContractDefinition body) {
    return api::create<Resource>(s.engine, s.contexts, std::move(call), std::move(body));
  });
  router.bind(management::update_contract_definition, [s](Call call, management::ContractDefinition body) {
    EntityId id(body.id.value_or(""));
    return api::replace<Resource>(s.engine, std::move(call), std::move(body), std::move(id));
  });
  router.bind(management::query_contract_definitions, [s](Call call, management::QueryRequest body) {
    return api::query<Resource>(s.engine, std::move(call), std::move(body));
  });
  router.bind(management::get_contract_definition, [s](Call call, Nothing) {
    auto id = call.entity("contractDefinitionId");
    return api::get<Resource>(s.engine, std::move(call), std::move(id));
  });
  router.bind(management::delete_contract_definition, [s](Call call, Nothing) {
    auto id = call.entity("contractDefinitionId");
    return api::remove<Resource>(s.engine, std::move(call), std::move(id));
  });
}

}  // namespace

void bind_publishing_routes(platform::routing::Router& router, PublishingServices services) {
  bind_assets(router, services);
  bind_policies(router, services);
  bind_contract_definitions(router, services);
}

}  // namespace kontor::runtime::catalog
