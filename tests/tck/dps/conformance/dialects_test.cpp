#include <gtest/gtest.h>

#include "tck/dps/conformance/world_for_test.hpp"

/// Planes that speak as there was spoken before the specification.

using namespace kontor;
using namespace kontor::tck;
using namespace kontor::tck::dps;

namespace {

constexpr std::string_view edc = "https://w3id.org/edc/v0.0.1/ns/";
constexpr std::string_view dspace = "https://w3id.org/dspace/v0.8/";

json::Object address_of(std::string_view type, std::string_view property, std::string_view value) {
  return {{"@type", "dspace:DataAddress"},
          {"dspace:endpointType", type},
          {"dspace:endpointProperties",
           json::Array{json::Object{{"@type", "dspace:EndpointProperty"},
                                    {"dspace:name", std::string(edc) + std::string(property)},
                                    {"dspace:value", value}}}}};
}

json::Object document(std::string_view type) {
  return {{"@context", json::Object{{"@vocab", edc}, {"dspace", dspace}}}, {"@type", type}};
}

class DpsDialectRules : public ::testing::Test {
 protected:
  Wire::Answer ask(const std::string& method, const std::string& path, const json::Object& body = {}) {
    const auto text = method == "GET" ? std::string() : json::serialize(body);
    return send(method, world.addresses().data_plane + path, text, std::string(authorization));
  }
  Wire::Answer send(const std::string& method, const std::string& url, const std::string& body,
                    const std::string& token) {
    auto answer = world.run(wire.send(method, url, body, token));
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().message());
    return answer ? std::move(*answer) : Wire::Answer{};
  }
  /// As EDC orders it.
  json::Object order_of(const std::string& process, std::string_view agreement, std::string_view flow_type) {
    auto order = document("DataFlowStartMessage");
    order["processId"] = process;
    order["agreementId"] = agreement;
    order["datasetId"] = dataset;
    order["participantId"] = "did:web:somebody.example";
    order["transferTypeDestination"] = "http";
    order["flowType"] = flow_type;
    order["callbackAddress"] = "https://elsewhere.example/control";
    order["properties"] = json::Object();
    order["sourceDataAddress"] = address_of("HttpData", "baseUrl", "https://source.example/");
    return order;
  }
  std::string state_of(const std::string& process) {
    const auto answer = json::parse(ask("GET", "/dataflows/" + process + "/status").body);
    return answer && answer->is_object() ? text_of(answer->get_object(), "state") : std::string();
  }
  Letter next(const std::string& process) {
    auto letter = world.run(wire.next(process));
    EXPECT_TRUE(letter) << (letter ? "" : letter.error().message());
    return letter ? std::move(*letter) : Letter{};
  }
  json::Object next_body(const std::string& process, std::string_view what) {
    const auto letter = next(process);
    EXPECT_EQ(letter.what, what);
    auto body = json::parse(letter.body);
    return body && body->is_object() ? body->get_object() : json::Object{};
  }
  /// A transfer of ours whose data plane is the kit, speaking the dialect.
  std::string trigger(std::string_view dialect) {
    const auto administration = world.planned().place().administration_url();
    const auto token = world.run(wire.post_form(
        administration + "/token",
        "grant_type=client_credentials&client_id=connector&client_secret=secret&scope=management-api:admin",
        ""));
    const auto granted = json::parse(token ? token->body : "");
    const json::Object registration{{"dataplaneId", "kit"},
                                    {"endpoint", wire.address()},
                                    {"profiles", json::Array{transfer_type}},
                                    {"dialect", dialect}};
    EXPECT_TRUE(send("PUT", administration + "/api/mgmt/v5beta/participants/planes/dataplanes",
                     json::serialize(registration),
                     "Bearer " + text_of(granted.value().as_object(), "access_token"))
                    .taken());
    auto answer =
        world.run(wire.post(world.addresses().trigger + "/dataflows/trigger",
                            {{"agreementId", all_cases().front().agreement}, {"dspUrl", wire.address()}}));
    EXPECT_TRUE(answer && answer->taken());
    return answer ? text_of(json::parse(answer->body).value().as_object(), "id") : std::string();
  }

  World world;
  Wire& wire = world.wire();
};

}  // namespace

TEST_F(DpsDialectRules, a_control_plane_of_edc_is_answered_in_its_form_and_resumes_by_starting_again) {
  EXPECT_EQ(ask("GET", "/dataflows/check").status, 200u);
  for (const auto* path : {"/dataflows", "/dataflows/start"}) {
    const auto process = std::string("edc-") + std::to_string(std::string_view(path).size());
    const auto flow = "/dataflows/" + process;
    const auto order = order_of(process, "agreement", "pull");
    const auto started = ask("POST", path, order);
    EXPECT_EQ(started.status, 200u) << started.body;
    EXPECT_TRUE(started.body.contains(R"("@type":"DataFlowResponseMessage")")) << started.body;
    EXPECT_TRUE(started.body.contains(R"("dspace:endpointType":"HttpData")")) << started.body;
    EXPECT_EQ(ask("POST", flow + "/suspend", document("DataFlowSuspendMessage")).status, 200u);
    EXPECT_EQ(state_of(process), "SUSPENDED");
    EXPECT_EQ(ask("POST", path, order_of(process, "another", "pull")).status, 409u);
    EXPECT_EQ(state_of(process), "SUSPENDED");
    const auto again = ask("POST", path, order);
    EXPECT_EQ(again.status, 200u) << again.body;
    EXPECT_TRUE(again.body.contains("dspace:DataAddress")) << again.body;
    EXPECT_EQ(state_of(process), "STARTED");
    EXPECT_EQ(ask("POST", flow + "/terminate", document("DataFlowTerminateMessage")).status, 200u);
    EXPECT_EQ(state_of(process), "TERMINATED");
  }
}

TEST_F(DpsDialectRules, what_is_pending_is_answered_to_edc_with_200) {
  const auto answer = ask("POST", "/dataflows", order_of("later", answered_later, "pull"));
  EXPECT_EQ(answer.status, 200u);
  EXPECT_TRUE(answer.body.contains(R"("provisioning":true)")) << answer.body;
}

TEST_F(DpsDialectRules, an_order_of_edc_without_what_is_needed_is_refused_by_the_specifications_names) {
  auto order = order_of("incomplete", "agreement", "pull");
  order.erase("processId");
  const auto answer = ask("POST", "/dataflows", order);
  EXPECT_EQ(answer.status, 400u);
  EXPECT_TRUE(answer.body.contains("/processId")) << answer.body;
}

TEST_F(DpsDialectRules, a_control_plane_of_edc_is_told_of_ends_where_it_wants_to_hear_of_them) {
  EXPECT_EQ(
      ask("PUT", "/controlplanes",
          {{"controlplaneId", connector::client_id}, {"endpoint", wire.address()}, {"dialect", "edc-legacy"}})
          .status,
      200u);
  const std::pair<std::string_view, std::string_view> ends[] = {{ends_by_itself, "callback:complete"},
                                                                {breaks, "callback:fail"}};
  for (const auto& [agreement, callback] : ends) {
    const auto process = "ended-" + std::string(agreement);
    auto order = order_of(process, agreement, "push");
    order["destinationDataAddress"] = address_of("HttpData", "baseUrl", "https://sink.example/");
    EXPECT_EQ(ask("POST", "/dataflows", order).status, 200u);
    const auto letter = next(process);
    EXPECT_EQ(letter.what, callback);
    EXPECT_EQ(letter.body, agreement == breaks ? R"({"errorMessage":"the source is gone"})" : "");
  }
}

TEST_F(DpsDialectRules, a_data_plane_of_the_2025_sdks_is_told_in_their_spelling) {
  for (const auto* dialect : {"go-2025", "net-2025"}) {
    const auto body = next_body(trigger(dialect), "prepare");
    EXPECT_TRUE(body.contains("agreementID")) << json::serialize(body);
    EXPECT_TRUE(text_of(body, "callbackAddress").ends_with("/api/signaling/v1/planes"));
    ASSERT_TRUE(body.contains("transferType"));
    EXPECT_EQ(text_of(body.at("transferType").as_object(), "destinationType"), "HttpData");
  }
}

TEST_F(DpsDialectRules, a_consumer_with_a_data_plane_of_edc_asks_its_counter_party_at_once) {
  EXPECT_EQ(next(trigger("edc-legacy")).what, "request");
}

TEST_F(DpsDialectRules, what_a_data_plane_of_edc_reports_of_an_unknown_transfer_is_not_found) {
  for (const auto* what : {"complete", "fail"}) {
    const auto answer = send("POST", world.addresses().control_plane + "/transferprocess/nobody/" + what,
                             R"({"errorMessage":"no"})", "");
    EXPECT_EQ(answer.status, 404u) << what;
  }
}

TEST_F(DpsDialectRules, a_data_plane_of_edc_that_gives_up_ends_the_transfer) {
  const auto process = trigger("edc-legacy");
  EXPECT_EQ(next(process).what, "request");
  const auto base = world.addresses().control_plane + "/transferprocess/" + process;
  EXPECT_EQ(send("POST", base + "/fail", R"({"errorMessage":"the source is gone"})", "").status, 200u);
  const auto own = world.addresses().protocol + "/transfers/" + process;
  const auto peer = json::serialize(json::Object{{"clientId", kit_as_provider}});
  std::string state;
  for (int asked = 0; asked < 100 && state != "TERMINATED"; ++asked) {
    const auto shown = json::parse(send("GET", own, "", peer).body);
    ASSERT_TRUE(shown && shown->is_object());
    state = text_of(shown->get_object(), "state");
  }
  EXPECT_EQ(state, "TERMINATED");
}
