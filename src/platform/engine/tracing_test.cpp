#include <gtest/gtest.h>

#include "platform/engine/engine.hpp"
#include "platform/engine/parcel_fixture.hpp"
#include "platform/routing/router.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

using namespace kontor;
using namespace kontor::platform;
using namespace kontor::protocol::api;
using namespace engine::test;
using engine::Command;
using engine::Committed;
using engine::Engine;
using engine::Outcome;

// Two installations, each with router, engine, store and tracer of its own: A's parcels go to B.
namespace {

struct Spans : telemetry::SpanSink {
  void take(telemetry::FinishedSpan span) override { all.push_back(std::move(span)); }
  std::vector<telemetry::FinishedSpan> named(std::string_view name) const {
    std::vector<telemetry::FinishedSpan> found;
    for (const auto& span : all) {
      if (span.name == name) found.push_back(span);
    }
    return found;
  }
  std::vector<telemetry::FinishedSpan> all;
};

constexpr Route<Nothing, Nothing> order_parcel{{.name = "order-parcel",
                                                .method = Method::post,
                                                .path = "/parcels/{id}",
                                                .access = Access::open,
                                                .success = 204}};

struct Installation {
  explicit Installation(kontor::testing::VirtualLoop& loop_in, double sample_ratio)
      : loop(loop_in), tracer(loop.clock(), loop.random(), {sample_ratio}, &spans) {
    open();
  }
  ~Installation() { close(); }

  void open() {
    static const entity::Kind* const kinds[] = {&ParcelMachine::kind()};
    store = loop.run(store::sqlite::open_sqlite(
                         loop.clock(), {.file = folder.path() / "store.db", .own_threads = false}, kinds))
                .value();
    scope = std::make_unique<async::Scope>(loop.executor());
    engine = std::make_unique<Engine>(*scope, loop.clock(), loop.random(), *store);
    engine->trace_with(tracer);
    engine->add<ParcelMachine>([this](Committed<Send> send) { return carry(std::move(send)); });
    router = std::make_unique<routing::Router>(loop.clock(), loop.random());
    router->trace_with(tracer);
    router->bind(order_parcel, [this](routing::Call call, Nothing) { return order(std::move(call)); });
  }
  void close() {
    loop.run(scope->close());
    engine.reset();
    loop.run(store->close());
    store.reset();
    scope.reset();
  }

  Task<Result<routing::Reply<Nothing>>> order(routing::Call call) {
    Command command{ContextId("acme"), call.entity("id"), "somebody", call.trace};
    auto applied = co_await engine->apply<ParcelMachine>(std::move(command), Order{"here"});
    if (!applied) co_return fail(std::move(applied.error()));
    co_return routing::Reply<Nothing>{};
  }
  Task<Result<Outcome<ParcelMachine>>> carry(Committed<Send> send) {
    if (busy) co_return fail(ErrorCode::peer_unavailable, "the post is busy");
    if (peer) {
      http::Request request{.method = "POST", .target = "/parcels/" + send.call().entity.str()};
      request.headers.set("traceparent", send.call().trace.traceparent());
      auto response = co_await peer->router->handler(Listener::administration)(std::move(request));
      EXPECT_EQ(response.status, 204u);
    }
    co_return Outcome<ParcelMachine>{Delivered{}};
  }
  void rest() {
    auto parcel = loop.run(engine->wait<ParcelMachine>(
        ContextId("acme"), EntityId("1"), [](const Parcel& each) { return each.state == "delivered"; },
        async::Deadline::after(loop.clock(), std::chrono::hours(1))));
    ASSERT_TRUE(parcel);
    EXPECT_EQ(parcel->entity.state, "delivered");
  }

  kontor::testing::VirtualLoop& loop;
  kontor::testing::TemporaryFolder folder;
  Spans spans;
  telemetry::Tracer tracer;
  bool busy = false;
  Installation* peer = nullptr;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<async::Scope> scope;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<routing::Router> router;
};

class Tracing : public ::testing::Test {
 protected:
  void order(Installation& at) {
    http::Request request{.method = "POST", .target = "/parcels/1"};
    auto response = loop.run(at.router->handler(Listener::administration)(std::move(request)));
    EXPECT_EQ(response.status, 204u) << response.body.text;
  }
  kontor::testing::VirtualLoop loop;
};

}  // namespace

TEST_F(Tracing, what_two_installations_do_about_one_command_is_one_trace) {
  Installation a(loop, 1.0);
  Installation b(loop, 1.0);
  a.peer = &b;
  ASSERT_TRUE(loop.run(a.engine->start()));
  ASSERT_TRUE(loop.run(b.engine->start()));
  order(a);
  a.rest();
  b.rest();

  const auto asked = a.spans.named("order-parcel");
  const auto sent = a.spans.named("parcel send");
  const auto received = b.spans.named("order-parcel");
  const auto carried = b.spans.named("parcel send");
  ASSERT_TRUE(asked.size() == 1 && sent.size() == 1 && received.size() == 1 && carried.size() == 1);
  const auto& trace = asked[0].context.trace_id;
  for (const auto& span : {sent[0], received[0], carried[0]}) EXPECT_EQ(span.context.trace_id, trace);
  EXPECT_EQ(sent[0].parent_span_id, asked[0].context.span_id);
  EXPECT_EQ(received[0].parent_span_id, "") << "a stranger is no parent";
  EXPECT_EQ(received[0].linked, sent[0].context);
  EXPECT_EQ(carried[0].parent_span_id, received[0].context.span_id);
}

TEST_F(Tracing, a_strangers_wish_to_be_sampled_does_not_count) {
  Installation a(loop, 1.0);
  Installation b(loop, 0.0);
  a.peer = &b;
  ASSERT_TRUE(loop.run(a.engine->start()));
  ASSERT_TRUE(loop.run(b.engine->start()));
  order(a);
  a.rest();
  b.rest();
  EXPECT_TRUE(a.spans.named("parcel send").at(0).context.sampled);
  EXPECT_TRUE(b.spans.all.empty());
}

TEST_F(Tracing, the_trace_goes_on_after_a_restart_and_over_all_attempts) {
  Installation a(loop, 1.0);
  ASSERT_TRUE(loop.run(a.engine->start()));
  a.busy = true;
  order(a);
  loop.run(loop.clock().wait_until(loop.clock().now() + std::chrono::milliseconds(20)));
  a.close();
  a.busy = false;
  a.open();
  ASSERT_TRUE(loop.run(a.engine->start()));
  a.rest();
  const auto asked = a.spans.named("order-parcel").at(0).context;
  const auto sent = a.spans.named("parcel send");
  ASSERT_GE(sent.size(), 2u);
  EXPECT_NE(sent.front().error, "");
  EXPECT_EQ(sent.back().error, "");
  for (const auto& span : sent) {
    EXPECT_EQ(span.context.trace_id, asked.trace_id);
    EXPECT_EQ(span.parent_span_id, asked.span_id);
  }
}
