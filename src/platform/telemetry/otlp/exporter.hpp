#pragma once

#include <deque>
#include <string>
#include <vector>

#include "platform/async/scope.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/client.hpp"
#include "platform/telemetry/log.hpp"
#include "platform/telemetry/metrics.hpp"
#include "platform/telemetry/trace.hpp"

namespace kontor::platform::telemetry::otlp {

struct ExporterConfig {
  std::string endpoint;  ///< `http://127.0.0.1:4318/v1/traces`
  std::string service_name = "kontor";
  std::size_t spans_waiting_max = 4096;  ///< what comes on top is dropped and counted
  std::size_t batch_max = 256;
  Duration batch_delay = std::chrono::seconds(1);  ///< how long a span waits for others at most
  Duration send_timeout = std::chrono::seconds(10);
  std::uint32_t attempts_max = 4;
  Duration retry_delay = std::chrono::seconds(1);  ///< doubled for each further attempt
};

/// Sends finished spans to a collector over OTLP/HTTP in JSON, in batches. Traces are worth less than the
/// process: nothing waits for the collector, and what it cannot take is dropped and counted. Used on the io
/// thread; outlives the scope's tasks.
class Exporter final : public SpanSink {
 public:
  struct Needs {
    async::Scope& scope;
    async::Clock& clock;
    http::Client& client;
    Registry& registry;
    Log log;
  };
  Exporter(Needs needs, ExporterConfig config);

  void start();
  void take(FinishedSpan span) override;
  /// Sends what waits, without waiting for more of it and without a second attempt. Returns at the deadline
  /// at the latest.
  Task<void> flush(async::Deadline deadline);

 private:
  Task<void> run();
  Task<void> wait_for_batch();
  Task<void> send(std::vector<FinishedSpan> batch);
  Task<bool> send_once(const std::string& body, bool& again);
  std::vector<FinishedSpan> next_batch();

  Needs needs_;
  ExporterConfig config_;
  Counter& exported_;
  Counters& dropped_;
  std::deque<FinishedSpan> waiting_;
  bool flushing_ = false;
  bool idle_ = true;  ///< nothing waits and nothing is on its way
  async::Signal changed_;
};

}  // namespace kontor::platform::telemetry::otlp
