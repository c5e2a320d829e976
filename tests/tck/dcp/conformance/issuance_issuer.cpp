#include <fmt/format.h>

#include "base/text/encoding.hpp"
#include "tck/dcp/conformance/cases.hpp"

// The issuer takes requests, delivers, and says what became of them.
namespace kontor::tck::dcp {
namespace {

constexpr std::string_view profile = "vc11-sl2021/jwt";

Message fresh_request(Stage& stage) {
  return request(stage, stage.others().fresh_id());
}

std::string location_of(const http::Response& answer) {
  const std::string location(answer.headers.get("Location").value_or(""));
  verify(!location.empty(), "the answer has no Location");
  return location;
}

Message fresh_status(Stage& stage) {
  return status(stage, location_of(accepted(stage.send(fresh_request(stage)))));
}

json::Object metadata(Stage& stage) {
  const auto url = stage.service(stage.issuer(), "IssuerService") + "/metadata";
  auto read = stage.judge().read(accepted(stage.get(url)).body.text, "IssuerMetadata");
  verify(text_of(read, "issuer") == stage.issuer().str(), "the metadata is that of another issuer");
  return read;
}

/// What the kit's holder demands of a delivered credential.
void check_credential(const Stage& stage, const json::Value& credential) {
  const auto member = [&](std::string_view name) -> const json::Value& {
    const auto* found = json::find(credential, name);
    verify(found != nullptr, fmt::format("the credential has no {}", name));
    return *found;
  };
  const auto check_reference = [&](std::string_view name) {
    const auto& one = member(name);
    verify(one.is_object() && !text_of(one.get_object(), "id").empty() &&
               !text_of(one.get_object(), "type").empty(),
           fmt::format("{} is no object with id and type", name));
  };
  verify(member("id").is_string() && member("type").is_array(), "no id, or a type that is no list");
  verify(member("issuer") == json::Value(stage.issuer().str()), "issued by somebody else");
  verify(member("credentialSubject").is_object(), "a subject that is no object");
  check_reference("credentialStatus");
  if (json::find(credential, "credentialSchema")) check_reference("credentialSchema");
}

/// The credentials of one message, all of them proven.
std::size_t check_delivery(Stage& stage, const http::Request& delivered, const std::string& holder_pid) {
  stage.check_sender(delivered, stage.issuer(), stage.others().holder);
  const auto message = stage.judge().read(delivered.body.text, "CredentialMessage");
  verify(text_of(message, "holderPid") == holder_pid && !text_of(message, "issuerPid").empty(),
         "a delivery that is about another request");
  verify(text_of(message, "status") == "ISSUED", "the request was rejected: " + delivered.body.text);
  const auto& containers = message.at("credentials").as_array();
  for (const auto& each : containers) {
    const auto& container = each.as_object();
    verify(text_of(container, "format") == profile, "a format that was not asked for");
    const auto claims = stage.proven(text_of(container, "payload"));
    verify(claims.sub == stage.others().holder.did().str(), "a credential about somebody else");
    const auto* credential = claims.rest.if_contains("vc");
    verify(credential != nullptr, "a credential without the claim vc");
    check_credential(stage, *credential);
  }
  return containers.size();
}

/// Both credentials, in whatever messages, and no other.
void delivers(Stage& stage) {
  const auto holder_pid = stage.others().fresh_id();
  const auto location = location_of(accepted(stage.send(request(stage, holder_pid))));
  std::size_t credentials = 0;
  for (const auto& each : stage.others().deliveries(holder_pid))
    credentials += check_delivery(stage, each, holder_pid);
  verify(credentials == credential_types.size(), fmt::format("{} credentials were delivered", credentials));
}

void tells_status(Stage& stage) {
  const auto answer = accepted(stage.send(fresh_status(stage)));
  const auto found = stage.judge().read(answer.body.text, "CredentialStatus");
  const auto told = text_of(found, "status");
  verify(told == "RECEIVED" || told == "ISSUED" || told == "REJECTED", "a status that there is not: " + told);
}

/// Created, as the specification has it, and then refused.
void request_used_twice(Stage& stage) {
  const auto message = fresh_request(stage);
  const auto proof = stage.proof(message);
  verify(stage.send(message, proof).status == 201, "201 is expected");
  refused(stage.send(message, proof));
}

Play without(std::string member) {
  return broken(fresh_request, [member = std::move(member)](Stage&, Message& message, Proof&) {
    message.body.as_object().erase(member);
  });
}

constexpr Endings of_a_request{.no_header = "2_credentialRequest_noAuthHeader",
                               .no_scheme = "3_credentialRequest_noBearerPrefix",
                               .wrong_key = "5_credentialRequest_tokenSignedWithWrongKey",
                               .expired = "6_credentialRequest_tokenExpired",
                               .issued_in_future = "7_credentialRequest_iatInFuture",
                               .not_yet_valid = "8_credentialRequest_nbfViolated",
                               .other_audience = "8_credentialRequest_invalidAud",
                               .other_subject = "10_credentialRequest_issNotEqualSub",
                               .used_twice = "11_credentialRequest_jtiAlreadyUsed"};
constexpr Endings of_a_status{.no_header = "2_credentialStatusRequest_noAuthHeader",
                              .no_scheme = "3_credentialStatusRequest_noBearerPrefix",
                              .wrong_key = "5_credentialStatusRequest_tokenSignedWithWrongKey",
                              .expired = "6_credentialStatusRequest_tokenExpired",
                              .issued_in_future = "7_credentialStatusRequest_iatInFuture",
                              .not_yet_valid = "8_credentialStatusRequest_nbfViolated",
                              .other_audience = "8_credentialStatusRequest_invalidAud",
                              .other_subject = "10_credentialStatusRequest_issNotEqualSub",
                              .used_twice = "11_credentialStatusRequest_jtiAlreadyUsed"};

}  // namespace

json::Array offered_ids(Stage& stage) {
  json::Array ids;
  const auto read = metadata(stage);
  for (const auto& each : read.at("credentialsSupported").as_array()) {
    const auto& object = each.as_object();
    verify(object.contains("issuancePolicy") && object.at("issuancePolicy").is_object() &&
               object.contains("bindingMethods") && object.at("bindingMethods").is_array(),
           "an object without policy or binding methods");
    if (text_of(object, "profile") == profile) ids.push_back(json::Object{{"id", object.at("id")}});
  }
  return ids;
}

Message request(Stage& stage, const std::string& holder_pid) {
  return {.sender = &stage.others().holder,
          .audience = stage.issuer(),
          .url = stage.service(stage.issuer(), "IssuerService") + "/credentials",
          .body = json::Object{{"@context", json::Array{std::string(protocol::dcp::context)}},
                               {"type", "CredentialRequestMessage"},
                               {"holderPid", holder_pid},
                               {"credentials", offered_ids(stage)}}};
}

Message status(Stage& stage, const std::string& location) {
  return {.sender = &stage.others().holder,
          .audience = stage.issuer(),
          .method = "GET",
          .url = stage.service(stage.issuer(), "IssuerService") + "/requests/" +
                 location.substr(location.rfind('/') + 1)};
}

std::vector<Case> issuance_issuer() {
  std::vector<Case> all = cases_of_proofs("is_6_4_", of_a_request, fresh_request);
  std::erase_if(all, [](const Case& each) { return each.id.ends_with("credentialRequest_jtiAlreadyUsed"); });
  append(all, cases_of_proofs("is_6_8_", of_a_status, fresh_status));
  append(all,
         {{"is_6_2_endpointDiscovery", [](Stage& stage) { stage.service(stage.issuer(), "IssuerService"); }},
          {"is_6_4_1_credentialRequest", delivers},
          {"is_6_4_4_credentialRequest_invalidBody", without("credentials")},
          {"is_6_4_11_credentialRequest_jtiAlreadyUsed", request_used_twice},
          {"is_6_4_12_credentialRequest_missingHolderPid", without("holderPid")},
          {"is_6_7_issuerMetadata",
           [](Stage& stage) { verify(!offered_ids(stage).empty(), "the issuer offers nothing"); }},
          {"is_6_8_1_credentialStatusRequest", tells_status},
          {"is_6_8_12_credentialStatusRequest_requestIdNotFound",
           broken(fresh_status, [](Stage&, Message& message, Proof&) { message.url += "-not"; })}});
  return all;
}

}  // namespace kontor::tck::dcp
