#include "platform/http/client_identity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/http/internal/test_client.hpp"
#include "platform/http/server.hpp"
#include "testing/async/temporary_folder.hpp"
#include "testing/certificates/test_authority.hpp"

namespace kontor::platform::http {
namespace {

using ::testing::HasSubstr;
using Identity = std::shared_ptr<const ClientIdentity>;

std::string text_of(const testing::PemPair& pair) {
  return pair.certificate + pair.private_key;
}

/// A server that wants a certificate and says whose it was shown.
class ClientIdentityTest : public ::testing::Test {
 protected:
  ClientIdentityTest() {
    const auto pair = authority_.issue("a server", "IP:127.0.0.1");
    ListenerConfig config;
    config.tls = {.certificate_file = folder_.write("server.pem", pair.certificate).string(),
                  .private_key_file = folder_.write("server.key", pair.private_key).string(),
                  .client_authority_file = authority_file_};
    const auto answer = [](Request request) -> Task<Response> {
      co_return Response{.body = {.text = request.peer_certificate_subject.value_or("nobody")}};
    };
    listener_ = listen(client_.scope(), client_.clock(), std::move(config), answer).value();
  }
  ~ClientIdentityTest() override { client_.loop().run(client_.scope().close()); }

  Identity identity(const std::string& subject) const {
    return ClientIdentity::from_pem(text_of(authority_.issue(subject, "DNS:client.example"))).value();
  }
  Result<std::string> who_am_i(Identity identity, const std::string& scheme = "https") {
    auto options = client_.options();
    options.identity = std::move(identity);
    const auto url = scheme + "://127.0.0.1:" + std::to_string(listener_->port()) + "/";
    auto response = client_.send({.target = url}, options);
    if (!response) return fail(std::move(response.error()));
    return response->body.text;
  }

  testing::TemporaryFolder folder_;
  testing::TestAuthority authority_;
  std::string authority_file_ = folder_.write("ca.pem", authority_.certificate()).string();
  TestClient<> client_{{.tls = {.certificate_authority_file = authority_file_}}};
  std::unique_ptr<Listener> listener_;
};

std::string refusal_of(std::string_view pem) {
  const auto identity = ClientIdentity::from_pem(pem);
  return identity ? "" : identity.error().message();
}

}  // namespace

TEST_F(ClientIdentityTest, each_request_shows_its_own_and_no_connection_of_anothers) {
  const auto acme = identity("Acme");
  const auto globex = identity("Globex");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(who_am_i(acme).value(), "CN=Acme");
    EXPECT_EQ(who_am_i(globex).value(), "CN=Globex");
    EXPECT_FALSE(who_am_i(nullptr)) << "the client has none of its own";
  }
}

TEST_F(ClientIdentityTest, none_goes_to_an_address_without_tls) {
  const auto refused = who_am_i(identity("Acme"), "http");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
}

TEST_F(ClientIdentityTest, the_chain_goes_with_it) {
  const auto pair = authority_.issue("Acme", "DNS:client.example");
  const auto with_chain = pair.private_key + pair.certificate + authority_.certificate();
  const auto made = ClientIdentity::from_pem(with_chain);
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(who_am_i(*made).value(), "CN=Acme");
}

TEST_F(ClientIdentityTest, what_is_no_certificate_with_its_key_is_refused_without_repeating_it) {
  const auto acme = authority_.issue("Acme", "DNS:client.example");
  const auto globex = authority_.issue("Globex", "DNS:client.example");
  EXPECT_THAT(refusal_of(""), HasSubstr("no certificate"));
  EXPECT_THAT(refusal_of("s3cret"), ::testing::Not(HasSubstr("s3cret")));
  EXPECT_THAT(refusal_of(acme.private_key), HasSubstr("no certificate"));
  EXPECT_THAT(refusal_of(acme.certificate), HasSubstr("no unencrypted private key"));
  EXPECT_THAT(refusal_of(acme.certificate + globex.private_key), HasSubstr("does not belong"));
  EXPECT_THAT(refusal_of(globex.certificate + text_of(acme)), HasSubstr("does not belong"))
      << "the own certificate is the first";
  std::string many;
  for (int i = 0; i < 11; ++i) many += acme.certificate;
  EXPECT_THAT(refusal_of(many + acme.private_key), HasSubstr("more than ten"));
}

}  // namespace kontor::platform::http
