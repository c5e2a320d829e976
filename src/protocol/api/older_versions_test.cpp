#include "protocol/api/older_versions.hpp"

#include <gtest/gtest.h>

namespace kontor::protocol::api {
namespace {

std::string id_in(std::string id, std::string version = "v1alpha", std::string api = "identity") {
  std::vector<std::string> segments{"api", std::move(api), std::move(version), "participants", std::move(id)};
  follow_older_versions(segments);
  return segments.back();
}

}  // namespace

TEST(OlderVersions, an_id_that_is_written_in_base64url_is_read_with_and_without_padding) {
  for (const char* id : {"Y29uc3VtZXI=", "Y29uc3VtZXI"}) EXPECT_EQ(id_in(id), "consumer") << id;
  for (const char* id :
       {"ZGlkOndlYjpleGFtcGxlLm9yZyUzQTcwODM6YQ==", "ZGlkOndlYjpleGFtcGxlLm9yZyUzQTcwODM6YQ"})
    EXPECT_EQ(id_in(id), "did:web:example.org%3A7083:a") << id;
  for (const char* api : {"admin", "issuance"}) EXPECT_EQ(id_in("aXNzdWVy", "v1alpha", api), "issuer") << api;
}

TEST(OlderVersions, every_other_id_is_what_it_says) {
  for (const char* id : {"consumer", "issuer", "consumer-participant", "did:web:example.org", "query",
                         "Y29uc3VtZXI==", "Y29uc3VtZXI===", "Y29uc3VtZXJ", "Y29uc3VtZX", "=", "", "AAAA",
                         "3f0c9d1e-7a52-4be8-9a43-0c5d2f1b6e77"})
    EXPECT_EQ(id_in(id), id);
}

TEST(OlderVersions, under_the_current_version_and_elsewhere_an_id_is_what_it_says) {
  EXPECT_EQ(id_in("Y29uc3VtZXI", "v1beta"), "Y29uc3VtZXI");
  EXPECT_EQ(id_in("Y29uc3VtZXI", "v1alpha", "mgmt"), "Y29uc3VtZXI");
  std::vector<std::string> named{"api", "identity", "v1alpha", "keypairs", "Y29uc3VtZXI"};
  follow_older_versions(named);
  EXPECT_EQ(named, (std::vector<std::string>{"api", "identity", "v1beta", "keypairs", "Y29uc3VtZXI"}));
}

}  // namespace kontor::protocol::api
