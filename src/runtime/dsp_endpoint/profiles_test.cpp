#include <fmt/format.h>

#include "base/json/codec.hpp"
#include "protocol/dsp/version.hpp"
#include "runtime/dsp_endpoint/dsp_peers_for_test.hpp"

namespace kontor::runtime::dsp_endpoint {

using testing::DspPeersTest;
using testing::profile_2024_1;

TEST_F(DspPeersTest, under_the_path_of_2024_1_its_form_is_read_and_answered) {
  take_part_in_2024_1();
  const auto message = [](const char* provider) {
    return fmt::format(R"({{"@context":{{"dspace":"https://w3id.org/dspace/2024/1/"}},)"
                       R"("@type":"dspace:ContractAgreementVerificationMessage",)"
                       R"("dspace:providerPid":{{"@id":"{}"}},"dspace:consumerPid":{{"@id":"c"}}}})",
                       provider);
  };
  EXPECT_TRUE(json::equal(answer_to(profile_2024_1, message("p"), 200),
                          json::parse(R"({"@context":"https://w3id.org/dspace/2024/1/context.json",
                            "@type":"dspace:ContractNegotiation","dspace:providerPid":"p",
                            "dspace:consumerPid":"c","dspace:state":"dspace:VERIFIED"})")
                              .value()));
  const auto unknown = answer_to(profile_2024_1, message("none"), 404);
  EXPECT_EQ(unknown.at("@type"), "dspace:ContractNegotiationError");
  EXPECT_EQ(unknown.at("dspace:providerPid"), "none");
  EXPECT_EQ(unknown.at("dspace:consumerPid"), "c");
  EXPECT_EQ(unknown.at("dspace:code"), "404");
  EXPECT_TRUE(unknown.at("dspace:reason").is_array());
  for (const char* body :
       {R"({"@type":"dspace:ContractAgreementVerificationMessage"})",
        R"({"@type":"dspace:ContractOfferMessage","dspace:providerPid":"p"})", "{", "[]"}) {
    const auto refused = answer_to(profile_2024_1, body, 400);
    EXPECT_EQ(refused.at("@context"), "https://w3id.org/dspace/2024/1/context.json") << body;
    EXPECT_EQ(refused.at("@type"), "dspace:ContractNegotiationError") << body;
    EXPECT_TRUE(refused.at("dspace:reason").is_array()) << body;
  }
  EXPECT_EQ(answer_to(profile_2025_1, message("p"), 400).at("@type"), "ContractNegotiationError")
      << "the newer version knows no prefixes";
}

TEST_F(DspPeersTest, a_message_goes_out_in_the_form_of_its_profile_and_its_answer_is_read_from_it) {
  take_part_in_2024_1();
  server.answer("/dsp", R"({"@type":"dspace:ContractNegotiation","dspace:providerPid":{"@id":"p"},
    "dspace:consumerPid":{"@id":"c"},"dspace:state":{"@id":"dspace:REQUESTED"}})");
  const auto offer = json::decode<protocol::odrl::Policy>(
                         R"({"@type":"Offer","@id":"o","target":"a","permission":[{"action":"use"}]})")
                         .value();
  const protocol::dsp::ContractRequestMessage request{
      protocol::dsp::MessageId("m"), protocol::dsp::Pid("c"), protocol::dsp::Pid("p"), {}, offer};
  const auto send_under = [&](std::string_view profile) {
    DspPeers::Message message{.context = acme,
                              .audience = globex.did(),
                              .profile = std::string(profile),
                              .url = server.url("/dsp"),
                              .body = json::encode(request)};
    return loop.run(peers.send(std::move(message), house.soon()));
  };
  const auto answer = send_under(profile_2024_1);
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(json::decode<protocol::dsp::ContractNegotiation>(*answer)->pids.provider.str(), "p");
  const auto sent = json::parse(server.last("/dsp").body.text).value();
  EXPECT_EQ(sent.at("@type"), "dspace:ContractRequestMessage");
  const json::Value ours(house.url("/api/dsp/acme/http-dsp-profile-2024-1"));
  EXPECT_EQ(sent.at("dspace:callbackAddress"), ours);
  server.answer("/dsp", "");
  EXPECT_EQ(send_under(profile_2024_1).value(), "") << "an empty answer is one";
  server.answer("/dsp", R"({"@type":"dspace:ContractNegotiationError","dspace:reason":["no such offer"]})",
                404);
  const auto refused = send_under(profile_2024_1);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message().contains("no such offer")) << refused.error().message();
  EXPECT_FALSE(refused.error().message().contains("dspace:")) << "reasons are taken from the error's body";
  server.answer("/dsp", "{}");
  ASSERT_TRUE(send_under(profile_2025_1));
  EXPECT_EQ(server.last("/dsp").body.text, json::encode(request));
}

TEST_F(DspPeersTest, every_profile_is_told_with_its_version_and_path) {
  take_part_in_2024_1();
  const auto answer = house.ask({"GET", house.url("/api/dsp/acme/.well-known/dspace-version")});
  const auto document = json::decode<protocol::dsp::VersionResponse>(answer.body.text);
  ASSERT_TRUE(document) << answer.body.text;
  ASSERT_EQ(document->protocol_versions.size(), 2u);
  EXPECT_EQ(document->protocol_versions[0].version, "2025-1");
  EXPECT_EQ(document->protocol_versions[0].path, "/http-dsp-profile-2025-1");
  EXPECT_EQ(document->protocol_versions[1].version, "2024/1");
  EXPECT_EQ(document->protocol_versions[1].path, "/http-dsp-profile-2024-1");
  EXPECT_FALSE(answer.body.text.contains("@context")) << "the document has the form of 2025-1, plain JSON";
}

}  // namespace kontor::runtime::dsp_endpoint
