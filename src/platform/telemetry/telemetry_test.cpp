#include <gtest/gtest.h>

#include "base/json/json.hpp"
#include "platform/telemetry/health.hpp"
#include "platform/telemetry/log.hpp"
#include "platform/telemetry/metrics.hpp"
#include "platform/telemetry/trace.hpp"
#include "testing/async/run.hpp"

namespace kontor::platform::telemetry::test {
namespace {

class Lines : public LogSink {
 public:
  void write(std::string_view line) override { text += line; }
  json::Value last() const { return json::parse(std::string_view(text).substr(0, text.size() - 1)).value(); }
  std::string text;
};

class Spans : public SpanSink {
 public:
  void take(FinishedSpan span) override { spans.push_back(std::move(span)); }
  std::vector<FinishedSpan> spans;
};

std::string member(const json::Value& value, std::string_view key) {
  const auto* found = json::find(value, key);
  return found && found->is_string() ? std::string(found->as_string()) : "";
}

struct LogTest : ::testing::Test {
  kontor::testing::VirtualLoop loop;
  Lines lines;
  LogLevels levels{Severity::info, {{"http", Severity::debug}, {"quiet", Severity::off}}};
  Log log{lines, loop.clock(), levels};
};

std::string escaped(std::string_view text, std::size_t bytes_max = 100) {
  std::string out;
  append_escaped(out, text, bytes_max);
  return out;
}

}  // namespace

TEST_F(LogTest, a_line_is_json_that_says_when_who_what_and_about_whom) {
  log.component("transfer-process")
      .warning({.category = Category::dsp,
                .tenant = "t1",
                .context = "acme",
                .action = "transfer.start",
                .counter_party = "did:web:globex",
                .process_id = "p1",
                .trace_id = "abc",
                .incident = "6GQ4"},
               "refused with {}", 403);
  EXPECT_EQ(lines.text,
            R"({"time":"2026-01-01T00:00:00Z","severity":"warning","component":"transfer-process",)"
            R"("category":"dsp","tenant":"t1","context":"acme","action":"transfer.start",)"
            R"("counterParty":"did:web:globex","processId":"p1",)"
            R"("traceId":"abc","incident":"6GQ4","message":"refused with 403"})"
            "\n");
}

TEST_F(LogTest, a_text_from_outside_cannot_begin_a_line_or_end_a_value) {
  log.info({.counter_party = "did:web:x\n{\"severity\":\"error\"}"}, "reason: {}",
           "a\"}\r\n{\"b\":\"\x1b[2J");
  EXPECT_EQ(std::ranges::count(lines.text, '\n'), 1);
  EXPECT_EQ(lines.text.find('\x1b'), std::string::npos);
  EXPECT_EQ(member(lines.last(), "severity"), "info");
  EXPECT_EQ(member(lines.last(), "message"), "reason: a\"}\r\n{\"b\":\"\x1b[2J");
}

TEST_F(LogTest, invalid_utf8_is_replaced_and_long_texts_are_cut_between_characters) {
  EXPECT_EQ(escaped("a\xff\xc0\xaf\xed\xa0\x80z"), "a\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDz");
  EXPECT_EQ(escaped("\xe2\x82"), "\uFFFD\uFFFD");
  EXPECT_EQ(escaped("gr\u00fc\u00dfe \U0001F600"), "gr\u00fc\u00dfe \U0001F600");
  EXPECT_EQ(escaped("aaaa\u20ac", 5), "aaaa…");
  EXPECT_EQ(escaped("\u202e\u0085\u2028\x7f"), "\\u202e\\u0085\\u2028\\u007f");
  log.info("{}", std::string(100'000, 'x'));
  EXPECT_LT(lines.text.size(), 4500u);
}

TEST_F(LogTest, each_component_has_its_level_and_a_level_that_is_off_writes_nothing) {
  log.debug("no");
  log.component("quiet").error("no");
  EXPECT_EQ(lines.text, "");
  EXPECT_FALSE(log.enabled(Severity::debug));
  log.component("http").debug("yes");
  EXPECT_EQ(member(lines.last(), "component"), "http");
}

namespace {
constexpr MetricSpec started{"kontor_test_started_total", "starts", "Things that started", {"role"}, 2};
constexpr MetricSpec depth{"kontor_test_queue_bytes", "bytes", "What waits"};
constexpr MetricSpec took{"kontor_test_took_seconds", "seconds", "How long it took"};
constexpr double bounds[] = {0.1, 1};
}  // namespace

TEST(Metrics, the_exposition_has_help_type_labels_and_cumulative_buckets) {
  Registry registry;
  registry.counters(started).with({"a\"b\nc"}).add(2);
  registry.gauge(depth).set(1.5);
  auto& histogram = registry.histogram(took, bounds);
  for (const double value : {0.1, 0.5, 0.5, 7.0}) histogram.observe(value);
  EXPECT_EQ(registry.expose(),
            "# HELP kontor_test_queue_bytes What waits\n# TYPE kontor_test_queue_bytes gauge\n"
            "kontor_test_queue_bytes 1.5\n"
            "# HELP kontor_test_started_total Things that started\n# TYPE kontor_test_started_total counter\n"
            "kontor_test_started_total{role=\"a\\\"b\\nc\"} 2\n"
            "# HELP kontor_test_took_seconds How long it took\n# TYPE kontor_test_took_seconds histogram\n"
            "kontor_test_took_seconds_bucket{le=\"0.1\"} 1\nkontor_test_took_seconds_bucket{le=\"1\"} 3\n"
            "kontor_test_took_seconds_bucket{le=\"+Inf\"} 4\nkontor_test_took_seconds_sum 8.1\n"
            "kontor_test_took_seconds_count 4\n");
}

TEST(Metrics, label_values_beyond_the_bound_are_counted_together) {
  Registry registry;
  auto& counters = registry.counters(started);
  for (const auto* role : {"a", "b", "c", "d", "a"}) counters.with({role}).add();
  EXPECT_EQ(counters.with({"a"}).value(), 2u);
  EXPECT_EQ(counters.with({"other"}).value(), 2u);
  EXPECT_EQ(registry.expose().find("role=\"c\""), std::string::npos);
}

TEST(Metrics, a_metric_can_be_asked_for_again_but_not_declared_twice) {
  Registry registry;
  registry.counters(started).with({"a"}).add();
  EXPECT_EQ(registry.counters(started).with({"a"}).value(), 1u);
  constexpr MetricSpec other{"kontor_test_started_total", "starts", "Something else", {"role"}};
  EXPECT_DEATH(registry.counters(other), "declared once");
}

TEST(Metrics, a_name_that_does_not_say_its_unit_is_refused) {
  Registry registry;
  EXPECT_DEATH(registry.counter({"kontor_starts", "starts", "No total"}), "end in _total");
  EXPECT_DEATH(registry.gauge({"kontor_queue_total", "items", "A gauge"}), "end in _total");
  EXPECT_DEATH(registry.gauge({"kontor_queue", "bytes", "No unit"}), "says its unit");
  EXPECT_DEATH(registry.gauge({"kontor_queue", "items", ""}), "help text");
  EXPECT_DEATH(registry.counters(started).with({}), "labels that it declares");
}

TEST(Metrics, the_list_names_type_unit_labels_and_help) {
  Registry registry;
  registry.counters(started);
  add_process_metrics(registry);
  EXPECT_NE(registry.list().find(
                "kontor_test_started_total\n    counter, in starts, by role\n    Things that started\n"),
            std::string::npos);
  EXPECT_NE(registry.expose().find("# TYPE process_cpu_seconds_total counter"), std::string::npos);
}

TEST(Trace, a_traceparent_survives_the_way_there_and_back) {
  const std::string text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const auto context = parse_traceparent(text).value();
  EXPECT_TRUE(context.sampled);
  EXPECT_EQ(context.traceparent(), text);
  EXPECT_TRUE(parse_traceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-later"));
}

TEST(Trace, a_broken_traceparent_is_refused) {
  for (const auto* text : {"", "00-0-0-01", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                           "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                           "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x"}) {
    EXPECT_FALSE(parse_traceparent(text)) << text;
  }
}

TEST(Trace, a_child_is_part_of_its_parents_trace_and_is_recorded_when_it_ends) {
  kontor::testing::VirtualLoop loop;
  Spans sink;
  Tracer tracer(loop.clock(), loop.random(), {}, &sink);
  auto parent = tracer.begin("negotiate", SpanKind::server);
  {
    auto child = tracer.resume("send", parent.context().traceparent(), SpanKind::client);
    child.set("http.method", "POST");
    child.fail("503");
    EXPECT_EQ(child.context().trace_id, parent.context().trace_id);
  }
  ASSERT_EQ(sink.spans.size(), 1u);
  EXPECT_EQ(sink.spans[0].parent_span_id, parent.context().span_id);
  EXPECT_EQ(sink.spans[0].error, "503");
  parent.end();
  parent.end();
  ASSERT_EQ(sink.spans.size(), 2u);
  EXPECT_EQ(sink.spans[1].parent_span_id, "");
}

TEST(Trace, a_strangers_trace_goes_on_but_its_span_is_linked_and_its_wish_to_be_sampled_does_not_count) {
  kontor::testing::VirtualLoop loop;
  Spans sink;
  const auto header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  Tracer never(loop.clock(), loop.random(), {.sample_ratio = 0}, &sink);
  EXPECT_FALSE(never.accept("request", header).context().sampled);
  EXPECT_TRUE(sink.spans.empty());

  Tracer always(loop.clock(), loop.random(), {}, &sink);
  always.accept("request", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00").end();
  ASSERT_EQ(sink.spans.size(), 1u);
  EXPECT_EQ(sink.spans[0].context.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(sink.spans[0].parent_span_id, "");
  EXPECT_EQ(sink.spans[0].linked->span_id, "00f067aa0ba902b7");
  EXPECT_NE(always.accept("request", "garbage").context().trace_id, "");
}

TEST(Trace, without_a_sink_contexts_are_still_passed_on) {
  kontor::testing::VirtualLoop loop;
  Tracer tracer(loop.clock(), loop.random(), {}, nullptr);
  auto span = tracer.begin("x");
  EXPECT_TRUE(parse_traceparent(span.context().traceparent()));
  EXPECT_FALSE(span.context().sampled);
}

TEST(Trace, an_incident_id_can_be_read_out) {
  kontor::testing::VirtualLoop loop;
  const auto id = new_incident_id(loop.random());
  EXPECT_EQ(id.size(), 12u);
  EXPECT_EQ(id.find_first_of("ILOU"), std::string::npos);
  EXPECT_NE(id, new_incident_id(loop.random()));
}

TEST(Health, a_component_that_has_not_started_is_named_with_its_reason) {
  Health health;
  auto store = health.needed_to_serve("store");
  auto loop = health.needed_to_live("engine");
  EXPECT_EQ(health.answer(Probe::readiness).body,
            R"({"componentResults":[{"failure":{"messages":["not started"]},"component":"store",)"
            R"("isHealthy":false},)"
            R"({"failure":null,"component":"engine","isHealthy":true}],"isSystemHealthy":false})");
  EXPECT_TRUE(health.answer(Probe::liveness).healthy);
  EXPECT_FALSE(health.answer(Probe::startup).healthy);
  store.pass();
  EXPECT_TRUE(health.ready());
}

TEST(Health, once_started_a_failing_component_ends_readiness_but_neither_startup_nor_liveness) {
  Health health;
  auto store = health.needed_to_serve("store");
  store.pass();
  store.fail("connection refused; is PostgreSQL running?");
  EXPECT_FALSE(health.answer(Probe::health).healthy);
  EXPECT_FALSE(health.answer(Probe::readiness).healthy);
  EXPECT_TRUE(health.answer(Probe::startup).healthy);
  EXPECT_TRUE(health.answer(Probe::liveness).healthy);
  auto engine = health.needed_to_live("engine");
  engine.fail("stuck");
  EXPECT_FALSE(health.answer(Probe::liveness).healthy);
}

TEST(Health, a_change_is_told_once_and_a_check_that_is_gone_counts_no_more) {
  Health health;
  std::vector<std::string> told;
  health.on_change([&](std::string_view component, std::string_view reason) {
    told.push_back(std::string(component) + "=" + std::string(reason));
  });
  {
    auto store = health.needed_to_serve("store");
    store.pass();
    store.pass();
    store.fail("gone");
    store.fail("gone");
  }
  EXPECT_EQ(told, (std::vector<std::string>{"store=", "store=gone"}));
  EXPECT_TRUE(health.ready());
}

}  // namespace kontor::platform::telemetry::test
