#include "runtime/transfer_process/catching_up.hpp"

#include <algorithm>
#include <array>

#include "domain/transfer_process/decide.hpp"
#include "runtime/transfer_process/signals.hpp"

namespace kontor::runtime::transfer_process {

namespace query = protocol::query;
using transfer::Machine;
using transfer::State;

namespace {

constexpr std::uint32_t processes_max = 1000;  ///< the newest
constexpr auto signal_timeout = std::chrono::seconds(30);

constexpr std::array suspends{State::suspending, State::suspending_requested, State::suspended};
constexpr std::array completes{State::completing_requested, State::completed};
constexpr std::array terminates{State::terminating, State::terminating_requested, State::terminated};

template <std::size_t count>
bool is_in(const transfer::TransferProcess& process, const std::array<State, count>& states) {
  return std::ranges::find(states, process.state) != states.end();
}

/// What closes the flow of a process in this state; none: it is not closed.
std::optional<transfer::Effect> closing_of(const transfer::TransferProcess& process) {
  transfer::Flow flow{process.pid,          process.data_plane, process.participant, process.peer.id,
                      process.peer.profile, process.subject,    process.metadata};
  if (is_in(process, suspends)) return transfer::SuspendFlow{std::move(flow), process.error_detail};
  if (is_in(process, completes)) return transfer::CompleteFlow{std::move(flow)};
  if (is_in(process, terminates)) return transfer::TerminateFlow{std::move(flow), process.error_detail};
  return {};
}

/// The newest of those whose flows are closed. What was closed before is told first of all when it is closed:
/// `before` is how long that may take.
query::Query closed_ones(const protocol::dps::DataPlaneId& plane, std::optional<Instant> unheard_since) {
  constexpr auto before = std::chrono::minutes(1);
  std::vector<query::Scalar> codes;
  const auto add = [&codes](const auto& states) {
    for (const auto state : states) codes.emplace_back(std::int64_t{transfer::code_of(state)});
  };
  add(suspends);
  add(completes);
  add(terminates);
  query::Query closed;
  auto where = query::all_of({query::where("dataPlaneId", plane.str()),
                              query::where("state", query::Operator::in, std::move(codes))});
  if (unheard_since) {
    const auto from = format_instant(*unheard_since - before);
    where = query::all_of({std::move(where), query::where("stateTimestamp", query::Operator::greater_or_equal,
                                                          std::vector<query::Scalar>{from})});
  }
  closed.where = std::move(where);
  closed.sort = {{.field = "stateTimestamp", .descending = true}};
  closed.limit = processes_max;
  return closed;
}

}  // namespace

void CatchingUp::begin(ContextId context, protocol::dps::DataPlaneId plane,
                       std::optional<Instant> unheard_since) {
  scope_.spawn(tell(std::move(context), std::move(plane), unheard_since));
}

Task<void> CatchingUp::tell(ContextId context, protocol::dps::DataPlaneId plane,
                            std::optional<Instant> unheard_since) {
  auto page = co_await engine_.list<Machine>(context, closed_ones(plane, unheard_since));
  if (!page) co_return;
  for (const auto& listed : page->entities) {
    // It may go on since.
    auto now = co_await engine_.load<Machine>(context, listed.id);
    if (!now) continue;
    const auto& each = *now;
    const auto closing = closing_of(each.entity);
    const auto id = each.entity.pid.str() + "-closed-" + std::to_string(each.version);
    auto signal = closing ? signal_of(*closing, id) : std::nullopt;
    if (!signal) continue;
    const platform::engine::EffectCall call{
        .context = context,
        .entity = entity_id(each.entity.pid),
        .id = platform::store::EffectId(id),
        .deadline = platform::async::Deadline::after(engine_.clock(), signal_timeout),
        .trace = {}};
    auto told = co_await data_planes_.send(call, signal->flow, std::move(signal->signal));
    // The next opening begins anew.
    if (!told && told.error().row().retry == Retry::later) co_return;
  }
}

}  // namespace kontor::runtime::transfer_process
