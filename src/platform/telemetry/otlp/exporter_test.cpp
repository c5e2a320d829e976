#include "platform/telemetry/otlp/exporter.hpp"

#include <gtest/gtest.h>

#include "base/json/json.hpp"
#include "platform/telemetry/otlp/encode.hpp"
#include "testing/async/run.hpp"

namespace kontor::platform::telemetry::otlp::test {
namespace {

using namespace std::chrono_literals;

/// The network's end of the client's interface: answers what the test says. What HTTP does is tested in
/// platform/http.
class Collector : public http::Client {
 public:
  explicit Collector(async::Clock& clock) : clock_(clock) {}

  Task<Result<http::Response>> send(http::Request request, http::SendOptions options) override {
    bodies.push_back(std::move(request.body.text));
    targets.push_back(request.target);
    if (silent) {
      auto waited = co_await clock_.wait_until(options.deadline.at);
      co_return fail(ErrorCode::timeout, "{}", waited ? "no answer" : "cancelled");
    }
    if (answers.empty()) co_return http::Response{.status = 200};
    auto answer = std::move(answers.front());
    answers.erase(answers.begin());
    co_return answer;
  }

  std::size_t spans_of(std::size_t body) const {
    const auto value = json::parse(bodies.at(body)).value();
    return value.at("resourceSpans").at(0).at("scopeSpans").at(0).at("spans").as_array().size();
  }

  std::vector<Result<http::Response>> answers;
  std::vector<std::string> bodies;
  std::vector<std::string> targets;
  bool silent = false;

 private:
  async::Clock& clock_;
};

class NoLog : public LogSink {
 public:
  void write(std::string_view) override {}
};

struct ExporterTest : ::testing::Test {
  kontor::testing::VirtualLoop loop;
  NoLog sink;
  LogLevels levels;
  Registry registry;
  Collector collector{loop.clock()};

  template <class Script>
  void run(ExporterConfig config, Script script) {
    config.endpoint = "http://127.0.0.1:4318/v1/traces";
    async::Scope scope(loop.executor());
    Exporter exporter({scope, loop.clock(), collector, registry, Log(sink, loop.clock(), levels)}, config);
    exporter.start();
    script(exporter);
    loop.run(scope.close());
  }
  void pass(Duration duration) { loop.run(wait(duration)); }
  Task<void> wait(Duration duration) {
    auto waited = co_await loop.clock().wait_until(loop.clock().now() + duration);
    (void)waited;
  }
  std::uint64_t exported() {
    return registry.counter({"kontor_spans_exported_total", "spans", "Spans that the collector took"})
        .value();
  }
  bool has_line(const std::string& line) { return registry.expose().contains(line); }
};

FinishedSpan span_named(std::string name) {
  FinishedSpan span;
  span.name = std::move(name);
  span.context = {"4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true};
  return span;
}

}  // namespace

TEST(OtlpEncoding, a_span_is_written_as_the_protocol_says) {
  auto span = span_named("negotiate");
  span.kind = SpanKind::client;
  span.parent_span_id = "1111111111111111";
  span.linked = TraceContext{"4bf92f3577b34da6a3ce929d0e0e4736", "2222222222222222", false};
  span.started_at = Instant(1s);
  span.ended_at = Instant(1500ms);
  span.attributes = {{"http.method", "POST"}};
  span.error = "refused";
  EXPECT_EQ(encode({&span, 1}, "kontor"),
            R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{)"
            R"("stringValue":"kontor"}}]},"scopeSpans":[{"scope":{"name":"kontor"},"spans":[{)"
            R"("traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7",)"
            R"("parentSpanId":"1111111111111111","name":"negotiate","kind":3,)"
            R"("startTimeUnixNano":"1000000000","endTimeUnixNano":"1500000000",)"
            R"("attributes":[{"key":"http.method","value":{"stringValue":"POST"}}],)"
            R"("links":[{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"2222222222222222"}],)"
            R"("status":{"code":2,"message":"refused"}}]}]}]})");
}

TEST_F(ExporterTest, spans_wait_for_others_and_go_together) {
  run({.batch_delay = 1s}, [&](Exporter& exporter) {
    exporter.take(span_named("a"));
    pass(500ms);
    exporter.take(span_named("b"));
    EXPECT_TRUE(collector.bodies.empty());
    pass(600ms);
    ASSERT_EQ(collector.bodies.size(), 1u);
    EXPECT_EQ(collector.spans_of(0), 2u);
    EXPECT_EQ(collector.targets[0], "http://127.0.0.1:4318/v1/traces");
  });
}

TEST_F(ExporterTest, a_full_batch_goes_at_once) {
  run({.batch_max = 2, .batch_delay = 1h}, [&](Exporter& exporter) {
    for (const auto* name : {"a", "b", "c"}) exporter.take(span_named(name));
    pass(1ms);
    ASSERT_EQ(collector.bodies.size(), 1u);
    EXPECT_EQ(collector.spans_of(0), 2u);
    EXPECT_EQ(exported(), 2u);
  });
}

TEST_F(ExporterTest, what_the_queue_cannot_hold_is_dropped_and_counted) {
  run({.spans_waiting_max = 2}, [&](Exporter& exporter) {
    for (const auto* name : {"a", "b", "c"}) exporter.take(span_named(name));
    EXPECT_TRUE(has_line("kontor_spans_dropped_total{reason=\"queue_full\"} 1"));
  });
}

TEST_F(ExporterTest, a_collector_that_is_busy_is_asked_again_and_one_that_refuses_is_not) {
  collector.answers.push_back(http::Response{.status = 503});
  collector.answers.push_back(fail(ErrorCode::peer_unavailable, "refused"));
  collector.answers.push_back(http::Response{.status = 200});
  collector.answers.push_back(http::Response{.status = 400});
  run({.batch_delay = 1ms}, [&](Exporter& exporter) {
    exporter.take(span_named("a"));
    pass(4s);
    EXPECT_EQ(collector.bodies.size(), 3u);
    EXPECT_EQ(exported(), 1u);
    exporter.take(span_named("b"));
    pass(1h);
    EXPECT_EQ(collector.bodies.size(), 4u);
    EXPECT_TRUE(has_line("kontor_spans_dropped_total{reason=\"not_taken\"} 1"));
  });
}

TEST_F(ExporterTest, flushing_sends_everything_without_waiting_and_gives_up_at_its_deadline) {
  run({.batch_max = 2, .batch_delay = 1h}, [&](Exporter& exporter) {
    exporter.take(span_named("a"));
    pass(1ms);
    loop.run(exporter.flush(async::Deadline::after(loop.clock(), 1s)));
    EXPECT_EQ(exported(), 1u);
    EXPECT_EQ(loop.clock().now(), kontor::testing::VirtualLoop::start() + 1ms);

    collector.silent = true;
    exporter.take(span_named("b"));
    loop.run(exporter.flush(async::Deadline::after(loop.clock(), 2s)));
    EXPECT_EQ(loop.clock().now(), kontor::testing::VirtualLoop::start() + 1ms + 2s);
  });
}

}  // namespace kontor::platform::telemetry::otlp::test
