#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random/random.hpp"
#include "base/result/result.hpp"
#include "platform/async/clock.hpp"
#include "platform/telemetry/trace_context.hpp"

namespace kontor::platform::telemetry {

/// A short name for one failure that both sides log and a person can read out: `6GQ4-R0XK-2M`.
std::string new_incident_id(Random& random);

enum class SpanKind : std::uint8_t { internal = 1, server = 2, client = 3, producer = 4, consumer = 5 };

/// A span that has ended.
struct FinishedSpan {
  std::string name;
  SpanKind kind = SpanKind::internal;
  TraceContext context;
  std::string parent_span_id;          ///< empty: the first of its trace
  std::optional<TraceContext> linked;  ///< a stranger's place that this one followed from
  Instant started_at;
  Instant ended_at;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::string error;  ///< empty: it went well
};

/// Takes finished spans; never blocks.
class SpanSink {
 public:
  virtual ~SpanSink() = default;
  virtual void take(FinishedSpan span) = 0;
};

/// Work that is being measured. Ends when `end` is called or it is destroyed. Attributes are kept up to a
/// bound.
class Span {
 public:
  Span(Span&&) noexcept;
  Span& operator=(Span&&) noexcept;
  ~Span();

  /// To be passed on: in a request's header, an outbox row, a message.
  const TraceContext& context() const { return context_; }
  void set(std::string_view name, std::string_view value);
  void fail(std::string_view reason);
  void end();

 private:
  friend class Tracer;
  struct Recording;
  Span(TraceContext context, std::unique_ptr<Recording> recording);

  TraceContext context_;
  std::unique_ptr<Recording> recording_;  ///< null when not sampled
};

struct TracerConfig {
  double sample_ratio = 1.0;  ///< share of traces that are recorded when this installation begins them
};

/// Starts spans. Contexts are made and passed on also when nothing is recorded. One per process, handed in;
/// io thread only.
class Tracer {
 public:
  /// Without a sink nothing is recorded. The sink outlives the tracer and its spans.
  Tracer(async::Clock& clock, Random& random, TracerConfig config, SpanSink* sink);

  /// The first span of a new trace.
  Span begin(std::string_view name, SpanKind kind = SpanKind::internal);
  /// Part of a trace of this installation: the parent decides about sampling.
  Span child(std::string_view name, const TraceContext& parent, SpanKind kind = SpanKind::internal);
  /// Caused by somebody else. The trace goes on under its id, so that what two installations do together is
  /// one trace; the stranger's span is linked, not taken as parent, and its wish to be sampled does not
  /// count. A header that cannot be read counts as none.
  Span accept(std::string_view name, std::optional<std::string_view> traceparent,
              SpanKind kind = SpanKind::server);
  /// Of the traceparent that a durable thing of ours (outbox row, message of the bus) carries; a new trace
  /// when empty. Its sampling is ours: what was accepted from a stranger was decided about then.
  Span resume(std::string_view name, std::string_view traceparent, SpanKind kind = SpanKind::internal);

 private:
  /// A span below `place`, whose span_id (may be empty) becomes the parent.
  Span make(std::string_view name, SpanKind kind, TraceContext place, std::optional<TraceContext> linked);
  bool sample();

  async::Clock& clock_;
  Random& random_;
  TracerConfig config_;
  SpanSink* sink_;
};

}  // namespace kontor::platform::telemetry
