#include <algorithm>

#include "fabric/agents/agents.hpp"
#include "fabric/agents/own_did.hpp"
#include "protocol/api/identity/credential_routes.hpp"

namespace kontor::fabric::agents {

namespace api = protocol::api::fabric;
namespace identity = protocol::api::identity;

namespace {

constexpr std::uint32_t wait_seconds = 20;
constexpr std::chrono::seconds look_again{1};
constexpr std::uint32_t requests_max = 10;  ///< to one issuer, each after an operator's retry
constexpr std::string_view waiting_key = "credentialRequest.waiting";

/// One request for each issuer, in the order in which they are named.
std::vector<identity::CredentialRequest> requests_of(const std::vector<api::CredentialSpec>& specs) {
  std::vector<identity::CredentialRequest> requests;
  for (const auto& spec : specs) {
    auto found = std::ranges::find(requests, Did(spec.issuer), &identity::CredentialRequest::issuer);
    if (found == requests.end()) {
      requests.push_back({Did(spec.issuer), {}, {}});
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
  if (!status)
    co_return fail_as(ErrorCode::peer_refused, std::move(status.error()), "read the credential request");
  co_return status;
}

/// Which request is waited for, and in which run of the activity: a run keeps its deadline while it waits.
json::Value wait_mark(const Assignment& assignment, const protocol::dcp::HolderPid& pid) {
  return json::Object{{"holderPid", pid.str()}, {"until", json::write(assignment.deadline.at)}};
}

/// Whether the request was made by this run of the activity and not by one that failed before.
bool is_of_this_run(const Assignment& assignment, const protocol::dcp::HolderPid& pid) {
  const auto* mark = assignment.data.if_contains(waiting_key);
  return mark && json::equal(*mark, wait_mark(assignment, pid));
}

}  // namespace

/// What is taken down takes nothing back here: the issuer revokes, and the holder's registration ends
/// elsewhere.
Task<Result<Outcome>> OnboardingAgent::run(Assignment assignment) {
  if (assignment.takes_down()) co_return agent_kit::Completed{};
  auto elsewhere = token_service_of(assignment);
  if (!elsewhere) co_return fail(std::move(elsewhere.error()));
  if (*elsewhere) co_return agent_kit::Completed{};
  const auto* listed = assignment.data.if_contains(api::vpa_credentials_key);
  if (!listed) co_return agent_kit::Completed{};
  auto specs = json::decode_value<std::vector<api::CredentialSpec>>(*listed);
  if (!specs) co_return fail(std::move(specs.error()), "read the credentials that are asked for");
  json::Object outputs;
  std::size_t number = 0;
  for (const auto& request : requests_of(*specs)) {
    auto outcome = co_await obtain(assignment, request, ++number);
    if (!outcome || std::holds_alternative<agent_kit::Waiting>(*outcome)) co_return outcome;
    outputs = std::get<agent_kit::Completed>(*outcome).outputs;
  }
  co_return agent_kit::Completed{.values = outputs, .outputs = outputs};
}

/// The ids of requests follow from the orchestration's, so that a repeated attempt finds what was asked
/// before. One that an earlier run saw refused is not asked about again: the next id is asked for.
Task<Result<Outcome>> OnboardingAgent::obtain(Assignment assignment, identity::CredentialRequest request,
                                              std::size_t number) {
  auto context = assignment.text(api::participant_context_id_key);
  if (!context) co_return fail(std::move(context.error()));
  const Callee base{.parameters = {{"participantContextId", *context}},
                    .deadline = assignment.deadline,
                    .trace = assignment.trace};
  for (std::uint32_t nth = 1; nth <= requests_max; ++nth) {
    const protocol::dcp::HolderPid pid(fmt::format("{}-{}-{}", assignment.orchestration, number, nth));
    request.holder_pid = pid;
    auto post = base;
    post.accepted = {409};
    auto asked = co_await identity_.call(identity::request_credentials, request, std::move(post));
    if (!asked) co_return fail(std::move(asked.error()));
    auto get = base;
    get.parameters.emplace_back("holderPid", pid.str());
    get.wait_seconds = wait_seconds;
    auto status = co_await status_of(identity_, std::move(get));
    if (!status) co_return fail(std::move(status.error()));
    if (status->status == "ISSUED")
      co_return agent_kit::Completed{.outputs = {{api::holder_pid_key, pid.str()}}};
    if (status->status != "ERROR") {
      co_return agent_kit::Waiting{
          .again_after = look_again,
          .detail = fmt::format("the request to '{}' is {}", request.issuer, status->status),
          .values = {{waiting_key, wait_mark(assignment, pid)}}};
    }
    if (asked->status == 409 && !is_of_this_run(assignment, pid)) continue;
    co_return fail(ErrorCode::peer_refused, "the issuer '{}' did not issue: {}", request.issuer,
                   status->error_detail.value_or("it does not say why"));
  }
  co_return fail(ErrorCode::peer_refused, "the issuer '{}' refused {} requests", request.issuer,
                 requests_max);
}

}  // namespace kontor::fabric::agents
