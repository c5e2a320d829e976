#include "fabric/agents/agents.hpp"
#include "fabric/agents/own_did.hpp"
#include "protocol/api/identity/did_control_routes.hpp"
#include "protocol/api/identity/participant_routes.hpp"

namespace kontor::fabric::agents {

namespace api = protocol::api::fabric;
namespace identity = protocol::api::identity;

namespace {

identity::ParticipantManifest manifest_of(const std::string& context, const std::string& did,
                                          const std::string& public_url) {
  const auto dsp = public_url + "/api/dsp/" + context;
  return {.participant_context_id = ContextId(context),
          .did = Did(did),
          .keys = {{.key_id = "key-1",
                    .private_key_alias = context + "-key-1",
                    .algorithm = "EC",
                    .curve = "secp256r1",
                    .usages = {},
                    .active = true}},
          .services = {{context + "-credentialservice", "CredentialService",
                        public_url + "/api/credentials/v1/participants/" + context},
                       {context + "-dsp", "ProtocolEndpoint", dsp + "/http-dsp-profile-2025-1"},
                       {context + "-dataservice", "DataService", dsp + "/.well-known/dspace-version"}},
          .active = true,
          .scopes = {},
          // Who is onboarded here uses our own connector.
          .provision_sts_account = false,
          .properties = {}};
}

/// Of a participant that keeps its keys, its DID document and its credential service elsewhere.
identity::ParticipantManifest manifest_of(const std::string& context, const std::string& did,
                                          identity::TokenService elsewhere) {
  return {.participant_context_id = ContextId(context),
          .did = Did(did),
          .keys = {},
          .services = {},
          .active = true,
          .scopes = {},
          .provision_sts_account = false,
          .properties = {},
          .token_service = std::move(elsewhere)};
}

}  // namespace

Task<Result<Outcome>> IdentityAgent::run(Assignment assignment) {
  auto context = assignment.text(api::participant_context_id_key);
  if (!context) co_return fail(std::move(context.error()));
  auto did = assignment.text(api::participant_id_key);
  if (!did) co_return fail(std::move(did.error()));
  if (assignment.takes_down())
    co_return co_await remove(std::move(assignment), std::move(*context), std::move(*did));
  auto elsewhere = token_service_of(assignment);
  if (!elsewhere) co_return fail(std::move(elsewhere.error()));
  const auto manifest = *elsewhere ? manifest_of(*context, *did, std::move(**elsewhere))
                                   : manifest_of(*context, *did, public_url_);
  Callee callee{.accepted = {409}, .deadline = assignment.deadline, .trace = assignment.trace};
  auto created = co_await identity_.call(identity::create_participant, manifest, std::move(callee));
  if (!created) co_return fail(std::move(created.error()));
  const bool along = brings_did_along(*did, public_url_);
  if (along) {
    auto waiting = co_await await_proof(assignment, *context);
    if (!waiting) co_return fail(std::move(waiting.error()));
    if (*waiting) co_return std::move(**waiting);
  }
  Result<Outcome> outcome = agent_kit::Completed{};
  if (created->status == 409)
    outcome = co_await adopt(std::move(assignment), std::move(*context), std::move(*did));
  if (outcome && along) std::get<agent_kit::Completed>(*outcome).values.emplace(did_proven_key, true);
  co_return outcome;
}

/// Where a participant that brings its DID along stands with the proof; none: it has given it, or the context
/// is another participant's.
Task<Result<std::optional<agent_kit::Waiting>>> IdentityAgent::await_proof(Assignment assignment,
                                                                           std::string context) {
  Callee callee{.parameters = {{"participantContextId", context}},
                .wait_seconds = look_seconds(assignment),
                .accepted = {404},
                .deadline = assignment.deadline,
                .trace = assignment.trace};
  auto answer = co_await identity_.call(identity::get_did_control, {}, std::move(callee));
  if (!answer) co_return fail(std::move(answer.error()));
  if (answer->status == 404) co_return std::nullopt;
  auto control = json::decode<identity::DidControl>(answer->body);
  if (!control)
    co_return fail_as(ErrorCode::peer_refused, std::move(control.error()), "read who controls the DID");
  if (control->did != Did(assignment.text(api::participant_id_key).value_or(""))) co_return std::nullopt;
  if (control->state == "LOST")
    co_return fail(ErrorCode::peer_refused, "another participant has proven that it controls {}",
                   control->did);
  if (control->state != "UNPROVEN") co_return std::nullopt;
  co_return patiently(
      assignment, fmt::format("waits for the participant '{}' to prove that it controls {}: by a "
                              "challenge of the Identity API, …/{}/didcontrol/challenges{}",
                              context, control->did, context,
                              control->last_refusal ? "; the last answer: " + *control->last_refusal : ""));
}

/// It exists: from an attempt before, or from an earlier membership. Another participant's is not taken.
Task<Result<Outcome>> IdentityAgent::adopt(Assignment assignment, std::string context, std::string did) {
  Callee callee{.parameters = {{"participantContextId", context}},
                .deadline = assignment.deadline,
                .trace = assignment.trace};
  auto there = co_await identity_.call(identity::get_participant, {}, std::move(callee));
  if (!there)
    co_return fail(std::move(there.error()), "the identity '{}' exists, but not as '{}'", did, context);
  auto found = json::decode<identity::ParticipantContext>(there->body);
  if (!found) co_return fail_as(ErrorCode::peer_refused, std::move(found.error()), "read the identity");
  if (found->did != Did(did)) {
    co_return fail(ErrorCode::peer_refused, "the identity '{}' is that of '{}'", context, found->did);
  }
  Callee active{.parameters = {{"participantContextId", context}},
                .query = "isActive=true",
                .deadline = assignment.deadline,
                .trace = assignment.trace};
  auto done = co_await identity_.call(identity::set_participant_state, {}, std::move(active));
  if (!done) co_return fail(std::move(done.error()));
  co_return agent_kit::Completed{};
}

/// What a set-up found to be another participant's, and failed for, stays when it is taken back.
Task<Result<Outcome>> IdentityAgent::remove(Assignment assignment, std::string context, std::string did) {
  const Callee callee{.parameters = {{"participantContextId", context}},
                      .accepted = {404},
                      .deadline = assignment.deadline,
                      .trace = assignment.trace};
  auto there = co_await identity_.call(identity::get_participant, {}, callee);
  if (!there) co_return fail(std::move(there.error()));
  if (there->status == 404) co_return agent_kit::Completed{};
  auto found = json::decode<identity::ParticipantContext>(there->body);
  if (!found) co_return fail_as(ErrorCode::peer_refused, std::move(found.error()), "read the identity");
  if (found->did != Did(did)) co_return agent_kit::Completed{};
  auto removed = co_await identity_.call(identity::delete_participant, {}, callee);
  if (!removed) co_return fail(std::move(removed.error()));
  co_return agent_kit::Completed{};
}

}  // namespace kontor::fabric::agents
