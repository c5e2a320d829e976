#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/http/internal/test_server.hpp"

namespace kontor::platform::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A request hidden in what another reader takes for a body: it must never be served.
constexpr std::string_view smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

std::string post(std::string fields, std::string body) {
  return "POST /first HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body + std::string(smuggled);
}

void expect_refused(const std::string& bytes) {
  TestServer server;
  auto answer = server.exchange(bytes);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n")) << bytes;
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n")) << bytes;
  EXPECT_THAT(answer, Not(HasSubstr("smuggled"))) << bytes;
}

TEST(Framing, a_length_beside_a_transfer_coding_is_refused) {
  expect_refused(post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"));
  expect_refused(post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"));
}

TEST(Framing, lengths_that_differ_are_refused) {
  expect_refused(post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"));
  expect_refused(post("Content-Length: 5, 6\r\n", "hello"));
}

TEST(Framing, a_length_that_is_not_a_plain_number_is_refused) {
  for (auto value : {"-1", "+5", "0x5", "5 5", "5;", "", "99999999999999999999999", "5.0", "five"}) {
    expect_refused(post("Content-Length: " + std::string(value) + "\r\n", "hello"));
  }
}

TEST(Framing, a_transfer_coding_other_than_chunked_is_refused) {
  for (auto value : {"gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked", "identity", "xchunked",
                     "chunked;q=1", "\"chunked\"", "chunk ed", ""}) {
    expect_refused(post("Transfer-Encoding: " + std::string(value) + "\r\n", "0\r\n\r\n"));
  }
  expect_refused(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"));
  expect_refused(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n", "0\r\n\r\n"));
}

TEST(Framing, a_transfer_coding_in_http_1_0_is_refused) {
  expect_refused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + std::string(smuggled));
}

TEST(Framing, a_folded_field_is_refused) {
  expect_refused(post("X-A: 1\r\n folded\r\n", ""));
  expect_refused(post("X-A: 1\r\n\tfolded\r\n", ""));
  expect_refused(post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"));
  expect_refused("GET / HTTP/1.1\r\n Host: a\r\n\r\n");
}

TEST(Framing, a_bare_line_feed_is_refused) {
  expect_refused("GET / HTTP/1.1\nHost: a\r\n\r\n");
  expect_refused("GET / HTTP/1.1\r\nHost: a\n\r\n");
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\n\n");
  expect_refused("GET / HTTP/1.1\r\nHost: a\n\n");
  expect_refused("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  expect_refused(post("X-A: 1\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"));
}

TEST(Framing, a_bare_carriage_return_or_nul_in_a_head_is_refused) {
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\rX-B: 2\r\n\r\n");
  using namespace std::string_literals;
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\0\r\n\r\n"s);
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\r\n\r\n");
}

TEST(Framing, a_field_s_name_must_be_a_token_that_ends_at_the_colon) {
  expect_refused(post("Content-Length : 5\r\n", "hello"));
  expect_refused(post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"));
  expect_refused(post("Content Length: 5\r\n", "hello"));
  expect_refused(post(": 5\r\n", ""));
  expect_refused(post("X-A\r\n", ""));
  expect_refused(post("X(A): 1\r\n", ""));
}

TEST(Framing, a_request_has_exactly_one_host) {
  expect_refused("GET / HTTP/1.1\r\n\r\n");
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
  expect_refused("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n");
  expect_refused("GET / HTTP/1.1\r\nHost: a b\r\n\r\n");
  expect_refused("GET / HTTP/1.1\r\nHost: user@a\r\n\r\n");
}

TEST(Framing, a_request_line_is_method_target_and_version_between_single_spaces) {
  for (auto line :
       {"GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET / HTTP/2.0", "GET / HTTP/1.2",
        "GET / HTTP/0.9", "GET /", "GET / http/1.1", "G{T / HTTP/1.1", "GET a HTTP/1.1", "GET * HTTP/1.1",
        "CONNECT a:80 HTTP/1.1", "GET ftp://a/ HTTP/1.1", "GET /a b HTTP/1.1", "/ HTTP/1.1",
        "GET http:///x HTTP/1.1", "GET http://u@a/ HTTP/1.1"}) {
    expect_refused(std::string(line) + "\r\nHost: a\r\n\r\n");
  }
}

TEST(Framing, a_chunk_that_breaks_the_grammar_is_refused) {
  for (auto body :
       {"x\r\n", "5\r\nhelloX\r\n", "-1\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "5 \nhello\r\n0\r\n\r\n",
        "ffffffffffffffffff\r\nhello\r\n", "\r\n5\r\nhello\r\n0\r\n\r\n", "0\r\nX-A\r\n\r\n"}) {
    expect_refused(post("Transfer-Encoding: chunked\r\n", body));
  }
}

TEST(Framing, a_chunk_s_head_is_bounded) {
  expect_refused(
      post("Transfer-Encoding: chunked\r\n", "5;" + std::string(70'000, 'x') + "\r\nhello\r\n0\r\n\r\n"));
}

TEST(Framing, equal_lengths_are_one_length) {
  TestServer server;
  auto answer = server.exchange(
      "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\nContent-Length: "
      "5\r\n\r\nhello");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(Framing, nonsense_is_refused_and_never_crashes_the_server) {
  testing::SeededRandom random(4711);
  TestServer server;
  for (int i = 0; i < 300; ++i) {
    std::string bytes(1 + random.below(200), '\0');
    random.fill(std::as_writable_bytes(std::span(bytes)));
    bytes += "\r\n\r\n";
    EXPECT_THAT(server.exchange(bytes), StartsWith("HTTP/1.1 400 ")) << i;
  }
}

TEST(Framing, a_request_that_is_changed_at_random_gets_an_answer_or_is_cut_off) {
  testing::SeededRandom random(4712);
  ListenerConfig config;
  config.header_timeout = std::chrono::milliseconds(5);
  config.body_timeout = std::chrono::milliseconds(5);
  config.idle_timeout = std::chrono::milliseconds(5);
  TestServer server(config);
  const std::string valid =
      "POST /a?b=c HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  for (int i = 0; i < 300; ++i) {
    auto changed = valid;
    for (std::uint64_t n = 1 + random.below(3); n > 0; --n) {
      changed[random.below(changed.size())] = static_cast<char>(random.below(256));
    }
    auto answer = server.exchange(changed);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 ")) << changed;
  }
}

}  // namespace
}  // namespace kontor::platform::http
