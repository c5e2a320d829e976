#include "domain/data_flow/sealed_address.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

using namespace kontor;
using namespace kontor::domain::data_flow;

namespace {

const DataAddress whole{
    .endpoint_type = "http",
    .endpoint = "https://host/data",
    .properties = {{"authType", "bearer"}, {"authorization", "s3cr3t-1"}, {"refreshToken", "s3cr3t-2"}}};

}  // namespace

TEST(SealedAddress, holds_no_secret) {
  auto sealing = seal(whole, "flows/tp1");
  EXPECT_EQ(json::encode(sealing.address.open).find("s3cr3t"), std::string::npos);
  ASSERT_EQ(sealing.secrets.size(), 2u);
  EXPECT_EQ(sealing.secrets[0].vault_key, "flows/tp1/authorization");
  EXPECT_EQ(sealing.secrets[0].value, "s3cr3t-1");
  EXPECT_EQ(sealing.address.open.properties.size(), 1u);
}

TEST(SealedAddress, is_whole_again_with_the_secrets_of_the_vault) {
  auto address = whole;
  address.properties.push_back({"secretKey", "first"});
  address.properties.push_back({"secretKey", "second"});
  auto sealing = seal(address, "p");
  std::map<std::string, std::string> vault;
  for (auto& secret : sealing.secrets) EXPECT_TRUE(vault.emplace(secret.vault_key, secret.value).second);
  auto unsealed =
      unseal(sealing.address, [&](const std::string& key) -> Result<std::string> { return vault.at(key); });
  EXPECT_EQ(unsealed.value(), address);
}

TEST(SealedAddress, means_the_same_in_any_order_and_with_what_is_empty) {
  auto other = whole;
  std::ranges::reverse(other.properties);
  other.properties.push_back({"note", ""});
  EXPECT_NE(other, whole);
  EXPECT_TRUE(means_the_same(other, whole));
  for (auto change : {+[](DataAddress& each) { each.properties.front().value = "s3cr3t-3"; },
                      +[](DataAddress& each) { each.properties.push_back({"note", "more"}); },
                      +[](DataAddress& each) { each.properties.push_back(each.properties.front()); },
                      +[](DataAddress& each) { each.endpoint = "https://elsewhere.example"; },
                      +[](DataAddress& each) { each.endpoint_type = "another"; }}) {
    auto changed = whole;
    change(changed);
    EXPECT_FALSE(means_the_same(changed, whole));
  }
}

TEST(SealedAddress, an_endpoint_with_credentials_is_sealed) {
  for (const char* endpoint : {"nats://user:pw@host:4222", "https://bucket/key?X-Amz-Signature=abc"}) {
    auto sealing = seal({.endpoint_type = "x", .endpoint = endpoint, .properties = {}}, "p");
    EXPECT_FALSE(sealing.address.open.endpoint) << endpoint;
    auto unsealed =
        unseal(sealing.address, [&](const std::string&) -> Result<std::string> { return endpoint; });
    EXPECT_EQ(unsealed.value().endpoint, endpoint);
  }
  EXPECT_TRUE(seal({.endpoint_type = "x", .endpoint = "https://host/a@b", .properties = {}}, "p")
                  .address.open.endpoint);
}

TEST(SealedAddress, a_secret_that_cannot_be_read_is_an_error) {
  auto unsealed = unseal(seal(whole, "p").address, [](const std::string&) -> Result<std::string> {
    return fail(ErrorCode::storage_failed, "the vault is closed");
  });
  EXPECT_EQ(unsealed.error().code, ErrorCode::storage_failed);
}
