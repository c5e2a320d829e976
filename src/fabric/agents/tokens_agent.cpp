#include <algorithm>

#include "fabric/agents/agents.hpp"
#include "protocol/api/token/routes.hpp"

namespace kontor::fabric::agents {

namespace api = protocol::api::fabric;
namespace token = protocol::api::token;

namespace {

std::string context_of(const Assignment& assignment) {
  if (auto given = assignment.text(api::participant_context_id_key)) return *given;
  if (auto named = assignment.vpa_text(api::VpaType::control_plane, api::participant_context_id_key))
    return *named;
  std::string made = assignment.orchestration.str();
  std::erase(made, '-');
  return made;
}

}  // namespace

Task<Result<Outcome>> TokensAgent::run(Assignment assignment) {
  const auto context = context_of(assignment);
  Callee callee{
      .parameters = {{"clientId", context}}, .deadline = assignment.deadline, .trace = assignment.trace};
  if (assignment.takes_down()) {
    callee.accepted = {404};
    auto deleted = co_await token_service_.call(token::delete_client, {}, std::move(callee));
    if (!deleted) co_return fail(std::move(deleted.error()));
    co_return agent_kit::Completed{};
  }
  const token::Client client{.client_id = context,
                             .client_secret = {},
                             .role = "participant",
                             .participant_context_id = context,
                             .scopes = scopes_};
  auto put = co_await token_service_.call(token::put_client, client, std::move(callee));
  if (!put) co_return fail(std::move(put.error()));
  co_return agent_kit::Completed{
      .values = {{api::participant_context_id_key, context}},
      .outputs = {{api::participant_context_id_key, context}, {"clientId", context}}};
}

}  // namespace kontor::fabric::agents
