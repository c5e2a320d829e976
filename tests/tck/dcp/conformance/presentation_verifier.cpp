#include <fmt/format.h>

#include "protocol/vc/status_list.hpp"
#include "tck/dcp/conformance/cases.hpp"

// The verifier asks whoever calls for credentials, and holds them against what it demands.
namespace kontor::tck::dcp {
namespace {

namespace vc = protocol::vc;
using Change = CounterParty::Change;

const std::string membership = "MembershipCredential";
const std::string sensitive = "SensitiveDataCredential";
Did holder(Stage& stage) {
  return stage.others().holder.did();
}

/// The holder is asked once by a token at most: with its own proof, by a valid message, for what is demanded.
void check_queries(Stage& stage, const std::string& access_token, std::size_t expected) {
  const auto& queries = stage.others().queries(access_token);
  verify(queries.size() == expected, fmt::format("the holder was asked {} times", queries.size()));
  for (const auto& each : queries) {
    const auto claims = stage.check_sender(each, stage.verifier(), stage.others().holder);
    verify(protocol::jose::text_claim(claims, "token") == access_token, "another access token came back");
    const auto body = stage.judge().read(each.body.text, "PresentationQueryMessage");
    verify(!body.contains("presentationDefinition"), "a presentation definition");
    verify(body.at("scope") == json::Value(json::Array{scope_of(membership)}),
           "asked was for " + json::serialize(body.at("scope")));
  }
}

Message with_membership(Stage& stage) {
  return trigger(stage, stage.others().grant(stage.others().presents({membership_of_the_holder(stage)})));
}

/// The same of these credentials.
void shows(Stage& stage, std::vector<std::string> credentials, bool taken) {
  shows(stage, stage.others().presents(std::move(credentials)), taken);
}

/// A membership that is changed is refused, where one that is not is taken.
Play refuses(std::function<Change(Stage&)> change) {
  return [change = std::move(change)](Stage& stage) {
    const auto changed = change(stage);
    shows(stage, {membership_of_the_holder(stage, changed)}, false);
    shows(stage, {membership_of_the_holder(stage)}, true);
  };
}

Play refuses_answer(std::function<http::Response(Stage&)> answer) {
  return [answer = std::move(answer)](Stage& stage) {
    const auto token = stage.others().grant([&] { return answer(stage); });
    refused(stage.send(trigger(stage, token)));
    check_queries(stage, token, 1);
    shows(stage, {membership_of_the_holder(stage)}, true);
  };
}

void proof_used_twice(Stage& stage) {
  const auto first = with_membership(stage);
  auto proof = stage.proof(first);
  accepted(stage.send(first, proof));
  check_queries(stage, *first.access_token, 1);
  const auto second = with_membership(stage);
  proof.claims.rest["token"] = *second.access_token;
  refused(stage.send(second, proof));
}

json::Object status_at(const std::string& list, int index) {
  return {{"id", list + "#entry"},
          {"type", "BitstringStatusListEntry"},
          {"statusPurpose", "revocation"},
          {"statusListIndex", std::to_string(index)},
          {"statusListCredential", list}};
}

/// In a list that its issuer has signed, and in one that nobody has: that proves nothing, so nothing that
/// rests on it is taken.
void revoked(Stage& stage) {
  auto& others = stage.others();
  const auto signed_list = others.issuer.publish_status_list("/statuslist/signed", {1}, others.now());
  const auto in_list = [&](const std::string& list, int index) {
    return membership_of_the_holder(
        stage, [&](json::Object& each) { each["credentialStatus"] = status_at(list, index); });
  };
  shows(stage, {in_list(signed_list, 1)}, false);
  shows(stage, {in_list(signed_list, 2)}, true);
  vc::StatusList list{.url = others.issuer.url("/statuslist/unsigned"),
                      .issuer = others.issuer.did(),
                      .purposes = {"revocation"},
                      .valid_from = others.now() - std::chrono::hours(1),
                      .valid_until = others.now() + std::chrono::hours(1)};
  verify(list.bits.set(1, true).has_value(), "an index of the list");
  const auto unsigned_list = json::serialize(write(vc::status_list_credential(list, vc::Format::vc2_0_jose)));
  others.server.answer(others.issuer.path("/statuslist/unsigned"), unsigned_list);
  for (const int index : {1, 2}) shows(stage, {in_list(list.url, index)}, false);
}

/// Draft 4, which the kit's own schema is in.
Change without_what_its_schema_requires(Stage& stage) {
  auto& others = stage.others();
  others.server.answer(others.issuer.path("/schema/membership-schema.json"), [](const http::Request&) {
    http::Response response{200,
                            {},
                            {R"({"$schema":"http://json-schema.org/draft-04/schema#","type":"object",)"
                             R"("properties":{"id":{"type":"string"},"foo":{"type":"string"}},)"
                             R"("required":["id","foo"]})",
                             {}}};
    response.headers.set("Content-Type", "application/schema+json");
    return response;
  });
  const auto url = others.issuer.url("/schema/membership-schema.json");
  const json::Object schema{{"id", url}, {"type", "JsonSchemaValidator2018"}};
  const auto fits =
      membership_of_the_holder(stage, [&](json::Object& each) { each["credentialSchema"] = schema; });
  shows(stage, {fits}, true);
  return [schema](json::Object& each) {
    each["credentialSchema"] = schema;
    each["credentialSubject"].as_object().erase("foo");
  };
}

std::vector<Case> of_tokens() {
  return {
      {"presentationResponse_rejectMissingBearerPrefix", broken(with_membership, Fault::no_scheme)},
      {"verifier_04_03_03_idTokenInvalidIssuerSub", broken(with_membership,
                                                           [](Stage& stage, Message&, Proof& proof) {
                                                             const auto& third = stage.others().third_party;
                                                             proof.signer = &third;
                                                             proof.kid = third.kid();
                                                             proof.claims.iss = third.did().str();
                                                             proof.claims.sub = third.did().str();
                                                             proof.claims.aud = {holder(stage).str()};
                                                           })},
      {"verifier_04_03_03_idTokenInvalidSub", broken(with_membership, Fault::other_subject)},
      {"verifier_04_03_03_idTokenIncorrectAud", broken(with_membership, Fault::other_audience)},
      {"verifier_04_03_03_idTokenIncorrectSub", broken(with_membership,
                                                       [](Stage& stage, Message&, Proof& proof) {
                                                         proof.claims.iss =
                                                             stage.others().third_party.did().str();
                                                       })},
      {"verifier_04_03_03_idTokenNbfInFuture", broken(with_membership, Fault::not_yet_valid)},
      {"verifier_04_03_03_idTokenExpired", broken(with_membership, Fault::expired)},
      {"verifier_04_03_03_idTokenJtiUsedTwice", proof_used_twice},
      {"verifier_04_03_01_presentationResponse_idTokenNoTokenClaim",
       broken(with_membership, [](Stage&, Message&, Proof& proof) { proof.claims.rest.erase("token"); })},
  };
}

std::vector<Case> of_presentations() {
  const auto prefixed = [](std::string_view section, std::string_view what) {
    return fmt::format("verifier_{}_presentationResponse_{}", section, what);
  };
  const auto dated = [](std::string_view member, Duration from_now) {
    return [member, from_now](Stage& stage) -> Change {
      const auto at = format_instant(stage.others().now() + from_now);
      return [member, at](json::Object& each) { each[member] = at; };
    };
  };
  return {
      {"presentationResponse_endpointDiscovery",
       [](Stage& stage) { stage.service(stage.verifier(), "CredentialService"); }},
      {prefixed("05_01", "success"),
       [](Stage& stage) { shows(stage, {membership_of_the_holder(stage)}, true); }},
      {prefixed("05_04_02_01", "tooFewCredentials"),
       refuses_answer([](Stage&) { return http::Response{401, {}, {}}; })},
      {prefixed("05_04_02_02", "tooManyCredentials"),
       [](Stage& stage) {
         shows(stage, {membership_of_the_holder(stage), stage.others().credential(holder(stage), sensitive)},
               true);
       }},
      {prefixed("05_04_02_03", "emptyPresentations"),
       refuses_answer([](Stage& stage) { return stage.others().answers_with({})(); })},
      {prefixed("05_04_02_04", "emptyCredentials"),
       refuses_answer([](Stage& stage) { return stage.others().presents({})(); })},
      {prefixed("05_04_03", "holderNotEqualSubjectId"), refuses([](Stage& stage) -> Change {
         const auto third = stage.others().third_party.did().str();
         return [third](json::Object& each) { each["credentialSubject"].as_object()["id"] = third; };
       })},
      {prefixed("05_04_03_07", "expiredCredential"),
       refuses(dated("expirationDate", -std::chrono::hours(1)))},
      {prefixed("05_04_03_06", "credentialRevoked"), revoked},
      {prefixed("05_04_03_06", "notYetValidCredential"),
       refuses(dated("issuanceDate", std::chrono::hours(1)))},
      {prefixed("x_x", "invalidCredentialSchema"), refuses(without_what_its_schema_requires)},
  };
}

}  // namespace

void shows(Stage& stage, CounterParty::Answer answer, bool taken) {
  const auto token = stage.others().grant(std::move(answer));
  const auto shown = stage.send(trigger(stage, token));
  if (taken)
    accepted(shown);
  else
    refused(shown);
  check_queries(stage, token, 1);
}

/// Without the base type, which some holders leave out.
std::string membership_of_the_holder(Stage& stage, const Change& change) {
  return stage.others().credential(holder(stage), membership, [&](json::Object& each) {
    each["type"] = json::Array{membership};
    if (change) change(each);
  });
}

/// The body is the kit's: expanded, and without a context.
Message trigger(Stage& stage, const std::string& access_token) {
  return {.sender = &stage.others().holder,
          .audience = stage.verifier(),
          .url = stage.parties().trigger,
          .body = json::Object{{"@type", "https://w3id.org/dspace/2025/1/CatalogRequestMessage"},
                               {"https://w3id.org/dspace/2025/1/filter", json::Object{}}},
          .access_token = access_token};
}

std::vector<Case> presentation_verifier() {
  auto all = of_tokens();
  append(all, of_presentations());
  return all;
}

}  // namespace kontor::tck::dcp
