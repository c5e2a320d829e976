#include "runtime/contract_negotiation/negotiations.hpp"

#include "base/crypto/hash.hpp"
#include "domain/contract_negotiation/outgoing.hpp"

namespace kontor::runtime::contract_negotiation {

namespace dsp = protocol::dsp;
namespace engine = platform::engine;
namespace management = protocol::api::management;
namespace odrl = protocol::odrl;
namespace offer = domain::offer;
using engine::Command;
using negotiation::Machine;
using platform::routing::Call;

namespace {

/// Our pid for a process that a peer opens follows from the peer's: a repeated first message finds the same
/// process.
dsp::Pid pid_for(const ContextId& context, const Did& peer, const dsp::Pid& peer_pid) {
  auto digest = crypto::sha256_hex(context.str() + "\n" + peer.str() + "\n" + peer_pid.str());
  digest.resize(32);
  for (std::size_t position : {8, 13, 18, 23}) digest.insert(position, 1, '-');
  return dsp::Pid("urn:uuid:" + digest);
}

std::vector<negotiation::CallbackAddress> callbacks_of(std::vector<management::CallbackAddress> addresses) {
  std::vector<negotiation::CallbackAddress> out;
  for (auto& each : addresses) {
    out.push_back({std::move(each.uri), std::move(each.events), each.transactional, std::move(each.auth_key),
                   std::move(each.auth_code_id)});
  }
  return out;
}

/// The agreement document appears and disappears with the negotiation's decision.
engine::DocumentChanges agreement_changes(const negotiation::ContractNegotiation* before,
                                          const negotiation::ContractNegotiation& next) {
  auto had = before ? negotiation::agreement_of(*before) : std::nullopt;
  auto has = negotiation::agreement_of(next);
  engine::DocumentChanges changes;
  if (has && !had) {
    changes.puts.push_back(engine::put_of<negotiation::ContractAgreementDocument>(has->id, *has, 0));
  } else if (had && !has) {
    changes.removes.push_back({&negotiation::ContractAgreementDocument::kind(), had->id, 1});
  }
  return changes;
}

Command command_of(const Call& call, const dsp_endpoint::Authenticated& authenticated, const dsp::Pid& pid) {
  Command command{call.context, entity_id(pid), authenticated.caller.did.str(), call.trace};
  command.single_use.push_back(authenticated.single_use);
  return command;
}

}  // namespace

Negotiations::Negotiations(Services services) : services_(services) {
  services_.engine.add<Machine>(
      [this](engine::Committed<negotiation::Effect> effect) { return send(std::move(effect)); },
      agreement_changes);
}

Task<Result<Loaded>> Negotiations::open(Call call, management::ContractRequest request) {
  auto participant = co_await services_.contexts.load(call.context);
  if (!participant) co_return fail(std::move(participant.error()));
  const auto& party = request.counter_party;
  if (party.profile != dsp_endpoint::profile_2025_1) {
    co_return invalid("/profile", "there is no profile '{}' for this participant, use '{}'", party.profile,
                      dsp_endpoint::profile_2025_1);
  }
  dsp::Pid pid("urn:uuid:" + new_uuid(services_.engine.random()));
  negotiation::Request event{.pid = pid,
                             .participant = participant->identity,
                             .peer = {Did(party.id), party.address, party.profile},
                             .callback_address = services_.peers.base_of(call.context),
                             .callback_addresses = callbacks_of(std::move(request.callback_addresses)),
                             .offer = std::move(request.offer)};
  Command command{call.context, entity_id(pid), call.caller.subject, call.trace};
  co_return co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
}

Task<Result<void>> Negotiations::terminate(Call call, dsp::Pid pid, std::string reason) {
  Command command{call.context, entity_id(pid), call.caller.subject, call.trace};
  negotiation::Terminate event{dsp::Reason::of(std::move(reason))};
  auto applied = co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Result<void>{};
}

Task<Result<Loaded>> Negotiations::receive_request(Call call, dsp::ContractRequestMessage message) {
  auto authenticated = co_await services_.peers.authenticate(call);
  if (!authenticated) co_return fail(std::move(authenticated.error()));
  if (!message.callback_address) co_return invalid("/callbackAddress", "is required in a first request");
  const auto& caller = authenticated->caller.did;
  auto pid = pid_for(call.context, caller, message.consumer_pid);
  odrl::Policy our_offer;
  auto then = co_await verdict(call, *authenticated, message.offer, our_offer);
  if (!then) co_return fail(std::move(then.error()));
  negotiation::RequestReceived event{
      .envelope = {std::move(message.id), caller, {.provider = {}, .consumer = message.consumer_pid}},
      .first = negotiation::FirstContact{.pid = pid,
                                         .participant = authenticated->participant.identity,
                                         .callback_address = services_.peers.base_of(call.context),
                                         .peer_address = *message.callback_address,
                                         .profile = std::string(dsp_endpoint::profile_2025_1)},
      .offer = std::move(our_offer),
      .then = std::move(*then)};
  auto command = command_of(call, *authenticated, pid);
  co_return co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
}

/// Who may not see the offer learns nothing of it; who sees it and does not satisfy the contract policy is
/// told so by a termination.
Task<Result<negotiation::Then>> Negotiations::verdict(Call call,
                                                      const dsp_endpoint::Authenticated& authenticated,
                                                      const odrl::Policy& wanted, odrl::Policy& our_offer) {
  auto requested = co_await services_.catalogs.requested_offer(call.context, wanted.id);
  if (!requested) co_return fail(std::move(requested.error()));
  auto subject = co_await services_.peers.subject(call.context, authenticated.caller, call.deadline);
  if (!subject) co_return fail(std::move(subject.error()));
  if (!services_.policies.allows(requested->access_policy, policy::catalog_scope, *subject)) {
    co_return fail(ErrorCode::not_found, "there is no offer '{}'", wanted.id);
  }
  auto ours = offer::accept_request({wanted, requested->definition, requested->asset,
                                     requested->contract_policy, authenticated.participant.identity});
  if (!ours) co_return fail(std::move(ours.error()));
  our_offer = std::move(*ours);
  auto allowed = services_.policies.check(requested->contract_policy, policy::negotiation_scope, *subject);
  if (!allowed) {
    co_return negotiation::Then(
        negotiation::Terminate{dsp::Reason::of("the contract policy is not fulfilled")});
  }
  offer::AgreementTerms terms{dsp::AgreementId("urn:uuid:" + new_uuid(services_.engine.random())),
                              authenticated.participant.identity, authenticated.caller.did,
                              services_.engine.clock().now()};
  co_return negotiation::Then(
      negotiation::Agree{offer::agreement_for(our_offer, terms), std::move(subject->claims)});
}

Task<Result<Loaded>> Negotiations::receive(
    Call call, dsp::MessageId id, dsp::Pids pids,
    std::function<negotiation::Event(negotiation::Envelope)> event_of) {
  auto authenticated = co_await services_.peers.authenticate(call);
  if (!authenticated) co_return fail(std::move(authenticated.error()));
  auto pid = call.id<dsp::Pid>("pid");
  auto event = event_of({std::move(id), authenticated->caller.did, std::move(pids)});
  auto command = command_of(call, *authenticated, pid);
  co_return co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
}

Task<Result<Loaded>> Negotiations::state_for_peer(Call call) {
  auto authenticated = co_await services_.peers.authenticate_reader(call);
  if (!authenticated) co_return fail(std::move(authenticated.error()));
  auto loaded = co_await services_.engine.load<Machine>(call.context, call.entity("pid"));
  if (!loaded || loaded->entity.peer.id != authenticated->caller.did) {
    co_return fail(ErrorCode::not_found, "there is no negotiation '{}'", call.id<dsp::Pid>("pid"));
  }
  co_return loaded;
}

Task<Result<engine::Outcome<Machine>>> Negotiations::send(engine::Committed<negotiation::Effect> effect) {
  auto message = negotiation::outgoing(*effect);
  auto answer = co_await services_.peers.send({.context = effect.call().context,
                                               .audience = std::move(message.audience),
                                               .url = std::move(message.url),
                                               .body = std::move(message.body),
                                               .trace = effect.call().trace},
                                              effect.call().deadline);
  if (!answer) co_return fail(std::move(answer.error()));
  co_return engine::Outcome<Machine>(negotiation::acknowledged(*effect, *answer));
}

}  // namespace kontor::runtime::contract_negotiation
