#include "runtime/transfer_process/transfers.hpp"

#include <algorithm>

#include "base/crypto/derived_uuid.hpp"
#include "base/random/ordered_uuid.hpp"
#include "domain/transfer_process/outgoing.hpp"
#include "runtime/transfer_process/signals.hpp"

namespace kontor::runtime::transfer_process {

namespace dsp = protocol::dsp;
namespace engine = platform::engine;
namespace management = protocol::api::management;
namespace query = protocol::query;
using domain::contract_negotiation::ContractAgreementDocument;
using engine::Command;
using platform::routing::Call;
using transfer::Machine;

namespace {

/// As for negotiations: a repeated first message finds the same process.
dsp::Pid pid_for(const ContextId& context, const Did& peer, const dsp::Pid& peer_pid) {
  const auto source = "transfer\n" + context.str() + "\n" + peer.str() + "\n" + peer_pid.str();
  return dsp::Pid("urn:uuid:" + crypto::derived_uuid(source, peer_pid.str()));
}

transfer::Subject subject_of(const domain::contract_negotiation::ContractAgreement& agreement,
                             std::string transfer_type) {
  const auto direction = transfer::direction_of(transfer_type);
  return {.contract = agreement.id,
          .agreement = agreement.agreement_id,
          .dataset = agreement.dataset,
          .transfer_type = std::move(transfer_type),
          .direction = direction,
          .claims = *agreement.claims};
}

Task<bool> has_ended(engine::Engine& engine, ContextId context, dsp::Pid pid) {
  auto loaded = co_await engine.load<Machine>(std::move(context), entity_id(pid));
  if (loaded) co_return loaded->entity.ended();
  co_return loaded.error().code == ErrorCode::not_found;
}

/// Transfers are opened by consumers alone.
Task<Result<std::vector<dsp::Pid>>> find_open(engine::Engine& engine, ContextId context, Did peer,
                                              std::size_t max) {
  query::Query by_peer;
  by_peer.where =
      query::all_of({query::where("counterPartyId", peer.str()),
                     query::where("type", std::string(dsp::role_names.name(dsp::Role::provider))),
                     query::where("state", query::Operator::not_in,
                                  {std::int64_t{transfer::code_of(transfer::State::completed)},
                                   std::int64_t{transfer::code_of(transfer::State::terminated)}})});
  by_peer.limit = static_cast<std::uint32_t>(std::min<std::size_t>(max, query::Limits{}.page_max));
  auto page = co_await engine.list<Machine>(std::move(context), std::move(by_peer));
  if (!page) co_return fail(std::move(page.error()));
  std::vector<dsp::Pid> pids;
  for (const auto& each : page->entities) pids.push_back(each.entity.pid);
  co_return pids;
}

/// What is asked for under an agreement that is in force no more is refused, with its reason.
Result<void> check_in_force(const domain::contract_negotiation::ContractAgreement& agreement) {
  if (!agreement.end) return {};
  return fail(ErrorCode::policy_denied, "the agreement was ended at {}: {}",
              format_instant(agreement.end->at), agreement.end->reason);
}

/// What our data plane is told of the flow, the place where the participant wants the data included.
transfer::DataplaneMetadata metadata_from(management::TransferRequest& request) {
  transfer::DataplaneMetadata metadata;
  if (auto& body = request.dataplane_metadata)
    metadata = {std::move(body->labels), std::move(body->properties), std::move(body->profiles)};
  if (auto& destination = request.data_destination)
    metadata.properties.insert_or_assign("dataDestination", std::move(*destination));
  return metadata;
}

}  // namespace

Transfers::Transfers(Services services)
    : services_(services),
      open_(services.peers.config().open_processes_max, services.engine.clock(),
            {[&engine = services.engine](ContextId context, dsp::Pid pid) {
               return has_ended(engine, std::move(context), std::move(pid));
             },
             [&engine = services.engine](ContextId context, Did peer, std::size_t max) {
               return find_open(engine, std::move(context), std::move(peer), max);
             }}) {
  open_.listen_to(services_.engine.store(), Machine::kind());
  services_.engine.add<Machine>(
      [this](engine::Committed<transfer::Effect> effect) { return carry_out(std::move(effect)); });
}

Task<Result<Loaded>> Transfers::open(Call call, management::TransferRequest request) {
  dsp::Pid pid("urn:uuid:" + ordered_uuid(services_.engine.random(), services_.engine.clock().now()));
  Opening opening{call.context, std::move(pid), call.caller.subject, call.trace};
  co_return co_await open(std::move(opening), std::move(request));
}

Task<Result<Loaded>> Transfers::open(Opening opening, management::TransferRequest request) {
  const auto& context = opening.context;
  auto participant = co_await services_.contexts.load(context);
  if (!participant) co_return fail(std::move(participant.error()));
  auto profile = co_await services_.peers.profile(context, request.counter_party.profile);
  if (!profile) co_return fail(std::move(profile.error()));
  auto agreement =
      co_await services_.engine.load<ContractAgreementDocument>(context, EntityId(request.contract_id));
  if (!agreement)
    co_return invalid("/contractId", "there is no contract agreement '{}'", request.contract_id);
  const bool consumes = agreement->entity.role == dsp::Role::consumer;
  if (!consumes) co_return invalid("/contractId", "only the consumer of an agreement asks for its data");
  auto in_force = check_in_force(agreement->entity);
  if (!in_force) co_return fail(std::move(in_force.error()));
  auto prepare = co_await services_.data_planes.available(context, request.transfer_type);
  if (!prepare) co_return fail(std::move(prepare.error()));
  transfer::Initiate event{.pid = opening.pid,
                           .participant = participant->identity,
                           .peer = {agreement->entity.provider, request.counter_party.address, profile->name},
                           .callback_address = services_.peers.base_of(context, *profile),
                           .subject = subject_of(agreement->entity, std::move(request.transfer_type)),
                           .metadata = metadata_from(request),
                           .private_properties = std::move(request.private_properties),
                           .prepare = *prepare,
                           .opened_for = std::move(opening.opened_for)};
  for (auto& each : request.callback_addresses) {
    event.callback_addresses.push_back({std::move(each.uri), std::move(each.events), each.transactional,
                                        std::move(each.auth_key), std::move(each.auth_code_id)});
  }
  Command command{context, entity_id(opening.pid), std::move(opening.actor), opening.trace};
  co_return co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
}

Task<Result<Loaded>> Transfers::command(Call call, transfer::Event event) {
  Command command{call.context, call.entity("transferProcessId"), call.caller.subject, call.trace};
  co_return co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
}

Task<Result<Loaded>> Transfers::report(Call call, transfer::Event event) {
  auto carried = co_await carried_by(call);
  if (!carried) co_return fail(std::move(carried.error()));
  co_return co_await command(std::move(call), std::move(event));
}

Task<Result<Loaded>> Transfers::carried_by(Call call) {
  const auto id = call.entity("transferProcessId");
  const auto unknown = [&id] { return fail(ErrorCode::not_found, "there is no transfer process '{}'", id); };
  auto loaded = co_await services_.engine.load<Machine>(call.context, id);
  if (!loaded && loaded.error().code == ErrorCode::not_found) co_return unknown();
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto speaks = co_await services_.data_planes.speaks_for(
      call.context, {loaded->entity.pid, loaded->entity.data_plane}, std::move(call.caller));
  if (!speaks) co_return fail(std::move(speaks.error()));
  if (!*speaks) co_return unknown();
  co_return loaded;
}

Task<Result<protocol::odrl::Policy>> Transfers::agreement_for_data_plane(Call call) {
  auto context = call.context;
  auto carried = co_await carried_by(std::move(call));
  if (!carried) co_return fail(std::move(carried.error()));
  auto agreement = co_await services_.engine.load<ContractAgreementDocument>(
      std::move(context), carried->entity.subject.contract);
  if (!agreement) co_return fail(std::move(agreement.error()));
  auto& entity = agreement->entity;
  auto policy = std::move(entity.policy);
  policy.id = entity.agreement_id.str();
  policy.assigner = entity.provider.str();
  policy.assignee = entity.consumer.str();
  policy.target = entity.dataset.str();
  if (!policy.timestamp) policy.timestamp = entity.signed_at;
  co_return policy;
}

Task<Result<Loaded>> Transfers::receive_request(Call call, dsp::TransferRequestMessage message) {
  auto opener = co_await dsp_endpoint::authenticate_opener(
      services_.peers, open_, call,
      [&](const Did& peer) { return pid_for(call.context, peer, message.consumer_pid); });
  if (!opener) co_return fail(std::move(opener.error()));
  const auto* authenticated = &opener->authenticated;
  const auto& pid = opener->pid;
  const auto& caller = authenticated->caller.did;
  auto agreement = co_await services_.engine.load<ContractAgreementDocument>(call.context,
                                                                             entity_id(message.agreement_id));
  // Whoever is no party of the agreement is answered as if there were none.
  const bool is_party =
      agreement && agreement->entity.role == dsp::Role::provider && agreement->entity.consumer == caller;
  if (!is_party) co_return fail(ErrorCode::not_found, "there is no agreement '{}'", message.agreement_id);
  auto in_force = check_in_force(agreement->entity);
  if (!in_force) co_return fail(std::move(in_force.error()));
  const auto looked_at = services_.engine.clock().now();
  auto claims = co_await check_request(call, *authenticated, agreement->entity, message.format);
  if (!claims) co_return fail(std::move(claims.error()));
  auto watch = co_await services_.monitor.watch(call.context, agreement->entity, {looked_at, *claims});
  if (!watch) co_return fail(std::move(watch.error()));
  auto metadata = co_await metadata_of(call.context, agreement->entity.dataset);
  if (!metadata) co_return fail(std::move(metadata.error()));
  auto room = co_await open_.admit(call.context, caller, pid);
  if (!room) co_return fail(std::move(room.error()));
  auto then = co_await answer_to({call.context, pid, caller, message.agreement_id, message.format});
  if (!then) co_return fail(std::move(then.error()));
  transfer::RequestReceived event{
      .envelope = {std::move(message.id), caller, {.provider = {}, .consumer = message.consumer_pid}},
      .pid = pid,
      .participant = authenticated->participant.identity,
      .callback_address = services_.peers.base_of(call.context, authenticated->profile),
      .peer = {caller, std::move(message.callback_address), authenticated->profile.name},
      .subject = subject_of(agreement->entity, std::move(message.format)),
      .metadata = std::move(*metadata),
      .data_address = std::move(message.data_address),
      .policy_watch = std::move(*watch),
      .then = std::move(*then)};
  event.subject.claims = std::move(*claims);
  Command command{call.context, entity_id(pid), caller.str(), call.trace};
  command.single_use.push_back(authenticated->single_use);
  co_return co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
}

Task<Result<transfer::Then>> Transfers::answer_to(decisions::TransferQuestion question) {
  auto choice = co_await services_.decisions.about(question);
  if (!choice) co_return fail(std::move(choice.error()));
  if (std::holds_alternative<decisions::Proceed>(*choice)) co_return transfer::Then(transfer::Start{});
  if (auto* refusal = std::get_if<decisions::Refuse>(&*choice))
    co_return transfer::Then(transfer::Terminate{std::move(refusal->reason)});
  const auto& wait = std::get<decisions::Wait>(*choice);
  co_return transfer::Then(transfer::Wait{.limit = wait.limit, .approves = wait.approves});
}

/// What would be ended at once by the terms of an agreement in force is not begun.
Task<Result<json::Object>> Transfers::check_request(Call call,
                                                    const dsp_endpoint::Authenticated& authenticated,
                                                    const Agreement& agreement,
                                                    const std::string& transfer_type) {
  auto asset = co_await services_.engine.load<domain::offer::AssetDocument>(call.context,
                                                                            entity_id(agreement.dataset));
  if (!asset)
    co_return fail(ErrorCode::not_found, "the dataset '{}' is not offered any more", agreement.dataset);
  auto types = co_await services_.catalogs.transfer_types(call.context, asset->entity);
  if (!types) co_return fail(std::move(types.error()));
  if (std::find(types->begin(), types->end(), transfer_type) == types->end()) {
    co_return invalid("/format", "the dataset cannot be had as '{}'", transfer_type);
  }
  dsp_endpoint::Asked asked{
      .terms = {{policy::transfer_scope, agreement.policy}, {policy::monitor_scope, agreement.policy}},
      .agreement = facts_of(agreement)};
  auto subject = co_await services_.peers.subject(authenticated, call.deadline, std::move(asked));
  if (!subject) co_return fail(std::move(subject.error()));
  subject->agreement = facts_of(agreement);
  for (const auto& scope : {policy::transfer_scope, policy::monitor_scope}) {
    auto refusal = co_await services_.policies.ask({.context = call.context,
                                                    .hop = {"policy of the agreement", scope},
                                                    .policy = agreement.policy,
                                                    .subject = *subject});
    if (!refusal) co_return fail(std::move(refusal.error()));
    if (*refusal)
      co_return fail(ErrorCode::policy_denied, "the policy of the agreement is not fulfilled (incident {})",
                     (*refusal)->incident);
  }
  co_return *subject->claims;
}

Task<Result<transfer::DataplaneMetadata>> Transfers::metadata_of(ContextId context, dsp::DatasetId dataset) {
  auto asset =
      co_await services_.engine.load<domain::offer::AssetDocument>(std::move(context), entity_id(dataset));
  if (!asset) co_return fail(std::move(asset.error()));
  transfer::DataplaneMetadata metadata;
  if (asset->entity.dataplane_metadata) {
    metadata.labels = asset->entity.dataplane_metadata->labels;
    metadata.properties = asset->entity.dataplane_metadata->properties;
  }
  if (asset->entity.data_address)
    metadata.properties.insert_or_assign("dataAddress", *asset->entity.data_address);
  co_return metadata;
}

Task<Result<Loaded>> Transfers::receive(Call call, dsp::MessageId id, dsp::Pids pids,
                                        std::function<transfer::Event(transfer::Envelope)> event_of) {
  auto authenticated = co_await services_.peers.authenticate(call);
  if (!authenticated) co_return fail(std::move(authenticated.error()));
  auto event = event_of({std::move(id), authenticated->caller.did, pids});
  Command command{call.context, call.entity("pid"), authenticated->caller.did.str(), call.trace};
  command.single_use.push_back(authenticated->single_use);
  auto applied = co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  const auto& entity = applied->entity;
  services_.peers.note_pids(call.context, authenticated->caller.did, pids,
                            {entity.role, entity.pid, entity.peer_pid});
  co_return applied;
}

Task<Result<Loaded>> Transfers::state_for_peer(Call call) {
  auto authenticated = co_await services_.peers.authenticate_reader(call);
  if (!authenticated) co_return fail(std::move(authenticated.error()));
  auto loaded = co_await services_.engine.load<Machine>(call.context, call.entity("pid"));
  if (!loaded || loaded->entity.peer.id != authenticated->caller.did) {
    co_return fail(ErrorCode::not_found, "there is no transfer process '{}'", call.id<dsp::Pid>("pid"));
  }
  co_return loaded;
}

Task<Result<Transfers::Outcome>> Transfers::carry_out(engine::Committed<transfer::Effect> effect) {
  if (transfer::outgoing(*effect)) co_return co_await send(std::move(effect));
  if (const auto* tell = std::get_if<domain::callback::Tell>(&*effect)) {
    auto done = co_await services_.callbacks.hand_over(effect.call(), *tell);
    if (!done) co_return fail(std::move(done.error()));
    co_return Outcome();
  }
  if (const auto* word = std::get_if<transfer::TellOpener>(&*effect)) {
    if (!tell_opener_) co_return Outcome();
    auto told = co_await tell_opener_(effect.call(), word->opener);
    if (!told) co_return fail(std::move(told.error()));
    co_return Outcome();
  }
  if (std::holds_alternative<transfer::JudgePolicy>(*effect)) {
    auto judged = co_await services_.monitor.judge(effect.call());
    if (!judged) co_return fail(std::move(judged.error()));
    co_return Outcome(std::move(*judged));
  }
  if (std::holds_alternative<transfer::RenewToken>(*effect)) co_return co_await renew(std::move(effect));
  co_return co_await signal(std::move(effect));
}

Task<Result<Transfers::Outcome>> Transfers::send(engine::Committed<transfer::Effect> effect) {
  auto message = transfer::outgoing(*effect);
  auto id = message->message;
  auto answer = co_await services_.peers.send({.context = effect.call().context,
                                               .audience = std::move(message->audience),
                                               .profile = std::move(message->profile),
                                               .url = std::move(message->url),
                                               .body = std::move(message->body),
                                               .trace = effect.call().trace},
                                              effect.call().deadline);
  if (!answer) co_return fail(std::move(answer.error()));
  if (const auto* request = std::get_if<transfer::SendRequest>(&*effect)) {
    co_return Outcome(transfer::acknowledged(*request, *answer));
  }
  co_return Outcome(transfer::Acknowledged{std::move(id)});
}

Task<Result<Transfers::Outcome>> Transfers::signal(engine::Committed<transfer::Effect> effect) {
  auto signal = signal_of(*effect, effect.call().id.str());
  if (!signal) co_return fail(ErrorCode::internal, "an effect is neither a message nor a signal");
  const auto operation = signal->signal.operation;
  auto answer = co_await services_.data_planes.send(effect.call(), signal->flow, std::move(signal->signal));
  if (!answer) co_return fail(std::move(answer.error()));
  co_return Outcome(event_of(operation, std::move(*answer)));
}

}  // namespace kontor::runtime::transfer_process
