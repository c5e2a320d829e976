#include "protocol/api/usage/routes.hpp"

#include "dataplane/usage/assembly.hpp"
#include "platform/routing/replies.hpp"

namespace kontor::dataplane::usage {

namespace api = protocol::api::usage;
namespace counts = domain::flow_usage;
namespace query = protocol::query;
using platform::engine::Engine;
using platform::routing::Call;
using platform::routing::done;
using platform::routing::Reply;
using protocol::api::Nothing;
using protocol::api::management::QueryRequest;

namespace {

constexpr std::uint32_t flows_at_once = 500;

api::Counters shown(const counts::Counters& counters) {
  return {counters.requests, counters.refused, counters.sent_bytes, counters.received_bytes};
}

api::FlowUsage shown(const counts::FlowUsage& usage) {
  return {.flow = usage.about.flow,
          .agreement = usage.about.agreement,
          .dataset = usage.about.dataset,
          .counter_party = usage.about.counter_party,
          .counters = shown(usage.counters),
          .since = usage.since,
          .last_at = usage.last_at,
          .ended_at = usage.ended_at,
          .last_refusal = usage.last_refusal};
}

void add(api::AgreementUsage& sum, counts::Counters& counters, const counts::FlowUsage& usage) {
  ++sum.flows;
  counters += usage.counters;
  sum.since = sum.since ? std::min(*sum.since, usage.since) : usage.since;
  sum.last_at = sum.last_at ? std::max(*sum.last_at, usage.last_at) : usage.last_at;
}

Task<Result<Reply<std::vector<api::FlowUsage>>>> find(Engine& engine, Call call, QueryRequest body) {
  auto page = co_await engine.list<counts::Machine>(call.context, std::move(body.query));
  if (!page) co_return fail(std::move(page.error()));
  Reply<std::vector<api::FlowUsage>> reply;
  for (const auto& each : page->entities) reply.body.push_back(shown(each.entity));
  co_return reply;
}

/// Asked of the flows themselves: one under which nothing moved has no usage.
Task<Result<std::uint64_t>> count_open(Engine& engine, ContextId context, query::Predicate of_agreement) {
  query::Query open{.where = query::all_of(
                        {std::move(of_agreement),
                         query::where("state", query::Operator::not_in,
                                      {std::string(protocol::dps::state_name(flows::State::completed)),
                                       std::string(protocol::dps::state_name(flows::State::terminated))})})};
  co_return co_await engine.store().count(std::move(context), flows::Machine::kind(), std::move(open));
}

/// An agreement under which a flow was ordered and nothing moved yet has a usage: none.
Task<Result<void>> check_agreement(Engine& engine, ContextId context, query::Query query) {
  query.limit = 1;
  auto ordered = co_await engine.store().count(std::move(context), flows::Machine::kind(), std::move(query));
  if (!ordered) co_return fail(std::move(ordered.error()));
  if (*ordered == 0) co_return fail(ErrorCode::not_found, "this data plane has no flow under the agreement");
  co_return Result<void>{};
}

Task<Result<Reply<api::AgreementUsage>>> sum(Engine& engine, Call call, Nothing) {
  api::AgreementUsage usage{.agreement = call.id<protocol::dps::AgreementId>("agreementId")};
  counts::Counters counters;
  query::Query query{.where = query::where("agreementId", usage.agreement.str()), .limit = flows_at_once};
  for (auto more = true; more;) {
    auto page = co_await engine.list<counts::Machine>(call.context, query);
    if (!page) co_return fail(std::move(page.error()));
    for (const auto& each : page->entities) add(usage, counters, each.entity);
    more = page->next.has_value();
    if (!more) break;
    auto behind = query::read_cursor(*page->next);
    if (!behind) co_return fail(std::move(behind.error()));
    query.after = std::move(*behind);
  }
  auto open = co_await count_open(engine, call.context, query.where);
  if (!open) co_return fail(std::move(open.error()));
  usage.open_flows = *open;
  if (usage.flows == 0 && usage.open_flows == 0) {
    auto known = co_await check_agreement(engine, call.context, std::move(query));
    if (!known) co_return fail(std::move(known.error()));
  }
  usage.counters = shown(counters);
  co_return Reply<api::AgreementUsage>{std::move(usage)};
}

Task<Result<Reply<ContextLimits>>> show_limits(Usage& usage, Call call, Nothing) {
  auto limits = co_await usage.limits().own(call.context);
  if (!limits) co_return fail(std::move(limits.error()));
  co_return Reply<ContextLimits>{*limits};
}

platform::engine::Command by(const Call& call) {
  return {call.context, {}, call.caller.subject, call.trace};
}

}  // namespace

void bind_routes(platform::routing::Router& router, Engine& engine, Usage& usage) {
  router.bind(api::get_usage_limits,
              [&usage](Call call, Nothing) { return show_limits(usage, std::move(call), {}); });
  router.bind(api::set_usage_limits, [&usage](Call call, ContextLimits limits) {
    return done(usage.limits().set(by(call), limits));
  });
  router.bind(api::reset_usage_limits,
              [&usage](Call call, Nothing) { return done(usage.limits().reset(by(call))); });
  router.bind(api::query_usage, [&engine](Call call, QueryRequest body) {
    return find(engine, std::move(call), std::move(body));
  });
  router.bind(api::get_agreement_usage,
              [&engine](Call call, Nothing) { return sum(engine, std::move(call), {}); });
}

}  // namespace kontor::dataplane::usage
