#include "fabric/agents/agents.hpp"
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

}  // namespace

Task<Result<Outcome>> IdentityAgent::run(Assignment assignment) {
  auto context = assignment.text(api::participant_context_id_key);
  if (!context) co_return fail(std::move(context.error()));
  if (assignment.takes_down()) co_return co_await activate(std::move(assignment), std::move(*context), false);
  auto did = assignment.text(api::participant_id_key);
  if (!did) co_return fail(std::move(did.error()));
  Callee callee{.accepted = {409}, .deadline = assignment.deadline, .trace = assignment.trace};
  auto created = co_await identity_.call(identity::create_participant,
                                         manifest_of(*context, *did, public_url_), std::move(callee));
  if (!created) co_return fail(std::move(created.error()));
  if (created->status == 409) {
    co_return co_await adopt(std::move(assignment), std::move(*context), std::move(*did));
  }
  co_return agent_kit::Completed{};
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
  co_return co_await activate(std::move(assignment), std::move(context), true);
}

Task<Result<Outcome>> IdentityAgent::activate(Assignment assignment, std::string context, bool active) {
  Callee callee{.parameters = {{"participantContextId", context}},
                .query = active ? "isActive=true" : "isActive=false",
                .deadline = assignment.deadline,
                .trace = assignment.trace};
  if (!active) callee.accepted = {404};
  auto done = co_await identity_.call(identity::set_participant_state, {}, std::move(callee));
  if (!done) co_return fail(std::move(done.error()));
  co_return agent_kit::Completed{};
}

}  // namespace kontor::fabric::agents
