#include "protocol/vc/credential.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace kontor;
using namespace kontor::protocol::vc;

namespace {

Credential membership(Format format) {
  return {.format = format,
          .contexts = {std::string(format == Format::vc2_0_jose ? context_v2 : context_v1)},
          .id = "urn:uuid:1",
          .types = {"VerifiableCredential", "MembershipCredential"},
          .issuer = Did{"did:web:issuer.example"},
          .valid_from = from_epoch_seconds(1'800'000'000),
          .valid_until = from_epoch_seconds(1'900'000'000),
          .subjects = {{.id = Did{"did:web:acme.example"}, .claims = {{"level", "full"}}}},
          .statuses = {{.id = "https://issuer.example/status/3#94567",
                        .list_url = "https://issuer.example/status/3",
                        .index = 94567}}};
}

std::string text_of_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST(Credential, the_form_of_data_model_1_1_is_this) {
  EXPECT_EQ(json::encode(membership(Format::vc1_0_jwt)),
            R"({"@context":["https://www.w3.org/2018/credentials/v1"],"id":"urn:uuid:1",)"
            R"("type":["VerifiableCredential","MembershipCredential"],"issuer":"did:web:issuer.example",)"
            R"("issuanceDate":"2027-01-15T08:00:00Z","expirationDate":"2030-03-17T17:46:40Z",)"
            R"("credentialSubject":{"id":"did:web:acme.example","level":"full"},)"
            R"("credentialStatus":{"id":"https://issuer.example/status/3#94567",)"
            R"("type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"94567",)"
            R"("statusListCredential":"https://issuer.example/status/3"}})");
}

TEST(Credential, the_form_of_data_model_2_0_is_this) {
  EXPECT_EQ(json::encode(membership(Format::vc2_0_jose)),
            R"({"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:uuid:1",)"
            R"("type":["VerifiableCredential","MembershipCredential"],"issuer":"did:web:issuer.example",)"
            R"("validFrom":"2027-01-15T08:00:00Z","validUntil":"2030-03-17T17:46:40Z",)"
            R"("credentialSubject":[{"id":"did:web:acme.example","level":"full"}],)"
            R"("credentialStatus":{"id":"https://issuer.example/status/3#94567",)"
            R"("type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"94567",)"
            R"("statusListCredential":"https://issuer.example/status/3"}})");
}

TEST(Credential, what_is_written_is_read_back) {
  for (auto format : {Format::vc1_0_jwt, Format::vc2_0_jose}) {
    auto credential = membership(format);
    EXPECT_EQ(json::decode<Credential>(json::encode(credential)).value(), credential);
    credential.subjects.push_back({.id = Did{"did:web:other.example"}, .claims = {}});
    credential.statuses.push_back({.kind = StatusKind::status_list_2021,
                                   .id = "urn:2",
                                   .purpose = "suspension",
                                   .list_url = "https://issuer.example/status/4",
                                   .index = 1,
                                   .size_bits = 2});
    credential.schemas = {{.id = "https://example.com/schema", .type = "JsonSchema"}};
    credential.issuer_properties = {{"name", "Issuer"}};
    credential.name = "Membership";
    EXPECT_EQ(json::decode<Credential>(json::encode(credential)).value(), credential);
  }
}

TEST(Credential, known_peers_shapes_are_read) {
  auto credential =
      json::decode<Credential>(
          R"({"@context":"https://www.w3.org/2018/credentials/v1","type":"MembershipCredential",)"
          R"("issuer":{"id":"did:web:i","name":"I"},"issuanceDate":"2027-01-15T08:00:00.123456789Z",)"
          R"("expirationDate":null,"credentialSubject":[{"foo":"bar"}],"unknown":{"a":1},)"
          R"("credentialStatus":{"id":"5b3c","type":"BitstringStatusListEntry",)"
          R"("statusPurpose":"revocation","statusListIndex":7,"statusListCredential":"https://i/1"}})")
          .value();
  EXPECT_EQ(credential.types, std::vector<std::string>{"MembershipCredential"});
  EXPECT_EQ(credential.issuer, Did{"did:web:i"});
  EXPECT_FALSE(credential.valid_until);
  EXPECT_EQ(credential.statuses.at(0).index, 7u);
  EXPECT_TRUE(credential.subjects.at(0).id.empty());
}

TEST(Credential, the_first_base_context_decides_the_data_model) {
  const auto format_of = [](std::string_view contexts) {
    return json::decode<Credential>(R"({"type":["T"],"issuer":"did:web:i","@context":)" +
                                    std::string(contexts) + "}")
        .value()
        .format;
  };
  EXPECT_EQ(format_of(R"(["https://www.w3.org/ns/credentials/v2","https://x"])"), Format::vc2_0_jose);
  EXPECT_EQ(format_of(R"(["https://x",{"a":"b"},"https://www.w3.org/ns/credentials/v2"])"),
            Format::vc2_0_jose);
  EXPECT_EQ(format_of(R"(["https://www.w3.org/2018/credentials/v1","https://www.w3.org/ns/credentials/v2"])"),
            Format::vc1_0_jwt);
  EXPECT_EQ(format_of(R"(["https://x"])"), Format::vc1_0_jwt);
}

TEST(Credential, a_status_entry_of_an_unknown_type_is_kept_and_one_of_ours_must_be_whole) {
  const std::string before =
      R"({"type":["T"],"issuer":"did:web:i","credentialSubject":{},"credentialStatus":)";
  auto other =
      json::decode<Credential>(before + R"({"id":"x","type":"CredentialStatusList2017","list":9}})").value();
  EXPECT_EQ(other.statuses.at(0).kind, StatusKind::other);
  EXPECT_NE(json::encode(other).find(R"("list":9)"), std::string::npos);
  const auto pointer_of = [&](std::string_view entry) {
    auto decoded = json::decode<Credential>(before + std::string(entry) + "}");
    return decoded ? std::string("accepted") : decoded.error().pointer;
  };
  EXPECT_EQ(
      pointer_of(R"({"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"-1",)"
                 R"("statusListCredential":"https://i/1"})"),
      "/credentialStatus/statusListIndex");
  EXPECT_EQ(
      pointer_of(R"({"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"1"})"),
      "/credentialStatus/statusListCredential");
  EXPECT_EQ(pointer_of(R"({"id":"no type"})"), "/credentialStatus/type");
}

TEST(Credential, one_without_type_or_issuer_is_refused_and_so_is_an_endless_list) {
  EXPECT_FALSE(json::decode<Credential>(R"({"issuer":"did:web:i","credentialSubject":{}})"));
  EXPECT_FALSE(json::decode<Credential>(R"({"type":["T"],"credentialSubject":{}})"));
  std::string types = R"("T")";
  for (int i = 0; i < 64; ++i) types += R"(,"T")";
  EXPECT_FALSE(json::decode<Credential>(R"({"issuer":"did:web:i","type":[)" + types + "]}"));
}

TEST(Credential, the_form_of_the_administration_api_is_written_and_read) {
  for (auto format : {Format::vc1_0_jwt, Format::vc2_0_jose}) {
    const auto credential = membership(format);
    const auto resource = write_resource(credential);
    EXPECT_EQ(json::serialize(*json::find(resource, "issuer")),
              R"({"id":"did:web:issuer.example","additionalProperties":{}})");
    EXPECT_EQ(json::serialize(*json::find(resource, "dataModelVersion")),
              format == Format::vc1_0_jwt ? R"("V_1_1")" : R"("V_2_0")");
    EXPECT_EQ(read_resource(json::Node(resource)).value(), credential);
  }
  const auto manifest =
      json::parse(R"({"type":["T"],"issuer":{"id":"did:web:i"},"issued":"2027-01-15T08:00:00Z",)"
                  R"("credentialSubject":[{"id":"did:web:s"}]})")
          .value();
  EXPECT_EQ(read_resource(json::Node(manifest)).value().valid_from, from_epoch_seconds(1'800'000'000));
}

TEST(Credential, a_format_is_known_by_its_name_and_its_profile_in_any_case) {
  EXPECT_EQ(parse_format("VC1_0_JWT"), Format::vc1_0_jwt);
  EXPECT_EQ(parse_format("vc11-sl2021/jwt"), Format::vc1_0_jwt);
  EXPECT_EQ(parse_format("VC20-BSSL/JWT"), Format::vc2_0_jose);
  EXPECT_EQ(parse_format("VC2_0_SD_JWT"), std::nullopt);
  EXPECT_EQ(parse_format(""), std::nullopt);
}

TEST(Credential, the_examples_of_the_data_model_and_of_status_lists_are_read) {
  const char* folder = std::getenv("KONTOR_SPEC_DIR");
  if (!folder) GTEST_SKIP() << "KONTOR_SPEC_DIR names no folder with the specifications' examples";
  int examples = 0;
  for (const auto* part : {"vc/vc-data-model/verifiable-credential", "vc/bitstring-status-list/examples"}) {
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(folder) / part)) {
      if (entry.path().filename().string().ends_with("schema.json")) continue;
      auto credential = json::decode<Credential>(text_of_file(entry.path()));
      ASSERT_TRUE(credential) << entry.path() << ": " << credential.error().message();
      EXPECT_EQ(json::decode<Credential>(json::encode(*credential)).value(), *credential) << entry.path();
      ++examples;
    }
  }
  EXPECT_EQ(examples, 15);
}
