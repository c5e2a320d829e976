#include "secrets_world.hpp"

#include <fmt/format.h>

#include "asking.hpp"
#include "base/text/encoding.hpp"
#include "platform/store/store.hpp"
#include "protocol/jose/jwt.hpp"
#include "store_watch.hpp"
#include "world_calls.hpp"

namespace kontor::routes_test {

using protocol::api::Access;
using protocol::api::Listener;
using protocol::api::Method;

namespace {

constexpr const char* membership_scope = "org.eclipse.dspace.dcp.vc.type:MembershipCredential:read";

std::string base64(std::string_view text) {
  return text::base64_encode(bytes_of(text));
}

/// Reads, then changes, then deletions, so that there is something to read.
int phase_of(const RouteInfo& route) {
  if (route.method == Method::get || route.scope.ends_with(":read")) return 0;
  return route.method == Method::del ? 2 : 1;
}

}  // namespace

const std::string& SecretsWorld::claim() {
  static const std::string text = "Trillian-McMillan-of-Islington";
  return text;
}

SecretsWorld::SecretsWorld(const testing::PostgresServer* postgres)
    : world_({.postgres = postgres, .observed = true}) {
  for (const auto* party : {&world_.acme(), &world_.globex(), &world_.initech()}) hand_over(*party);
  claim_something(world_.globex());
  apply();
  describe_application(world_.globex());
  present(world_.globex(), world_.initech());
  refuse_by_policy(world_.globex(), world_.acme());
  secrets_.emplace_back("kontor-secret");
  for (const auto* party : {&world_.issuer(), &world_.acme(), &world_.globex(), &world_.initech()})
    remember_vault(ContextId(party->context));
  remember_vault(platform::store::installation_context());
  stored_ = StoreWatch(world_.installation()).rows();
  ask_everything();
}

/// Everything that a participant can be asked to keep.
void SecretsWorld::hand_over(const Party& party) {
  const auto marked = [&](const char* what) {
    secrets_.push_back(fmt::format("{}-{}-that-is-nobody-elses", party.name, what));
    return secrets_.back();
  };
  world_.call("PUT", management_path(party, "secrets/" + party.ids.at("secretId")),
              fmt::format(R"({{{},"@type":"Secret","@id":"{}","value":"{}"}})", management,
                          party.ids.at("secretId"), marked("value")));
  world_.call("PUT", management_path(party, "config"),
              fmt::format(R"({{{},"@type":"ParticipantContextConfig","entries":{{"a":"b"}},)"
                          R"("privateEntries":{{"hidden":"{}"}}}})",
                          management, marked("entry")));
  world_.call(
      "PUT", management_path(party, "dataplanes"),
      fmt::format(R"({{"dataplaneId":"{}-locked","endpoint":"{}","transferTypes":["Locked-PULL"],)"
                  R"("authorization":{{"type":"oauth2_client_credentials","clientId":"x",)"
                  R"("tokenEndpoint":"{}","clientSecret":"{}"}}}})",
                  party.name, world_.flows_url(party), world_.installation().source_url(), marked("plane")));
  world_.call("PUT", "/api/sts/v1/clients/" + party.ids.at("clientId") + "/secret",
              fmt::format(R"({{"clientSecret":"{}-0123456789abcdef0123456789abcdef0123456789abcdef"}})",
                          marked("client")));
  world_.call("POST", management_path(party, "assets"),
              fmt::format(R"({{{},"@type":"Asset","@id":"{}-locked","properties":{{}},"dataAddress":)"
                          R"({{"@type":"DataAddress","type":"HttpData","baseUrl":"https://a.example",)"
                          R"("authKey":"X-Key","authCode":"{}"}}}})",
                          management, party.name, claim()));
  const auto account = party.ids.find("accountSecret");
  if (account != party.ids.end()) secrets_.push_back(account->second);
}

/// The issuer is told something about a holder, which gets it as a credential.
void SecretsWorld::claim_something(const Party& holder) {
  const auto& issuer = world_.issuer();
  world_.call("PUT", issuer_path(issuer, "holders"),
              fmt::format(R"({{"holderId":"{0}","did":"{0}","name":"{1}",)"
                          R"("properties":{{"fullName":"{2}"}}}})",
                          holder.did, holder.name, claim()));
  world_.call("POST", issuer_path(issuer, "credentialdefinitions"),
              R"({"id":"MembershipCredential","credentialType":"MembershipCredential","format":"VC1_0_JWT",)"
              R"("validity":31536000,"attestations":["registered"],"rules":[],"mappings":[{"input":)"
              R"("fullName","output":"credentialSubject.fullName","required":true}]})");
  const auto asked = world_.installation().send(
      {.method = "POST",
       .target = identity_path(holder, "credentials/request"),
       .authorization = world_.admin(),
       .body = fmt::format(R"({{"issuerDid":"{}","credentials":[{{"id":"MembershipCredential",)"
                           R"("type":"MembershipCredential","format":"VC1_0_JWT"}}]}})",
                           issuer.did)});
  require(asked.status == 201, "the request for a credential is answered " + asked.body);
  const std::string location(asked.headers.get("Location").value_or(""));
  const auto status = world_.call("GET", location, "", patience);
  require(text_at(status, "status") == "ISSUED", "no credential was issued: " + json::serialize(status));
}

/// An organisation states something about itself, and a person comments on it.
void SecretsWorld::apply() {
  const auto path = issuer_path(world_.issuer(), "applications");
  const auto made = world_.call(
      "POST", path,
      fmt::format(R"({{"applicant":"did:web:example.org:applicant","holderName":"Example","credentialType":)"
                  R"("MembershipCredential","properties":{{"fullName":"{0}"}},"documents":[{{"name":"{0}",)"
                  R"("reference":"https://example.org/{0}","sha256":"{1}"}}]}})",
                  claim(), std::string(64, 'a')));
  const auto reviewer = world_.installation().bearer({.subject = "a reviewer", .role = "admin"});
  const auto rejected =
      world_.installation().send({.method = "POST",
                                  .target = path + "/" + text_at(made, "id") + "/reject",
                                  .authorization = reviewer,
                                  .body = fmt::format(R"({{"comment":"not {}"}})", claim())});
  require(rejected.fine(), "the application is not rejected: " + rejected.body);
}

/// A participant says whom to ask about one of its programs.
void SecretsWorld::describe_application(const Party& owner) {
  world_.call(
      "PUT", "/api/sts/v1/participants/" + owner.context + "/applications/" + owner.ids.at("applicationId"),
      fmt::format(R"({{"name":"reporting","description":"ask {}","scopes":["management-api:assets:read"]}})",
                  claim()));
}

std::string SecretsWorld::ask_for_token(const Party& client, const Party& audience, const std::string& rest) {
  const auto answer = world_.installation().send(
      {.method = "POST",
       .target = "/api/sts/token",
       .body = "grant_type=client_credentials&client_id=" + text::percent_encode(client.did) +
               "&client_secret=" + text::percent_encode(client.ids.at("accountSecret")) +
               "&audience=" + text::percent_encode(audience.did) + rest,
       .content_type = "application/x-www-form-urlencoded"});
  require(answer.fine(), "the account gets no token: " + answer.body);
  return text_at(answer.json(), "access_token");
}

void SecretsWorld::present(const Party& holder, const Party& verifier) {
  const auto granting =
      ask_for_token(holder, verifier, "&bearer_access_scope=" + text::percent_encode(membership_scope));
  const auto inner =
      protocol::jose::text_claim(protocol::jose::parse_jwt(granting).value().claims, "token").value_or("");
  const auto answer = world_.installation().send(
      {.listener = Listener::open,
       .method = "POST",
       .target = "/api/credentials/v1/participants/" + holder.context + "/presentations/query",
       .authorization = "Bearer " + ask_for_token(verifier, holder, "&token=" + inner),
       .body = fmt::format(R"({{"@context":["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],)"
                           R"("type":"PresentationQueryMessage","scope":["{}"]}})",
                           membership_scope)});
  require(answer.fine() && answer.json().at("presentation").as_array().size() == 1,
          "nothing is presented: " + answer.body);
}

/// The provider compares the claim with what somebody else would have to be called.
void SecretsWorld::refuse_by_policy(const Party& consumer, const Party& provider) {
  constexpr std::string_view constraint =
      R"("constraint":[{"leftOperand":"MembershipCredential$.fullName","operator":"eq",)"
      R"("rightOperand":"somebody else"}])";
  world_.call("POST", management_path(provider, "policydefinitions"),
              fmt::format(R"({{{},"@type":"PolicyDefinition","@id":"named","policy":{{"@type":"Set",)"
                          R"("permission":[{{"action":"use",{}}}]}}}})",
                          management, constraint));
  world_.call("POST", management_path(provider, "contractdefinitions"),
              fmt::format(R"({{{},"@type":"ContractDefinition","@id":"named","accessPolicyId":"{}",)"
                          R"("contractPolicyId":"named","assetsSelector":[{{"@type":"Criterion",)"
                          R"("operandLeft":"id","operator":"=","operandRight":"{}"}}]}})",
                          management, provider.ids.at("policyDefinitionId"), provider.ids.at("assetId")));
  const auto opened = world_.call(
      "POST", management_path(consumer, "contractnegotiations"),
      fmt::format(R"({{{},"@type":"ContractRequest","profile":"{}","counterPartyAddress":"{}","policy":{{)"
                  R"("@type":"Offer","@id":"{}:{}:{}","assigner":"{}","target":"{}","permission":[{{)"
                  R"("action":"use",{}}}]}}}})",
                  management, profile, world_.dsp_url(provider), base64("named"),
                  base64(provider.ids.at("assetId")), base64("1"), provider.did, provider.ids.at("assetId"),
                  constraint));
  const auto ended = world_.call(
      "GET", management_path(consumer, "contractnegotiations/" + text_at(opened, "@id")), "", patience);
  require(text_at(ended, "state") == "TERMINATED", "it was not refused: " + json::serialize(ended));
}

/// Private keys, and the keys and secrets that APIs never show; addresses of data are shown to their owners.
void SecretsWorld::remember_vault(const ContextId& context) {
  auto& vault = world_.installation().vault();
  auto& loop = world_.installation().loop();
  const auto remember = [&](BytesView bytes) {
    for (auto spelling : {text::base64url_encode(bytes), text::base64_encode(bytes), text::hex_encode(bytes)})
      secrets_.push_back(std::move(spelling));
  };
  for (const auto& alias : loop.run(vault.list_keys(context)).value()) {
    const auto key = loop.run(vault.export_key(context, alias)).value();
    const auto scalar = key.scalar();
    remember(scalar.bytes());
  }
  for (const auto& name : loop.run(vault.list_secrets(context)).value()) {
    const auto secret = loop.run(vault.get_secret(context, name)).value();
    for (std::string_view kept : {"secret/", "config/", "data-plane/"}) {
      if (name.str().starts_with(kept)) secrets_.emplace_back(secret.reveal());
    }
    if (name.str().starts_with("data-key/")) remember(secret.bytes());
  }
}

void SecretsWorld::ask_everything() {
  const auto routes = world_.installation().routes();
  for (int phase : {0, 1, 0, 2}) {
    for (const auto* route : routes) {
      if (phase_of(*route) == phase) ask(*route);
    }
  }
  StoreWatch(world_.installation()).settle();
}

void SecretsWorld::ask(const RouteInfo& route) {
  if (route.access == Access::peer || route.access == Access::flow) return;
  for (const auto* party : {&world_.globex(), &world_.acme()}) {
    const auto body = written(route, body_of(world_, route, *party));
    const auto target = existing_target(world_, route, *party);
    const auto answer = world_.installation().send(request_to(route, target, world_.admin(), body));
    told_.push_back({std::string(route.name), answer.status, answer.body});
  }
}

}  // namespace kontor::routes_test
