#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text/encoding.hpp"
#include "refusals.hpp"

// What a participant lets counter-parties open, and what it says to one whose credentials it cannot have.
namespace kontor::routes_test {
namespace {

constexpr const char* profile = "http-dsp-profile-2025-1";
constexpr const char* dsp_context = R"("@context":["https://w3id.org/dspace/2025/1/context.jsonld"])";
constexpr const char* management = R"("@context":["https://w3id.org/edc/connector/management/v2"])";
/// Nobody listens there: what is sent to it is tried again and again.
constexpr const char* nowhere = "http://127.0.0.1:9/dsp";
constexpr std::size_t open_max = 4;

class Strangers : public ::testing::Test {
 public:
  /// A message of one participant to the DSP endpoint of Acme.
  Answer post(const std::string& context, const std::string& path, const std::string& body) {
    return post_under(proof_of(context), path, body);
  }
  std::string proof_of(const std::string& context) {
    return world.installation().self_issued(ContextId(context), Did(world.acme().did));
  }
  Answer post_under(std::string authorization, const std::string& path, const std::string& body) {
    return world.installation().send(
        {.listener = protocol::api::Listener::open,
         .method = "POST",
         .target = fmt::format("/api/dsp/{}/{}/{}", world.acme().context, profile, path),
         .authorization = std::move(authorization),
         .body = body});
  }

  /// The id of Acme's offer, as Globex is told it.
  std::string offer() {
    const auto& globex = world.globex();
    const auto dataset =
        world.call("POST", "/api/mgmt/v5beta/participants/" + globex.context + "/catalog/dataset/request",
                   fmt::format(R"({{{},"@type":"DatasetRequest","@id":"acme-asset","profile":"{}",)"
                               R"("counterPartyAddress":"{}","counterPartyId":"{}"}})",
                               management, profile, world.dsp_url(world.acme()), world.acme().did));
    return text_at(json::find(dataset, "hasPolicy")->as_array().at(0), "@id");
  }

  std::string contract_request(int number) {
    return fmt::format(
        R"({{{},"@type":"ContractRequestMessage","@id":"urn:uuid:request-{}","consumerPid":"urn:uuid:c-{}",)"
        R"("callbackAddress":"{}","offer":{{"@type":"Offer","@id":"{}","assigner":"{}",)"
        R"("target":"acme-asset","permission":[{{"action":"use"}}]}}}})",
        dsp_context, number, number, nowhere, offer_id, world.acme().did);
  }
  std::string contract_offer(int number) {
    return fmt::format(
        R"({{{},"@type":"ContractOfferMessage","@id":"urn:uuid:offer-{}","providerPid":"urn:uuid:p-{}",)"
        R"("callbackAddress":"{}","offer":{{"@type":"Offer","@id":"urn:uuid:o","assigner":"{}",)"
        R"("assignee":"{}","target":"theirs","permission":[{{"action":"use"}}]}}}})",
        dsp_context, number, number, nowhere, world.globex().did, world.acme().did);
  }
  std::string transfer_request(int number) {
    const auto negotiation =
        world.call("GET", "/api/mgmt/v5beta/participants/" + world.acme().context + "/contractnegotiations/" +
                              text::percent_encode(world.globex().ids.at("provider/negotiationId")));
    return fmt::format(
        R"({{{},"@type":"TransferRequestMessage","@id":"urn:uuid:transfer-{}","consumerPid":"urn:uuid:t-{}",)"
        R"("agreementId":"{}","format":"HttpData-PULL","callbackAddress":"{}"}})",
        dsp_context, number, number, text_at(negotiation, "contractAgreementId"), nowhere);
  }

  /// Opens until there is no room; the answers of those that were opened.
  std::vector<Answer> fill(const std::string& path, std::string (Strangers::*message)(int)) {
    std::vector<Answer> opened;
    for (int number = 0; number < 10; ++number) {
      auto answer = post(world.globex().context, path, (this->*message)(number));
      if (answer.status == 429) return opened;
      EXPECT_EQ(answer.status, 201u) << answer.body;
      opened.push_back(std::move(answer));
    }
    ADD_FAILURE() << "ten of them were opened at " << path;
    return opened;
  }

  World world{{.open_processes_max = open_max}};
  std::string offer_id = offer();
};

}  // namespace

TEST_F(Strangers, a_counter_party_opens_so_many_negotiations_as_consumer_and_no_more) {
  const auto opened = fill("negotiations/request", &Strangers::contract_request);
  EXPECT_EQ(opened.size(), open_max) << "the one that has ended takes no room";
  const auto again = post(world.globex().context, "negotiations/request", contract_request(0));
  EXPECT_EQ(again.status, 201u) << "asked for again: " << again.body;
  const auto other = post(world.initech().context, "negotiations/request", contract_request(0));
  EXPECT_EQ(other.status, 201u) << "another counter-party: " << other.body;
}

TEST_F(Strangers, who_goes_on_asking_without_room_is_refused_before_its_proof_is_looked_at) {
  auto unproven = proof_of(world.globex().context);
  unproven.replace(unproven.rfind('.') + 1, std::string::npos, std::string(86, 'A'));
  EXPECT_EQ(post_under(unproven, "negotiations/request", contract_request(90)).status, 401u);
  const auto opened = fill("negotiations/request", &Strangers::contract_request);
  ASSERT_FALSE(opened.empty());
  EXPECT_EQ(post_under(unproven, "negotiations/request", contract_request(90)).status, 429u);
  EXPECT_EQ(post_under(unproven, "negotiations/request", contract_request(0)).status, 401u)
      << "which is open: whoever asks for it again proves itself";
}

TEST_F(Strangers, what_has_ended_makes_room) {
  const auto opened = fill("negotiations/request", &Strangers::contract_request);
  ASSERT_FALSE(opened.empty());
  const auto first = opened.front().json();
  const auto pid = text_at(first, "providerPid");
  const auto ended =
      post(world.globex().context, "negotiations/" + text::percent_encode(pid) + "/termination",
           fmt::format(R"({{{},"@type":"ContractNegotiationTerminationMessage","@id":"urn:uuid:end",)"
                       R"("providerPid":"{}","consumerPid":"{}"}})",
                       dsp_context, pid, text_at(first, "consumerPid")));
  ASSERT_EQ(ended.status, 200u) << ended.body;
  EXPECT_EQ(post(world.globex().context, "negotiations/request", contract_request(50)).status, 201u);
  EXPECT_EQ(post(world.globex().context, "negotiations/request", contract_request(51)).status, 429u);
}

TEST_F(Strangers, a_counter_party_opens_so_many_negotiations_as_provider_and_no_more) {
  EXPECT_EQ(fill("negotiations/offers", &Strangers::contract_offer).size(), open_max);
}

TEST_F(Strangers, a_counter_party_opens_so_many_transfers_and_no_more) {
  EXPECT_EQ(fill("transfers/request", &Strangers::transfer_request).size(), open_max - 1)
      << "one runs already";
}

TEST_F(Strangers, who_cannot_be_asked_for_its_credentials_is_told_to_come_again) {
  world.call("POST", "/api/identity/v1beta/participants",
             fmt::format(R"({{"participantContextId":"silent","did":"{}","active":true,"key":{{)"
                         R"("keyId":"key-1","privateKeyAlias":"silent-key-1","keyGeneratorParams":{{)"
                         R"("algorithm":"EC","curve":"secp256r1"}}}},"serviceEndpoints":[{{"id":"c",)"
                         R"("type":"CredentialService","serviceEndpoint":"{}"}}]}})",
                         world.installation().did("silent"), nowhere));
  const std::pair<const char*, std::string> messages[] = {
      {"catalog/request", fmt::format(R"({{{},"@type":"CatalogRequestMessage"}})", dsp_context)},
      {"negotiations/request", contract_request(0)},
  };
  for (const auto& [path, message] : messages) {
    const auto answer = post("silent", path, message);
    EXPECT_EQ(answer.status, 503u) << path << ": " << answer.body;
    const auto kind = std::string(path).starts_with("catalog") ? "CatalogError" : "ContractNegotiationError";
    EXPECT_EQ(text_at(answer.json(), "@type"), kind) << answer.body;
  }
}

}  // namespace kontor::routes_test
