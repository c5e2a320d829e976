#include <fmt/format.h>

#include <set>

#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "tck/dcp/conformance/cases.hpp"

// The credential service answers a verifier what its access token grants.
namespace kontor::tck::dcp {

namespace jose = protocol::jose;

namespace {

using Types = std::set<std::string>;

const std::string membership = "MembershipCredential";
const std::string sensitive = "SensitiveDataCredential";

std::string token_for(Stage& stage, const std::string& scopes) {
  return access_token(stage, stage.others().verifier, scopes);
}

Message asked(Stage& stage) {
  return query(stage, token_for(stage, scope_of(membership)), {scope_of(membership)});
}

/// The query's members instead of its scope.
Message asked_with(Stage& stage, json::Object members) {
  auto message = asked(stage);
  auto& body = message.body.as_object();
  body.erase("scope");
  for (const auto& member : members) body[member.key()] = member.value();
  return message;
}

/// The types of a credential, once its issuer has proven it.
Types types_in(Stage& stage, const std::string& token) {
  const auto claims = stage.proven(token);
  const auto* credential = claims.rest.if_contains("vc");
  const auto* types = credential ? json::find(*credential, "type") : nullptr;
  verify(types && types->is_array(), "a credential without types");
  Types all;
  for (const auto& each : types->as_array()) all.insert(std::string(each.as_string()));
  return all;
}

/// The types of what was presented: signed by the holder with a key on a curve, for the verifier alone.
Types presented(Stage& stage, const http::Response& answer) {
  const auto message = stage.judge().read(accepted(answer).body.text, "PresentationResponseMessage");
  Types all;
  for (const auto& presentation : message.at("presentation").as_array()) {
    verify(presentation.is_string(), "a presentation that is no token");
    const std::string token(presentation.as_string());
    const auto claims = stage.proven(token);
    const auto algorithm = jose::parse_jwt(token).value().jws.header.alg;
    verify(algorithm == jose::Algorithm::es256 || algorithm == jose::Algorithm::es384,
           "a key that is not on an elliptic curve of NIST");
    verify(claims.iss == stage.holder().str(), "a presentation of somebody else");
    verify(claims.aud == std::vector{stage.others().verifier.did().str()},
           "the presentation is not for the verifier alone");
    const auto* content = claims.rest.if_contains("vp");
    const auto* credentials = content ? json::find(*content, "verifiableCredential") : nullptr;
    verify(credentials && credentials->is_array(), "a presentation without credentials");
    for (const auto& each : credentials->as_array())
      all.merge(types_in(stage, std::string(each.as_string())));
  }
  return all;
}

Types with_base(Types types) {
  types.insert("VerifiableCredential");
  return types;
}

void check_presented(Stage& stage, const std::string& granted, json::Array scopes, const Types& expected) {
  const auto types = presented(stage, stage.send(query(stage, token_for(stage, granted), std::move(scopes))));
  std::string found;
  for (const auto& each : types) found += " " + each;
  verify(types == with_base(expected), "presented was" + found);
}

Play discovery() {
  return [](Stage& stage) { stage.service(stage.holder(), "CredentialService"); };
}

/// The proof of one token, with another access token each time.
Play proof_used_twice() {
  return [](Stage& stage) {
    const auto first = asked(stage);
    auto proof = stage.proof(first);
    verify(presented(stage, stage.send(first, proof)) == with_base({membership}),
           "a membership is presented");
    proof.claims.rest["token"] = *asked(stage).access_token;
    refused(stage.send(first, proof));
  };
}

std::vector<Case> of_tokens() {
  return {
      {"cs_04_03_03_idTokenInvalidIssuerSub", broken(asked,
                                                     [](Stage& stage, Message&, Proof& proof) {
                                                       const auto& third = stage.others().third_party;
                                                       proof.signer = &third;
                                                       proof.kid = third.kid();
                                                       proof.claims.iss = third.did().str();
                                                       proof.claims.sub = third.did().str();
                                                     })},
      {"cs_04_03_03_idTokenInvalidSub", broken(asked, Fault::other_subject)},
      {"cs_04_03_03_idtokenIncorrectAud",
       broken(asked, [](Stage& stage, Message&,
                        Proof& proof) { proof.claims.aud = {stage.others().verifier.did().str()}; })},
      {"cs_04_03_03_idtokenIncorrectSub", broken(asked,
                                                 [](Stage& stage, Message&, Proof& proof) {
                                                   const auto& third = stage.others().third_party;
                                                   proof.kid = third.kid("key-of-nobody");
                                                   proof.claims.iss = third.did().str();
                                                   proof.claims.sub = third.did().str();
                                                 })},
      {"cs_04_03_03_idtokenNbfInFuture", broken(asked, Fault::not_yet_valid)},
      {"cs_04_03_03_idtokenExpired", broken(asked, Fault::expired)},
      {"cs_04_03_03_idtokenJtiUsedTwice", proof_used_twice()},
      {"cs_05_03_01_accessTokenInvalidHeader", broken(asked, Fault::no_scheme)},
      {"cs_05_04_invalidTokenNotAuthorized",
       broken(asked, [](Stage&, Message&, Proof& proof) { proof.claims.rest["token"] = "faketoken"; })},
  };
}

std::vector<Case> of_queries() {
  const auto both = scope_of(membership) + " " + scope_of(sensitive);
  return {
      {"cs_05_02_endpointDiscovery", discovery()},
      {"cs_05_04_01_invalidScopeAndPresentationRequest",
       [](Stage& stage) {
         auto message = asked(stage);
         message.body.as_object()["presentationDefinition"] = json::Object{{"id", "definition"}};
         verify(stage.send(message).status == 400, "400 is expected");
       }},
      {"cs_05_04_01_emptyPresentationDefinition",
       [](Stage& stage) {
         refused(stage.send(asked_with(stage, {{"presentationDefinition", json::Object{}}})));
         refused(stage.send(asked_with(stage, {{"presentationDefinition", nullptr}})));
       }},
      {"cs_05_04_02_emptyScopeExpect4xx",
       [](Stage& stage) {
         refused(stage.send(asked_with(stage, {{"scope", json::Array{}}})));
         refused(stage.send(asked_with(stage, {})));
       }},
      {"cs_05_04_01_02_scopeByTypeRequest",
       [](Stage& stage) {
         check_presented(stage, scope_of(membership), {scope_of(membership)}, {membership});
       }},
      {"cs_05_04_01_02_lessScopesThanAuthorizedByTypeRequest",
       [both](Stage& stage) { check_presented(stage, both, {scope_of(sensitive)}, {sensitive}); }},
      {"cs_05_04_01_02_invalidScopeEscalationRequest",
       [](Stage& stage) {
         check_presented(stage, scope_of(membership), {scope_of(membership), scope_of(sensitive)},
                         {membership});
       }},
  };
}

}  // namespace

std::string scope_of(std::string_view type) {
  return fmt::format("org.eclipse.dspace.dcp.vc.type:{}:read", type);
}

std::string access_token(Stage& stage, const Party& verifier, const std::string& scopes) {
  const auto form = [](std::string_view value) { return text::percent_encode(std::string(value)); };
  const auto parties = stage.parties();
  auto answer = stage.system().driver().expect(
      200, {.method = "POST",
            .url = parties.token_service + "/token",
            .body = fmt::format("grant_type=client_credentials&client_id={}&client_secret={}&audience={}"
                                "&bearer_access_scope={}",
                                form(parties.holder), form(parties.client_secret), form(verifier.did().str()),
                                form(scopes)),
            .content_type = "application/x-www-form-urlencoded"});
  const auto claims = stage.proven(installation::text_at(answer.json(), "access_token"));
  auto token = protocol::jose::text_claim(claims, "token");
  verify(token.has_value(), "the self-issued token has no access token");
  return std::move(*token);
}

Message query(Stage& stage, const std::string& access_token, json::Array scopes) {
  return {.sender = &stage.others().verifier,
          .audience = stage.holder(),
          .url = stage.service(stage.holder(), "CredentialService") + "/presentations/query",
          .body = json::Object{{"@context", json::Array{std::string(protocol::dcp::context)}},
                               {"type", "PresentationQueryMessage"},
                               {"scope", std::move(scopes)}},
          .access_token = access_token};
}

std::vector<Case> presentation_cs() {
  auto all = of_tokens();
  append(all, of_queries());
  for (auto& each : all) {
    each.play = [play = std::move(each.play)](Stage& stage) {
      auto credentials = delivery(stage);
      credentials.body.as_object()["holderPid"] = stage.parties().presentation_correlation_id;
      accepted(stage.send(credentials));
      play(stage);
    };
  }
  return all;
}

}  // namespace kontor::tck::dcp
