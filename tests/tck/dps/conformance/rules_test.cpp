#include <gtest/gtest.h>

#include "base/random/random.hpp"
#include "base/text/encoding.hpp"
#include "protocol/dps/http_profile.hpp"
#include "tck/dps/conformance/world_for_test.hpp"

/// Rules of the specification that the kit has no case for.

using namespace kontor;
using namespace kontor::tck;
using namespace kontor::tck::dps;
using protocol::dps::http_push_profile;

namespace {

class DpsRules : public ::testing::Test {
 protected:
  using Answer = Wire::Answer;

  Answer ask(const std::string& method, const std::string& path, const json::Object& body = {}) {
    const auto text = method == "GET" || method == "DELETE" ? std::string() : json::serialize(body);
    auto answer =
        world.run(wire.send(method, world.addresses().data_plane + path, text, std::string(authorization)));
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().message());
    return answer ? std::move(*answer) : Answer{};
  }

  json::Object order_of(const std::string& process, std::string_view agreement, std::string_view profile) {
    return {{"messageId", new_uuid(wire.random())},
            {"participantId", data_provider},
            {"counterPartyId", "did:web:somebody.example"},
            {"dataspaceContext", "dataspace"},
            {"processId", process},
            {"agreementId", agreement},
            {"datasetId", dataset},
            {"profile", profile},
            {"claims", json::Object{}}};
  }
  Answer start(const std::string& process, std::string_view agreement = "agreement") {
    return ask("POST", "/dataflows/start", order_of(process, agreement, plain_pull));
  }

  json::Object object_of(const Answer& answer) {
    auto value = json::parse(answer.body);
    return value && value->is_object() ? std::move(value->get_object()) : json::Object{};
  }
  std::string state_of(const std::string& process) {
    return text_of(object_of(ask("GET", "/dataflows/" + process + "/status")), "state");
  }
  Letter next(const std::string& process) {
    auto letter = world.run(wire.next(process));
    EXPECT_TRUE(letter) << (letter ? "" : letter.error().message());
    return letter ? std::move(*letter) : Letter{};
  }
  void register_kit(const json::Object& more) {
    json::Object body{{"controlplaneId", connector::client_id}, {"endpoint", wire.address()}};
    for (const auto& member : more) body[member.key()] = member.value();
    EXPECT_EQ(ask("PUT", "/controlplanes", body).status, 200u);
  }

  /// A transfer of ours whose data plane the kit is.
  std::string trigger() {
    auto answer =
        world.run(wire.post(world.addresses().trigger + "/dataflows/trigger",
                            {{"agreementId", all_cases().front().agreement}, {"dspUrl", wire.address()}}));
    EXPECT_TRUE(answer && answer->taken());
    return answer ? text_of(object_of(*answer), "id") : std::string();
  }
  Answer read_agreement(const std::string& url, const std::string& token = {}) {
    auto answer = world.run(wire.get(url, token));
    EXPECT_TRUE(answer);
    return answer ? std::move(*answer) : Answer{};
  }
  json::Object profile() {
    return {{"type", "oauth2_client_credentials"},
            {"tokenEndpoint", wire.address() + "/token"},
            {"clientId", "us"},
            {"clientSecret", "s3cret"},
            {"jwks", wire.key_set()}};
  }
  /// As a plane that proves itself, and not by the relay.
  Answer as_plane(const std::string& token, const std::string& method, const std::string& path,
                  const json::Object& body = {}) {
    const auto url = "http://127.0.0.1:" + std::to_string(world.planned().ports.at(2)) + path;
    auto answer = world.run(
        wire.send(method, url, method == "GET" || method == "DELETE" ? std::string() : json::serialize(body),
                  "Bearer " + token));
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().message());
    return answer ? std::move(*answer) : Answer{};
  }
  /// Over the Management API.
  void register_data_plane(const json::Object& body) {
    const auto administration = world.planned().place().administration_url();
    auto token = world.run(wire.post_form(
        administration + "/token",
        "grant_type=client_credentials&client_id=connector&client_secret=secret&scope=management-api:admin",
        ""));
    ASSERT_TRUE(token && token->taken()) << (token ? token->body : "");
    auto registered =
        world.run(wire.send("PUT", administration + "/api/mgmt/v5beta/participants/planes/dataplanes",
                            json::serialize(body), "Bearer " + text_of(object_of(*token), "access_token")));
    ASSERT_TRUE(registered && registered->taken()) << (registered ? registered->body : "");
  }

  World world;
  Wire& wire = world.wire();
};

json::Object push_address(std::string_view endpoint) {
  return {{"@type", "DataAddress"}, {"endpointType", http_push_profile}, {"endpoint", endpoint}};
}

}  // namespace

TEST_F(DpsRules, what_is_answered_later_is_accepted_and_located) {
  const auto answer = start("later", answered_later);
  EXPECT_EQ(answer.status, 202u);
  EXPECT_EQ(text_of(object_of(answer), "state"), "STARTING");
  EXPECT_EQ(answer.headers.get("Location"), "/api/v1/planes/dataflows/later/status");
  EXPECT_EQ(state_of("later"), "STARTING");
  EXPECT_EQ(next("later").what, "callback:started");
  EXPECT_EQ(start("at-once").status, 200u);
}

TEST_F(DpsRules, a_flow_that_was_never_ordered_is_not_found) {
  for (const auto* operation : {"started", "suspend", "resume", "terminate", "completed"}) {
    EXPECT_EQ(ask("POST", std::string("/dataflows/nobody/") + operation, {{"messageId", "m"}}).status, 404u)
        << operation;
  }
  EXPECT_EQ(ask("GET", "/dataflows/nobody/status").status, 404u);
}

TEST_F(DpsRules, an_order_that_comes_again_is_answered_as_before_and_another_under_its_id_is_refused) {
  const auto first = object_of(start("twice"));
  auto again = object_of(start("twice"));
  again["messageId"] = first.at("messageId");
  EXPECT_EQ(again, first);
  EXPECT_EQ(start("twice", "another").status, 409u);
  auto message = order_of("push-twice", "agreement", http_push_profile);
  message["dataAddress"] = push_address("https://somebody.example/ingest");
  EXPECT_EQ(ask("POST", "/dataflows/start", message).status, 200u);
  message["messageId"] = "another";
  EXPECT_EQ(ask("POST", "/dataflows/start", message).status, 200u);
  message["messageId"] = "third";
  message["dataAddress"] = push_address("https://elsewhere.example/ingest");
  EXPECT_EQ(ask("POST", "/dataflows/start", message).status, 409u);
}

TEST_F(DpsRules, what_has_ended_stays_so) {
  EXPECT_EQ(start("ended").status, 200u);
  EXPECT_EQ(ask("POST", "/dataflows/ended/terminate", {{"messageId", "m1"}}).status, 200u);
  EXPECT_EQ(ask("POST", "/dataflows/ended/terminate", {{"messageId", "m2"}}).status, 200u);
  for (const auto* operation : {"suspend", "resume", "completed"}) {
    EXPECT_EQ(ask("POST", std::string("/dataflows/ended/") + operation, {{"messageId", operation}}).status,
              409u)
        << operation;
  }
  EXPECT_EQ(state_of("ended"), "TERMINATED");
}

TEST_F(DpsRules, an_address_where_none_may_be_and_none_where_one_must_be_are_refused) {
  auto pull = order_of("pull", "agreement", plain_pull);
  pull["dataAddress"] = push_address("https://somebody.example/");
  const auto refused = ask("POST", "/dataflows/start", pull);
  EXPECT_EQ(refused.status, 400u);
  EXPECT_TRUE(refused.body.contains("/dataAddress")) << refused.body;
  EXPECT_EQ(ask("POST", "/dataflows/start", order_of("push", "agreement", plain_push)).status, 400u);
  EXPECT_EQ(ask("POST", "/dataflows/prepare", order_of("in", "agreement", plain_push)).status, 200u);
  EXPECT_EQ(ask("POST", "/dataflows/in/started",
                {{"messageId", "m"}, {"dataAddress", push_address("https://somebody.example/")}})
                .status,
            400u);
  EXPECT_EQ(ask("GET", "/dataflows/pull/status").status, 404u);
}

TEST_F(DpsRules, an_http_push_has_an_address_of_its_profile) {
  const auto prepared =
      object_of(ask("POST", "/dataflows/prepare", order_of("in", "agreement", http_push_profile)));
  ASSERT_TRUE(prepared.contains("dataAddress")) << json::serialize(prepared);
  EXPECT_EQ(text_of(prepared.at("dataAddress").as_object(), "endpointType"), http_push_profile);
  auto message = order_of("out", "agreement", http_push_profile);
  message["dataAddress"] = push_address("http://somebody.example/");
  EXPECT_EQ(ask("POST", "/dataflows/start", message).status, 400u);
  message["dataAddress"] = push_address("https://somebody.example/");
  const auto started = ask("POST", "/dataflows/start", message);
  EXPECT_EQ(started.status, 200u) << started.body;
  EXPECT_FALSE(object_of(started).contains("dataAddress"));
}

TEST_F(DpsRules, a_failure_is_told_and_changes_no_state) {
  auto message = order_of("broken", breaks, plain_push);
  message["dataAddress"] = push_address("https://somebody.example/");
  EXPECT_EQ(ask("POST", "/dataflows/start", message).status, 200u);
  const auto letter = next("broken");
  EXPECT_EQ(letter.what, "callback:errored");
  EXPECT_TRUE(letter.body.contains("the source is gone")) << letter.body;
  EXPECT_TRUE(world.stage().judge.read(letter.body, "DataFlowStatusMessage"));
  EXPECT_EQ(state_of("broken"), "STARTED");
}

TEST_F(DpsRules, a_callback_is_sent_until_it_is_taken) {
  // What a control plane answers that has not kept yet what it ordered.
  wire.refuse_once("early", 404);
  EXPECT_EQ(start("early", answered_later).status, 202u);
  EXPECT_EQ(next("early").what, "callback:started");
  EXPECT_EQ(wire.refused(), 1u);
}

TEST_F(DpsRules, a_control_plane_is_told_with_a_token_of_its_own_profile_or_with_none) {
  EXPECT_EQ(start("without", answered_later).status, 202u);
  EXPECT_EQ(next("without").authorization, "");
  register_kit({{"authorization", json::Object{{"type", "oauth2_client_credentials"},
                                               {"tokenEndpoint", wire.address() + "/token"},
                                               {"clientId", "us"},
                                               {"clientSecret", "s3cret"}}}});
  EXPECT_EQ(start("with", answered_later).status, 202u);
  EXPECT_EQ(next("with").authorization, "Bearer of-a-profile");
  EXPECT_TRUE(wire.token_request().contains("client_secret=s3cret")) << wire.token_request();
  EXPECT_TRUE(wire.token_request().contains("audience=connector")) << wire.token_request();
}

TEST_F(DpsRules, an_authorization_without_what_its_profile_needs_is_refused) {
  const json::Object body{{"controlplaneId", "another"},
                          {"endpoint", wire.address()},
                          {"authorization", json::Object{{"type", "oauth2_client_credentials"}}}};
  EXPECT_EQ(ask("PUT", "/controlplanes", body).status, 400u);
  EXPECT_EQ(ask("DELETE", "/controlplanes/another").status, 404u);
}

TEST_F(DpsRules, a_flow_is_of_the_control_plane_that_ordered_it) {
  EXPECT_EQ(start("theirs").status, 200u);
  EXPECT_EQ(ask("DELETE", "/controlplanes/connector").status, 204u);
  EXPECT_EQ(ask("DELETE", "/controlplanes/connector").status, 404u);
  // Whoever calls now is another one: the installation's own.
  EXPECT_EQ(ask("GET", "/dataflows/theirs/status").status, 404u);
  EXPECT_EQ(ask("POST", "/dataflows/theirs/terminate", {{"messageId", "m"}}).status, 404u);
  EXPECT_EQ(start("theirs").status, 409u);
  register_kit({});
  EXPECT_EQ(state_of("theirs"), "STARTED");
}

TEST_F(DpsRules, a_report_about_an_unknown_transfer_is_not_found) {
  for (const auto* callback : {"prepared", "started", "completed", "errored"}) {
    auto answer =
        world.run(wire.post(world.addresses().control_plane + "/transfers/nobody/dataflow/" + callback,
                            {{"messageId", "m"}, {"dataFlowId", "nobody"}, {"state", "STARTED"}}));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 404u) << callback;
  }
}

TEST_F(DpsRules, a_data_plane_reads_the_agreement_of_its_transfer) {
  const auto process = trigger();
  EXPECT_EQ(next(process).what, "prepare");
  const auto base = world.addresses().control_plane + "/transfers/";
  const auto answer = read_agreement(base + process + "/agreement");
  ASSERT_EQ(answer.status, 200u) << answer.body;
  const auto agreement = object_of(answer);
  EXPECT_EQ(text_of(agreement, "@type"), "Agreement");
  EXPECT_EQ(text_of(agreement, "@id"), all_cases().front().agreement);
  EXPECT_EQ(text_of(agreement, "assigner"), kit_as_provider);
  EXPECT_EQ(text_of(agreement, "assignee"), own_id);
  EXPECT_EQ(text_of(agreement, "target"), dataset);
  ASSERT_TRUE(agreement.contains("@context"));
  EXPECT_EQ(agreement.at("@context"), json::Value(json::Array{protocol::dsp::context_url}));
  EXPECT_EQ(read_agreement(base + "nobody/agreement").status, 404u);
}

TEST_F(DpsRules, a_control_plane_proves_itself_by_the_keys_that_it_registered) {
  const json::Object registration{
      {"controlplaneId", "foreign"}, {"endpoint", wire.address()}, {"authorization", profile()}};
  EXPECT_EQ(as_plane(wire.plane_token("foreign"), "PUT", "/api/v1/planes/controlplanes", registration).status,
            401u);
  EXPECT_EQ(ask("PUT", "/controlplanes", registration).status, 200u);
  const auto flows = std::string("/api/v1/planes/dataflows/");
  const auto order = order_of("proven", "agreement", plain_pull);
  const auto token = wire.plane_token("foreign");
  EXPECT_EQ(as_plane(token, "POST", flows + "start", order).status, 200u);
  EXPECT_EQ(as_plane(token, "GET", flows + "proven/status").status, 401u) << "it was used before";
  EXPECT_EQ(as_plane(wire.plane_token("foreign"), "GET", flows + "proven/status").status, 200u);
  EXPECT_EQ(as_plane(wire.plane_token("nobody"), "GET", flows + "proven/status").status, 401u);
  EXPECT_EQ(ask("GET", "/dataflows/proven/status").status, 404u) << "another control plane asks";
  EXPECT_EQ(as_plane(wire.plane_token("foreign"), "GET", "/api/v1/others/dataflows/proven/status").status,
            403u);
}

TEST_F(DpsRules, a_control_plane_that_proves_itself_changes_its_own_registration_alone) {
  json::Object registration{
      {"controlplaneId", "foreign"}, {"endpoint", wire.address()}, {"authorization", profile()}};
  const auto path = std::string("/api/v1/planes/controlplanes");
  EXPECT_EQ(ask("PUT", "/controlplanes", registration).status, 200u);
  EXPECT_EQ(as_plane(wire.plane_token("foreign"), "PUT", path, registration).status, 200u);
  registration["controlplaneId"] = "another";
  EXPECT_EQ(as_plane(wire.plane_token("foreign"), "PUT", path, registration).status, 403u);
  EXPECT_EQ(as_plane(wire.plane_token("foreign"), "DELETE", path + "/connector").status, 403u);
  EXPECT_EQ(as_plane(wire.plane_token("foreign"), "DELETE", path + "/foreign").status, 204u);
  EXPECT_EQ(as_plane(wire.plane_token("foreign"), "DELETE", path + "/foreign").status, 401u);
}

TEST_F(DpsRules, a_data_plane_that_registered_keys_speaks_for_its_own_transfers_alone) {
  json::Object registration{{"dataplaneId", "kit"},
                            {"endpoint", wire.address()},
                            {"profiles", json::Array{transfer_type}},
                            {"authorization", profile()}};
  register_data_plane(registration);
  const auto process = trigger();
  EXPECT_EQ(next(process).authorization, "Bearer of-a-profile");
  const auto path = "/api/signaling/v1/planes/transfers/" + process;
  EXPECT_EQ(as_plane(wire.plane_token("kit"), "GET", path + "/agreement").status, 200u);
  registration["dataplaneId"] = "another";
  register_data_plane(registration);
  EXPECT_EQ(as_plane(wire.plane_token("another"), "GET", path + "/agreement").status, 404u);
  const json::Object report{{"state", "STARTED"}, {"error", "no"}};
  EXPECT_EQ(as_plane(wire.plane_token("another"), "POST", path + "/dataflow/errored", report).status, 404u);
  EXPECT_EQ(as_plane(wire.plane_token("kit"), "POST", path + "/dataflow/errored", report).status, 200u);
  const auto relayed = world.addresses().control_plane + "/transfers/" + process + "/agreement";
  EXPECT_EQ(read_agreement(relayed).status, 404u);
  // A data plane orders nothing.
  EXPECT_EQ(as_plane(wire.plane_token("kit"), "POST", "/api/v1/planes/dataflows/start",
                     order_of("own", "agreement", plain_pull))
                .status,
            403u);
}
