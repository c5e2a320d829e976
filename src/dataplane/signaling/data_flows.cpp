#include "dataplane/signaling/data_flows.hpp"

#include <algorithm>

#include "dataplane/signaling/own_address.hpp"

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

EntityId flow_in(const platform::routing::Call& call) {
  return call.entity("flowId");
}

/// The source's address goes its own, sealed way.
flows::Terms terms_of(dps::DataFlowBaseMessage base) {
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

/// What the order says of the flow, its source included.
NewFlow new_flow(const ContextId& context, flows::Role role, dps::Direction direction,
                 const dps::DataFlowBaseMessage& base) {
  NewFlow flow{.context = context, .role = role, .terms = terms_of(base), .direction = direction};
  flow.terms.metadata = base.metadata;
  return flow;
}

/// EDC has no other word for a resumption than the start, with the terms that the flow has.
bool resumes(const dps::DataFlowStartMessage& message, const std::optional<flows::DataFlow>& before) {
  return message.base.dialect == dps::Dialect::edc_legacy && before &&
         before->state == flows::State::suspended && before->terms == terms_of(message.base);
}

std::unexpected<Error> unknown_flow() {
  return fail(ErrorCode::not_found, "there is no such data flow");
}

}  // namespace

Task<Result<DataFlows::Ordered>> DataFlows::order(const Call& call, flows::Role role,
                                                  const dps::DataFlowBaseMessage& base,
                                                  const std::optional<dps::DataAddress>& destination) {
  auto mover = mover_of(base.profile);
  if (!mover) co_return fail(std::move(mover.error()));
  const auto direction = dps::direction_of(base.profile);
  if (!direction) co_return invalid("/profile", "must end with -push or -pull, '{}' does not", base.profile);
  Ordered ordered;
  auto before = co_await find(call.context, EntityId(base.process_id.str()));
  if (!before) co_return fail(std::move(before.error()));
  ordered.before = std::move(*before);
  auto plane = co_await services_.control_planes.of_caller(call.context, call.caller.subject);
  if (!plane) co_return fail(std::move(plane.error()));
  ordered.control_plane = std::move(*plane);
  if (ordered.before && !is_of(*ordered.before, ordered.control_plane)) {
    co_return fail(ErrorCode::conflict, "process id '{}' is in use", base.process_id);
  }
  if (ordered.before) co_return ordered;
  auto flow = new_flow(call.context, role, *direction, base);
  flow.destination = destination;
  auto beginning = co_await (*mover)->begin(std::move(flow));
  if (!beginning) co_return fail(std::move(beginning.error()));
  ordered.beginning = std::move(*beginning);
  co_return ordered;
}

DataFlows::Answer DataFlows::start(Call call, dps::DataFlowStartMessage message) {
  auto answer = co_await start_once(call, message);
  const bool in_use = !answer && answer.error().code == ErrorCode::conflict;
  if (!in_use) co_return answer;
  // Of two copies of an order that come at once the later finds the flow when its own is refused.
  co_return co_await start_once(std::move(call), std::move(message));
}

DataFlows::Answer DataFlows::start_once(Call call, dps::DataFlowStartMessage message) {
  const auto context = call.context;
  if (message.data_address && dps::direction_of(message.base.profile) == dps::Direction::pull) {
    co_return invalid("/dataAddress", "must not be there: the provider of a pull opens the endpoint");
  }
  if (message.data_address) {
    const auto mover = mover_of(message.base.profile);
    if (!mover) co_return fail(mover.error());
    auto fits = (*mover)->check(terms_of(message.base), *message.data_address);
    if (!fits) co_return fail(std::move(fits.error()));
  }
  auto ordered = co_await order(call, flows::Role::provider, message.base, message.data_address);
  if (!ordered) co_return fail(std::move(ordered.error()));
  if (resumes(message, ordered->before)) {
    call.parameters["flowId"] = message.base.process_id.str();
    co_return co_await resume(std::move(call), {message.base.message_id, std::move(message.data_address)});
  }
  Step step{.flow = EntityId(message.base.process_id.str()), .event = {}};
  auto destination = co_await keep_destination(context, ordered->before, std::move(message.data_address));
  if (!destination) co_return fail(std::move(destination.error()));
  if (!ordered->before && *destination) step.brought.push_back(**destination);
  std::optional<flows::SealedAddress> source;
  if (!ordered->before && ordered->beginning.source) {
    const auto prefix = "data-flow/" + new_uuid(services_.engine.random()) + "/source";
    auto kept = co_await addresses_.keep(context, std::move(*ordered->beginning.source), prefix);
    if (!kept) co_return fail(std::move(kept.error()));
    source = step.brought.emplace_back(std::move(*kept));
  }
  step.event = flows::StartReceived{.message_id = message.base.message_id,
                                    .participant_context = context,
                                    .terms = terms_of(std::move(message.base)),
                                    .control_plane = std::move(ordered->control_plane),
                                    .source = std::move(source),
                                    .counter_address = std::move(*destination),
                                    .readiness = std::move(ordered->beginning.readiness)};
  step.before = std::move(ordered->before);
  auto flow = co_await apply(std::move(call), std::move(step));
  if (!flow) co_return fail(std::move(flow.error()));
  co_return describe(*flow, flows::owns_address(*flow));
}

DataFlows::Answer DataFlows::prepare(Call call, dps::DataFlowPrepareMessage message) {
  auto ordered = co_await order(call, flows::Role::consumer, message.base);
  if (!ordered) co_return fail(std::move(ordered.error()));
  Step step{.flow = EntityId(message.base.process_id.str()), .event = {}};
  step.event = flows::PrepareReceived{.message_id = message.base.message_id,
                                      .participant_context = call.context,
                                      .terms = terms_of(std::move(message.base)),
                                      .control_plane = std::move(ordered->control_plane),
                                      .readiness = std::move(ordered->beginning.readiness)};
  auto flow = co_await apply(std::move(call), std::move(step));
  if (!flow) co_return fail(std::move(flow.error()));
  co_return describe(*flow, flows::owns_address(*flow));
}

/// The address is for whoever fetches: where the mover does not, no copy of its token is kept.
DataFlows::Answer DataFlows::started(Call call, dps::DataFlowStartedNotificationMessage message) {
  auto flow = co_await own(call);
  if (!flow) co_return fail(std::move(flow.error()));
  std::vector<flows::SealedAddress> brought;
  // A provider's flow is not started by it, whatever it brings: the state says so.
  if (message.data_address && flow->role == flows::Role::consumer) {
    if (flows::owns_address(*flow)) {
      co_return invalid("/dataAddress", "must not be there: the consumer of a push opens the endpoint");
    }
    auto mover = mover_of(flow->terms.profile);
    if (!mover) co_return fail(std::move(mover.error()));
    auto fits = (*mover)->check(flow->terms, *message.data_address);
    if (!fits) co_return fail(std::move(fits.error()));
    if ((*mover)->fetches()) {
      const auto prefix = "data-flow/" + new_uuid(services_.engine.random()) + "/origin";
      auto sealed = co_await addresses_.keep(call.context, std::move(*message.data_address), prefix);
      if (!sealed) co_return fail(std::move(sealed.error()));
      brought.push_back(std::move(*sealed));
    }
  }
  flows::StartedReceived event{message.message_id, {}};
  if (!brought.empty()) event.counter_address = brought.front();
  co_return co_await change(std::move(call),
                            {flows::Message::started, std::move(event), {}, std::move(brought)});
}

DataFlows::Answer DataFlows::suspend(Call call, dps::DataFlowSuspendMessage message) {
  const auto reason = message.reason.value_or("");
  flows::SuspendReceived event{message.message_id, reason};
  co_return co_await change(std::move(call), {flows::Message::suspend, std::move(event), reason});
}

DataFlows::Answer DataFlows::resume(Call call, dps::DataFlowResumeMessage message) {
  auto before = co_await own(call);
  if (!before) co_return fail(std::move(before.error()));
  auto mover = mover_of(before->terms.profile);
  if (!mover) co_return fail(std::move(mover.error()));
  const bool ours = flows::owns_address(*before);
  flows::ResumeReceived event{.message_id = message.message_id, .counter_address = {}, .opening = {}};
  Step step{.flow = flow_in(call), .event = {}};
  const bool is_closed = before->state == flows::State::suspended;
  if (ours && is_closed) {
    auto opening = (*mover)->reopen(*before);
    if (!opening) co_return fail(std::move(opening.error()));
    event.opening = std::move(*opening);
  } else if (!ours && message.data_address &&
             (before->role == flows::Role::provider || (*mover)->fetches())) {
    auto fits = (*mover)->check(before->terms, *message.data_address);
    if (!fits) co_return fail(std::move(fits.error()));
    const auto prefix = "data-flow/" + new_uuid(services_.engine.random()) + "/destination";
    auto kept = co_await addresses_.keep(call.context, std::move(*message.data_address), prefix);
    if (!kept) co_return fail(std::move(kept.error()));
    event.counter_address = step.brought.emplace_back(std::move(*kept));
  }
  step.event = std::move(event);
  step.before = std::move(*before);
  auto flow = co_await apply(std::move(call), std::move(step));
  if (!flow) co_return fail(std::move(flow.error()));
  co_return describe(*flow, ours);
}

DataFlows::Answer DataFlows::terminate(Call call, dps::DataFlowTerminateMessage message) {
  const auto reason = message.reason.value_or("");
  flows::TerminateReceived event{message.message_id, reason};
  co_return co_await change(std::move(call), {flows::Message::terminate, std::move(event), reason});
}

DataFlows::Answer DataFlows::completed(Call call, dps::DataFlowCompletedMessage message) {
  flows::CompletedReceived event{message.message_id};
  co_return co_await change(std::move(call), {flows::Message::completed, std::move(event)});
}

Task<Result<dps::DataFlowStatusResponseMessage>> DataFlows::status(Call call) {
  auto flow = co_await own(call);
  if (!flow) co_return fail(std::move(flow.error()));
  if (!call.wait) co_return dps::DataFlowStatusResponseMessage{flow->id, flow->state};
  const auto rests = [](const flows::DataFlow& each) {
    return each.state != flows::State::preparing && each.state != flows::State::starting;
  };
  const auto until = platform::async::Deadline::after(services_.engine.clock(), *call.wait);
  auto loaded = co_await services_.engine.wait<Machine>(call.context, flow_in(call), rests, until);
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return dps::DataFlowStatusResponseMessage{loaded->entity.id, loaded->entity.state};
}

/// An order that comes again names the destination that the flow has; only the vault can tell whether it
/// does.
Task<Result<std::optional<flows::SealedAddress>>> DataFlows::keep_destination(
    ContextId context, const std::optional<flows::DataFlow>& before,
    std::optional<dps::DataAddress> address) {
  using Kept = std::optional<flows::SealedAddress>;
  if (!address) co_return Kept{};
  if (before) {
    if (!before->counter_address)
      co_return Kept(flows::SealedAddress{.open = std::move(*address), .sealed = {}});
    if (flows::is_final(before->state)) co_return Kept(before->counter_address);
    auto known = co_await addresses_.open(context, *before->counter_address);
    if (!known) co_return fail(std::move(known.error()));
    if (flows::means_the_same(*known, *address)) co_return Kept(before->counter_address);
    co_return Kept(flows::SealedAddress{.open = {}, .sealed = {}});
  }
  const auto prefix = "data-flow/" + new_uuid(services_.engine.random()) + "/destination";
  auto kept = co_await addresses_.keep(std::move(context), std::move(*address), prefix);
  if (!kept) co_return fail(std::move(kept.error()));
  co_return Kept(std::move(*kept));
}

DataFlows::Answer DataFlows::change(Call call, Change change) {
  auto before = co_await own(call);
  if (!before) co_return fail(std::move(before.error()));
  const auto context = call.context;
  const auto deadline = call.deadline;
  const auto id = flow_in(call);
  Step step{.flow = id, .event = std::move(change.event), .brought = std::move(change.brought)};
  auto flow = co_await apply(std::move(call), std::move(step));
  if (!flow) co_return fail(std::move(flow.error()));
  auto mover = mover_of(flow->terms.profile);
  if (mover && flow->state != before->state) (*mover)->told(*flow, change.message, change.reason);
  const bool is_closed = flows::is_final(flow->state) || flow->state == flows::State::suspended;
  if (is_closed && on_closing_) {
    auto closed = co_await on_closing_(context, id, deadline);
    if (!closed) co_return fail(std::move(closed.error()), "close the data flow at every replica");
  }
  co_return describe(*flow, false);
}

/// Applies the event; secrets that the flow does not name afterwards are deleted.
Task<Result<flows::DataFlow>> DataFlows::apply(Call call, Step step) {
  engine::Command command(call.context, std::move(step.flow), call.caller.subject);
  command.trace = call.trace;
  auto applied = co_await services_.engine.apply<Machine>(std::move(command), std::move(step.event));
  std::vector<std::string> unused;
  for (const auto& each : step.brought) std::ranges::move(vault_keys_of(each), std::back_inserter(unused));
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

Task<Result<flows::DataFlow>> DataFlows::own(const Call& call) {
  auto flow = co_await find(call.context, flow_in(call));
  if (!flow) co_return fail(std::move(flow.error()));
  if (!*flow) co_return unknown_flow();
  auto plane = co_await services_.control_planes.of_caller(call.context, call.caller.subject);
  if (!plane) co_return fail(std::move(plane.error()));
  if (!is_of(**flow, *plane)) co_return unknown_flow();
  co_return std::move(**flow);
}

Result<Mover*> DataFlows::mover_of(std::string_view profile) const {
  const auto serves = [&](const Mover* mover) { return mover->serves(profile); };
  const auto found = std::ranges::find_if(movers_, serves);
  if (found == movers_.end()) return invalid("/profile", "'{}' is not served by this data plane", profile);
  return *found;
}

/// The flow as the control plane is told of it. Tokens are derived anew from the grant in force.
Result<dps::DataFlowStatusMessage> DataFlows::describe(const flows::DataFlow& flow, bool with_address) const {
  dps::DataFlowStatusMessage message{.message_id = dps::MessageId(new_uuid(services_.engine.random())),
                                     .data_flow_id = flow.id,
                                     .state = flow.state,
                                     .data_address = {},
                                     .error = {}};
  const bool is_open = flow.state == flows::State::prepared || flow.state == flows::State::started;
  if (!with_address || !flow.own_address || !is_open) return message;
  auto address = address_of(flow, services_.tokens,
                            {.now = services_.engine.clock().now(), .renewal_url = renewal_url_});
  if (!address) return fail(std::move(address.error()));
  message.data_address = std::move(*address);
  return message;
}

}  // namespace kontor::dataplane::signaling
