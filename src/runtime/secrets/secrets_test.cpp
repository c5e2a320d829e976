#include "runtime/secrets/secrets.hpp"

#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "runtime/secrets/routes.hpp"
#include "testing/house/house.hpp"

namespace kontor::runtime::secrets {
namespace {

using kontor::testing::House;
using kontor::testing::VirtualLoop;
using platform::http::Response;

constexpr const char* base = "/api/mgmt/v5beta/participants/acme/secrets";

std::string body(const std::string& id, const std::string& value) {
  return R"({"@context":["https://w3id.org/edc/connector/management/v2"],"@type":"Secret","@id":")" + id +
         R"(","value":")" + value + R"("})";
}

class SecretsTest : public ::testing::Test {
 protected:
  static std::vector<const entity::Kind*> kinds() {
    using namespace participant_context;
    return {&ParticipantContextDocument::kind(), &ContextConfigDocument::kind(), &DataPlaneDocument::kind(),
            &SecretDocument::kind()};
  }
  SecretsTest() {
    bind_routes(*house.router, *house.engine, secrets);
    house.open();
    participant_context::ParticipantContext context{
        .id = acme, .identity = Did("did:web:acme"), .properties = {}};
    EXPECT_TRUE(loop.run(contexts.create(std::move(context), "operator")));
  }
  ~SecretsTest() override { house.close(); }

  Response send(std::string method, const std::string& path, std::string text = "") {
    platform::http::Request request{std::move(method), house.administration_url(path)};
    request.headers.set("Authorization", "Bearer token");
    if (!text.empty()) request.headers.set("Content-Type", "application/json");
    request.body.text = std::move(text);
    return house.ask(std::move(request));
  }
  std::string in_vault(const std::string& id) {
    const auto value = loop.run(house.vault->get_secret(acme, name_in_vault(id)));
    return value ? std::string(value->reveal()) : "nothing";
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{loop, {.kinds = kinds()}};
  ContextId acme{"acme"};
  participant_context::ParticipantContexts contexts{*house.engine, *house.vault};
  Secrets secrets{{*house.engine, contexts, *house.vault}};
};

}  // namespace

TEST_F(SecretsTest, a_value_is_in_the_vault_and_nowhere_else) {
  ASSERT_EQ(send("POST", base, body("source", "hunter2")).status, 200u);
  EXPECT_EQ(in_vault("source"), "hunter2");
  const auto shown = send("GET", std::string(base) + "/source");
  EXPECT_EQ(shown.status, 200u);
  EXPECT_TRUE(shown.body.text.contains("source"));
  const auto listed = send("POST", std::string(base) + "/request");
  EXPECT_EQ(listed.status, 200u);
  EXPECT_TRUE(listed.body.text.contains("source"));
  const auto record = loop.run(house.store->load(acme, SecretDocument::kind(), EntityId("source")));
  ASSERT_TRUE(record && *record);
  for (const auto& text : {shown.body.text, listed.body.text, (*record)->body})
    EXPECT_FALSE(text.contains("hunter2")) << text;
}

TEST_F(SecretsTest, a_name_is_taken_once) {
  ASSERT_EQ(send("POST", base, body("source", "first")).status, 200u);
  EXPECT_EQ(send("POST", base, body("source", "second")).status, 409u);
  EXPECT_EQ(in_vault("source"), "first");
}

TEST_F(SecretsTest, a_replaced_value_is_the_only_one_left) {
  EXPECT_EQ(send("PUT", std::string(base) + "/source", body("source", "early")).status, 404u);
  EXPECT_EQ(in_vault("source"), "nothing");
  ASSERT_EQ(send("POST", base, body("source", "old")).status, 200u);
  EXPECT_EQ(send("PUT", std::string(base) + "/source", body("source", "new")).status, 204u);
  EXPECT_EQ(in_vault("source"), "new");
}

TEST_F(SecretsTest, a_destroyed_secret_leaves_nothing) {
  ASSERT_EQ(send("POST", base, body("source", "value")).status, 200u);
  EXPECT_EQ(send("DELETE", std::string(base) + "/source").status, 204u);
  EXPECT_EQ(in_vault("source"), "nothing");
  EXPECT_EQ(send("GET", std::string(base) + "/source").status, 404u);
  EXPECT_EQ(send("DELETE", std::string(base) + "/source").status, 404u);
}

TEST_F(SecretsTest, a_secret_needs_a_participant) {
  const auto refused = send("POST", "/api/mgmt/v5beta/participants/nobody/secrets", body("source", "value"));
  EXPECT_EQ(refused.status, 404u);
  EXPECT_FALSE(loop.run(house.vault->get_secret(ContextId("nobody"), name_in_vault("source"))));
  EXPECT_EQ(send("POST", base, body("empty", "")).status, 400u);
}

}  // namespace kontor::runtime::secrets
