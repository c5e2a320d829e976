#include "fabric/agents/agents.hpp"
#include "protocol/api/issuer/holder_routes.hpp"

namespace kontor::fabric::agents {

namespace api = protocol::api::fabric;

namespace issuer = protocol::api::issuer;

namespace {

protocol::api::AnyJson holder_of(const Assignment& assignment, const std::string& did) {
  return {json::ObjectWriter()
              .field("did", did)
              .field("holderId", did)
              .field("name", assignment.text("cfm.participant.holdername").value_or(did))
              .field("properties", assignment.vpa_properties(api::VpaType::issuer))
              .done()};
}

}  // namespace

Task<Result<Outcome>> RegistrationAgent::run(Assignment assignment) {
  auto did = assignment.text(api::participant_id_key);
  if (!did) co_return fail(std::move(did.error()));
  Callee callee{.parameters = {{"participantContextId", issuer_context_}},
                .deadline = assignment.deadline,
                .trace = assignment.trace};
  if (assignment.takes_down()) {
    callee.parameters.emplace_back("holderId", *did);
    callee.accepted = {404};
    auto deleted = co_await issuer_.call(issuer::delete_holder, {}, std::move(callee));
    if (!deleted) co_return fail(std::move(deleted.error()));
    co_return agent_kit::Completed{};
  }
  callee.accepted = {409};
  auto created = co_await issuer_.call(issuer::create_holder, holder_of(assignment, *did), std::move(callee));
  if (!created) co_return fail(std::move(created.error()));
  co_return agent_kit::Completed{};
}

}  // namespace kontor::fabric::agents
