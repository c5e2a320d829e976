#include "dataplane/source/http_source.hpp"

#include <gtest/gtest.h>

#include "domain/data_flow/sealed_address.hpp"

namespace kontor::dataplane::source {
namespace {

Result<HttpSource> source_of(std::string_view text) {
  return read_http_source(json::Node(json::parse(text).value(), "/metadata/dataAddress"));
}

std::string refusal_of(std::string_view text) {
  auto source = source_of(text);
  return source ? "" : source.error().pointer;
}

}  // namespace

TEST(HttpSource, an_address_of_edc_is_read_with_its_fixed_path_and_query) {
  const auto source =
      source_of(R"({"@type":"DataAddress","type":"HttpData","baseUrl":"https://example.org/base/",
      "path":"/data","queryParams":"a=1","proxyPath":"true","proxyQueryParams":"false",
      "authKey":"X-Api-Key","authCode":"s3cret","header:Accept-Version":"2"})");
  ASSERT_TRUE(source) << source.error().message();
  EXPECT_EQ(source->url, "https://example.org/base/data?a=1");
  EXPECT_TRUE(source->proxy_path);
  EXPECT_FALSE(source->proxy_query);
  const std::vector<std::pair<std::string, std::string>> headers{{"X-Api-Key", "s3cret"},
                                                                 {"Accept-Version", "2"}};
  EXPECT_EQ(source->headers, headers);
}

TEST(HttpSource, an_address_with_the_namespace_of_edc_is_read_as_one_without) {
  const auto source =
      source_of(R"({"type":"HttpData","https://w3id.org/edc/v0.0.1/ns/baseUrl":"https://a.example/x",
      "https://w3id.org/edc/v0.0.1/ns/proxyPath":"true"})");
  ASSERT_TRUE(source) << source.error().message();
  EXPECT_EQ(source->url, "https://a.example/x");
  EXPECT_TRUE(source->proxy_path);
}

TEST(HttpSource, a_source_that_would_be_fetched_otherwise_is_refused) {
  EXPECT_EQ(refusal_of(R"({"type":"AmazonS3","bucketName":"b"})"), "/metadata/dataAddress/type");
  EXPECT_EQ(refusal_of(R"({"type":"HttpData"})"), "/metadata/dataAddress/baseUrl");
  EXPECT_EQ(refusal_of(R"({"type":"HttpData","baseUrl":"file:///etc/passwd"})"),
            "/metadata/dataAddress/baseUrl");
  EXPECT_EQ(refusal_of(R"({"type":"HttpData","baseUrl":"https://a.example","method":"POST"})"),
            "/metadata/dataAddress/method");
  EXPECT_EQ(refusal_of(R"({"type":"HttpData","baseUrl":"https://a.example","secretName":"s"})"),
            "/metadata/dataAddress/secretName");
  EXPECT_EQ(refusal_of(R"({"type":"HttpData","baseUrl":"https://a.example","header:Host":"b"})"),
            "/metadata/dataAddress/header:Host");
  EXPECT_EQ(refusal_of(R"({"type":"HttpData","baseUrl":"https://a.example","header:X":"a\r\nb"})"),
            "/metadata/dataAddress/header:X");
}

TEST(HttpSource, headers_of_a_source_are_sealed) {
  const HttpSource source{.url = "https://a.example/x?signature=abc",
                          .proxy_path = true,
                          .proxy_query = true,
                          .headers = {{"X-Code", "s3cret"}, {"Accept-Version", "2"}}};
  const auto sealing = domain::data_flow::seal(write_http_source(source), "p");
  EXPECT_EQ(sealing.secrets.size(), 3u);
  EXPECT_FALSE(sealing.address.open.endpoint);
  const auto whole =
      domain::data_flow::unseal(sealing.address, [&](const std::string& key) -> Result<std::string> {
        for (const auto& secret : sealing.secrets) {
          if (secret.vault_key == key) return secret.value;
        }
        return fail(ErrorCode::not_found, "no {}", key);
      });
  EXPECT_EQ(http_source_of(whole.value()).value(), source);
}

}  // namespace kontor::dataplane::source
