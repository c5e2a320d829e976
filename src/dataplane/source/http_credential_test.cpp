#include "dataplane/source/http_credential.hpp"

#include <gtest/gtest.h>

#include "dataplane/source/http_address.hpp"

namespace kontor::dataplane::source {
namespace {

using Scheme = HttpCredential::Scheme;

Result<HttpAddress> address_with(const std::string& members) {
  const auto text = R"({"type":"HttpData","baseUrl":"https://a.example",)" + members + "}";
  return read_http_address(json::Node(json::parse(text).value(), ""));
}

}  // namespace

TEST(HttpCredential, each_way_to_authenticate_is_read_and_kept) {
  const std::pair<const char*, HttpCredential> ways[] = {
      {R"("authKey":"X-Key","secretName":"s")",
       {.scheme = Scheme::header,
        .secret = "s",
        .header = "X-Key",
        .user = {},
        .token_url = {},
        .scope = {}}},
      {R"("basic:username":"u","basic:passwordKey":"s")",
       {.scheme = Scheme::basic, .secret = "s", .header = {}, .user = "u", .token_url = {}, .scope = {}}},
      {R"("bearer:tokenKey":"s")",
       {.scheme = Scheme::bearer, .secret = "s", .header = {}, .user = {}, .token_url = {}, .scope = {}}},
      {R"("oauth2:tokenUrl":"https://t.example/token","oauth2:clientId":"c","oauth2:clientSecretKey":"s",)"
       R"("https://w3id.org/edc/v0.0.1/ns/oauth2:scope":"read")",
       {.scheme = Scheme::client_credentials,
        .secret = "s",
        .header = {},
        .user = "c",
        .token_url = "https://t.example/token",
        .scope = "read"}}};
  for (const auto& [members, expected] : ways) {
    const auto read = address_with(members);
    ASSERT_TRUE(read) << members << read.error().message();
    EXPECT_TRUE(read->credential == expected) << members;
    EXPECT_TRUE(read->headers.empty()) << members;
    EXPECT_EQ(http_address_of(write_http_address(*read)).value(), *read) << members;
  }
}

TEST(HttpCredential, a_way_that_is_not_whole_or_not_the_only_one_is_refused) {
  const std::pair<const char*, const char*> refused[] = {
      {R"("secretName":"s")", "/authKey"},
      {R"("authKey":"Host","secretName":"s")", "/authKey"},
      {R"("authKey":"X-Key","secretName":"s","authCode":"c")", "/authCode"},
      {R"("basic:passwordKey":"s")", "/basic:username"},
      {R"("basic:username":"a:b","basic:passwordKey":"s")", "/basic:username"},
      {R"("basic:password":"s")", "/basic:username"},
      {R"("bearer:tokenKey":"s","basic:username":"u","basic:passwordKey":"s")", "/bearer:tokenKey"},
      {R"("bearer:tokenKey":"s","bearer:token":"t")", ""},
      {R"("bearer:token":"t","basic:username":"u","basic:password":"s")", "/bearer:token"},
      {R"("oauth2:clientId":"c","oauth2:clientSecretKey":"s")", "/oauth2:tokenUrl"},
      {R"("oauth2:tokenUrl":"https://t.example","oauth2:clientId":"c")", "/oauth2:clientSecretKey"},
      {R"("oauth2:tokenUrl":"https://t.example","oauth2:clientSecretKey":"s")", "/oauth2:clientId"},
      {R"("oauth2:tokenUrl":"file:///x","oauth2:clientId":"c","oauth2:clientSecretKey":"s")",
       "/oauth2:tokenUrl"},
      {R"("oauth2:tokenUrl":"https://t.example","oauth2:privateKeyName":"k")", "/oauth2:privateKeyName"}};
  for (const auto& [members, place] : refused) {
    const auto read = address_with(members);
    ASSERT_FALSE(read) << members;
    EXPECT_EQ(read.error().pointer, place) << members;
  }
}

}  // namespace kontor::dataplane::source
