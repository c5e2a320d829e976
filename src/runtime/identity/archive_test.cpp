#include "base/crypto/hash.hpp"
#include "base/text/text.hpp"
#include "testing/house/world.hpp"

// What a participant takes along.
namespace kontor::runtime::identity::testing {
namespace {

namespace http = platform::http;
namespace jose = protocol::jose;
using namespace kontor::testing;

const entity::Kind credential{.name = "credential"};
const entity::Kind asset{.name = "asset"};
const entity::Kind transfer{.name = "transfer-process"};
const entity::Kind flow{.name = "data-flow"};
const entity::Kind application{.name = "sharing-application"};
const entity::Kind holder{.name = "holder"};
const entity::Kind process{.name = "issuance-process"};
const std::vector<const entity::Kind*> kinds{&credential,  &asset,  &transfer, &flow,
                                             &application, &holder, &process};

constexpr const char* open = R"({"holds":"something"})";
constexpr const char* with_access =
    R"({"holds":"something","secretHash":"hidden","endingSecret":"hidden","accessToken":"hidden",)"
    R"("dataAddress":"hidden","grant":"hidden","previousGrant":"hidden","counterAddress":"hidden"})";

class ArchiveTest : public ::testing::Test {
 protected:
  ArchiveTest() {
    house.open();
    const auto body =
        R"({"participantContextId":"acme","did":"did:web:example.org:acme","key":{"keyId":"key-1",)"
        R"("privateKeyAlias":"key-1","keyGeneratorParams":{"algorithm":"EC"}}})";
    EXPECT_EQ(house.post(house.administration_url("/api/identity/v1beta/participants"), body).status, 200u);
    for (const auto* kind : kinds) {
      platform::store::Transaction transaction;
      transaction.puts.push_back({kind, EntityId("one"), 0, kind == &credential ? open : with_access});
      EXPECT_TRUE(loop.run(house.store->commit(acme, std::move(transaction))));
    }
  }
  http::Response ask(const std::string& context = "acme") {
    http::Request request;
    request.target = house.administration_url("/api/identity/v1beta/participants/" + context + "/export");
    return house.ask(std::move(request));
  }
  /// The archive, in its signed part and the signature.
  struct Parts {
    std::string lines;
    jose::Jws signature;
    json::Value said;  ///< by the signature
    json::Value line;  ///< that holds it
  };
  Parts parts() { return parts_of(ask().body.text); }
  Parts parts(ArchivePart part) {
    http::Body body{.text = {},
                    .stream = house.archives->make({acme, Did("did:web:example.org:acme"), part})};
    return parts_of(loop.run(std::move(body).collect(1024 * 1024)).value());
  }
  Parts parts_of(const std::string& text) {
    EXPECT_TRUE(text.ends_with('\n'));
    const auto last = text.rfind('\n', text.size() - 2) + 1;
    auto end = json::parse(text.substr(last)).value();
    auto jws = jose::parse_jws(std::string(end.at("jws").as_string())).value();
    auto said = json::parse(jws.payload).value();
    return {text.substr(0, last), std::move(jws), std::move(said), std::move(end)};
  }
  std::vector<std::string> types_in(const std::string& lines) {
    std::vector<std::string> types;
    for (auto line : text::split(lines, '\n')) {
      if (!line.empty()) types.emplace_back(json::parse(line)->at("type").as_string());
    }
    return types;
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{loop, {.kinds = kinds}};
  const ContextId acme{"acme"};
};

}  // namespace

TEST_F(ArchiveTest, an_archive_holds_what_a_participant_has_here_and_nothing_of_its_connector) {
  auto types = types_in(parts().lines);
  EXPECT_EQ(types.front(), "ParticipantArchive");
  std::ranges::sort(types);
  EXPECT_EQ(types, (std::vector<std::string>{"DidDocument", "ParticipantArchive", "credential",
                                             "identity-context", "key-pair", "secure-token-account"}));
  EXPECT_EQ(ask("nobody").status, 404u);
}

TEST_F(ArchiveTest, each_part_holds_what_its_service_has_and_no_access_that_others_gave) {
  const std::pair<ArchivePart, std::vector<std::string>> expected[] = {
      {ArchivePart::connector,
       {"ParticipantArchive", "asset", "data-flow", "sharing-application", "transfer-process"}},
      {ArchivePart::issuer, {"ParticipantArchive", "holder", "issuance-process"}}};
  for (const auto& [part, types] : expected) {
    const auto [lines, signature, said, line] = parts(part);
    auto found = types_in(lines);
    std::ranges::sort(found);
    EXPECT_EQ(found, types);
    const auto key = loop.run(house.signing->own_key(acme, signature.header.kid.value_or("")));
    EXPECT_TRUE(key && jose::verify(signature, *key));
    EXPECT_EQ(said.at("sha256").as_string(), crypto::sha256_hex(lines));
    EXPECT_EQ(said.at("part").as_string(), part == ArchivePart::issuer ? "issuer" : "connector");
    for (const auto& each : text::split(lines, '\n')) {
      const auto is_of = [&](std::string_view kind) { return each.contains(kind); };
      if (is_of("\"asset\"") || is_of("\"holder\"")) continue;
      if (is_of("transfer-process")) EXPECT_FALSE(each.contains("dataAddress")) << each;
      if (is_of("data-flow"))
        EXPECT_FALSE(each.contains("rant\"") || each.contains("counterAddress")) << each;
      if (is_of("sharing-application")) EXPECT_FALSE(each.contains("secretHash")) << each;
      if (is_of("issuance-process")) EXPECT_FALSE(each.contains("accessToken")) << each;
    }
  }
}

TEST_F(ArchiveTest, an_archive_of_many_pages_is_read_piece_by_piece_and_signed_as_a_whole) {
  for (int i = 0; i < 450; ++i) {
    platform::store::Transaction transaction;
    transaction.puts.push_back({&holder, EntityId("h" + std::to_string(i)), 0, R"({"name":"somebody"})"});
    ASSERT_TRUE(loop.run(house.store->commit(acme, std::move(transaction))));
  }
  const auto archive = house.archives->make({acme, Did("did:web:example.org:acme"), ArchivePart::issuer});
  std::string whole;
  int pieces = 0;
  for (auto piece = loop.run(archive->read()).value(); !piece.empty();
       piece = loop.run(archive->read()).value()) {
    whole += piece;
    ++pieces;
  }
  EXPECT_GE(pieces, 4);
  const auto [lines, signature, said, line] = parts_of(whole);
  EXPECT_EQ(types_in(lines).size(), 453u);
  EXPECT_EQ(said.at("lines").to_number<std::size_t>(), 453u);
  EXPECT_EQ(said.at("sha256").as_string(), crypto::sha256_hex(lines));
}

TEST_F(ArchiveTest, no_secret_is_in_it_and_no_hash_of_one) {
  const auto archive = ask().body.text;
  EXPECT_FALSE(archive.contains("secretHash")) << archive;
  EXPECT_FALSE(archive.contains("\"d\":")) << "no private key";
  EXPECT_TRUE(archive.contains(R"("content":{"client":"did:web:example.org:acme"})"));
}

TEST_F(ArchiveTest, it_is_signed_by_its_participant_active_or_not) {
  for (const bool active : {true, false}) {
    ASSERT_TRUE(loop.run(house.contexts->set_active(acme, active, "operator")));
    const auto [lines, signature, said, line] = parts();
    const auto key = loop.run(house.signing->own_key(acme, signature.header.kid.value_or("")));
    ASSERT_TRUE(key);
    EXPECT_TRUE(jose::verify(signature, *key));
    EXPECT_EQ(said.at("sha256").as_string(), crypto::sha256_hex(lines));
    EXPECT_EQ(said.at("lines").to_number<std::size_t>(), types_in(lines).size());
    EXPECT_EQ(said.at("participantContextId").as_string(), "acme");
    EXPECT_EQ(said.at("did").as_string(), "did:web:example.org:acme");
  }
}

TEST_F(ArchiveTest, without_a_key_of_its_own_it_is_signed_by_the_installation) {
  const auto known = loop.run(house.keys->key_pairs(acme)).value();
  ASSERT_TRUE(loop.run(house.keys->revoke(acme, known.at(0).entity.id, {}, "operator")));
  for (int again = 0; again < 2; ++again) {
    const auto [lines, signature, said, line] = parts();
    EXPECT_FALSE(signature.header.kid);
    const auto jwk = json::decode_value<jose::Jwk>(line.at("key")).value();
    EXPECT_TRUE(jose::verify(signature, jose::public_key(jwk).value()));
    EXPECT_EQ(said.at("sha256").as_string(), crypto::sha256_hex(lines));
  }
}

}  // namespace kontor::runtime::identity::testing
