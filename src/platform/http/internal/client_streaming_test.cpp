#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "platform/async/signal.hpp"
#include "platform/http/client.hpp"
#include "platform/http/internal/test_client.hpp"
#include "platform/http/internal/test_raw_server.hpp"
#include "platform/http/internal/test_scripts.hpp"
#include "platform/http/server.hpp"

namespace kontor::platform::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(ClientStreams, hands_a_response_over_as_it_comes) {
  TestClient client;
  RawServer server(client.scope(), client.clock(), [](TestPeer peer, int) {
    return [](TestPeer p) -> Task<void> {
      while (true) {
        auto head = co_await p.read_until("\r\n\r\n");
        if (head.empty()) co_return;
        co_await p.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        auto sign = co_await p.read_until("go on");
        if (sign.empty()) co_return;
        co_await p.send("3\r\ntwo\r\n0\r\n\r\n");
      }
    }(std::move(peer));
  });
  auto options = client.options();
  options.stream_response = true;
  auto response = client.send({.target = server.url()}, options);
  ASSERT_TRUE(response);
  auto first = client.loop().run(response->body.stream->read());
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, "one");
  response->body.stream.reset();
  auto second = client.send({.target = server.url()}, options);
  ASSERT_TRUE(second);
  EXPECT_EQ(server.connections(), 2)
      << "a response that was not read to its end leaves its connection unusable";
}

TEST(ClientStreams, a_short_body_that_came_with_its_head_is_text_for_who_wants_that) {
  TestClient client;
  RawServer server(client.scope(), client.clock(), always(std::string(ok)));
  auto options = client.options();
  options.stream_response = true;
  for (const std::size_t most : {1, 2, 100}) {
    options.text_bytes_max = most;
    auto response = client.send({.target = server.url()}, options);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body.stream == nullptr, most >= 2) << most;
    auto body = client.loop().run(std::move(response->body).collect(10));
    ASSERT_TRUE(body);
    EXPECT_EQ(*body, "ok");
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(ClientStreams, pieces_grow_with_what_has_passed_and_are_small_for_who_pauses) {
  constexpr std::size_t total = 24UL << 20;
  constexpr std::size_t small = 8UL << 10;
  TestClient<testing::VirtualLoop> client({}, std::tuple(testing::VirtualLoop::TimeMoves::by_hand));
  RawServer server(client.scope(), client.clock(), [](TestPeer peer, int) {
    return [](TestPeer p) -> Task<void> {
      auto head = co_await p.read_until("\r\n\r\n");
      co_await p.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(total) + "\r\n\r\n");
      const std::string octets(total, 'x');
      co_await p.send(octets);
    }(std::move(peer));
  });
  auto options = client.options();
  options.stream_response = true;
  auto response = client.send({.target = server.url()}, options);
  ASSERT_TRUE(response);
  std::size_t moved = 0;
  std::size_t largest = 0;
  const auto next = [&] {
    auto piece = client.loop().run(response->body.stream->read());
    EXPECT_TRUE(piece);
    const auto size = piece ? piece->size() : 0;
    moved += size;
    return size;
  };
  while (moved < total / 2) {
    const bool early = moved < 512 * small;
    const auto size = next();
    ASSERT_GT(size, 0u);
    if (early) EXPECT_LE(size, small);
    largest = std::max(largest, size);
  }
  EXPECT_GT(largest, small);
  client.clock().advance(21ms);
  EXPECT_LE(next(), small);
  while (next() > 0) continue;
  EXPECT_EQ(moved, total);
}

TEST(ClientStreams, reuses_the_connection_of_a_streamed_response_that_was_read_to_its_end) {
  TestClient client;
  RawServer server(client.scope(), client.clock(), always(std::string(ok)));
  auto options = client.options();
  options.stream_response = true;
  for (int i = 0; i < 3; ++i) {
    auto response = client.send({.target = server.url()}, options);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body.stream->length_bytes(), 2);
    auto body = client.loop().run(std::move(response->body).collect(10));
    ASSERT_TRUE(body);
    EXPECT_EQ(*body, "ok");
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(ClientStreams, a_streamed_response_that_stands_still_ends_in_a_timeout) {
  TestClient client;
  RawServer server(client.scope(), client.clock(),
                   always("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart"));
  auto options = client.options();
  options.stream_response = true;
  options.stall_timeout = 20ms;
  auto response = client.send({.target = server.url()}, options);
  ASSERT_TRUE(response);
  auto body = client.loop().run(std::move(response->body).collect(10));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::timeout);
}

TEST(ClientStreams, sends_a_streamed_body_in_chunks) {
  TestClient client;
  std::string seen;
  RawServer server(client.scope(), client.clock(), [&seen](TestPeer peer, int) {
    return [](TestPeer p, std::string& out) -> Task<void> {
      out = co_await p.read_until("0\r\n\r\n");
      co_await p.send(std::string(ok));
    }(std::move(peer), seen);
  });
  Request request{.method = "POST", .target = server.url()};
  request.body.stream = std::make_shared<Pieces>(std::vector<std::string>{"one", "and twenty"});
  ASSERT_TRUE(client.send(std::move(request)));
  EXPECT_THAT(seen, HasSubstr("Transfer-Encoding: chunked\r\n\r\n3\r\none\r\na\r\nand twenty\r\n0\r\n\r\n"));
}

TEST(ClientStreams, breaks_off_when_the_source_of_a_body_fails) {
  class Failing : public BodyStream {
   public:
    Task<Result<std::string>> read() override {
      co_return fail(ErrorCode::storage_failed, "the disk is gone");
    }
  };
  TestClient client;
  RawServer server(client.scope(), client.clock(), always(std::string(ok)));
  Request request{.method = "POST", .target = server.url()};
  request.body.stream = std::make_shared<Failing>();
  auto response = client.send(std::move(request));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::storage_failed);
}

}  // namespace
}  // namespace kontor::platform::http
