#include "protocol/vc/verify.hpp"
#include "runtime/issuer_service/test_issuer.hpp"

namespace kontor::runtime::issuer_service::testing {

class IssuedSchemas : public IssuerTest {
 protected:
  IssuedSchemas() {
    define("LevelCredential", "registered",
           R"(,"jsonSchema":"{\"type\":\"object\",\"required\":[\"id\",\"level\"],)"
           R"(\"properties\":{\"level\":{\"enum\":[\"gold\"]}}}")");
  }
  http::Response define_level(const std::string& schema) {
    return house.post(
        house.administration_url(administration + "credentialdefinitions"),
        fmt::format(R"({{"id":"L","credentialType":"L","format":"VC1_0_JWT","attestations":["registered"],)"
                    R"("jsonSchema":"{}"}})",
                    schema));
  }
  void give_level(const std::string& level) {
    http::Request request{"PUT", house.administration_url(administration + "holders"), {}, {}};
    request.headers.set("Content-Type", "application/json");
    request.body.text = fmt::format(R"({{"holderId":"{0}","did":"{0}","properties":{{"level":"{1}"}}}})",
                                    holder.did(), level);
    ASSERT_EQ(house.ask(std::move(request)).status, 200u);
  }
  void map_level() {
    http::Request request{"PUT", house.administration_url(administration + "credentialdefinitions"), {}, {}};
    request.headers.set("Content-Type", "application/json");
    request.body.text =
        R"({"id":"LevelCredential","credentialType":"LevelCredential","format":"VC1_0_JWT",)"
        R"("attestations":["registered"],"mappings":[{"input":"level","output":"credentialSubject.level",)"
        R"("required":true}],"jsonSchema":"{\"type\":\"object\",\"required\":[\"id\",\"level\"],)"
        R"(\"properties\":{\"level\":{\"enum\":[\"gold\"]}}}"})";
    ASSERT_EQ(house.ask(std::move(request)).status, 200u);
  }
};

TEST_F(IssuedSchemas, what_does_not_follow_its_schema_is_not_signed) {
  map_level();
  give_level("lead");
  const auto refused = request(holder, "LevelCredential");
  EXPECT_EQ(refused.status, 403u);
  EXPECT_NE(refused.body.text.find("level"), std::string::npos) << refused.body.text;
  EXPECT_EQ(deliveries_to(holder), 0u);
  give_level("gold");
  await_delivery(process_of(request(holder, "LevelCredential")));
}

TEST_F(IssuedSchemas, a_credential_names_its_schema_and_verifiers_read_it_there) {
  map_level();
  give_level("gold");
  await_delivery(process_of(request(holder, "LevelCredential")));
  const auto credential = delivered_credential(holder);
  ASSERT_EQ(credential.schemas.size(), 1u);
  EXPECT_EQ(credential.schemas[0].type, "JsonSchema");
  const auto known = loop.run(house.schemas->all({credential.schemas[0].id}, house.soon()));
  ASSERT_TRUE(known.at(credential.schemas[0].id));
  const auto check = verifier::check_with(known);
  EXPECT_TRUE(check(credential.schemas[0].id, json::Object{{"id", "x"}, {"level", "gold"}}));
  EXPECT_FALSE(check(credential.schemas[0].id, json::Object{{"id", "x"}, {"level", "lead"}}));
  const auto metadata = loop.run(issuer.metadata(issuer_context)).value();
  bool told = false;
  for (const auto& each : metadata.credentials_supported)
    told = told || each.credential_schema == credential.schemas[0].id;
  EXPECT_TRUE(told);
}

TEST_F(IssuedSchemas, a_definition_with_a_schema_that_is_not_understood_is_refused) {
  for (const char* schema : {"no json", R"({\"type\":\"nothing\"})"}) {
    const auto answer = define_level(schema);
    EXPECT_EQ(answer.status, 400u) << schema;
    EXPECT_NE(answer.body.text.find("/jsonSchema"), std::string::npos) << answer.body.text;
  }
}

}  // namespace kontor::runtime::issuer_service::testing
