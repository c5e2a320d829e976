#include <fmt/format.h>

#include "installation/world.hpp"

namespace kontor::installation {
namespace {

/// A cell and a dataspace profile that asks every participant for the first credential.
void prepare_fabric(World& world, Installation& home) {
  const auto token = home.provisioner_token(world.driver);
  const auto base = home.fabric_url() + "/api/v1alpha1";
  auto cell = world.driver.expect(201, {.method = "POST",
                                        .url = base + "/cells",
                                        .token = token,
                                        .body = R"({"state":"active","properties":{}})"});
  auto profile = world.driver.expect(
      201,
      {.method = "POST",
       .url = base + "/dataspace-profiles",
       .token = token,
       .body = fmt::format(R"({{"dataspaceSpec":{{"protocolStack":["dsp-2025-1"],"credentialSpecs":[)"
                           R"({{"id":"RegisteredCredential","type":"RegisteredCredential","issuer":"{}",)"
                           R"("format":"VC1_0_JWT"}}]}},"artifacts":[],"properties":{{}}}})",
                           world.issuer_did)});
  const auto id = text_at(profile.json(), "id");
  world.driver.expect(202, {.method = "POST",
                            .url = base + "/dataspace-profiles/" + id + "/deployments",
                            .token = token,
                            .body = fmt::format(R"({{"cellId":"{}"}})", text_at(cell.json(), "id"))});
}

}  // namespace

void define_credential(World& world, const std::string& token, const Definition& definition) {
  const auto& type = definition.type;
  world.driver.expect(
      201, {.method = "POST",
            .url = issuer_administration(world, "attestations"),
            .token = token,
            .body = fmt::format(R"({{"id":"{}-attestation","attestationType":"{}","configuration":{}}})",
                                type, definition.attestation, definition.configuration)});
  world.driver.expect(
      201,
      {.method = "POST",
       .url = issuer_administration(world, "credentialdefinitions"),
       .token = token,
       .body = fmt::format(R"({{"id":"{0}","credentialType":"{0}","format":"VC1_0_JWT","validity":31536000,)"
                           R"("jsonSchemaUrl":"https://example.org/schemas/{0}.json",)"
                           R"("attestations":["{0}-attestation"],"rules":[],"mappings":[]}})",
                           type)});
}

std::string identity_manifest(const Installation& home, const std::string& context, const std::string& did,
                              bool issues) {
  const auto base = home.public_url();
  auto services = fmt::format(R"({{"id":"{0}-cs","type":"CredentialService",)"
                              R"("serviceEndpoint":"{1}/api/credentials/v1/participants/{0}"}},)"
                              R"({{"id":"{0}-dsp","type":"ProtocolEndpoint","serviceEndpoint":"{2}"}},)"
                              R"({{"id":"{0}-data","type":"DataService",)"
                              R"("serviceEndpoint":"{1}/api/dsp/{0}/.well-known/dspace-version"}})",
                              context, base, home.dsp_url(context));
  if (issues) {
    services = fmt::format(R"({{"id":"{0}-is","type":"IssuerService",)"
                           R"("serviceEndpoint":"{1}/api/issuance/v1beta/participants/{0}"}})",
                           context, base);
  }
  return fmt::format(
      R"({{"participantContextId":"{}","did":"{}","active":true,"key":{{"keyId":"key-1",)"
      R"("privateKeyAlias":"{}-key-1",)"
      R"("keyGeneratorParams":{{"algorithm":"EC","curve":"secp256r1"}}}},"serviceEndpoints":[{}]}})",
      context, did, context, services);
}

std::string issuer_administration(const World& world, const std::string& path) {
  return world.a.administration_url() + "/api/admin/v1beta/participants/" + issuer_context + "/" + path;
}

void start(World& world) {
  world.a.start();
  world.b.start();
  world.a.await_ready(world.driver);
  world.b.await_ready(world.driver);
}

void set_up_governance(World& world) {
  world.issuer_did = world.a.did(issuer_context);
  world.driver.expect(200, {.method = "POST",
                            .url = world.a.administration_url() + "/api/identity/v1beta/participants",
                            .token = world.a.admin_token(world.driver),
                            .body = identity_manifest(world.a, issuer_context, world.issuer_did, true)});
  const auto token = world.a.governance_token(world.driver);
  define_credential(world, token, {"RegisteredCredential"});
  define_credential(world, token,
                    {"MembershipCredential", "application", R"({"credentialType":"MembershipCredential"})"});
  auto metadata = world.driver.expect(
      200,
      {.url = world.a.public_url() + "/api/issuance/v1beta/participants/" + issuer_context + "/metadata"});
  verify(metadata.body.find("MembershipCredential") != std::string::npos,
         "the issuer's metadata lack a definition");
  prepare_fabric(world, world.a);
  prepare_fabric(world, world.b);
}

void onboard(World& world, const std::string& name, Installation& home) {
  Company company{.did = home.did(name), .home = &home};
  const auto token = home.provisioner_token(world.driver);
  const auto base = home.fabric_url() + "/api/v1alpha1/tenants";
  auto tenant = world.driver.expect(201, {.method = "POST",
                                          .url = base,
                                          .token = token,
                                          .body = fmt::format(R"({{"properties":{{"name":"{}"}}}})", name)});
  const auto profiles = base + "/" + text_at(tenant.json(), "id") + "/participant-profiles";
  auto ordered = world.driver.expect(
      202, {.method = "POST",
            .url = profiles,
            .token = token,
            .body = fmt::format(R"({{"identifier":"{}","properties":{{}}}})", company.did)});
  auto profile = world.driver
                     .expect(200, {.url = profiles + "/" + text_at(ordered.json(), "id"),
                                   .token = token,
                                   .wait = std::chrono::seconds(30)})
                     .json();
  const auto* vpas = json::find(profile, "vpas");
  verify(vpas && vpas->is_array() && !vpas->get_array().empty(), "the profile of " + name + " has no agents");
  for (const auto& each : vpas->get_array()) {
    verify(text_at(each, "state") == "active", name + ": " + text_at(each, "type") + " is " +
                                                   text_at(each, "state") + ": " + json::serialize(profile));
  }
  const auto* state = json::find(*json::find(profile, "properties"), "cfm.vpa.state");
  verify(state, "the profile of " + name + " has no state of its agents");
  company.context = text_at(*state, "participantContextId");
  company.secret = "chosen-for-" + text_at(*state, "clientId");
  world.driver.expect(204, {.method = "PUT",
                            .url = home.administration_url() + "/api/sts/v1/clients/" +
                                   text_at(*state, "clientId") + "/secret",
                            .token = token,
                            .body = fmt::format(R"({{"clientSecret":"{}"}})", company.secret)});
  renew_token(world.driver, company);
  world.companies.emplace(name, std::move(company));
}

void renew_token(Driver& driver, Company& company) {
  company.token = driver.token(company.home->administration_url(), company.context, company.secret);
}

void apply_for_membership(World& world, const std::string& name) {
  auto& company = world.company(name);
  auto answer = world.driver.expect(
      201,
      {.method = "POST",
       .url = issuer_administration(world, "applications"),
       .token = world.a.provisioner_token(world.driver),
       .body = fmt::format(
           R"({{"applicant":"{}","holderName":"{}","credentialType":"MembershipCredential","documents":[]}})",
           company.did, name)});
  company.application = text_at(answer.json(), "id");
}

void judge(World& world, const std::string& name, const std::string& decision) {
  world.driver.expect(200, {.method = "POST",
                            .url = issuer_administration(
                                world, "applications/" + world.company(name).application + "/" + decision),
                            .token = world.a.governance_token(world.driver),
                            .body = R"({"comment":"judged by the journey"})"});
}

std::string obtain(World& world, const Company& company, const std::string& type, const std::string& token) {
  const auto base =
      company.home->administration_url() + "/api/identity/v1beta/participants/" + company.context;
  auto made = world.driver.expect(
      201, {.method = "POST",
            .url = base + "/credentials/request",
            .token = token,
            .body = fmt::format(
                R"({{"issuerDid":"{0}","credentials":[{{"id":"{1}","type":"{1}","format":"VC1_0_JWT"}}]}})",
                world.issuer_did, type)});
  auto answer =
      world.driver.expect(200, {.url = company.home->administration_url() + made.headers.at("Location"),
                                .token = token,
                                .wait = std::chrono::seconds(20)});
  const auto status = answer.json();
  const auto state = text_at(status, "status");
  if (state == "ISSUED") return state;
  const auto* why = json::find(status, "errorDetail");
  return state + (why ? " " + json::serialize(*why) : "");
}

}  // namespace kontor::installation
