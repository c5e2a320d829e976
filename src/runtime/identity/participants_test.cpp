#include "runtime/erasure/erasure.hpp"
#include "runtime/identity/secure_token_account.hpp"
#include "runtime/secrets/secrets.hpp"
#include "testing/house/world.hpp"

// The Identity API's participants, asked over HTTP: how they come to be and change.
namespace kontor::runtime::identity::testing {
namespace {

namespace http = platform::http;
namespace jose = protocol::jose;
using namespace kontor::testing;

const std::string made_here = R"("keyGeneratorParams":{"algorithm":"EC","curve":"secp256r1"})";

class ParticipantsTest : public World {
 protected:
  ParticipantsTest() { house.open(); }

  http::Response ask(std::string method, const std::string& below, std::string body = "",
                     const std::string& version = "v1beta") {
    http::Request request{std::move(method), {}, {}, {std::move(body), {}}};
    request.target = house.administration_url("/api/identity/" + version + below);
    if (!request.body.text.empty()) request.headers.set("Content-Type", "application/json");
    return house.ask(std::move(request));
  }
  http::Response create(const std::string& manifest) { return ask("POST", "/participants", manifest); }
  static std::string key(const std::string& name, const std::string& source = made_here) {
    return R"({"keyId":")" + name + R"(","privateKeyAlias":")" + name + R"(",)" + source + "}";
  }
  static std::string manifest(const std::string& rest, const std::string& context = "initech") {
    return R"({"participantContextId":")" + context + R"(","did":"did:web:example.org:initech",)" + rest +
           "}";
  }
  static std::string plain(const std::string& rest = "") {
    return manifest(R"("key":)" + key("key-1") + rest);
  }
  json::Value shown(const std::string& below = "/participants/initech") {
    return json::parse(ask("GET", below).body.text).value();
  }
  /// Kinds of what the context has, one for each entity.
  std::vector<std::string> kept(const ContextId& context) {
    std::vector<std::string> kinds;
    for (auto& each : loop.run(house.store->export_all(context, "", 1000)).value().records)
      kinds.push_back(std::move(each.kind));
    return kinds;
  }
  /// Lets everything run until nothing is kept of the context.
  bool vanishes(const ContextId& context) {
    return loop.eventually([&] { return kept(context).empty(); });
  }
  void begin(const std::string& context) {
    IdentityContext half;
    half.id = ContextId(context);
    half.did = Did("did:web:example.org:initech");
    ASSERT_TRUE(loop.run(house.engine->apply<identity_context::Machine>({half.id, entity_id(half.id)},
                                                                        identity_context::Begin{half})));
    ASSERT_TRUE(loop.run(house.engine->put<DidClaimDocument>(
        {platform::store::installation_context(), entity_id(half.did)}, DidClaim{half.id}, 0)));
    ASSERT_TRUE(
        loop.run(house.vault->create_key(half.id, platform::vault::KeyAlias("half"), crypto::KeyType::p256)));
  }

  const ContextId initech{"initech"};
};

}  // namespace

TEST_F(ParticipantsTest, a_participant_is_created_with_its_keys_and_its_account) {
  const auto keys = R"("keys":[)" + key("a") + "," + key("b") + "]";
  const auto created = create(manifest(keys + R"(,"serviceEndpoints":[{"id":"s","type":"T",)"
                                              R"("serviceEndpoint":"https://example.org"}])"));
  ASSERT_EQ(created.status, 200u) << created.body.text;
  EXPECT_TRUE(json::parse(created.body.text)->at("clientSecret").is_string());
  EXPECT_EQ(shown().at("state").to_number<int>(), 200);
  EXPECT_EQ(shown().at("did").as_string(), "did:web:example.org:initech");
  EXPECT_EQ(shown("/participants/initech/keypairs").as_array().size(), 2u);
  EXPECT_EQ(create(plain()).status, 409u);
}

TEST_F(ParticipantsTest, what_cannot_be_made_whole_leaves_nothing) {
  const auto elsewhere = crypto::PrivateKey::generate(crypto::KeyType::p256, loop.random()).value();
  const auto jwk = json::serialize(jose::write(jose::jwk_of(elsewhere.public_key())));
  const auto half = key("b", R"("publicKeyJwk":)" + jwk);
  for (const auto& second : {half, key("a")}) {
    const auto refused = create(manifest(R"("keys":[)" + key("a") + "," + second + "]"));
    EXPECT_TRUE(refused.status == 400 || refused.status == 409) << refused.body.text;
    EXPECT_EQ(ask("GET", "/participants/initech").status, 404u);
    EXPECT_TRUE(kept(initech).empty());
    EXPECT_TRUE(loop.run(house.vault->list_keys(initech))->empty());
  }
  EXPECT_EQ(create(manifest(R"("key":)" + key("a"), "another")).status, 200u) << "the DID is free";
}

TEST_F(ParticipantsTest, nobody_is_made_of_what_belongs_to_the_installation) {
  const auto installation = platform::store::installation_context();
  const auto before = kept(installation);
  const auto refused = create(manifest(R"("key":)" + key("k"), installation.str()));
  EXPECT_EQ(refused.status, 400u);
  EXPECT_TRUE(refused.body.text.contains("/participantContextId")) << refused.body.text;
  EXPECT_EQ(kept(installation), before);
  EXPECT_TRUE(loop.run(house.vault->list_keys(installation))->empty());
}

TEST_F(ParticipantsTest, a_did_that_is_taken_leaves_nothing_and_changes_nothing) {
  const auto thief =
      R"({"participantContextId":"initech","did":")" + acme_did.str() + R"(","key":)" + key("k") + "}";
  EXPECT_EQ(create(thief).status, 409u);
  EXPECT_TRUE(kept(initech).empty());
  EXPECT_EQ(loop.run(house.contexts->context_of(acme_did)).value(), acme);
  EXPECT_EQ(ask("GET", "/participants/acme").status, 200u);
}

TEST_F(ParticipantsTest, a_creation_that_broke_off_is_unknown_and_removed_in_time) {
  begin("initech");
  EXPECT_EQ(ask("GET", "/participants/initech").status, 404u);
  EXPECT_EQ(ask("GET", "/participants/initech/keypairs").status, 404u);
  EXPECT_EQ(ask("DELETE", "/participants/initech").status, 404u);
  EXPECT_EQ(shown("/participants").as_array().size(), 1u);
  EXPECT_EQ(create(plain()).status, 503u);
  EXPECT_EQ(create(manifest(R"("key":)" + key("k"), "another")).status, 409u) << "the DID may be needed";
  for (int turns = 0; turns < 100; ++turns) loop.run(loop.turn());
  loop.clock().advance(identity_context::creation_time_max);
  ASSERT_TRUE(vanishes(initech));
  EXPECT_TRUE(loop.run(house.vault->list_keys(initech))->empty());
  EXPECT_EQ(create(manifest(R"("key":)" + key("k"), "another")).status, 200u);
}

TEST_F(ParticipantsTest, a_did_whose_participant_is_gone_is_free) {
  begin("initech");
  ASSERT_TRUE(loop.run(house.store->erase(initech)));
  EXPECT_EQ(create(manifest(R"("key":)" + key("k"), "another")).status, 200u);
  EXPECT_EQ(loop.run(house.contexts->context_of(Did("did:web:example.org:initech"))).value(),
            ContextId("another"));
}

TEST_F(ParticipantsTest, what_may_be_a_secret_is_neither_kept_nor_shown) {
  const auto properties = R"(,"additionalProperties":{"name":"Initech","clientSecret":"in-the-vault",)"
                          R"("edc.vault.hashicorp.config":{"credentials":{"clientSecret":"hidden"}}})";
  ASSERT_EQ(create(plain(properties)).status, 200u);
  EXPECT_EQ(json::serialize(shown().at("properties")), R"({"name":"Initech"})");
  for (auto& each : loop.run(house.store->export_all(initech, "", 1000)).value().records)
    EXPECT_FALSE(each.body.contains("hidden") || each.body.contains("in-the-vault")) << each.body;
  EXPECT_EQ(
      create(manifest(R"("key":)" + key("k") + R"(,"additionalProperties":{"name":{}})", "other")).status,
      400u);
}

TEST_F(ParticipantsTest, manifests_and_paths_of_earlier_versions_are_understood) {
  const auto earlier = R"({"participantId":"initech","did":"did:web:example.org:initech","roles":["admin"],)"
                       R"("isActive":true,"active":false,"key":)" +
                       key("k") + "}";
  ASSERT_EQ(ask("POST", "/participants/", earlier, "v1alpha").status, 200u);
  EXPECT_EQ(shown().at("state").to_number<int>(), 100);
  EXPECT_EQ(json::serialize(shown().at("scopes")), R"(["identity-api:admin","issuer-admin-api:admin"])");
  EXPECT_EQ(ask("GET", "/participants/initech", "", "v1alpha").body.text,
            ask("GET", "/participants/initech").body.text);
}

TEST_F(ParticipantsTest, scopes_are_replaced_by_scopes_and_by_roles) {
  const auto set = [this](const std::string& what, const std::string& body) {
    return ask("PUT", "/participants/acme/" + what, body).status;
  };
  const auto scopes = [this] { return json::serialize(shown("/participants/acme").at("scopes")); };
  EXPECT_EQ(set("scopes", R"(["identity-api:keypairs:read"])"), 204u);
  EXPECT_EQ(scopes(), R"(["identity-api:keypairs:read"])");
  EXPECT_EQ(set("roles", R"(["participant","admin"])"), 204u);
  EXPECT_TRUE(scopes().contains("issuer-admin-api:write") && scopes().contains("identity-api:admin"));
  EXPECT_EQ(set("scopes", "[]"), 204u);
  EXPECT_EQ(scopes(), "[]");
  for (const char* bad : {R"(["read"])", R"(["identity-api:own"])", R"(["a:b:c:read"])", R"([":read"])"})
    EXPECT_EQ(set("scopes", bad), 400u) << bad;
  EXPECT_EQ(set("roles", R"(["king"])"), 400u);
  EXPECT_EQ(ask("PUT", "/participants/nobody/scopes", "[]").status, 404u);
  EXPECT_EQ(create(plain(R"(,"scopes":["king"])")).status, 400u);
}

TEST_F(ParticipantsTest, an_administrator_lists_what_all_have_in_pages) {
  ASSERT_EQ(create(plain()).status, 200u);
  for (const char* path : {"/participants", "/keypairs", "/dids"}) {
    const std::string of(path);
    EXPECT_EQ(shown(of).as_array().size(), 2u) << of;
    EXPECT_EQ(shown(of + "?offset=1&limit=7").as_array().size(), 1u) << of;
    EXPECT_EQ(shown(of + "?limit=1").as_array().size(), 1u) << of;
    EXPECT_EQ(ask("GET", of + "?limit=-1").status, 400u) << of;
  }
  EXPECT_TRUE(shown("/keypairs").as_array().at(0).at("defaultPair").as_bool());
}

}  // namespace kontor::runtime::identity::testing
