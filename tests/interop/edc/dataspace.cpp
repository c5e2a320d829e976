#include "interop/edc/dataspace.hpp"

#include <fmt/format.h>

#include "base/text/encoding.hpp"
#include "installation/world.hpp"

namespace kontor::interop::edc {

using installation::text_at;
using installation::verify;

namespace {

constexpr std::string_view catalog_request =
    R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"CatalogRequestMessage"})";
constexpr std::chrono::seconds patience{20};

installation::Installation::Plan configured_for(const Hub& hub, int port) {
  return {.name = "kontor",
          .issuer_did = fmt::format("did:web:127.0.0.1%3A{}:issuer", port),
          .plain_http_authority = hub.authority(),
          // The hub's DID documents declare no verification relationship, and it refuses whoever asks for
          // more than it has granted: nothing is asked for but what a profile demands.
          .settings = {"verifier.presentation_max_age=0s", "verifier.accept_undeclared_relationships=true",
                       "policy.credential_types=[]",
                       fmt::format("did_resolver.plain_http_authorities=['{}','127.0.0.1:{}']",
                                   hub.authority(), port)}};
}

}  // namespace

Dataspace::Dataspace(Driver& driver, const Plan& plan)
    : driver_(driver),
      certificates_(installation::make_certificates(plan.folder / "ca")),
      public_port_(ports_.take()),
      hub_(driver, plan.folder, plan.hub_class_path),
      translator_(driver, hub_.credentials()),
      kontor_({.program = std::filesystem::canonical(plan.program), .folder = plan.folder / "kontor"},
              public_port_, configured_for(hub_, public_port_), certificates_, ports_) {
  kontor_.start();
  kontor_.await_ready(driver_);
  token_ = kontor_.admin_token(driver_);
  found_issuer();
  for (const auto& each : {member_1_1, member_2_0}) declare_profile(each);
  for (const auto* each : {"company", "newcomer"}) found_company(each);
}

std::string Dataspace::issuer_api(const std::string& path) const {
  return kontor_.administration_url() + "/api/admin/v1beta/participants/issuer/" + path;
}
std::string Dataspace::management(const std::string& path) const {
  return kontor_.administration_url() + "/api/mgmt/v5beta/" + path;
}

void Dataspace::found_issuer() {
  driver_.expect(200, {.method = "POST",
                       .url = kontor_.administration_url() + "/api/identity/v1beta/participants",
                       .token = token_,
                       .body = installation::identity_manifest(kontor_, "issuer", issuer(), true)});
  driver_.expect(201,
                 {.method = "POST",
                  .url = issuer_api("attestations"),
                  .token = token_,
                  .body = R"({"id":"holder-attestation","attestationType":"holder","configuration":{}})"});
  for (const auto& each : {member_1_1, member_2_0}) define(each);
}

/// The hub wants a subject that says something beside who it is.
void Dataspace::define(const Membership& membership) {
  driver_.expect(201, {.method = "POST",
                       .url = issuer_api("credentialdefinitions"),
                       .token = token_,
                       .body = fmt::format(
                           R"({{"id":"{0}","credentialType":"{0}","format":"{1}","validity":31536000,)"
                           R"("attestations":["holder-attestation"],"rules":[],"mappings":[)"
                           R"({{"input":"since","output":"credentialSubject.since","required":true}}]}})",
                           membership.type, membership.format)});
}

void Dataspace::register_holder(const std::string& did) {
  driver_.expect(201, {.method = "POST",
                       .url = issuer_api("holders"),
                       .token = token_,
                       .body = fmt::format(R"({{"holderId":"{0}","did":"{0}","name":"{0}",)"
                                           R"("properties":{{"since":"2026-01-01"}}}})",
                                           did)});
}

void Dataspace::declare_profile(const Membership& membership) {
  driver_.expect(
      200, {.method = "POST",
            .url = management("dataspaceprofiles"),
            .token = token_,
            .body = fmt::format(
                R"({{{},"@type":"DataspaceProfile","name":"{}","protocol":{{"version":"2025-1",)"
                R"("binding":"HTTPS","namespace":"https://w3id.org/dspace/2025/1/"}},"jsonLdContextsUrl":[],)"
                R"("trustedIssuers":[{{"@id":"{}","supportedTypes":["*"]}}],"requiredCredentials":["{}"],)"
                R"("acceptUndeclaredRelationships":true}})",
                management_context, membership.profile, issuer(), membership.type)});
}

void Dataspace::found_company(const std::string& name) {
  driver_.expect(200, {.method = "POST",
                       .url = kontor_.administration_url() + "/api/identity/v1beta/participants",
                       .token = token_,
                       .body = installation::identity_manifest(kontor_, name, did(name), false)});
  driver_.expect(200,
                 {.method = "POST",
                  .url = management("participants"),
                  .token = token_,
                  .body = fmt::format(R"({{{},"@type":"ParticipantContext","@id":"{}","identity":"{}"}})",
                                      management_context, name, did(name))});
  driver_.expect(204,
                 {.method = "PUT",
                  .url = management("participants/" + name + "/profiles"),
                  .token = token_,
                  .body = fmt::format(R"({{{},"@type":"AssociateDataspaceProfile","profiles":["{}","{}"]}})",
                                      management_context, member_1_1.profile, member_2_0.profile)});
  driver_.expect(200, {.method = "PUT",
                       .url = management("participants/" + name + "/dataplanes"),
                       .token = token_,
                       .body = fmt::format(R"({{"dataplaneId":"data-plane","endpoint":)"
                                           R"("{}/api/v1/{}/dataflows","transferTypes":["HttpData-PULL"],)"
                                           R"("labels":[]}})",
                                           kontor_.signaling_url(), name)});
}

HubParticipant Dataspace::enrol(const std::string& name) {
  auto participant = admit(name);
  register_holder(participant.did);
  return participant;
}

void Dataspace::obtain_for_company() {
  register_holder(did("company"));
  const auto requests =
      kontor_.administration_url() + "/api/identity/v1beta/participants/company/credentials/request";
  driver_.expect(201,
                 {.method = "POST",
                  .url = requests,
                  .token = token_,
                  .body = fmt::format(R"({{"issuerDid":"{0}","holderPid":"request-of-company","credentials":)"
                                      R"([{{"id":"{1}","type":"{1}","format":"{2}"}}]}})",
                                      issuer(), member_1_1.type, member_1_1.format)});
  const auto asked =
      driver_.expect(200, {.url = requests + "/request-of-company", .token = token_, .wait = patience});
  verify(text_at(asked.json(), "status") == "ISSUED", "the company has no credential: " + asked.body);
}

void Dataspace::offer(const HubParticipant& holder, const Membership& membership) {
  driver_.expect(
      204, {.method = "POST",
            .url = issuer_api("credentials/offer"),
            .token = token_,
            .body = fmt::format(R"({{"holderId":"{}","credentials":["{}"]}})", holder.did, membership.type),
            .wait = patience});
}

void Dataspace::revoke(const std::string& holder, const Membership& membership) {
  const auto issued =
      driver_
          .expect(200, {.method = "POST",
                        .url = issuer_api("credentials/query"),
                        .token = token_,
                        .body = fmt::format(R"({{"filterExpression":[{{"operandLeft":"holderId",)"
                                            R"("operator":"=","operandRight":"{}"}}]}})",
                                            holder)})
          .json();
  std::size_t revoked = 0;
  for (const auto& each : issued.as_array()) {
    if (text_at(each, "credentialDefinitionId") != membership.type) continue;
    driver_.expect(204,
                   {.method = "POST",
                    .url = issuer_api("credentials/" + text::percent_encode(text_at(each, "id")) + "/revoke"),
                    .token = token_,
                    .body = R"({"reason":"has left"})"});
    ++revoked;
  }
  verify(revoked > 0, holder + " was issued nothing of the type " + membership.type);
}

Answer Dataspace::ask_catalog(const Membership& membership, const std::string& token) {
  return driver_.send(
      {.method = "POST",
       .url = fmt::format("{}/api/dsp/company/{}/catalog/request", kontor_.public_url(), membership.profile),
       .token = token,
       .body = std::string(catalog_request)});
}

Party Dataspace::party(const std::string& name) {
  return {.name = "Kontor",
          .id = did(name),
          .management = management("participants/" + name),
          .protocol = R"("protocol":"dataspace-protocol-http:2025-1")",
          .address = fmt::format("{}/api/dsp/{}/{}", kontor_.public_url(), name, member_1_1.profile),
          .waits = true,
          .token = token_};
}

}  // namespace kontor::interop::edc
