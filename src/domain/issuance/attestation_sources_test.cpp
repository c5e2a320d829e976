#include "domain/issuance/attestation_sources.hpp"

#include <gtest/gtest.h>

using namespace kontor;
using namespace kontor::domain::issuance;

namespace {

std::string text_of(std::string_view type, std::string_view configuration) {
  return fmt::format(R"({{"id":"a","attestationType":"{}","configuration":{}}})", type, configuration);
}

std::string pointer_of(std::string_view type, std::string_view configuration) {
  auto decoded = json::decode<AttestationDefinition>(text_of(type, configuration));
  return decoded ? std::string("accepted") : decoded.error().pointer;
}

template <class Source>
Source source(std::string_view type, std::string_view configuration) {
  return std::get<Source>(
      source_of(json::decode<AttestationDefinition>(text_of(type, configuration)).value()).value());
}

}  // namespace

TEST(AttestationSources, what_cannot_be_asked_is_refused_with_its_place) {
  EXPECT_EQ(pointer_of("http", R"({"url":"https://example.org"})"), "accepted");
  EXPECT_EQ(pointer_of("http", "{}"), "/configuration/url");
  EXPECT_EQ(pointer_of("http", R"({"url":"https://example.org","path":"/x"})"), "/configuration/path");
  EXPECT_EQ(pointer_of("http", R"({"url":"https://example.org","method":"PUT"})"), "/configuration/method");
  EXPECT_EQ(pointer_of("http", R"({"url":"https://example.org","authKey":"X Key"})"),
            "/configuration/authKey");
  EXPECT_EQ(pointer_of("http", R"({"url":"https://example.org","authKey":"Host"})"),
            "/configuration/authKey");
  EXPECT_EQ(pointer_of("http", R"({"url":"https://example.org","secretName":""})"),
            "/configuration/secretName");
  EXPECT_EQ(pointer_of("http", R"({"url":"https://example.org","claims":{"a/b":"level"}})"),
            "/configuration/claims/a~1b");
  EXPECT_EQ(pointer_of("http", R"({"url":"https://example.org","claims":{"level":"/a~2"}})"),
            "/configuration/claims/level");
  EXPECT_EQ(pointer_of("http", R"({"url":"https://example.org","required":"yes"})"),
            "/configuration/required");
  EXPECT_EQ(pointer_of("presentation", R"({"credentialType":"A","trustedIssuers":["did:web:i"]})"),
            "accepted");
  EXPECT_EQ(pointer_of("presentation", R"({"credentialType":"A"})"), "/configuration/trustedIssuers");
  EXPECT_EQ(pointer_of("presentation", R"({"credentialType":"A","trustedIssuers":[]})"),
            "/configuration/trustedIssuers");
  EXPECT_EQ(pointer_of("presentation", R"({"credentialType":"A:read B","trustedIssuers":["did:web:i"]})"),
            "/configuration/credentialType");
  EXPECT_EQ(pointer_of("database", R"({"dataSourceName":"d","tableName":"t"})"), "accepted");
  EXPECT_EQ(pointer_of("database", R"({"tableName":"t"})"), "/configuration/dataSourceName");
  EXPECT_EQ(pointer_of("database", R"({"dataSourceName":"d","tableName":""})"), "/configuration/tableName");
  EXPECT_EQ(pointer_of("database", R"({"dataSourceName":"d","tableName":"t","where":"1=1"})"),
            "/configuration/where");
}

TEST(AttestationSources, a_configuration_says_what_is_asked) {
  const auto server = source<HttpSource>(
      "http", R"({"url":"https://example.org","method":"POST","authKey":"X-Key","secretName":"key",)"
              R"("claims":{"level":"/membership/level"},"required":false})");
  EXPECT_EQ(server.method, HttpSource::Method::post);
  EXPECT_EQ(server.auth_key, "X-Key");
  EXPECT_EQ(server.secret_name, "key");
  EXPECT_EQ(server.claims.at("level"), "/membership/level");
  const auto table = source<DatabaseSource>("database", R"({"dataSourceName":"d","tableName":"t"})");
  EXPECT_EQ(table.id_column, "holder_id");
  EXPECT_TRUE(table.columns.empty());
  EXPECT_TRUE(is_required({.configuration = {}}));
  EXPECT_FALSE(is_required({.configuration = {{"required", false}}}));
}

TEST(AttestationSources, claims_are_what_the_pointers_lead_to_or_all_of_the_answer) {
  const auto answer = json::parse(R"({"membership":{"level":"full","a/b":[1,2]},"other":1})").value();
  EXPECT_EQ(
      json::serialize(
          claims_of(answer, {{"level", "/membership/level"}, {"second", "/membership/a~1b/1"}}).value()),
      R"({"level":"full","second":2})");
  EXPECT_EQ(claims_of(answer, {}).value(), answer.get_object());
  EXPECT_EQ(claims_of(answer, {{"level", "/nothing"}}).error().code, ErrorCode::forbidden);
  EXPECT_EQ(claims_of(json::Value(json::Array{1}), {}).error().code, ErrorCode::forbidden);
  EXPECT_EQ(json::serialize(claims_of(json::Value(json::Array{1}), {{"all", ""}}).value()), R"({"all":[1]})");
}
