#include "platform/http/secret_client.hpp"

#include <gtest/gtest.h>

#include "platform/http/internal/test_client.hpp"
#include "platform/http/server.hpp"

namespace kontor::platform::http {
namespace {

class SecretClientTest : public ::testing::Test {
 protected:
  SecretClientTest() {
    server_ = listen(sender_.scope(), sender_.clock(), {}, [this](Request) { return answer(); }).value();
  }

  Task<Response> answer() {
    ++asked_;
    co_return Response{};
  }
  std::string authority() const { return "127.0.0.1:" + std::to_string(server_->port()); }
  Result<Response> send(std::vector<std::string> plain_http_hosts, Trust trust) {
    SecretClient client(sender_.client(), std::move(plain_http_hosts));
    auto options = sender_.options();
    options.trust = trust;
    return sender_.loop().run(client.send(Request{.target = "http://" + authority() + "/"}, options));
  }

  TestClient<> sender_{ClientConfig{.allowed_networks = {"127.0.0.0/8"}}};
  std::unique_ptr<Listener> server_;
  int asked_ = 0;
};

}  // namespace

TEST_F(SecretClientTest, a_secret_does_not_go_to_a_foreign_address_in_the_clear) {
  for (const auto& listed : std::vector<std::vector<std::string>>{{}, {"localhost"}, {"127.0.0.1:1"}}) {
    const auto refused = send(listed, Trust::foreign);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::address_refused) << refused.error().message();
  }
  EXPECT_EQ(asked_, 0);
}

TEST_F(SecretClientTest, it_goes_where_the_operator_says) {
  EXPECT_TRUE(send({}, Trust::configured));
  EXPECT_TRUE(send({"127.0.0.1"}, Trust::foreign));
  EXPECT_TRUE(send({authority()}, Trust::foreign));
  EXPECT_EQ(asked_, 3);
}

TEST_F(SecretClientTest, an_address_can_be_looked_at_before_it_is_kept) {
  const SecretClient client(sender_.client(), {"inside.example"});
  for (const char* good :
       {"https://example.org/token", "http://inside.example:8080/", "http://INSIDE.example./"})
    EXPECT_TRUE(client.check(good)) << good;
  for (const char* bad : {"http://example.org/", "http://inside.example.org/", "http://a.inside.example/",
                          "http://inside.example@example.org/", "ftp://inside.example/"})
    EXPECT_FALSE(client.check(bad)) << bad;
}

}  // namespace kontor::platform::http
