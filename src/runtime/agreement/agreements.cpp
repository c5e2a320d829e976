#include "runtime/agreement/agreements.hpp"

#include "domain/contract_negotiation/decide.hpp"
#include "domain/transfer_process/decide.hpp"
#include "protocol/dsp/pids.hpp"
#include "protocol/query/query.hpp"

namespace kontor::runtime::agreement {

namespace dsp = protocol::dsp;
namespace engine = platform::engine;
namespace negotiation = domain::contract_negotiation;
namespace query = protocol::query;
namespace transfer = domain::transfer_process;
using negotiation::ContractAgreementDocument;
using platform::routing::Call;

namespace {

constexpr std::uint32_t transfers_page = 100;

ending::Ended what_ends(const negotiation::ContractAgreement& agreement, ending::EndedBy by,
                        std::string reason) {
  const bool consumer = agreement.role == dsp::Role::consumer;
  return {.agreement = agreement.id,
          .pids = {consumer ? agreement.peer_pid : agreement.negotiation,
                   consumer ? agreement.negotiation : agreement.peer_pid},
          .role = agreement.role,
          .peer = {agreement.counter_party(), agreement.peer_address, agreement.profile},
          .by = by,
          .reason = std::move(reason)};
}

/// Those that go on under an agreement: what completes or terminates is over without our doing.
query::Query running_under(const EntityId& agreement) {
  query::Query running;
  running.limit = transfers_page;
  running.where =
      query::all_of({query::where("contractId", agreement.str()),
                     query::where("state", query::Operator::less,
                                  {std::int64_t{transfer::code_of(transfer::State::completing)}})});
  return running;
}

std::unexpected<Error> unknown(const dsp::Pid& negotiation) {
  return fail(ErrorCode::not_found, "there is no negotiation '{}'", negotiation);
}

}  // namespace

Agreements::Agreements(Services services) : services_(services) {
  services_.engine.add<ending::Machine>(
      [this](engine::Committed<ending::Effect> effect) { return carry_out(std::move(effect)); });
}

Task<Result<void>> Agreements::end(Call call, std::string reason) {
  auto agreement =
      co_await services_.engine.load<ContractAgreementDocument>(call.context, call.entity("agreementId"));
  if (!agreement) co_return fail(std::move(agreement.error()));
  engine::Command command{call.context, agreement->entity.id, call.caller.subject, call.trace};
  co_return co_await end_once(std::move(command), std::move(*agreement), ending::EndedBy::us,
                              std::move(reason));
}

Task<Result<dsp::Pids>> Agreements::receive_end(Call call,
                                                dsp::ContractNegotiationTerminationMessage message) {
  auto authenticated = co_await services_.peers.authenticate(call);
  if (!authenticated) co_return fail(std::move(authenticated.error()));
  const auto pid = call.id<dsp::Pid>("pid");
  auto agreement = co_await agreement_of(call.context, pid);
  if (!agreement) co_return fail(std::move(agreement.error()));
  const auto& found = agreement->entity;
  if (found.counter_party() != authenticated->caller.did) co_return unknown(pid);
  const bool consumer = found.role == dsp::Role::consumer;
  if (dsp::match(message.pids, {found.role, found.negotiation, found.peer_pid}) == dsp::PidMatch::foreign)
    co_return invalid(consumer ? "/consumerPid" : "/providerPid", "must be '{}'", pid);
  auto pids = what_ends(found, ending::EndedBy::peer, {}).pids;
  engine::Command command{call.context, found.id, authenticated->caller.did.str(), call.trace};
  command.single_use.push_back(authenticated->single_use);
  auto done = co_await end_once(std::move(command), std::move(*agreement), ending::EndedBy::peer,
                                message.reason.text());
  if (!done) co_return fail(std::move(done.error()));
  co_return pids;
}

/// The document and what follows from its end are one commit.
Task<Result<void>> Agreements::end_once(engine::Command command, Agreement agreement, ending::EndedBy by,
                                        std::string reason) {
  auto& entity = agreement.entity;
  auto process =
      co_await services_.engine.load<negotiation::Machine>(command.context, entity_id(entity.negotiation));
  if (process && !process->entity.ended()) {
    co_return fail(ErrorCode::illegal_transition, "the negotiation is {}: it can be terminated",
                   negotiation::state_names.name(process->entity.state));
  }
  ending::End event{what_ends(entity, by, reason)};
  if (!entity.end) {
    entity.end = negotiation::AgreementEnd{services_.engine.clock().now(), by, std::move(reason)};
    command.also.push_back(engine::put_of<ContractAgreementDocument>(entity.id, entity, agreement.version));
  }
  auto applied = co_await services_.engine.apply<ending::Machine>(std::move(command), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Result<void>{};
}

/// At the consumer the document has the negotiation's id, at the provider the agreement's own.
Task<Result<Agreements::Agreement>> Agreements::agreement_of(ContextId context, dsp::Pid pid) {
  query::Query about;
  about.limit = 1;
  about.where = query::where("negotiationId", pid.str());
  auto page = co_await services_.engine.list<ContractAgreementDocument>(std::move(context), std::move(about));
  if (!page) co_return fail(std::move(page.error()));
  if (page->entities.empty()) co_return unknown(pid);
  co_return std::move(page->entities.front());
}

Task<Result<Agreements::Outcome>> Agreements::carry_out(engine::Committed<ending::Effect> effect) {
  if (const auto* order = std::get_if<ending::EndTransfers>(&*effect))
    co_return co_await end_transfers(effect.call(), *order);
  co_return co_await tell(effect.call(), std::get<ending::TellPeer>(*effect));
}

/// Each that is ended falls out of the question.
Task<Result<Agreements::Outcome>> Agreements::end_transfers(engine::EffectCall call,
                                                            ending::EndTransfers order) {
  const bool ours = order.by == ending::EndedBy::us;
  const transfer::Terminate end{dsp::Reason::of("the agreement was ended: " + order.reason),
                                ours ? transfer::EndedBy::us : transfer::EndedBy::peer};
  for (;;) {
    auto page =
        co_await services_.engine.list<transfer::Machine>(call.context, running_under(order.agreement));
    if (!page) co_return fail(std::move(page.error()));
    if (page->entities.empty()) co_return Outcome(ending::TransfersEnded{});
    bool any_ended = false;
    for (const auto& each : page->entities) {
      engine::Command command{call.context, each.id, "end of agreement", call.trace};
      auto ended = co_await services_.engine.apply<transfer::Machine>(std::move(command), end);
      const bool is_over = !ended && ended.error().code == ErrorCode::illegal_transition;
      if (!ended && !is_over) co_return fail(std::move(ended.error()));
      any_ended = any_ended || ended;
    }
    if (!any_ended) co_return fail(ErrorCode::unavailable, "transfers of the agreement refuse to end now");
  }
}

Task<Result<Agreements::Outcome>> Agreements::tell(engine::EffectCall call, ending::TellPeer order) {
  auto message = ending::outgoing(order);
  auto answer = co_await services_.peers.send({.context = call.context,
                                               .audience = order.peer.id,
                                               .profile = std::move(order.peer.profile),
                                               .url = std::move(message.url),
                                               .body = std::move(message.body),
                                               .trace = call.trace},
                                              call.deadline);
  if (!answer) co_return fail(std::move(answer.error()));
  co_return Outcome(ending::PeerTold{});
}

}  // namespace kontor::runtime::agreement
