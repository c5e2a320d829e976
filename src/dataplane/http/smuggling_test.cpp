#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dataplane/http/test_pulls.hpp"

namespace kontor::dataplane::http::testing {
namespace {

class SmugglingTest : public PullTest {
 protected:
  /// Sends octets as they are, and what comes until the plane closes.
  std::string send_raw(const std::string& octets) {
    const auto& url = plane->public_url();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1))));
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    const int peer = ::socket(AF_INET, SOCK_STREAM, 0);
    EXPECT_EQ(::connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(::send(peer, octets.data(), octets.size(), MSG_NOSIGNAL), std::ssize(octets));
    ::shutdown(peer, SHUT_WR);
    std::string received;
    std::string piece(16 * 1024, '\0');
    for (int looks = 0; looks < 20'000; ++looks) {
      const auto size = ::recv(peer, piece.data(), piece.size(), MSG_DONTWAIT);
      if (size == 0 || (size < 0 && errno != EAGAIN)) break;
      if (size > 0) received.append(piece, 0, static_cast<std::size_t>(size));
      if (size < 0) loop.run(pause(std::chrono::milliseconds(1)));
    }
    ::close(peer);
    return received;
  }

  std::string head_of(const dps::HttpAccess& access, const std::string& method, const std::string& fields) {
    return method + " " + access.endpoint.substr(access.endpoint.find("/api/")) +
           " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + *access.access_token + "\r\n" + fields + "\r\n";
  }
  dps::HttpAccess passing() {
    return start("1", source_at("/packed") +
                          R"(,"proxyPath":"true","proxyQueryParams":"true","proxyMethod":"true",)"
                          R"("proxyBody":"true")");
  }
};

}  // namespace

TEST_F(SmugglingTest, a_message_that_can_be_read_in_two_ways_reaches_no_source) {
  const auto access = passing();
  const std::string inner = "0\r\n\r\nGET /stolen HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const auto& fields :
       {std::string("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n"),
        std::string("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n"),
        std::string("Transfer-Encoding: chunked, identity\r\n"),
        std::string("Transfer-Encoding: xchunked\r\n"),
        std::string("Transfer-Encoding:\x0b"
                    "chunked\r\n"),
        std::string("Content-Length: 6\r\nContent-Length: 7\r\n"), std::string("Content-Length: +6\r\n"),
        std::string("X: a\rContent-Length: 6\r\n"), std::string("X: a\nTransfer-Encoding: chunked\r\n"),
        std::string("X: a\r\n Range: b\r\n"), std::string("Content-Length : 6\r\n")}) {
    const auto answer = send_raw(head_of(access, "POST", fields) + inner);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << fields << answer;
  }
  EXPECT_TRUE(world.requests.empty());
}

TEST_F(SmugglingTest, one_request_with_a_body_is_one_request_to_the_source) {
  const auto access = passing();
  const std::string body = "GET /stolen HTTP/1.1\r\nHost: a\r\n\r\n";
  const auto sized =
      head_of(access, "POST", "Content-Length: " + std::to_string(body.size()) + "\r\n") + body;
  EXPECT_TRUE(send_raw(sized).starts_with("HTTP/1.1 200 "));
  const auto in_chunks = head_of(access, "POST", "Transfer-Encoding: chunked\r\n") + "21\r\n" + body +
                         "\r\n0\r\nX-Trailer: a\r\n\r\n";
  ASSERT_EQ(body.size(), 0x21u);
  EXPECT_TRUE(send_raw(in_chunks).starts_with("HTTP/1.1 200 "));
  ASSERT_EQ(world.requests.size(), 2u);
  for (const auto& request : world.requests) {
    EXPECT_EQ(request.target, "/packed");
    EXPECT_EQ(request.body.text, body);
    EXPECT_FALSE(request.headers.get("X-Trailer"));
  }
}

TEST_F(SmugglingTest, a_connection_cannot_be_made_another_through_the_plane) {
  const auto access = passing();
  const auto answer = send_raw(head_of(access, "GET",
                                       "Connection: Upgrade, HTTP2-Settings, X-Forwarded-For\r\n"
                                       "Upgrade: websocket\r\nHTTP2-Settings: AAA\r\n"
                                       "Sec-WebSocket-Key: a\r\nTE: trailers\r\n"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  ASSERT_EQ(world.requests.size(), 1u);
  for (const auto* name : {"Upgrade", "HTTP2-Settings", "Sec-WebSocket-Key", "TE"})
    EXPECT_FALSE(world.requests[0].headers.get(name)) << name;
  EXPECT_EQ(world.requests[0].headers.get("X-Forwarded-For"), "127.0.0.1");
  for (const auto* method : {"CONNECT", "TRACE", "OPTIONS", "PRI", "get"})
    EXPECT_FALSE(send_raw(head_of(access, method, "")).starts_with("HTTP/1.1 2")) << method;
  EXPECT_EQ(world.requests.size(), 1u);
}

TEST_F(SmugglingTest, no_path_breaks_out_of_its_line_or_its_folder) {
  const auto access = passing();
  const auto target = access.endpoint.substr(access.endpoint.find("/api/"));
  for (const auto* path :
       {"/..", "/../packed", "/a/../../stolen", "/%2e%2e/stolen", "/%2E%2e%2fstolen", "/..%5cstolen",
        "/..\\stolen", "/%252e%252e/stolen", "/%c0%ae%c0%ae/stolen", "/..;a=b/stolen", "/..%20/stolen",
        "/a%0d%0aX:b", "/%u002e%u002e/stolen", "/a%00", "/.", "/%2e"}) {
    const auto answer = send_raw("GET " + target + path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
                                 *access.access_token + "\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << path << answer;
  }
  EXPECT_TRUE(world.requests.empty());
}

}  // namespace kontor::dataplane::http::testing
