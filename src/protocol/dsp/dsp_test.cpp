#include <fmt/format.h>
#include <gtest/gtest.h>

#include "protocol/dsp/catalog.hpp"
#include "protocol/dsp/negotiation.hpp"
#include "protocol/dsp/paths.hpp"
#include "protocol/dsp/pids.hpp"
#include "protocol/dsp/transfer.hpp"
#include "protocol/dsp/version.hpp"

using namespace kontor;
using namespace kontor::protocol::dsp;

namespace {

template <class T>
std::string pointer_of_refusal(std::string_view text) {
  auto decoded = json::decode<T>(text);
  return decoded ? "read" : decoded.error().pointer;
}

}  // namespace

TEST(DspMessages, a_foreign_connectors_request_is_read) {
  auto message = json::decode<ContractRequestMessage>(R"({
    "@context":["https://w3id.org/dspace/2025/1/context.jsonld","https://w3id.org/edc/dspace/v0.0.1",
      {"x":"y"}],
    "@type":"ContractRequestMessage","@id":"m-1","consumerPid":"c","callbackAddress":"http://c/","extra":1,
    "offer":{"@id":"o","@type":"Offer","assigner":"did:web:p","target":"asset","permission":[{"action":"use",
      "constraint":[{"or":{"leftOperand":"inForceDate","operator":"lteq","rightOperand":5}}]}]}})");
  ASSERT_TRUE(message) << message.error().message();
  EXPECT_EQ(message->id, MessageId{"m-1"});
  EXPECT_EQ(message->callback_address, "http://c/");
  EXPECT_EQ(message->offer.target, "asset");
}

TEST(DspMessages, a_message_of_another_type_or_context_is_refused) {
  using Verification = ContractAgreementVerificationMessage;
  EXPECT_EQ(pointer_of_refusal<Verification>(
                R"({"@type":"ContractAgreementMessage","providerPid":"p","consumerPid":"c"})"),
            "/@type");
  EXPECT_EQ(pointer_of_refusal<Verification>(
                R"({"@context":["https://w3id.org/dspace/2024/1/context.json"],
                    "@type":"ContractAgreementVerificationMessage",
                    "providerPid":"p","consumerPid":"c"})"),
            "/@context");
  EXPECT_EQ(pointer_of_refusal<Verification>(
                R"({"@type":"ContractAgreementVerificationMessage","providerPid":"p"})"),
            "/consumerPid");
  EXPECT_EQ(pointer_of_refusal<Verification>(
                R"({"@type":"ContractAgreementVerificationMessage","providerPid":"","consumerPid":"c"})"),
            "/providerPid");
}

/// They are kept with the process, those of many messages together.
TEST(DspMessages, ids_of_others_have_a_bound) {
  const auto pointer = [](std::size_t id, std::size_t provider, std::size_t consumer) {
    return pointer_of_refusal<ContractAgreementVerificationMessage>(
        fmt::format(R"({{"@type":"ContractAgreementVerificationMessage","@id":"{}","providerPid":"{}",)"
                    R"("consumerPid":"{}"}})",
                    std::string(id, 'm'), std::string(provider, 'p'), std::string(consumer, 'c')));
  };
  EXPECT_EQ(pointer(1024, 1024, 1024), "read");
  EXPECT_EQ(pointer(1025, 1, 1), "/@id");
  EXPECT_EQ(pointer(1, 1025, 1), "/providerPid");
  EXPECT_EQ(pointer(1, 1, 1025), "/consumerPid");
  const auto first = [](std::string_view type, std::string_view pid) {
    return fmt::format(
        R"({{"@type":"{}","{}":"{}","callbackAddress":"http://c/","agreementId":"a","format":"f",)"
        R"("offer":{{"@id":"o","target":"t","permission":[{{"action":"use"}}]}}}})",
        type, pid, std::string(1025, 'x'));
  };
  EXPECT_EQ(pointer_of_refusal<ContractRequestMessage>(first("ContractRequestMessage", "consumerPid")),
            "/consumerPid");
  EXPECT_EQ(pointer_of_refusal<ContractOfferMessage>(first("ContractOfferMessage", "providerPid")),
            "/providerPid");
  EXPECT_EQ(pointer_of_refusal<TransferRequestMessage>(first("TransferRequestMessage", "consumerPid")),
            "/consumerPid");
}

TEST(DspMessages, a_request_names_a_callback_address_or_the_other_process) {
  EXPECT_EQ(pointer_of_refusal<ContractRequestMessage>(
                R"({"@type":"ContractRequestMessage","consumerPid":"c",
                    "offer":{"@id":"o","permission":[{"action":"use"}]}})"),
            "/callbackAddress");
  EXPECT_EQ(pointer_of_refusal<ContractRequestMessage>(
                R"({"@type":"ContractRequestMessage","consumerPid":"c","providerPid":"p",
                    "offer":{"@type":"Offer"}})"),
            "/offer");
  EXPECT_EQ(pointer_of_refusal<ContractRequestMessage>(
                R"({"@type":"ContractRequestMessage","consumerPid":"c","providerPid":"p",
                    "offer":{"@id":"o","@type":"Agreement"}})"),
            "/offer");
}

TEST(DspMessages, an_agreement_names_target_and_parties) {
  EXPECT_EQ(pointer_of_refusal<ContractAgreementMessage>(
                R"({"@type":"ContractAgreementMessage","providerPid":"p","consumerPid":"c",
                    "agreement":{"@type":"Agreement","@id":"a","assigner":"p","assignee":"c",
                      "permission":[{"action":"use"}]}})"),
            "/agreement");
}

TEST(DspMessages, errors_without_pids_and_with_any_reason_are_read) {
  auto error = json::decode<ContractNegotiationError>(
      R"({"@type":"ContractNegotiationError","code":409,"reason":["busy",{"message":"x"}]})");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->reason.code, "409");
  EXPECT_EQ(error->reason.text(), R"(busy; {"message":"x"})");
  EXPECT_EQ(json::decode<TransferError>(R"({"@type":"TransferError","reason":"one"})")->reason.text(), "one");
  EXPECT_EQ(json::decode<CatalogError>(R"({"@type":"CatalogError","code":"x"})")->reason.text(), "x");
}

TEST(DspMessages, states_and_event_types_are_read_with_their_prefix_too) {
  EXPECT_EQ(json::decode<ContractNegotiationEventMessage>(
                R"({"@type":"ContractNegotiationEventMessage","providerPid":"p","consumerPid":"c",
                    "eventType":"dspace:FINALIZED"})")
                ->event_type,
            NegotiationEventType::finalized);
  EXPECT_EQ(json::decode<TransferProcess>(
                R"({"@type":"TransferProcess","providerPid":"p","consumerPid":"c","state":"STARTED"})")
                ->state,
            TransferState::started);
  EXPECT_EQ(pointer_of_refusal<ContractNegotiation>(
                R"({"@type":"ContractNegotiation","providerPid":"p","consumerPid":"c","state":"LOST"})"),
            "/state");
}

TEST(DspDataAddress, empty_properties_nested_values_and_missing_types_are_read) {
  auto address = json::decode<DataAddress>(R"({"endpointType":"x","endpointProperties":[
    {"name":"https://w3id.org/edc/v0.0.1/ns/authorization","value":"t"},
    {"@type":"EndpointProperty","name":"responseChannel",
     "value":{"@type":"DataAddress","endpointType":"y"}}]})");
  ASSERT_TRUE(address) << address.error().message();
  ASSERT_NE(address->property("authorization"), nullptr);
  EXPECT_EQ(*address->property("authorization"), "t");
  EXPECT_EQ(*address->property("https://w3id.org/edc/v0.0.1/ns/responseChannel"),
            R"({"@type":"DataAddress","endpointType":"y"})");
  EXPECT_EQ(address->property("missing"), nullptr);
  auto empty =
      json::decode<DataAddress>(R"({"@type":"DataAddress","endpointType":"x","endpointProperties":[]})");
  ASSERT_TRUE(empty);
  EXPECT_EQ(json::encode(*empty), R"({"@type":"DataAddress","endpointType":"x"})");
}

/// The body that EDC 0.15.1 sends.
TEST(DspDataAddress, an_endpoint_among_the_properties_is_the_endpoint) {
  auto address = json::decode<DataAddress>(R"({"@type":"DataAddress",
    "endpointType":"https://w3id.org/idsa/v4.1/HTTP","endpointProperties":[
      {"@type":"EndpointProperty","name":"https://w3id.org/edc/v0.0.1/ns/endpoint","value":"http://p/data"},
      {"@type":"EndpointProperty","name":"https://w3id.org/edc/v0.0.1/ns/authorization","value":"t"}]})");
  ASSERT_TRUE(address) << address.error().message();
  EXPECT_EQ(address->endpoint, "http://p/data");
  EXPECT_EQ(address->property("endpoint"), nullptr);
  EXPECT_EQ(*address->property("authorization"), "t");
  auto both = json::decode<DataAddress>(R"({"endpointType":"x","endpoint":"http://p/1","endpointProperties":[
    {"name":"endpoint","value":"http://p/2"}]})");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->endpoint, "http://p/1") << "the specification's member goes first";
}

TEST(DspDataAddress, an_endpoint_is_named_where_edc_looks_for_it) {
  const auto sent = json::encode(as_for_peers({"x", "http://p/data", {{"authorization", "t"}}}));
  EXPECT_EQ(sent,
            R"({"@type":"DataAddress","endpointType":"x","endpoint":"http://p/data","endpointProperties":[)"
            R"({"@type":"EndpointProperty","name":"authorization","value":"t"},)"
            R"({"@type":"EndpointProperty","name":"https://w3id.org/edc/v0.0.1/ns/endpoint",)"
            R"("value":"http://p/data"}]})");
  const auto named = as_for_peers({"x", "http://p/data", {{"endpoint", "http://p/other"}}});
  EXPECT_EQ(named.properties.size(), 1U) << "what the data plane says stays as it is";
  EXPECT_TRUE(as_for_peers({"x", std::nullopt, {}}).properties.empty());
  const auto heard = json::decode<DataAddress>(sent);
  ASSERT_TRUE(heard);
  EXPECT_EQ(*heard, (DataAddress{"x", "http://p/data", {{"authorization", "t"}}}))
      << "a reader of ours hears it once";
}

TEST(DspCatalog, an_empty_catalog_and_embedded_services_are_read) {
  auto empty =
      json::decode<Catalog>(R"({"@type":"Catalog","@id":"c","participantId":"did:web:p","dct:title":"t"})");
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->datasets.empty());
  EXPECT_TRUE(empty->extensions.contains("dct:title"));
  auto full =
      json::decode<Catalog>(R"({"@type":"Catalog","@id":"c","dataset":{"@id":"d","id":"d","edc:name":"n",
    "hasPolicy":{"@id":"o","permission":{"action":"use"}},
    "distribution":{"format":{"@id":"HttpData-PULL"},
      "accessService":{"@id":"s","endpointURL":"http://p"}}}})");
  ASSERT_TRUE(full) << full.error().message();
  const auto& dataset = full->datasets.at(0);
  EXPECT_EQ(dataset.offers.at(0).type, kontor::protocol::odrl::PolicyType::offer);
  EXPECT_EQ(dataset.distributions.at(0).format, "HttpData-PULL");
  EXPECT_EQ(std::get<DataService>(dataset.distributions.at(0).access_service).endpoint_url, "http://p");
  EXPECT_EQ(dataset.extensions.size(), 2u);
}

TEST(DspCatalog, an_offer_in_a_catalog_never_names_a_target) {
  Dataset dataset;
  dataset.id = DatasetId{"d"};
  dataset.offers.emplace_back().target = "d";
  EXPECT_EQ(json::find(write(dataset).at("hasPolicy").at(0), "target"), nullptr);
}

TEST(DspCatalog, nested_catalogs_are_bounded) {
  std::string text = R"({"@type":"Catalog","@id":"c"})";
  for (int i = 0; i < 8; ++i) text = R"({"@type":"Catalog","@id":"c","catalog":[)" + text + "]}";
  EXPECT_NE(pointer_of_refusal<Catalog>(text), "read");
}

TEST(DspVersion, an_entry_is_found_by_version_binding_and_profile) {
  auto response = json::decode<VersionResponse>(R"({"protocolVersions":[
    {"version":"2024-1","path":"/a","binding":"HTTPS"},
    {"version":"2025-1","path":"/b","binding":"HTTPS","profile":"other"},
    {"version":"2025-1","path":"/c","binding":"HTTPS"}]})")
                      .value();
  EXPECT_EQ(find_version(response, {"2025-1", "HTTPS", "mine"})->path, "/c");
  EXPECT_EQ(find_version(response, {"2025-1", "HTTPS", "other"})->path, "/b");
  EXPECT_EQ(find_version(response, {"2026-1", "HTTPS", "mine"}), nullptr);
}

TEST(DspPaths, one_trailing_slash_is_stripped_and_ids_are_encoded) {
  EXPECT_EQ(paths::negotiation_request("https://p.example/dsp/"),
            "https://p.example/dsp/negotiations/request");
  EXPECT_EQ(paths::negotiation_verification("https://p.example/dsp", Pid{"urn:uuid:a/b c"}),
            "https://p.example/dsp/negotiations/urn:uuid:a%2Fb%20c/agreement/verification");
  EXPECT_EQ(paths::dataset("http://p", DatasetId{"ä?"}), "http://p/catalog/datasets/%C3%A4%3F");
  EXPECT_EQ(paths::transfer_suspension("http://p", Pid{"x"}), "http://p/transfers/x/suspension");
  EXPECT_EQ(paths::version_document("http://p/x/"), "http://p/x/.well-known/dspace-version");
  EXPECT_EQ(paths::version_document("http://p/.well-known/dspace-version"),
            "http://p/.well-known/dspace-version");
}

TEST(DspPids, a_message_is_about_the_process_whose_own_pid_it_names) {
  const Pid ours{"c"}, theirs{"p"}, none;
  const KnownProcess process{Role::consumer, ours, theirs};
  EXPECT_EQ(match({theirs, ours}, process), PidMatch::exact);
  EXPECT_EQ(match({theirs, none}, process), PidMatch::exact);
  EXPECT_EQ(match({none, ours}, process), PidMatch::exact);
  EXPECT_EQ(match({Pid{"new"}, ours}, {Role::consumer, ours, none}), PidMatch::exact);
  EXPECT_EQ(match({Pid{"another"}, ours}, process), PidMatch::wrong_peer);
  EXPECT_EQ(match({ours, Pid{"random"}}, process), PidMatch::wrong_peer);
  EXPECT_EQ(match({theirs, Pid{"another"}}, process), PidMatch::foreign);
  EXPECT_EQ(match({ours, theirs}, {Role::provider, ours, theirs}), PidMatch::exact);
  EXPECT_EQ(match({Pid{"another"}, theirs}, {Role::provider, ours, theirs}), PidMatch::foreign);
}
