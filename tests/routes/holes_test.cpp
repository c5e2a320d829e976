#include <fmt/format.h>
#include <gtest/gtest.h>

#include "world.hpp"
#include "world_calls.hpp"

// What of docs/security.md has no test elsewhere.
namespace kontor::routes_test {
namespace {

Answer ask_under(World& world, const Party& party, const std::string& pid) {
  return world.installation().send(
      {.method = "POST",
       .target = identity_path(party, "credentials/request"),
       .authorization =
           world.installation().bearer({.subject = party.context, .scope = "identity-api:credentials:write"}),
       .body =
           fmt::format(R"({{"issuerDid":"{}","holderPid":"{}","credentials":[{{"id":)"
                       R"("RegisteredCredential","type":"RegisteredCredential","format":"VC1_0_JWT"}}]}})",
                       world.issuer().did, pid)});
}

json::Value status_of(World& world, const Party& party, const std::string& pid) {
  return world.call("GET", identity_path(party, "credentials/request/" + pid), "", patience);
}

}  // namespace

TEST(Holes, two_participants_ask_under_one_id_and_each_gets_its_own) {
  World world;
  const std::string pid = "credential-request-1";
  EXPECT_EQ(ask_under(world, world.acme(), pid).status, 201u);
  const auto squatted = ask_under(world, world.globex(), pid);
  EXPECT_EQ(squatted.status, 201u) << "the id is free in its own context: " << squatted.body;
  EXPECT_EQ(ask_under(world, world.globex(), pid).status, 409u) << "and taken once it was used there";
  const auto first = status_of(world, world.acme(), pid);
  const auto second = status_of(world, world.globex(), pid);
  EXPECT_EQ(text_at(first, "status"), "ISSUED");
  EXPECT_EQ(text_at(second, "status"), "ISSUED");
  EXPECT_NE(text_at(first, "issuerPid"), text_at(second, "issuerPid"));
}

}  // namespace kontor::routes_test
