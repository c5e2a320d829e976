#include "protocol/api/management/obtaining_routes.hpp"
#include "runtime/obtaining/obtainings.hpp"

namespace kontor::runtime::obtaining {

namespace management = protocol::api::management;
using obtaining::Hop;
using obtaining::State;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

/// Whether the flight has come so far that there may be a process of that hop.
bool has_reached(const obtaining::Obtaining& flight, Hop hop) {
  switch (flight.state) {
    case State::searching:
      return false;
    case State::negotiating:
      return hop == Hop::negotiation;
    case State::transferring:
    case State::obtained:
      return true;
    case State::failed:
      return flight.failure && flight.failure->hop >= hop;
  }
  return false;
}

management::Obtaining shown(Obtainings::Flight flight) {
  auto& now = flight.now;
  auto& wanted = now.wanted;
  management::Obtaining body{
      .id = now.id.str(),
      .state = std::string(obtaining::state_names.name(now.state)),
      .state_at = now.state_at,
      .counter_party = {std::move(wanted.address), wanted.counter_party.str(), std::move(wanted.profile)},
      .asset_id = std::move(wanted.dataset),
      .transfer_type = std::move(wanted.transfer_type)};
  if (!now.agreement.empty()) body.agreement_id = now.agreement.str();
  if (has_reached(now, Hop::negotiation)) body.negotiation_id = now.negotiation.str();
  if (has_reached(now, Hop::transfer)) body.transfer_id = now.transfer.str();
  body.access = std::move(flight.access);
  if (now.failure) {
    auto& failure = body.failure.emplace();
    failure.hop = obtaining::hop_names.name(now.failure->hop);
    failure.code = row_of(now.failure->code).name;
    failure.reason = std::move(now.failure->reason);
    if (!now.failure->said.empty()) failure.said = std::move(now.failure->said);
  }
  return body;
}

Task<Result<Reply<management::Obtaining>>> answer(Task<Result<Obtainings::Flight>> work) {
  auto flight = co_await std::move(work);
  if (!flight) co_return fail(std::move(flight.error()));
  co_return Reply<management::Obtaining>{shown(std::move(*flight))};
}

}  // namespace

void bind_routes(platform::routing::Router& router, Obtainings& obtainings) {
  router.bind(management::obtain, [&obtainings](Call call, management::ObtainRequest body) {
    return answer(obtainings.obtain(std::move(call), std::move(body)));
  });
  router.bind(management::get_obtaining,
              [&obtainings](Call call, Nothing) { return answer(obtainings.get(std::move(call))); });
}

}  // namespace kontor::runtime::obtaining
