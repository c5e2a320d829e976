#include "protocol/dps/registration.hpp"

#include <gtest/gtest.h>

#include "protocol/dps/endpoints.hpp"

using namespace kontor;
using namespace kontor::protocol::dps;

TEST(DpsRegistration, both_names_of_the_profiles_are_written_and_either_is_read) {
  DataPlaneRegistrationMessage message{DataPlaneId("d"), "https://d/dataflows", {"http-pull"}, {"eu"}, {}};
  auto value = write(message);
  EXPECT_EQ(*json::find(value, "profiles"), *json::find(value, "transferTypes"));
  EXPECT_EQ(json::find(value, "authorization"), nullptr);
  EXPECT_EQ(json::decode_value<DataPlaneRegistrationMessage>(value).value(), message);
  auto cfm = json::decode<DataPlaneRegistrationMessage>(
      R"({"dataplaneId":"d","endpoint":"https://d/dataflows",
          "transferTypes":["http-pull"],"labels":["eu"]})");
  EXPECT_EQ(cfm.value(), message);
}

TEST(DpsRegistration, without_profiles_or_endpoint_is_refused) {
  EXPECT_EQ(
      json::decode<DataPlaneRegistrationMessage>(R"({"dataplaneId":"d","endpoint":"e"})").error().pointer,
      "/profiles");
  EXPECT_FALSE(
      json::decode<DataPlaneRegistrationMessage>(R"({"dataplaneId":"d","endpoint":"e","profiles":[]})"));
  EXPECT_FALSE(
      json::decode<DataPlaneRegistrationMessage>(R"({"dataplaneId":"d","endpoint":"","profiles":["p"]})"));
  EXPECT_FALSE(json::decode<ControlPlaneRegistrationMessage>(R"({"controlplaneId":"c"})"));
}

TEST(DpsRegistration, an_authorization_without_what_its_type_needs_is_refused) {
  const auto refusal = [](std::string_view text) {
    auto read = json::decode<Authorization>(text);
    return read ? std::string("accepted") : read.error().pointer;
  };
  EXPECT_EQ(refusal(R"({"tokenEndpoint":"t"})"), "/type");
  EXPECT_EQ(refusal(R"({"type":"oauth2_client_credentials","tokenEndpoint":"t","clientId":"c"})"),
            "/clientSecret");
  EXPECT_EQ(refusal(R"({"type":"oauth2_token_exchange","tokenExchangeEndpoint":"t","issuer":"i"})"),
            "/jwksUri");
  EXPECT_EQ(
      refusal(R"({"type":"oauth2_client_credentials","tokenEndpoint":"t","clientId":"c","clientSecret":"s",
                        "jwks":{"keys":[]},"jwksUri":"u"})"),
      "/jwks");
  EXPECT_EQ(
      refusal(R"({"type":"oauth2_token_exchange","tokenExchangeEndpoint":"t","issuer":"i","jwksUri":"u"})"),
      "accepted");
  EXPECT_EQ(refusal(R"({"type":"of-another-profile"})"), "accepted");
}

TEST(DpsRegistration, what_is_stored_without_its_secret_is_read_again) {
  DataPlaneRegistrationMessage message{DataPlaneId("d"), "https://d/dataflows", {"http-pull"}, {}, {}};
  message.authorization = Authorization{.type = std::string(client_credentials),
                                        .token_endpoint = "https://t/token",
                                        .client_id = "c",
                                        .client_secret = {},
                                        .token_exchange_endpoint = {},
                                        .issuer = {},
                                        .jwks_uri = {},
                                        .jwks = {}};
  const auto stored = json::encode(message);
  EXPECT_FALSE(json::decode<DataPlaneRegistrationMessage>(stored));
  EXPECT_EQ(kept_data_plane(stored).value(), message);
  EXPECT_FALSE(kept_control_plane(R"({"controlplaneId":"c","endpoint":"e",
      "authorization":{"type":"oauth2_client_credentials","clientId":"c"}})"));
}

TEST(DpsRegistration, a_lease_is_a_number_of_seconds_within_bounds) {
  const auto with = [](std::string_view lease) {
    return json::decode<DataPlaneRegistrationMessage>(
        R"({"dataplaneId":"d","endpoint":"e","profiles":["p"],"leaseSeconds":)" + std::string(lease) + "}");
  };
  EXPECT_EQ(with("30").value().lease, std::chrono::seconds(30));
  EXPECT_EQ(json::decode_value<DataPlaneRegistrationMessage>(write(with("30").value())).value().lease,
            std::chrono::seconds(30));
  for (const auto* wrong : {"4", "604801", "-1", "\"30\""})
    EXPECT_EQ(with(wrong).error().pointer, "/leaseSeconds");
}

TEST(DpsRegistration, a_load_comes_with_a_lease_and_a_dialect_is_a_known_one) {
  const auto with = [](std::string_view more) {
    return json::decode<DataPlaneRegistrationMessage>(
        R"({"dataplaneId":"d","endpoint":"e","profiles":["p"],)" + std::string(more) + "}");
  };
  const auto told = with(R"("leaseSeconds":30,"load":40,"dialect":"rc3+compat")").value();
  EXPECT_EQ(told.load_percent, 40u);
  EXPECT_EQ(told.dialect, Dialect::rc3_compat);
  EXPECT_EQ(json::decode_value<DataPlaneRegistrationMessage>(write(told)).value(), told);
  EXPECT_EQ(with(R"("load":40)").error().pointer, "/load");
  EXPECT_EQ(with(R"("leaseSeconds":30,"load":101)").error().pointer, "/load");
  EXPECT_EQ(with(R"("dialect":"klingon")").error().pointer, "/dialect");
}

TEST(DpsRegistration, an_empty_authorization_is_none) {
  auto message = json::decode<ControlPlaneRegistrationMessage>(
      R"({"controlplaneId":"c","endpoint":"e","authorization":{}})");
  EXPECT_FALSE(message.value().authorization);
}

TEST(DpsEndpoints, dataflows_is_appended_unless_the_registered_endpoint_ends_with_it) {
  const DataFlowId flow("f1");
  EXPECT_EQ(operation_url("https://d/api", Operation::prepare), "https://d/api/dataflows/prepare");
  EXPECT_EQ(operation_url("https://d/api/dataflows", Operation::start), "https://d/api/dataflows/start");
  EXPECT_EQ(operation_url("https://d/api/dataflows/", Operation::suspend, flow),
            "https://d/api/dataflows/f1/suspend");
}

TEST(DpsEndpoints, ids_are_encoded_as_one_segment_of_the_path) {
  EXPECT_EQ(operation_url("https://d", Operation::status, DataFlowId("a/b c")),
            "https://d/dataflows/a%2Fb%20c/status");
  EXPECT_EQ(callback_url("https://c/v1/", ProcessId("urn:1"), Callback::errored),
            "https://c/v1/transfers/urn%3A1/dataflow/errored");
  EXPECT_EQ(status_path(DataFlowId("f1")), "/dataflows/f1/status");
}
