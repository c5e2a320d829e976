#include "platform/http/internal/tls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "platform/http/internal/test_client.hpp"
#include "platform/http/internal/test_server.hpp"
#include "testing/async/temporary_folder.hpp"
#include "testing/certificates/test_authority.hpp"

namespace kontor::platform::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class Tls : public ::testing::Test {
 protected:
  ServerTls server_files(const testing::PemPair& pair) {
    return {.certificate_file = folder_.write("server.pem", pair.certificate).string(),
            .private_key_file = folder_.write("server.key", pair.private_key).string()};
  }
  ListenerConfig listener(const std::string& names) {
    ListenerConfig config;
    config.tls = server_files(authority_.issue("a server", names));
    return config;
  }
  TlsFiles trust() {
    return {.certificate_authority_file = folder_.write("ca.pem", authority_.certificate()).string()};
  }

  // One request from a client with these files to a server with that configuration.
  Result<Response> request(ListenerConfig config, const TlsFiles& files,
                           const std::string& host = "127.0.0.1", Request request = {}) {
    TestServer server(std::move(config), [](Request received) -> Task<Response> {
      Response response;
      response.body.text = received.peer_certificate_subject.value_or("nobody") + "|" + received.body.text;
      co_return response;
    });
    auto client = make_client(server.scope(), server.clock(), {.tls = files});
    if (!client) return fail(client.error());
    request.target = "https://" + host + ":" + std::to_string(server.port()) + "/";
    SendOptions options{.deadline = async::Deadline::after(server.clock(), 10s),
                        .trust = Trust::configured,
                        .body_bytes_max = 16 * 1024 * 1024};
    return server.loop().run((*client)->send(std::move(request), options));
  }

  testing::TemporaryFolder folder_;
  testing::TestAuthority authority_;
};

TEST_F(Tls, connects_to_a_server_whose_certificate_names_it) {
  auto by_address = request(listener("IP:127.0.0.1"), trust(), "127.0.0.1");
  ASSERT_TRUE(by_address) << by_address.error().message();
  EXPECT_EQ(by_address->body.text, "nobody|");
  auto by_name = request(listener("DNS:localhost"), trust(), "localhost");
  ASSERT_TRUE(by_name) << by_name.error().message();
}

TEST_F(Tls, refuses_a_server_with_another_name) {
  for (auto [names, host] :
       {std::pair("DNS:other.example", "localhost"), std::pair("DNS:localhost", "127.0.0.1"),
        std::pair("IP:127.0.0.2", "127.0.0.1"), std::pair("DNS:*.example", "localhost"),
        std::pair("DNS:127.0.0.1", "127.0.0.1")}) {
    auto response = request(listener(names), trust(), host);
    ASSERT_FALSE(response) << names;
    EXPECT_EQ(response.error().code, ErrorCode::peer_unavailable);
    EXPECT_THAT(response.error().message(), HasSubstr("certificate is refused")) << names;
  }
}

TEST_F(Tls, refuses_a_server_of_an_unknown_authority) {
  testing::TestAuthority other("Another Authority");
  auto config = listener("IP:127.0.0.1");
  TlsFiles files{.certificate_authority_file = folder_.write("other.pem", other.certificate()).string()};
  auto response = request(config, files);
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message(), HasSubstr("certificate is refused"));
  auto system = request(config, {});
  ASSERT_FALSE(system);
  EXPECT_THAT(system.error().message(), HasSubstr("certificate is refused"));
}

TEST_F(Tls, carries_large_bodies_both_ways) {
  Request large{.method = "POST"};
  large.body.text = std::string(8 * 1024 * 1024, 'x');
  auto config = listener("IP:127.0.0.1");
  config.body_bytes_max = 16 * 1024 * 1024;
  auto response = request(config, trust(), "127.0.0.1", large);
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->body.text.size(), large.body.text.size() + 7);
}

TEST_F(Tls, a_server_that_wants_a_certificate_serves_its_holder_by_name) {
  auto config = listener("IP:127.0.0.1");
  config.tls->client_authority_file = trust().certificate_authority_file;
  auto pair = authority_.issue("Globex, Inc.", "DNS:globex.example");
  auto files = trust();
  files.certificate_file = folder_.write("client.pem", pair.certificate).string();
  files.private_key_file = folder_.write("client.key", pair.private_key).string();
  auto response = request(config, files);
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->body.text, "CN=Globex\\, Inc.|");
}

TEST_F(Tls, a_server_that_wants_a_certificate_refuses_those_without_a_good_one) {
  auto config = listener("IP:127.0.0.1");
  config.tls->client_authority_file = trust().certificate_authority_file;
  auto nobody = request(config, trust());
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, ErrorCode::peer_unavailable);

  testing::TestAuthority other("Another Authority");
  auto pair = other.issue("Globex", "DNS:globex.example");
  auto files = trust();
  files.certificate_file = folder_.write("client.pem", pair.certificate).string();
  files.private_key_file = folder_.write("client.key", pair.private_key).string();
  auto stranger = request(config, files);
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().code, ErrorCode::peer_unavailable);
}

TEST_F(Tls, names_the_file_that_cannot_be_used) {
  testing::RealLoop loop;
  async::Scope scope(loop.executor());
  auto good = server_files(authority_.issue("a server", "IP:127.0.0.1"));
  auto other_key = authority_.issue("another", "IP:127.0.0.1").private_key;
  ServerTls bad[] = {{.certificate_file = "/nonexistent.pem", .private_key_file = good.private_key_file},
                     {.certificate_file = good.certificate_file, .private_key_file = "/nonexistent.pem"},
                     {.certificate_file = good.certificate_file,
                      .private_key_file = folder_.write("nonexistent.pem", other_key).string()},
                     {.certificate_file = good.certificate_file,
                      .private_key_file = good.private_key_file,
                      .client_authority_file = "/nonexistent.pem"}};
  for (const auto& files : bad) {
    ListenerConfig config;
    config.tls = files;
    auto listener = listen(scope, loop.clock(), config, echo);
    ASSERT_FALSE(listener);
    EXPECT_EQ(listener.error().code, ErrorCode::invalid_input);
    EXPECT_THAT(listener.error().detail, HasSubstr("nonexistent.pem"));
  }
  auto client = make_client(scope, loop.clock(), {.tls = {.certificate_authority_file = "/nonexistent.pem"}});
  ASSERT_FALSE(client);
  EXPECT_THAT(client.error().message(), HasSubstr("nonexistent.pem"));
  loop.run(scope.close());
}

TEST_F(Tls, a_peer_that_speaks_no_tls_or_nothing_at_all_is_dropped) {
  auto config = listener("IP:127.0.0.1");
  config.header_timeout = 20ms;
  TestServer server(config);
  EXPECT_THAT(server.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), ::testing::Not(HasSubstr("HTTP/1.1")));
  EXPECT_THAT(server.exchange(""), ::testing::IsEmpty());
}

TEST_F(Tls, a_connection_is_reused) {
  auto config = listener("IP:127.0.0.1");
  config.connections_max = 1;
  TestServer server(config);
  auto client = make_client(server.scope(), server.clock(), {.tls = trust()});
  ASSERT_TRUE(client);
  SendOptions options{.deadline = async::Deadline::after(server.clock(), 10s), .trust = Trust::configured};
  auto url = "https://127.0.0.1:" + std::to_string(server.port());
  for (int i = 0; i < 5; ++i) {
    auto response = server.loop().run((*client)->send({.target = url}, options));
    ASSERT_TRUE(response) << response.error().message();
    EXPECT_EQ(response->status, 200u) << "a second connection would hear 503";
  }
}

// A response that ends with the connection is only whole when the end was said, not when somebody cut the
// line.
TEST_F(Tls, a_connection_that_is_cut_is_not_an_end) {
  testing::RealLoop loop;
  async::Scope scope(loop.executor());
  auto files = server_files(authority_.issue("a server", "IP:127.0.0.1"));
  auto listener = TcpListener::open(scope.executor(), loop.clock(), "127.0.0.1", 0);
  auto serve = [](TcpListener& socket, ServerTls tls_files, bool polite) -> Task<void> {
    auto context = TlsContext::for_server(tls_files);
    auto accepted = co_await socket.accept();
    auto* line = accepted->stream.get();
    auto tls = co_await accept_tls(*context, std::move(accepted->stream));
    std::string head(1000, '\0');
    co_await (*tls)->read(head);
    std::string_view text = "HTTP/1.1 200 OK\r\n\r\nsome";
    co_await (*tls)->write(std::span(&text, 1));
    if (polite) {
      co_await (*tls)->finish();
    } else {
      co_await line->finish();
    }
  };
  auto client = make_client(scope, loop.clock(), {.tls = trust()});
  for (bool polite : {true, false}) {
    scope.spawn(serve(**listener, files, polite));
    SendOptions options{.deadline = async::Deadline::after(loop.clock(), 10s), .trust = Trust::configured};
    auto url = "https://127.0.0.1:" + std::to_string((*listener)->port());
    auto response = loop.run((*client)->send({.target = url}, options));
    EXPECT_EQ(response.has_value(), polite);
    if (!response) EXPECT_EQ(response.error().code, ErrorCode::peer_unavailable);
  }
  loop.run(scope.close());
}

}  // namespace
}  // namespace kontor::platform::http
