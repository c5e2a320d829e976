#include "platform/http/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "platform/async/signal.hpp"
#include "platform/http/internal/test_server.hpp"

namespace kontor::platform::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string close_after(std::string request_line, std::string fields = "", std::string body = "") {
  return request_line + "\r\nHost: a\r\nConnection: close\r\n" + fields + "\r\n" + body;
}

TEST(Server, answers_with_status_fields_and_body) {
  TestServer server;
  auto answer = server.exchange(close_after("POST /a/b?c=d HTTP/1.1", "Content-Length: 5\r\n", "hello"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("X-Method: POST\r\n"));
  EXPECT_THAT(answer, HasSubstr("X-Target: /a/b?c=d\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answer, HasSubstr("Date: "));
  EXPECT_THAT(answer, EndsWith("\r\n\r\nhello"));
}

TEST(Server, reads_chunked_bodies_and_drops_their_trailers) {
  TestServer server;
  auto body = "3\r\nabc\r\n4;extension=1\r\ndefg\r\n0\r\nX-Trailer: 1\r\n\r\n";
  auto answer = server.exchange(close_after("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n", body));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 7\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\nabcdefg"));
  EXPECT_THAT(answer, Not(HasSubstr("X-Trailer")));
}

TEST(Server, serves_pipelined_requests_in_order) {
  TestServer server;
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  requests += close_after("GET /last HTTP/1.1");
  auto answer = server.exchange(requests);
  std::size_t place = 0;
  for (int i = 0; i < 50; ++i) {
    place = answer.find("X-Target: /" + std::to_string(i) + "\r\n", place);
    ASSERT_NE(place, std::string::npos) << i;
  }
  EXPECT_NE(answer.find("X-Target: /last\r\n", place), std::string::npos);
}

TEST(Server, keeps_a_connection_for_further_requests) {
  TestServer server;
  auto two_requests = [](async::Clock& clock, std::uint16_t port) -> Task<std::string> {
    auto peer = co_await TestPeer::connect(clock, port);
    co_await peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none");
    auto first = co_await peer.read_until("one");
    co_await peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ntwo");
    auto second = co_await peer.read_until("two");
    co_return first + second;
  };
  auto answers = server.loop().run(two_requests(server.clock(), server.port()));
  EXPECT_THAT(answers, HasSubstr("\r\n\r\none"));
  EXPECT_THAT(answers, EndsWith("\r\n\r\ntwo"));
  EXPECT_THAT(answers, Not(HasSubstr("Connection: close")));
}

TEST(Server, answers_head_with_the_length_but_without_the_body) {
  TestServer server({}, [](Request) -> Task<Response> {
    Response response;
    response.body.text = "seven b";
    co_return response;
  });
  auto answer = server.exchange(close_after("HEAD / HTTP/1.1"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 7\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST(Server, a_handler_may_announce_the_length_that_get_would_give) {
  TestServer server({}, [](Request) -> Task<Response> {
    Response response;
    response.headers.add("Content-Length", "1234567");
    co_return response;
  });
  EXPECT_THAT(server.exchange(close_after("HEAD / HTTP/1.1")), HasSubstr("Content-Length: 1234567\r\n"));
  EXPECT_THAT(server.exchange(close_after("GET / HTTP/1.1")), HasSubstr("Content-Length: 0\r\n"));
}

TEST(Server, no_content_and_not_modified_have_neither_body_nor_length) {
  for (unsigned status : {204u, 304u}) {
    TestServer server({}, [status](Request) {
      return [](unsigned code) -> Task<Response> {
        Response response{.status = code};
        response.body.text = "must not be sent";
        co_return response;
      }(status);
    });
    auto answer = server.exchange(close_after("GET / HTTP/1.1"));
    EXPECT_THAT(answer, EndsWith("\r\n\r\n")) << status;
    EXPECT_THAT(answer, Not(HasSubstr("Content-Length"))) << status;
  }
}

TEST(Server, closes_after_the_answer_to_an_http_1_0_request_without_keep_alive) {
  TestServer server;
  auto answer = server.exchange("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
}

TEST(Server, keeps_an_http_1_0_connection_when_asked) {
  TestServer server;
  auto answer = server.exchange("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /2 HTTP/1.0\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Connection: keep-alive\r\n"));
  EXPECT_THAT(answer, HasSubstr("X-Target: /2\r\n"));
}

TEST(Server, closes_after_the_answer_when_the_handler_says_so) {
  TestServer server({}, [](Request) -> Task<Response> {
    Response response;
    response.headers.add("Connection", "close");
    co_return response;
  });
  auto answer = server.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
}

TEST(Server, invites_a_body_only_when_the_peer_waits_for_it) {
  TestServer server;
  auto expecting = [](async::Clock& clock, std::uint16_t port) -> Task<std::string> {
    auto peer = co_await TestPeer::connect(clock, port);
    co_await peer.send(
        "PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: "
        "4\r\n\r\n");
    auto invitation = co_await peer.read_until("\r\n\r\n");
    co_await peer.send("body");
    auto answer = co_await peer.read_to_end();
    co_return invitation + "|" + answer;
  };
  auto answers = server.loop().run(expecting(server.clock(), server.port()));
  EXPECT_THAT(answers, StartsWith("HTTP/1.1 100 Continue\r\n\r\n|HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answers, EndsWith("\r\n\r\nbody"));
  auto eager =
      server.exchange(close_after("PUT / HTTP/1.1", "Expect: 100-continue\r\nContent-Length: 4\r\n", "body"));
  EXPECT_THAT(eager, StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(Server, refuses_a_body_that_is_too_large_before_it_is_sent) {
  ListenerConfig config;
  config.body_bytes_max = 10;
  TestServer server(config);
  auto answer =
      server.exchange("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
}

TEST(Server, refuses_an_expectation_that_it_does_not_know) {
  TestServer server;
  EXPECT_THAT(server.exchange("GET / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n"),
              StartsWith("HTTP/1.1 417 "));
}

TEST(Server, serves_absolute_targets_as_paths_of_their_host) {
  TestServer server({}, [](Request request) -> Task<Response> {
    Response response;
    response.body.text = request.target + " of " + std::string(request.headers.get("host").value_or(""));
    co_return response;
  });
  EXPECT_THAT(server.exchange(close_after("GET http://b.example:81/x?y HTTP/1.1")),
              EndsWith("/x?y of b.example:81"));
  EXPECT_THAT(server.exchange(close_after("GET http://b.example?y HTTP/1.1")), EndsWith("/?y of b.example"));
}

TEST(Server, names_the_peer_s_address) {
  TestServer server({}, [](Request request) -> Task<Response> {
    Response response;
    response.body.text = request.peer_address;
    co_return response;
  });
  EXPECT_THAT(server.exchange(close_after("GET / HTTP/1.1")), EndsWith("\r\n\r\n127.0.0.1"));
}

TEST(Server, listens_on_ipv6_and_ipv4_at_once) {
  ListenerConfig config;
  config.address = "::";
  TestServer server(config);
  EXPECT_THAT(server.exchange(close_after("GET / HTTP/1.1")), StartsWith("HTTP/1.1 200 OK"));
}

TEST(Server, says_which_address_is_in_use) {
  TestServer server;
  ListenerConfig config;
  config.port = server.port();
  auto second = listen(server.scope(), server.clock(), config, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::invalid_input);
  EXPECT_THAT(second.error().detail, HasSubstr(std::to_string(server.port())));
  config.address = "localhost";
  auto third = listen(server.scope(), server.clock(), config, echo);
  ASSERT_FALSE(third);
  EXPECT_THAT(third.error().detail, HasSubstr("`localhost` is not an IP address"));
}

TEST(Server, lets_no_field_break_out_of_its_line) {
  Headers headers;
  EXPECT_FALSE(headers.add("X-A", "1\r\nX-B: 2"));
  EXPECT_FALSE(headers.set("X-A", std::string("1\0", 2)));
  EXPECT_FALSE(headers.add("X A", "1"));
  EXPECT_FALSE(headers.add("", "1"));
  EXPECT_TRUE(headers.fields().empty());
  EXPECT_TRUE(headers.add("X-A", "1"));
  EXPECT_TRUE(headers.add("x-a", "2"));
  EXPECT_EQ(headers.all("X-a").size(), 2);
  EXPECT_TRUE(headers.set("X-A", "3"));
  EXPECT_EQ(headers.get("x-A"), "3");
  EXPECT_EQ(headers.fields().size(), 1);
}

}  // namespace
}  // namespace kontor::platform::http
