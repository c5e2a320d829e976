#include <set>

#include "base/crypto/signature.hpp"
#include "runtime/secrets/secrets.hpp"
#include "testing/house/world.hpp"

// The Identity API's key pairs, asked over HTTP.
namespace kontor::runtime::identity::testing {
namespace {

namespace http = platform::http;
namespace jose = protocol::jose;
namespace vc = protocol::vc;
using namespace kontor::testing;
class KeyPairsTest : public World {
 protected:
  KeyPairsTest() { house.open(); }

  http::Response ask(std::string method, std::string path, std::string body = "") {
    http::Request request{std::move(method), {}, {}, {std::move(body), {}}};
    request.target = house.administration_url("/api/identity/v1beta/participants/acme/keypairs" + path);
    if (!request.body.text.empty()) request.headers.set("Content-Type", "application/json");
    return house.ask(std::move(request));
  }
  json::Value shown(const std::string& path) { return json::parse(ask("GET", path).body.text).value(); }
  static std::string key(const std::string& name, const std::string& rest) {
    return R"({"keyId":")" + name + R"(","privateKeyAlias":")" + name + R"(",)" + rest + "}";
  }
  static std::string generated(const std::string& name, const std::string& curve = "secp256r1") {
    return key(name, R"("keyGeneratorParams":{"algorithm":"EC","curve":")" + curve + R"("})");
  }
  std::string first_id() { return text_in(shown("").as_array().at(0), "id"); }
  static std::string text_in(const json::Value& value, const char* member) {
    return std::string(value.at(member).as_string());
  }
  using Names = std::set<std::string>;
  Names listed(const std::string& query) {
    Names names;
    for (const auto& each : shown(query).as_array()) {
      const auto key_id = text_in(each, "keyId");
      names.insert(key_id.substr(key_id.find('#') + 1));
    }
    return names;
  }
  std::size_t defaults() {
    std::size_t count = 0;
    for (const auto& each : shown("").as_array()) count += each.at("defaultPair").as_bool();
    return count;
  }
  http::Response document() {
    http::Request request;
    request.target = house.url("/acme/did.json");
    return house.ask(std::move(request));
  }
  crypto::PrivateKey made_elsewhere() {
    return crypto::PrivateKey::generate(crypto::KeyType::p256, loop.random()).value();
  }
  void keep_secret(const std::string& name, std::string value) {
    ASSERT_TRUE(loop.run(house.vault->put_secret(acme, secrets::name_in_vault(name), crypto::Secret(value))));
  }
  std::string signing_kid() {
    const auto token =
        loop.run(house.signing->sign(acme, domain::key_pair::Usage::sign_token, [](const vc::Signer& signer) {
          return jose::make_signing_input({.alg = signer.alg, .kid = signer.kid}, {});
        }));
    return *jose::parse_jws(*token)->header.kid;
  }
};

}  // namespace

TEST_F(KeyPairsTest, a_key_pair_is_shown_with_all_its_members_and_no_private_one) {
  const auto listed = shown("").as_array().at(0);
  std::vector<std::string> members;
  for (const auto& member : listed.as_object()) members.emplace_back(member.key());
  EXPECT_EQ(members, (std::vector<std::string>{"id", "participantContextId", "createdAt", "timestamp",
                                               "keyId", "groupName", "keyContext", "defaultPair",
                                               "useDuration", "rotationDuration", "serializedPublicKey",
                                               "privateKeyAlias", "state", "usage"}));
  const auto key = json::parse(text_in(listed, "serializedPublicKey")).value();
  EXPECT_EQ(key.at("crv").as_string(), "P-256");
  EXPECT_FALSE(key.as_object().contains("d"));
  EXPECT_TRUE(listed.at("defaultPair").as_bool());
}

TEST_F(KeyPairsTest, a_key_pair_is_found_by_its_id_and_by_its_key_id) {
  const auto id = first_id();
  EXPECT_EQ(shown("/" + id), shown("").as_array().at(0));
  EXPECT_EQ(text_in(shown("/key-1"), "id"), id);
  EXPECT_EQ(ask("GET", "/key-2").status, 404u);
}

TEST_F(KeyPairsTest, a_list_is_narrowed_to_the_keys_of_one_state) {
  ASSERT_EQ(ask("PUT", "", generated("next")).status, 204u);
  ASSERT_EQ(ask("PUT", "", generated("last")).status, 204u);
  ASSERT_EQ(ask("PUT", "", key("waits", R"("active":false,"keyGeneratorParams":{})")).status, 204u);
  EXPECT_EQ(listed("?state=ROTATED"), Names{});
  loop.clock().advance(KeyRingConfig{}.published_first);
  ASSERT_EQ(ask("POST", "/key-1/rotate").status, 204u);
  ASSERT_EQ(ask("POST", "/last/revoke").status, 204u);

  EXPECT_EQ(listed("?state=CREATED"), Names{"waits"});
  EXPECT_EQ(listed("?state=ACTIVATED"), Names{"next"});
  EXPECT_EQ(listed("?state=ROTATED"), Names{"key-1"});
  EXPECT_EQ(listed("?state=REVOKED"), Names{"last"});
  EXPECT_EQ(listed(""), (Names{"key-1", "next", "last", "waits"}));
  for (const std::string state : {"CREATED", "ACTIVATED", "ROTATED", "REVOKED"}) {
    const auto only = shown("?state=" + state).as_array().at(0);
    EXPECT_EQ(only, shown("/" + text_in(only, "id"))) << "as it is shown alone";
  }
}

TEST_F(KeyPairsTest, a_state_that_no_key_can_have_is_refused_with_the_known_ones) {
  for (const std::string state : {"ROTATE", "rotated", "300", ""}) {
    const auto answer = ask("GET", "?state=" + state);
    EXPECT_EQ(answer.status, 400u) << state;
    EXPECT_TRUE(answer.body.text.contains("/state")) << answer.body.text;
    EXPECT_TRUE(answer.body.text.contains("'" + state + "' is none of: CREATED, ACTIVATED, ROTATED, REVOKED"))
        << answer.body.text;
  }
}

TEST_F(KeyPairsTest, keys_of_the_common_curves_are_made_and_others_refused) {
  for (const char* curve : {"secp256r1", "P-384"})
    EXPECT_EQ(ask("PUT", "", generated(curve, curve)).status, 204u);
  EXPECT_EQ(ask("PUT", "", key("ed", R"("keyGeneratorParams":{"algorithm":"eddsa"})")).status, 204u);
  const auto p384 = json::parse(text_in(shown("/P-384"), "serializedPublicKey")).value();
  EXPECT_EQ(p384.at("crv").as_string(), "P-384");
  EXPECT_EQ(ask("PUT", "", generated("k", "secp521r1")).status, 400u);
  EXPECT_EQ(ask("PUT", "", key("k", R"("keyGeneratorParams":{"algorithm":"EDDSA","curve":"x25519"})")).status,
            400u);
}

TEST_F(KeyPairsTest, a_key_is_of_one_source) {
  const auto jwk = json::serialize(jose::write(jose::jwk_of(made_elsewhere().public_key())));
  EXPECT_EQ(ask("PUT", "", key("k", R"("active":true)")).status, 400u);
  EXPECT_EQ(ask("PUT", "", key("k", R"("keyGeneratorParams":{},"publicKeyJwk":)" + jwk)).status, 400u);
  EXPECT_EQ(shown("").as_array().size(), 1u);
}

TEST_F(KeyPairsTest, names_are_given_once_whatever_became_of_the_key) {
  ASSERT_EQ(ask("PUT", "", generated("k")).status, 204u);
  ASSERT_EQ(ask("POST", "/k/revoke").status, 204u);
  const auto other = [](const char* id, const char* alias) {
    return std::string(R"({"keyId":")") + id + R"(","privateKeyAlias":")" + alias +
           R"(","keyGeneratorParams":{"algorithm":"EC"}})";
  };
  EXPECT_EQ(ask("PUT", "", other("k", "other")).status, 409u);
  EXPECT_EQ(ask("PUT", "", other("other", "k")).status, 409u);
  EXPECT_EQ(ask("PUT", "", other("other", "other")).status, 204u);
}

TEST_F(KeyPairsTest, a_document_never_holds_more_keys_than_others_read) {
  const auto add = [&](int i) {
    const std::string active = i % 2 ? "true" : "false";
    const auto rest = R"("active":)" + active + R"(,"keyGeneratorParams":{"algorithm":"EC"})";
    return ask("PUT", "", key("k" + std::to_string(i), rest)).status;
  };
  for (int i = 1; i < 128; ++i) ASSERT_EQ(add(i), 204u) << i;
  EXPECT_EQ(add(128), 409u);
  EXPECT_EQ(ask("POST", "/key-1/rotate", generated("next")).status, 409u);
  EXPECT_TRUE(document().status == 200 && document().body.text.contains("#key-1")) << "which signs on";
  ASSERT_EQ(ask("POST", "/k1/revoke").status, 204u);
  EXPECT_EQ(ask("POST", "/key-1/rotate", generated("next")).status, 204u);
}

TEST_F(KeyPairsTest, nobody_publishes_a_key_under_the_did_of_another) {
  EXPECT_EQ(ask("PUT", "", generated("did:web:other.example#key-1")).status, 400u);
  EXPECT_EQ(ask("PUT", "", generated(acme_did.str() + "#key-2")).status, 204u);
}

TEST_F(KeyPairsTest, one_key_is_the_default) {
  ASSERT_EQ(ask("PUT", "", generated("a")).status, 204u);
  EXPECT_TRUE(shown("/key-1").at("defaultPair").as_bool());
  ASSERT_EQ(ask("PUT", "?makeDefault=true", generated("b")).status, 204u);
  EXPECT_TRUE(shown("/b").at("defaultPair").as_bool());
  EXPECT_EQ(defaults(), 1u);
  ASSERT_EQ(ask("POST", "/b/revoke").status, 204u);
  EXPECT_EQ(defaults(), 1u);
  EXPECT_EQ(ask("PUT", "?makeDefault=perhaps", generated("c")).status, 400u);
}

TEST_F(KeyPairsTest, a_key_that_is_not_active_is_activated_by_a_call) {
  ASSERT_EQ(
      ask("PUT", "?makeDefault=true", key("k", R"("active":false,"keyGeneratorParams":{"algorithm":"EC"})"))
          .status,
      204u);
  EXPECT_EQ(shown("/k").at("state").as_int64(), 100);
  EXPECT_FALSE(document().body.text.contains("#k\""));
  EXPECT_TRUE(shown("/key-1").at("defaultPair").as_bool());
  ASSERT_EQ(ask("POST", "/k/activate").status, 204u);
  EXPECT_EQ(shown("/k").at("state").as_int64(), 200);
  EXPECT_TRUE(document().body.text.contains("#k\""));
  EXPECT_TRUE(shown("/k").at("defaultPair").as_bool());
  EXPECT_EQ(defaults(), 1u);
}

TEST_F(KeyPairsTest, a_key_that_was_made_elsewhere_is_taken_with_the_private_half_that_the_owner_kept) {
  const auto private_key = made_elsewhere();
  const auto jwk = json::serialize(jose::write(jose::jwk_of(private_key.public_key())));
  const auto body = key("mine", R"("publicKeyJwk":)" + jwk);
  const auto without = ask("PUT", "?makeDefault=true", body);
  EXPECT_EQ(without.status, 400u);
  EXPECT_TRUE(without.body.text.contains("/privateKeyAlias")) << without.body.text;
  keep_secret("mine", json::encode(jose::private_jwk_of(private_key).value()));
  ASSERT_EQ(ask("PUT", "?makeDefault=true", body).status, 204u);
  loop.clock().advance(KeyRingConfig{}.published_first);
  EXPECT_EQ(signing_kid(), acme_did.str() + "#mine");
}

TEST_F(KeyPairsTest, a_key_in_pem_is_taken_though_its_line_ends_are_escaped_twice) {
  const auto private_key = made_elsewhere();
  keep_secret("mine", json::encode(jose::private_jwk_of(private_key).value()));
  auto pem = private_key.public_key().to_pem();
  for (auto at = pem.find('\n'); at != std::string::npos; at = pem.find('\n')) pem.replace(at, 1, "\\\\n");
  EXPECT_EQ(ask("PUT", "", key("mine", R"("publicKeyPem":")" + pem + R"(")")).status, 204u);
  EXPECT_EQ(ask("PUT", "", key("other", R"("publicKeyPem":"no key")")).status, 400u);
}

TEST_F(KeyPairsTest, a_public_key_whose_private_half_is_that_of_another_is_refused) {
  const auto jwk = json::serialize(jose::write(jose::jwk_of(made_elsewhere().public_key())));
  keep_secret("mine", json::encode(jose::private_jwk_of(made_elsewhere()).value()));
  EXPECT_EQ(ask("PUT", "", key("mine", R"("publicKeyJwk":)" + jwk)).status, 400u);
  const auto private_jwk = json::encode(jose::private_jwk_of(made_elsewhere()).value());
  EXPECT_EQ(ask("PUT", "", key("mine", R"("publicKeyJwk":)" + private_jwk)).status, 400u);
  EXPECT_TRUE(loop.run(house.vault->list_keys(acme))->size() == 1u);
}

TEST_F(KeyPairsTest, a_key_is_rotated_once_its_successor_has_been_published_for_long_enough) {
  ASSERT_EQ(ask("POST", "/key-1/rotate?duration=86400000", generated("next", "P-384")).status, 204u);
  EXPECT_EQ(shown("/key-1").at("state").as_int64(), 200);
  EXPECT_EQ(signing_kid(), acme_did.str() + "#key-1");
  EXPECT_TRUE(document().body.text.contains("#next"));
  EXPECT_TRUE(shown("/next").at("defaultPair").as_bool());
  EXPECT_EQ(defaults(), 1u);
  loop.clock().advance(KeyRingConfig{}.published_first);
  const auto rotated = [](const domain::key_pair::KeyPair& each) {
    return each.state == domain::key_pair::State::rotated;
  };
  ASSERT_TRUE(loop.run(house.engine->wait<domain::key_pair::Machine>(
      acme, EntityId(text_in(shown("/key-1"), "id")), rotated, platform::async::Deadline::never())));
  EXPECT_EQ(shown("/key-1").at("state").as_int64(), 300);
  EXPECT_EQ(shown("/key-1").at("rotationDuration").as_int64(), 86400000);
  EXPECT_EQ(signing_kid(), acme_did.str() + "#next");
}

TEST_F(KeyPairsTest, a_rotation_that_is_repeated_makes_no_second_successor) {
  ASSERT_EQ(ask("POST", "/key-1/rotate").status, 204u);
  ASSERT_EQ(ask("POST", "/key-1/rotate").status, 204u);
  EXPECT_EQ(shown("").as_array().size(), 2u);
  const auto named = generated("next");
  ASSERT_EQ(ask("POST", "/key-1/rotate", named).status, 204u);
  ASSERT_EQ(ask("POST", "/key-1/rotate", named).status, 204u);
  EXPECT_EQ(shown("").as_array().size(), 3u);
}

TEST_F(KeyPairsTest, a_successor_signs_for_all_that_the_key_signed_for) {
  const auto tokens_only = key("next", R"("usage":"sign_token","keyGeneratorParams":{"algorithm":"EC"})");
  EXPECT_EQ(ask("POST", "/key-1/rotate", tokens_only).status, 400u);
  EXPECT_EQ(ask("POST", "/key-1/rotate", key("next", R"("active":false,"keyGeneratorParams":{})")).status,
            400u);
  EXPECT_EQ(ask("POST", "/key-1/rotate?duration=-1", generated("next")).status, 400u);
  EXPECT_EQ(ask("POST", "/key-1/rotate?duration=soon", generated("next")).status, 400u);
  EXPECT_EQ(shown("").as_array().size(), 1u);
}

TEST_F(KeyPairsTest, a_revoked_key_is_followed_at_once_by_the_one_that_is_named) {
  ASSERT_EQ(ask("POST", "/key-1/revoke", generated("next")).status, 204u);
  EXPECT_EQ(signing_kid(), acme_did.str() + "#next");
  EXPECT_FALSE(document().body.text.contains("#key-1"));
  EXPECT_EQ(shown("/key-1").at("state").as_int64(), 400);
}

TEST_F(KeyPairsTest, what_the_state_of_a_key_does_not_allow_is_refused) {
  ASSERT_EQ(ask("POST", "/key-1/revoke", generated("next")).status, 204u);
  for (const char* command : {"/activate", "/rotate", "/revoke"})
    EXPECT_EQ(ask("POST", std::string("/key-1") + command).status, 409u) << command;
  EXPECT_EQ(ask("POST", "/key-1/rotate", generated("another")).status, 409u);
  EXPECT_EQ(ask("POST", "/key-1/revoke", generated("another")).status, 409u);
  EXPECT_EQ(shown("").as_array().size(), 2u);
}

TEST_F(KeyPairsTest, a_participant_that_is_not_active_gets_no_keys) {
  ASSERT_TRUE(loop.run(house.contexts->set_active(acme, false, "operator")));
  EXPECT_EQ(ask("PUT", "", generated("k")).status, 400u);
}

}  // namespace kontor::runtime::identity::testing
