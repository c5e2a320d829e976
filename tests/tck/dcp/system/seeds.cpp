#include "tck/dcp/system/seeds.hpp"

#include <fmt/format.h>

#include "installation/world.hpp"
#include "tck/dcp/system/asked_issuer.hpp"

namespace kontor::tck::dcp {

using installation::Driver;
using installation::Installation;
using installation::management_context;
using installation::text_at;

namespace {

/// An identity with a key on P-256 and the services of its role. Returns the secret of its account.
std::string make_identity(Driver& driver, const Installation& kontor, std::string_view context, bool issues) {
  const std::string name(context);
  auto made =
      driver.expect(200, {.method = "POST",
                          .url = kontor.administration_url() + "/api/identity/v1beta/participants",
                          .token = kontor.admin_token(driver),
                          .body = installation::identity_manifest(kontor, name, kontor.did(name), issues)});
  return text_at(made.json(), "clientSecret");
}

void define_credential(Driver& driver, const Installation& kontor, const std::string& issuer,
                       std::string_view type) {
  driver.expect(201, {.method = "POST",
                      .url = issuer + "/credentialdefinitions",
                      .token = kontor.governance_token(driver),
                      .body = fmt::format(R"({{"id":"{0}","credentialType":"{0}","format":"VC1_0_JWT",)"
                                          R"("validity":31536000,"attestations":["holder-attestation"],)"
                                          R"("rules":[],"mappings":[]}})",
                                          type)});
}

/// Asks the counter-party's issuer for one of each type.
void ask_for_credentials(Driver& driver, const Installation& kontor, const Parties& parties,
                         const std::string& request) {
  std::string wanted;
  for (const auto type : credential_types) {
    wanted += fmt::format(R"({0}{{"id":"{1}","type":"{1}","format":"VC1_0_JWT"}})", wanted.empty() ? "" : ",",
                          type);
  }
  driver.expect(201, {.method = "POST",
                      .url = fmt::format("{}/api/identity/v1beta/participants/{}/credentials/request",
                                         kontor.administration_url(), holder_context),
                      .token = kontor.admin_token(driver),
                      .body = fmt::format(R"({{"issuerDid":"{}","holderPid":"{}","credentials":[{}]}})",
                                          parties.counter_party_did("issuer"), request, wanted)});
}

}  // namespace

void sow_verifier(Driver& driver, const Installation& kontor, const Parties& parties, bool undeclared) {
  make_identity(driver, kontor, verifier_context, false);
  const auto management = kontor.administration_url() + "/api/mgmt/v5beta";
  const auto token = kontor.admin_token(driver);
  driver.expect(200, {.method = "POST",
                      .url = management + "/participants",
                      .token = token,
                      .body = fmt::format(R"({{{},"@type":"ParticipantContext","@id":"{}","identity":"{}",)"
                                          R"("state":"ACTIVATED","properties":{{}}}})",
                                          management_context, verifier_context, parties.verifier)});
  driver.expect(
      200, {.method = "POST",
            .url = management + "/dataspaceprofiles",
            .token = token,
            .body = fmt::format(
                R"({{{},"@type":"DataspaceProfile","name":"{}","protocol":{{"version":"2025-1",)"
                R"("binding":"HTTPS","namespace":"https://w3id.org/dspace/2025/1/"}},"jsonLdContextsUrl":[],)"
                R"("trustedIssuers":[{{"@id":"{}","supportedTypes":["*"]}}],"requiredCredentials":["{}"],)"
                R"("acceptUndeclaredRelationships":{}}})",
                management_context, profile_name, parties.counter_party_did("issuer"),
                credential_types.front(), undeclared)});
  driver.expect(204, {.method = "PUT",
                      .url = fmt::format("{}/participants/{}/profiles", management, verifier_context),
                      .token = token,
                      .body = fmt::format(R"({{{},"@type":"AssociateDataspaceProfile","profiles":["{}"]}})",
                                          management_context, profile_name)});
}

void sow_issuer(Driver& driver, const Installation& kontor, const Parties& parties) {
  make_identity(driver, kontor, issuer_context, true);
  const auto issuer =
      fmt::format("{}/api/admin/v1beta/participants/{}", kontor.administration_url(), issuer_context);
  driver.expect(201,
                {.method = "POST",
                 .url = issuer + "/holders",
                 .token = kontor.provisioner_token(driver),
                 .body = fmt::format(R"({{"holderId":"{0}","did":"{0}","name":"{0}","properties":{{}}}})",
                                     parties.counter_party_did("holder"))});
  driver.expect(201,
                {.method = "POST",
                 .url = issuer + "/attestations",
                 .token = kontor.governance_token(driver),
                 .body = R"({"id":"holder-attestation","attestationType":"holder","configuration":{}})"});
  for (const auto type : credential_types) define_credential(driver, kontor, issuer, type);
}

std::string sow_holder(Driver& driver, const Installation& kontor, const Parties& parties) {
  auto secret = make_identity(driver, kontor, holder_context, false);
  AskedIssuer issuer(driver.loop(), parties);
  ask_for_credentials(driver, kontor, parties, parties.correlation_id);
  ask_for_credentials(driver, kontor, parties, parties.presentation_correlation_id);
  issuer.await_requests(2);
  return secret;
}

}  // namespace kontor::tck::dcp
