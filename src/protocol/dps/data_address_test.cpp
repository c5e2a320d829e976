#include "protocol/dps/data_address.hpp"

#include <gtest/gtest.h>

#include "protocol/dps/http_profile.hpp"

using namespace kontor;
using namespace kontor::protocol::dps;

namespace {

Result<DataAddress> read_from(std::string_view text) {
  const auto value = json::parse(text).value();
  DataAddress address;
  if (auto done = read_data_address(json::Node(value), address); !done) return fail(done.error());
  return address;
}

DataAddress address_of(std::string_view text) {
  return read_from(text).value();
}

const DataAddress nats{
    .endpoint_type = "nats", .endpoint = "nats://n:4222", .properties = {{"channel", "c1"}}};

}  // namespace

TEST(DataAddress, is_written_with_every_type_member_of_the_dsp_schema) {
  EXPECT_EQ(json::encode(nats),
            R"({"@type":"DataAddress","endpointType":"nats","endpoint":"nats://n:4222",)"
            R"("endpointProperties":[{"@type":"EndpointProperty","name":"channel","value":"c1"}]})");
}

TEST(DataAddress, is_written_without_an_empty_property_list) {
  EXPECT_EQ(json::encode(DataAddress{.endpoint_type = "nats", .endpoint = {}, .properties = {}}),
            R"({"@type":"DataAddress","endpointType":"nats"})");
}

TEST(DataAddress, is_read_with_and_without_type_members) {
  EXPECT_EQ(address_of(json::encode(nats)), nats);
  EXPECT_EQ(
      address_of(R"({"endpointType":"nats","endpoint":"nats://n:4222",)"
                 R"("endpointProperties":[{"type":"EndpointProperty","name":"channel","value":"c1"}]})"),
      nats);
}

TEST(DataAddress, is_read_in_the_form_of_the_2025_go_sdk) {
  EXPECT_EQ(
      address_of(R"({"properties":{"@type":"DataAddress","endpointType":"nats","endpoint":"nats://n:4222",)"
                 R"("endpointProperties":[{"key":"channel","type":"string","value":"c1"}]}})"),
      nats);
}

TEST(DataAddress, plain_members_are_read_as_properties) {
  auto address = address_of(R"({"@type":"DataAddress","type":"HttpData","baseUrl":"http://a","retries":3})");
  EXPECT_EQ(address.endpoint_type, "HttpData");
  EXPECT_EQ(*address.property("baseUrl"), "http://a");
  EXPECT_EQ(*address.property("retries"), "3");
}

TEST(DataAddress, without_an_endpoint_type_is_refused) {
  auto refused = read_from(R"({"endpoint":"http://a"})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().pointer, "/endpointType");
  EXPECT_FALSE(read_from(R"({"endpointType":""})"));
  EXPECT_FALSE(read_from(R"({"endpointType":"x","endpointProperties":[{"name":"a"}]})"));
}

TEST(HttpProfile, an_access_survives_the_way_through_an_address) {
  HttpAccess access{.endpoint = "https://p/data",
                    .access_token = "t",
                    .renewal = TokenRenewal{"r", std::chrono::seconds(300), "https://p/token"}};
  auto address = write_http_access(http_pull_profile, access);
  EXPECT_EQ(address.endpoint_type, http_pull_profile);
  EXPECT_EQ(*address.property("authType"), "bearer");
  EXPECT_EQ(*address.property("expiresIn"), "300");
  EXPECT_EQ(read_http_access(address, {}).value(), access);
}

TEST(HttpProfile, the_refresh_endpoint_is_the_data_endpoint_where_none_is_named) {
  auto address = address_of(R"({"endpointType":"x","endpoint":"https://p/data","endpointProperties":[)"
                            R"({"name":"refreshToken","value":"r"},{"name":"expiresIn","value":"10"}]})");
  EXPECT_EQ(read_http_access(address, {}).value().renewal->refresh_endpoint, "https://p/data");
}

TEST(HttpProfile, what_the_rules_forbid_is_refused) {
  DataAddress plain{.endpoint_type = "x", .endpoint = "http://p/data", .properties = {}};
  EXPECT_FALSE(read_http_access(plain, {}));
  EXPECT_TRUE(read_http_access(plain, {.https_only = false}));
  EXPECT_FALSE(read_http_access(plain, {.https_only = false, .renewal_required = true}));
  plain.endpoint = "file:///etc/passwd";
  EXPECT_FALSE(read_http_access(plain, {.https_only = false}));
  plain.endpoint.reset();
  EXPECT_FALSE(read_http_access(plain, {.https_only = false}));
}

TEST(HttpProfile, a_token_that_cannot_be_used_is_refused) {
  DataAddress address{.endpoint_type = "x", .endpoint = "https://p", .properties = {{"authorization", "t"}}};
  EXPECT_TRUE(read_http_access(address, {}));
  set_property(address, {"authType", "BEARER"});
  EXPECT_TRUE(read_http_access(address, {}));
  set_property(address, {"authType", "basic"});
  EXPECT_FALSE(read_http_access(address, {}));
  set_property(address, {"authType", "bearer"});
  set_property(address, {"refreshToken", "r"});
  EXPECT_FALSE(read_http_access(address, {}));
  set_property(address, {"expiresIn", "soon"});
  EXPECT_FALSE(read_http_access(address, {}));
}

TEST(HttpProfile, the_lifetime_of_a_renewed_token_is_read_as_number_and_as_text) {
  auto number =
      json::decode<TokenRenewalResponse>(R"({"access_token":"a","token_type":"Bearer","expires_in":30})");
  auto text = json::decode<TokenRenewalResponse>(R"({"access_token":"a","expires_in":"30"})");
  EXPECT_EQ(number.value(), text.value());
  EXPECT_EQ(json::encode(*number), R"({"access_token":"a","token_type":"Bearer","expires_in":30})");
  EXPECT_FALSE(json::decode<TokenRenewalResponse>(R"({"access_token":"a","expires_in":"x"})"));
  EXPECT_FALSE(json::decode<TokenRenewalResponse>(R"({"expires_in":1})"));
}
