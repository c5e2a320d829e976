#include "protocol/api/management/explaining_routes.hpp"
#include "runtime/transfer_process/routes.hpp"

namespace kontor::runtime::transfer_process {

namespace management = protocol::api::management;
using platform::engine::Engine;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;
using transfer::Machine;

namespace {

bool is_over(const transfer::TransferProcess& process) {
  return process.ended();
}

management::DataPlaneJudgement shown(transfer::Judgement judgement) {
  return {std::move(judgement.id), std::string(transfer::verdict_names.name(judgement.verdict)),
          std::move(judgement.reason)};
}

Task<Result<Loaded>> load(Engine& engine, Call call) {
  auto id = call.entity("transferProcessId");
  if (!call.wait) co_return co_await engine.load<Machine>(call.context, std::move(id));
  co_return co_await engine.wait<Machine>(call.context, std::move(id), is_over,
                                          platform::async::Deadline::after(engine.clock(), *call.wait));
}

Task<Result<Reply<management::TransferExplanation>>> explain(Engine& engine, DataPlanes& planes, Call call) {
  auto context = call.context;
  auto loaded = co_await load(engine, std::move(call));
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto& entity = loaded->entity;
  management::TransferExplanation body{.state = std::string(transfer::state_names.name(entity.state)),
                                       .state_at = entity.state_at};
  if (entity.ended_by != transfer::EndedBy::nobody)
    body.ended_by = std::string(transfer::ended_by_names.name(entity.ended_by));
  if (!entity.error_detail.empty()) body.reason = std::move(entity.error_detail);
  body.refusal = std::move(entity.explanation);
  if (!entity.data_plane_choice.empty()) body.data_plane_choice = std::move(entity.data_plane_choice);
  if (!entity.ended() && !entity.data_plane.empty()) {
    auto standing = co_await planes.standing(std::move(context), entity.data_plane);
    if (!standing) co_return fail(std::move(standing.error()));
    body.data_plane = shown(std::move(*standing));
  }
  co_return Reply<management::TransferExplanation>{std::move(body)};
}

Task<Result<Reply<management::DataPlaneSelection>>> select(DataPlanes& planes, Call call,
                                                           management::DataPlaneQuestion question) {
  auto selection =
      co_await planes.select(call.context, {std::move(question.transfer_type), std::move(question.labels)});
  if (!selection) co_return fail(std::move(selection.error()));
  Reply<management::DataPlaneSelection> reply;
  if (selection->chosen) reply.body.chosen = selection->judgements[*selection->chosen].id;
  for (auto& each : selection->judgements) reply.body.data_planes.push_back(shown(std::move(each)));
  co_return reply;
}

}  // namespace

void bind_explaining_routes(platform::routing::Router& router, Engine& engine, DataPlanes& planes) {
  router.bind(management::explain_transfer,
              [&](Call call, Nothing) { return explain(engine, planes, std::move(call)); });
  router.bind(management::select_dataplane, [&planes](Call call, management::DataPlaneQuestion question) {
    return select(planes, std::move(call), std::move(question));
  });
}

}  // namespace kontor::runtime::transfer_process
