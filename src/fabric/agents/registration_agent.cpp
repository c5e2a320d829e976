#include "fabric/agents/agents.hpp"
#include "fabric/agents/holder.hpp"

namespace kontor::fabric::agents {

namespace api = protocol::api::fabric;

Result<void> read(const json::Node& node, NewHolder& out) {
  json::ObjectReader in(node);
  in.required("did", out.did)
      .required("holderId", out.holder_id)
      .optional("name", out.name)
      .optional("properties", out.properties);
  return in.done();
}

json::Value write(const NewHolder& holder) {
  return json::ObjectWriter()
      .field("did", holder.did)
      .field("holderId", holder.holder_id)
      .field("name", holder.name)
      .field("properties", holder.properties)
      .done();
}

Task<Result<Outcome>> RegistrationAgent::run(Assignment assignment) {
  auto did = assignment.text(api::participant_id_key);
  if (!did) co_return fail(std::move(did.error()));
  Callee callee{.parameters = {{"participantContextId", issuer_context_}},
                .deadline = assignment.deadline,
                .trace = assignment.trace};
  if (assignment.takes_down()) {
    callee.parameters.emplace_back("holderId", *did);
    callee.accepted = {404};
    auto deleted = co_await issuer_.call(delete_holder, {}, std::move(callee));
    if (!deleted) co_return fail(std::move(deleted.error()));
    co_return agent_kit::Completed{};
  }
  callee.accepted = {409};
  const NewHolder holder{.did = *did,
                         .holder_id = *did,
                         .name = assignment.text("cfm.participant.holdername").value_or(*did),
                         .properties = assignment.vpa_properties(api::VpaType::issuer)};
  auto created = co_await issuer_.call(create_holder, holder, std::move(callee));
  if (!created) co_return fail(std::move(created.error()));
  co_return agent_kit::Completed{};
}

}  // namespace kontor::fabric::agents
