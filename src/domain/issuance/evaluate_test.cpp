#include "domain/issuance/evaluate.hpp"

#include <gtest/gtest.h>

#include "domain/application/decide.hpp"

using namespace kontor;
using namespace kontor::domain::issuance;
namespace application = kontor::domain::application;
namespace vc = kontor::protocol::vc;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);
const Did acme{"did:web:acme.example"};
const Did issuer{"did:web:issuer.example"};

Holder holder() {
  return {
      .id = HolderId{"acme"},
      .did = acme,
      .name = "Acme Ltd",
      .properties = {{"level", 3}, {"employees", "25"}, {"address", {{"country", "DE"}, {"city", "Bonn"}}}}};
}

AttestationDefinition by_holder() {
  return {.id = AttestationId{"properties"}};
}

AttestationDefinition by_application() {
  return {.id = AttestationId{"onboarding"}, .type = AttestationType::application};
}

CredentialDefinition definition() {
  return {.id = CredentialDefinitionId{"def-1"},
          .credential_type = "MembershipCredential",
          .validity = std::chrono::hours(24),
          .attestations = {AttestationId{"properties"}},
          .mappings = {
              {.input = "address.country", .output = "credentialSubject.address.country", .required = true},
              {.input = "level", .output = "credentialSubject.membership.level"},
              {.input = "absent", .output = "credentialSubject.absent"}}};
}

application::Application an_application(bool approved, std::string type = "MembershipCredential") {
  const application::Submit submit{.id = application::ApplicationId{"application-1"},
                                   .applicant = acme,
                                   .statement = {.holder_name = "Acme Ltd",
                                                 .credential_type = std::move(type),
                                                 .properties = {{"sector", "chemistry"}}},
                                   .by = application::ActorId{"alice"}};
  auto submitted = application::decide(nullptr, submit, now).value().next;
  if (!approved) return submitted;
  return application::decide(&submitted, application::Approve{application::ActorId{"rita"}, ""}, now)
      .value()
      .next;
}

bool holds(std::string claim, RuleOperator op, json::Value value) {
  auto one = definition();
  one.rules = {{.claim = std::move(claim), .op = op, .value = std::move(value)}};
  return check_rules(one, holder().properties, now).has_value();
}

}  // namespace

TEST(Evaluate, rules_compare_numbers_by_value_and_texts_byte_by_byte) {
  using enum RuleOperator;
  EXPECT_TRUE(holds("level", eq, 3));
  EXPECT_TRUE(holds("level", eq, 3.0));
  EXPECT_FALSE(holds("level", neq, 3));
  EXPECT_TRUE(holds("level", gt, 2));
  EXPECT_FALSE(holds("level", gt, 3));
  EXPECT_TRUE(holds("level", geq, 3));
  EXPECT_TRUE(holds("level", lt, 3.5));
  EXPECT_TRUE(holds("level", leq, 3));
  EXPECT_TRUE(holds("address.country", eq, "DE"));
  EXPECT_TRUE(holds("address.city", lt, "Cologne"));
  EXPECT_TRUE(holds("employees", eq, 25));
  EXPECT_FALSE(holds("employees", neq, 25));
}

TEST(Evaluate, a_rule_about_an_absent_or_incomparable_claim_does_not_hold) {
  using enum RuleOperator;
  EXPECT_FALSE(holds("absent", eq, "x"));
  EXPECT_FALSE(holds("absent", neq, "x"));
  EXPECT_FALSE(holds("address.country.deeper", eq, "x"));
  EXPECT_FALSE(holds("address", lt, 3));
  EXPECT_FALSE(holds("employees", gt, 3));
}

TEST(Evaluate, claims_are_mapped_by_paths_into_one_subject) {
  auto mapped = map_claims(definition(), holder().properties).value();
  EXPECT_EQ(json::serialize(mapped.subject), R"({"address":{"country":"DE"},"membership":{"level":3}})");
  auto both = definition();
  both.mappings.push_back({.input = "address.city", .output = "credentialSubject.address.city"});
  both.mappings.push_back({.input = "employees", .output = "name"});
  mapped = map_claims(both, holder().properties).value();
  EXPECT_EQ(json::serialize(mapped.subject),
            R"({"address":{"country":"DE","city":"Bonn"},"membership":{"level":3}})");
  EXPECT_EQ(mapped.name, "25");
}

TEST(Evaluate, a_required_claim_that_is_absent_refuses_the_request) {
  auto strict = definition();
  strict.mappings[2].required = true;
  EXPECT_EQ(map_claims(strict, holder().properties).error().code, ErrorCode::forbidden);
  const RequestedDefinition requested[] = {{strict, {by_holder()}}};
  const auto whom = holder();
  EXPECT_TRUE(
      std::holds_alternative<RejectedVerdict>(evaluate(requested, {.holder = whom, .applications = {}})));
}

TEST(Evaluate, the_subject_is_always_the_holder) {
  auto mapping_id = definition();
  mapping_id.mappings.push_back({.input = "address.city", .output = "credentialSubject.id"});
  auto credential = make_credential(mapping_id, holder().properties,
                                    {.id = IssuedCredentialId{"urn:uuid:1"},
                                     .issuer = issuer,
                                     .holder = acme,
                                     .statuses = {},
                                     .now = now})
                        .value();
  ASSERT_EQ(credential.subjects.size(), 1u);
  EXPECT_EQ(credential.subjects[0].id, acme);
  EXPECT_FALSE(credential.subjects[0].claims.contains("id"));
}

TEST(Evaluate, a_credential_is_valid_a_little_before_now_and_ends_with_its_definition) {
  const CredentialParts parts{
      .id = IssuedCredentialId{"urn:uuid:1"}, .issuer = issuer, .holder = acme, .statuses = {}, .now = now};
  auto credential = make_credential(definition(), holder().properties, parts).value();
  EXPECT_EQ(credential.valid_from, now - std::chrono::seconds(5));
  EXPECT_EQ(credential.valid_until, now - std::chrono::seconds(5) + std::chrono::hours(24));
  EXPECT_EQ(credential.types, (std::vector<std::string>{"VerifiableCredential", "MembershipCredential"}));
  auto longer = definition();
  longer.validity = std::chrono::seconds::max();
  const auto until = make_credential(longer, holder().properties, parts)->valid_until;
  EXPECT_EQ(until, now - std::chrono::seconds(5) + validity_max) << "of a version that did not bound it";
  EXPECT_EQ(parse_instant(format_instant(*until)).value(), until);
  auto endless = definition();
  endless.validity = std::chrono::seconds(0);
  EXPECT_EQ(make_credential(endless, holder().properties, parts)->valid_until, std::nullopt);
}

TEST(Evaluate, only_an_approved_application_attests) {
  const auto whom = holder();
  const std::vector waiting{an_application(false)};
  const std::vector approved{an_application(true)};
  const std::vector for_another_type{an_application(true, "OtherCredential")};
  const auto attested_by = [&](const std::vector<application::Application>& applications) {
    return attest(by_application(), definition(), {.holder = whom, .applications = applications});
  };
  EXPECT_EQ(attested_by(waiting).error().code, ErrorCode::forbidden);
  EXPECT_EQ(attested_by(for_another_type).error().code, ErrorCode::forbidden);
  EXPECT_EQ(attested_by({}).error().code, ErrorCode::forbidden);
  auto claims = attested_by(approved).value();
  EXPECT_EQ(json::serialize(claims.at("sector")), R"("chemistry")");
  EXPECT_EQ(json::serialize(claims.at("id")), R"("did:web:acme.example")");
  auto configured = by_application();
  configured.configuration["credentialType"] = "OtherCredential";
  EXPECT_TRUE(attest(configured, definition(), {.holder = whom, .applications = for_another_type}));
}

TEST(Evaluate, an_application_of_somebody_else_attests_nothing) {
  auto stranger = holder();
  stranger.did = Did{"did:web:stranger.example"};
  const std::vector approved{an_application(true)};
  EXPECT_FALSE(attest(by_application(), definition(), {.holder = stranger, .applications = approved}));
}

TEST(Evaluate, a_request_is_approved_pending_or_rejected) {
  const auto whom = holder();
  const std::vector approved{an_application(true)};
  const Sources sources{.holder = whom, .applications = approved};
  std::vector<RequestedDefinition> requested{{definition(), {by_holder(), by_application()}}};
  auto verdict = evaluate(requested, sources);
  ASSERT_TRUE(std::holds_alternative<ApprovedVerdict>(verdict));
  EXPECT_TRUE(std::get<ApprovedVerdict>(verdict).claims.contains("sector"));
  EXPECT_TRUE(std::get<ApprovedVerdict>(verdict).claims.contains("level"));

  requested[0].definition.approval_required = true;
  EXPECT_TRUE(std::holds_alternative<PendingVerdict>(evaluate(requested, sources)));

  requested[0].definition.rules = {{.claim = "level", .op = RuleOperator::gt, .value = 3}};
  verdict = evaluate(requested, sources);
  ASSERT_TRUE(std::holds_alternative<RejectedVerdict>(verdict));
  EXPECT_NE(std::get<RejectedVerdict>(verdict).reason.find("level"), std::string::npos);
}

TEST(Evaluate, who_has_to_be_asked_is_waited_for_unless_another_refuses) {
  const auto whom = holder();
  const AttestationDefinition by_server{.id = AttestationId{"register"},
                                        .type = AttestationType::http,
                                        .configuration = {{"url", "https://example.org"}}};
  const auto verdict = [&](std::vector<AttestationDefinition> attestations, Answers answers) {
    const std::vector<RequestedDefinition> requested{{definition(), std::move(attestations)}};
    return evaluate(requested,
                    {.holder = whom, .applications = {}, .now = now, .answers = std::move(answers)});
  };
  EXPECT_TRUE(std::holds_alternative<UnattestedVerdict>(verdict({by_holder(), by_server}, {})));
  EXPECT_TRUE(std::holds_alternative<RejectedVerdict>(verdict({by_server, by_application()}, {})));
  const AttestationId asked{"register"};
  const auto down = verdict({by_holder(), by_server}, {{asked, fail(ErrorCode::unavailable, "no route")}});
  ASSERT_TRUE(std::holds_alternative<UnattestedVerdict>(down));
  EXPECT_EQ(std::get<UnattestedVerdict>(down).reason, "no route");
  const auto unknown =
      verdict({by_holder(), by_server}, {{asked, fail(ErrorCode::forbidden, "unknown there")}});
  ASSERT_TRUE(std::holds_alternative<RejectedVerdict>(unknown));
  EXPECT_EQ(std::get<RejectedVerdict>(unknown).reason, "unknown there");
  const auto known = verdict({by_holder(), by_server}, {{asked, json::Object{{"level", 7}}}});
  ASSERT_TRUE(std::holds_alternative<ApprovedVerdict>(known));
  EXPECT_EQ(std::get<ApprovedVerdict>(known).claims.at("level"), 7) << "a later one wins";
}

TEST(Evaluate, a_definition_without_attestations_issues_nothing) {
  const auto whom = holder();
  const RequestedDefinition requested[] = {{definition(), {}}};
  EXPECT_TRUE(
      std::holds_alternative<RejectedVerdict>(evaluate(requested, {.holder = whom, .applications = {}})));
}

TEST(Evaluate, the_metadata_entry_has_every_member_of_the_schema) {
  auto entry = metadata_entry(definition(), "https://issuer.example/schemas/def-1");
  EXPECT_EQ(json::encode(entry),
            R"({"id":"def-1","type":"CredentialObject","credentialType":"MembershipCredential",)"
            R"("credentialSchema":"https://issuer.example/schemas/def-1","offerReason":"reissue",)"
            R"("bindingMethods":["did:web"],"profile":"vc11-sl2021/jwt",)"
            R"("issuancePolicy":{"id":"def-1","input_descriptors":[]}})");
}

TEST(Evaluate, a_cel_rule_sees_all_claims_and_the_time_and_refuses_what_has_no_value) {
  const auto refusal = [](std::string expression) {
    auto one = definition();
    one.rules = {{.expression = std::move(expression)}};
    const auto checked = check_rules(one, holder().properties, now);
    if (checked) return std::string();
    EXPECT_EQ(checked.error().code, ErrorCode::forbidden);
    return checked.error().message();
  };
  EXPECT_EQ(refusal("claims.level >= 3 && claims.address.country in ['DE', 'AT']"), "");
  EXPECT_EQ(refusal("int(claims.employees) > 20 && now < timestamp('2028-01-01T00:00:00Z')"), "");
  EXPECT_EQ(refusal("claims.level > 3"),
            "credential definition def-1: the rule claims.level > 3: does not hold");
  EXPECT_TRUE(refusal("claims.absent == 1").contains("absent"));
  EXPECT_EQ(refusal("!has(claims.absent)"), "");
  EXPECT_TRUE(refusal("claims.level").contains("no boolean"));
  const std::string ten = "[1,2,3,4,5,6,7,8,9,10]";
  std::string dear = "true";
  for (const auto* name : {"a", "b", "c", "d", "e", "f"}) dear = ten + ".all(" + name + ", " + dear + ")";
  EXPECT_TRUE(refusal(dear).contains("needs more than"));
}

TEST(Evaluate, a_verdict_follows_from_cel_rules_at_the_moment_of_the_request) {
  const auto whom = holder();
  const auto verdict = [&](std::string expression) {
    auto one = definition();
    one.rules = {{.expression = std::move(expression)}};
    const std::vector<RequestedDefinition> requested{{one, {by_holder()}}};
    return evaluate(requested, {.holder = whom, .applications = {}, .now = now});
  };
  EXPECT_TRUE(std::holds_alternative<ApprovedVerdict>(verdict("now == timestamp(1800000000)")));
  EXPECT_TRUE(std::holds_alternative<RejectedVerdict>(verdict("now > timestamp(1800000000)")));
}

TEST(IssuanceDocuments, a_cel_rule_that_does_not_compile_is_refused_with_its_place) {
  const auto error_of = [](std::string_view expression) {
    auto decoded = json::decode<Rule>(
        fmt::format(R"({{"type":"cel","configuration":{{"expression":"{}"}}}})", expression));
    return decoded ? Error{} : decoded.error();
  };
  EXPECT_EQ(error_of("claims.level >= 2").message(), "");
  EXPECT_EQ(error_of("claims.level >=").pointer, "/configuration/expression");
  EXPECT_TRUE(error_of("claims.level >=").message().contains("line 1, column 16"));
  EXPECT_EQ(error_of("1 + 1").pointer, "/configuration/expression");
  EXPECT_TRUE(error_of("claim.level > 1").message().contains("claim"));
  const Rule rule{.expression = "claims.level >= 2"};
  EXPECT_EQ(json::decode<Rule>(json::encode(rule)).value(), rule);
  EXPECT_EQ(json::decode<Rule>(R"({"type":"other","configuration":{}})").error().pointer, "/type");
}

TEST(IssuanceDocuments, they_are_written_as_the_administration_api_has_them_and_read_back) {
  auto whole = definition();
  whole.json_schema_url = "https://example.com/schema.json";
  whole.additional_contexts = {"https://example.com/context"};
  whole.rules = {{.claim = "level", .op = RuleOperator::geq, .value = 2}};
  whole.approval_required = true;
  EXPECT_EQ(CredentialDefinitionDocument::decode(CredentialDefinitionDocument::encode(whole), 1).value(),
            whole);
  EXPECT_EQ(HolderDocument::decode(HolderDocument::encode(holder()), 1).value(), holder());
  EXPECT_EQ(AttestationDocument::decode(AttestationDocument::encode(by_application()), 1).value(),
            by_application());
  EXPECT_EQ(json::encode(Rule{.claim = "a.b", .op = RuleOperator::eq, .value = "x"}),
            R"({"type":"expression","configuration":{"claim":"a.b","operator":"eq","value":"x"}})");
}

/// What comes in one request may be a mebibyte, and members that it left out come to it.
TEST(IssuanceDocuments, the_stored_form_keeps_the_largest_document) {
  auto large = holder();
  large.properties["much"] = std::string(1'048'500, 'x');
  const auto again = HolderDocument::decode(HolderDocument::encode(large), 1);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(*again, large);
}

TEST(IssuanceDocuments, a_request_spells_the_holders_name_differently_than_the_answer) {
  auto read_back = json::decode<Holder>(R"({"holderId":"h","did":"did:web:h","name":"H"})").value();
  EXPECT_EQ(read_back.name, "H");
  EXPECT_NE(json::encode(read_back).find(R"("holderName":"H")"), std::string::npos);
}

TEST(IssuanceDocuments, definitions_that_cannot_work_are_refused) {
  const auto pointer_of = [](std::string_view text) {
    auto decoded = json::decode<CredentialDefinition>(text);
    return decoded ? std::string("accepted") : decoded.error().pointer;
  };
  EXPECT_EQ(pointer_of(R"({"id":"d","credentialType":"T","format":"VC1_0_JWT","attestations":["a"]})"),
            "accepted");
  EXPECT_EQ(pointer_of(R"({"id":"d","credentialType":"T","format":"VC1_0_JWT"})"), "/attestations");
  EXPECT_EQ(pointer_of(R"({"id":"d","credentialType":"","format":"VC1_0_JWT","attestations":["a"]})"),
            "/credentialType");
  EXPECT_EQ(pointer_of(R"({"id":"d","credentialType":"T","format":"cwt","attestations":["a"]})"), "/format");
  EXPECT_EQ(pointer_of(R"({"id":"d","credentialType":"T","format":"vc20-bssl/jwt","attestations":["a"],)"
                       R"("validity":-1})"),
            "/validity");
  EXPECT_EQ(pointer_of(R"({"id":"d","credentialType":"T","format":"vc20-bssl/jwt","attestations":["a"],)"
                       R"("mappings":[{"input":"a","output":"issuer"}]})"),
            "/mappings/0/output");
  EXPECT_EQ(pointer_of(
                R"({"id":"d","credentialType":"T","format":"vc20-bssl/jwt","attestations":["a"],)"
                R"("rules":[{"type":"expression","configuration":{"claim":"a","operator":"~","value":1}}]})"),
            "/rules/0/configuration/operator");
}

TEST(IssuanceDocuments, an_attestation_of_an_unknown_type_or_configuration_is_refused) {
  EXPECT_FALSE(json::decode<AttestationDefinition>(R"({"id":"a","attestationType":"ldap"})"));
  EXPECT_FALSE(json::decode<AttestationDefinition>(
      R"({"id":"a","attestationType":"holder","configuration":{"table":"x"}})"));
  EXPECT_TRUE(json::decode<AttestationDefinition>(
      R"({"id":"a","attestationType":"application","configuration":{"credentialType":"T"}})"));
}
