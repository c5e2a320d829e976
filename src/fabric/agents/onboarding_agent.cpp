#include <algorithm>

#include "fabric/agents/agents.hpp"
#include "protocol/api/identity/routes.hpp"

namespace kontor::fabric::agents {

namespace api = protocol::api::fabric;
namespace identity = protocol::api::identity;

namespace {

constexpr std::uint32_t wait_seconds = 20;
constexpr std::chrono::seconds look_again{1};

/// One request for each issuer, in the order in which they are named. The ids follow from the orchestration's, so that a
/// repeated attempt asks for the same.
std::vector<identity::CredentialRequest> requests_of(const Assignment& assignment,
                                                     const std::vector<api::CredentialSpec>& specs) {
  std::vector<identity::CredentialRequest> requests;
  for (const auto& spec : specs) {
    auto found = std::ranges::find(requests, Did(spec.issuer), &identity::CredentialRequest::issuer);
    if (found == requests.end()) {
      auto pid = fmt::format("{}-{}", assignment.orchestration, requests.size() + 1);
      requests.push_back({Did(spec.issuer), protocol::dcp::HolderPid(std::move(pid)), {}});
      found = std::prev(requests.end());
    }
    found->credentials.push_back({protocol::dcp::CredentialObjectId(spec.id), spec.type, spec.format});
  }
  return requests;
}

Task<Result<identity::CredentialRequestStatus>> status_of(ApiClient& client, Callee callee) {
  auto answer = co_await client.call(identity::get_credential_request, {}, std::move(callee));
  if (!answer) co_return fail(std::move(answer.error()));
  auto status = json::decode<identity::CredentialRequestStatus>(answer->body);
  if (!status) co_return fail_as(ErrorCode::peer_refused, std::move(status.error()), "read the credential request");
  co_return status;
}

}  // namespace

/// What is taken down takes nothing back here: the issuer revokes, and the holder's registration ends elsewhere.
Task<Result<Outcome>> OnboardingAgent::run(Assignment assignment) {
  if (assignment.takes_down()) co_return agent_kit::Completed{};
  auto context = assignment.text(api::participant_context_id_key);
  if (!context) co_return fail(std::move(context.error()));
  const auto* listed = assignment.data.if_contains(api::vpa_credentials_key);
  if (!listed) co_return agent_kit::Completed{};
  auto specs = json::decode_value<std::vector<api::CredentialSpec>>(*listed);
  if (!specs) co_return fail(std::move(specs.error()), "read the credentials that are asked for");
  const Callee base{.parameters = {{"participantContextId", *context}},
                    .deadline = assignment.deadline,
                    .trace = assignment.trace};
  json::Object outputs;
  for (const auto& request : requests_of(assignment, *specs)) {
    auto post = base;
    post.accepted = {409};
    auto asked = co_await identity_.call(identity::request_credentials, request, std::move(post));
    if (!asked) co_return fail(std::move(asked.error()));
    auto get = base;
    get.parameters.emplace_back("holderPid", request.holder_pid->str());
    get.wait_seconds = wait_seconds;
    auto status = co_await status_of(identity_, std::move(get));
    if (!status) co_return fail(std::move(status.error()));
    if (status->status == "ERROR") {
      co_return fail(ErrorCode::peer_refused, "the issuer '{}' did not issue: {}", request.issuer,
                     status->error_detail.value_or("it does not say why"));
    }
    if (status->status != "ISSUED") {
      co_return agent_kit::Waiting{look_again, fmt::format("the request to '{}' is {}", request.issuer,
                                                           status->status)};
    }
    outputs.insert_or_assign(api::holder_pid_key, request.holder_pid->str());
  }
  co_return agent_kit::Completed{.values = outputs, .outputs = outputs};
}

}  // namespace kontor::fabric::agents
