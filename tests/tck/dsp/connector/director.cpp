#include "tck/dsp/connector/director.hpp"

namespace kontor::tck::dsp {

namespace decisions = runtime::decisions;
using protocol::dsp::Reason;

Director::Director(Services services) : services_(std::move(services)) {
  services_.engine.store().on_change([this](const platform::store::Change& change) {
    if (change.version == 0) return;
    if (change.kind == negotiation::Machine::kind().name) services_.scope.spawn(follow_negotiation(change));
    if (change.kind == transfer::Machine::kind().name) services_.scope.spawn(follow_transfer(change));
  });
}

template <class Entity>
std::optional<int> Director::visit(const Entity& entity) {
  auto& seen = seen_[entity.pid];
  const auto state = static_cast<int>(entity.state);
  if (seen.state == state && seen.entered == entity.state_at) return std::nullopt;
  seen.state = state;
  seen.entered = entity.state_at;
  return ++seen.visits[state];
}

Task<void> Director::follow_negotiation(platform::store::Change change) {
  auto loaded = co_await services_.engine.load<negotiation::Machine>(change.context, change.entity);
  if (!loaded) co_return;
  const auto number = visit(loaded->entity);
  const auto what =
      number ? act_for(loaded->entity.dataset.str(), loaded->entity.state, *number) : std::nullopt;
  if (what) co_await act(std::move(loaded->entity), *what);
}

Task<void> Director::follow_transfer(platform::store::Change change) {
  auto loaded = co_await services_.engine.load<transfer::Machine>(change.context, change.entity);
  if (!loaded) co_return;
  const auto number = visit(loaded->entity);
  const auto what =
      number ? act_for(loaded->entity.subject.agreement.str(), loaded->entity.state, *number) : std::nullopt;
  if (what) co_await act(std::move(loaded->entity), *what);
}

platform::routing::Call Director::call_about(const protocol::dsp::Pid& pid) const {
  platform::routing::Call call;
  call.context = ContextId(std::string(context_id));
  call.caller.subject = "script";
  call.parameters = {{"negotiationId", pid.str()}, {"transferProcessId", pid.str()}};
  call.deadline = platform::async::Deadline::after(services_.clock, std::chrono::seconds(30));
  return call;
}

Task<void> Director::act(negotiation::ContractNegotiation seen, NegotiationAct act) {
  auto waited = co_await services_.clock.wait_until(services_.clock.now() + reaction_delay);
  if (!waited) co_return;
  decisions::NegotiationChoice choice = decisions::Proceed{};
  if (act == NegotiationAct::counter) choice = decisions::Counter{*seen.last_offer()};
  if (act == NegotiationAct::refuse) choice = decisions::Refuse{Reason::of("the script ends it")};
  auto done = co_await services_.negotiations.choose(call_about(seen.pid), seen.pid, std::move(choice));
  if (!done) services_.log.warning("{}: {}", seen.dataset, done.error().message());
}

Task<void> Director::act(transfer::TransferProcess seen, TransferAct act) {
  auto waited = co_await services_.clock.wait_until(services_.clock.now() + reaction_delay);
  if (!waited) co_return;
  transfer::Event event = transfer::Start{};
  if (act == TransferAct::suspend) event = transfer::Suspend{Reason::of("the script pauses it")};
  if (act == TransferAct::resume) event = transfer::Resume{};
  if (act == TransferAct::complete) event = transfer::Complete{};
  if (act == TransferAct::terminate) event = transfer::Terminate{Reason::of("the script ends it")};
  auto done = co_await services_.transfers.command(call_about(seen.pid), std::move(event));
  if (!done) services_.log.warning("{}: {}", seen.subject.agreement, done.error().message());
}

}  // namespace kontor::tck::dsp
