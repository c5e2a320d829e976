#include <fmt/format.h>

#include "tck/dcp/conformance/cases.hpp"

// The credential service takes what an issuer delivers and offers.
namespace kontor::tck::dcp {
namespace {

constexpr Endings at_the_holder{.no_header = "_noAuthHeader",
                                .no_scheme = "_missingBearerPrefix",
                                .wrong_key = "_tokenSignedWithWrongKey",
                                .expired = "_tokenExpired",
                                .issued_in_future = "_iatInFuture",
                                .not_yet_valid = "_nbfViolated",
                                .other_audience = "_incorrectAudience",
                                .other_subject = "_issNotEqualToSub",
                                .used_twice = "_jtiAlreadyUsed"};

Message from_issuer(Stage& stage, std::string_view path, json::Object body) {
  body["@context"] = json::Array{std::string(protocol::dcp::context)};
  return {.sender = &stage.others().issuer,
          .audience = stage.holder(),
          .url = stage.service(stage.holder(), "CredentialService") + std::string(path),
          .body = std::move(body)};
}

Message offer_of(Stage& stage, json::Array objects) {
  return from_issuer(stage, "/offers",
                     {{"type", "CredentialOfferMessage"},
                      {"issuer", stage.others().issuer.did().str()},
                      {"credentials", std::move(objects)}});
}

/// `id` alone, and of an id that nobody knows.
json::Object sparse(Stage& stage) {
  return {{"id", stage.others().fresh_id()}};
}

}  // namespace

Message delivery(Stage& stage) {
  json::Array containers;
  for (const auto type : credential_types) {
    containers.push_back(json::Object{{"credentialType", type},
                                      {"format", "vc11-sl2021/jwt"},
                                      {"payload", stage.others().credential(stage.holder(), type)}});
  }
  return from_issuer(stage, "/credentials",
                     {{"type", "CredentialMessage"},
                      {"issuerPid", "process-of-the-issuer"},
                      {"holderPid", stage.parties().correlation_id},
                      {"status", "ISSUED"},
                      {"requestId", "unknown members are ignored"},
                      {"credentials", std::move(containers)}});
}

Message offer(Stage& stage) {
  return offer_of(stage, {json::Object{{"id", "membership-that-is-offered"},
                                       {"type", "CredentialObject"},
                                       {"credentialType", "MembershipCredential"},
                                       {"offerReason", "reissue"},
                                       {"bindingMethods", json::Array{"did:web"}},
                                       {"profile", "vc11-sl2021/jwt"},
                                       {"issuancePolicy", json::Object{}}}});
}

std::vector<Case> issuance_cs() {
  const std::string delivered = "cs_06_05_01_credentialMessage";
  const std::string offered = "cs_06_06_01_credentialOfferMessage";
  auto all = cases_of_proofs(delivered, at_the_holder, delivery);
  append(all, cases_of_proofs(offered, at_the_holder, offer));
  append(all, {{delivered, [](Stage& stage) { accepted(stage.send(delivery(stage))); }},
               {delivered + "_invalidBody",
                broken(delivery, [](Stage&, Message& message,
                                    Proof&) { message.body.as_object().erase("holderPid"); })},
               {delivered + "_invalidStatus",
                broken(delivery, [](Stage&, Message& message,
                                    Proof&) { message.body.as_object()["status"] = "INVALID_STATUS"; })},
               {offered, [](Stage& stage) { accepted(stage.send(offer(stage))); }},
               {offered + "_onlyIds",
                [](Stage& stage) { accepted(stage.send(offer_of(stage, {sparse(stage), sparse(stage)}))); }},
               {offered + "_invalidBody", broken(offer, [](Stage&, Message& message, Proof&) {
                  message.body.as_object()["issuer"] = nullptr;
                })}});
  return all;
}

}  // namespace kontor::tck::dcp
