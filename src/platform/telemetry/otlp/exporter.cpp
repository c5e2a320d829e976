#include "platform/telemetry/otlp/exporter.hpp"

#include <algorithm>

#include "platform/telemetry/otlp/encode.hpp"

namespace kontor::platform::telemetry::otlp {
namespace {

constexpr MetricSpec spans_exported{"kontor_spans_exported_total", "spans", "Spans that the collector took"};
constexpr MetricSpec spans_dropped{"kontor_spans_dropped_total",
                                   "spans",
                                   "Spans that were lost, by reason: queue_full or not_taken",
                                   {"reason"}};

/// The answers after which OTLP allows to send the same again.
bool may_be_sent_again(unsigned status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

}  // namespace

Exporter::Exporter(Needs needs, ExporterConfig config)
    : needs_(std::move(needs)),
      config_(std::move(config)),
      exported_(needs_.registry.counter(spans_exported)),
      dropped_(needs_.registry.counters(spans_dropped)),
      changed_(needs_.scope.executor(), needs_.clock) {}

void Exporter::start() {
  needs_.scope.spawn(run());
}

void Exporter::take(FinishedSpan span) {
  if (waiting_.size() >= config_.spans_waiting_max) {
    dropped_.with({"queue_full"}).add();
    return;
  }
  waiting_.push_back(std::move(span));
  // The loop sleeps until the first span of a batch and until the batch is full; the others need not wake it.
  if (waiting_.size() == 1 || waiting_.size() == config_.batch_max) changed_.notify();
}

Task<void> Exporter::flush(async::Deadline deadline) {
  flushing_ = true;
  changed_.notify();
  auto ticket = changed_.ticket();
  while ((!waiting_.empty() || !idle_) && !deadline.passed(needs_.clock)) {
    if (!co_await changed_.wait(ticket, deadline)) break;
    ticket = changed_.ticket();
  }
  flushing_ = false;
}

Task<void> Exporter::run() {
  while (!needs_.scope.closing()) {
    co_await wait_for_batch();
    while (!waiting_.empty() && !needs_.scope.closing()) {
      idle_ = false;
      auto batch = next_batch();
      co_await send(std::move(batch));
      if (waiting_.size() < config_.batch_max && !flushing_) break;
    }
    idle_ = true;
    changed_.notify();
  }
}

Task<void> Exporter::wait_for_batch() {
  auto ticket = changed_.ticket();
  while (waiting_.empty() && !needs_.scope.closing()) {
    if (!co_await changed_.wait(ticket, async::Deadline::never())) co_return;
    ticket = changed_.ticket();
  }
  const auto deadline = async::Deadline::after(needs_.clock, config_.batch_delay);
  while (waiting_.size() < config_.batch_max && !flushing_ && !needs_.scope.closing()) {
    if (!co_await changed_.wait(ticket, deadline)) co_return;
    ticket = changed_.ticket();
  }
}

std::vector<FinishedSpan> Exporter::next_batch() {
  std::vector<FinishedSpan> batch;
  while (!waiting_.empty() && batch.size() < config_.batch_max) {
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return batch;
}

Task<void> Exporter::send(std::vector<FinishedSpan> batch) {
  const auto body = encode(batch, config_.service_name);
  auto delay = config_.retry_delay;
  for (std::uint32_t attempt = 1; attempt <= config_.attempts_max; ++attempt) {
    bool again = false;
    const bool sent = co_await send_once(body, again);
    if (sent) {
      exported_.add(batch.size());
      co_return;
    }
    if (!again || flushing_ || attempt == config_.attempts_max) break;
    auto waited = co_await needs_.clock.wait_until(needs_.clock.now() + delay);
    if (!waited) break;
    delay *= 2;
  }
  dropped_.with({"not_taken"}).add(batch.size());
}

Task<bool> Exporter::send_once(const std::string& body, bool& again) {
  http::Request request{.method = "POST", .target = config_.endpoint, .body = {.text = body}};
  request.headers.set("Content-Type", "application/json");
  const http::SendOptions options{.deadline = async::Deadline::after(needs_.clock, config_.send_timeout),
                                  .trust = http::Trust::configured,
                                  .body_bytes_max = 64 * 1024};
  auto response = co_await needs_.client.send(std::move(request), options);
  if (!response) {
    again = response.error().row().retry == Retry::later;
    needs_.log.debug("the collector cannot be reached: {}", response.error().message());
    co_return false;
  }
  again = may_be_sent_again(response->status);
  if (response->status / 100 != 2) needs_.log.debug("the collector answered {}", response->status);
  co_return response->status / 100 == 2;
}

}  // namespace kontor::platform::telemetry::otlp
