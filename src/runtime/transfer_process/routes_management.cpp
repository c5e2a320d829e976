#include "platform/routing/replies.hpp"
#include "protocol/api/management/sharing_routes.hpp"
#include "runtime/transfer_process/routes.hpp"

namespace kontor::runtime::transfer_process {

namespace dsp = protocol::dsp;
namespace management = protocol::api::management;
using platform::engine::Engine;
using platform::routing::Call;
using platform::routing::done;
using platform::routing::Reply;
using protocol::api::Nothing;
using transfer::Machine;

namespace {

management::TransferProcess shown(const Loaded& loaded) {
  const auto& entity = loaded.entity;
  management::TransferProcess body{.id = entity.pid,
                                   .role = entity.role,
                                   .state = std::string(transfer::state_names.name(entity.state)),
                                   .state_at = entity.state_at,
                                   .asset_id = entity.subject.dataset,
                                   .contract_id = entity.subject.contract.str(),
                                   .transfer_type = entity.subject.transfer_type};
  if (!entity.peer_pid.empty()) body.correlation_id = entity.peer_pid.str();
  if (!entity.error_detail.empty()) body.error_detail = entity.error_detail;
  if (entity.waiting) body.waits_until = entity.waiting->until;
  for (const auto& each : entity.callback_addresses) {
    body.callback_addresses.push_back(
        {each.uri, each.events, each.transactional, each.auth_key, each.auth_code_id});
  }
  return body;
}

/// Started, or over: what somebody who asked for data waits for.
bool at_rest(const transfer::TransferProcess& process) {
  return process.ended() || process.state == transfer::State::started ||
         process.state == transfer::State::suspended;
}

Task<Result<Loaded>> load(Engine& engine, Call call) {
  auto id = call.entity("transferProcessId");
  if (!call.wait) co_return co_await engine.load<Machine>(call.context, std::move(id));
  co_return co_await engine.wait<Machine>(call.context, std::move(id), at_rest,
                                          platform::async::Deadline::after(engine.clock(), *call.wait));
}

Task<Result<Reply<management::TransferProcess>>> get(Engine& engine, Call call) {
  auto loaded = co_await load(engine, std::move(call));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<management::TransferProcess>{shown(*loaded)};
}

Task<Result<Reply<management::StateResponse>>> get_state(Engine& engine, Call call) {
  auto loaded = co_await load(engine, std::move(call));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<management::StateResponse>{
      {"TransferState", std::string(transfer::state_names.name(loaded->entity.state))}};
}

/// With `Prefer: wait` once the process has come to rest.
Task<Result<Reply<management::TransferAddress>>> get_address(Engine& engine, Transfers& transfers,
                                                             Call call) {
  if (call.wait) {
    auto rested = co_await load(engine, call);
    if (!rested) co_return fail(std::move(rested.error()));
  }
  auto address = co_await transfers.access(std::move(call));
  if (!address) co_return fail(std::move(address.error()));
  co_return Reply<management::TransferAddress>{{std::move(*address)}};
}

Task<Result<Reply<std::vector<management::TransferProcess>>>> query(Engine& engine, Call call,
                                                                    management::QueryRequest body) {
  auto page = co_await engine.list<Machine>(call.context, std::move(body.query));
  if (!page) co_return fail(std::move(page.error()));
  Reply<std::vector<management::TransferProcess>> reply;
  for (const auto& each : page->entities) reply.body.push_back(shown(each));
  co_return reply;
}

Task<Result<Reply<management::IdResponse>>> create(Transfers& transfers, Call call,
                                                   management::TransferRequest body) {
  auto opened = co_await transfers.open(std::move(call), std::move(body));
  if (!opened) co_return fail(std::move(opened.error()));
  co_return Reply<management::IdResponse>{{opened->id.str(), opened->created_at}};
}

dsp::Reason reason_of(const management::ReasonRequest& body, std::string_view otherwise) {
  return dsp::Reason::of(body.reason.value_or(std::string(otherwise)));
}

}  // namespace

void bind_management_routes(platform::routing::Router& router, Engine& engine, Transfers& transfers) {
  router.bind(management::create_transfer, [&transfers](Call call, management::TransferRequest body) {
    return create(transfers, std::move(call), std::move(body));
  });
  router.bind(management::query_transfers, [&engine](Call call, management::QueryRequest body) {
    return query(engine, std::move(call), std::move(body));
  });
  router.bind(management::get_transfer,
              [&engine](Call call, Nothing) { return get(engine, std::move(call)); });
  router.bind(management::get_transfer_state,
              [&engine](Call call, Nothing) { return get_state(engine, std::move(call)); });
  router.bind(management::get_transfer_address,
              [&](Call call, Nothing) { return get_address(engine, transfers, std::move(call)); });
  router.bind(management::terminate_transfer, [&transfers](Call call, management::ReasonRequest body) {
    return done(transfers.command(std::move(call), transfer::Terminate{reason_of(body, "terminated")}));
  });
  router.bind(management::suspend_transfer, [&transfers](Call call, management::ReasonRequest body) {
    return done(transfers.command(std::move(call), transfer::Suspend{reason_of(body, "suspended")}));
  });
  router.bind(management::approve_transfer, [&transfers](Call call, Nothing) {
    return done(transfers.command(std::move(call), transfer::Start{}));
  });
  router.bind(management::resume_transfer, [&transfers](Call call, Nothing) {
    return done(transfers.command(std::move(call), transfer::Resume{}));
  });
}

}  // namespace kontor::runtime::transfer_process
