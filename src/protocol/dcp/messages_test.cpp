#include "protocol/dcp/messages.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "protocol/dcp/normalise.hpp"

using namespace kontor;
using namespace kontor::protocol::dcp;

namespace {

std::string with_context(std::string_view type, std::string_view members) {
  return R"({"@context":["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],"type":")" + std::string(type) +
         "\"" + (members.empty() ? "" : ",") + std::string(members) + "}";
}

template <class Message>
std::string pointer_of(std::string_view type, std::string_view members) {
  auto decoded = json::decode<Message>(with_context(type, members));
  return decoded ? std::string("accepted") : decoded.error().pointer;
}

std::optional<std::string> example(std::string_view name) {
  const char* folder = std::getenv("KONTOR_SPEC_DIR");
  if (!folder) return std::nullopt;
  std::ifstream file(std::filesystem::path(folder) / "dcp" / name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Whether the example says the same after it was read and written.
template <class Message>
bool survives(const std::string& text) {
  auto decoded = json::decode<Message>(text);
  EXPECT_TRUE(decoded) << (decoded ? "" : decoded.error().message()) << "\n" << text;
  return decoded && json::equal(json::parse(text).value(), write(*decoded));
}

}  // namespace

TEST(DcpMessages, every_example_of_the_specification_is_read_and_written_the_same) {
  if (!example("")) GTEST_SKIP() << "KONTOR_SPEC_DIR names no folder with the specifications' examples";
  EXPECT_TRUE(
      survives<PresentationQueryMessage>(*example("presentation/example/presentation-query-message.json")));
  EXPECT_TRUE(survives<PresentationQueryMessage>(
      *example("presentation/example/presentation-query-message-w-presentation-definition.json")));
  EXPECT_TRUE(survives<PresentationResponseMessage>(
      *example("presentation/example/presentation-response-message.json")));
  EXPECT_TRUE(survives<PresentationResponseMessage>(
      *example("presentation/example/presentation-response-message-w-presentation-submission.json")));
  EXPECT_TRUE(
      survives<CredentialRequestMessage>(*example("issuance/example/credential-request-message.json")));
  EXPECT_TRUE(survives<CredentialMessage>(*example("issuance/example/credential-message.json")));
  EXPECT_TRUE(survives<CredentialMessage>(*example("issuance/example/credential-message-rejected.json")));
  EXPECT_TRUE(survives<CredentialOfferMessage>(*example("issuance/example/credential-offer-message.json")));
  EXPECT_TRUE(survives<IssuerMetadata>(*example("issuance/example/issuer-metadata.json")));
  EXPECT_TRUE(survives<CredentialStatus>(*example("issuance/example/credential-status.json")));
  auto object = json::parse(*example("issuance/example/credential-object.json")).value();
  auto decoded = json::decode_value<CredentialObject>(object).value();
  object.as_object().erase("@context");  // stands on messages, not on their parts
  EXPECT_TRUE(json::equal(object, write(decoded)));
}

TEST(DcpMessages, a_query_is_by_scope_or_by_definition) {
  const auto at = [](std::string_view members) {
    return pointer_of<PresentationQueryMessage>("PresentationQueryMessage", members);
  };
  EXPECT_EQ(at(R"("scope":["a"])"), "accepted");
  EXPECT_EQ(at(R"("presentationDefinition":{"id":"x"})"), "accepted");
  EXPECT_EQ(at(R"("scope":["a"],"presentationDefinition":{"id":"x"})"), "/scope");
  EXPECT_EQ(at(R"("scope":["a"],"presentationDefinition":null)"), "/scope");
  EXPECT_EQ(at(R"("scope":[])"), "/scope");
  EXPECT_EQ(at(R"("presentationDefinition":{})"), "/presentationDefinition");
  EXPECT_EQ(at(R"("presentationDefinition":null)"), "/presentationDefinition");
  EXPECT_EQ(at(""), "/scope");
  EXPECT_EQ(at(R"("scope":[7])"), "/scope/0");
}

TEST(DcpMessages, a_message_of_another_type_is_refused) {
  EXPECT_EQ(pointer_of<PresentationQueryMessage>("PresentationResponseMessage", R"("scope":["a"])"), "/type");
  EXPECT_EQ(json::decode<PresentationQueryMessage>(R"({"scope":["a"]})").error().pointer, "/type");
  EXPECT_FALSE(json::decode<PresentationQueryMessage>("[]"));
  EXPECT_FALSE(json::decode<PresentationQueryMessage>("7"));
}

TEST(DcpMessages, a_response_holds_tokens_or_objects) {
  const auto at = [](std::string_view members) {
    return pointer_of<PresentationResponseMessage>("PresentationResponseMessage", members);
  };
  EXPECT_EQ(at(R"("presentation":[])"), "accepted");
  EXPECT_EQ(at(R"("presentation":["a",{"type":"x"}])"), "accepted");
  EXPECT_EQ(at(R"("presentation":[7])"), "/presentation");
  EXPECT_EQ(at(""), "/presentation");
  EXPECT_EQ(json::encode(PresentationResponseMessage{.presentation = {"eyJ"}}),
            with_context("PresentationResponseMessage", R"("presentation":["eyJ"])"));
}

TEST(DcpMessages, a_request_names_its_pid_and_what_it_wants) {
  const auto at = [](std::string_view members) {
    return pointer_of<CredentialRequestMessage>("CredentialRequestMessage", members);
  };
  EXPECT_EQ(at(R"("holderPid":"h","credentials":[{"id":"d"}])"), "accepted");
  EXPECT_EQ(at(R"("credentials":[{"id":"d"}])"), "/holderPid");
  EXPECT_EQ(at(R"("holderPid":"","credentials":[{"id":"d"}])"), "/holderPid");
  EXPECT_EQ(at(R"("holderPid":"h")"), "/credentials");
  EXPECT_EQ(at(R"("holderPid":"h","credentials":[])"), "/credentials");
  EXPECT_EQ(at(R"("holderPid":"h","credentials":[{}])"), "/credentials/0/id");
  EXPECT_EQ(json::encode(CredentialRequestMessage{HolderPid{"h"}, {CredentialObjectId{"d"}}}),
            with_context("CredentialRequestMessage", R"("holderPid":"h","credentials":[{"id":"d"}])"));
}

TEST(DcpMessages, a_delivery_is_whole_or_a_rejection) {
  const auto at = [](std::string_view members) {
    return pointer_of<CredentialMessage>("CredentialMessage", members);
  };
  const std::string pids = R"("issuerPid":"i","holderPid":"h",)";
  const std::string credential =
      R"("credentials":[{"credentialType":"T","payload":"eyJ","format":"vc11-sl2021/jwt"}])";
  EXPECT_EQ(at(pids + R"("status":"ISSUED",)" + credential), "accepted");
  EXPECT_EQ(at(pids + R"("status":"REJECTED")"), "accepted");
  EXPECT_EQ(at(pids + R"("status":"REJECTED","rejectionReason":null,"credentials":[])"), "accepted");
  EXPECT_EQ(at(pids + R"("status":"ISSUED")"), "/credentials");
  EXPECT_EQ(at(pids + R"("status":"ISSUED","credentials":[])"), "/credentials");
  EXPECT_EQ(at(pids + R"("status":"INVALID_STATUS",)" + credential), "/status");
  EXPECT_EQ(at(pids + credential), "/status");
  EXPECT_EQ(at(R"("issuerPid":"i","status":"ISSUED",)" + credential), "/holderPid");
  EXPECT_EQ(at(R"("holderPid":"h","status":"ISSUED",)" + credential), "/issuerPid");
  EXPECT_EQ(at(pids + R"("status":"ISSUED","credentials":[{"payload":"eyJ"}])"), "/credentials/0/format");
}

TEST(DcpMessages, a_message_with_too_many_entries_is_refused) {
  std::string entries = R"({"id":"d"})";
  for (std::size_t i = 0; i < entries_max; ++i) entries += R"(,{"id":"d"})";
  EXPECT_EQ(pointer_of<CredentialRequestMessage>("CredentialRequestMessage",
                                                 R"("holderPid":"h","credentials":[)" + entries + "]"),
            "/credentials");
  EXPECT_EQ(pointer_of<CredentialOfferMessage>("CredentialOfferMessage",
                                               R"("issuer":"did:web:i","credentials":[)" + entries + "]"),
            "/credentials");
}

TEST(DcpMessages, an_offer_may_be_sparse_and_needs_its_issuer) {
  const auto at = [](std::string_view members) {
    return pointer_of<CredentialOfferMessage>("CredentialOfferMessage", members);
  };
  EXPECT_EQ(at(R"("issuer":"did:web:i","credentials":[{"id":"a"},{"id":"b"}])"), "accepted");
  EXPECT_EQ(at(R"("issuer":null,"credentials":[{"id":"a"}])"), "/issuer");
  EXPECT_EQ(at(R"("credentials":[{"id":"a"}])"), "/issuer");
  EXPECT_EQ(at(R"("issuer":"did:web:i","credentials":[{"type":"CredentialObject"}])"), "/credentials/0/id");
  EXPECT_EQ(at(R"("issuer":"did:web:i","credentials":[{"id":"a","type":"Other"}])"), "/credentials/0/type");
  auto offer = json::decode<CredentialOfferMessage>(with_context(
      "CredentialOfferMessage", R"("issuer":"did:web:i","credentials":[{"id":"a","issuancePolicy":{}}])"));
  EXPECT_TRUE(offer.value().credentials.at(0).sparse());
  EXPECT_TRUE(offer.value().credentials.at(0).issuance_policy);
}

TEST(DcpMessages, a_status_is_one_of_three) {
  const auto at = [](std::string_view status) {
    return pointer_of<CredentialStatus>(
        "CredentialStatus", R"("issuerPid":"i","holderPid":"h","status":")" + std::string(status) + "\"");
  };
  for (const auto* status : {"RECEIVED", "REJECTED", "ISSUED"}) EXPECT_EQ(at(status), "accepted");
  EXPECT_EQ(at("DELIVERED"), "/status");
}

TEST(DcpNormalise, the_expanded_request_of_identity_hub_is_understood) {
  const auto request = json::decode<CredentialRequestMessage>(
      R"({"@type":"https://w3id.org/dspace-dcp/v1.0/CredentialRequestMessage",)"
      R"("https://w3id.org/dspace-dcp/v1.0/credentials":[{"@type":"@json",)"
      R"("@value":[{"id":"def-1"},{"id":"def-2"}]}],)"
      R"("https://w3id.org/dspace-dcp/v1.0/holderPid":{"@id":"4711"}})");
  ASSERT_TRUE(request) << request.error().message();
  EXPECT_EQ(*request, (CredentialRequestMessage{HolderPid{"4711"},
                                                {CredentialObjectId{"def-1"}, CredentialObjectId{"def-2"}}}));
}

TEST(DcpNormalise, the_expanded_offer_of_the_reference_issuer_is_understood) {
  for (const auto* issuer :
       {"https://w3id.org/dspace-dcp/v1.0/issuer", "https://www.w3.org/2018/credentials#issuer"}) {
    const auto offer = json::decode<CredentialOfferMessage>(
        R"([{"@type":["https://w3id.org/dspace-dcp/v1.0/CredentialOfferMessage"],")" + std::string(issuer) +
        R"(":[{"@id":"did:web:i"}],"https://w3id.org/dspace-dcp/v1.0/credentials":[{"@id":"def-1",)"
        R"("@type":["https://w3id.org/dspace-dcp/v1.0/CredentialObject"],)"
        R"("https://w3id.org/dspace-dcp/v1.0/credentialType":[{"@value":"T"}],)"
        R"("https://w3id.org/dspace-dcp/v1.0/bindingMethods":[{"@value":"did:web"}],)"
        R"()"
        R"("https://w3id.org/dspace-dcp/v1.0/issuancePolicy":[{"@type":"@json",)"
        R"("@value":{"@id":"kept"}}]}]}])");
    ASSERT_TRUE(offer) << offer.error().message();
    EXPECT_EQ(offer->issuer, Did{"did:web:i"});
    const auto& object = offer->credentials.at(0);
    EXPECT_EQ(object.id, CredentialObjectId{"def-1"});
    EXPECT_EQ(object.credential_type, "T");
    EXPECT_EQ(object.binding_methods, std::vector<std::string>{"did:web"});
    EXPECT_EQ(json::serialize(*object.issuance_policy), R"({"@id":"kept"})");
  }
}

TEST(DcpNormalise, prefixes_and_wrapped_scopes_are_understood) {
  const auto query = json::decode<PresentationQueryMessage>(
      R"({"@context":{"dcp":"https://w3id.org/dspace-dcp/v1.0/"},"@type":"dcp:PresentationQueryMessage",)"
      R"("dcp:scope":[{"@value":"one"},"two",{"@list":["three"]}]})");
  EXPECT_EQ(query.value().scope, (std::vector<std::string>{"one", "two", "three"}));
  const auto single =
      json::decode<PresentationQueryMessage>(R"({"type":"PresentationQueryMessage","scope":"one"})");
  EXPECT_EQ(single.value().scope, std::vector<std::string>{"one"});
}

TEST(DcpNormalise, a_compact_message_stays_as_it_is) {
  const auto value = json::parse(with_context("PresentationResponseMessage",
                                              R"("presentation":["a",{"id":["x"]}],"other":{"a":1,"b":2})"))
                         .value();
  EXPECT_TRUE(json::equal(normalise(value), value)) << json::serialize(normalise(value));
}
