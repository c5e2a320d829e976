#include "protocol/dsp/forms.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "protocol/dsp/json_schema_for_test.hpp"
#include "protocol/dsp/messages_for_test.hpp"

using namespace kontor;
using namespace kontor::protocol;
using namespace kontor::protocol::dsp;
using kontor::protocol::dsp::testing::codecs;
using kontor::protocol::dsp::testing::for_each_message;
using kontor::protocol::dsp::testing::load_json;
using kontor::protocol::dsp::testing::Schemas;

namespace {

const Sender us{.callback_address = "https://us.example/dsp", .provider = "did:web:us"};

json::Value json_of(std::string_view text) {
  return json::parse(text).value();
}

template <class T>
Result<T> read_as(std::string_view body) {
  return json::decode_value<T>(from_2024_1(json_of(body)));
}

/// How EDC 0.15.1 begins each message: prefixes of its own instead of the official context.
std::string of_edc(std::string_view members) {
  return R"({"@context":{"@vocab":"https://w3id.org/edc/v0.0.1/ns/","edc":"https://w3id.org/edc/v0.0.1/ns/",
    "dcat":"http://www.w3.org/ns/dcat#","dct":"http://purl.org/dc/terms/",
    "odrl":"http://www.w3.org/ns/odrl/2/",
    "dspace":"https://w3id.org/dspace/2024/1/"},)" +
         std::string(members) + "}";
}

}  // namespace

TEST(Forms, every_message_comes_back_from_2024_1_as_it_was) {
  std::set<std::string> seen;
  for_each_message([&](const auto& message, const std::string& name) {
    const auto written = write(message);
    const auto again = codecs().at(name)(from_2024_1(to_2024_1(written, us)));
    ASSERT_TRUE(again) << name << " " << again.error().pointer << ": " << again.error().message();
    EXPECT_TRUE(json::equal(*again, written)) << name << ": " << json::serialize(*again);
    seen.insert(name);
  });
  EXPECT_EQ(seen.size(), codecs().size() - 1) << "the version document has one form";
}

TEST(Forms, what_is_2025_1_already_is_read_as_it_is) {
  for_each_message([&](const auto& message, const std::string& name) {
    const auto written = write(message);
    const auto again = codecs().at(name)(from_2024_1(written));
    ASSERT_TRUE(again) << name << " " << again.error().pointer << ": " << again.error().message();
    EXPECT_TRUE(json::equal(*again, written)) << name << ": " << json::serialize(*again);
  });
}

TEST(Forms, a_contract_request_is_written_as_2024_1_has_it) {
  auto offer = json::decode<odrl::Policy>(R"({"@type":"Offer","@id":"d:a:u","target":"asset",
    "assigner":"did:web:p","profile":"x:1","permission":[{"action":"use","constraint":[
      {"leftOperand":"inForceDate","operator":"gteq","rightOperand":5},
      {"and":[{"leftOperand":"Membership","operator":"eq","rightOperand":"active"}]}],
      "duty":[{"action":"odrl:inform"}]}]})");
  ASSERT_TRUE(offer) << offer.error().message();
  const ContractRequestMessage counter{MessageId{"m"}, Pid{"c"}, Pid{"p"}, {}, *offer};
  EXPECT_TRUE(json::equal(to_2024_1(write(counter), us), json_of(R"({
    "@context":"https://w3id.org/dspace/2024/1/context.json","@type":"dspace:ContractRequestMessage",
    "@id":"m","dspace:consumerPid":"c","dspace:providerPid":"p",
    "dspace:callbackAddress":"https://us.example/dsp",
    "dspace:offer":{"@type":"odrl:Offer","@id":"d:a:u","odrl:target":"asset","odrl:assigner":"did:web:p",
      "odrl:profile":[{"@id":"x:1"}],
      "odrl:permission":[{"odrl:action":"odrl:use","odrl:constraint":[
        {"odrl:leftOperand":"https://w3id.org/edc/v0.0.1/ns/inForceDate","odrl:operator":"odrl:gteq",
         "odrl:rightOperand":5},
        {"odrl:and":[{"odrl:leftOperand":"Membership","odrl:operator":"odrl:eq",
          "odrl:rightOperand":"active"}]}],
        "odrl:duty":{"odrl:action":"odrl:inform"}}]}})")))
      << json::serialize(to_2024_1(write(counter), us));
}

TEST(Forms, a_catalog_says_who_assigns_its_offers_and_of_which_vocabulary_the_rest_is) {
  const auto catalog = json_of(R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@id":"c",
    "@type":"Catalog","participantId":"did:web:us","dataset":[{"@id":"a","@type":"Dataset","name":"A name",
      "dct:title":"A title","edc:contenttype":"text/plain",
      "hasPolicy":[{"@id":"o","@type":"Offer","permission":[{"action":"use"}]}],
      "distribution":[{"@type":"Distribution","format":"HttpData-PULL","accessService":"s"}]}],
    "service":[{"@id":"s","@type":"DataService","endpointURL":"https://us.example/dsp"}]})");
  EXPECT_TRUE(json::equal(to_2024_1(catalog, us), json_of(R"({
    "@context":"https://w3id.org/dspace/2024/1/context.json","@id":"c","@type":"dcat:Catalog",
    "dspace:participantId":"did:web:us","dcat:dataset":[{"@id":"a","@type":"dcat:Dataset",
      "https://w3id.org/edc/v0.0.1/ns/name":"A name","dct:title":"A title",
      "https://w3id.org/edc/v0.0.1/ns/contenttype":"text/plain",
      "odrl:hasPolicy":[{"@id":"o","@type":"odrl:Offer","odrl:assigner":"did:web:us",
        "odrl:permission":[{"odrl:action":"odrl:use"}]}],
      "dcat:distribution":[{"@type":"dcat:Distribution","dct:format":"HttpData-PULL",
        "dcat:accessService":[{"@id":"s","@type":"dcat:DataService"}]}]}],
    "dcat:service":[{"@id":"s","@type":"dcat:DataService","dcat:endpointURL":"https://us.example/dsp"}]})")))
      << json::serialize(to_2024_1(catalog, us));
}

TEST(Forms, an_event_is_a_reference_that_survives_expansion) {
  const ContractNegotiationEventMessage message{
      MessageId{"m"}, {Pid{"p"}, Pid{"c"}}, NegotiationEventType::accepted};
  EXPECT_TRUE(json::equal(to_2024_1(write(message), us).at("dspace:eventType"),
                          json_of(R"({"@id":"dspace:ACCEPTED"})")));
}

TEST(Forms, a_filter_is_written_in_edcs_vocabulary_and_read_from_it) {
  const auto asked = json_of(R"({"@type":"CatalogRequestMessage","filter":[{"@type":"QuerySpec","offset":0,
    "filterExpression":[{"@type":"Criterion","operandLeft":"id","operator":"=","operandRight":"a"}]}]})");
  const auto written = to_2024_1(asked, us);
  const auto& filter = written.at("dspace:filter").at(0);
  EXPECT_EQ(filter.at("https://w3id.org/edc/v0.0.1/ns/offset"), 0);
  EXPECT_EQ(filter.at("@type"), "https://w3id.org/edc/v0.0.1/ns/QuerySpec");
  EXPECT_TRUE(json::equal(from_2024_1(written).at("filter"), asked.at("filter")))
      << json::serialize(from_2024_1(written));
  const auto of_one = from_2024_1(json_of(of_edc(R"("@type":"dspace:CatalogRequestMessage","dspace:filter":
    {"@type":"QuerySpec","offset":0,"filterExpression":{"@type":"Criterion","operandLeft":"id","operator":"=",
     "operandRight":"a"}})")));
  EXPECT_TRUE(json::equal(of_one.at("filter"), asked.at("filter"))) << json::serialize(of_one);
}

TEST(Forms, what_is_no_object_stays_what_it_is) {
  EXPECT_EQ(from_2024_1(json::Value("text")), "text");
  EXPECT_EQ(to_2024_1(json::Value(nullptr), us), nullptr);
  EXPECT_EQ(from_2024_1(json_of(R"({"dspace:offer":"none","dspace:reason":null})")).at("offer"), "none");
}

// ---- The bodies that EDC 0.15.1 sends

TEST(FormsOfEdc, a_contract_request_is_read) {
  const auto message = read_as<ContractRequestMessage>(of_edc(R"(
    "@id":"m","@type":"dspace:ContractRequestMessage","dspace:consumerPid":{"@id":"c-1"},
    "dspace:callbackAddress":"http://c/protocol/2024/1",
    "dspace:offer":{"@id":"ZGVm:YXNzZXQ=:dQ==","@type":"odrl:Offer","odrl:assigner":{"@id":"did:web:p"},
      "odrl:target":{"@id":"asset"},
      "odrl:permission":{"odrl:action":{"@id":"odrl:use"},"odrl:constraint":{"odrl:or":[
        {"odrl:leftOperand":{"@id":"edc:inForceDate"},"odrl:operator":{"@id":"odrl:gteq"},
         "odrl:rightOperand":"2026-01-01T00:00:00Z"},
        {"odrl:leftOperand":{"@id":"Membership"},"odrl:operator":{"@id":"odrl:eq"},"odrl:rightOperand":"x"}]},
        "odrl:duty":{"odrl:action":{"@id":"odrl:inform"}}}})"));
  ASSERT_TRUE(message) << message.error().pointer << ": " << message.error().message();
  EXPECT_EQ(message->id, MessageId{"m"});
  EXPECT_EQ(message->consumer_pid, Pid{"c-1"});
  EXPECT_EQ(message->callback_address, "http://c/protocol/2024/1");
  EXPECT_EQ(message->offer.assigner, "did:web:p");
  EXPECT_EQ(message->offer.target, "asset");
  ASSERT_EQ(message->offer.permissions.size(), 1u);
  const auto& permission = message->offer.permissions.front();
  EXPECT_EQ(permission.action.name, "use");
  ASSERT_EQ(permission.constraints.size(), 1u);
  EXPECT_EQ(permission.constraints.front().operands.size(), 2u);
  EXPECT_EQ(permission.duties.size(), 1u);
}

TEST(FormsOfEdc, an_agreement_is_read) {
  const auto message = read_as<ContractAgreementMessage>(of_edc(R"(
    "@id":"m","@type":"dspace:ContractAgreementMessage","dspace:providerPid":{"@id":"p-1"},
    "dspace:consumerPid":{"@id":"c-1"},"dspace:callbackAddress":"http://p/protocol/2024/1",
    "dspace:agreement":{"@id":"agreement","@type":"odrl:Agreement",
      "odrl:permission":{"odrl:action":{"@id":"odrl:use"}},
      "odrl:assignee":{"@id":"did:web:c"},"odrl:assigner":{"@id":"did:web:p"},"odrl:target":{"@id":"asset"},
      "dspace:timestamp":"2026-01-01T00:00:00Z"})"));
  ASSERT_TRUE(message) << message.error().pointer << ": " << message.error().message();
  EXPECT_EQ(message->pids, (Pids{Pid{"p-1"}, Pid{"c-1"}}));
  EXPECT_EQ(message->agreement.assignee, "did:web:c");
  EXPECT_TRUE(message->agreement.timestamp);
}

TEST(FormsOfEdc, events_states_and_errors_are_read) {
  constexpr std::string_view pids = R"("dspace:providerPid":{"@id":"p"},"dspace:consumerPid":{"@id":"c"})";
  const auto event = read_as<ContractNegotiationEventMessage>(
      of_edc(R"("@type":"dspace:ContractNegotiationEventMessage",)" + std::string(pids) +
             R"(,"dspace:eventType":{"@id":"dspace:FINALIZED"})"));
  ASSERT_TRUE(event) << event.error().message();
  EXPECT_EQ(event->event_type, NegotiationEventType::finalized);
  const auto negotiation =
      read_as<ContractNegotiation>(of_edc(R"("@type":"dspace:ContractNegotiation",)" + std::string(pids) +
                                          R"(,"dspace:state":{"@id":"dspace:AGREED"})"));
  ASSERT_TRUE(negotiation) << negotiation.error().message();
  EXPECT_EQ(negotiation->state, NegotiationState::agreed);
  const auto transfer = read_as<TransferProcess>(
      R"({"@type":["https://w3id.org/dspace/2024/1/TransferProcess"],
      "https://w3id.org/dspace/2024/1/providerPid":[{"@id":"p"}],
      "https://w3id.org/dspace/2024/1/consumerPid":[{"@value":"c"}],
      "https://w3id.org/dspace/2024/1/state":[{"@id":"https://w3id.org/dspace/2024/1/STARTED"}]})");
  ASSERT_TRUE(transfer) << "an expanded document: " << transfer.error().message();
  EXPECT_EQ(transfer->state, TransferState::started);
  const auto error = read_as<ContractNegotiationError>(of_edc(
      R"("@type":"dspace:ContractNegotiationError","dspace:code":"409","dspace:reason":"currently leased")"));
  ASSERT_TRUE(error) << error.error().message();
  EXPECT_EQ(error->reason.text(), "currently leased");
}

TEST(FormsOfEdc, a_transfer_is_requested_and_started) {
  const auto request =
      read_as<TransferRequestMessage>(of_edc(R"("@id":"m","@type":"dspace:TransferRequestMessage",
    "dspace:agreementId":{"@id":"agreement"},"dct:format":{"@id":"HttpData-PULL"},
    "dspace:callbackAddress":"http://c/protocol/2024/1","dspace:consumerPid":{"@id":"c"})"));
  ASSERT_TRUE(request) << request.error().pointer << ": " << request.error().message();
  EXPECT_EQ(request->format, "HttpData-PULL");
  EXPECT_EQ(request->agreement_id, AgreementId{"agreement"});
  const auto start = read_as<TransferStartMessage>(of_edc(R"("@id":"m","@type":"dspace:TransferStartMessage",
    "dspace:providerPid":{"@id":"p"},"dspace:consumerPid":{"@id":"c"},"dspace:dataAddress":{
      "@type":"dspace:DataAddress","dspace:endpointType":{"@id":"https://w3id.org/idsa/v4.1/HTTP"},
      "dspace:endpointProperties":[
        {"@type":"dspace:EndpointProperty","dspace:name":"https://w3id.org/edc/v0.0.1/ns/endpoint",
         "dspace:value":"http://p/data"},
        {"@type":"dspace:EndpointProperty","dspace:name":"https://w3id.org/edc/v0.0.1/ns/authorization",
         "dspace:value":"token"}]})"));
  ASSERT_TRUE(start) << start.error().pointer << ": " << start.error().message();
  ASSERT_TRUE(start->data_address);
  EXPECT_EQ(start->data_address->endpoint_type, "https://w3id.org/idsa/v4.1/HTTP");
  EXPECT_EQ(start->data_address->endpoint, "http://p/data");
  ASSERT_TRUE(start->data_address->property("authorization"));
  EXPECT_EQ(*start->data_address->property("authorization"), "token");
}

TEST(FormsOfEdc, a_catalog_is_read) {
  const auto catalog = read_as<Catalog>(of_edc(R"("@id":"c","@type":"dcat:Catalog",
    "dcat:dataset":{"@id":"asset","@type":"dcat:Dataset","name":"A name","id":"asset",
      "odrl:hasPolicy":{"@id":"o","@type":"odrl:Offer","odrl:permission":{"odrl:action":{"@id":"odrl:use"}}},
      "dcat:distribution":{"@type":"dcat:Distribution","dct:format":{"@id":"HttpData-PULL"},
        "dcat:accessService":{"@id":"s","@type":"dcat:DataService",
          "dcat:endpointDescription":"dspace:connector","dcat:endpointURL":"http://p/protocol/2024/1"}}},
    "dcat:catalog":[],"dcat:distribution":[],
    "dcat:service":{"@id":"s","@type":"dcat:DataService","dcat:endpointURL":"http://p/protocol/2024/1"},
    "dspace:participantId":{"@id":"did:web:p"})"));
  ASSERT_TRUE(catalog) << catalog.error().pointer << ": " << catalog.error().message();
  EXPECT_EQ(catalog->participant_id, "did:web:p");
  ASSERT_EQ(catalog->datasets.size(), 1u);
  const auto& dataset = catalog->datasets.front();
  EXPECT_EQ(dataset.extensions.at("name"), "A name");
  ASSERT_EQ(dataset.offers.size(), 1u);
  ASSERT_EQ(dataset.distributions.size(), 1u);
  EXPECT_EQ(dataset.distributions.front().format, "HttpData-PULL");
  ASSERT_TRUE(std::holds_alternative<DataService>(dataset.distributions.front().access_service));
  ASSERT_EQ(catalog->services.size(), 1u);
  EXPECT_EQ(catalog->services.front().endpoint_url, "http://p/protocol/2024/1");
}

// ---- The official schemas and examples of 2024-1

namespace {

/// Examples that break the schemas' own terms: `odrl:operand` for `odrl:operator`, `oderl:rightOperand`.
const std::set<std::string> broken_examples{"contract-request-message", "contract-offer-message",
                                            "contract-agreement-message",
                                            "contract.agreement.message.http.transfer"};

class OfficialSchemasOf2024 : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* folder = std::getenv("KONTOR_SPEC_DIR");
    root = std::filesystem::path(folder ? folder : "") / "dsp-2024-1";
    if (!folder || !std::filesystem::exists(root))
      GTEST_SKIP() << "the official schemas and examples of 2024-1 are not in KONTOR_SPEC_DIR/dsp-2024-1";
    schemas = std::make_unique<Schemas>(root);
  }

  /// `eventType` as the schema has it, see forms.cpp.
  static json::Value with_event_as_text(json::Value document) {
    if (auto* event = document.as_object().if_contains("dspace:eventType"))
      *event = json::Value(event->at("@id"));
    return document;
  }

  std::filesystem::path root;
  std::unique_ptr<Schemas> schemas;
};

}  // namespace

TEST_F(OfficialSchemasOf2024, every_message_that_is_written_is_valid) {
  for_each_message([&](const auto& message, const std::string& name) {
    const auto written = to_2024_1(write(message), us);
    EXPECT_EQ(schemas->check(with_event_as_text(written), name + "-schema.json"), "")
        << name << ": " << json::serialize(written);
  });
}

TEST_F(OfficialSchemasOf2024, the_official_examples_are_understood) {
  std::size_t examples = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().parent_path().filename() != "example") continue;
    const auto name = entry.path().stem().string();
    ++examples;
    if (broken_examples.contains(name)) continue;
    const auto type = name.substr(0, name.find('_'));
    const auto again = codecs().at(type)(from_2024_1(load_json(entry.path())));
    ASSERT_TRUE(again) << name << " " << again.error().pointer << ": " << again.error().message();
    EXPECT_EQ(schemas->check(with_event_as_text(to_2024_1(*again, us)), type + "-schema.json"), "") << name;
  }
  EXPECT_EQ(examples, 23u);
}
