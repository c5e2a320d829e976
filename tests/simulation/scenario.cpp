#include "scenario.hpp"

#include <fmt/format.h>

namespace kontor::simulation {

using namespace std::chrono_literals;

namespace {

constexpr const char* context_of_messages = R"("@context":["https://w3id.org/edc/connector/management/v2"])";
constexpr const char* asset = "countries";
constexpr int looks_max = 60;

std::string issuer_manifest(const Installation& home) {
  return fmt::format(
      R"({{"participantContextId":"{0}","did":"{1}","active":true,"key":{{"keyId":"key-1",)"
      R"("privateKeyAlias":"{0}-key-1","keyGeneratorParams":{{"algorithm":"EC","curve":"secp256r1"}}}},)"
      R"("serviceEndpoints":[{{"id":"{0}-is","type":"IssuerService",)"
      R"("serviceEndpoint":"{2}/api/issuance/v1beta/participants/{0}"}}]}})",
      issuer_context, home.did(issuer_context), home.public_url());
}

const json::Value* first_of(const json::Value& list) {
  const bool has = list.is_array() && !list.get_array().empty();
  return has ? &list.get_array().front() : nullptr;
}

Task<void> keep_failure(Task<void> task, std::optional<Failed>& failure) {
  try {
    co_await std::move(task);
  } catch (const Failed& failed) {
    if (!failure) failure = failed;
  }
}

}  // namespace

Scenario::Scenario(World& world, Installation& a, Installation& b, std::uint64_t negotiations)
    : world_(world),
      a_(a),
      b_(b),
      negotiations_(negotiations),
      random_(world.seed ^ 0x5ce7a),
      acme_{.name = "acme", .did = a.did("acme"), .home = &a},
      globex_{.name = "globex", .did = b.did("globex"), .home = &b} {}

Task<void> Scenario::run() {
  co_await prepare_issuer();
  std::vector<Task<void>> fabrics;
  fabrics.push_back(prepare_fabric(a_));
  fabrics.push_back(prepare_fabric(b_));
  co_await all(std::move(fabrics));
  std::vector<Task<void>> companies;
  companies.push_back(onboard(acme_));
  companies.push_back(onboard(globex_));
  co_await all(std::move(companies));
  co_await publish();
  std::vector<Task<void>> negotiations;
  for (std::uint64_t i = 0; i < negotiations_; ++i) negotiations.push_back(negotiate(i));
  co_await all(std::move(negotiations));
}

Task<void> Scenario::all(std::vector<Task<void>> tasks) {
  async::Scope scope(world_.executor);
  std::optional<Failed> failure;
  for (auto& task : tasks) scope.spawn(keep_failure(std::move(task), failure));
  co_await scope.drain();
  co_await scope.close();
  if (failure) throw *failure;
}

Task<void> Scenario::prepare_issuer() {
  Customer admin(world_, a_, {"admin", "admin-secret"});
  Call create{.method = "POST",
              .url = a_.administration_url() + "/api/identity/v1beta/participants",
              .body = issuer_manifest(a_),
              .accepted = {200, 409}};
  co_await admin.call(std::move(create));
  acknowledged_.push_back({&a_, "identity-context", issuer_context, issuer_context});
  co_await define_credential();
}

Task<void> Scenario::define_credential() {
  Customer governance(world_, a_, {"governance", "governance-secret"});
  const auto base =
      a_.administration_url() + "/api/admin/v1beta/participants/" + std::string(issuer_context) + "/";
  Call attestation{.method = "POST",
                   .url = base + "attestations",
                   .body = R"({"id":"registered","attestationType":"holder","configuration":{}})",
                   .accepted = {201, 409}};
  co_await governance.call(std::move(attestation));
  Call definition{
      .method = "POST",
      .url = base + "credentialdefinitions",
      .body = R"({"id":"RegisteredCredential","credentialType":"RegisteredCredential","format":"VC1_0_JWT",)"
              R"("validity":31536000,"jsonSchemaUrl":"https://example.org/schemas/registered.json",)"
              R"("attestations":["registered"],"rules":[],"mappings":[]})",
      .accepted = {201, 409}};
  co_await governance.call(std::move(definition));
}

/// One cell and one dataspace profile: a call whose answer was lost is not repeated before looking.
Task<void> Scenario::prepare_fabric(Installation& home) {
  Customer fabric(world_, home, {"provisioner", "provisioner-secret"});
  const auto base = home.administration_url() + "/api/v1alpha1";
  auto cell = co_await fabric.call({.method = "POST",
                                    .url = base + "/cells",
                                    .body = R"({"state":"active","properties":{}})",
                                    .accepted = {201}});
  const auto body =
      fmt::format(R"({{"dataspaceSpec":{{"protocolStack":["dsp-2025-1"],"credentialSpecs":[)"
                  R"({{"id":"RegisteredCredential","type":"RegisteredCredential","issuer":"{}",)"
                  R"("format":"VC1_0_JWT"}}]}},"artifacts":[],"properties":{{}}}})",
                  issuer_did());
  auto profile = co_await fabric.call(
      {.method = "POST", .url = base + "/dataspace-profiles", .body = body, .accepted = {201}});
  const auto id = text_at(profile.body, "id");
  co_await fabric.call({.method = "POST",
                        .url = base + "/dataspace-profiles/" + id + "/deployments",
                        .body = fmt::format(R"({{"cellId":"{}"}})", text_at(cell.body, "id")),
                        .accepted = {202, 409}});
  acknowledged_.push_back({&home, "cell", "", text_at(cell.body, "id")});
  acknowledged_.push_back({&home, "dataspace-profile", "", id});
}

Task<void> Scenario::onboard(Company& company) {
  auto& home = *company.home;
  Customer fabric(world_, home, {"provisioner", "provisioner-secret"});
  const auto tenants = home.administration_url() + "/api/v1alpha1/tenants";
  auto tenant =
      co_await fabric.call({.method = "POST",
                            .url = tenants,
                            .body = fmt::format(R"({{"properties":{{"name":"{}"}}}})", company.name),
                            .accepted = {201}});
  company.tenant = text_at(tenant.body, "id");
  acknowledged_.push_back({&home, "tenant", "", company.tenant});
  const auto profiles = tenants + "/" + company.tenant + "/participant-profiles";
  company.profile = co_await order(fabric, company, profiles);
  acknowledged_.push_back({&home, "participant-profile", "", company.profile});
  auto profile = co_await at_rest(fabric, profiles + "/" + company.profile);
  const auto* properties = json::find(profile, "properties");
  const auto* state = properties ? json::find(*properties, "cfm.vpa.state") : nullptr;
  verify(state, company.name + " has no state of its agents: " + json::serialize(profile));
  company.context = text_at(*state, "participantContextId");
  const Credentials credentials{company.context, "chosen-for-" + company.context};
  // Of two copies of this call that run at the same time one is refused; both say the same.
  co_await fabric.call(
      {.method = "PUT",
       .url = home.administration_url() + "/api/sts/v1/clients/" + credentials.client + "/secret",
       .body = fmt::format(R"({{"clientSecret":"{}"}})", credentials.secret),
       .accepted = {204, 409}});
  company.owner.emplace(world_, home, credentials);
  world_.journal.happened("customer", company.name + " is onboarded");
}

/// The id of the ordered profile. An order whose answer was lost is found by its repetition's refusal.
Task<std::string> Scenario::order(Customer& fabric, const Company& company, const std::string& profiles) {
  const Call create{.method = "POST",
                    .url = profiles,
                    .body = fmt::format(R"({{"identifier":"{}","properties":{{}}}})", company.did),
                    .accepted = {202, 409}};
  auto ordered = co_await fabric.call(create);
  if (ordered.status == 202) co_return text_at(ordered.body, "id");
  auto listed = co_await fabric.call({.url = profiles});
  const auto* found = first_of(listed.body);
  verify(found, "an order was refused as a second one, and there is no first");
  co_return text_at(*found, "id");
}

/// The profile once all of its agents are active.
Task<json::Value> Scenario::at_rest(Customer& fabric, const std::string& profile_url) {
  json::Value profile;
  for (int look = 0; look < looks_max; ++look) {
    auto answer = co_await fabric.call({.url = profile_url, .wait = 30s});
    profile = std::move(answer.body);
    const auto* vpas = json::find(profile, "vpas");
    verify(vpas && vpas->is_array() && !vpas->get_array().empty(), "a profile has no agents");
    bool active = true;
    bool failed = false;
    for (const auto& vpa : vpas->get_array()) {
      active = active && text_at(vpa, "state") == "active";
      failed = failed || text_at(vpa, "state") == "error";
    }
    if (active) co_return profile;
    verify(!failed, "an onboarding failed: " + json::serialize(profile));
  }
  throw Failed{"an onboarding does not end: " + json::serialize(profile)};
}

std::string Scenario::management(const Company& company, const std::string& path) const {
  return company.home->administration_url() + "/api/mgmt/v5beta/participants/" + company.context + "/" + path;
}

Task<void> Scenario::publish() {
  const auto post = [&](const std::string& path, std::string body) {
    return acme_.owner->call(
        {.method = "POST", .url = management(acme_, path), .body = std::move(body), .accepted = {200, 409}});
  };
  co_await post(
      "assets",
      fmt::format(R"({{{0},"@type":"Asset","@id":"{1}","properties":{{"name":"{1}"}},"dataAddress":)"
                  R"({{"@type":"DataAddress","type":"HttpData","baseUrl":"https://source.example/"}}}})",
                  context_of_messages, asset));
  co_await post("policydefinitions",
                fmt::format(R"({{{},"@type":"PolicyDefinition","@id":"registered","policy":{{"@type":"Set",)"
                            R"("permission":[{{"action":"use","constraint":[{{"leftOperand":)"
                            R"("RegisteredCredential","operator":"eq","rightOperand":"active"}}]}}]}}}})",
                            context_of_messages));
  co_await post(
      "contractdefinitions",
      fmt::format(R"({{{0},"@type":"ContractDefinition","@id":"offer","accessPolicyId":"registered",)"
                  R"("contractPolicyId":"registered","assetsSelector":[{{"@type":"Criterion",)"
                  R"("operandLeft":"id","operator":"=","operandRight":"{1}"}}]}})",
                  context_of_messages, asset));
  acknowledged_.push_back({&a_, "asset", acme_.context, asset});
  acknowledged_.push_back({&a_, "policy-definition", acme_.context, "registered"});
  acknowledged_.push_back({&a_, "contract-definition", acme_.context, "offer"});
}

/// The offer as Globex sees it. A provider that cannot read the status of a credential at this moment leaves
/// the credential out, so one who sees nothing looks again.
Task<json::Value> Scenario::find_offer() {
  const auto body = fmt::format(R"({{{},"@type":"CatalogRequest","profile":"http-dsp-profile-2025-1",)"
                                R"("counterPartyAddress":"{}","counterPartyId":"{}"}})",
                                context_of_messages, a_.dsp_url(acme_.context), acme_.did);
  for (int look = 0; look < looks_max; ++look) {
    auto answer = co_await globex_.owner->call(
        {.method = "POST", .url = management(globex_, "catalog/request"), .body = body});
    const auto* datasets = json::find(answer.body, "dataset");
    const auto* dataset = datasets ? first_of(*datasets) : nullptr;
    if (dataset) {
      auto offer = json::find(*dataset, "hasPolicy")->as_array().at(0).as_object();
      offer["@type"] = "Offer";
      offer["assigner"] = acme_.did;
      offer["target"] = asset;
      co_return json::Value(std::move(offer));
    }
    auto waited = co_await world_.clock.wait_until(world_.clock.now() + 5s);
    verify(waited.has_value(), "the run was broken off");
  }
  throw Failed{"Globex sees no dataset"};
}

/// Asks for one negotiation and waits for its end. How it ends is judged when the run is over.
Task<void> Scenario::negotiate(std::uint64_t number) {
  auto later = co_await world_.clock.wait_until(world_.clock.now() + between(random_, 0s, 4s) * number);
  verify(later.has_value(), "the run was broken off");
  auto offer = co_await find_offer();
  auto opened = co_await globex_.owner->call(
      {.method = "POST",
       .url = management(globex_, "contractnegotiations"),
       .body = fmt::format(R"({{{},"@type":"ContractRequest","profile":"http-dsp-profile-2025-1",)"
                           R"("counterPartyAddress":"{}","policy":{}}})",
                           context_of_messages, a_.dsp_url(acme_.context), json::serialize(offer))});
  const auto id = text_at(opened.body, "@id");
  acknowledged_.push_back({&b_, "contract-negotiation", globex_.context, id});
  for (int look = 0; look < looks_max; ++look) {
    auto answer =
        co_await globex_.owner->call({.url = management(globex_, "contractnegotiations/" + id), .wait = 30s});
    const auto state = text_at(answer.body, "state");
    if (state == "FINALIZED" || state == "TERMINATED") {
      world_.journal.happened("customer", fmt::format("sees {} {}", id, state));
      co_return;
    }
  }
  throw Failed{"a negotiation does not end: " + id};
}

}  // namespace kontor::simulation
