#include "protocol/vc/verify.hpp"

#include <gtest/gtest.h>

#include "protocol/vc/internal/test_party.hpp"

using namespace kontor;
using namespace kontor::protocol;
using namespace kontor::protocol::vc;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);
constexpr auto hour = std::chrono::hours(1);
const auto issuer = vc::testing::party("did:web:issuer.example", 1);
const auto holder = vc::testing::party("did:web:acme.example", 2);
const auto stranger = vc::testing::party("did:web:stranger.example", 3);
const Did verifier{"did:web:verifier.example"};
const std::string list_url = "https://issuer.example/status/1";

/// Everything that a presentation is made of, to be spoilt in one place.
struct Scene {
  Format format = Format::vc1_0_jwt;
  Credential credential;
  vc::testing::Party credential_signer = issuer;
  vc::testing::Party presenter = holder;
  PresentationContent content;
  bool layered = false;
  bool revoked = false;
  StatusList list;
  vc::testing::Party list_signer = issuer;
  std::vector<TrustedIssuer> trusted{{issuer.did, {"MembershipCredential"}}};
  std::vector<std::string> required{"MembershipCredential"};
  std::optional<Did> expected_holder = holder.did;
  Instant at = now;
  SchemaCheck check_schema;
  std::map<Did, did::DidDocument> documents;
};

Scene scene(Format format) {
  Scene made{.format = format};
  made.credential = {.format = format,
                     .contexts = {std::string(format == Format::vc2_0_jose ? context_v2 : context_v1)},
                     .id = "urn:uuid:1",
                     .types = {"VerifiableCredential", "MembershipCredential"},
                     .issuer = issuer.did,
                     .valid_from = now - hour,
                     .valid_until = now + hour,
                     .subjects = {{.id = holder.did, .claims = {{"level", "full"}}}},
                     .statuses = {{.list_url = list_url, .index = 42}}};
  made.content = {.holder = holder.did, .audience = verifier, .id = "jti-1", .credentials = {}, .now = now};
  made.list = {.url = list_url,
               .issuer = issuer.did,
               .purposes = {"revocation"},
               .valid_from = now - hour,
               .valid_until = now + hour};
  for (const auto* one : {&issuer, &holder, &stranger}) made.documents.emplace(one->did, one->document());
  return made;
}

/// What a verifier does: takes apart, fetches what is required, and checks.
Verdict verdict_on(Scene made) {
  const auto credential = made.credential_signer.sign(
      credential_signing_input(made.credential, made.credential_signer.signer(), now));
  if (made.content.credentials.empty()) made.content.credentials = {credential};
  auto token =
      made.presenter.sign(presentation_signing_input(made.format, made.content, made.presenter.signer()));
  if (made.layered) token = made.presenter.sign(envelope_signing_input(token, made.presenter.signer()));
  const std::vector presentations{parse_presentation(token).value()};

  Evidence evidence{.check_schema = made.check_schema};
  evidence.keys = resolve_keys(required_keys(presentations[0]), made.documents);
  if (made.revoked) EXPECT_TRUE(made.list.bits.set(42, true));
  for (const auto& url : required_status_lists(presentations[0])) {
    const auto list = parse_credential(made.list_signer.sign(credential_signing_input(
        status_list_credential(made.list, made.format), made.list_signer.signer(), now)));
    auto proven = verify_status_list(*list, resolve_keys(required_keys(*list), made.documents), made.at);
    if (proven) {
      evidence.status_lists.emplace(url, std::make_shared<const StatusList>(std::move(*proven)));
    } else {
      evidence.status_lists.emplace(url, fail(std::move(proven.error())));
    }
  }
  const PresentationExpectations expected{
      .credentials = {.now = made.at, .holder = made.expected_holder, .trusted_issuers = made.trusted},
      .audience = verifier};
  return verify_presentations(presentations, made.required, expected, evidence);
}

/// The reason for which both forms are rejected after the same damage, or "valid".
template <class Spoil>
std::string reason(Spoil spoil) {
  std::string reasons;
  for (auto format : {Format::vc1_0_jwt, Format::vc2_0_jose}) {
    auto made = scene(format);
    spoil(made);
    auto verdict = verdict_on(std::move(made));
    const auto one = verdict ? std::string("valid") : std::string(name_of(verdict.error().reason));
    if (!verdict) EXPECT_FALSE(verdict.error().detail.empty());
    if (reasons != one) reasons += (reasons.empty() ? "" : " / ") + one;
  }
  return reasons;
}

}  // namespace

TEST(Verify, a_good_presentation_is_valid_in_both_forms_and_in_layers) {
  EXPECT_EQ(reason([](Scene&) {}), "valid");
  EXPECT_EQ(reason([](Scene& s) { s.layered = s.format == Format::vc2_0_jose; }), "valid");
}

TEST(Verify, a_presentation_must_be_signed_by_its_holder) {
  EXPECT_EQ(reason([](Scene& s) { s.presenter.key = stranger.key; }), "bad_signature");
  EXPECT_EQ(reason([](Scene& s) { s.presenter = stranger; }), "foreign_key");
  EXPECT_EQ(reason([](Scene& s) { s.presenter.did = Did{"did:web:acme.example.evil"}; }), "foreign_key");
}

TEST(Verify, the_outer_layer_counts_as_much_as_the_inner_one) {
  auto made = scene(Format::vc2_0_jose);
  const auto credential = issuer.sign(credential_signing_input(made.credential, issuer.signer(), now));
  made.content.credentials = {credential};
  const auto inner = holder.sign(presentation_signing_input(made.format, made.content, holder.signer()));
  const auto forged = stranger.sign(envelope_signing_input(inner, holder.signer()));
  const auto presentation = parse_presentation(forged).value();
  const Evidence evidence{.keys = resolve_keys(required_keys(presentation), made.documents)};
  const auto verdict =
      verify_presentation(presentation, {.credentials = {.now = now}, .audience = verifier}, evidence);
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().reason, Reason::bad_signature);
}

TEST(Verify, a_presentation_of_somebody_else_is_rejected) {
  EXPECT_EQ(reason([](Scene& s) { s.expected_holder = stranger.did; }), "wrong_holder");
  EXPECT_EQ(reason([](Scene& s) {
              s.content.holder = stranger.did;
              s.presenter = stranger;
            }),
            "wrong_holder");
}

TEST(Verify, a_presentation_for_another_verifier_is_rejected) {
  EXPECT_EQ(reason([](Scene& s) { s.content.audience = stranger.did; }), "wrong_audience");
}

TEST(Verify, a_presentation_is_good_for_its_lifetime_only) {
  EXPECT_EQ(reason([](Scene& s) { s.at = now + std::chrono::seconds(66); }), "expired");
  EXPECT_EQ(reason([](Scene& s) { s.at = now + std::chrono::seconds(64); }), "valid");
  EXPECT_EQ(reason([](Scene& s) { s.at = now - std::chrono::seconds(6); }), "not_yet_valid");
  EXPECT_EQ(reason([](Scene& s) { s.at = now - std::chrono::seconds(4); }), "valid");
}

TEST(Verify, a_credential_must_be_signed_by_its_issuer) {
  EXPECT_EQ(reason([](Scene& s) { s.credential_signer.key = stranger.key; }), "bad_signature");
  EXPECT_EQ(reason([](Scene& s) { s.credential_signer = stranger; }), "foreign_key");
}

TEST(Verify, a_key_that_cannot_be_resolved_proves_nothing) {
  EXPECT_EQ(reason([](Scene& s) { s.documents.erase(issuer.did); }), "key_not_found");
  EXPECT_EQ(reason([](Scene& s) { s.documents.erase(holder.did); }), "key_not_found");
  EXPECT_EQ(reason([](Scene& s) { s.documents.at(issuer.did).id = stranger.did; }), "key_not_found");
}

TEST(Verify, the_document_of_somebody_else_resolves_no_key_even_if_its_method_has_the_same_name) {
  const KeyReference reference{.did = issuer.did, .kid = "#key-1"};
  const std::vector references{reference};
  EXPECT_TRUE(resolve_keys(references, {{issuer.did, issuer.document()}}).at(reference));
  EXPECT_FALSE(resolve_keys(references, {{issuer.did, stranger.document()}}).at(reference));
}

TEST(Verify, a_key_must_be_meant_for_its_purpose) {
  EXPECT_EQ(reason([](Scene& s) { s.documents.at(issuer.did).assertion_method = {{}}; }), "key_not_found");
  EXPECT_EQ(reason([](Scene& s) { s.documents.at(holder.did).authentication = {{}}; }), "key_not_found");
  EXPECT_EQ(reason([](Scene& s) { s.documents.at(holder.did).authentication.reset(); }), "key_not_found")
      << "it is meant for something else";
}

TEST(Verify, a_key_that_is_meant_for_nothing_proves_where_somebody_says_so) {
  auto document = issuer.document();
  document.authentication = std::vector<std::string>{};
  document.assertion_method.reset();
  document.capability_invocation.reset();
  const KeyReference reference{.did = issuer.did, .kid = issuer.kid()};
  const std::vector references{reference};
  const std::map<Did, did::DidDocument> documents{{issuer.did, document}};
  EXPECT_FALSE(resolve_keys(references, documents).at(reference));
  EXPECT_TRUE(resolve_keys(references, documents, did::RelationshipPolicy::tolerant).at(reference));
}

TEST(Verify, a_credential_is_good_between_its_dates_only) {
  EXPECT_EQ(reason([](Scene& s) { s.credential.valid_until = now - std::chrono::seconds(6); }), "expired");
  EXPECT_EQ(reason([](Scene& s) { s.credential.valid_until = now - std::chrono::seconds(4); }), "valid");
  EXPECT_EQ(reason([](Scene& s) { s.credential.valid_from = now + std::chrono::seconds(6); }),
            "not_yet_valid");
  EXPECT_EQ(reason([](Scene& s) { s.credential.valid_until.reset(); }), "valid");
}

TEST(Verify, a_verdict_stands_until_the_first_of_all_dates_turns) {
  using std::chrono::seconds;
  auto made = scene(Format::vc1_0_jwt);
  const auto until = [&](Instant at) {
    auto content = made.content;
    content.credentials = {issuer.sign(credential_signing_input(made.credential, issuer.signer(), now))};
    const auto token = holder.sign(presentation_signing_input(made.format, content, holder.signer()));
    return dates_hold_until(parse_presentation(token).value(), at);
  };
  EXPECT_EQ(until(now), now + seconds(65)) << "the presentation's own life and the leeway";
  made.credential.valid_until = now + seconds(30);
  EXPECT_EQ(until(now), now + seconds(35));
  made.credential.valid_from = now + seconds(20);
  EXPECT_EQ(until(now), now + seconds(15)) << "then it becomes valid";
  EXPECT_EQ(until(now + seconds(16)), now + seconds(35));
  EXPECT_EQ(until(now + seconds(66)), Instant::max()) << "what is over stays so";
}

TEST(Verify, dates_of_the_token_count_beside_those_of_the_credential) {
  auto made = scene(Format::vc1_0_jwt);
  made.credential.statuses.clear();
  auto credential =
      parse_credential(issuer.sign(credential_signing_input(made.credential, issuer.signer(), now))).value();
  const Evidence evidence{.keys = resolve_keys(required_keys(credential), made.documents)};
  const CredentialExpectations expected{.now = now, .trusted_issuers = made.trusted};
  EXPECT_TRUE(verify_credential(credential, expected, evidence));
  credential.jwt.claims.exp = now - hour;
  EXPECT_EQ(verify_credential(credential, expected, evidence).error().reason, Reason::expired);
}

TEST(Verify, a_credential_must_be_about_who_presents_it) {
  EXPECT_EQ(reason([](Scene& s) { s.credential.subjects[0].id = stranger.did; }), "wrong_holder");
  EXPECT_EQ(reason([](Scene& s) { s.credential.subjects.push_back({.id = stranger.did, .claims = {}}); }),
            "wrong_holder");
  EXPECT_EQ(reason([](Scene& s) { s.credential.subjects.clear(); }), "wrong_holder");
  EXPECT_EQ(reason([](Scene& s) {
              s.credential.subjects[0].id = stranger.did;
              s.expected_holder.reset();
            }),
            "wrong_holder");
}

TEST(Verify, an_issuer_must_be_trusted_for_the_type) {
  EXPECT_EQ(reason([](Scene& s) { s.trusted.clear(); }), "untrusted_issuer");
  EXPECT_EQ(reason([](Scene& s) { s.trusted = {{stranger.did, {"*"}}}; }), "untrusted_issuer");
  EXPECT_EQ(reason([](Scene& s) { s.trusted = {{issuer.did, {"OtherCredential"}}}; }), "untrusted_issuer");
  EXPECT_EQ(reason([](Scene& s) { s.trusted = {{issuer.did, {"*"}}}; }), "valid");
}

TEST(Verify, what_was_asked_for_must_be_presented) {
  EXPECT_EQ(reason([](Scene& s) { s.required.push_back("OtherCredential"); }), "missing_type");
  EXPECT_EQ(reason([](Scene& s) { s.required.clear(); }), "valid");
}

TEST(Verify, nothing_presented_is_nothing_proven) {
  const auto none = verify_presentations({}, {}, {.credentials = {.now = now}, .audience = verifier}, {});
  EXPECT_EQ(none.error().reason, Reason::no_credentials);
  const SignedPresentation empty{.holder = holder.did};
  const auto hollow =
      verify_presentations(std::vector{empty}, {}, {.credentials = {.now = now}, .audience = verifier}, {});
  EXPECT_EQ(hollow.error().reason, Reason::no_credentials);
}

TEST(Verify, a_revoked_or_suspended_credential_is_rejected) {
  EXPECT_EQ(reason([](Scene& s) { s.revoked = true; }), "revoked");
  EXPECT_EQ(reason([](Scene& s) {
              s.revoked = true;
              s.credential.statuses[0].purpose = "suspension";
              s.list.purposes = {"Suspension"};
            }),
            "suspended");
}

TEST(Verify, a_status_that_cannot_be_known_is_no_good_status) {
  const std::string unknown = "status_unknown";
  EXPECT_EQ(reason([](Scene& s) { s.list_signer.key = stranger.key; }), unknown);
  EXPECT_EQ(reason([](Scene& s) { s.list.valid_until = now - hour; }), unknown);
  EXPECT_EQ(reason([](Scene& s) { s.list.purposes = {"suspension"}; }), unknown);
  EXPECT_EQ(reason([](Scene& s) { s.credential.statuses[0].index = 131'072; }), unknown);
  EXPECT_EQ(reason([](Scene& s) { s.credential.statuses[0].size_bits = 2; }), unknown);
  EXPECT_EQ(reason([](Scene& s) {
              s.list.issuer = stranger.did;
              s.list_signer = stranger;
            }),
            unknown);
  EXPECT_EQ(reason([](Scene& s) {
              s.credential.statuses[0] = {.kind = StatusKind::other,
                                          .other = {{"id", "x"}, {"type", "Unknown"}}};
            }),
            unknown);
}

TEST(Verify, a_purpose_that_only_informs_rejects_nothing) {
  EXPECT_EQ(reason([](Scene& s) {
              s.revoked = true;
              s.credential.statuses[0].purpose = "message";
            }),
            "valid");
}

TEST(Verify, every_status_entry_counts) {
  EXPECT_EQ(reason([](Scene& s) {
              s.credential.statuses.push_back({.list_url = list_url, .index = 43});
              EXPECT_TRUE(s.list.bits.set(43, true));
            }),
            "revoked");
}

TEST(Verify, a_schema_that_is_violated_or_cannot_be_checked_rejects) {
  const SchemaReference schema{.id = "https://example.com/schema", .type = "JsonSchema"};
  EXPECT_EQ(reason([&](Scene& s) { s.credential.schemas = {schema}; }), "schema_violated");
  EXPECT_EQ(reason([&](Scene& s) {
              s.credential.schemas = {schema};
              s.check_schema = [](const std::string& url, const json::Object& subject) -> Result<void> {
                EXPECT_EQ(url, "https://example.com/schema");
                EXPECT_TRUE(subject.contains("id") && subject.contains("level"));
                return {};
              };
            }),
            "valid");
  EXPECT_EQ(reason([&](Scene& s) {
              s.credential.schemas = {schema};
              s.check_schema = [](const std::string&, const json::Object&) -> Result<void> {
                return invalid("/foo", "is required");
              };
            }),
            "schema_violated");
}

TEST(Verify, what_must_be_fetched_is_named_once_and_no_foreign_did_is_asked) {
  auto made = scene(Format::vc1_0_jwt);
  made.credential.schemas = {{.id = "https://example.com/schema", .type = "JsonSchema"}};
  const auto good = issuer.sign(credential_signing_input(made.credential, issuer.signer(), now));
  const auto forged = stranger.sign(credential_signing_input(made.credential, stranger.signer(), now));
  made.content.credentials = {good, good, forged};
  const auto presentation =
      parse_presentation(holder.sign(presentation_signing_input(made.format, made.content, holder.signer())))
          .value();
  const auto keys = required_keys(presentation);
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0], (KeyReference{holder.did, holder.kid(), did::Relationship::authentication}));
  EXPECT_EQ(keys[1], (KeyReference{issuer.did, issuer.kid(), did::Relationship::assertion_method}));
  EXPECT_EQ(required_status_lists(presentation), std::set<std::string>{list_url});
  EXPECT_EQ(required_schemas(presentation), std::set<std::string>{"https://example.com/schema"});
}

TEST(Verify, a_rejection_is_an_error_of_the_catalogue) {
  EXPECT_EQ(to_error({Reason::revoked, "x"}).code, ErrorCode::forbidden);
  EXPECT_EQ(to_error({Reason::untrusted_issuer, "x"}).code, ErrorCode::forbidden);
  EXPECT_EQ(to_error({Reason::bad_signature, "x"}).code, ErrorCode::unauthenticated);
  EXPECT_EQ(to_error({Reason::expired, "why"}).detail, "why");
}
