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

/// The secret that the token service made; none for a client that it has already.
Task<Result<std::string>> put(ApiClient& token_service, token::Client client, Callee callee) {
  auto answer = co_await token_service.call(token::put_client, client, std::move(callee));
  if (!answer) co_return fail(std::move(answer.error()));
  auto stored = json::decode<token::Client>(answer->body);
  if (!stored) co_return fail_as(ErrorCode::peer_refused, std::move(stored.error()), "read the client");
  co_return stored->client_secret.value_or("");
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
  token::Client client{.client_id = context,
                       .client_secret = {},
                       .role = "participant",
                       .participant_context_id = context,
                       .scopes = scopes_};
  auto secret = co_await put(token_service_, client, callee);
  if (secret && secret->empty()) {
    // It is there from an attempt whose answer was lost: its secret was told once, so it gets another.
    client.client_secret = random_hex(random_, 32);
    auto replaced = co_await put(token_service_, client, std::move(callee));
    if (!replaced) co_return fail(std::move(replaced.error()));
    secret = std::move(*client.client_secret);
  }
  if (!secret) co_return fail(std::move(secret.error()));
  co_return agent_kit::Completed{
      .values = {{api::participant_context_id_key, context}},
      .outputs = {
          {api::participant_context_id_key, context}, {"clientId", context}, {"clientSecret", *secret}}};
}

}  // namespace kontor::fabric::agents
