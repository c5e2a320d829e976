#include "protocol/dps/dialects.hpp"

#include <gtest/gtest.h>

using namespace kontor;
using namespace kontor::protocol::dps;

namespace {

const Way way{.flow = DataFlowId("tp 1"),
              .endpoint = "https://plane/v1/dataflows/",
              .callback = "https://cp/signaling"};

json::Object order(std::string profile, std::optional<DataAddress> destination = {}) {
  DataFlowBaseMessage base{.message_id = MessageId("m1"),
                           .participant_id = "did:web:provider",
                           .counter_party_id = "did:web:consumer",
                           .dataspace_context = "dataspace",
                           .process_id = ProcessId("tp 1"),
                           .agreement_id = AgreementId("ag1"),
                           .dataset_id = DatasetId("ds1"),
                           .profile = std::move(profile),
                           .claims = {},
                           .labels = {},
                           .metadata = {},
                           .callback_address = {}};
  base.metadata["dataAddress"] =
      json::Object{{"@type", "DataAddress"}, {"type", "HttpData"}, {"baseUrl", "https://source"}};
  auto written = write(DataFlowStartMessage{std::move(base), std::move(destination)});
  return std::move(written.get_object());
}

const DataAddress inbox{.endpoint_type = "https://w3id.org/dspace-sig/profile/http-push",
                        .endpoint = "https://inbox",
                        .properties = {{"authorization", "t"}}};

Spoken said(Dialect dialect, const Signal& signal) {
  auto spoken = speak(dialect, signal, way);
  EXPECT_TRUE(spoken) << (spoken ? "" : spoken.error().message());
  EXPECT_TRUE(spoken && *spoken) << "nothing is said";
  return spoken && *spoken ? **spoken : Spoken{};
}

json::Value body_of(const Spoken& spoken) {
  return json::parse(spoken.body).value();
}

std::string text_at(const json::Value& value, std::string_view pointer) {
  boost::system::error_code none;
  const auto* found = value.find_pointer(pointer, none);
  return found ? json::serialize(*found) : std::string("absent");
}

/// The order as its receiver reads it.
DataFlowStartMessage understood(const Spoken& spoken) {
  auto message = json::decode<DataFlowStartMessage>(spoken.body);
  EXPECT_TRUE(message) << (message ? "" : message.error().message());
  return message ? *message : DataFlowStartMessage{};
}

}  // namespace

TEST(DpsDialects, the_specifications_form_goes_out_as_it_is) {
  const Signal signal{Operation::start, order("HttpData-PULL")};
  EXPECT_EQ(said(Dialect::rc3, signal).body, json::serialize(signal.body));
  EXPECT_EQ(said(Dialect::rc3, signal).url, "https://plane/v1/dataflows/start");
  // The Rust SDK 0.1.3 knows a flow by this name alone.
  EXPECT_EQ(text_at(signal.body, "/dataFlowId"), R"("tp 1")");
}

TEST(DpsDialects, sdks_before_rc3_are_told_where_to_call_back) {
  const auto started = said(Dialect::rc3_compat, {Operation::start, order("HttpData-PULL")});
  EXPECT_EQ(text_at(body_of(started), "/callbackAddress"), R"("https://cp/signaling")");
  EXPECT_EQ(said(Dialect::rc3_compat, {Operation::suspend, {}}).body, "{}");
}

TEST(DpsDialects, edc_is_told_of_a_pull_in_its_own_vocabulary) {
  const auto spoken = said(Dialect::edc_legacy, {Operation::start, order("HttpData-PULL")});
  EXPECT_EQ(spoken.url, "https://plane/v1/dataflows");
  const auto body = body_of(spoken);
  EXPECT_EQ(text_at(body, "/@context/@vocab"), R"("https://w3id.org/edc/v0.0.1/ns/")");
  EXPECT_EQ(text_at(body, "/@type"), R"("DataFlowStartMessage")");
  EXPECT_EQ(text_at(body, "/transferTypeDestination"), R"("HttpData")");
  EXPECT_EQ(text_at(body, "/flowType"), R"("PULL")");
  EXPECT_EQ(text_at(body, "/participantId"), R"("did:web:consumer")");
  EXPECT_EQ(text_at(body, "/callbackAddress"), R"("https://cp/signaling")");
  EXPECT_EQ(text_at(body, "/sourceDataAddress/dspace:endpointType"), R"("HttpData")");
  EXPECT_EQ(text_at(body, "/sourceDataAddress/dspace:endpointProperties/0/dspace:name"),
            R"("https://w3id.org/edc/v0.0.1/ns/baseUrl")");
  EXPECT_EQ(text_at(body, "/destinationDataAddress"), "absent");
}

TEST(DpsDialects, edc_pushes_to_an_address_that_its_sink_understands) {
  const auto body = body_of(said(Dialect::edc_legacy, {Operation::start, order("HttpData-PUSH", inbox)}));
  EXPECT_EQ(text_at(body, "/flowType"), R"("PUSH")");
  EXPECT_EQ(text_at(body, "/destinationDataAddress/dspace:endpointType"), R"("HttpData")");
  EXPECT_TRUE(json::serialize(body).contains(
      R"("dspace:name":"https://w3id.org/edc/v0.0.1/ns/baseUrl","dspace:value":"https://inbox")"));
  EXPECT_TRUE(json::serialize(body).contains(
      R"("dspace:name":"https://w3id.org/edc/v0.0.1/ns/authCode","dspace:value":"Bearer t")"));
}

TEST(DpsDialects, edc_resumes_by_a_start_and_completes_by_a_termination) {
  const auto resumed =
      said(Dialect::edc_legacy,
           {.operation = Operation::resume, .body = {{"messageId", "m2"}}, .order = order("HttpData-PULL")});
  EXPECT_EQ(resumed.url, "https://plane/v1/dataflows");
  EXPECT_EQ(text_at(body_of(resumed), "/@type"), R"("DataFlowStartMessage")");
  const auto completed = said(Dialect::edc_legacy, {Operation::completed, {}});
  EXPECT_EQ(completed.url, "https://plane/v1/dataflows/tp%201/terminate");
  EXPECT_EQ(text_at(body_of(completed), "/@type"), R"("DataFlowTerminateMessage")");
  const auto suspended = said(Dialect::edc_legacy, {Operation::suspend, {{"reason", "why"}}});
  EXPECT_EQ(suspended.url, "https://plane/v1/dataflows/tp%201/suspend");
  EXPECT_EQ(text_at(body_of(suspended), "/reason"), R"("why")");
}

TEST(DpsDialects, a_consumers_edc_is_told_nothing_of_a_pull_and_receives_no_push) {
  using enum Operation;
  const auto consumer = protocol::dsp::Role::consumer;
  for (const auto operation : {prepare, started, suspend, resume, completed, terminate}) {
    const Signal signal{operation, order("HttpData-PULL"), consumer};
    const auto spoken = speak(Dialect::edc_legacy, signal, way);
    ASSERT_TRUE(spoken) << operation_name(operation);
    EXPECT_FALSE(*spoken) << operation_name(operation);
    const auto status = hear(Dialect::edc_legacy, signal, std::nullopt);
    EXPECT_EQ(status.value().state, operation == prepare ? State::prepared : State::started);
  }
  const auto push = speak(Dialect::edc_legacy, {prepare, order("HttpData-PUSH"), consumer}, way);
  EXPECT_EQ(push.error().code, ErrorCode::peer_refused);
}

TEST(DpsDialects, what_edc_cannot_be_asked_is_refused) {
  auto without_source = order("HttpData-PULL");
  without_source["metadata"] = json::Object();
  for (const auto& body : {without_source, order("HttpData")}) {
    const auto spoken = speak(Dialect::edc_legacy, {Operation::start, body}, way);
    ASSERT_FALSE(spoken);
    EXPECT_EQ(spoken.error().code, ErrorCode::peer_refused);
  }
}

TEST(DpsDialects, the_address_in_edcs_answer_is_read_compacted_and_expanded) {
  const Signal signal{Operation::start, {}};
  const auto answers = {
      R"({"@type":"DataFlowResponseMessage","provisioning":false,
          "dataAddress":{"@type":"dspace:DataAddress","dspace:endpointType":"https://w3id.org/idsa/v4.1/HTTP",
          "dspace:endpointProperties":[
           {"@type":"dspace:EndpointProperty","dspace:name":"https://w3id.org/edc/v0.0.1/ns/endpoint",
            "dspace:value":"https://d"},
           {"@type":"dspace:EndpointProperty","dspace:name":"https://w3id.org/edc/v0.0.1/ns/authorization",
            "dspace:value":"t"}]},
          "@context":{"@vocab":"https://w3id.org/edc/v0.0.1/ns/"}})",
      R"([{"https://w3id.org/edc/v0.0.1/ns/dataAddress":[{
          "https://w3id.org/dspace/v0.8/endpointType":[{"@value":"https://w3id.org/idsa/v4.1/HTTP"}],
          "https://w3id.org/dspace/v0.8/endpointProperties":[
           {"https://w3id.org/dspace/v0.8/name":[{"@value":"https://w3id.org/edc/v0.0.1/ns/endpoint"}],
            "https://w3id.org/dspace/v0.8/value":[{"@value":"https://d"}]},
           {"https://w3id.org/dspace/v0.8/name":[{"@value":"authorization"}],
            "https://w3id.org/dspace/v0.8/value":[{"@value":"t"}]}]}]}])"};
  for (const auto* answer : answers) {
    const auto status = hear(Dialect::edc_legacy, signal, answer);
    ASSERT_TRUE(status) << status.error().message();
    EXPECT_EQ(status->state, State::started);
    ASSERT_TRUE(status->data_address);
    EXPECT_EQ(status->data_address->endpoint_type, "https://w3id.org/idsa/v4.1/HTTP");
    EXPECT_EQ(status->data_address->endpoint, "https://d");
    ASSERT_NE(status->data_address->property("authorization"), nullptr);
    EXPECT_EQ(*status->data_address->property("authorization"), "t");
  }
  EXPECT_FALSE(hear(Dialect::edc_legacy, signal, R"({"provisioning":false})").value().data_address);
  EXPECT_EQ(hear(Dialect::edc_legacy, signal, R"({"provisioning":true})").error().code,
            ErrorCode::peer_refused);
}

TEST(DpsDialects, an_order_of_edc_is_read_as_it_was_written) {
  const auto pull = understood(said(Dialect::edc_legacy, {Operation::start, order("HttpData-PULL", inbox)}));
  EXPECT_EQ(pull.base.dialect, Dialect::edc_legacy);
  EXPECT_EQ(pull.base.process_id, ProcessId("tp 1"));
  EXPECT_EQ(pull.base.agreement_id, AgreementId("ag1"));
  EXPECT_EQ(pull.base.dataset_id, DatasetId("ds1"));
  EXPECT_EQ(pull.base.profile, "HttpData-PULL");
  EXPECT_EQ(pull.base.counter_party_id, "did:web:consumer");
  EXPECT_EQ(json::serialize(pull.base.metadata.at("dataAddress")),
            R"({"type":"HttpData","baseUrl":"https://source"})");
  EXPECT_FALSE(pull.data_address) << "EDC names a destination of pulls too";
  const auto push = understood(said(Dialect::edc_legacy, {Operation::start, order("HttpData-PUSH", inbox)}));
  ASSERT_TRUE(push.data_address);
  EXPECT_EQ(push.data_address->endpoint_type, "HttpData");
  EXPECT_EQ(push.data_address->endpoint, "https://inbox");
  EXPECT_EQ(*push.data_address->property("baseUrl"), "https://inbox");
}

TEST(DpsDialects, a_provision_message_of_edc_is_a_prepare) {
  const auto prepare = json::decode<DataFlowPrepareMessage>(
      R"({"@context":{"edc":"https://w3id.org/edc/v0.0.1/ns/"},"@type":"edc:DataFlowProvisionMessage",
          "edc:processId":"tp1","edc:participantId":"did:web:us","edc:flowType":"PULL",
          "edc:transferTypeDestination":"HttpData","edc:properties":{}})");
  ASSERT_TRUE(prepare) << prepare.error().message();
  EXPECT_EQ(prepare->base.process_id, ProcessId("tp1"));
  EXPECT_EQ(prepare->base.participant_id, "did:web:us");
  EXPECT_EQ(prepare->base.profile, "HttpData-PULL");
}

TEST(DpsDialects, an_answer_to_edc_is_read_by_it) {
  DataFlowStatusMessage status{.message_id = MessageId("m"),
                               .data_flow_id = DataFlowId("f"),
                               .state = State::started,
                               .data_address = inbox,
                               .error = {},
                               .dialect = Dialect::edc_legacy};
  const auto text = json::encode(status);
  const auto heard = hear(Dialect::edc_legacy, {Operation::start, {}}, text);
  ASSERT_TRUE(heard) << heard.error().message();
  EXPECT_EQ(heard->data_address->endpoint, "https://inbox");
  EXPECT_EQ(*heard->data_address->property("authorization"), "t");
  EXPECT_TRUE(text.contains(R"("@type":"DataFlowResponseMessage")")) << text;
  EXPECT_TRUE(text.contains(R"("provisioning":false)")) << text;
}

TEST(DpsDialects, edc_hears_of_an_end_and_of_nothing_else) {
  const ProcessId process("tp 1");
  DataFlowStatusMessage status;
  status.error = "the source is gone";
  const auto told = [&](Callback callback) {
    return report(Dialect::edc_legacy, "https://edc/control/", process, callback, status);
  };
  EXPECT_EQ(told(Callback::completed)->url, "https://edc/control/transferprocess/tp%201/complete");
  EXPECT_EQ(told(Callback::completed)->body, "");
  EXPECT_EQ(told(Callback::errored)->url, "https://edc/control/transferprocess/tp%201/fail");
  EXPECT_EQ(told(Callback::errored)->body, R"({"errorMessage":"the source is gone"})");
  EXPECT_FALSE(told(Callback::prepared));
  EXPECT_FALSE(told(Callback::started));
  EXPECT_TRUE(report(Dialect::rc3, "https://cp", process, Callback::prepared, status)
                  ->url.ends_with("/dataflow/prepared"));
}

TEST(DpsDialects, the_go_sdk_is_told_in_its_spelling_and_by_the_messages_that_it_has) {
  const auto started = said(Dialect::go_2025, {Operation::start, order("HttpData-PULL")});
  EXPECT_EQ(started.url, "https://plane/v1/dataflows/start");
  const auto body = body_of(started);
  EXPECT_EQ(text_at(body, "/processID"), R"("tp 1")");
  EXPECT_EQ(text_at(body, "/callbackAddress"), R"("https://cp/signaling")");
  EXPECT_EQ(text_at(body, "/transferType"), R"({"destinationType":"HttpData","flowType":"pull"})");
  EXPECT_EQ(text_at(body, "/destinationDataAddress"), R"({"properties":{}})");
  EXPECT_EQ(text_at(body, "/sourceDataAddress/properties/endpointType"), R"("HttpData")");
  EXPECT_EQ(understood(started).base.profile, "HttpData-pull");
  const Signal notified{
      Operation::started, {{"messageId", "m"}, {"dataAddress", write(inbox)}}, protocol::dsp::Role::consumer};
  EXPECT_EQ(said(Dialect::go_2025, notified).url, "https://plane/v1/dataflows/tp%201/start");
  EXPECT_EQ(text_at(body_of(said(Dialect::go_2025, notified)), "/sourceDataAddress/properties/endpoint"),
            R"("https://inbox")");
  const auto resumed =
      said(Dialect::go_2025,
           {.operation = Operation::resume, .body = {{"messageId", "m2"}}, .order = order("HttpData-PULL")});
  EXPECT_EQ(text_at(body_of(resumed), "/sourceDataAddress/properties/endpointType"), R"("HttpData")");
  EXPECT_EQ(said(Dialect::go_2025, {Operation::completed, {}}).url,
            "https://plane/v1/dataflows/tp%201/terminate");
}

TEST(DpsDialects, the_answer_of_the_go_sdk_is_read) {
  const auto status = hear(Dialect::go_2025, {Operation::start, {}},
                           R"({"dataplaneID":"p","state":200,"error":"","dataAddress":{"properties":{
                               "@type":"DataAddress","endpointType":"x","endpoint":"https://d",
                               "endpointProperties":[{"key":"token","type":"string","value":"t"}]}}})");
  ASSERT_TRUE(status) << status.error().message();
  EXPECT_EQ(status->state, State::started);
  EXPECT_EQ(status->data_address->endpoint, "https://d");
  EXPECT_EQ(*status->data_address->property("token"), "t");
  const auto later =
      hear(Dialect::go_2025, {Operation::prepare, {}}, R"({"state":50,"dataAddress":{"properties":{}}})");
  EXPECT_EQ(later.value().state, State::preparing);
  EXPECT_FALSE(later->data_address);
}

TEST(DpsDialects, the_net_sdk_is_told_in_its_spelling_and_by_the_messages_that_it_has) {
  const auto body = body_of(said(Dialect::net_2025, {Operation::start, order("HttpData-PUSH", inbox)}));
  EXPECT_EQ(text_at(body, "/messageID"), R"("m1")");
  EXPECT_EQ(text_at(body, "/transferType"), R"({"destinationType":"HttpData","flowType":"Push"})");
  EXPECT_EQ(text_at(body, "/dataAddress/@type"), R"("https://w3id.org/dspace-sig/profile/http-push")");
  EXPECT_EQ(text_at(body, "/dataAddress/properties/endpoint"), R"("https://inbox")");
  EXPECT_EQ(said(Dialect::net_2025, {Operation::completed, {}}).body, "") << "it refuses a body";
  EXPECT_EQ(said(Dialect::net_2025, {Operation::suspend, {}}).url,
            "https://plane/v1/dataflows/tp%201/suspend");
  const auto resumed = speak(Dialect::net_2025, {Operation::resume, {}}, way);
  EXPECT_EQ(resumed.error().code, ErrorCode::peer_refused);
}

TEST(DpsDialects, the_answer_of_the_net_sdk_is_read) {
  const auto status =
      hear(Dialect::net_2025, {Operation::start, {}},
           R"({"@context":{"edc":"https://w3id.org/edc/v0.0.1/ns/"},"@type":"DataFlowResponseMessage",
               "dataplaneID":"p","state":"Started","dataAddress":{"@id":"1","@type":"HttpData",
               "properties":{"endpoint":"https://d","token":"t"}}})");
  ASSERT_TRUE(status) << status.error().message();
  EXPECT_EQ(status->state, State::started);
  EXPECT_EQ(status->data_address->endpoint_type, "HttpData");
  EXPECT_EQ(status->data_address->endpoint, "https://d");
  EXPECT_EQ(*status->data_address->property("token"), "t");
}
