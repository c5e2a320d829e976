#include "fabric/agents/agents.hpp"
#include "protocol/api/management/routes.hpp"

namespace kontor::fabric::agents {

namespace api = protocol::api::fabric;
namespace management = protocol::api::management;

Task<Result<Outcome>> ControlPlaneAgent::run(Assignment assignment) {
  auto context = assignment.text(api::participant_context_id_key);
  if (!context) co_return fail(std::move(context.error()));
  auto did = assignment.text(api::participant_id_key);
  if (!did) co_return fail(std::move(did.error()));
  Callee one{.parameters = {{"participantContextId", *context}},
             .deadline = assignment.deadline,
             .trace = assignment.trace};
  if (assignment.takes_down()) {
    one.accepted = {404};
    co_return co_await remove(std::move(one), Did(*did));
  }
  management::ParticipantContext body{.id = *context,
                                      .identity = Did(*did),
                                      .state = "ACTIVATED",
                                      .properties = {},
                                      .created_at = clock_.now()};
  Callee all{.accepted = {409}, .deadline = assignment.deadline, .trace = assignment.trace};
  auto created = co_await management_.call(management::create_participant, body, std::move(all));
  if (!created) co_return fail(std::move(created.error()));
  if (created->status != 409) co_return agent_kit::Completed{};
  auto there = co_await management_.call(management::get_participant, {}, std::move(one));
  if (!there) co_return fail(std::move(there.error()));
  auto found = json::decode<management::ParticipantContext>(there->body);
  if (!found)
    co_return fail_as(ErrorCode::peer_refused, std::move(found.error()), "read the participant context");
  if (found->identity != Did(*did)) {
    co_return fail(ErrorCode::peer_refused, "the participant context '{}' is that of '{}'", *context,
                   found->identity);
  }
  co_return agent_kit::Completed{};
}

/// What a set-up found to be another participant's, and failed for, stays when it is taken back.
Task<Result<Outcome>> ControlPlaneAgent::remove(Callee context, Did owner) {
  auto there = co_await management_.call(management::get_participant, {}, context);
  if (!there) co_return fail(std::move(there.error()));
  if (there->status == 404) co_return agent_kit::Completed{};
  auto found = json::decode<management::ParticipantContext>(there->body);
  if (!found)
    co_return fail_as(ErrorCode::peer_refused, std::move(found.error()), "read the participant context");
  if (found->identity != owner) co_return agent_kit::Completed{};
  auto deleted = co_await management_.call(management::delete_participant, {}, std::move(context));
  if (!deleted) co_return fail(std::move(deleted.error()));
  co_return agent_kit::Completed{};
}

}  // namespace kontor::fabric::agents
