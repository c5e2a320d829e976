#include "runtime/contract_negotiation/negotiations.hpp"

#include <algorithm>

#include "base/crypto/derived_uuid.hpp"
#include "base/random/ordered_uuid.hpp"
#include "domain/contract_negotiation/outgoing.hpp"
#include "protocol/odrl/difference.hpp"

namespace kontor::runtime::contract_negotiation {

namespace dsp = protocol::dsp;
namespace engine = platform::engine;
namespace management = protocol::api::management;
namespace odrl = protocol::odrl;
namespace query = protocol::query;
namespace offer = domain::offer;
using dsp_endpoint::authenticate_opener;
using engine::Command;
using negotiation::Machine;
using platform::routing::Call;

namespace {

/// Our pid for a process that a peer opens follows from the peer's: a repeated first message finds the same
/// process. `salt` keeps apart what a peer opens in its two roles.
dsp::Pid pid_for(const std::string& salt, const ContextId& context, const Did& peer,
                 const dsp::Pid& peer_pid) {
  const auto source = salt + context.str() + "\n" + peer.str() + "\n" + peer_pid.str();
  return dsp::Pid("urn:uuid:" + crypto::derived_uuid(source, peer_pid.str()));
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
  const bool had = before && negotiation::is_binding(*before);
  const bool has = negotiation::is_binding(next);
  engine::DocumentChanges changes;
  if (has && !had) {
    const auto agreement = *negotiation::agreement_of(next);
    changes.puts.push_back(
        engine::put_of<negotiation::ContractAgreementDocument>(agreement.id, agreement, 0));
  } else if (had && !has) {
    changes.removes.push_back(
        {&negotiation::ContractAgreementDocument::kind(), negotiation::agreement_entity_id(*before), 1});
  }
  return changes;
}

/// What a request is held against. Who asks for an offer that there is not is asked for nothing else.
dsp_endpoint::Asked asked_about(const Result<catalog::RequestedOffer>& requested) {
  if (!requested) return {};
  return {.terms = {{policy::catalog_scope, requested->access_policy},
                    {policy::negotiation_scope, requested->contract_policy}}};
}

bool leads_consumer(dsp::NegotiationState reached) {
  return reached == dsp::NegotiationState::offered || reached == dsp::NegotiationState::agreed;
}

bool is_about_terms(dsp::NegotiationState reached) {
  return reached == dsp::NegotiationState::requested || reached == dsp::NegotiationState::offered ||
         reached == dsp::NegotiationState::accepted;
}

/// Whose terms the question is about.
void read_table(const negotiation::ContractNegotiation& entity, decisions::NegotiationQuestion& question) {
  if (question.reached == dsp::NegotiationState::accepted) {
    if (entity.last_offer()) question.terms = *entity.last_offer();
    question.proposed_by_us = true;
    return;
  }
  const auto ours = std::ranges::find(entity.offers.rbegin(), entity.offers.rend(), entity.role,
                                      &negotiation::ExchangedOffer::from);
  question.proposed_by_us = ours != entity.offers.rend() && !odrl::difference(ours->offer, question.terms);
}

Task<bool> has_ended(engine::Engine& engine, ContextId context, dsp::Pid pid) {
  auto loaded = co_await engine.load<Machine>(std::move(context), entity_id(pid));
  if (loaded) co_return loaded->entity.ended();
  co_return loaded.error().code == ErrorCode::not_found;
}

/// Who sent the first offer has opened the negotiation.
Task<Result<std::vector<dsp::Pid>>> find_open(engine::Engine& engine, ContextId context, Did peer,
                                              std::size_t max) {
  query::Query by_peer;
  by_peer.where =
      query::all_of({query::where("counterPartyId", peer.str()),
                     query::where("state", query::Operator::not_in,
                                  {std::int64_t{negotiation::code_of(negotiation::State::finalized)},
                                   std::int64_t{negotiation::code_of(negotiation::State::terminated)}})});
  by_peer.limit = static_cast<std::uint32_t>(std::min<std::size_t>(max, query::Limits{}.page_max));
  auto page = co_await engine.list<Machine>(std::move(context), std::move(by_peer));
  if (!page) co_return fail(std::move(page.error()));
  std::vector<dsp::Pid> pids;
  for (const auto& each : page->entities) {
    const auto& offers = each.entity.offers;
    if (!offers.empty() && offers.front().from != each.entity.role) pids.push_back(each.entity.pid);
  }
  co_return pids;
}

Command command_of(const Call& call, const dsp_endpoint::Authenticated& authenticated, const dsp::Pid& pid) {
  Command command{call.context, entity_id(pid), authenticated.caller.did.str(), call.trace};
  command.single_use.push_back(authenticated.single_use);
  return command;
}

}  // namespace

Negotiations::Negotiations(Services services)
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
      [this](engine::Committed<negotiation::Effect> effect) { return carry_out(std::move(effect)); },
      agreement_changes);
}

Task<Result<Loaded>> Negotiations::open(Call call, management::ContractRequest request) {
  dsp::Pid pid("urn:uuid:" + ordered_uuid(services_.engine.random(), services_.engine.clock().now()));
  Opening opening{call.context, std::move(pid), call.caller.subject, call.trace};
  co_return co_await open(std::move(opening), std::move(request));
}

Task<Result<Loaded>> Negotiations::open(Opening opening, management::ContractRequest request) {
  auto participant = co_await services_.contexts.load(opening.context);
  if (!participant) co_return fail(std::move(participant.error()));
  const auto& party = request.counter_party;
  auto profile = co_await services_.peers.profile(opening.context, party.profile);
  if (!profile) co_return fail(std::move(profile.error()));
  negotiation::Request event{.pid = opening.pid,
                             .participant = participant->identity,
                             .peer = {Did(party.id), party.address, profile->name},
                             .callback_address = services_.peers.base_of(opening.context, *profile),
                             .callback_addresses = callbacks_of(std::move(request.callback_addresses)),
                             .offer = std::move(request.offer),
                             .opened_for = std::move(opening.opened_for)};
  Command command{opening.context, entity_id(opening.pid), std::move(opening.actor), opening.trace};
  co_return co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
}

Task<Result<Loaded>> Negotiations::open_offer(Call call, management::OfferRequest request) {
  auto participant = co_await services_.contexts.load(call.context);
  if (!participant) co_return fail(std::move(participant.error()));
  auto& party = request.counter_party;
  auto profile = co_await services_.peers.profile(call.context, party.profile);
  if (!profile) co_return fail(std::move(profile.error()));
  if (request.offer.assigner && *request.offer.assigner != participant->identity.str())
    co_return invalid("/policy/assigner", "must be '{}', who makes the offer", participant->identity);
  request.offer.assigner = participant->identity.str();
  auto asset =
      co_await services_.engine.load<offer::AssetDocument>(call.context, EntityId(*request.offer.target));
  if (!asset) co_return invalid("/policy/target", "there is no asset '{}'", *request.offer.target);
  dsp::Pid pid("urn:uuid:" + ordered_uuid(services_.engine.random(), services_.engine.clock().now()));
  negotiation::OpenOffer event{.pid = pid,
                               .participant = participant->identity,
                               .peer = {Did(std::move(party.id)), std::move(party.address), profile->name},
                               .callback_address = services_.peers.base_of(call.context, *profile),
                               .callback_addresses = callbacks_of(std::move(request.callback_addresses)),
                               .offer = std::move(request.offer)};
  Command command{call.context, entity_id(pid), call.caller.subject, call.trace};
  co_return co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
}

Task<Result<Loaded>> Negotiations::choose(Call call, dsp::Pid pid, decisions::NegotiationChoice choice) {
  auto loaded = co_await services_.engine.load<Machine>(call.context, entity_id(pid));
  if (!loaded) co_return fail(std::move(loaded.error()));
  const auto& entity = loaded->entity;
  const auto reached = open_question(entity.state);
  if (!reached && !std::holds_alternative<decisions::Refuse>(choice)) {
    co_return fail(ErrorCode::illegal_transition, "there is nothing to decide while the negotiation is {}",
                   negotiation::state_names.name(entity.state));
  }
  const auto& provider = entity.role == dsp::Role::provider ? entity.participant : entity.peer.id;
  const auto& consumer = entity.role == dsp::Role::provider ? entity.peer.id : entity.participant;
  auto command = command_for(std::move(choice),
                             {entity.role,
                              reached.value_or(entity.protocol_state),
                              entity.last_offer() ? *entity.last_offer() : odrl::Policy{},
                              {new_agreement_id(), provider, consumer, services_.engine.clock().now()}});
  if (!command) co_return fail(std::move(command.error()));
  if (!*command) co_return loaded;
  auto event = std::visit([](auto& one) { return negotiation::Event(std::move(one)); }, **command);
  Command meta{call.context, entity_id(pid), call.caller.subject, call.trace};
  co_return co_await services_.engine.apply<Machine>(std::move(meta), std::move(event));
}

dsp::AgreementId Negotiations::new_agreement_id() {
  return dsp::AgreementId("urn:uuid:" +
                          ordered_uuid(services_.engine.random(), services_.engine.clock().now()));
}

Task<Result<Loaded>> Negotiations::receive_request(Call call, dsp::ContractRequestMessage message) {
  auto opener = co_await authenticate_opener(services_.peers, open_, call, [&](const Did& peer) {
    return pid_for("", call.context, peer, message.consumer_pid);
  });
  if (!opener) co_return fail(std::move(opener.error()));
  const auto* authenticated = &opener->authenticated;
  const auto& pid = opener->pid;
  if (!message.callback_address) co_return invalid("/callbackAddress", "is required in a first request");
  const auto& caller = authenticated->caller.did;
  auto requested = co_await services_.catalogs.requested_offer(call.context, message.offer.id);
  auto subject = co_await services_.peers.subject(*authenticated, call.deadline, asked_about(requested));
  if (!subject) co_return fail(std::move(subject.error()));
  if (!requested) co_return fail(std::move(requested.error()));
  auto our_offer =
      co_await requested_offer(call, *authenticated, message.offer, std::move(*requested), *subject);
  if (!our_offer) co_return fail(std::move(our_offer.error()));
  auto room = co_await open_.admit(call.context, caller, pid);
  if (!room) co_return fail(std::move(room.error()));
  auto answer = co_await ask({.context = call.context,
                              .pid = pid,
                              .counter_party = caller,
                              .reached = dsp::NegotiationState::requested,
                              .terms = *our_offer,
                              .proposed_by_us = true,
                              .subject = std::move(*subject)},
                             *authenticated);
  if (!answer) co_return fail(std::move(answer.error()));
  negotiation::RequestReceived event{
      .envelope = {std::move(message.id), caller, {.provider = {}, .consumer = message.consumer_pid}},
      .first = first_contact(call, *authenticated, pid, std::move(*message.callback_address)),
      .offer = std::move(*our_offer),
      .then = std::move(answer->then),
      .claims = std::move(answer->claims)};
  auto command = command_of(call, *authenticated, pid);
  co_return co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
}

/// Who may not see the offer learns nothing of it.
Task<Result<odrl::Policy>> Negotiations::requested_offer(const Call& call,
                                                         const dsp_endpoint::Authenticated& authenticated,
                                                         const odrl::Policy& wanted,
                                                         catalog::RequestedOffer requested,
                                                         const odrl::Subject& subject) {
  auto refusal = co_await services_.policies.ask({.context = call.context,
                                                  .hop = {"access policy", policy::catalog_scope},
                                                  .policy = std::move(requested.access_policy),
                                                  .subject = subject});
  if (!refusal) co_return fail(std::move(refusal.error()));
  if (*refusal) co_return fail(ErrorCode::not_found, "there is no offer '{}'", wanted.id);
  co_return offer::accept_request({wanted, requested.definition, requested.asset, requested.contract_policy,
                                   authenticated.participant.identity});
}

Task<Result<Loaded>> Negotiations::receive_offer(Call call, dsp::ContractOfferMessage message) {
  auto opener = co_await authenticate_opener(services_.peers, open_, call, [&](const Did& peer) {
    return pid_for("offer\n", call.context, peer, message.provider_pid);
  });
  if (!opener) co_return fail(std::move(opener.error()));
  const auto* authenticated = &opener->authenticated;
  const auto& pid = opener->pid;
  if (!message.callback_address) co_return invalid("/callbackAddress", "is required in a first offer");
  const auto& caller = authenticated->caller.did;
  if (message.offer.assigner && *message.offer.assigner != caller.str())
    co_return invalid("/offer/assigner", "must be '{}', who makes the offer", caller);
  auto room = co_await open_.admit(call.context, caller, pid);
  if (!room) co_return fail(std::move(room.error()));
  auto answer = co_await ask({.context = call.context,
                              .pid = pid,
                              .counter_party = caller,
                              .reached = dsp::NegotiationState::offered,
                              .terms = message.offer},
                             *authenticated);
  if (!answer) co_return fail(std::move(answer.error()));
  negotiation::OfferReceived event{
      .envelope = {std::move(message.id), caller, {.provider = message.provider_pid, .consumer = {}}},
      .first = first_contact(call, *authenticated, pid, std::move(*message.callback_address)),
      .offer = std::move(message.offer),
      .then = std::move(answer->then)};
  auto command = command_of(call, *authenticated, pid);
  co_return co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
}

negotiation::FirstContact Negotiations::first_contact(const Call& call,
                                                      const dsp_endpoint::Authenticated& authenticated,
                                                      const dsp::Pid& pid, std::string peer_address) const {
  return {.pid = pid,
          .participant = authenticated.participant.identity,
          .callback_address = services_.peers.base_of(call.context, authenticated.profile),
          .peer_address = std::move(peer_address),
          .profile = authenticated.profile.name};
}

Task<Result<Loaded>> Negotiations::receive(Call call, Heard heard) {
  auto authenticated = co_await services_.peers.authenticate(call);
  if (!authenticated) co_return fail(std::move(authenticated.error()));
  auto answer = co_await answer_to(call, *authenticated, heard);
  if (!answer) co_return fail(std::move(answer.error()));
  auto event =
      heard.event_of({std::move(heard.id), authenticated->caller.did, heard.pids}, std::move(*answer));
  auto command = command_of(call, *authenticated, call.id<dsp::Pid>("pid"));
  auto applied = co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  const auto& entity = applied->entity;
  services_.peers.note_pids(call.context, authenticated->caller.did, heard.pids,
                            {entity.role, entity.pid, entity.peer_pid});
  co_return applied;
}

/// Nothing for a message that is not about a process of the caller's in this role: the machine refuses it.
Task<Result<Answer>> Negotiations::answer_to(const Call& call,
                                             const dsp_endpoint::Authenticated& authenticated,
                                             const Heard& heard) {
  if (!heard.reaches) co_return Answer{};
  decisions::NegotiationQuestion question{.context = call.context,
                                          .pid = call.id<dsp::Pid>("pid"),
                                          .counter_party = authenticated.caller.did,
                                          .reached = *heard.reaches,
                                          .terms = heard.terms};
  const bool as_consumer = leads_consumer(question.reached);
  if (is_about_terms(question.reached)) {
    auto loaded = co_await services_.engine.load<Machine>(call.context, call.entity("pid"));
    if (!loaded || loaded->entity.peer.id != question.counter_party) co_return Answer{};
    if (as_consumer != (loaded->entity.role == dsp::Role::consumer)) co_return Answer{};
    read_table(loaded->entity, question);
  }
  if (is_about_terms(question.reached) && !as_consumer) {
    auto subject = co_await services_.peers.subject(
        authenticated, call.deadline, {{.terms = {{policy::negotiation_scope, question.terms}}}});
    if (!subject) co_return fail(std::move(subject.error()));
    question.subject = std::move(*subject);
  }
  co_return co_await ask(std::move(question), authenticated);
}

Task<Result<Answer>> Negotiations::ask(decisions::NegotiationQuestion question,
                                       const dsp_endpoint::Authenticated& authenticated) {
  auto choice = co_await services_.decisions.about(question);
  if (!choice) co_return fail(std::move(choice.error()));
  const bool as_consumer = leads_consumer(question.reached);
  const auto& us = authenticated.participant.identity;
  const auto& them = authenticated.caller.did;
  auto then = command_for(std::move(*choice), {as_consumer ? dsp::Role::consumer : dsp::Role::provider,
                                               question.reached,
                                               std::move(question.terms),
                                               {new_agreement_id(), as_consumer ? them : us,
                                                as_consumer ? us : them, services_.engine.clock().now()}});
  if (!then) co_return fail(std::move(then.error()));
  co_return Answer{std::move(*then), std::move(question.subject.claims)};
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

Task<Result<Negotiations::Outcome>> Negotiations::carry_out(engine::Committed<negotiation::Effect> effect) {
  if (const auto* tell = std::get_if<domain::callback::Tell>(&*effect)) {
    auto done = co_await services_.callbacks.hand_over(effect.call(), *tell);
    if (!done) co_return fail(std::move(done.error()));
    co_return Outcome();
  }
  if (const auto* word = std::get_if<negotiation::TellOpener>(&*effect)) {
    if (!tell_opener_) co_return Outcome();
    auto told = co_await tell_opener_(effect.call(), word->opener);
    if (!told) co_return fail(std::move(told.error()));
    co_return Outcome();
  }
  co_return co_await send(std::move(effect));
}

Task<Result<Negotiations::Outcome>> Negotiations::send(engine::Committed<negotiation::Effect> effect) {
  auto message = negotiation::outgoing(*effect);
  auto answer = co_await services_.peers.send({.context = effect.call().context,
                                               .audience = std::move(message->audience),
                                               .profile = std::move(message->profile),
                                               .url = std::move(message->url),
                                               .body = std::move(message->body),
                                               .trace = effect.call().trace},
                                              effect.call().deadline);
  if (!answer) co_return fail(std::move(answer.error()));
  co_return Outcome(negotiation::acknowledged(*effect, *answer));
}

}  // namespace kontor::runtime::contract_negotiation
