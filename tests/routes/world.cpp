#include "world.hpp"

#include <fmt/format.h>

#include "world_calls.hpp"

namespace kontor::routes_test {

using protocol::api::Listener;

World::World(Installation::Options options) : installation_(std::move(options)) {
  found_issuer();
  open_fabric();
  declare_dataspace();
  keep_schemas();
  onboard(acme_, "acme");
  onboard(globex_, "globex");
  onboard(initech_, "initech");
  for (auto* each : {&acme_, &globex_, &initech_}) {
    remember_key(*each);
    publish(*each);
    obtain_credential(*each);
    offer_credential(*each);
    register_application(*each);
    map_client(*each);
  }
  // Acme has none, so that nobody closes it in the walks.
  for (auto* each : {&globex_, &initech_}) open_account(*each);
  publish_carelessly(initech_);
  share(globex_, acme_);
  share(acme_, globex_);
  share(initech_, initech_);
  for (auto* each : {&acme_, &globex_, &initech_}) obtain(*each);
  remember_issuance();
}

std::string World::admin() {
  return installation_.bearer({.subject = "administrator", .role = "admin"});
}

std::string World::token_of(const Party& party) {
  return installation_.bearer({.subject = party.context, .role = "participant", .context = party.context});
}

std::string World::dsp_url(const Party& party) const {
  return fmt::format("{}/api/dsp/{}/{}", installation_.origin(Listener::open), party.context, profile);
}

std::string World::flows_url(const Party& party) const {
  return installation_.origin(Listener::signaling) + "/api/v1/" + party.context + "/dataflows";
}

json::Value World::call(const std::string& method, const std::string& target, const std::string& body,
                        std::chrono::seconds wait) {
  auto answer = installation_.send(
      {.method = method, .target = target, .authorization = admin(), .body = body, .wait = wait});
  require(answer.fine(), fmt::format("{} {} answered {}: {}", method, target, answer.status, answer.body));
  return answer.json();
}

void World::open_fabric() {
  const std::string base = "/api/v1alpha1";
  shared_["cellId"] = text_at(call("POST", base + "/cells", R"({"state":"active","properties":{}})"), "id");
  shared_["dataspaceProfileId"] =
      text_at(call("POST", base + "/dataspace-profiles",
                   fmt::format(R"({{"dataspaceSpec":{{"protocolStack":["dsp-2025-1"],"credentialSpecs":[{{)"
                               R"("id":"RegisteredCredential","type":"RegisteredCredential","issuer":"{}",)"
                               R"("format":"VC1_0_JWT"}}]}},"artifacts":[],"properties":{{}}}})",
                               issuer_.did)),
              "id");
  call("POST", base + "/dataspace-profiles/" + shared_["dataspaceProfileId"] + "/deployments",
       fmt::format(R"({{"cellId":"{}"}})", shared_["cellId"]));
  shared_["activityType"] = text_at(first(call("GET", base + "/activity-definitions")), "type");
  shared_["templateRef"] = text_at(first(call("GET", base + "/orchestration-definitions")), "templateRef");
  shared_["profile"] = profile;
  shared_["expressionId"] =
      text_at(call("POST", "/api/mgmt/v5beta/celexpressions",
                   fmt::format(R"({{{},"@type":"CelExpression","leftOperand":"Level","expression":"true",)"
                               R"("description":"everybody's"}})",
                               management)),
              "@id");
}

/// What holds for all participants: a profile and what is asked for in it.
void World::declare_dataspace() {
  const std::string base = "/api/mgmt/v5beta/";
  shared_["profileName"] = "routes-profile";
  call(
      "POST", base + "dataspaceprofiles",
      fmt::format(R"({{{},"@type":"DataspaceProfile","name":"routes-profile","protocol":{{)"
                  R"("version":"2025-1","binding":"HTTPS","namespace":"https://w3id.org/dspace/2025/1/"}}}})",
                  management));
  shared_["trustedIssuerId"] =
      text_at(call("POST", base + "dataspaceprofiles/routes-profile/trustedissuers",
                   fmt::format(R"({{{},"@type":"TrustedIssuer","@id":"did:web:example.org:issuer",)"
                               R"("supportedTypes":["*"]}})",
                               management)),
              "@id");
  shared_["scopeId"] =
      text_at(call("POST", base + "dcpscopes",
                   fmt::format(R"({{{},"@type":"DcpScope","profile":"routes-profile",)"
                               R"("value":"org.eclipse.dspace.dcp.vc.type:ExampleCredential:read"}})",
                               management)),
              "@id");
}

/// A schema, and that bodies of a type that nobody sends are held against it.
void World::keep_schemas() {
  const std::string base = "/api/mgmt/v5beta/";
  shared_["documentId"] = text_at(
      call("POST", base + "cacheddocuments",
           fmt::format(
               R"({{{},"@type":"CachedDocument","url":"https://example.org/routes.json",)"
               R"("documentType":"JSON_SCHEMA","pullStrategy":"NEVER","content":{{"type":"object"}}}})",
               management)),
      "@id");
  // Nothing refers to the first one, so that it can be deleted.
  call("POST", base + "cacheddocuments",
       fmt::format(R"({{{},"@type":"CachedDocument","url":"https://example.org/held.json",)"
                   R"("documentType":"JSON_SCHEMA","pullStrategy":"NEVER","content":{{"type":"object"}}}})",
                   management));
  shared_["validatorId"] =
      text_at(call("POST", base + "schemavalidators",
                   fmt::format(R"({{{},"@type":"SchemaValidatorRegistration","version":"v5",)"
                               R"("validatedType":"Nothing","schema":"https://example.org/held.json"}})",
                               management)),
              "@id");
}

void World::onboard(Party& party, const std::string& name) {
  party.name = name;
  party.did = installation_.did(name);
  const std::string base = "/api/v1alpha1/tenants";
  party.ids["tenantId"] =
      text_at(call("POST", base, fmt::format(R"({{"properties":{{"name":"{}"}}}})", name)), "id");
  const auto profiles = base + "/" + party.ids["tenantId"] + "/participant-profiles";
  const auto ordered =
      call("POST", profiles, fmt::format(R"({{"identifier":"{}","properties":{{}}}})", party.did));
  party.ids["participantProfileId"] = text_at(ordered, "id");
  const auto made = call("GET", profiles + "/" + party.ids["participantProfileId"], "", patience);
  const auto& state = member(member(made, "properties"), "cfm.vpa.state");
  party.context = text_at(state, "participantContextId");
  party.ids["clientId"] = text_at(state, "clientId");
  party.ids["holderId"] = party.did;
  party.ids["path"] = name + "/did.json";
  const auto orchestrations =
      call("POST", "/api/v1alpha1/orchestrations/query",
           fmt::format(R"({{"predicate":"correlationId = '{}'"}})", party.ids["participantProfileId"]));
  party.ids["orchestrationId"] = text_at(first(orchestrations), "id");
  party.ids["activityId"] = "tokens";
}

void World::publish(Party& party) {
  party.ids["assetId"] = party.name + "-asset";
  party.ids["datasetId"] = party.ids["assetId"];
  party.ids["policyDefinitionId"] = party.name + "-policy";
  party.ids["contractDefinitionId"] = party.name + "-definition";
  call("POST", management_path(party, "assets"),
       fmt::format(R"({{{},"@type":"Asset","@id":"{}","properties":{{"name":"x"}},"dataAddress":)"
                   R"({{"@type":"DataAddress","type":"HttpData","baseUrl":"{}"}}}})",
                   management, party.ids["assetId"], installation_.source_url()));
  call("POST", management_path(party, "policydefinitions"),
       fmt::format(R"({{{},"@type":"PolicyDefinition","@id":"{}","policy":{{"@type":"Set",)"
                   R"("permission":[{{"action":"use"}}]}}}})",
                   management, party.ids["policyDefinitionId"]));
  call("POST", management_path(party, "contractdefinitions"),
       fmt::format(R"({{{0},"@type":"ContractDefinition","@id":"{1}","accessPolicyId":"{2}",)"
                   R"("contractPolicyId":"{2}","assetsSelector":[{{"@type":"Criterion","operandLeft":"id",)"
                   R"("operator":"=","operandRight":"{3}"}}]}})",
                   management, party.ids["contractDefinitionId"], party.ids["policyDefinitionId"],
                   party.ids["assetId"]));
  party.ids["partnerGroupId"] = party.name + "-partners";
  call("POST", management_path(party, "partnergroups"),
       fmt::format(R"({{{},"@type":"PartnerGroup","@id":"{}","members":["did:web:example.org:partner"]}})",
                   management, party.ids["partnerGroupId"]));
  party.ids["secretId"] = party.name + "-secret";
  call("POST", management_path(party, "secrets"),
       fmt::format(R"({{{},"@type":"Secret","@id":"{}","value":"a value"}})", management,
                   party.ids["secretId"]));
  party.ids["dataplaneId"] = party.name + "-plane";
  call("PUT", management_path(party, "dataplanes"),
       fmt::format(R"({{"dataplaneId":"{}","endpoint":"{}","transferTypes":["Other-PULL"]}})",
                   party.ids["dataplaneId"], flows_url(party)));
  party.ids["controlplaneId"] = party.name + "-control-plane";
  const auto control_plane =
      installation_.send({.listener = Listener::signaling,
                          .method = "PUT",
                          .target = "/api/v1/" + party.context + "/controlplanes",
                          .authorization = admin(),
                          .body = fmt::format(R"({{"controlplaneId":"{}","endpoint":"{}"}})",
                                              party.ids["controlplaneId"], flows_url(party))});
  require(control_plane.fine(), "a control plane is registered: " + control_plane.body);
  call("PUT", management_path(party, "config"),
       fmt::format(R"({{{},"@type":"ParticipantContextConfig","entries":{{"a":"b"}}}})", management));
}

/// A definition that selects every asset there is, and one that names a policy of Acme's.
void World::publish_carelessly(const Party& party) {
  const auto define = [&](const char* name, const std::string& access) {
    call("POST", management_path(party, "contractdefinitions"),
         fmt::format(R"({{{},"@type":"ContractDefinition","@id":"{}-{}","accessPolicyId":"{}",)"
                     R"("contractPolicyId":"{}","assetsSelector":[]}})",
                     management, party.name, name, access, party.ids.at("policyDefinitionId")));
  };
  define("everything", party.ids.at("policyDefinitionId"));
  define("borrowed", acme_.ids.at("policyDefinitionId"));
}

}  // namespace kontor::routes_test
