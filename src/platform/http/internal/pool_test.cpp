#include "platform/http/internal/pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "platform/async/signal.hpp"
#include "platform/http/internal/test_client.hpp"
#include "platform/http/internal/test_raw_server.hpp"
#include "platform/http/internal/test_scripts.hpp"
#include "platform/http/server.hpp"

namespace kontor::platform::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(Pool, reuses_a_connection) {
  TestClient client;
  RawServer server(client.scope(), client.clock(), always(std::string(ok)));
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(client.get(server.url()));
  EXPECT_EQ(server.connections(), 1);
}

TEST(Pool, does_not_share_connections_between_foreign_and_configured_addresses) {
  TestClient client({.allowed_networks = {"127.0.0.0/8"}});
  RawServer server(client.scope(), client.clock(), always(std::string(ok)));
  ASSERT_TRUE(client.get(server.url()));
  auto foreign = client.options();
  foreign.trust = Trust::foreign;
  ASSERT_TRUE(client.send({.target = server.url()}, foreign));
  EXPECT_EQ(server.connections(), 2);
}

TEST(Pool, does_not_reuse_a_connection_that_the_server_closes) {
  TestClient client;
  RawServer server(client.scope(), client.clock(),
                   always("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.get(server.url()));
  EXPECT_EQ(server.connections(), 3);
}

TEST(Pool, notices_that_a_pooled_connection_was_closed) {
  TestClient client;
  RawServer server(client.scope(), client.clock(), once(std::string(ok)));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.get(server.url()));
  EXPECT_EQ(server.connections(), 3);
}

TEST(Pool, opens_no_more_connections_to_a_host_than_allowed_and_serves_all_who_wait) {
  TestClient client({.connections_per_host_max = 3});
  RawServer server(client.scope(), client.clock(), always(std::string(ok)));
  async::Scope scope(client.loop().executor());
  int answered = 0;
  auto request = [](Client& sender, std::string url, SendOptions options, int& count) -> Task<void> {
    auto response = co_await sender.send({.target = url}, options);
    if (response) ++count;
  };
  for (int i = 0; i < 100; ++i)
    scope.spawn(request(client.client(), server.url(), client.options(), answered));
  client.loop().run(scope.drain());
  EXPECT_EQ(answered, 100);
  EXPECT_LE(server.connections(), 3);
}

TEST(Pool, a_wait_for_a_free_connection_ends_at_the_deadline) {
  TestClient client({.connections_per_host_max = 1});
  RawServer server(client.scope(), client.clock(), always(""));
  async::Scope scope(client.loop().executor());
  std::vector<ErrorCode> errors;
  auto request = [](Client& sender, std::string url, SendOptions options,
                    std::vector<ErrorCode>& out) -> Task<void> {
    auto response = co_await sender.send({.target = url}, options);
    if (!response) out.push_back(response.error().code);
  };
  scope.spawn(request(client.client(), server.url(), client.options(80ms), errors));
  scope.spawn(request(client.client(), server.url(), client.options(20ms), errors));
  client.loop().run(scope.drain());
  EXPECT_EQ(errors, (std::vector<ErrorCode>{ErrorCode::timeout, ErrorCode::timeout}));
}

TEST(Pool, closes_connections_that_have_been_idle_for_long) {
  TestClient<testing::VirtualLoop> client({.idle_timeout = 60s},
                                          std::tuple(testing::VirtualLoop::TimeMoves::by_hand));
  bool closed = false;
  RawServer server(client.scope(), client.clock(), [&closed](TestPeer peer, int) {
    return [](TestPeer p, bool& out) -> Task<void> {
      co_await p.read_until("\r\n\r\n");
      co_await p.send(std::string(ok));
      auto rest = co_await p.read_to_end();
      out = rest.empty();
    }(std::move(peer), closed);
  });
  ASSERT_TRUE(client.get(server.url()));
  auto settle = [](testing::VirtualLoop& loop) -> Task<void> {
    for (int i = 0; i < 100; ++i) co_await loop.turn();
  };
  client.clock().advance(59s);
  client.loop().run(settle(client.loop()));
  EXPECT_FALSE(closed);
  client.clock().advance(1s);
  client.loop().run(settle(client.loop()));
  EXPECT_TRUE(closed);
}

TEST(Pool, keeps_a_bounded_number_of_idle_connections) {
  TestClient client({.idle_connections_max = 2});
  std::vector<std::unique_ptr<RawServer>> servers;
  for (int i = 0; i < 4; ++i) {
    servers.push_back(std::make_unique<RawServer>(client.scope(), client.clock(), always(std::string(ok))));
  }
  for (int round = 0; round < 2; ++round) {
    for (auto& server : servers) ASSERT_TRUE(client.get(server->url()));
  }
  for (auto& server : servers) EXPECT_EQ(server->connections(), 2);
}

}  // namespace
}  // namespace kontor::platform::http
