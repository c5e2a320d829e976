#include <algorithm>
#include <utility>

#include "base/random/random.hpp"
#include "dataplane/usage/internal/state.hpp"
#include "domain/data_flow/decide.hpp"

namespace kontor::dataplane::usage {

using platform::engine::Command;

namespace {

constexpr std::size_t written_at_once = 32;

counts::Report report_of(Meter& meter, const std::string& writer, std::uint64_t number) {
  counts::Report report{.writer = writer,
                        .number = number,
                        .about = meter.about,
                        .more = std::exchange(meter.uncounted, {}),
                        .access = {},
                        .refusal = std::exchange(meter.refusal, {})};
  if (meter.accesses.empty()) return report;
  report.access = std::move(meter.accesses.front());
  meter.accesses.erase(meter.accesses.begin());
  return report;
}

}  // namespace

Usage::State::State(async::Scope& scope_in, platform::engine::Engine& engine_in, UsageOptions options_in)
    : scope(scope_in),
      engine(engine_in),
      options(std::move(options_in)),
      limits(engine_in, options.limits),
      writer(new_uuid(engine_in.random())),
      wake(scope_in.executor(), engine_in.clock()),
      flushing(scope_in.executor()) {}

std::shared_ptr<Meter> Usage::State::meter_of(const flows::DataFlow& flow) {
  std::pair key(flow.participant_context, EntityId(flow.id.str()));
  const auto found = meters.find(key);
  if (found != meters.end()) return found->second;
  if (meters.size() >= options.flows_max) forget_idle();
  auto meter = std::make_shared<Meter>();
  meter->key = key;
  meter->about = {flow.id, flow.terms.agreement_id, flow.terms.dataset_id, flow.terms.counter_party_id};
  meter->participant = participant_of(flow.participant_context);
  meters.emplace(std::move(key), meter);
  return meter;
}

std::shared_ptr<Participant> Usage::State::participant_of(const ContextId& context) {
  auto& known = participants[context];
  auto participant = known.lock();
  if (!participant) known = participant = std::make_shared<Participant>();
  return participant;
}

Task<Result<void>> Usage::State::read_stored(std::shared_ptr<Meter> meter) {
  const auto self = shared_from_this();
  auto loaded = co_await engine.load<counts::Machine>(meter->key.first, meter->key.second);
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  const auto read = loaded ? loaded->entity.counters.bytes() : 0;
  meter->stored_bytes = std::max(meter->stored_bytes.value_or(0), read);
  co_return Result<void>{};
}

void Usage::State::count(Meter& meter, const Counters& more) {
  meter.uncounted += more;
  totals += more;
  owe(engine.clock().now() + options.written_within);
}

void Usage::State::refuse(Meter& meter, std::string why) {
  meter.refusal = std::move(why);
  count(meter, {.refused = 1});
}

Instant Usage::State::pay(Meter& meter, std::uint64_t bytes) {
  const auto now = engine.clock().now();
  auto& all = *meter.participant;
  auto from = now;
  const auto pay_one = [&](Instant& paid, const std::optional<std::uint64_t>& rate) {
    if (!rate) return;
    paid = counts::paid_until(paid, bytes, *rate, now);
    from = std::max(from, paid);
  };
  pay_one(meter.paid_until, all.limits.each_flow.bytes_per_second);
  pay_one(all.paid_until, all.limits.all_flows.bytes_per_second);
  return from;
}

void Usage::State::owe(Instant by) {
  if (by >= due) return;
  due = by;
  wake.notify();
}

void Usage::State::forget_idle() {
  const auto now = engine.clock().now();
  const auto rests = [now](const auto& each) {
    const auto& meter = *each.second;
    // Who is being let in holds it, and is not running yet.
    return each.second.use_count() == 1 && meter.running == 0 && !meter.owes() && meter.paid_until <= now &&
           meter.participant->paid_until <= now;
  };
  std::erase_if(meters, rests);
  std::erase_if(participants, [](const auto& each) { return each.second.expired(); });
}

/// Wakes when something is due, and at no other time.
Task<void> Usage::State::run() {
  const auto self = shared_from_this();
  while (!scope.closing()) {
    const auto ticket = wake.ticket();
    if (engine.clock().now() >= due) {
      co_await flush();
      continue;
    }
    const bool notified = co_await wake.wait(ticket, {due});
    if (!notified && engine.clock().now() < due) co_return;
  }
}

Task<void> Usage::State::flush() {
  const auto self = shared_from_this();
  const auto guard = co_await flushing.lock();
  due = Instant::max();
  auto owing = std::make_shared<Meters>();
  for (const auto& [key, meter] : meters) {
    if (meter->owes()) owing->push_back(meter);
  }
  async::Scope writers(scope.executor());
  for (std::size_t i = 0; i < std::min(written_at_once, owing->size()); ++i) writers.spawn(write(owing));
  co_await writers.drain();
  co_await writers.close();
  if (meters.size() > options.flows_max) forget_idle();
}

Task<void> Usage::State::write(std::shared_ptr<Meters> owing) {
  const auto self = shared_from_this();
  while (!owing->empty()) {
    auto meter = std::move(owing->back());
    owing->pop_back();
    co_await report(std::move(meter));
  }
}

/// Until it is known to be written, the same report is sent again.
Task<void> Usage::State::report(std::shared_ptr<Meter> meter) {
  const auto self = shared_from_this();
  if (meter->has_news() && !meter->sent) meter->sent = report_of(*meter, writer, ++reports);
  if (meter->sent) {
    Command command(meter->key.first, meter->key.second);
    auto applied = co_await engine.apply<counts::Machine>(std::move(command), *meter->sent);
    if (applied) {
      meter->sent.reset();
      meter->stored_bytes = applied->entity.counters.bytes();
      meter->may_be_over = applied->version == 1;
    }
  }
  if (meter->may_be_over && !meter->sent) meter->may_be_over = !co_await end_if_over(meter->key);
  if (meter->owes()) owe(engine.clock().now() + options.written_within);
}

/// A flow that was short, or served by another replica to its end, had ended before there was a usage to end.
/// False: it cannot be known now.
Task<bool> Usage::State::end_if_over(std::pair<ContextId, EntityId> key) {
  const auto self = shared_from_this();
  auto flow = co_await engine.load<flows::Machine>(key.first, key.second);
  if (!flow) co_return flow.error().row().retry == Retry::never;
  if (!flows::is_final(flow->entity.state)) co_return true;
  auto ended = co_await engine.apply<counts::Machine>(Command(key.first, key.second), counts::Ended{});
  co_return ended.has_value() || ended.error().row().retry == Retry::never;
}

}  // namespace kontor::dataplane::usage
