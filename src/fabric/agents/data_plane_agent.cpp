#include "fabric/agents/agents.hpp"
#include "protocol/api/management/routes.hpp"

namespace kontor::fabric::agents {

namespace api = protocol::api::fabric;
namespace management = protocol::api::management;

Task<Result<Outcome>> DataPlaneAgent::run(Assignment assignment) {
  auto context = assignment.text(api::participant_context_id_key);
  if (!context) co_return fail(std::move(context.error()));
  Callee callee{.parameters = {{"participantContextId", *context}},
                .deadline = assignment.deadline,
                .trace = assignment.trace};
  if (assignment.takes_down()) {
    callee.parameters.emplace_back("dataplaneId", details_.id);
    callee.accepted = {404};
    auto deleted = co_await management_.call(management::delete_dataplane, {}, std::move(callee));
    if (!deleted) co_return fail(std::move(deleted.error()));
    co_return agent_kit::Completed{};
  }
  const protocol::dps::DataPlaneRegistrationMessage message{
      .dataplane_id = protocol::dps::DataPlaneId(details_.id),
      .endpoint = details_.signaling_url + "/api/v1/" + *context + "/dataflows",
      .profiles = details_.transfer_types,
      .labels = {},
      .authorization = {}};
  auto put = co_await management_.call(management::put_dataplane, message, std::move(callee));
  if (!put) co_return fail(std::move(put.error()));
  co_return agent_kit::Completed{};
}

}  // namespace kontor::fabric::agents
