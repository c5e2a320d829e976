#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "platform/http/internal/test_client.hpp"
#include "platform/http/internal/test_server.hpp"

namespace kontor::platform::http {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::size_t mebibyte = 1024 * 1024;
constexpr std::size_t large = 64 * mebibyte;
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);

// Makes `total` bytes in pieces and counts what it was asked for.
class Source : public BodyStream {
 public:
  Source(std::size_t total, std::size_t& made, bool announced)
      : total_(total), made_(made), announced_(announced) {}

  Task<Result<std::string>> read() override {
    auto size = std::min(total_ - made_, 64 * std::size_t{1024});
    made_ += size;
    co_return std::string(size, static_cast<char>('a' + made_ / mebibyte % 26));
  }
  std::optional<std::uint64_t> length_bytes() const override {
    return announced_ ? std::optional<std::uint64_t>(total_) : std::nullopt;
  }

 private:
  std::size_t total_;
  std::size_t& made_;
  bool announced_;
};

std::size_t resident_bytes() {
  std::size_t pages_total = 0;
  std::size_t pages_resident = 0;
  std::ifstream("/proc/self/statm") >> pages_total >> pages_resident;
  return pages_resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

Handler stream_large(std::size_t& made, bool announced) {
  return [&made, announced](Request) {
    return [](std::size_t& out, bool with_length) -> Task<Response> {
      Response response;
      response.body.stream = std::make_shared<Source>(large, out, with_length);
      co_return response;
    }(made, announced);
  };
}

class StreamedResponse : public ::testing::TestWithParam<bool> {};

TEST_P(StreamedResponse, waits_for_a_slow_reader_in_bounded_memory) {
  std::size_t made = 0;
  TestServer server({}, stream_large(made, GetParam()));
  auto main = [](TestServer<>& s, std::size_t& out) -> Task<std::pair<std::size_t, std::size_t>> {
    auto peer = co_await TestPeer::connect(s.clock(), s.port());
    co_await peer.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    co_await s.clock().wait_until(s.clock().now() + 100ms);
    auto made_ahead = out;
    std::size_t received = 0;
    while (true) {
      auto size = co_await peer.skip(mebibyte);
      received += size;
      if (size < mebibyte) co_return std::pair(made_ahead, received);
    }
  };
  auto before = resident_bytes();
  auto [made_ahead, received] = server.loop().run(main(server, made));
  EXPECT_LT(made_ahead, large / 2) << "nobody has read yet: only the kernel's buffers are full";
  EXPECT_EQ(made, large);
  EXPECT_GT(received, large);
  if (sanitized) return;  // a sanitizer keeps what was freed
  EXPECT_LT(resident_bytes() - before, 16 * mebibyte);
}

INSTANTIATE_TEST_SUITE_P(Framings, StreamedResponse, ::testing::Bool(),
                         [](const auto& parameter) { return parameter.param ? "with_length" : "in_chunks"; });

TEST(StreamedResponse, reaches_the_client_complete) {
  for (bool announced : {true, false}) {
    std::size_t made = 0;
    TestServer server({}, stream_large(made, announced));
    auto client = make_client(server.scope(), server.clock(), {});
    SendOptions options{.deadline = async::Deadline::after(server.clock(), 60s),
                        .trust = Trust::configured,
                        .stream_response = true};
    auto main = [](Client& sender, std::string url, SendOptions how) -> Task<std::size_t> {
      auto response = co_await sender.send({.target = url}, how);
      if (!response) co_return 0;
      std::size_t received = 0;
      while (true) {
        auto piece = co_await response->body.stream->read();
        if (!piece || piece->empty()) co_return received;
        received += piece->size();
      }
    };
    auto url = "http://127.0.0.1:" + std::to_string(server.port());
    EXPECT_EQ(server.loop().run(main(**client, url, options)), large) << announced;
  }
}

TEST(StreamedResponse, that_breaks_its_announced_length_is_cut_off) {
  for (std::size_t announced : {std::size_t{10}, std::size_t{1000}}) {
    class Liar : public BodyStream {
     public:
      explicit Liar(std::size_t length) : length_(length) {}
      Task<Result<std::string>> read() override {
        co_return done_++ == 0 ? std::string(100, 'x') : std::string();
      }
      std::optional<std::uint64_t> length_bytes() const override { return length_; }

     private:
      std::size_t length_;
      int done_ = 0;
    };
    TestServer server({}, [announced](Request) {
      return [](std::size_t length) -> Task<Response> {
        Response response;
        response.body.stream = std::make_shared<Liar>(length);
        co_return response;
      }(announced);
    });
    auto client = make_client(server.scope(), server.clock(), {});
    SendOptions options{.deadline = async::Deadline::after(server.clock(), 10s), .trust = Trust::configured};
    auto response = server.loop().run(
        (*client)->send({.target = "http://127.0.0.1:" + std::to_string(server.port())}, options));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::peer_unavailable);
  }
}

TEST(StreamedResponse, whose_source_fails_is_cut_off) {
  class Failing : public BodyStream {
   public:
    Task<Result<std::string>> read() override {
      if (reads_++ == 0) co_return "some";
      co_return fail(ErrorCode::peer_unavailable, "the source is gone");
    }

   private:
    int reads_ = 0;
  };
  TestServer server({}, [](Request) -> Task<Response> {
    Response response;
    response.body.stream = std::make_shared<Failing>();
    co_return response;
  });
  auto answer = server.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("4\r\nsome\r\n"));
  EXPECT_THAT(answer, ::testing::Not(EndsWith("0\r\n\r\n")));
}

TEST(StreamedResponse, to_an_http_1_0_peer_ends_with_the_connection) {
  std::size_t made = 0;
  TestServer server({}, [&made](Request) {
    return [](std::size_t& out) -> Task<Response> {
      Response response;
      response.body.stream = std::make_shared<Source>(10, out, false);
      co_return response;
    }(made);
  });
  auto answer = server.exchange("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\naaaaaaaaaa"));
}

ListenerConfig streaming() {
  ListenerConfig config;
  config.stream_requests = true;
  return config;
}

TEST(StreamedRequest, may_be_passed_on_as_the_response_while_it_comes) {
  TestServer server(streaming());
  auto client = make_client(server.scope(), server.clock(), {});
  std::size_t made = 0;
  constexpr std::size_t total = 256 * 1024;
  Request request{.method = "POST", .target = "http://127.0.0.1:" + std::to_string(server.port())};
  request.body.stream = std::make_shared<Source>(total, made, false);
  SendOptions options{.deadline = async::Deadline::after(server.clock(), 60s), .trust = Trust::configured};
  auto response = server.loop().run((*client)->send(std::move(request), options));
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->body.text.size(), total);
}

TEST(StreamedRequest, waits_for_a_slow_handler) {
  std::size_t made = 0;
  std::size_t made_ahead = 0;
  async::Clock* clock = nullptr;
  TestServer server(streaming(), [&](Request request) {
    return [](Request r, async::Clock& c, std::size_t& out, std::size_t& ahead) -> Task<Response> {
      co_await c.wait_until(c.now() + 100ms);
      ahead = out;
      while (true) {
        auto piece = co_await r.body.stream->read();
        if (!piece || piece->empty()) co_return Response{.status = piece ? 204u : 500u};
      }
    }(std::move(request), *clock, made, made_ahead);
  });
  clock = &server.clock();
  auto client = make_client(server.scope(), server.clock(), {});
  Request request{.method = "PUT", .target = "http://127.0.0.1:" + std::to_string(server.port())};
  request.body.stream = std::make_shared<Source>(large, made, true);
  SendOptions options{.deadline = async::Deadline::after(server.clock(), 60s), .trust = Trust::configured};
  auto response = server.loop().run((*client)->send(std::move(request), options));
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->status, 204u);
  EXPECT_LT(made_ahead, large / 2) << "nobody has read yet: only the kernel's buffers are full";
  EXPECT_EQ(made, large);
}

struct Count {
  std::size_t bytes = 0;
  bool whole = false;
};

Handler count_body(Count& count, std::size_t pieces_max) {
  return [&count, pieces_max](Request request) {
    return [](Request r, Count& out, std::size_t limit) -> Task<Response> {
      for (std::size_t i = 0; r.body.stream && i < limit; ++i) {
        auto piece = co_await r.body.stream->read();
        if (!piece) break;
        out.whole = piece->empty();
        if (out.whole) break;
        out.bytes += piece->size();
      }
      co_return Response{.status = 204};
    }(std::move(request), count, pieces_max);
  };
}

TEST(StreamedRequest, of_any_size_is_read_piece_by_piece) {
  for (bool announced : {true, false}) {
    Count count;
    TestServer server(streaming(), count_body(count, 1'000'000));
    auto client = make_client(server.scope(), server.clock(), {});
    std::size_t made = 0;
    Request request{.method = "PUT", .target = "http://127.0.0.1:" + std::to_string(server.port())};
    request.body.stream = std::make_shared<Source>(large, made, announced);
    SendOptions options{.deadline = async::Deadline::after(server.clock(), 60s), .trust = Trust::configured};
    auto response = server.loop().run((*client)->send(std::move(request), options));
    ASSERT_TRUE(response) << response.error().message();
    EXPECT_TRUE(count.whole);
    EXPECT_EQ(count.bytes, large);
  }
}

TEST(StreamedRequest, that_is_not_read_to_its_end_is_discarded_when_short) {
  Count count;
  TestServer server(streaming(), count_body(count, 0));
  auto answer = server.exchange(
      "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
      "PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 204 No Content\r\n"));
  EXPECT_THAT(answer.substr(10), HasSubstr("HTTP/1.1 204 No Content\r\n"));
}

TEST(StreamedRequest, that_is_not_read_to_its_end_costs_the_connection_when_long) {
  Count count;
  TestServer server(streaming(), count_body(count, 0));
  auto answer = server.exchange("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n" +
                                std::string(70'000, 'x') + "PUT / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answer.substr(10), ::testing::Not(HasSubstr("HTTP/1.1 204")));
}

TEST(StreamedRequest, is_invited_only_when_the_handler_reads_it) {
  Count count;
  TestServer refusing(streaming(), count_body(count, 0));
  auto request = "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
  auto answer = refusing.exchange(request);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 204 "));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
}

TEST(StreamedRequest, cannot_be_read_after_its_answer) {
  std::shared_ptr<BodyStream> kept;
  TestServer server(streaming(), [&kept](Request request) {
    return [](Request r, std::shared_ptr<BodyStream>& out) -> Task<Response> {
      out = r.body.stream;
      co_return Response{.status = 204};
    }(std::move(request), kept);
  });
  server.exchange("PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
  ASSERT_TRUE(kept);
  auto piece = server.loop().run(kept->read());
  ASSERT_FALSE(piece);
  EXPECT_EQ(piece.error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace kontor::platform::http
