#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "platform/async/signal.hpp"
#include "platform/http/internal/test_client.hpp"
#include "platform/http/internal/test_server.hpp"

namespace kontor::platform::http {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// Answers when the clock says so; notes when it was cancelled.
Handler after(async::Clock*& clock, Duration duration, int& begun, bool& cancelled) {
  return [&clock, duration, &begun, &cancelled](Request) {
    return [](async::Clock& c, Duration wait, int& count, bool& flag) -> Task<Response> {
      ++count;
      auto waited = co_await c.wait_until(c.now() + wait);
      flag = !waited;
      Response response;
      response.body.text = "done";
      co_return response;
    }(*clock, duration, begun, cancelled);
  };
}

TEST(Drain, lets_a_request_under_way_end_and_closes_its_connection_then) {
  async::Clock* clock = nullptr;
  int begun = 0;
  bool cancelled = false;
  HandClockServer server({}, after(clock, 5s, begun, cancelled));
  clock = &server.clock();
  auto main = [](HandClockServer& s) -> Task<std::string> {
    auto peer = co_await TestPeer::connect(s.clock(), s.port());
    co_await peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    co_await s.settle();
    auto drain = [](Listener& listener, async::Deadline deadline) -> Task<void> {
      co_await listener.drain(deadline);
    };
    async::Scope scope(s.loop().executor());
    scope.spawn(drain(s.listener(), async::Deadline::after(s.clock(), 30s)));
    co_await s.settle();
    s.clock().advance(5s);
    auto answer = co_await peer.read_to_end();
    peer.close();
    co_await scope.drain();
    co_return answer;
  };
  auto answer = server.loop().run(main(server));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answer, EndsWith("done"));
  EXPECT_EQ(begun, 1) << "the request behind it is not begun";
  EXPECT_FALSE(cancelled);
}

TEST(Drain, cancels_what_is_left_at_the_deadline) {
  async::Clock* clock = nullptr;
  int begun = 0;
  bool cancelled = false;
  HandClockServer server({}, after(clock, 24h, begun, cancelled));
  clock = &server.clock();
  auto main = [](HandClockServer& s) -> Task<void> {
    auto peer = co_await TestPeer::connect(s.clock(), s.port());
    co_await peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    co_await s.settle();
    auto drain = [](Listener& listener, async::Deadline deadline) -> Task<void> {
      co_await listener.drain(deadline);
    };
    async::Scope scope(s.loop().executor());
    scope.spawn(drain(s.listener(), async::Deadline::after(s.clock(), 30s)));
    co_await s.settle();
    s.clock().advance(30s);
    co_await scope.drain();
  };
  server.loop().run(main(server));
  EXPECT_EQ(begun, 1);
  EXPECT_TRUE(cancelled);
}

TEST(Drain, closes_idle_connections_at_once_and_accepts_no_more) {
  TestServer server;
  auto main = [](TestServer<>& s) -> Task<std::pair<std::string, bool>> {
    auto idle = co_await TestPeer::connect(s.clock(), s.port());
    co_await idle.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nend");
    co_await idle.read_until("end");
    auto port = s.port();
    auto before = s.clock().now();
    co_await s.listener().drain(async::Deadline::after(s.clock(), 30s));
    auto quick = s.clock().now() - before < 5s;
    auto rest = co_await idle.read_to_end();
    auto late =
        co_await connect_tcp(s.clock(), {*parse_address("127.0.0.1"), port}, async::Deadline::never());
    co_return std::pair(rest, quick && !late);
  };
  auto [rest, refused] = server.loop().run(main(server));
  EXPECT_THAT(rest, IsEmpty());
  EXPECT_TRUE(refused);
}

TEST(Drain, a_request_whose_head_ends_during_it_hears_that_the_process_is_stopping) {
  HandClockServer server;
  auto main = [](HandClockServer& s) -> Task<std::string> {
    auto peer = co_await TestPeer::connect(s.clock(), s.port());
    co_await peer.send("GET / HTTP/1.1\r\n");
    co_await s.settle();
    auto drain = [](Listener& listener, async::Deadline deadline) -> Task<void> {
      co_await listener.drain(deadline);
    };
    async::Scope scope(s.loop().executor());
    scope.spawn(drain(s.listener(), async::Deadline::after(s.clock(), 5s)));
    co_await s.settle();
    co_await peer.send("Host: a\r\n\r\n");
    auto answer = co_await peer.read_to_end();
    peer.close();
    co_await scope.drain();
    co_return answer;
  };
  EXPECT_THAT(server.loop().run(main(server)), StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
}

// Aim: a process that is drained under load loses no request that it took on. Method: clients send one
// request after another on kept connections; in the middle the server drains; every request was either
// answered or never begun.
TEST(Drain, under_load_answers_every_request_that_was_begun) {
  async::Clock* clock = nullptr;
  int begun = 0;
  bool cancelled = false;
  TestServer server({}, after(clock, 1ms, begun, cancelled));
  clock = &server.clock();
  auto client = make_client(server.scope(), server.clock(), {});
  ASSERT_TRUE(client);
  int answered = 0;
  async::Signal in_full_swing(server.loop().executor(), server.clock());
  auto sender = [](Client& http, std::string url, SendOptions options, async::Signal& swing,
                   int& count) -> Task<void> {
    while (true) {
      auto response = co_await http.send({.target = url}, options);
      if (!response || response->status != 200) co_return;
      if (++count == 300) swing.notify();
    }
  };
  auto main = [&]() -> Task<void> {
    async::Scope senders(server.loop().executor());
    SendOptions options{.deadline = async::Deadline::after(server.clock(), 60s), .trust = Trust::configured};
    auto url = "http://127.0.0.1:" + std::to_string(server.port());
    for (int i = 0; i < 50; ++i) senders.spawn(sender(**client, url, options, in_full_swing, answered));
    co_await in_full_swing.wait(in_full_swing.ticket(), async::Deadline::never());
    co_await server.listener().drain(async::Deadline::after(server.clock(), 30s));
    co_await senders.drain();
  };
  server.loop().run(main());
  EXPECT_GE(answered, 300);
  EXPECT_EQ(answered, begun);
  EXPECT_FALSE(cancelled);
}

TEST(Listener, that_is_destroyed_stops_listening_and_breaks_off) {
  testing::RealLoop loop;
  async::Scope scope(loop.executor());
  auto listener = listen(scope, loop.clock(), {}, echo);
  ASSERT_TRUE(listener);
  auto main = [](std::unique_ptr<Listener>& l, async::Clock& clock, async::Scope& s) -> Task<std::string> {
    auto peer = co_await TestPeer::connect(clock, l->port());
    co_await peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nend");
    co_await peer.read_until("end");
    l.reset();
    auto rest = co_await peer.read_to_end();
    co_await s.drain();
    co_return rest;
  };
  EXPECT_THAT(loop.run(main(*listener, loop.clock(), scope)), IsEmpty());
}

}  // namespace
}  // namespace kontor::platform::http
