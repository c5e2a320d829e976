#include "platform/http/tunnel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "platform/http/internal/test_peer.hpp"
#include "platform/http/server.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"
#include "testing/certificates/test_authority.hpp"

namespace kontor::platform::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* edge = "edge";

Task<Result<std::string>> nothing_to_prove(async::Deadline) {
  co_return std::string("Bearer proof");
}

/// Says which path was asked, and with what.
Task<Response> says_what_it_was_asked(Request request) {
  auto text = co_await std::move(request.body).collect(1024);
  Response response;
  response.body.text = request.method + " " + request.target + " " + text.value_or("");
  co_return response;
}

/// Both ends in one process, over sockets.
template <class Loop = testing::RealLoop>
class Both {
 public:
  struct Plan {
    TunnelBounds bounds = {};
    std::optional<ServerTls> tls = {};
    TlsFiles trust = {};
  };
  template <class... LoopArguments>
  explicit Both(Plan plan = {}, LoopArguments... arguments)
      : loop(arguments...), scope(loop.executor()), plan_(std::move(plan)) {
    restart();
    listener = listen(scope, loop.clock(), {.tls = plan_.tls}, [this](Request request) -> Task<Response> {
                 proofs.emplace_back(request.headers.get("Authorization").value_or(""));
                 auto answer = tunnels->accept(edge, request);
                 if (!answer) return refused(answer.error());
                 return [](Response given) -> Task<Response> { co_return given; }(std::move(*answer));
               }).value();
    client = make_client(scope, loop.clock(), {.tls = plan_.trust}).value();
  }
  ~Both() {
    exit.reset();
    tunnels.reset();
    loop.run(scope.close());
    listener.reset();
  }

  /// The dialled end loses its memory, as by a restart.
  void restart() { tunnels = std::make_unique<Tunnels>(scope, loop.clock(), plan_.bounds); }

  std::string url() const {
    return (plan_.tls ? "https" : "http") + std::string("://127.0.0.1:") + std::to_string(listener->port()) +
           "/t";
  }
  void dial(TunnelExitConfig config = {.url = {}, .lines = 1}, Handler handler = says_what_it_was_asked) {
    config.url = url();
    exit = std::make_unique<TunnelExit>(TunnelExit::Services{scope, loop.clock(), *client, loop.random()},
                                        std::move(config), nothing_to_prove, std::move(handler));
    exit->open();
  }
  /// In real time.
  bool has_lines(std::size_t count) {
    return loop.run([](Both& self, std::size_t wanted) -> Task<bool> {
      for (int i = 0; i < 20'000 && self.tunnels->lines(edge) != wanted; ++i) co_await self.loop.turn();
      co_return self.tunnels->lines(edge) == wanted;
    }(*this, count));
  }
  /// Lets what was sent over loopback arrive, and what it woke run.
  void settle() {
    for (int turn = 0; turn < 200; ++turn) loop.run(loop.turn());
  }
  Task<Result<Response>> ask(std::string path, std::string text = "") {
    return tunnels->send(edge,
                         Request{.method = "POST", .target = std::move(path), .body = {std::move(text)}},
                         {.deadline = async::Deadline::after(loop.clock(), 10s)});
  }
  Result<Response> asked(std::string path, std::string text = "") {
    return loop.run(ask(std::move(path), std::move(text)));
  }

  Loop loop;
  async::Scope scope;
  std::vector<std::string> proofs;
  std::unique_ptr<Tunnels> tunnels;
  std::unique_ptr<Listener> listener;
  std::unique_ptr<Client> client;
  std::unique_ptr<TunnelExit> exit;

 private:
  static Task<Response> refused(Error error) {
    Response response{.status = 400};
    response.body.text = error.detail;
    co_return response;
  }

  Plan plan_;
};

std::size_t open_files() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

Task<void> keep(Task<Result<Response>> work, std::vector<Result<Response>>& out) {
  out.push_back(co_await std::move(work));
}

TEST(Tunnel, who_dialled_is_asked_and_answers) {
  Both both;
  both.dial();
  ASSERT_TRUE(both.has_lines(1));
  for (int i = 0; i < 3; ++i) {
    auto answer = both.asked("/api/v1/acme/dataflows/start", "order");
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->status, 200u);
    EXPECT_EQ(answer->body.text, "POST /api/v1/acme/dataflows/start order");
  }
  EXPECT_EQ(both.proofs, std::vector<std::string>{"Bearer proof"}) << "one line served all";
}

TEST(Tunnel, its_lines_are_as_safe_as_the_connection_that_they_were) {
  testing::TemporaryFolder folder;
  testing::TestAuthority authority;
  const auto pair = authority.issue("a server", "IP:127.0.0.1");
  Both both(
      {.tls = ServerTls{.certificate_file = folder.write("s.pem", pair.certificate).string(),
                        .private_key_file = folder.write("s.key", pair.private_key).string()},
       .trust = {.certificate_authority_file = folder.write("ca.pem", authority.certificate()).string()}});
  both.dial({.url = {}, .lines = 2});
  ASSERT_TRUE(both.has_lines(2));
  for (int i = 0; i < 5; ++i) {
    auto answer = both.asked("/over/tls", std::string(1000, 'x'));
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->body.text, "POST /over/tls " + std::string(1000, 'x'));
  }
}

TEST(Tunnel, more_requests_than_lines_wait_for_their_turn) {
  Both both;
  int at_once = 0;
  int most = 0;
  both.dial({.url = {}, .lines = 2}, [&](Request request) {
    return [](async::Clock& clock, int& now, int& peak, Request asked) -> Task<Response> {
      peak = std::max(peak, ++now);
      auto waited = co_await clock.wait_until(clock.now() + 5ms);
      --now;
      co_return Response{.status = waited ? 200u : 500u, .body = {asked.target}};
    }(both.loop.clock(), at_once, most, std::move(request));
  });
  ASSERT_TRUE(both.has_lines(2));
  std::vector<Result<Response>> answers;
  both.loop.run([](Both<>& b, std::vector<Result<Response>>& out) -> Task<void> {
    async::Scope all(b.loop.executor());
    for (int i = 0; i < 20; ++i) all.spawn(keep(b.ask("/" + std::to_string(i)), out));
    co_await all.drain();
  }(both, answers));
  ASSERT_EQ(answers.size(), 20u);
  for (const auto& each : answers) EXPECT_TRUE(each && each->status == 200);
  EXPECT_EQ(most, 2) << "each line carries one exchange at a time";
}

TEST(Tunnel, without_a_line_a_request_fails_as_to_a_peer_that_is_not_there) {
  Both both;
  auto answer = both.asked("/");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::peer_unavailable);
}

TEST(Tunnel, a_line_that_breaks_within_a_request_fails_it_once_and_is_replaced) {
  Both both;
  int asked = 0;
  both.dial({.url = {}, .lines = 1, .retry_min = 1ms}, [&](Request request) -> Task<Response> {
    if (++asked > 1) return says_what_it_was_asked(std::move(request));
    return [](Both<>& b) -> Task<Response> {
      b.tunnels->close();  // the other end is killed while we serve
      b.restart();
      co_return Response{};
    }(both);
  });
  ASSERT_TRUE(both.has_lines(1));
  auto first = both.loop.run([](Both<>& b) -> Task<Result<Response>> {
    std::vector<Result<Response>> out;
    async::Scope all(b.loop.executor());
    all.spawn(keep(b.ask("/first"), out));
    co_await all.drain();
    co_return std::move(out.front());
  }(both));
  ASSERT_FALSE(first);
  ASSERT_TRUE(both.has_lines(1));
  auto second = both.asked("/second");
  ASSERT_TRUE(second) << second.error().message();
  EXPECT_EQ(second->body.text, "POST /second ");
  EXPECT_EQ(asked, 2) << "what went out is not repeated here";
}

TEST(Tunnel, a_thousand_reconnects_leave_nothing_behind) {
  Both both;
  both.dial({.url = {}, .lines = 1, .retry_min = 0ms, .retry_max = 0ms});
  ASSERT_TRUE(both.has_lines(1));
  ASSERT_TRUE(both.asked("/warm"));
  const auto files = open_files();
  const auto tasks = both.scope.running();
  for (int i = 0; i < 1000; ++i) {
    both.restart();
    ASSERT_TRUE(both.has_lines(1)) << i;
    if (i % 100 == 0) {
      ASSERT_TRUE(both.asked("/still"));
    }
  }
  ASSERT_TRUE(both.asked("/after"));
  EXPECT_LE(open_files(), files + 2);
  EXPECT_LE(both.scope.running(), tasks + 2);
  EXPECT_EQ(both.exit->lines(), 1u);
}

TEST(Tunnel, further_lines_take_the_place_of_the_oldest) {
  Both both({.bounds = {.lines_max = 3}});
  both.dial({.url = {}, .lines = 6, .retry_min = 1h, .retry_max = 1h});
  both.loop.run([](Both<>& b) -> Task<void> {
    for (int i = 0; i < 20'000 && b.proofs.size() < 6; ++i) co_await b.loop.turn();
    for (int i = 0; i < 100; ++i) co_await b.loop.turn();
  }(both));
  EXPECT_EQ(both.tunnels->lines(edge), 3u);
  ASSERT_TRUE(both.asked("/"));
}

using ByHand = Both<testing::VirtualLoop>;

TEST(Tunnel, a_peer_that_says_nothing_any_more_is_found_out_by_a_ping) {
  ByHand both({}, testing::VirtualLoop::TimeMoves::by_hand);
  auto peer = both.loop.run([](ByHand& b) -> Task<TestPeer> {
    auto connected = co_await TestPeer::connect(b.loop.clock(), b.listener->port());
    co_await connected.send(
        "GET /t HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: kontor-tunnel/1\r\n\r\n");
    auto answer = co_await connected.read_until("\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 101 Switching Protocols\r\n"));
    EXPECT_THAT(answer, HasSubstr("Upgrade: kontor-tunnel/1\r\n"));
    co_return connected;
  }(both));
  ASSERT_TRUE(both.loop.eventually([&] { return both.tunnels->lines(edge) == 1; }));
  both.settle();
  both.loop.clock().advance(20s);
  const auto ping = both.loop.run(peer.read_until("\r\n\r\n"));
  EXPECT_THAT(ping, StartsWith("OPTIONS * HTTP/1.1\r\n"));
  EXPECT_EQ(both.tunnels->lines(edge), 1u);
  both.loop.clock().advance(10s);
  EXPECT_TRUE(both.loop.eventually([&] { return both.tunnels->lines(edge) == 0; }));
  peer.close();
}

TEST(Tunnel, a_line_on_which_nothing_comes_is_given_up_by_who_dialled) {
  ByHand both({.bounds = {.ping_after = 24h}}, testing::VirtualLoop::TimeMoves::by_hand);
  both.dial({.url = {}, .lines = 1, .quiet_max = 60s});
  ASSERT_TRUE(both.loop.eventually([&] { return both.tunnels->lines(edge) == 1; }));
  both.settle();
  EXPECT_EQ(both.proofs.size(), 1u);
  both.loop.clock().advance(60s);
  EXPECT_TRUE(both.loop.eventually([&] { return both.proofs.size() == 2; }));
}

TEST(Tunnel, pings_keep_a_line_that_nobody_uses) {
  ByHand both({}, testing::VirtualLoop::TimeMoves::by_hand);
  both.dial();
  ASSERT_TRUE(both.loop.eventually([&] { return both.tunnels->lines(edge) == 1; }));
  both.settle();
  for (int i = 0; i < 20; ++i) {
    both.loop.clock().advance(20s);
    both.settle();
  }
  EXPECT_EQ(both.proofs.size(), 1u);
  EXPECT_EQ(both.tunnels->lines(edge), 1u);
}

TEST(Tunnel, who_opened_a_line_proves_anew_after_a_while_that_he_may) {
  ByHand both({}, testing::VirtualLoop::TimeMoves::by_hand);
  both.dial();
  ASSERT_TRUE(both.loop.eventually([&] { return both.tunnels->lines(edge) == 1; }));
  for (int i = 0; i < 31; ++i) {
    both.settle();
    both.loop.clock().advance(20s);
  }
  EXPECT_TRUE(
      both.loop.eventually([&] { return both.proofs.size() == 2 && both.tunnels->lines(edge) == 1; }));
}

TEST(Tunnel, an_end_that_cannot_be_reached_is_dialled_ever_more_rarely) {
  ByHand both({}, testing::VirtualLoop::TimeMoves::by_hand);
  both.tunnels->close();
  std::vector<Duration> failures;
  both.dial({.url = {}, .lines = 1, .retry_min = 1s, .retry_max = 8s});
  const auto begin = both.loop.clock().now();
  both.exit->observe_with([&](std::size_t, const Error* failure) {
    if (failure) failures.push_back(both.loop.clock().now() - begin);
  });
  ASSERT_TRUE(both.loop.eventually([&] { return failures.size() == 6; }, 50ms));
  for (std::size_t i = 2; i < failures.size(); ++i) {
    EXPECT_GE(failures[i] - failures[i - 1], failures[i - 1] - failures[i - 2] - 2500ms);
    EXPECT_LE(failures[i] - failures[i - 1], 12s);
  }
  EXPECT_GE(failures[5] - failures[4], 8s);
}

TEST(Tunnel, a_field_alone_switches_nothing) {
  Both both;
  auto answer = both.loop.run([](Both<>& b) -> Task<std::string> {
    auto peer = co_await TestPeer::connect(b.loop.clock(), b.listener->port());
    co_await peer.send("GET /t HTTP/1.1\r\nHost: a\r\nUpgrade: kontor-tunnel/1\r\n\r\n");
    co_return co_await peer.read_until("kontor-tunnel/1");
  }(both));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(both.tunnels->lines(edge), 0u);
}

TEST(Tunnel, what_is_said_on_a_line_unasked_is_answered_by_nobody) {
  Both both;
  auto peer = both.loop.run(TestPeer::connect(both.loop.clock(), both.listener->port()));
  ASSERT_TRUE(both.loop.run(
      peer.send("GET /t HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: kontor-tunnel/1\r\n\r\n")));
  EXPECT_THAT(both.loop.run(peer.read_until("\r\n\r\n")), StartsWith("HTTP/1.1 101 "));
  ASSERT_TRUE(both.has_lines(1));
  ASSERT_TRUE(both.loop.run(peer.send("GET /t HTTP/1.1\r\nHost: h\r\n\r\n")));
  EXPECT_EQ(both.loop.run(peer.read_to_end()), "");
  EXPECT_TRUE(both.has_lines(0));
  EXPECT_EQ(both.proofs.size(), 1u) << "no handler saw it";
}

TEST(Tunnel, a_drain_lets_the_request_under_way_end) {
  Both both;
  both.dial({.url = {}, .lines = 2}, [&](Request) {
    return [](Both<>& b) -> Task<Response> {
      auto waited = co_await b.loop.clock().wait_until(b.loop.clock().now() + 20ms);
      co_return Response{.status = waited ? 200u : 500u};
    }(both);
  });
  ASSERT_TRUE(both.has_lines(2));
  std::vector<Result<Response>> answers;
  both.loop.run([](Both<>& b, std::vector<Result<Response>>& out) -> Task<void> {
    async::Scope all(b.loop.executor());
    all.spawn(keep(b.ask("/"), out));
    for (int i = 0; i < 50; ++i) co_await b.loop.turn();
    co_await b.exit->drain(async::Deadline::after(b.loop.clock(), 5s));
    co_await all.drain();
  }(both, answers));
  ASSERT_TRUE(answers.front()) << answers.front().error().message();
  EXPECT_EQ(answers.front()->status, 200u);
  EXPECT_EQ(both.exit->lines(), 0u);
}

}  // namespace
}  // namespace kontor::platform::http
