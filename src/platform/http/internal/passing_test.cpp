#include "platform/http/passing.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <filesystem>
#include <iterator>

#include "platform/http/internal/pipe.hpp"
#include "platform/http/internal/test_client.hpp"
#include "platform/http/internal/test_raw_server.hpp"
#include "platform/http/server.hpp"

namespace kontor::platform::http {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t large = 24UL << 20;

std::string octets(std::size_t count) {
  std::string text(count, '\0');
  for (std::size_t i = 0; i < count; ++i) text[i] = static_cast<char>((i * 31 + i / 251) & 0xFF);
  return text;
}

/// What is known of a body that goes through.
struct Seen {
  std::size_t passed = 0;  ///< octets, within the kernel
  std::optional<ErrorCode> broke = {};
};

class Watched : public PassingBody {
 public:
  Watched(std::shared_ptr<BodyStream> body, Seen& seen)
      : body_(std::move(body)), passing_(as_passing(body_.get())), seen_(seen) {}

  Task<Result<std::string>> read() override {
    auto piece = co_await body_->read();
    if (!piece) seen_.broke = piece.error().code;
    co_return piece;
  }
  std::optional<std::uint64_t> length_bytes() const override { return body_->length_bytes(); }
  bool can_pass() const override { return passing_ && passing_->can_pass(); }
  Task<Result<std::size_t>> pass(int pipe, std::size_t bytes_max) override {
    auto moved = co_await passing_->pass(pipe, bytes_max);
    if (moved) seen_.passed += *moved;
    if (!moved) seen_.broke = moved.error().code;
    co_return moved;
  }

 private:
  std::shared_ptr<BodyStream> body_;
  PassingBody* passing_;
  Seen& seen_;
};

/// A source that the test says, a server that passes its answers on, and somebody who asks.
class Passage : public ::testing::Test {
 public:
  void source(RawServer::Serve serve) {
    source_ = std::make_unique<RawServer>(client.scope(), client.clock(), std::move(serve));
    auto listener = listen(client.scope(), client.clock(), {},
                           [this](Request request) { return answer(std::move(request)); });
    ASSERT_TRUE(listener);
    front_ = std::move(*listener);
  }

  Task<Response> answer([[maybe_unused]] Request request) {
    auto options = client.options(60s);
    options.stream_response = true;
    auto response = co_await client.client().send({.target = source_->url()}, options);
    if (!response) co_return Response{.status = 502};
    response->body.stream = std::make_shared<Watched>(std::move(response->body.stream), seen);
    co_return std::move(*response);
  }

  static Task<TestPeer> ask(Passage& self) {
    auto peer = co_await TestPeer::connect(self.client.clock(), self.front_->port());
    co_await peer.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    co_return peer;
  }

  /// The body that somebody gets who reads to the end.
  std::string fetch() {
    auto all = client.loop().run([](Passage& self) -> Task<std::string> {
      auto peer = co_await ask(self);
      auto text = co_await peer.read_to_end();
      co_return text;
    }(*this));
    const auto head = all.find("\r\n\r\n");
    return head == std::string::npos ? std::string() : all.substr(head + 4);
  }

  static std::size_t descriptors() {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                                                  std::filesystem::directory_iterator()));
  }

  TestClient<> client;
  Seen seen;

 protected:
  std::unique_ptr<RawServer> source_;
  std::unique_ptr<Listener> front_;
};

/// Answers request after request with a body of which it sends so much, and says how much was taken.
RawServer::Serve sending(const std::string& body, std::size_t of_it, std::size_t& taken) {
  return [&body, of_it, &taken](TestPeer peer, int) {
    return [](TestPeer p, const std::string& all, std::size_t some, std::size_t& out) -> Task<void> {
      while (true) {
        auto head = co_await p.read_until("\r\n\r\n");
        if (head.empty()) co_return;
        co_await p.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(all.size()) + "\r\n\r\n");
        for (std::size_t at = 0; at < some; at += 65536) {
          auto sent = co_await p.send(all.substr(at, std::min<std::size_t>(65536, some - at)));
          if (!sent) co_return;
          out += 65536;
        }
        if (some < all.size()) co_return;
      }
    }(std::move(peer), body, of_it, taken);
  };
}

TEST_F(Passage, a_large_body_passes_octet_by_octet_and_its_connection_serves_again) {
  const auto body = octets(large + 12'345);
  std::size_t sent = 0;
  source(sending(body, body.size(), sent));
  for (std::size_t i = 1; i <= 2; ++i) {
    EXPECT_TRUE(fetch() == body);
    EXPECT_GT(seen.passed, i * large / 2);
  }
  EXPECT_EQ(source_->connections(), 1);
}

TEST_F(Passage, a_body_that_breaks_off_never_looks_complete) {
  const auto body = octets(large);
  std::size_t sent = 0;
  source(sending(body, large / 2, sent));
  const auto got = fetch();
  EXPECT_GT(seen.passed, large / 8);
  EXPECT_EQ(seen.broke, ErrorCode::peer_unavailable);
  EXPECT_TRUE(body.starts_with(got));
}

TEST_F(Passage, a_source_that_resets_ends_the_answer) {
  const auto body = octets(large);
  source([&body](TestPeer peer, int) {
    return [](TestPeer p, const std::string& all) -> Task<void> {
      co_await p.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(2 * large) + "\r\n\r\n");
      co_await p.send(all);
      // The request, which nobody has read, makes a reset of it.
      p.close();
    }(std::move(peer), body);
  });
  EXPECT_LE(fetch().size(), large);
  EXPECT_GT(seen.passed, 0u);
  EXPECT_EQ(seen.broke, ErrorCode::peer_unavailable);
}

TEST_F(Passage, who_leaves_takes_the_sources_connection_and_the_pipe_along) {
  const auto body = octets(large);
  std::size_t sent = 0;
  source(sending(body, body.size(), sent));
  EXPECT_TRUE(fetch() == body);
  client.loop().run(
      [](TestClient<>& c) -> Task<void> { co_await c.clock().wait_until(c.clock().now() + 50ms); }(client));
  const auto before = descriptors();
  for (int i = 0; i < 5; ++i) {
    client.loop().run([](Passage& self) -> Task<void> {
      auto peer = co_await ask(self);
      auto some = co_await peer.skip(large / 2);
      EXPECT_EQ(some, large / 2);
      peer.close();
      co_await self.client.clock().wait_until(self.client.clock().now() + 50ms);
    }(*this));
  }
  EXPECT_LE(descriptors(), before);
  EXPECT_TRUE(fetch() == body);
}

TEST(Pipe, there_are_so_many_at_a_time_and_one_that_is_closed_makes_room) {
  PipeBudget budget{.pipes_max = 1};
  auto first = Pipe::open(budget);
  ASSERT_TRUE(first);
  EXPECT_FALSE(Pipe::open(budget));
  first.reset();
  EXPECT_TRUE(Pipe::open(budget));
}

TEST_F(Passage, who_says_that_it_sends_no_more_still_gets_the_whole_body) {
  const auto body = octets(large);
  std::size_t sent = 0;
  source(sending(body, body.size(), sent));
  const auto got = client.loop().run([](Passage& self) -> Task<std::size_t> {
    auto peer = co_await ask(self);
    co_await peer.stream().finish();
    auto all = co_await peer.read_to_end();
    co_return all.size();
  }(*this));
  EXPECT_GT(got, large);
}

TEST_F(Passage, who_reads_slowly_slows_the_source) {
  const auto body = octets(4 * large);
  std::size_t sent = 0;
  source(sending(body, body.size(), sent));
  const auto [ahead, got] =
      client.loop().run([](Passage& self, std::size_t& taken) -> Task<std::pair<std::size_t, std::size_t>> {
        auto peer = co_await ask(self);
        auto first = co_await peer.skip(large / 4);
        co_await self.client.clock().wait_until(self.client.clock().now() + 200ms);
        const auto so_far = taken;
        auto rest = co_await peer.read_to_end();
        co_return std::pair(so_far, first + rest.size());
      }(*this, sent));
  EXPECT_LT(ahead, 2 * large) << "what nobody has read fills the kernel's buffers and one pipe";
  EXPECT_GT(got, body.size());
}

}  // namespace
}  // namespace kontor::platform::http
