#include "dataplane/signaling/data_flows.hpp"

#include <algorithm>

#include "base/crypto/hash.hpp"
#include "base/text/encoding.hpp"
#include "dataplane/signaling/http_source.hpp"
#include "protocol/dps/http_profile.hpp"

namespace kontor::dataplane::signaling {

namespace engine = platform::engine;
using flows::Machine;

namespace {

std::vector<std::string> vault_keys_of(const std::optional<flows::SealedAddress>& address) {
  std::vector<std::string> keys;
  if (!address) return keys;
  for (const auto& property : address->sealed) keys.push_back(property.vault_key);
  return keys;
}

std::vector<std::string> vault_keys_of(const flows::DataFlow& flow) {
  auto keys = vault_keys_of(flow.source);
  std::ranges::move(vault_keys_of(flow.counter_address), std::back_inserter(keys));
  return keys;
}

/// The source stands in the metadata, as EDC's control plane sends it.
Result<HttpSource> source_in(const json::Object& metadata) {
  const auto* address = metadata.if_contains("dataAddress");
  if (!address) return invalid("/metadata/dataAddress", "is required: it says where the data is");
  return read_http_source(json::Node(*address, "/metadata/dataAddress"));
}

EntityId flow_in(const platform::routing::Call& call) {
  return call.entity("flowId");
}

}  // namespace

DataFlows::Answer DataFlows::start(Call call, dps::DataFlowStartMessage message) {
  if (auto known = check_profile(message.base.profile); !known) co_return fail(std::move(known.error()));
  if (message.data_address) {
    co_return invalid("/dataAddress", "must not be there: the provider of a pull opens the endpoint");
  }
  const auto context = call.context;
  Step step{.flow = EntityId(message.base.process_id.str()), .event = {}, .brought = {}, .before = {}};
  auto before = co_await find(context, step.flow);
  if (!before) co_return fail(std::move(before.error()));
  step.before = std::move(*before);
  auto opening = new_opening(context, step.flow);
  if (!opening) co_return fail(std::move(opening.error()));
  if (!step.before) {
    auto source = source_in(message.base.metadata);
    if (!source) co_return fail(std::move(source.error()));
    auto kept = co_await addresses_.keep(context, write_http_source(*source),
                                         "data-flow/" + opening->grant->id.str() + "/source");
    if (!kept) co_return fail(std::move(kept.error()));
    step.brought = std::move(*kept);
  }
  step.event = flows::StartReceived{.message_id = message.base.message_id,
                                    .participant_context = context,
                                    .terms = terms_of(std::move(message.base)),
                                    .control_plane = control_plane_of(context),
                                    .source = step.brought,
                                    .counter_address = {},
                                    .readiness = flows::Ready{std::move(*opening)}};
  auto flow = co_await apply(std::move(call), std::move(step));
  if (!flow) co_return fail(std::move(flow.error()));
  co_return describe(*flow, true);
}

DataFlows::Answer DataFlows::prepare(Call call, dps::DataFlowPrepareMessage message) {
  if (auto known = check_profile(message.base.profile); !known) co_return fail(std::move(known.error()));
  const auto context = call.context;
  Step step{.flow = EntityId(message.base.process_id.str()), .event = {}, .brought = {}, .before = {}};
  step.event = flows::PrepareReceived{.message_id = message.base.message_id,
                                      .participant_context = context,
                                      .terms = terms_of(std::move(message.base)),
                                      .control_plane = control_plane_of(context),
                                      .readiness = flows::Ready{}};
  auto flow = co_await apply(std::move(call), std::move(step));
  if (!flow) co_return fail(std::move(flow.error()));
  co_return describe(*flow, false);
}

/// The address is for whoever fetches, and this plane does not: it keeps no copy of a token that it has no
/// use for.
DataFlows::Answer DataFlows::started(Call call, dps::DataFlowStartedNotificationMessage message) {
  Step step{.flow = flow_in(call),
            .event = flows::StartedReceived{message.message_id, {}},
            .brought = {},
            .before = {}};
  auto flow = co_await apply(std::move(call), std::move(step));
  if (!flow) co_return fail(std::move(flow.error()));
  co_return describe(*flow, false);
}

DataFlows::Answer DataFlows::suspend(Call call, dps::DataFlowSuspendMessage message) {
  Step step{.flow = flow_in(call),
            .event = flows::SuspendReceived{message.message_id, message.reason.value_or("")},
            .brought = {},
            .before = {}};
  auto flow = co_await apply(std::move(call), std::move(step));
  if (!flow) co_return fail(std::move(flow.error()));
  co_return describe(*flow, false);
}

DataFlows::Answer DataFlows::resume(Call call, dps::DataFlowResumeMessage message) {
  auto before = co_await find(call.context, flow_in(call));
  if (!before) co_return fail(std::move(before.error()));
  if (!*before) co_return fail(ErrorCode::not_found, "there is no such data flow");
  const bool ours = flows::owns_address(**before);
  flows::ResumeReceived event{.message_id = message.message_id, .counter_address = {}, .opening = {}};
  if (ours) {
    auto opening = new_opening(call.context, flow_in(call));
    if (!opening) co_return fail(std::move(opening.error()));
    event.opening = std::move(*opening);
  }
  Step step{.flow = flow_in(call), .event = std::move(event), .brought = {}, .before = std::move(*before)};
  auto flow = co_await apply(std::move(call), std::move(step));
  if (!flow) co_return fail(std::move(flow.error()));
  co_return describe(*flow, ours);
}

DataFlows::Answer DataFlows::terminate(Call call, dps::DataFlowTerminateMessage message) {
  Step step{.flow = flow_in(call),
            .event = flows::TerminateReceived{message.message_id, message.reason.value_or("")},
            .brought = {},
            .before = {}};
  auto flow = co_await apply(std::move(call), std::move(step));
  if (!flow) co_return fail(std::move(flow.error()));
  co_return describe(*flow, false);
}

DataFlows::Answer DataFlows::completed(Call call, dps::DataFlowCompletedMessage message) {
  Step step{.flow = flow_in(call),
            .event = flows::CompletedReceived{message.message_id},
            .brought = {},
            .before = {}};
  auto flow = co_await apply(std::move(call), std::move(step));
  if (!flow) co_return fail(std::move(flow.error()));
  co_return describe(*flow, false);
}

Task<Result<dps::DataFlowStatusResponseMessage>> DataFlows::status(Call call) {
  const auto rests = [](const flows::DataFlow& flow) {
    return flow.state != flows::State::preparing && flow.state != flows::State::starting;
  };
  const auto until =
      platform::async::Deadline::after(services_.engine.clock(), call.wait.value_or(Duration{0}));
  auto loaded = call.wait ? co_await services_.engine.wait<Machine>(call.context, flow_in(call), rests, until)
                          : co_await services_.engine.load<Machine>(call.context, flow_in(call));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return dps::DataFlowStatusResponseMessage{loaded->entity.id, loaded->entity.state};
}

/// Applies the event; secrets that the flow does not name afterwards are deleted.
Task<Result<flows::DataFlow>> DataFlows::apply(Call call, Step step) {
  engine::Command command(call.context, std::move(step.flow), call.caller.subject);
  command.trace = call.trace;
  auto applied = co_await services_.engine.apply<Machine>(std::move(command), std::move(step.event));
  auto unused = vault_keys_of(step.brought);
  if (applied) {
    if (step.before) std::ranges::move(vault_keys_of(*step.before), std::back_inserter(unused));
    const auto used = vault_keys_of(applied->entity);
    std::erase_if(unused, [&](const std::string& key) { return std::ranges::find(used, key) != used.end(); });
  }
  // A secret that stays behind does no harm: nothing names it any more.
  [[maybe_unused]] auto dropped = co_await addresses_.drop(call.context, std::move(unused));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return std::move(applied->entity);
}

Task<Result<std::optional<flows::DataFlow>>> DataFlows::find(ContextId context, EntityId flow) {
  auto loaded = co_await services_.engine.load<Machine>(std::move(context), std::move(flow));
  if (loaded) co_return std::optional(std::move(loaded->entity));
  if (loaded.error().code == ErrorCode::not_found) co_return std::optional<flows::DataFlow>{};
  co_return fail(std::move(loaded.error()));
}

Result<void> DataFlows::check_profile(const std::string& profile) const {
  if (std::ranges::find(options_.profiles, profile) == options_.profiles.end()) {
    return invalid("/profile", "'{}' is not served by this data plane", profile);
  }
  if (dps::direction_of(profile) != dps::Direction::pull) {
    return invalid("/profile", "'{}' is no pull, and this data plane does not push", profile);
  }
  return {};
}

/// The source's address goes its own, sealed way.
flows::Terms DataFlows::terms_of(dps::DataFlowBaseMessage base) const {
  base.metadata.erase("dataAddress");
  return {.process_id = std::move(base.process_id),
          .agreement_id = std::move(base.agreement_id),
          .dataset_id = std::move(base.dataset_id),
          .participant_id = std::move(base.participant_id),
          .counter_party_id = std::move(base.counter_party_id),
          .dataspace_context = std::move(base.dataspace_context),
          .profile = std::move(base.profile),
          .labels = std::move(base.labels),
          .claims = std::move(base.claims),
          .metadata = std::move(base.metadata)};
}

/// A callback address in a message is not followed: only the operator says where our tokens go.
flows::ControlPlane DataFlows::control_plane_of(const ContextId& context) const {
  if (options_.control_plane_url.empty())
    return {.id = flows::ControlPlaneId("none"), .callback_address = {}};
  return {.id = flows::ControlPlaneId("control-plane"),
          .callback_address =
              options_.control_plane_url + "/api/signaling/v1/" + text::percent_encode(context.str())};
}

Result<flows::Opening> DataFlows::new_opening(const ContextId& context, const EntityId& flow) const {
  auto grant = services_.tokens.new_grant(context, services_.engine.clock().now());
  if (!grant) return fail(std::move(grant.error()));
  dps::HttpAccess access{.endpoint = options_.public_url + "/api/data/" + text::percent_encode(flow.str()),
                         .access_token = {},
                         .renewal = {}};
  return flows::Opening{.address = dps::write_http_access(dps::http_pull_profile, access),
                        .grant = std::move(*grant)};
}

/// The flow as the control plane is told of it. The token is derived anew from the grant in force.
Result<dps::DataFlowStatusMessage> DataFlows::describe(const flows::DataFlow& flow, bool with_address) const {
  dps::DataFlowStatusMessage message{.message_id = dps::MessageId(new_uuid(services_.engine.random())),
                                     .data_flow_id = flow.id,
                                     .state = flow.state,
                                     .data_address = {},
                                     .error = {}};
  if (!with_address || !flow.own_address || !flow.grant) return message;
  auto token = services_.tokens.token_of(flow.participant_context, flow.grant->id);
  if (!token) return fail(std::move(token.error()));
  if (crypto::sha256_hex(*token) != flow.grant->token_sha256) {
    return fail(
        ErrorCode::conflict,
        "the key of the data plane's tokens has changed since this flow was opened: suspend and resume it");
  }
  dps::HttpAccess access{
      .endpoint = flow.own_address->endpoint.value_or(""), .access_token = std::move(*token), .renewal = {}};
  message.data_address = dps::write_http_access(flow.own_address->endpoint_type, access);
  return message;
}

}  // namespace kontor::dataplane::signaling
