#include "runtime/policy/policy_engine.hpp"

#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "runtime/policy/routes.hpp"
#include "testing/house/house.hpp"

namespace kontor::runtime::policy {
namespace {

using kontor::testing::House;
using kontor::testing::VirtualLoop;

constexpr auto expressions_path = "/api/mgmt/v5beta/celexpressions";

std::string body_of(std::string_view text, std::string_view id = "level", std::string_view left = "Level") {
  return fmt::format(R"({{"@context":["https://w3id.org/edc/connector/management/v2"],)"
                     R"("@type":"CelExpression","@id":"{}","leftOperand":"{}","expression":"{}",)"
                     R"("description":"d"}})",
                     id, left, text);
}

odrl::Policy about(std::string_view left) {
  return json::decode<odrl::Policy>(
             fmt::format(R"({{"@type":"Set","permission":[{{"action":"use","constraint":[)"
                         R"({{"leftOperand":"{}","operator":"eq","rightOperand":"gold"}}]}}]}})",
                         left))
      .value();
}

class Lines : public platform::telemetry::LogSink {
 public:
  void write(std::string_view line) override { text += line; }
  std::string text;
};

class PolicyEngineTest : public ::testing::Test {
 protected:
  PolicyEngineTest() {
    bind_routes(*house.router, *house.engine);
    bind_partner_group_routes(*house.router, {*house.engine, contexts});
    house.open();
    participant_context::ParticipantContext acme{.id = ContextId("acme"), .identity = Did("did:web:acme")};
    EXPECT_TRUE(loop.run(contexts.create(std::move(acme), "operator")));
  }
  ~PolicyEngineTest() override { house.close(); }

  platform::http::Response send(std::string method, std::string path, std::string body = "") {
    platform::http::Request request{std::move(method), house.administration_url(path)};
    request.headers.set("Authorization", "Bearer any");
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    request.body.text = std::move(body);
    return house.ask(std::move(request));
  }
  platform::http::Response create(std::string_view text, std::string_view id = "level") {
    return send("POST", expressions_path, body_of(text, id));
  }
  std::shared_ptr<const PolicyEvaluator> evaluator() {
    return loop.run(policies.evaluator(ContextId("acme"))).value();
  }
  bool allows(std::string_view left = "Level") {
    return evaluator()->allows(about(left), negotiation_scope, odrl::Subject{});
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{loop,
              {.kinds = {&CelExpressionDocument::kind(), &PartnerGroupDocument::kind(),
                         &participant_context::ParticipantContextDocument::kind()}}};
  participant_context::ParticipantContexts contexts{*house.engine, *house.vault};
  Lines lines;
  platform::telemetry::LogLevels levels;
  PolicyEngine policies{PolicyConfig{}, *house.engine, platform::telemetry::Log(lines, loop.clock(), levels)};
};

}  // namespace

TEST_F(PolicyEngineTest, an_expression_is_in_force_from_the_answer_to_its_creation_to_that_of_its_deletion) {
  EXPECT_FALSE(allows());
  const auto unknown = evaluator()->check_bound(about("Level"));
  ASSERT_FALSE(unknown);
  EXPECT_FALSE(unknown.error().message().contains("Level,"));
  ASSERT_EQ(create("true").status, 200u);
  EXPECT_TRUE(evaluator()->check_bound(about("Level")));
  EXPECT_TRUE(allows());
  const auto named = evaluator()->check_bound(about("Other"));
  EXPECT_TRUE(named.error().message().contains("known left operands: $*, BusinessPartnerGroup, Level, "))
      << named.error().message();
  const std::string own = std::string(expressions_path) + "/level";
  ASSERT_EQ(send("PUT", own, body_of("false")).status, 204u);
  EXPECT_FALSE(allows());
  ASSERT_EQ(send("PUT", own, body_of("true")).status, 204u);
  EXPECT_TRUE(allows());
  ASSERT_EQ(send("DELETE", own).status, 204u);
  EXPECT_FALSE(allows());
  EXPECT_FALSE(evaluator()->check_bound(about("Level")));
}

TEST_F(PolicyEngineTest, an_expression_that_takes_the_id_of_a_deleted_one_is_another) {
  ASSERT_EQ(create("true").status, 200u);
  EXPECT_TRUE(allows());
  ASSERT_EQ(send("DELETE", std::string(expressions_path) + "/level").status, 204u);
  // Nobody has asked since.
  ASSERT_EQ(create("false").status, 200u);
  EXPECT_FALSE(allows());
}

TEST_F(PolicyEngineTest, nothing_is_read_or_compiled_while_nothing_changes) {
  ASSERT_EQ(create("true").status, 200u);
  const auto before = evaluator();
  EXPECT_EQ(evaluator(), before);
  ASSERT_EQ(create("true", "another").status, 200u);
  EXPECT_NE(evaluator(), before);
}

TEST_F(PolicyEngineTest, what_does_not_compile_is_refused_when_it_is_written_and_nothing_is_kept) {
  const auto refused = create("ctx.agent.id ==");
  EXPECT_EQ(refused.status, 400u);
  EXPECT_TRUE(refused.body.text.contains("line 1, column 16")) << refused.body.text;
  EXPECT_TRUE(refused.body.text.contains(R"("path":"/expression")")) << refused.body.text;
  EXPECT_EQ(send("GET", std::string(expressions_path) + "/level").status, 404u);
  ASSERT_EQ(create("true").status, 200u);
  EXPECT_EQ(create("false").status, 409u);
  EXPECT_EQ(send("PUT", std::string(expressions_path) + "/level", body_of("1")).status, 400u);
  EXPECT_TRUE(allows());
}

TEST_F(PolicyEngineTest, expressions_are_found_and_shown_as_they_were_written) {
  ASSERT_EQ(create("true").status, 200u);
  const auto shown = json::parse(send("GET", std::string(expressions_path) + "/level").body.text).value();
  EXPECT_EQ(json::serialize(*json::find(shown, "scopes")), R"(["*."])");
  EXPECT_EQ(*json::find(shown, "leftOperand"), json::Value("Level"));
  const auto found = send("POST", std::string(expressions_path) + "/request",
                          R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
                          R"("@type":"QuerySpec","filterExpression":[{"@type":"Criterion",)"
                          R"("operandLeft":"leftOperand","operator":"=","operandRight":"Level"}]})");
  ASSERT_EQ(found.status, 200u) << found.body.text;
  EXPECT_EQ(json::parse(found.body.text)->as_array().size(), 1u);
}

TEST_F(PolicyEngineTest, an_expression_is_tried_out_and_its_fault_is_the_answer) {
  const auto tried = [&](std::string_view text) {
    auto answer = send("POST", std::string(expressions_path) + "/test",
                       fmt::format(R"({{"@context":["https://w3id.org/edc/connector/management/v2"],)"
                                   R"("@type":"CelExpressionTestRequest","expression":"{}",)"
                                   R"("leftOperand":"Level","operator":"EQ","rightOperand":"gold",)"
                                   R"("params":{{"level":"gold"}}}})",
                                   text));
    EXPECT_EQ(answer.status, 200u) << answer.body.text;
    return json::parse(answer.body.text).value();
  };
  EXPECT_EQ(*json::find(tried("ctx.level == this.rightOperand"), "evaluationResult"), json::Value(true));
  EXPECT_EQ(*json::find(tried("ctx.level != this.rightOperand"), "evaluationResult"), json::Value(false));
  for (const auto* wrong : {"ctx.level ==", "ctx.missing", "ctx.level", "1"}) {
    const auto answer = tried(wrong);
    EXPECT_TRUE(json::find(answer, "error")) << wrong;
    EXPECT_FALSE(json::find(answer, "evaluationResult")) << wrong;
  }
}

TEST_F(PolicyEngineTest, partners_are_in_the_groups_in_which_the_participant_has_put_them) {
  const std::string groups = "/api/mgmt/v5beta/participants/acme/partnergroups";
  const auto group_of = [](std::string_view id, std::string_view members) {
    return fmt::format(R"({{"@context":["https://w3id.org/edc/connector/management/v2"],)"
                       R"("@type":"PartnerGroup","@id":"{}","members":{}}})",
                       id, members);
  };
  const auto in_group = [&](const char* context, std::string_view op, std::string_view names) {
    odrl::Subject globex;
    globex.id = Did("did:web:globex");
    const auto policy = json::decode<odrl::Policy>(
        fmt::format(R"({{"@type":"Set","permission":[{{"action":"use","constraint":[)"
                    R"({{"leftOperand":"BusinessPartnerGroup","operator":"{}","rightOperand":{}}}]}}]}})",
                    op, names));
    return loop.run(policies.evaluator(ContextId(context))).value()->allows(*policy, catalog_scope, globex);
  };
  EXPECT_FALSE(in_group("acme", "eq", R"("gold")"));
  EXPECT_TRUE(in_group("acme", "isNoneOf", R"(["gold"])")) << "that there is none is known";
  ASSERT_EQ(send("POST", groups, group_of("gold", R"(["did:web:globex","did:web:i"])")).status, 200u);
  ASSERT_EQ(send("POST", groups, group_of("north", R"(["did:web:globex"])")).status, 200u);
  EXPECT_TRUE(in_group("acme", "eq", R"("gold")"));
  EXPECT_TRUE(in_group("acme", "isAllOf", R"(["gold","north"])"));
  EXPECT_FALSE(in_group("acme", "isNoneOf", R"(["gold","silver"])"));
  EXPECT_FALSE(in_group("another", "eq", R"("gold")")) << "a group is its participant's own";
  ASSERT_EQ(send("PUT", groups + "/gold", group_of("gold", R"(["did:web:i"])")).status, 204u);
  EXPECT_FALSE(in_group("acme", "eq", R"("gold")"));
  ASSERT_EQ(send("DELETE", groups + "/north").status, 204u);
  EXPECT_TRUE(in_group("acme", "isNoneOf", R"(["gold","north"])"));
  EXPECT_EQ(send("POST", groups, group_of("twice", R"(["did:web:i","did:web:i"])")).status, 400u);
}

TEST_F(PolicyEngineTest, a_refusal_explains_itself_to_our_side_and_leads_the_other_to_our_log) {
  odrl::Subject globex;
  globex.id = Did("did:web:globex");
  globex.claims =
      json::parse(R"({"vc":[{"type":["A"],"issuer":{"id":"did:web:i"},"secret":1}]})")->as_object();
  globex.attributes.emplace(left_out_attribute, json::parse(R"(["B: revoked"])").value());
  const auto ask = [&](std::string_view left, std::string_view right) {
    const auto policy = json::decode<odrl::Policy>(
        fmt::format(R"({{"@type":"Set","permission":[{{"action":"use","constraint":[)"
                    R"({{"leftOperand":"{}","operator":"eq","rightOperand":"{}"}}]}}]}})",
                    left, right));
    return loop
        .run(policies.ask({ContextId("acme"), {"contract policy", negotiation_scope}, *policy, globex}))
        .value();
  };
  EXPECT_FALSE(ask("participantId", "did:web:globex"));
  EXPECT_EQ(lines.text, "");
  const auto refusal = ask("$.vc[0].secret", "2");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, "permission 0: $.vc[0].secret eq \"2\" does not hold: the value is 1");
  const auto& details = refusal->details;
  EXPECT_EQ(details.at("incident"), json::Value(refusal->incident));
  EXPECT_EQ(json::serialize(details.at("credentials")), R"([{"type":["A"],"issuer":{"id":"did:web:i"}}])");
  EXPECT_EQ(json::serialize(details.at("leftOut")), R"(["B: revoked"])");
  EXPECT_EQ(json::serialize(details.at("steps").as_array().front()),
            R"({"path":"/permission/0/constraint/0","outcome":"FAILS","leftOperand":"$.vc[0].secret",)"
            R"("operator":"eq","rightOperand":"2","actual":1})");
  for (const auto* logged : {"contract policy", "did:web:globex", "acme",
                             R"(refused by /permission/0/constraint/0 $.vc[0].secret eq \"2\")"})
    EXPECT_TRUE(lines.text.contains(logged)) << logged << " in " << lines.text;
  EXPECT_FALSE(lines.text.contains("value")) << "what it met may be a claim of a person: " << lines.text;
  EXPECT_TRUE(lines.text.contains(refusal->incident));
}

TEST_F(PolicyEngineTest, counter_parties_are_asked_for_what_policies_may_ask) {
  const PolicyEngine other(PolicyConfig{.credential_types = {"FrameworkCredential"}}, house.engine->random());
  ASSERT_EQ(other.presentation_scopes().size(), 1u);
  EXPECT_EQ(to_string(other.presentation_scopes()),
            "org.eclipse.dspace.dcp.vc.type:FrameworkCredential:read");
}

}  // namespace kontor::runtime::policy
