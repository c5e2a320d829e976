#include <fmt/format.h>

#include "base/text/encoding.hpp"
#include "world_calls.hpp"

// What the world holds at the credential service and the issuer.
namespace kontor::routes_test {

using protocol::api::Listener;

/// An identity with the service that issues, a definition that everybody registered may have, and one whose
/// applications are judged.
void World::found_issuer() {
  issuer_ = {.name = "issuer", .context = "issuer", .did = installation_.did("issuer"), .ids = {}};
  const auto base = installation_.origin(Listener::open);
  call("POST", "/api/identity/v1beta/participants",
       fmt::format(R"({{"participantContextId":"issuer","did":"{}","active":true,"key":{{"keyId":"key-1",)"
                   R"("privateKeyAlias":"issuer-key-1","keyGeneratorParams":{{"algorithm":"EC",)"
                   R"("curve":"secp256r1"}}}},"serviceEndpoints":[{{"id":"issuance","type":"IssuerService",)"
                   R"("serviceEndpoint":"{}/api/issuance/v1beta/participants/issuer"}}]}})",
                   issuer_.did, base));
  call("POST", issuer_path(issuer_, "attestations"),
       R"({"id":"registered","attestationType":"holder","configuration":{}})");
  // No definition rests on this one, so that it can be deleted.
  call("POST", issuer_path(issuer_, "attestations"),
       R"({"id":"spare","attestationType":"holder","configuration":{}})");
  issuer_.ids["attestationId"] = "spare";
  call("POST", issuer_path(issuer_, "credentialdefinitions"),
       R"({"id":"RegisteredCredential","credentialType":"RegisteredCredential","format":"VC1_0_JWT",)"
       R"("validity":31536000,"attestations":["registered"],"rules":[],"mappings":[],"suspendable":true,)"
       R"("jsonSchema":"{\"type\":\"object\",\"required\":[\"id\"]}"})");
  issuer_.ids["credentialDefinitionId"] = "RegisteredCredential";
  // One with an identity and without a credential service.
  call("POST", issuer_path(issuer_, "holders"),
       fmt::format(R"({{"holderId":"example-holder","did":"{}","name":"Example"}})", issuer_.did));
  call("POST", issuer_path(issuer_, "credentials/offer"),
       R"({"holderId":"example-holder","credentials":["RegisteredCredential"]})");
  issuer_.ids["credentialOfferId"] =
      text_at(first(call("POST", issuer_path(issuer_, "credentialoffers/query"), "{}")), "id");
  const auto application = call("POST", issuer_path(issuer_, "applications"),
                                R"({"applicant":"did:web:example.org:holder","holderName":"Example",)"
                                R"("credentialType":"RegisteredCredential","documents":[]})");
  issuer_.ids["applicationId"] = text_at(application, "id");
}

void World::obtain_credential(Party& party) {
  auto asked = installation_.send(
      {.method = "POST",
       .target = identity_path(party, "credentials/request"),
       .authorization = admin(),
       .body = fmt::format(R"({{"issuerDid":"{}","credentials":[{{"id":"RegisteredCredential",)"
                           R"("type":"RegisteredCredential","format":"VC1_0_JWT"}}]}})",
                           issuer_.did)});
  require(asked.status == 201, "the request for a credential is answered " + asked.body);
  const std::string location(asked.headers.get("Location").value_or(""));
  party.ids["holderPid"] = location.substr(location.rfind('/') + 1);
  const auto status = call("GET", location, "", patience);
  require(text_at(status, "status") == "ISSUED", "no credential was issued: " + json::serialize(status));
  party.ids["requestId"] = text_at(status, "issuerPid");
  const auto held = first(call("GET", identity_path(party, "credentials")));
  party.ids["credentialId"] = text_at(held, "id");
  party.ids["rawVc"] = text_at(member(held, "verifiableCredential"), "rawVc");
}

/// One that the issuer sends unasked, and that waits for somebody: it is another one that the party trusts.
void World::offer_credential(Party& party) {
  call("PUT", identity_path(party, "credentialofferpolicy"),
       fmt::format(R"({{"trustedIssuers":[{{"id":"did:web:example.org:issuer-of-{}"}}]}})", party.name));
  const auto answer = installation_.send(
      {.listener = Listener::open,
       .method = "POST",
       .target = "/api/credentials/v1/participants/" + party.context + "/offers",
       .authorization = installation_.self_issued(ContextId(issuer_.context), Did(party.did)),
       .body = fmt::format(R"({{"@context":["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],)"
                           R"("type":"CredentialOfferMessage","issuer":"{}","credentials":[{{)"
                           R"("id":"RegisteredCredential","type":"CredentialObject","credentialType":)"
                           R"("RegisteredCredential","profile":"vc11-sl2021/jwt"}}]}})",
                           issuer_.did)});
  require(answer.status == 200, "the offer is answered " + answer.body);
  party.ids["offerId"] = text_at(first(call("GET", identity_path(party, "credentialoffers"))), "id");
}

void World::remember_key(Party& party) {
  party.ids["keyPairId"] = text_at(first(call("GET", identity_path(party, "keypairs"))), "id");
  party.ids["dids/did"] = text::base64url_encode(bytes_of(party.did));
}

/// By which a connector of its own gets self-issued tokens.
void World::open_account(Party& party) {
  party.ids["accountSecret"] = party.name + "-secret-that-nobody-would-ever-guess";
  call("PUT", identity_path(party, "account"),
       fmt::format(R"({{"clientSecret":"{}"}})", party.ids["accountSecret"]));
}

void World::remember_issuance() {
  const auto issued = call("GET", issuer_path(issuer_, "credentials"));
  issuer_.ids["credentialId"] = text_at(first(issued), "id");
  issuer_.ids["holderId"] = acme_.did;
  issuer_.ids["requestId"] = acme_.ids["requestId"];
  issuer_.ids["issuanceProcessId"] = acme_.ids["requestId"];
  const auto credential = json::serialize(first(issued));
  const auto named_below = [&](const std::string& mark) {
    const auto at = credential.find(mark);
    require(at != std::string::npos, "the credential names nothing below " + mark + ": " + credential);
    const auto begin = at + mark.size();
    return credential.substr(begin, credential.find_first_of("\"#?\\", begin) - begin);
  };
  issuer_.ids["listId"] = named_below("/statuslist/issuer/");
  issuer_.ids["schemaId"] = named_below("/schemas/issuer/");
}

}  // namespace kontor::routes_test
