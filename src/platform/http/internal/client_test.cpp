#include "platform/http/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "platform/async/signal.hpp"
#include "platform/http/gateway.hpp"
#include "platform/http/internal/test_client.hpp"
#include "platform/http/internal/test_raw_server.hpp"
#include "platform/http/internal/test_scripts.hpp"
#include "platform/http/server.hpp"

namespace kontor::platform::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Client, sends_method_target_fields_and_body) {
  TestClient client;
  std::string seen;
  RawServer server(client.scope(), client.clock(), [&seen](TestPeer peer, int) {
    return [](TestPeer p, std::string& out) -> Task<void> {
      out = co_await p.read_until("hello");
      co_await p.send(std::string(ok));
    }(std::move(peer), seen);
  });
  Request request{.method = "POST", .target = server.url("/a?b=c#fragment")};
  request.headers.add("X-A", "1");
  request.headers.add("Content-Length", "99");
  request.headers.add("Transfer-Encoding", "chunked");
  request.headers.add("Host", "elsewhere");
  request.body.text = "hello";
  auto response = client.send(std::move(request));
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->status, 200u);
  EXPECT_EQ(response->body.text, "ok");
  EXPECT_EQ(seen, "POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                      "\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nhello");
}

TEST(Client, of_a_gateway_passes_a_request_on_under_the_name_it_came_with) {
  TestClient client;
  std::string seen;
  RawServer server(client.scope(), client.clock(), [&seen](TestPeer peer, int) {
    return [](TestPeer p, std::string& out) -> Task<void> {
      out = co_await p.read_until("\r\n\r\n");
      co_await p.send(std::string(ok));
    }(std::move(peer), seen);
  });
  auto gateway = make_gateway(client.scope(), client.clock(), {});
  ASSERT_TRUE(gateway) << gateway.error().message();
  Request request{.target = server.url("/")};
  request.headers.add("Host", "gate.example:8443");
  ASSERT_TRUE(client.loop().run((*gateway)->send(std::move(request), client.options())));
  EXPECT_THAT(seen, StartsWith("GET / HTTP/1.1\r\nHost: gate.example:8443\r\n"));
}

TEST(Client, sends_the_trace_of_its_caller) {
  TestClient client;
  std::string seen;
  RawServer server(client.scope(), client.clock(), [&seen](TestPeer peer, int) {
    return [](TestPeer p, std::string& out) -> Task<void> {
      out = co_await p.read_until("\r\n\r\n");
      co_await p.send(std::string(ok));
    }(std::move(peer), seen);
  });
  auto options = client.options();
  options.trace = {"0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true};
  ASSERT_TRUE(client.send(Request{.target = server.url("/")}, options));
  EXPECT_THAT(seen, HasSubstr("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"));
}

// The first connection answers once and breaks off when the second request is there already: the race that a
// look at the socket cannot see.
RawServer::Serve breaks_off_at_the_second_request(std::string parting_bytes) {
  return [parting_bytes](TestPeer peer, int number) {
    return [](TestPeer p, int n, std::string parting) -> Task<void> {
      while (true) {
        auto head = co_await p.read_until("\r\n\r\n");
        if (head.empty()) co_return;
        co_await p.send(std::string(ok));
        if (n > 1) continue;
        co_await p.read_until("\r\n\r\n");
        co_await p.send(parting);
        co_return;
      }
    }(std::move(peer), number, parting_bytes);
  };
}

TEST(Client, replaces_a_stale_connection_once) {
  TestClient client;
  RawServer server(client.scope(), client.clock(), breaks_off_at_the_second_request(""));
  ASSERT_TRUE(client.get(server.url()));
  auto second = client.get(server.url());
  ASSERT_TRUE(second) << second.error().message();
  EXPECT_EQ(second->body.text, "ok");
  EXPECT_EQ(server.connections(), 2);
}

TEST(Client, does_not_repeat_a_request_when_something_came_back) {
  TestClient client;
  RawServer server(client.scope(), client.clock(), breaks_off_at_the_second_request("HTTP/1.1 20"));
  ASSERT_TRUE(client.get(server.url()));
  auto second = client.get(server.url());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::peer_unavailable);
  EXPECT_EQ(server.connections(), 1);
}

// The server may have done what the request asks for, and used up a token that is good for once.
TEST(Client, does_not_repeat_a_request_that_may_have_been_carried_out) {
  TestClient client;
  RawServer server(client.scope(), client.clock(), breaks_off_at_the_second_request(""));
  ASSERT_TRUE(client.get(server.url()));
  auto second = client.send(Request{.method = "POST", .target = server.url()});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::peer_unavailable);
  EXPECT_EQ(server.connections(), 1);
}

TEST(Client, does_not_repeat_a_request_whose_body_is_a_stream) {
  TestClient client;
  RawServer server(client.scope(), client.clock(), breaks_off_at_the_second_request(""));
  ASSERT_TRUE(client.get(server.url()));
  Request request{.method = "PUT", .target = server.url()};
  request.body.stream = std::make_shared<Pieces>(std::vector<std::string>{"once"});
  auto second = client.send(std::move(request));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::peer_unavailable);
  EXPECT_EQ(server.connections(), 1);
}

TEST(Client, does_not_repeat_a_request_on_a_new_connection) {
  TestClient client;
  RawServer server(client.scope(), client.clock(), once(""));
  auto response = client.get(server.url());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::peer_unavailable);
  EXPECT_EQ(server.connections(), 1);
}

TEST(Client, says_that_nobody_listens) {
  TestClient client;
  auto response = client.get("http://127.0.0.1:1/");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::peer_unavailable);
  EXPECT_THAT(response.error().message(), HasSubstr("127.0.0.1"));
}

TEST(Client, gives_up_at_the_deadline) {
  TestClient client;
  RawServer server(client.scope(), client.clock(), always(""));
  auto before = client.clock().now();
  auto response = client.send({.target = server.url()}, client.options(30ms));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::timeout);
  EXPECT_LT(client.clock().now() - before, 5s);
}

TEST(Client, gives_up_at_the_deadline_in_the_middle_of_a_body) {
  TestClient client;
  RawServer server(client.scope(), client.clock(),
                   always("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart"));
  auto response = client.send({.target = server.url()}, client.options(30ms));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::timeout);
}

TEST(Client, gives_up_on_a_connection_that_does_not_come_about) {
  TestClient client({.connect_timeout = 30ms});
  RawServer silent(client.scope(), client.clock(), [](TestPeer peer, int) {
    return [](TestPeer p) -> Task<void> { co_await p.read_to_end(); }(std::move(peer));
  });
  auto response = client.get("https://127.0.0.1:" + std::to_string(silent.port()));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::timeout);
}

TEST(Client, ends_when_its_task_is_cancelled) {
  TestClient client;
  RawServer server(client.scope(), client.clock(), always(""));
  async::Scope scope(client.loop().executor());
  std::optional<ErrorCode> seen;
  auto request = [](Client& sender, std::string url, SendOptions options,
                    std::optional<ErrorCode>& out) -> Task<void> {
    auto response = co_await sender.send({.target = url}, options);
    if (!response) out = response.error().code;
  };
  auto main = [&]() -> Task<void> {
    scope.spawn(request(client.client(), server.url(), client.options(1h), seen));
    co_await client.clock().wait_until(client.clock().now() + 20ms);
    co_await scope.close();
  };
  client.loop().run(main());
  EXPECT_EQ(seen, ErrorCode::cancelled);
}

TEST(Client, bounds_a_collected_response) {
  TestClient client;
  for (auto answer : {"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n",
                      "HTTP/1.1 200 OK\r\n\r\nhello world"}) {
    RawServer server(client.scope(), client.clock(), once(answer));
    auto options = client.options();
    options.body_bytes_max = 11;
    auto response = client.send({.target = server.url()}, options);
    ASSERT_TRUE(response) << response.error().message();
    EXPECT_EQ(response->body.text, "hello world");
    options.body_bytes_max = 10;
    response = client.send({.target = server.url()}, options);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::too_large);
  }
}

TEST(Client, bounds_the_head_of_a_response) {
  TestClient client;
  RawServer server(client.scope(), client.clock(),
                   once("HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n"));
  auto response = client.get(server.url());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::too_large);
}

TEST(Client, refuses_responses_that_can_be_read_in_two_ways) {
  TestClient client;
  for (auto answer :
       {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 200 OK\n\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nab", "HTTP/3 200 OK\r\n\r\n", "nonsense\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"}) {
    RawServer server(client.scope(), client.clock(), once(answer));
    auto response = client.get(server.url());
    ASSERT_FALSE(response) << answer;
    EXPECT_EQ(response.error().code, ErrorCode::peer_unavailable) << answer;
  }
}

TEST(Client, refuses_a_response_that_is_cut_off) {
  TestClient client;
  for (auto answer : {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"}) {
    RawServer server(client.scope(), client.clock(), once(answer));
    auto response = client.get(server.url());
    ASSERT_FALSE(response) << answer;
    EXPECT_EQ(response.error().code, ErrorCode::peer_unavailable) << answer;
  }
}

TEST(Client, reads_over_interim_responses) {
  TestClient client;
  RawServer server(
      client.scope(), client.clock(),
      always("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + std::string(ok)));
  for (int i = 0; i < 2; ++i) {
    auto response = client.get(server.url());
    ASSERT_TRUE(response) << response.error().message();
    EXPECT_EQ(response->status, 200u);
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(Client, expects_no_body_after_head_no_content_and_not_modified) {
  TestClient client;
  RawServer head(client.scope(), client.clock(), always("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
  for (int i = 0; i < 2; ++i) {
    auto response = client.send({.method = "HEAD", .target = head.url()});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->headers.get("content-length"), "1000");
  }
  EXPECT_EQ(head.connections(), 1);
  RawServer empty(client.scope(), client.clock(), always("HTTP/1.1 204 No Content\r\n\r\n"));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(client.get(empty.url()));
  EXPECT_EQ(empty.connections(), 1);
}

TEST(Client, hears_a_refusal_that_comes_before_the_request_is_complete) {
  TestClient client;
  RawServer server(client.scope(), client.clock(), [](TestPeer peer, int) {
    return [](TestPeer p) -> Task<void> {
      co_await p.read_until("\r\n\r\n");
      co_await p.send("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      co_await p.skip(64 * 1024 * 1024);
    }(std::move(peer));
  });
  Request request{.method = "PUT", .target = server.url()};
  request.body.text = std::string(32 * 1024 * 1024, 'x');
  auto response = client.send(std::move(request));
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->status, 413u);
}

}  // namespace
}  // namespace kontor::platform::http
