#include "protocol/api/management/explaining_routes.hpp"
#include "protocol/api/management/sharing_routes.hpp"
#include "runtime/contract_negotiation/routes.hpp"

namespace kontor::runtime::contract_negotiation {

namespace dsp = protocol::dsp;
namespace management = protocol::api::management;
using negotiation::ContractAgreement;
using negotiation::ContractAgreementDocument;
using negotiation::Machine;
using platform::engine::Engine;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

management::ContractNegotiation shown(const Loaded& loaded) {
  const auto& entity = loaded.entity;
  management::ContractNegotiation body{
      .id = entity.pid,
      .role = entity.role,
      .state = std::string(negotiation::state_names.name(entity.state)),
      .counter_party = {entity.peer.address, entity.peer.id.str(), entity.peer.profile},
      .asset_id = entity.dataset,
      .created_at = loaded.created_at};
  for (const auto& each : entity.callback_addresses) {
    body.callback_addresses.push_back(
        {each.uri, each.events, each.transactional, each.auth_key, each.auth_code_id});
  }
  if (negotiation::is_binding(entity)) body.agreement_id = negotiation::agreement_entity_id(entity).str();
  if (!entity.peer_pid.empty()) body.correlation_id = entity.peer_pid.str();
  if (!entity.error_detail.empty()) body.error_detail = entity.error_detail;
  if (entity.waiting) body.waits_until = entity.waiting->until;
  if (open_question(entity.state) && entity.last_offer()) body.offer = *entity.last_offer();
  return body;
}

management::ContractAgreement shown(const ContractAgreement& agreement) {
  management::ContractAgreement body{.id = agreement.id.str(),
                                     .agreement_id = agreement.agreement_id,
                                     .asset_id = agreement.dataset,
                                     .provider_id = agreement.provider.str(),
                                     .consumer_id = agreement.consumer.str(),
                                     .signed_at = agreement.signed_at,
                                     .policy = agreement.policy,
                                     .claims = *agreement.claims};
  if (agreement.end) {
    body.ended_at = agreement.end->at;
    body.ended_by = std::string(negotiation::ended_by_names.name(agreement.end->by));
    body.end_reason = agreement.end->reason;
  }
  return body;
}

Task<Result<Loaded>> load(Engine& engine, Call call) {
  auto id = call.entity("negotiationId");
  if (!call.wait) co_return co_await engine.load<Machine>(call.context, std::move(id));
  const auto ended = [](const negotiation::ContractNegotiation& each) { return each.ended(); };
  co_return co_await engine.wait<Machine>(call.context, std::move(id), ended,
                                          platform::async::Deadline::after(engine.clock(), *call.wait));
}

Task<Result<Reply<management::ContractNegotiation>>> get(Engine& engine, Call call) {
  auto loaded = co_await load(engine, std::move(call));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<management::ContractNegotiation>{shown(*loaded)};
}

Task<Result<Reply<management::StateResponse>>> get_state(Engine& engine, Call call) {
  auto loaded = co_await load(engine, std::move(call));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<management::StateResponse>{
      {"NegotiationState", std::string(negotiation::state_names.name(loaded->entity.state))}};
}

Task<Result<Reply<management::NegotiationExplanation>>> explain(Engine& engine, Call call) {
  auto loaded = co_await load(engine, std::move(call));
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto& entity = loaded->entity;
  management::NegotiationExplanation body{.state = std::string(negotiation::state_names.name(entity.state)),
                                          .state_at = entity.state_at};
  if (entity.ended_by != negotiation::EndedBy::nobody)
    body.ended_by = std::string(negotiation::ended_by_names.name(entity.ended_by));
  if (!entity.error_detail.empty()) body.reason = std::move(entity.error_detail);
  body.refusal = std::move(entity.explanation);
  co_return Reply<management::NegotiationExplanation>{std::move(body)};
}

Task<Result<Reply<management::ContractAgreement>>> get_agreement_of(Engine& engine, Call call) {
  auto loaded = co_await load(engine, std::move(call));
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto agreement = negotiation::agreement_of(loaded->entity);
  if (!agreement) co_return fail(ErrorCode::not_found, "the negotiation has no agreement");
  co_return Reply<management::ContractAgreement>{shown(*agreement)};
}

Task<Result<Reply<std::vector<management::ContractNegotiation>>>> query(Engine& engine, Call call,
                                                                        management::QueryRequest body) {
  auto page = co_await engine.list<Machine>(call.context, std::move(body.query));
  if (!page) co_return fail(std::move(page.error()));
  Reply<std::vector<management::ContractNegotiation>> reply;
  for (const auto& each : page->entities) reply.body.push_back(shown(each));
  co_return reply;
}

Task<Result<Reply<management::IdResponse>>> create(Negotiations& negotiations, Call call,
                                                   management::ContractRequest body) {
  auto opened = co_await negotiations.open(std::move(call), std::move(body));
  if (!opened) co_return fail(std::move(opened.error()));
  co_return Reply<management::IdResponse>{{opened->id.str(), opened->created_at}};
}

Task<Result<Reply<management::IdResponse>>> offer(Negotiations& negotiations, Call call,
                                                  management::OfferRequest body) {
  auto opened = co_await negotiations.open_offer(std::move(call), std::move(body));
  if (!opened) co_return fail(std::move(opened.error()));
  co_return Reply<management::IdResponse>{{opened->id.str(), opened->created_at}};
}

Task<Result<Reply<Nothing>>> choose(Negotiations& negotiations, Call call,
                                    decisions::NegotiationChoice choice) {
  auto pid = call.id<dsp::Pid>("negotiationId");
  auto done = co_await negotiations.choose(std::move(call), std::move(pid), std::move(choice));
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<Nothing>>> remove(Engine& engine, Call call) {
  auto loaded = co_await engine.load<Machine>(call.context, call.entity("negotiationId"));
  if (!loaded) co_return fail(std::move(loaded.error()));
  const auto& entity = loaded->entity;
  if (entity.state != negotiation::State::terminated || negotiation::is_binding(entity)) {
    co_return fail(ErrorCode::conflict, "only a terminated negotiation without agreement can be deleted");
  }
  platform::engine::Command command{call.context, loaded->id, call.caller.subject};
  auto removed = co_await engine.remove<Machine>(std::move(command), loaded->version);
  if (!removed) co_return fail(std::move(removed.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<std::vector<management::ContractAgreement>>>> query_agreements(
    Engine& engine, Call call, management::QueryRequest body) {
  auto page = co_await engine.list<ContractAgreementDocument>(call.context, std::move(body.query));
  if (!page) co_return fail(std::move(page.error()));
  Reply<std::vector<management::ContractAgreement>> reply;
  for (const auto& each : page->entities) reply.body.push_back(shown(each.entity));
  co_return reply;
}

Task<Result<Reply<management::ContractAgreement>>> get_agreement(Engine& engine, Call call) {
  auto loaded = co_await engine.load<ContractAgreementDocument>(call.context, call.entity("agreementId"));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<management::ContractAgreement>{shown(loaded->entity)};
}

Task<Result<Reply<management::ContractNegotiation>>> get_agreement_negotiation(Engine& engine, Call call) {
  auto agreement = co_await engine.load<ContractAgreementDocument>(call.context, call.entity("agreementId"));
  if (!agreement) co_return fail(std::move(agreement.error()));
  auto loaded = co_await engine.load<Machine>(call.context, entity_id(agreement->entity.negotiation));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<management::ContractNegotiation>{shown(*loaded)};
}

}  // namespace

void bind_management_routes(platform::routing::Router& router, Engine& engine, Negotiations& negotiations) {
  router.bind(management::create_negotiation, [&negotiations](Call call, management::ContractRequest body) {
    return create(negotiations, std::move(call), std::move(body));
  });
  router.bind(management::query_negotiations, [&engine](Call call, management::QueryRequest body) {
    return query(engine, std::move(call), std::move(body));
  });
  router.bind(management::get_negotiation,
              [&engine](Call call, Nothing) { return get(engine, std::move(call)); });
  router.bind(management::get_negotiation_state,
              [&engine](Call call, Nothing) { return get_state(engine, std::move(call)); });
  router.bind(management::explain_negotiation,
              [&engine](Call call, Nothing) { return explain(engine, std::move(call)); });
  router.bind(management::get_negotiation_agreement,
              [&engine](Call call, Nothing) { return get_agreement_of(engine, std::move(call)); });
  router.bind(management::offer_contract, [&negotiations](Call call, management::OfferRequest body) {
    return offer(negotiations, std::move(call), std::move(body));
  });
  router.bind(management::approve_negotiation, [&negotiations](Call call, Nothing) {
    return choose(negotiations, std::move(call), decisions::Proceed{});
  });
  router.bind(management::counter_negotiation, [&negotiations](Call call, management::CounterOffer body) {
    return choose(negotiations, std::move(call), decisions::Counter{std::move(body.offer)});
  });
  router.bind(management::terminate_negotiation, [&negotiations](Call call, management::ReasonRequest body) {
    decisions::Refuse refusal{dsp::Reason::of(body.reason.value_or("terminated"))};
    return choose(negotiations, std::move(call), std::move(refusal));
  });
  router.bind(management::delete_negotiation,
              [&engine](Call call, Nothing) { return remove(engine, std::move(call)); });
  router.bind(management::query_agreements, [&engine](Call call, management::QueryRequest body) {
    return query_agreements(engine, std::move(call), std::move(body));
  });
  router.bind(management::get_agreement,
              [&engine](Call call, Nothing) { return get_agreement(engine, std::move(call)); });
  router.bind(management::get_agreement_negotiation,
              [&engine](Call call, Nothing) { return get_agreement_negotiation(engine, std::move(call)); });
}

}  // namespace kontor::runtime::contract_negotiation
