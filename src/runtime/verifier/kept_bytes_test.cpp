#include "runtime/verifier/presentations.hpp"
#include "testing/house/world.hpp"

// What is kept of others takes a bounded number of octets, however few or large its parts are.
namespace kontor::runtime::verifier::testing {
namespace {

namespace vc = protocol::vc;
using namespace kontor::testing;

constexpr std::size_t list_bytes = vc::Bitstring::size_bits_min / 8;

class KeptBytes : public World {};

}  // namespace

TEST_F(KeptBytes, status_lists_take_no_more_than_their_bytes_unpacked) {
  StatusLists small(house.scope, loop.clock(), *house.client, *house.resolver,
                    {.lists_bytes_max = 2 * list_bytes});
  const auto read = [&](const std::string& path) {
    const auto url = issuer.publish_status_list(path, {}, now());
    EXPECT_TRUE(loop.run(small.list(url, house.soon()))) << path;
    return server.asked(issuer.path(path));
  };
  EXPECT_EQ(read("/a"), 1u);
  EXPECT_EQ(read("/b"), 1u);
  EXPECT_EQ(read("/a"), 1u);
  EXPECT_EQ(read("/c"), 1u);
  EXPECT_EQ(read("/a"), 1u);
  EXPECT_EQ(read("/b"), 2u) << "it had to go for another";
}

TEST_F(KeptBytes, schemas_take_no_more_than_their_bytes_with_all_that_they_refer_to) {
  Schemas small(house.scope, loop.clock(), *house.client, {.schemas_bytes_max = 3'000});
  const auto padded = [](const std::string& rest) {
    return R"({"description":")" + std::string(1'000, 'x') + "\"" + rest + "}";
  };
  server.answer("/shared", padded(""));
  server.answer("/large", padded(R"(,"allOf":[{"$ref":")" + server.url("/shared") + R"("}])"));
  server.answer("/small", "{}");
  const auto read = [&](const std::string& path) {
    EXPECT_TRUE(loop.run(small.schema(server.url(path), house.soon()))) << path;
    return server.asked(path);
  };
  EXPECT_EQ(read("/small"), 1u);
  EXPECT_EQ(read("/large"), 1u);
  EXPECT_EQ(read("/small"), 1u);
  EXPECT_EQ(read("/shared"), 2u) << "for the one that refers to it, and for itself";
  EXPECT_EQ(read("/small"), 1u);
  EXPECT_EQ(read("/large"), 2u) << "all three of them together are too large";
}

TEST_F(KeptBytes, a_large_answer_is_as_good_as_a_small_one_and_is_not_remembered) {
  peer.offer("CredentialService", "/cs");
  const auto query = peer.path("/cs/presentations/query");
  Presentations small({house.scope, loop.clock(), *house.client, *house.resolver, *house.tokens,
                       *house.status_lists, *house.schemas},
                      {.kept_bytes_max = 8'000});
  const auto ask_with = [&](std::size_t claim_bytes) {
    auto credential = issuer.credential(peer.did(), "MembershipCredential", now());
    credential.subjects.at(0).claims["about"] = std::string(claim_bytes, 'x');
    const auto shown = peer.presentation(acme_did, {issuer.issue(credential, now())}, now());
    server.answer(query, presentation_response({peer.present(shown)}));
    const auto before = server.asked(query);
    for (int i = 0; i < 2; ++i) {
      Presentations::Question question{acme,
                                       {.did = peer.did(), .access_token = "opaque", .single_use = {}},
                                       {{.value = "MembershipCredential"}},
                                       {{issuer.did(), {"MembershipCredential"}}}};
      const auto answer = loop.run(small.ask(std::move(question), house.soon()));
      EXPECT_TRUE(answer && answer->credentials.size() == 1);
    }
    return server.asked(query) - before;
  };
  EXPECT_EQ(ask_with(8'000), 2u);
  EXPECT_EQ(ask_with(10), 1u);
}

}  // namespace kontor::runtime::verifier::testing
