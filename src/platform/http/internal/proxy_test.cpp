#include "platform/http/internal/proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "platform/http/internal/test_client.hpp"
#include "platform/http/internal/test_raw_server.hpp"
#include "platform/http/internal/test_server.hpp"
#include "testing/async/temporary_folder.hpp"
#include "testing/certificates/test_authority.hpp"

namespace kontor::platform::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Task<void> pump(Stream& from, Stream& to) {
  std::string buffer(16 * 1024, '\0');
  while (true) {
    auto size = co_await from.read(buffer);
    if (!size || *size == 0) break;
    auto piece = std::string_view(buffer).substr(0, *size);
    auto written = co_await to.write(std::span(&piece, 1));
    if (!written) break;
  }
  from.abort();
  to.abort();
}

// A proxy that connects whatever it is asked for to one port, and keeps what it was asked.
struct Proxy {
  std::uint16_t destination = 0;
  std::string asked = {};
  std::string answer = "HTTP/1.1 200 Connection established\r\n\r\n";

  static Task<void> serve(TestPeer peer, Proxy& proxy, async::Clock& clock, async::Scope& scope) {
    proxy.asked = co_await peer.read_until("\r\n\r\n");
    co_await peer.send(proxy.answer);
    if (!proxy.answer.contains(" 200 ")) co_return;
    auto onward = co_await TestPeer::connect(clock, proxy.destination);
    async::Scope back(scope.executor());
    back.spawn(pump(onward.stream(), peer.stream()));
    co_await pump(peer.stream(), onward.stream());
    co_await back.close();
  }
};

class ThroughProxy : public ::testing::Test {
 protected:
  Result<Response> request(const std::string& host, Trust trust, std::string proxy_user = "",
                           std::string no_proxy = "") {
    ListenerConfig config;
    auto pair = authority_.issue("a server", "DNS:a.example,DNS:localhost,IP:127.0.0.1");
    config.tls = ServerTls{.certificate_file = folder_.write("server.pem", pair.certificate).string(),
                           .private_key_file = folder_.write("server.key", pair.private_key).string()};
    TestServer server(config);
    proxy_.destination = server.port();
    RawServer raw(server.scope(), server.clock(), [&](TestPeer peer, int) {
      return Proxy::serve(std::move(peer), proxy_, server.clock(), server.scope());
    });
    auto client = make_client(
        server.scope(), server.clock(),
        {.tls = {.certificate_authority_file = folder_.write("ca.pem", authority_.certificate()).string()},
         .allowed_networks = {"127.0.0.0/8"},
         .https_proxy = "http://" + proxy_user + "127.0.0.1:" + std::to_string(raw.port()),
         .no_proxy = no_proxy});
    if (!client) return fail(client.error());
    port_ = std::to_string(server.port());
    SendOptions options{.deadline = async::Deadline::after(server.clock(), 10s), .trust = trust};
    return server.loop().run((*client)->send({.target = "https://" + host + ":" + port_ + "/"}, options));
  }

  testing::TemporaryFolder folder_;
  testing::TestAuthority authority_;
  Proxy proxy_;
  std::string port_;
};

TEST_F(ThroughProxy, a_configured_host_is_asked_for_by_name) {
  auto response = request("a.example", Trust::configured);
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->headers.get("x-target"), "/");
  EXPECT_EQ(proxy_.asked,
            "CONNECT a.example:" + port_ + " HTTP/1.1\r\nHost: a.example:" + port_ + "\r\n\r\n");
}

TEST_F(ThroughProxy, a_foreign_host_is_asked_for_by_the_address_that_was_checked) {
  auto response = request("localhost", Trust::foreign);
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_THAT(proxy_.asked, StartsWith("CONNECT 127.0.0.1:" + port_ + " HTTP/1.1\r\n"));
}

TEST_F(ThroughProxy, the_proxy_hears_user_and_password) {
  auto response = request("a.example", Trust::configured, "user:p%40ss@");
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_THAT(proxy_.asked, HasSubstr("Proxy-Authorization: Basic dXNlcjpwQHNz\r\n"));
}

TEST_F(ThroughProxy, a_refusal_is_an_error_with_its_status) {
  proxy_.answer = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
  auto response = request("a.example", Trust::configured);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::peer_unavailable);
  EXPECT_THAT(response.error().message(), HasSubstr("407"));
}

TEST_F(ThroughProxy, an_exception_is_reached_directly) {
  auto response = request("localhost", Trust::configured, "", "other.example, localhost");
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(proxy_.asked, "");
}

TEST(ProxyRules, apply_to_https_addresses_outside_of_the_exceptions) {
  auto rules = ProxyRules::make(
      "proxy.example:3128",
      "plain.example, .dotted.example,*.star.example, 10.0.0.0/8,[fd00::1]:8443,port.example:444");
  ASSERT_TRUE(rules) << rules.error().message();
  EXPECT_EQ(rules->proxy().host, "proxy.example");
  EXPECT_EQ(rules->proxy().port, 3128);
  auto applies = [&](std::string url) { return rules->apply_to(*parse_url(url)); };
  for (auto url : {"https://other.example/", "https://notplain.example/", "https://11.0.0.1/",
                   "https://port.example/", "https://[fd00::1]/", "https://[fd00::2]:8443/"}) {
    EXPECT_TRUE(applies(url)) << url;
  }
  for (auto url : {"http://other.example/", "https://plain.example/", "https://a.plain.example/",
                   "https://dotted.example/", "https://a.dotted.example/", "https://a.star.example/",
                   "https://10.1.2.3/", "https://[fd00::1]:8443/", "https://port.example:444/"}) {
    EXPECT_FALSE(applies(url)) << url;
  }
  EXPECT_FALSE(ProxyRules::make("proxy.example", "*")->apply_to(*parse_url("https://a.example")));
  EXPECT_FALSE(ProxyRules::make("", "")->apply_to(*parse_url("https://a.example")));
  EXPECT_FALSE(ProxyRules::make("ftp://proxy.example", ""));
}

TEST(Guarded, foreign_addresses_inside_are_refused_whatever_their_name) {
  TestClient client;
  for (auto url :
       {"http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/", "http://[::ffff:127.0.0.1]:1/",
        "http://169.254.169.254/latest/meta-data/", "http://0.0.0.0:1/", "http://10.0.0.1/"}) {
    auto options = client.options();
    options.trust = Trust::foreign;
    auto response = client.send({.target = url}, options);
    ASSERT_FALSE(response) << url;
    EXPECT_EQ(response.error().code, ErrorCode::address_refused) << url << " " << response.error().message();
  }
}

TEST(Guarded, the_refusal_does_not_tell_which_address_it_was) {
  TestClient client;
  auto options = client.options();
  options.trust = Trust::foreign;
  auto response = client.send({.target = "http://localhost:1/"}, options);
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message(), ::testing::Not(HasSubstr("127.0.0.1")));
}

TEST(Guarded, foreign_addresses_in_an_allowed_network_are_reached) {
  TestClient client({.allowed_networks = {"127.0.0.0/8"}});
  auto options = client.options();
  options.trust = Trust::foreign;
  auto response = client.send({.target = "http://localhost:1/"}, options);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::peer_unavailable) << "the guard let it pass and nobody listens";
}

TEST(Guarded, a_host_that_does_not_exist_is_unavailable) {
  TestClient client;
  auto response = client.get("http://does-not-exist.invalid/");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::peer_unavailable);
}

}  // namespace
}  // namespace kontor::platform::http
