#include "platform/bus/embedded/internal/consumer_state.hpp"

#include <algorithm>

#include "base/json/stored.hpp"

namespace kontor::platform::bus::embedded {
namespace {

constexpr std::uint32_t fetched_max = 64;

/// The durable form of a consumer's place.
struct Place {
  std::uint64_t read_until = 0;
  std::map<std::string, std::uint32_t> unsettled;  ///< sequence → attempts
};

json::Value write(const Place& place) {
  return json::ObjectWriter().field("readUntil", place.read_until).field("unsettled", place.unsettled).done();
}

Result<void> read(const json::Node& node, Place& place) {
  json::ObjectReader in(node);
  in.required("readUntil", place.read_until).required("unsettled", place.unsettled);
  return in.done();
}

EntityId entity_of(const Consumer& consumer) {
  return EntityId(consumer.stream + ":" + consumer.name);
}

}  // namespace

ConsumerState::ConsumerState(async::Clock& clock, async::Scope& scope, MessageLog& log, StreamState& stream,
                             Consumer consumer)
    : clock_(clock),
      log_(log),
      stream_(stream),
      config_(std::move(consumer)),
      fetching_(scope.executor()),
      saving_(scope.executor()) {}

Task<Result<void>> ConsumerState::load() {
  auto record = co_await log_.store().load(store::installation_context(), consumer_kind, entity_of(config_));
  if (!record) co_return fail(std::move(record.error()));
  if (!*record) co_return Result<void>{};
  auto stored = json::decode_stored<Place>((*record)->body);
  if (!stored)
    co_return fail_as(ErrorCode::storage_failed, std::move(stored.error()), "the consumer {}", config_.name);
  version_ = (*record)->version;
  scanned_ = stored->read_until;
  for (const auto& [sequence, attempt] : stored->unsettled) {
    outstanding_[std::stoull(sequence)] = {attempt, clock_.now()};
  }
  co_return Result<void>{};
}

Task<Result<std::optional<Delivery>>> ConsumerState::next(async::Deadline deadline) {
  for (;;) {
    const auto ticket = stream_.changed().ticket();
    auto again = co_await deliver_again();
    if (!again || *again) co_return again;
    auto fresh = co_await deliver_new();
    if (!fresh || *fresh) co_return fresh;
    if (deadline.passed(clock_)) co_return Step{};
    const async::Deadline until{std::min(deadline.at, next_redelivery())};
    const bool woken = co_await stream_.changed().wait(ticket, until);
    if (!woken && !until.passed(clock_))
      co_return fail(ErrorCode::cancelled, "the wait for a message was broken off");
  }
}

Instant ConsumerState::next_redelivery() const {
  auto earliest = Instant::max();
  for (const auto& [sequence, held] : outstanding_) earliest = std::min(earliest, held.again_at);
  return earliest;
}

Task<Result<ConsumerState::Step>> ConsumerState::deliver_again() {
  const auto now = clock_.now();
  for (;;) {
    const auto due =
        std::ranges::find_if(outstanding_, [&](const auto& held) { return held.second.again_at <= now; });
    if (due == outstanding_.end()) co_return Step{};
    const auto sequence = due->first;
    if (due->second.attempt >= config_.attempts_max) {
      auto given_up = co_await give_up(sequence);
      if (!given_up) co_return fail(std::move(given_up.error()));
      continue;
    }
    const auto attempt = ++due->second.attempt;
    due->second.again_at = now + config_.acknowledge_within;
    auto message = co_await log_.load(config_.stream, sequence);
    // Durable, so that a message that brings the process down is given up one day.
    auto saved = message ? co_await save() : Result<void>(fail(message.error()));
    if (!saved) {
      if (const auto held = outstanding_.find(sequence); held != outstanding_.end())
        held->second.again_at = now;
      co_return fail(std::move(saved.error()));
    }
    if (*message) co_return hand_out(std::move(**message), attempt);
    outstanding_.erase(sequence);
  }
}

Task<Result<ConsumerState::Step>> ConsumerState::deliver_new() {
  auto guard = co_await fetching_.lock();
  if (outstanding_.size() >= config_.unacknowledged_max) co_return Step{};
  auto fetched = co_await fetch();
  if (!fetched) co_return fail(std::move(fetched.error()));
  if (fetched_.empty()) co_return Step{};
  auto message = std::move(fetched_.front());
  fetched_.pop_front();
  outstanding_[message.sequence] = {1, clock_.now() + config_.acknowledge_within};
  co_return hand_out(std::move(message), 1);
}

Task<Result<void>> ConsumerState::fetch() {
  while (fetched_.empty() && scanned_ < stream_.head()) {
    auto messages = co_await log_.read(config_.stream, scanned_, fetched_max);
    if (!messages) co_return fail(std::move(messages.error()));
    if (messages->empty()) break;
    scanned_ = messages->back().sequence;
    for (auto& message : *messages) {
      if (matches(config_.filter, message.message.subject)) fetched_.push_back(std::move(message));
    }
  }
  co_return Result<void>{};
}

Delivery ConsumerState::hand_out(StoredMessage message, std::uint32_t attempt) const {
  return {std::move(message.message), config_.stream, config_.name,
          message.sequence,           attempt,        message.published_at};
}

Task<Result<void>> ConsumerState::acknowledge(std::uint64_t sequence) {
  if (!outstanding_.contains(sequence)) co_return Result<void>{};
  if (stream_.config().retention == Retention::limits) co_return co_await settle(sequence);
  auto removed = co_await stream_.remove(sequence);
  if (!removed) co_return removed;
  outstanding_.erase(sequence);
  stream_.changed().notify();
  co_return Result<void>{};
}

Task<Result<void>> ConsumerState::give_up(std::uint64_t sequence) {
  if (!outstanding_.contains(sequence)) co_return Result<void>{};
  auto settled = co_await settle(sequence);
  if (settled) ++given_up_;
  co_return settled;
}

Task<Result<void>> ConsumerState::send_back(std::uint64_t sequence) {
  const auto held = outstanding_.find(sequence);
  if (held == outstanding_.end()) co_return Result<void>{};
  if (held->second.attempt >= config_.attempts_max) co_return co_await give_up(sequence);
  const auto waits = config_.back_off.size();
  const auto wait =
      waits == 0 ? Duration{0} : config_.back_off[std::min<std::size_t>(held->second.attempt, waits) - 1];
  held->second.again_at = clock_.now() + wait;
  stream_.changed().notify();
  co_return Result<void>{};
}

void ConsumerState::extend(std::uint64_t sequence) {
  const auto held = outstanding_.find(sequence);
  if (held != outstanding_.end()) held->second.again_at = clock_.now() + config_.acknowledge_within;
}

/// The message is in this consumer's hands no more; when that cannot be made durable, it is again.
Task<Result<void>> ConsumerState::settle(std::uint64_t sequence) {
  const auto held = outstanding_.extract(sequence);
  auto saved = co_await save();
  if (!saved) outstanding_[sequence] = held.mapped();
  stream_.changed().notify();
  co_return saved;
}

/// Everything that changed while another save was under way becomes durable by one commit.
Task<Result<void>> ConsumerState::save() {
  const auto mine = ++changes_;
  auto guard = co_await saving_.lock();
  if (saved_ >= mine) co_return Result<void>{};
  const auto covered = changes_;
  store::Transaction transaction;
  transaction.puts.push_back({&consumer_kind, entity_of(config_), version_, place()});
  auto done = co_await log_.store().commit(store::installation_context(), std::move(transaction));
  if (!done) co_return fail(std::move(done.error()), "keep the place of the consumer {}", config_.name);
  ++version_;
  saved_ = covered;
  co_return Result<void>{};
}

std::string ConsumerState::place() const {
  Place now{.read_until = fetched_.empty() ? scanned_ : fetched_.front().sequence - 1, .unsettled = {}};
  for (const auto& [sequence, held] : outstanding_)
    now.unsettled.emplace(std::to_string(sequence), held.attempt);
  return json::encode(now);
}

}  // namespace kontor::platform::bus::embedded
