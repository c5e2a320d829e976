#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

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

std::string post(std::size_t bytes, std::string fields = "") {
  return "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + fields +
         "Content-Length: " + std::to_string(bytes) + "\r\n\r\n" + std::string(bytes, 'x');
}

TEST(Limits, a_head_above_its_bound_is_refused) {
  ListenerConfig config;
  config.header_bytes_max = 1000;
  TestServer server(config);
  auto request = [](std::size_t bytes) {
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: ";
    return head + std::string(bytes - head.size() - 4, 'x') + "\r\n\r\n";
  };
  EXPECT_THAT(server.exchange(request(1000)), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(server.exchange(request(1001)), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(server.exchange(request(1'000'000)), StartsWith("HTTP/1.1 431 "));
}

TEST(Limits, a_head_larger_than_the_first_buffer_is_read_when_it_is_allowed) {
  ListenerConfig config;
  config.header_bytes_max = 100'000;
  TestServer server(config);
  auto request =
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: " + std::string(99'000, 'x') + "\r\n\r\n";
  EXPECT_THAT(server.exchange(request), StartsWith("HTTP/1.1 200 "));
}

TEST(Limits, a_body_above_its_bound_is_refused) {
  ListenerConfig config;
  config.body_bytes_max = 100'000;
  TestServer server(config);
  EXPECT_THAT(server.exchange(post(100'000)), EndsWith("xxx"));
  EXPECT_THAT(server.exchange(post(100'001)), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(server.exchange(post(2'000'000)), StartsWith("HTTP/1.1 413 "));
}

TEST(Limits, a_chunked_body_above_its_bound_is_refused) {
  ListenerConfig config;
  config.body_bytes_max = 10;
  TestServer server(config);
  std::string head = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_THAT(server.exchange(head + "5\r\nhello\r\n5\r\nhello\r\n0\r\n\r\n"),
              EndsWith("\r\n\r\nhellohello"));
  EXPECT_THAT(server.exchange(head + "5\r\nhello\r\n6\r\nhello!\r\n0\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
}

// Sends `begin`, moves the clock by `steps` with the bytes beside each, and returns what came back.
struct Step {
  Duration wait;
  std::string bytes;
};
std::string slow_exchange(HandClockServer& server, std::vector<Step> steps) {
  auto main = [](HandClockServer& s, std::vector<Step> script) -> Task<std::string> {
    auto peer = co_await TestPeer::connect(s.clock(), s.port());
    for (auto& step : script) {
      co_await s.settle();
      s.clock().advance(step.wait);
      co_await s.settle();
      co_await peer.send(step.bytes);
    }
    auto answer = co_await peer.read_to_end();
    co_return answer;
  };
  return server.loop().run(main(server, std::move(steps)));
}

TEST(SlowClient, a_head_that_comes_byte_by_byte_is_given_up) {
  ListenerConfig config;
  config.header_timeout = 10s;
  HandClockServer server(config);
  std::vector<Step> steps = {{0s, "G"}};
  for (int i = 0; i < 9; ++i) steps.push_back({1s, "E"});
  steps.push_back({2s, ""});
  EXPECT_THAT(slow_exchange(server, steps), StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
}

TEST(SlowClient, a_head_in_time_is_served) {
  ListenerConfig config;
  config.header_timeout = 10s;
  HandClockServer server(config);
  auto answer =
      slow_exchange(server, {{0s, "GET / HTTP/1.1\r\n"}, {9s, "Host: a\r\nConnection: close\r\n\r\n"}});
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
}

TEST(SlowClient, a_connection_without_a_request_is_closed_without_a_word) {
  ListenerConfig config;
  config.header_timeout = 10s;
  HandClockServer server(config);
  EXPECT_THAT(slow_exchange(server, {{11s, ""}}), IsEmpty());
}

TEST(SlowClient, a_body_that_stands_still_is_given_up) {
  ListenerConfig config;
  config.body_timeout = 60s;
  HandClockServer server(config);
  auto head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
  EXPECT_THAT(slow_exchange(server, {{0s, head}, {61s, ""}}), StartsWith("HTTP/1.1 408 "));
}

TEST(SlowClient, a_body_that_moves_on_is_read_however_long_it_takes) {
  ListenerConfig config;
  config.body_timeout = 60s;
  HandClockServer server(config);
  std::vector<Step> steps = {
      {0s, "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 20000\r\n\r\n"}};
  for (int i = 0; i < 10; ++i) steps.push_back({50s, std::string(2000, 'x')});
  EXPECT_THAT(slow_exchange(server, steps), StartsWith("HTTP/1.1 200 "));
}

TEST(SlowClient, single_bytes_do_not_count_as_progress_of_a_body) {
  ListenerConfig config;
  config.body_timeout = 60s;
  HandClockServer server(config);
  std::vector<Step> steps = {{0s, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"}};
  for (int i = 0; i < 4; ++i) steps.push_back({20s, "x"});
  EXPECT_THAT(slow_exchange(server, steps), StartsWith("HTTP/1.1 408 "));
}

TEST(SlowClient, a_reader_that_stops_is_given_up) {
  ListenerConfig config;
  config.body_timeout = 60s;
  HandClockServer server(config, [](Request) -> Task<Response> {
    Response response;
    response.body.text = std::string(64 * 1024 * 1024, 'x');
    co_return response;
  });
  auto main = [](HandClockServer& s) -> Task<std::size_t> {
    auto peer = co_await TestPeer::connect(s.clock(), s.port());
    co_await peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    co_await s.settle();
    s.clock().advance(61s);
    co_await s.settle();
    co_return co_await peer.skip(64 * 1024 * 1024);
  };
  EXPECT_LT(server.loop().run(main(server)), 64u * 1024 * 1024);
}

TEST(Idle, a_connection_without_further_requests_is_closed) {
  ListenerConfig config;
  config.idle_timeout = 75s;
  HandClockServer server(config);
  auto main = [](HandClockServer& s) -> Task<std::pair<std::string, std::string>> {
    auto peer = co_await TestPeer::connect(s.clock(), s.port());
    std::string late;
    for (int i = 0; i < 3; ++i) {
      co_await peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nend");
      auto answer = co_await peer.read_until("end");
      late = answer;
      co_await s.settle();
      s.clock().advance(74s);
      co_await s.settle();
    }
    s.clock().advance(2s);
    auto rest = co_await peer.read_to_end();
    co_return std::pair(late, rest);
  };
  auto [late, rest] = server.loop().run(main(server));
  EXPECT_THAT(late, StartsWith("HTTP/1.1 200 ")) << "requests 74 seconds apart are served";
  EXPECT_THAT(rest, IsEmpty());
}

TEST(Limits, connections_above_the_bound_hear_that_there_are_too_many) {
  ListenerConfig config;
  config.connections_max = 2;
  TestServer server(config);
  auto main = [](TestServer<>& s) -> Task<std::string> {
    auto first = co_await TestPeer::connect(s.clock(), s.port());
    auto second = co_await TestPeer::connect(s.clock(), s.port());
    co_await s.settle();
    auto third = co_await TestPeer::connect(s.clock(), s.port());
    co_await third.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    auto refused = co_await third.read_to_end();
    first.close();
    co_await s.settle();
    auto fourth = co_await TestPeer::connect(s.clock(), s.port());
    co_await fourth.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    auto served = co_await fourth.read_to_end();
    co_return refused + "|" + served;
  };
  auto answers = server.loop().run(main(server));
  EXPECT_THAT(answers, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_THAT(answers, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_THAT(answers, HasSubstr("|HTTP/1.1 200 OK\r\n"));
}

struct Crowd {
  explicit Crowd(TestServer<>& server) : all_here(server.loop().executor(), server.clock()) {}
  async::Signal all_here;
  int inside = 0;
};

TEST(Limits, a_thousand_connections_are_served_at_once) {
  constexpr int count = 1'000;
  Crowd* crowd_inside = nullptr;
  Handler wait_for_all = [&crowd_inside](Request) {
    return [](Crowd* crowd) -> Task<Response> {
      auto ticket = crowd->all_here.ticket();
      if (++crowd->inside == count) {
        crowd->all_here.notify();
      } else {
        co_await crowd->all_here.wait(ticket, async::Deadline::never());
      }
      Response response;
      response.body.text = "done";
      co_return response;
    }(crowd_inside);
  };
  TestServer server({}, wait_for_all);
  Crowd crowd(server);
  crowd_inside = &crowd;
  auto client = make_client(server.scope(), server.clock(), {.connections_per_host_max = count});
  ASSERT_TRUE(client);
  async::Scope requests(server.loop().executor());
  int answered = 0;
  auto request = [](Client& sender, std::string url, SendOptions options, int& out) -> Task<void> {
    auto response = co_await sender.send({.target = url}, options);
    if (response && response->body.text == "done") ++out;
  };
  SendOptions options{.deadline = async::Deadline::after(server.clock(), 60s), .trust = Trust::configured};
  auto url = "http://127.0.0.1:" + std::to_string(server.port());
  for (int i = 0; i < count; ++i) requests.spawn(request(**client, url, options, answered));
  server.loop().run(requests.drain());
  EXPECT_EQ(answered, count);
}

}  // namespace
}  // namespace kontor::platform::http
