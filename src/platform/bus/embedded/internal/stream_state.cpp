#include "platform/bus/embedded/internal/stream_state.hpp"

#include <algorithm>

namespace kontor::platform::bus::embedded {
namespace {

constexpr int sequence_attempts_max = 8;
constexpr Duration trouble_pause =
    std::chrono::minutes(1);  ///< before trimming is tried again after an error

}  // namespace

StreamState::StreamState(async::Scope& scope, async::Clock& clock, MessageLog& log, Stream stream)
    : scope_(scope),
      clock_(clock),
      log_(log),
      config_(std::move(stream)),
      changed_(scope.executor(), clock),
      trimming_(scope.executor(), clock) {}

void StreamState::change(Stream stream) {
  config_ = std::move(stream);
  trimming_.notify();
}

bool StreamState::takes(std::string_view subject) const {
  return std::ranges::any_of(config_.subjects, [&](const auto& filter) { return matches(filter, subject); });
}

Task<Result<void>> StreamState::load() {
  auto head = co_await log_.head(config_.name);
  if (!head) co_return fail(std::move(head.error()));
  auto count = co_await log_.count(config_.name);
  if (!count) co_return fail(std::move(count.error()));
  head_ = std::max(head_, *head);
  count_ = *count;
  co_return Result<void>{};
}

Task<Result<Published>> StreamState::publish(Message message) {
  for (int attempt = 1;; ++attempt) {
    // Taken before the first wait: the store keeps the order of its callers, so sequences appear in order.
    const auto sequence = ++head_;
    auto appended =
        co_await log_.append(config_.name, sequence, message, clock_.now() + config_.duplicate_window);
    if (appended) break;
    if (appended.error().code == ErrorCode::replayed) co_return Published::duplicate;
    // Somebody else took the number.
    if (appended.error().code != ErrorCode::conflict || attempt == sequence_attempts_max) {
      co_return fail(std::move(appended.error()), "publish {}", message.subject);
    }
    auto newest = co_await log_.head(config_.name);
    if (!newest) co_return fail(std::move(newest.error()));
    head_ = std::max(head_, *newest);
  }
  ++count_;
  changed_.notify();
  if (count_ == 1 || count_ > config_.messages_max) trimming_.notify();
  co_return Published::stored;
}

Task<Result<void>> StreamState::remove(std::uint64_t sequence) {
  auto removed = co_await log_.remove(config_.name, sequence);
  if (removed && count_ > 0) --count_;
  co_return removed;
}

Task<void> StreamState::trim() {
  while (!scope_.closing()) {
    const auto ticket = trimming_.ticket();
    auto oldest = co_await log_.read(config_.name, 0, 1);
    auto deadline = async::Deadline::never();
    if (!oldest) {
      deadline = async::Deadline::after(clock_, trouble_pause);
    } else if (!oldest->empty()) {
      auto trimmed = co_await trim_oldest(oldest->front());
      if (!trimmed) deadline = async::Deadline::after(clock_, trouble_pause);
      const auto due = oldest->front().published_at + config_.age_max;
      if (trimmed && (due <= clock_.now() || count_ > config_.messages_max)) continue;
      if (trimmed) deadline = async::Deadline{due};
    }
    co_await trimming_.wait(ticket, deadline);
  }
}

Task<Result<void>> StreamState::trim_oldest(const StoredMessage& oldest) {
  const bool too_old = oldest.published_at + config_.age_max <= clock_.now();
  if (!too_old && count_ <= config_.messages_max) co_return Result<void>{};
  auto removed = co_await remove(oldest.sequence);
  co_return removed;
}

}  // namespace kontor::platform::bus::embedded
