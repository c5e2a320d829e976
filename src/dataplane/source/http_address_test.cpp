#include "dataplane/source/http_address.hpp"

#include <gtest/gtest.h>

#include "domain/data_flow/sealed_address.hpp"

namespace kontor::dataplane::source {
namespace {

Result<HttpAddress> source_of(std::string_view text) {
  return read_http_address(json::Node(json::parse(text).value(), "/metadata/dataAddress"));
}

std::string refusal_of(std::string_view text) {
  auto source = source_of(text);
  return source ? "" : source.error().pointer;
}

}  // namespace

TEST(HttpAddress, an_address_of_edc_is_read_with_its_fixed_path_and_query) {
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

TEST(HttpAddress, an_address_with_the_namespace_of_edc_is_read_as_one_without) {
  const auto source =
      source_of(R"({"type":"HttpData","https://w3id.org/edc/v0.0.1/ns/baseUrl":"https://a.example/x",
      "https://w3id.org/edc/v0.0.1/ns/proxyPath":"true"})");
  ASSERT_TRUE(source) << source.error().message();
  EXPECT_EQ(source->url, "https://a.example/x");
  EXPECT_TRUE(source->proxy_path);
}

TEST(HttpAddress, what_is_passed_on_is_what_its_owner_switched_on) {
  const auto closed = source_of(R"({"type":"HttpData","baseUrl":"https://a.example","proxyMethod":"yes"})");
  ASSERT_TRUE(closed) << closed.error().message();
  EXPECT_EQ(*closed, (HttpAddress{.url = "https://a.example", .content_type = {}, .headers = {}}));
  const auto open = source_of(R"({"type":"HttpData","baseUrl":"https://a.example","proxyPath":"true",
      "proxyQueryParams":"true","proxyMethod":"True","proxyBody":"true","nonChunkedTransfer":"true",
      "method":"post","contentType":"text/csv"})");
  ASSERT_TRUE(open) << open.error().message();
  EXPECT_TRUE(open->proxy_path && open->proxy_query && open->proxy_method && open->proxy_body);
  EXPECT_TRUE(open->sized_body);
  EXPECT_EQ(open->method, "POST");
  EXPECT_EQ(open->content_type, "text/csv");
}

TEST(HttpAddress, methods_that_are_passed_on_are_those_that_its_owner_named) {
  const auto source = [](std::string_view methods) {
    return source_of(R"({"type":"HttpData","baseUrl":"https://a.example","proxyMethod":"true")" +
                     std::string(methods) + "}");
  };
  EXPECT_TRUE(source("").value().proxy_methods.empty());
  EXPECT_EQ(source(R"(,"proxyMethods":"GET HEAD POST")").value().proxy_methods,
            (std::vector<std::string>{"GET", "HEAD", "POST"}));
  EXPECT_EQ(
      source(R"(,"https://w3id.org/edc/v0.0.1/ns/proxyMethods":" delete  PUT Delete")").value().proxy_methods,
      (std::vector<std::string>{"DELETE", "PUT"}));
  for (const auto* wrong : {R"("")", R"(" ")", R"("GET BREW")", R"("OPTIONS")", R"("GET,HEAD")", "true",
                            R"(["GET"])", R"({"GET":true})"}) {
    const auto refused = source(std::string(R"(,"proxyMethods":)") + wrong);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_input) << wrong;
    EXPECT_EQ(refused.error().pointer, "/metadata/dataAddress/proxyMethods") << wrong;
  }
  EXPECT_EQ(refusal_of(R"({"properties":{"type":"HttpData","baseUrl":"https://a.example",
                "proxyMethod":"true","proxyMethods":["GET"]}})"),
            "/metadata/dataAddress/properties/proxyMethods");
  for (const auto* beside : {"", R"("proxyMethod":"false",)"}) {
    EXPECT_EQ(refusal_of(R"({"type":"HttpData","baseUrl":"https://a.example",)" + std::string(beside) +
                         R"("proxyMethods":"GET"})"),
              "/metadata/dataAddress/proxyMethods");
  }
}

TEST(HttpAddress, a_source_that_would_be_fetched_otherwise_is_refused) {
  EXPECT_EQ(refusal_of(R"({"type":"HttpData"})"), "/metadata/dataAddress/baseUrl");
  EXPECT_EQ(refusal_of(R"({"type":"HttpData","baseUrl":"file:///etc/passwd"})"),
            "/metadata/dataAddress/baseUrl");
  EXPECT_EQ(refusal_of(R"({"type":"HttpData","baseUrl":"https://a.example","method":"HEAD"})"),
            "/metadata/dataAddress/method");
  EXPECT_EQ(refusal_of(R"({"type":"HttpData","baseUrl":"https://a.example","secretName":"s"})"),
            "/metadata/dataAddress/authKey");
  EXPECT_EQ(refusal_of(R"({"type":"HttpData","baseUrl":"https://a.example","header:Host":"b"})"),
            "/metadata/dataAddress/header:Host");
  EXPECT_EQ(refusal_of(R"({"type":"HttpData","baseUrl":"https://a.example","header:X":"a\r\nb"})"),
            "/metadata/dataAddress/header:X");
  EXPECT_EQ(refusal_of(R"({"type":"HttpData","baseUrl":"http://a.example","tls:certificateKey":"c"})"),
            "/metadata/dataAddress/tls:certificateKey");
}

TEST(HttpAddress, headers_of_a_source_are_sealed) {
  const HttpAddress source{.url = "https://a.example/x?signature=abc",
                           .proxy_path = true,
                           .proxy_query = true,
                           .proxy_method = true,
                           .proxy_body = true,
                           .sized_body = true,
                           .method = "POST",
                           .proxy_methods = {"GET", "HEAD", "POST"},
                           .content_type = "application/json",
                           .headers = {{"X-Code", "s3cret"}, {"Accept-Version", "2"}},
                           .certificate = "our-certificate"};
  const auto sealing = domain::data_flow::seal(write_http_address(source), "p");
  EXPECT_EQ(sealing.secrets.size(), 4u) << "what names a secret is as closed as a secret";
  EXPECT_FALSE(sealing.address.open.endpoint);
  const auto whole =
      domain::data_flow::unseal(sealing.address, [&](const std::string& key) -> Result<std::string> {
        for (const auto& secret : sealing.secrets) {
          if (secret.vault_key == key) return secret.value;
        }
        return fail(ErrorCode::not_found, "no {}", key);
      });
  EXPECT_EQ(http_address_of(whole.value()).value(), source);
}

}  // namespace kontor::dataplane::source
