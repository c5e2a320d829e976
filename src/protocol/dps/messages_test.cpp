#include "protocol/dps/messages.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "protocol/dps/registration.hpp"

using namespace kontor;
using namespace kontor::protocol::dps;

namespace {

const DataAddress address{.endpoint_type = "x", .endpoint = "https://a", .properties = {}};

DataFlowBaseMessage base_message() {
  return {.message_id = MessageId("m1"),
          .participant_id = "did:web:provider",
          .counter_party_id = "did:web:consumer",
          .dataspace_context = "dataspace-protocol-http:2025-1",
          .process_id = ProcessId("tp1"),
          .agreement_id = AgreementId("ag1"),
          .dataset_id = DatasetId("ds1"),
          .profile = "https://w3id.org/dspace-sig/profile/http-pull",
          .claims = {},
          .labels = {},
          .metadata = {},
          .callback_address = {}};
}

json::Value schema(const std::string& folder, const std::string& name) {
  std::ifstream file(folder + "/dps/schemas/" + name + ".schema.json");
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str()).value();
}

/// What the schema requires and `message` does not have, or has as null.
std::string missing(const json::Value& message, const json::Value& rules) {
  std::string names;
  const auto* required = json::find(rules, "required");
  if (!required) return names;
  for (const auto& name : required->as_array()) {
    const auto* member = json::find(message, std::string_view(name.as_string()));
    if (!member || member->is_null()) names += std::string(name.as_string()) + " ";
  }
  return names;
}

template <class Message>
void expect_same_after_a_round_trip(const Message& message) {
  EXPECT_EQ(json::decode<Message>(json::encode(message)).value(), message) << json::encode(message);
}

}  // namespace

TEST(DpsMessages, every_message_survives_the_way_there_and_back) {
  expect_same_after_a_round_trip(DataFlowPrepareMessage{base_message()});
  expect_same_after_a_round_trip(DataFlowStartMessage{base_message(), address});
  expect_same_after_a_round_trip(DataFlowStartedNotificationMessage{MessageId("m"), address});
  expect_same_after_a_round_trip(DataFlowSuspendMessage{MessageId("m"), "why"});
  expect_same_after_a_round_trip(DataFlowResumeMessage{MessageId("m"), {}});
  expect_same_after_a_round_trip(DataFlowTerminateMessage{MessageId("m"), {}});
  expect_same_after_a_round_trip(
      DataFlowStatusMessage{MessageId("m"), DataFlowId("f"), State::started, address, "broken"});
  expect_same_after_a_round_trip(DataFlowStatusResponseMessage{DataFlowId("f"), State::suspended});
}

TEST(DpsMessages, every_member_that_a_schema_requires_is_written) {
  const char* folder = std::getenv("KONTOR_SPEC_DIR");
  if (!folder) GTEST_SKIP() << "KONTOR_SPEC_DIR does not name the folder of the specification's schemas";
  const MessageId id("m");
  const Authorization token{.type = "oauth2_client_credentials",
                            .token_endpoint = "https://t",
                            .client_id = "c",
                            .client_secret = "s"};
  const std::pair<const char*, json::Value> written[] = {
      {"DataFlowBaseMessage", write(DataFlowPrepareMessage{base_message()})},
      {"DataFlowBaseMessage", write(DataFlowStartMessage{base_message(), address})},
      {"DataFlowStartedNotificationMessage", write(DataFlowStartedNotificationMessage{id, {}})},
      {"DataFlowSuspendMessage", write(DataFlowSuspendMessage{id, {}})},
      {"DataFlowResumeMessage", write(DataFlowResumeMessage{id, {}})},
      {"DataFlowTerminateMessage", write(DataFlowTerminateMessage{id, {}})},
      {"DataFlowStatusMessage", write(DataFlowStatusMessage{id, DataFlowId("f"), State::started, {}, {}})},
      {"DataFlowStatusResponseMessage",
       write(DataFlowStatusResponseMessage{DataFlowId("f"), State::started})},
      {"DataPlaneRegistrationMessage",
       write(DataPlaneRegistrationMessage{DataPlaneId("d"), "https://d", {"p"}, {}, token})},
      {"ControlPlaneRegistrationMessage",
       write(ControlPlaneRegistrationMessage{ControlPlaneId("c"), "https://c", token})},
  };
  for (const auto& [name, message] : written) EXPECT_EQ(missing(message, schema(folder, name)), "") << name;
}

TEST(DpsMessages, what_early_receivers_need_is_written_besides) {
  auto message = base_message();
  message.callback_address = "https://cp/signaling";
  auto value = write(DataFlowStartMessage{message, {}});
  EXPECT_EQ(*json::find(value, "transferType"), *json::find(value, "profile"));
  EXPECT_TRUE(json::find(value, "labels")->as_array().empty());
  EXPECT_TRUE(json::find(value, "metadata")->as_object().empty());
  EXPECT_TRUE(json::find(value, "claims")->as_object().empty());
  EXPECT_EQ(*json::find(value, "callbackAddress"), json::Value("https://cp/signaling"));
  EXPECT_EQ(json::find(value, "dataAddress"), nullptr);
}

TEST(DpsMessages, the_2025_sdk_form_of_a_start_is_read) {
  auto start = json::decode<DataFlowStartMessage>(
      R"({"messageID":"m1","participantID":"p","counterPartyID":"c","dataspaceContext":"ds","processID":"tp1",
          "agreementID":"a","datasetID":"d","callbackAddress":"http://cp",
          "transferType":{"destinationType":"HttpData","flowType":"pull"},
          "destinationDataAddress":{"properties":null},
          "labels":null})");
  ASSERT_TRUE(start) << start.error().message();
  EXPECT_EQ(start->base.profile, "HttpData-pull");
  EXPECT_EQ(start->base.process_id, ProcessId("tp1"));
  EXPECT_EQ(start->base.message_id, MessageId("m1"));
  EXPECT_EQ(start->base.dataset_id, DatasetId("d"));
  EXPECT_FALSE(start->data_address);
}

TEST(DpsMessages, transfer_type_as_text_is_read_as_the_profile) {
  auto prepare =
      json::decode<DataFlowPrepareMessage>(R"({"processId":"tp1","transferType":"HttpData-PULL"})");
  EXPECT_EQ(prepare.value().base.profile, "HttpData-PULL");
}

TEST(DpsMessages, a_flow_without_process_or_profile_is_refused) {
  EXPECT_EQ(json::decode<DataFlowPrepareMessage>(R"({"profile":"x"})").error().pointer, "/processId");
  EXPECT_EQ(json::decode<DataFlowPrepareMessage>(R"({"processId":"x"})").error().pointer, "/profile");
  EXPECT_EQ(json::decode<DataFlowPrepareMessage>(R"({"processId":"x","profile":""})").error().pointer,
            "/profile");
  EXPECT_EQ(json::decode<DataFlowStartMessage>(R"({"processId":"x","transferType":{"flowType":"pull"}})")
                .error()
                .pointer,
            "/transferType");
}

TEST(DpsMessages, a_status_needs_nothing_but_its_state) {
  auto status = json::decode<DataFlowStatusMessage>(R"({"state":"PREPARED"})");
  EXPECT_EQ(status.value().state, State::prepared);
  EXPECT_TRUE(status->data_flow_id.empty());
  EXPECT_EQ(json::decode<DataFlowStatusMessage>(R"({"dataFlowId":"f"})").error().pointer, "/state");
}

TEST(DpsMessages, a_body_of_completed_is_read_whatever_it_is) {
  EXPECT_TRUE(json::decode<DataFlowCompletedMessage>("{}"));
  EXPECT_TRUE(json::decode<DataFlowCompletedMessage>("null"));
  EXPECT_EQ(json::decode<DataFlowCompletedMessage>(R"({"messageId":"m"})").value().message_id,
            MessageId("m"));
  EXPECT_EQ(json::encode(DataFlowCompletedMessage{}), "{}");
}

TEST(DpsState, is_read_in_every_known_spelling) {
  const std::pair<const char*, State> spellings[] = {{R"("STARTED")", State::started},
                                                     {R"("Started")", State::started},
                                                     {R"("PEPARING")", State::preparing},
                                                     {R"("INITIATING")", State::initialized},
                                                     {R"("UNINITIALIZED")", State::initialized},
                                                     {"0", State::initialized},
                                                     {"50", State::preparing},
                                                     {"100", State::prepared},
                                                     {"150", State::starting},
                                                     {"200", State::started},
                                                     {"250", State::completed},
                                                     {"300", State::suspended},
                                                     {"350", State::terminated}};
  for (const auto& [text, state] : spellings) EXPECT_EQ(json::decode<State>(text).value(), state) << text;
  for (const char* text : {R"("RUNNING")", "25", "400", "-50", "true", "null"})
    EXPECT_FALSE(json::decode<State>(text)) << text;
}

TEST(DpsState, the_direction_is_the_last_part_of_a_profile) {
  EXPECT_EQ(direction_of("https://w3id.org/dspace-sig/profile/http-pull"), Direction::pull);
  EXPECT_EQ(direction_of("AmazonS3-PUSH"), Direction::push);
  EXPECT_EQ(direction_of("pull"), std::nullopt);
}
