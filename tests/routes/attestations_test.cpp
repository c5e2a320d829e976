#include <fmt/format.h>
#include <gtest/gtest.h>

#include "world_calls.hpp"

// Credentials that rest on what somebody else says.
namespace kontor::routes_test {
namespace {

class Attestations : public ::testing::Test {
 protected:
  Attestations() {
    world.call("POST", issuer_path(world.issuer(), "attestations"),
               fmt::format(R"({{"id":"presented","attestationType":"presentation","configuration":{{)"
                           R"("credentialType":"RegisteredCredential","trustedIssuers":["{}"]}}}})",
                           world.issuer().did));
    world.call("POST", issuer_path(world.issuer(), "credentialdefinitions"),
               R"({"id":"StandingCredential","credentialType":"StandingCredential","format":"VC1_0_JWT",)"
               R"("validity":31536000,"attestations":["presented"],"rules":[],"mappings":[]})");
  }
  /// What became of a holder's request.
  json::Value requested(const Party& holder, const std::string& pid, const std::string& more) {
    world.call("POST", identity_path(holder, "credentials/request"),
               fmt::format(R"({{"issuerDid":"{}","holderPid":"{}","credentials":[{{)"
                           R"("id":"StandingCredential","type":"StandingCredential",)"
                           R"("format":"VC1_0_JWT"}}]{}}})",
                           world.issuer().did, pid, more));
    return world.call("GET", identity_path(holder, "credentials/request/" + pid), "", patience);
  }

  World world;
};

}  // namespace

TEST_F(Attestations, a_credential_rests_on_another_that_its_holder_presents) {
  const auto refused = requested(world.acme(), "silent", "");
  EXPECT_EQ(text_at(refused, "status"), "ERROR");
  EXPECT_TRUE(text_at(refused, "errorDetail").contains("grants no look")) << json::serialize(refused);
  const auto other = requested(world.globex(), "other",
                               R"(,"scopes":["org.eclipse.dspace.dcp.vc.type:OtherCredential:read"])");
  EXPECT_EQ(text_at(other, "status"), "ERROR") << json::serialize(other);
  const auto granted = requested(world.acme(), "granting",
                                 R"(,"scopes":["org.eclipse.dspace.dcp.vc.type:RegisteredCredential:read"])");
  EXPECT_EQ(text_at(granted, "status"), "ISSUED") << json::serialize(granted);
}

}  // namespace kontor::routes_test
