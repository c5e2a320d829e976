#include "fabric/agents/agents.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "fabric/agents/own_did.hpp"
#include "platform/http/server.hpp"
#include "protocol/api/management/routes.hpp"
#include "testing/async/run.hpp"

namespace kontor::fabric::agents::test {
namespace {

namespace api = protocol::api::fabric;
namespace http = platform::http;

/// A runtime as its callers see it: answers by method and path, and what it was asked.
struct Runtime {
  struct Answer {
    unsigned status = 200;
    std::string body = {};
  };
  std::map<std::string, Answer> answers;  ///< `GET /path`; what is not listed is answered 404
  std::vector<std::string> asked;
  std::map<std::string, std::string> bodies;  ///< the last of each
  std::map<std::string, std::string> authorization;
  std::map<std::string, std::string> preferred;  ///< `Prefer`, of the last of each

  Task<http::Response> answer(http::Request request) {
    const auto name = request.method + " " + request.target;
    auto body = co_await std::move(request.body).collect(100'000);
    http::Response response;
    response.headers.set("Content-Type", "application/json");
    if (name == "POST /token") {
      response.body.text = R"({"access_token":"t","token_type":"Bearer","expires_in":600})";
      co_return response;
    }
    asked.push_back(name);
    bodies[name] = body.value_or("");
    preferred[name] = std::string(request.headers.get("Prefer").value_or(""));
    authorization[name] = std::string(request.headers.get("Authorization").value_or(""));
    const auto found = answers.find(name);
    response.status = found == answers.end() ? 404 : found->second.status;
    if (found != answers.end()) response.body.text = found->second.body;
    co_return response;
  }
};

/// Notes how long it was given, and does not answer.
struct SilentClient : http::Client {
  platform::async::Deadline given;

  Task<Result<http::Response>> send(http::Request, http::SendOptions options) override {
    given = options.deadline;
    co_return fail(ErrorCode::timeout, "no answer");
  }
};

class AgentsTest : public ::testing::Test {
 protected:
  AgentsTest() {
    listener = http::listen(scope, loop.clock(), {}, [this](http::Request request) {
                 return runtime.answer(std::move(request));
               }).value();
    base = "http://127.0.0.1:" + std::to_string(listener->port());
    client = http::make_client(scope, loop.clock(), {}).value();
    tokens = std::make_unique<platform::auth::TokenSource>(
        scope, loop.clock(), *client, platform::auth::TokenSourceConfig{base + "/token", "agents", "secret"});
  }
  ~AgentsTest() override {
    loop.run(listener->drain(platform::async::Deadline::after(loop.clock(), std::chrono::seconds(1))));
    loop.run(scope.close());
  }

  ApiClient api_client() { return {*client, *tokens, loop.clock(), base}; }
  Assignment assignment(json::Object more = {}) {
    Assignment made{.orchestration = api::OrchestrationId("0a-0b"),
                    .activity = api::ActivityId("a"),
                    .type = "type",
                    .discriminator = std::string(api::deploy_type),
                    .data = {{"cfm.participant.id", "did:web:acme"}, {"participantContextId", "acme"}},
                    .deadline = platform::async::Deadline::after(loop.clock(), std::chrono::seconds(10)),
                    .trace = {}};
    for (const auto& member : more) made.data.insert_or_assign(member.key(), member.value());
    return made;
  }
  Assignment taking_down() {
    auto made = assignment();
    made.discriminator = api::dispose_type;
    return made;
  }
  json::Value body_of(const std::string& name) { return json::parse(runtime.bodies[name]).value(); }

  kontor::testing::RealLoop loop;
  Runtime runtime;
  platform::async::Scope scope{loop.executor()};
  std::unique_ptr<http::Listener> listener;
  std::unique_ptr<http::Client> client;
  std::unique_ptr<platform::auth::TokenSource> tokens;
  std::string base;
};

const std::string participant = "/api/mgmt/v5beta/participants";
const std::string identities = "/api/identity/v1beta/participants";

bool is_completed(const Result<Outcome>& outcome) {
  return outcome && std::holds_alternative<agent_kit::Completed>(*outcome);
}
ErrorCode code_of(const Result<Outcome>& outcome) {
  return outcome ? ErrorCode::internal : outcome.error().code;
}

const std::string request = identities + "/acme/credentials/request";
const json::Object specs{
    {"cfm.vpa.credentials", json::Array{write(api::CredentialSpec{"membership", "MembershipCredential",
                                                                  "did:web:issuer", "VC1_0_JWT", ""})}}};

std::string status(std::string_view name, std::string_view why = "") {
  return fmt::format(R"({{"issuerDid":"did:web:issuer","holderPid":"pid","status":"{}","errorDetail":"{}",)"
                     R"("credentials":[]}})",
                     name, why);
}

/// A participant context of the control plane as it is read.
std::string held_by(std::string did) {
  return json::serialize(
      json::Object{{"@context", json::Array{"https://w3id.org/edc/connector/management/v2"}},
                   {"@type", "ParticipantContext"},
                   {"@id", "acme"},
                   {"identity", std::move(did)},
                   {"state", "ACTIVATED"},
                   {"createdAt", 0}});
}

}  // namespace

TEST_F(AgentsTest, a_call_without_an_answer_leaves_its_activity_time_to_try_again) {
  SilentClient silent;
  ApiClient calls(silent, *tokens, loop.clock(), base);
  Callee callee{.parameters = {{"participantContextId", "acme"}},
                .wait_seconds = 20,
                .deadline = platform::async::Deadline::after(loop.clock(), std::chrono::minutes(10))};
  auto unanswered = loop.run(calls.call(protocol::api::management::get_participant, {}, callee));
  ASSERT_FALSE(unanswered);
  EXPECT_LE(silent.given.left(loop.clock()), ApiClient::call_timeout_max + std::chrono::seconds(20));
}

TEST_F(AgentsTest, the_client_of_a_participant_has_the_contexts_name_and_no_secret_is_put_out) {
  TokensAgent agent(api_client(), {"management-api:write"});
  runtime.answers["PUT /api/sts/v1/clients/acme"] = {
      200, R"({"clientId":"acme","clientSecret":"s3","role":"participant"})"};
  const auto outcome = loop.run(agent.run(assignment()));
  ASSERT_TRUE(is_completed(outcome)) << outcome.error().message();
  const auto& completed = std::get<agent_kit::Completed>(*outcome);
  EXPECT_EQ(completed.outputs, (json::Object{{"participantContextId", "acme"}, {"clientId", "acme"}}));
  EXPECT_EQ(completed.values, (json::Object{{"participantContextId", "acme"}}));
  const auto sent = body_of("PUT /api/sts/v1/clients/acme");
  EXPECT_EQ(json::find(sent, "clientSecret"), nullptr);
  EXPECT_EQ(*json::find(sent, "role"), "participant");
  EXPECT_EQ(runtime.authorization["PUT /api/sts/v1/clients/acme"], "Bearer t");
}

TEST_F(AgentsTest, without_a_name_the_context_follows_from_the_orchestration) {
  TokensAgent agent(api_client(), {});
  runtime.answers["PUT /api/sts/v1/clients/0a0b"] = {200, R"({"clientId":"0a0b","role":"participant"})"};
  auto unnamed = assignment();
  unnamed.data.erase("participantContextId");
  EXPECT_TRUE(is_completed(loop.run(agent.run(std::move(unnamed)))));
}

TEST_F(AgentsTest, a_context_that_exists_is_done_when_it_is_this_participants_and_refused_otherwise) {
  ControlPlaneAgent agent(api_client(), loop.clock());
  runtime.answers["POST " + participant] = {409};
  runtime.answers["GET " + participant + "/acme"] = {200, held_by("did:web:acme")};
  const auto own = loop.run(agent.run(assignment()));
  EXPECT_TRUE(is_completed(own)) << own.error().message();
  runtime.answers["GET " + participant + "/acme"] = {200, held_by("did:web:other")};
  EXPECT_EQ(code_of(loop.run(agent.run(assignment()))), ErrorCode::peer_refused);
}

TEST_F(AgentsTest, an_identity_has_a_key_and_the_services_that_others_look_for) {
  IdentityAgent agent(api_client(), "https://kontor.example");
  runtime.answers["POST " + identities] = {200, "{}"};
  const auto outcome = loop.run(agent.run(assignment({{"cfm.participant.id", "did:web:kontor.example:a"}})));
  ASSERT_TRUE(is_completed(outcome)) << outcome.error().message();
  const auto& sent = runtime.bodies["POST " + identities];
  EXPECT_TRUE(sent.contains("secp256r1")) << sent;
  EXPECT_TRUE(sent.contains("https://kontor.example/api/credentials/v1/participants/acme")) << sent;
  EXPECT_TRUE(sent.contains("https://kontor.example/api/dsp/acme/http-dsp-profile-2025-1")) << sent;
  EXPECT_TRUE(sent.contains("https://kontor.example/api/dsp/acme/.well-known/dspace-version")) << sent;
}

TEST_F(AgentsTest, a_did_that_is_brought_along_is_waited_for_until_it_is_proven) {
  IdentityAgent agent(api_client(), "https://kontor.example");
  const auto control = "GET " + identities + "/acme/didcontrol";
  const auto state = [](const std::string& name) {
    return R"({"did":"did:web:acme","lastRefusal":"not by you","state":")" + name + R"("})";
  };
  runtime.answers["POST " + identities] = {200, "{}"};
  runtime.answers[control] = {200, state("UNPROVEN")};
  const auto waiting = loop.run(agent.run(assignment()));
  ASSERT_TRUE(waiting && std::holds_alternative<agent_kit::Waiting>(*waiting));
  EXPECT_EQ(std::get<agent_kit::Waiting>(*waiting).patience, std::chrono::hours(7 * 24));
  const auto& detail = std::get<agent_kit::Waiting>(*waiting).detail;
  EXPECT_TRUE(detail.contains("did:web:acme") && detail.contains("not by you")) << detail;
  EXPECT_EQ(runtime.preferred[control], "") << "what is waited for is told at once";
  auto again = assignment();
  for (const auto& member : std::get<agent_kit::Waiting>(*waiting).values)
    again.data.insert_or_assign(member.key(), member.value());
  EXPECT_TRUE(std::holds_alternative<agent_kit::Waiting>(*loop.run(agent.run(again))));
  EXPECT_EQ(runtime.preferred[control], "wait=20") << "it goes on by the proof itself";
  runtime.answers["POST " + identities] = {409};
  EXPECT_TRUE(std::holds_alternative<agent_kit::Waiting>(*loop.run(agent.run(assignment()))));
  runtime.answers[control] = {200, state("LOST")};
  EXPECT_EQ(code_of(loop.run(agent.run(assignment()))), ErrorCode::peer_refused);
  runtime.answers["POST " + identities] = {200, "{}"};
  runtime.answers[control] = {200, state("PROVEN")};
  const auto proven = loop.run(agent.run(assignment()));
  ASSERT_TRUE(is_completed(proven)) << proven.error().message();
  EXPECT_EQ(std::get<agent_kit::Completed>(*proven).values, (json::Object{{"cfm.did.proven", true}}));
}

TEST_F(AgentsTest, the_context_of_another_participant_is_refused_and_not_waited_for) {
  IdentityAgent agent(api_client(), "https://kontor.example");
  runtime.answers["POST " + identities] = {409};
  EXPECT_EQ(code_of(loop.run(agent.run(assignment()))), ErrorCode::peer_refused) << "the DID is another's";
  runtime.answers["GET " + identities + "/acme/didcontrol"] = {
      200, R"({"did":"did:web:other","state":"UNPROVEN"})"};
  runtime.answers["GET " + identities + "/acme"] = {
      200, R"({"participantContextId":"acme","did":"did:web:other","state":100})"};
  EXPECT_EQ(code_of(loop.run(agent.run(assignment()))), ErrorCode::peer_refused);
}

TEST_F(AgentsTest, who_takes_days_is_looked_for_less_and_less_often) {
  auto again = assignment();
  std::vector<std::int64_t> seconds;
  for (int i = 0; i < 9; ++i) {
    const auto waiting = patiently(again, "waits");
    seconds.push_back(std::chrono::duration_cast<std::chrono::seconds>(waiting.again_after).count());
    for (const auto& member : waiting.values) again.data.insert_or_assign(member.key(), member.value());
  }
  EXPECT_EQ(seconds, (std::vector<std::int64_t>{1, 2, 4, 8, 16, 32, 60, 60, 60}));
  auto second = assignment({{"cfm.did.looks.a", 1}});
  EXPECT_TRUE(look_seconds(second));
  EXPECT_FALSE(look_seconds(again)) << "who takes days keeps no place from others";
}

TEST_F(AgentsTest, who_keeps_its_keys_elsewhere_gets_none_here_and_its_credentials_from_there) {
  const json::Object elsewhere{
      {"tokenUrl", "https://acme.example/token"}, {"clientId", "did:web:acme"}, {"clientSecretAlias", "sts"}};
  const auto with = [&](const json::Value& service) {
    const api::VpaData vpa{.id = api::VpaId("v"),
                           .type = api::VpaType::credential_service,
                           .cell_id = api::CellId("c"),
                           .external_cell_id = {},
                           .properties = {{"tokenService", service}}};
    auto made = assignment(specs);
    made.data.insert_or_assign("cfm.vpa.data", json::Array{write(vpa)});
    return made;
  };
  IdentityAgent agent(api_client(), "https://kontor.example");
  runtime.answers["POST " + identities] = {200, "{}"};
  runtime.answers["GET " + identities + "/acme/didcontrol"] = {200,
                                                               R"({"did":"did:web:acme","state":"PROVEN"})"};
  const auto made = loop.run(agent.run(with(elsewhere)));
  ASSERT_TRUE(is_completed(made)) << made.error().message();
  const auto sent = body_of("POST " + identities);
  EXPECT_EQ(*json::find(sent, "tokenService"), json::Value(elsewhere));
  EXPECT_TRUE(json::find(sent, "keys")->as_array().empty());
  EXPECT_TRUE(json::find(sent, "serviceEndpoints")->as_array().empty());
  const auto before = runtime.asked.size();
  OnboardingAgent onboarding(api_client());
  EXPECT_TRUE(is_completed(loop.run(onboarding.run(with(elsewhere)))));
  EXPECT_EQ(runtime.asked.size(), before) << "nobody is asked";
  EXPECT_EQ(code_of(loop.run(agent.run(with("somewhere")))), ErrorCode::invalid_input);
}

TEST_F(AgentsTest, nothing_else_is_made_before_the_proof_and_what_is_hosted_waits_for_nothing) {
  const std::string home = "https://kontor.example:8443/base";
  EXPECT_TRUE(awaited_proof(assignment(), home));
  EXPECT_FALSE(awaited_proof(assignment({{"cfm.did.proven", true}}), home));
  EXPECT_FALSE(awaited_proof(taking_down(), home));
  EXPECT_FALSE(brings_did_along("did:web:kontor.example%3A8443", home));
  EXPECT_FALSE(brings_did_along("did:web:kontor.example%3A8443:acme", home));
  for (const auto* other : {"did:web:kontor.example", "did:web:kontor.example%3A84430", "did:key:z6Mk"})
    EXPECT_TRUE(brings_did_along(other, home)) << other;
}

TEST_F(AgentsTest, a_holder_is_registered_with_the_properties_of_the_issuer_agent) {
  RegistrationAgent agent(api_client(), "issuer");
  const auto path = "POST /api/admin/v1beta/participants/issuer/holders";
  runtime.answers[path] = {201};
  const api::VpaData vpa{.id = api::VpaId("v"),
                         .type = api::VpaType::issuer,
                         .cell_id = api::CellId("c"),
                         .external_cell_id = {},
                         .properties = {{"membershipType", "full"}}};
  const auto outcome = loop.run(agent.run(assignment({{"cfm.vpa.data", json::Array{write(vpa)}}})));
  ASSERT_TRUE(is_completed(outcome)) << outcome.error().message();
  const auto sent = body_of(path);
  EXPECT_EQ(*json::find(sent, "holderId"), "did:web:acme");
  EXPECT_EQ(*json::find(*json::find(sent, "properties"), "membershipType"), "full");
}

TEST_F(AgentsTest, a_data_plane_is_registered_under_the_contexts_signalling_address) {
  DataPlaneAgent agent(api_client(), {"plane", "https://data.example", {"HttpData-PULL"}});
  runtime.answers["PUT " + participant + "/acme/dataplanes"] = {200};
  ASSERT_TRUE(is_completed(loop.run(agent.run(assignment()))));
  const auto sent = body_of("PUT " + participant + "/acme/dataplanes");
  EXPECT_EQ(*json::find(sent, "endpoint"), "https://data.example/api/v1/acme/dataflows");
}

TEST_F(AgentsTest, onboarding_waits_for_the_issuer_and_says_why_it_did_not_issue) {
  OnboardingAgent agent(api_client());
  const auto first = "GET " + request + "/0a-0b-1-1";
  runtime.answers["POST " + request] = {201};
  runtime.answers[first] = {200, status("REQUESTED")};
  const auto looked = assignment(specs);
  const auto waiting = loop.run(agent.run(looked));
  ASSERT_TRUE(waiting) << waiting.error().message();
  ASSERT_TRUE(std::holds_alternative<agent_kit::Waiting>(*waiting));

  runtime.answers["POST " + request] = {409};
  runtime.answers[first] = {200, status("ISSUED")};
  EXPECT_TRUE(is_completed(loop.run(agent.run(looked))));

  runtime.answers[first] = {200, status("ERROR", "not a member")};
  auto next_look = looked;
  for (const auto& member : std::get<agent_kit::Waiting>(*waiting).values) {
    next_look.data.insert_or_assign(member.key(), member.value());
  }
  const auto refused = loop.run(agent.run(next_look));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::peer_refused);
  EXPECT_TRUE(refused.error().message().contains("not a member")) << refused.error().message();
}

TEST_F(AgentsTest, after_a_refusal_a_new_run_asks_the_issuer_anew) {
  OnboardingAgent agent(api_client());
  runtime.answers["POST " + request] = {409};
  runtime.answers["GET " + request + "/0a-0b-1-1"] = {200, status("ERROR", "not a member")};
  runtime.answers["GET " + request + "/0a-0b-1-2"] = {200, status("ISSUED")};
  const auto outcome = loop.run(agent.run(assignment(specs)));
  ASSERT_TRUE(is_completed(outcome)) << outcome.error().message();
  EXPECT_EQ(std::get<agent_kit::Completed>(*outcome).outputs.at("holderPid"), "0a-0b-1-2");
}

TEST_F(AgentsTest, what_is_gone_already_is_taken_down) {
  TokensAgent tokens_agent(api_client(), {});
  EXPECT_TRUE(is_completed(loop.run(tokens_agent.run(taking_down()))));
  ControlPlaneAgent control_plane(api_client(), loop.clock());
  EXPECT_TRUE(is_completed(loop.run(control_plane.run(taking_down()))));
  IdentityAgent identity(api_client(), "https://kontor.example");
  EXPECT_TRUE(is_completed(loop.run(identity.run(taking_down()))));
  RegistrationAgent registration(api_client(), "issuer");
  EXPECT_TRUE(is_completed(loop.run(registration.run(taking_down()))));
  DataPlaneAgent data_plane(api_client(), {"plane", "https://data.example", {"HttpData-PULL"}});
  EXPECT_TRUE(is_completed(loop.run(data_plane.run(taking_down()))));
  EXPECT_EQ(runtime.asked.size(), 5u);
}

TEST_F(AgentsTest, what_is_taken_down_is_removed_and_what_is_another_participants_stays) {
  ControlPlaneAgent control_plane(api_client(), loop.clock());
  IdentityAgent identity(api_client(), "https://kontor.example");
  const auto shown = [&](const std::string& did) {
    runtime.answers["GET " + participant + "/acme"] = {200, held_by(did)};
    runtime.answers["GET " + identities + "/acme"] = {
        200, R"({"participantContextId":"acme","did":")" + did + R"(","state":200})"};
  };
  const auto removed = [&] {
    return std::ranges::count_if(runtime.asked, [](const auto& each) { return each.starts_with("DELETE "); });
  };
  runtime.answers["DELETE " + participant + "/acme"] = {204};
  runtime.answers["DELETE " + identities + "/acme"] = {204};
  shown("did:web:other");
  EXPECT_TRUE(is_completed(loop.run(control_plane.run(taking_down()))));
  EXPECT_TRUE(is_completed(loop.run(identity.run(taking_down()))));
  EXPECT_EQ(removed(), 0) << "a set-up that failed because it is another's is taken back";
  shown("did:web:acme");
  EXPECT_TRUE(is_completed(loop.run(control_plane.run(taking_down()))));
  EXPECT_TRUE(is_completed(loop.run(identity.run(taking_down()))));
  EXPECT_EQ(removed(), 2);
}

TEST_F(AgentsTest, an_answer_that_may_pass_is_told_apart_from_a_refusal) {
  DataPlaneAgent agent(api_client(), {"plane", "https://data.example", {"HttpData-PULL"}});
  runtime.answers["PUT " + participant + "/acme/dataplanes"] = {503};
  EXPECT_EQ(code_of(loop.run(agent.run(assignment()))), ErrorCode::peer_unavailable);
  runtime.answers["PUT " + participant + "/acme/dataplanes"] = {400};
  EXPECT_EQ(code_of(loop.run(agent.run(assignment()))), ErrorCode::peer_refused);
}

TEST(PathOf, parameters_are_encoded) {
  EXPECT_EQ(path_of("/holders/{holderId}", {{"holderId", "did:web:host%3A80:a"}}),
            "/holders/did%3Aweb%3Ahost%253A80%3Aa");
}

}  // namespace kontor::fabric::agents::test
