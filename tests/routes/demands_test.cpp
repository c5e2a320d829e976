#include <fmt/format.h>
#include <gtest/gtest.h>

#include "protocol/jose/jwt.hpp"
#include "refusals.hpp"
#include "testing/loopback/loopback_server.hpp"

// A dataspace in which nobody is heard without a credential.
namespace kontor::routes_test {
namespace {

using protocol::api::Listener;

constexpr const char* management = R"("@context":["https://w3id.org/edc/connector/management/v2"])";
constexpr const char* profile = "members-alone";

class Demands : public ::testing::Test {
 protected:
  /// Acme takes part in a dataspace that demands a credential of this type.
  void demand(const std::string& type, const char* method) {
    world.call(method, "/api/mgmt/v5beta/dataspaceprofiles",
               fmt::format(R"({{{},"@type":"DataspaceProfile","name":"{}","protocol":{{"version":"2025-1",)"
                           R"("binding":"HTTPS","namespace":"https://w3id.org/dspace/2025/1/"}},)"
                           R"("requiredCredentials":["{}"]}})",
                           management, profile, type));
    world.call("PUT", "/api/mgmt/v5beta/participants/" + world.acme().context + "/profiles",
               fmt::format(R"({{{},"@type":"AssociateDataspaceProfile",)"
                           R"("profiles":["http-dsp-profile-2025-1","{}"]}})",
                           management, profile));
  }
  std::string token() {
    return world.installation().self_issued(ContextId(world.globex().context), Did(world.acme().did));
  }
  Answer catalog(const std::string& authorization, const char* under = profile) {
    return world.installation().send(
        {.listener = Listener::open,
         .method = "POST",
         .target = fmt::format("/api/dsp/{}/{}/catalog/request", world.acme().context, under),
         .authorization = authorization,
         .body = R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],)"
                 R"("@type":"CatalogRequestMessage"})"});
  }

  World world;
};

}  // namespace

TEST_F(Demands, a_catalog_is_for_who_holds_what_its_profile_demands) {
  demand("RegisteredCredential", "POST");
  const auto heard = catalog(token());
  ASSERT_EQ(heard.status, 200u) << heard.body;
  EXPECT_EQ(text_at(heard.json(), "@type"), "Catalog");
  const auto used = token();
  EXPECT_EQ(catalog(used).status, 200u);
  EXPECT_EQ(catalog(used).status, 401u) << "the same token again";
  demand("NobodysCredential", "PUT");
  const auto refused = catalog(token());
  EXPECT_EQ(refused.status, 403u) << refused.body;
  EXPECT_EQ(text_at(refused.json(), "@type"), "CatalogError");
  EXPECT_TRUE(refused.body.contains("NobodysCredential")) << refused.body;
  EXPECT_EQ(catalog("").status, 401u);
  EXPECT_EQ(catalog(token(), "http-dsp-profile-2025-1").status, 200u) << "the other profile demands nothing";
}

TEST_F(Demands, a_counter_party_may_ask_for_what_a_catalog_request_names_beside_its_profile) {
  testing::LoopbackServer far{world.installation().loop()};
  far.answer("/dsp/catalog/request", R"({"@type":"Catalog","@id":"far","participantId":"did:web:far"})");
  const auto ask = [&](const std::string& scopes) {
    return world.installation().send(
        {.method = "POST",
         .target = "/api/mgmt/v5beta/participants/" + world.globex().context + "/catalog/request",
         .authorization = world.token_of(world.globex()),
         .body = fmt::format(R"({{{},"@type":"CatalogRequest","profile":"http-dsp-profile-2025-1",)"
                             R"("counterPartyAddress":"{}","counterPartyId":"did:web:far"{}}})",
                             management, far.url("/dsp"), scopes)});
  };
  const auto granted = [&] {
    const auto claim = [](const std::string& token, const char* name) {
      return protocol::jose::text_claim(protocol::jose::parse_jwt(token)->claims, name).value();
    };
    const auto header = far.last("/dsp/catalog/request").headers.get("Authorization");
    return claim(claim(std::string(header->substr(7)), "token"), "scope");
  };
  ASSERT_EQ(ask("").status, 200u);
  EXPECT_FALSE(granted().contains("FarCredential")) << granted();
  ASSERT_EQ(ask(R"(,"additionalScopes":["org.eclipse.dspace.dcp.vc.type:FarCredential:read"])").status, 200u);
  EXPECT_TRUE(granted().contains("FarCredential:read")) << granted();
  const auto wrong = ask(R"(,"additionalScopes":["everything"])");
  EXPECT_EQ(wrong.status, 400u);
  EXPECT_TRUE(wrong.body.contains("/additionalScopes")) << wrong.body;
}

}  // namespace kontor::routes_test
