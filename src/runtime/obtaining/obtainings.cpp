#include "runtime/obtaining/obtainings.hpp"

#include "base/crypto/derived_uuid.hpp"
#include "base/random/ordered_uuid.hpp"
#include "protocol/query/query.hpp"
#include "runtime/obtaining/outcomes.hpp"

namespace kontor::runtime::obtaining {

namespace dsp = protocol::dsp;
namespace engine = platform::engine;
namespace management = protocol::api::management;
namespace negotiation = domain::contract_negotiation;
namespace query = protocol::query;
namespace transfer_domain = domain::transfer_process;
using negotiation::ContractAgreementDocument;
using obtaining::Machine;
using platform::async::Deadline;
using platform::routing::Call;

namespace {

/// For those who do not say how long they wait.
constexpr std::chrono::seconds patience{5};
/// What is looked at to find an agreement or a transfer that can be used.
constexpr std::uint32_t candidates_max = 20;

/// One for each counter-party, dataset and type: whoever makes it again makes the same.
EntityId id_of(const obtaining::Wanted& wanted) {
  return EntityId("urn:uuid:" + crypto::derived_uuid("obtaining\n" + wanted.counter_party.str() + "\n" +
                                                     wanted.dataset.str() + "\n" + wanted.transfer_type));
}

Result<obtaining::Wanted> wanted_of(management::ObtainRequest request) {
  if (transfer_domain::direction_of(request.transfer_type) == transfer_domain::Direction::push)
    return invalid("/transferType", "'{}' sends data and gives no access: request a transfer of that type",
                   request.transfer_type);
  auto& party = request.counter_party;
  return obtaining::Wanted{.counter_party = Did(std::move(party.id)),
                           .address = std::move(party.address),
                           .profile = std::move(party.profile),
                           .dataset = std::move(request.asset_id),
                           .transfer_type = std::move(request.transfer_type),
                           .accepted = std::move(request.accepted)};
}

bool gives_access(const transfer_domain::TransferProcess& process, Instant now) {
  const bool runs = process.state == transfer_domain::State::started;
  if (process.role != dsp::Role::consumer || !runs || !process.data_address) return false;
  const auto life = transfer_domain::token_life_of(process);
  return !life || now < life->expires_at || process.renewal_error.empty();
}

query::Query agreements_about(const obtaining::Wanted& wanted) {
  query::Query about;
  about.limit = candidates_max;
  about.where = query::all_of({query::where("counterPartyId", wanted.counter_party.str()),
                               query::where("assetId", wanted.dataset.str()),
                               query::where("type", std::string(dsp::role_names.name(dsp::Role::consumer))),
                               query::where("endedAt", query::Operator::is_null, {})});
  about.sort = {{"contractSigningDate", true}};
  return about;
}

query::Query transfers_under(const EntityId& agreement, const std::string& transfer_type) {
  query::Query running;
  running.limit = candidates_max;
  running.where = query::all_of(
      {query::where("contractId", agreement.str()),
       query::where("state", std::int64_t{transfer_domain::code_of(transfer_domain::State::started)}),
       query::where("transferType", transfer_type)});
  running.sort = {{"createdAt", true}};
  return running;
}

bool rests(const obtaining::Obtaining& each) {
  return each.at_rest();
}

}  // namespace

Obtainings::Obtainings(Services services) : services_(services) {
  services_.engine.add<Machine>(
      [this](engine::Committed<obtaining::Effect> effect) { return carry_out(std::move(effect)); });
  services_.negotiations.tell_openers_with([this](engine::EffectCall call, EntityId opener) {
    return hear_negotiation(std::move(call), std::move(opener));
  });
  services_.transfers.tell_openers_with([this](engine::EffectCall call, EntityId opener) {
    return hear_transfer(std::move(call), std::move(opener));
  });
}

Task<Result<Obtainings::Flight>> Obtainings::obtain(Call call, management::ObtainRequest request) {
  auto& engine = services_.engine;
  auto participant = co_await services_.contexts.load(call.context);
  if (!participant) co_return fail(std::move(participant.error()));
  auto profile = co_await services_.peers.profile(call.context, request.counter_party.profile);
  if (!profile) co_return fail(std::move(profile.error()));
  request.counter_party.profile = std::move(profile->name);
  auto wanted = wanted_of(std::move(request));
  if (!wanted) co_return fail(std::move(wanted.error()));
  const auto id = id_of(*wanted);
  const auto deadline = Deadline::after(engine.clock(), call.wait.value_or(patience));
  auto known = co_await engine.load<Machine>(call.context, id);
  if (!known && known.error().code != ErrorCode::not_found) co_return fail(std::move(known.error()));
  if (known && known->entity.state == obtaining::State::obtained) {
    auto good = co_await stands(call.context, *wanted, known->entity);
    if (!good) co_return fail(std::move(good.error()));
    if (*good) {
      auto given = co_await at_rest(call, known->entity);
      if (given || given.error().code == ErrorCode::unavailable) co_return given;
    }
  }
  obtaining::Obtain event{
      .id = id,
      .wanted = std::move(*wanted),
      .seen = known && known->entity.at_rest() ? known->entity.flight : 0,
      .transfer = dsp::Pid("urn:uuid:" + ordered_uuid(engine.random(), engine.clock().now())),
      .negotiation = dsp::Pid("urn:uuid:" + ordered_uuid(engine.random(), engine.clock().now()))};
  engine::Command command{call.context, id, call.caller.subject, call.trace};
  auto begun = co_await engine.apply<Machine>(std::move(command), std::move(event));
  if (!begun) co_return fail(std::move(begun.error()));
  auto flight = co_await engine.wait<Machine>(call.context, id, rests, deadline);
  if (!flight) co_return fail(std::move(flight.error()));
  co_return co_await at_rest(std::move(call), std::move(flight->entity));
}

Task<Result<Obtainings::Flight>> Obtainings::get(Call call) {
  auto& engine = services_.engine;
  auto id = call.entity("obtainingId");
  const auto wait = call.wait.value_or(Duration{0});
  auto loaded = co_await engine.wait<Machine>(call.context, std::move(id), rests,
                                              Deadline::after(engine.clock(), wait));
  if (!loaded) co_return fail(std::move(loaded.error()));
  Flight flight{std::move(loaded->entity)};
  if (flight.now.state != obtaining::State::obtained) co_return flight;
  auto given = co_await access(std::move(call), flight.now.transfer);
  if (given) flight.access = std::move(*given);
  co_return flight;
}

/// What a caller is told of a flight: its access, why it failed, or how far it is.
Task<Result<Obtainings::Flight>> Obtainings::at_rest(Call call, obtaining::Obtaining now) {
  if (now.failure) co_return fail(error_of(*now.failure));
  Flight flight{std::move(now)};
  if (flight.now.state != obtaining::State::obtained) co_return flight;
  auto given = co_await access(std::move(call), flight.now.transfer);
  if (!given) co_return fail(std::move(given.error()));
  flight.access = std::move(*given);
  co_return flight;
}

Task<Result<dsp::DataAddress>> Obtainings::access(Call call, dsp::Pid transfer) {
  call.parameters.insert_or_assign("transferProcessId", transfer.str());
  co_return co_await services_.transfers.access(std::move(call));
}

Task<Result<bool>> Obtainings::stands(ContextId context, const obtaining::Wanted& wanted,
                                      const obtaining::Obtaining& obtained) {
  auto agreement = co_await services_.engine.load<ContractAgreementDocument>(context, obtained.agreement);
  if (!agreement && agreement.error().code != ErrorCode::not_found)
    co_return fail(std::move(agreement.error()));
  if (!agreement || agreement->entity.end || !obtaining::accepts(wanted, agreement->entity.policy))
    co_return false;
  auto process =
      co_await services_.engine.load<transfer_domain::Machine>(context, entity_id(obtained.transfer));
  if (!process && process.error().code != ErrorCode::not_found) co_return fail(std::move(process.error()));
  co_return process.has_value() && gives_access(process->entity, services_.engine.clock().now());
}

/// The newest agreement that can be used; one with a transfer that runs is better. Under one whose time is
/// over nothing is given any more.
Task<Result<std::optional<Obtainings::Standing>>> Obtainings::standing(
    ContextId context, const obtaining::Wanted& wanted,
    std::shared_ptr<const policy::PolicyEvaluator> evaluator) {
  auto page = co_await services_.engine.list<ContractAgreementDocument>(context, agreements_about(wanted));
  if (!page) co_return fail(std::move(page.error()));
  std::optional<Standing> best;
  for (auto& each : page->entities) {
    const auto& agreed = each.entity;
    if (!obtaining::accepts(wanted, agreed.policy)) continue;
    if (evaluator->over(agreed.policy, {agreed.signed_at, services_.engine.clock().now()})) continue;
    auto running = co_await running_under(context, each.entity.id, wanted.transfer_type);
    if (!running) co_return fail(std::move(running.error()));
    if (*running) co_return Standing{std::move(each.entity), std::move(*running)};
    if (!best) best = Standing{std::move(each.entity), std::nullopt};
  }
  co_return best;
}

Task<Result<std::optional<dsp::Pid>>> Obtainings::running_under(ContextId context, const EntityId& agreement,
                                                                const std::string& transfer_type) {
  auto page = co_await services_.engine.list<transfer_domain::Machine>(
      std::move(context), transfers_under(agreement, transfer_type));
  if (!page) co_return fail(std::move(page.error()));
  for (const auto& each : page->entities) {
    if (gives_access(each.entity, services_.engine.clock().now())) co_return each.entity.pid;
  }
  co_return std::nullopt;
}

Task<Result<Obtainings::Outcome>> Obtainings::carry_out(engine::Committed<obtaining::Effect> effect) {
  if (const auto* order = std::get_if<obtaining::Search>(&*effect))
    co_return co_await search(effect.call(), *order);
  if (const auto* order = std::get_if<obtaining::Negotiate>(&*effect))
    co_return co_await negotiate(effect.call(), *order);
  co_return co_await transfer(effect.call(), std::get<obtaining::Transfer>(*effect));
}

Task<Result<Obtainings::Outcome>> Obtainings::search(engine::EffectCall call,
                                                     const obtaining::Search& order) {
  const auto& wanted = order.wanted;
  auto evaluator = co_await services_.policies.evaluator(call.context);
  if (!evaluator) co_return fail(std::move(evaluator.error()));
  auto there = co_await standing(call.context, wanted, *evaluator);
  if (!there) co_return fail(std::move(there.error()));
  if (*there) {
    auto& found = **there;
    co_return Outcome(obtaining::AgreementFound{found.agreement.id, found.agreement.negotiation,
                                                std::move(found.transfer)});
  }
  auto dataset = co_await dataset_of(call, wanted);
  if (!dataset) co_return fail(std::move(dataset.error()));
  if (!*dataset) co_return Outcome(obtaining::HopFailed{std::move(dataset->error())});
  const auto now = services_.engine.clock().now();
  auto chosen = obtaining::choose_offer(wanted, **dataset, [&](const protocol::odrl::Policy& policy) {
    auto problems = (*evaluator)->problems(policy);
    if (auto over = (*evaluator)->over(policy, {now, now})) problems.push_back(std::move(*over));
    return problems;
  });
  if (!chosen) co_return Outcome(obtaining::HopFailed{std::move(chosen.error())});
  co_return Outcome(obtaining::OfferChosen{std::move(*chosen)});
}

Task<Result<Obtainings::Asked>> Obtainings::dataset_of(engine::EffectCall call,
                                                       const obtaining::Wanted& wanted) {
  auto answer =
      co_await services_.peers.send(question_of(call, wanted), question_deadline(services_.engine.clock()));
  if (answer) co_return read_dataset(*answer, wanted);
  if (may_pass(answer.error(), call.attempt)) co_return fail(std::move(answer.error()));
  co_return Asked(std::unexpected(failure_of(answer.error(), wanted)));
}

/// That there is one with this id says that an earlier attempt opened it.
Task<Result<Obtainings::Outcome>> Obtainings::negotiate(engine::EffectCall call,
                                                        const obtaining::Negotiate& order) {
  const auto& wanted = order.wanted;
  management::ContractRequest request{
      .counter_party = {wanted.address, wanted.counter_party.str(), wanted.profile},
      .offer = order.offer,
      .callback_addresses = {}};
  auto opened = co_await services_.negotiations.open(
      {call.context, order.negotiation, std::string(Machine::kind().name), call.trace, call.entity},
      std::move(request));
  if (!opened && opened.error().code != ErrorCode::conflict) co_return fail(std::move(opened.error()));
  co_return Outcome();
}

Task<Result<Obtainings::Outcome>> Obtainings::transfer(engine::EffectCall call,
                                                       const obtaining::Transfer& order) {
  const auto& wanted = order.wanted;
  management::TransferRequest request;
  request.counter_party = {wanted.address, wanted.counter_party.str(), wanted.profile};
  request.contract_id = order.agreement.str();
  request.transfer_type = wanted.transfer_type;
  auto opened = co_await services_.transfers.open(
      {call.context, order.transfer, std::string(Machine::kind().name), call.trace, call.entity},
      std::move(request));
  if (!opened && opened.error().code != ErrorCode::conflict) co_return fail(std::move(opened.error()));
  co_return Outcome();
}

Task<Result<void>> Obtainings::hear_negotiation(engine::EffectCall call, EntityId opener) {
  auto loaded = co_await services_.engine.load<negotiation::Machine>(call.context, call.entity);
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return co_await tell(std::move(call), std::move(opener), outcome_of(loaded->entity));
}

Task<Result<void>> Obtainings::hear_transfer(engine::EffectCall call, EntityId opener) {
  auto loaded = co_await services_.engine.load<transfer_domain::Machine>(call.context, call.entity);
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return co_await tell(std::move(call), std::move(opener), outcome_of(loaded->entity));
}

/// Whoever opened it may be gone, or be about something else by now.
Task<Result<void>> Obtainings::tell(engine::EffectCall call, EntityId opener, obtaining::Event event) {
  engine::Command command{call.context, std::move(opener), call.entity.str(), call.trace};
  auto told = co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
  if (!told && told.error().row().retry != Retry::never) co_return fail(std::move(told.error()));
  co_return Result<void>{};
}

}  // namespace kontor::runtime::obtaining
