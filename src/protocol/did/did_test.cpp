#include "protocol/did/did.hpp"

#include <gtest/gtest.h>

#include "protocol/did/web.hpp"

using namespace kontor;
using namespace kontor::protocol;

namespace {

std::string url_of(std::string did, did::WebScheme scheme = did::WebScheme::https) {
  const auto url = did::document_url(Did(std::move(did)), scheme);
  return url ? *url : std::string(url.error().row().name);
}

std::string did_at(std::string_view authority, std::string_view path) {
  const auto found = did::did_at({authority, path});
  return found ? found->str() : std::string(found.error().row().name);
}

}  // namespace

TEST(DidSyntax, a_did_is_kept_byte_by_byte) {
  for (auto text : {"did:web:a.example", "did:web:host%3A8080:acme", "did:web:host%3a8080:acme",
                    "did:key:z6Mk-_.", "did:example:a::b", "did:ex4mple:%20"}) {
    EXPECT_EQ(did::parse_did(text).value().str(), text);
  }
}

TEST(DidSyntax, what_breaks_the_grammar_is_malformed) {
  for (auto text :
       {"",           "did",         "did:",        "did:web",     "did:web:",    "did::a",      "did:Web:a",
        "DID:web:a",  "did:web:a:",  "did:web:a b", "did:web:a#k", "did:web:a/p", "did:web:a?q", "did:web:%",
        "did:web:%4", "did:web:%zz", "did:web:ä",   "did:web:a\n", " did:web:a",  "did:we-b:a"}) {
    const auto did = did::parse_did(text);
    ASSERT_FALSE(did) << text;
    EXPECT_EQ(did.error().code, ErrorCode::malformed);
  }
  EXPECT_FALSE(did::parse_did("did:web:" + std::string(did::did_bytes_max, 'a')));
}

TEST(DidSyntax, a_did_url_is_taken_apart_and_put_together) {
  const auto url = did::parse_did_url("did:web:a.example/path/x?versionId=1&a=b#key-1").value();
  EXPECT_EQ(url, (did::DidUrl{Did("did:web:a.example"), "/path/x", "versionId=1&a=b", "key-1"}));
  EXPECT_EQ(to_string(url), "did:web:a.example/path/x?versionId=1&a=b#key-1");
  EXPECT_EQ(to_string(did::parse_did_url("did:web:a#k/1?x").value()), "did:web:a#k/1?x");
  EXPECT_EQ(did::parse_did_url("did:web:a").value(), (did::DidUrl{Did("did:web:a"), "", "", ""}));
  for (auto bad : {"#key-1", "did:web#k", "did:web:a#k#l", "did:web:a#k l", "did:web:a/%zz", "did:web:a?\"",
                   "https://a#k"}) {
    EXPECT_FALSE(did::parse_did_url(bad)) << bad;
  }
}

TEST(DidSyntax, a_key_id_becomes_absolute) {
  const Did did("did:web:a");
  EXPECT_EQ(did::absolute_id(did, "#k"), "did:web:a#k");
  EXPECT_EQ(did::absolute_id(did, "k"), "did:web:a#k");
  EXPECT_EQ(did::absolute_id(did, "did:web:b#k"), "did:web:b#k");
  EXPECT_EQ(did::method_of(did), "web");
  EXPECT_EQ(did::method_specific_id(Did("did:web:a:b")), "a:b");
  EXPECT_EQ(did::method_of(Did("web:a")), "");
}

TEST(DidWeb, the_document_stands_at_one_of_two_places) {
  EXPECT_EQ(url_of("did:web:w3c-ccg.github.io"), "https://w3c-ccg.github.io/.well-known/did.json");
  EXPECT_EQ(url_of("did:web:w3c-ccg.github.io:user:alice"), "https://w3c-ccg.github.io/user/alice/did.json");
  EXPECT_EQ(url_of("did:web:example.com%3A3000:user:alice"), "https://example.com:3000/user/alice/did.json");
  EXPECT_EQ(url_of("did:web:example.com%3a3000"), "https://example.com:3000/.well-known/did.json");
  EXPECT_EQ(url_of("did:web:localhost%3A8080:a", did::WebScheme::http), "http://localhost:8080/a/did.json");
  EXPECT_EQ(url_of("did:web:a_b:x%20y"), "malformed");
  EXPECT_EQ(url_of("did:web:a_b:x%C3%A4y"), "https://a_b/x%C3%A4y/did.json");
}

TEST(DidWeb, no_did_reaches_beyond_its_host_and_path) {
  for (auto bad : {"did:key:z6Mk",
                   "did:web:user%40host",
                   "did:web:%5B%3A%3A1%5D",
                   "did:web:host%2Fpath",
                   "did:web:host%3A",
                   "did:web:host%3A0",
                   "did:web:host%3A65536",
                   "did:web:host%3A80%3A81",
                   "did:web:host%3A+80",
                   "did:web:host%23",
                   "did:web:host%3Fq",
                   "did:web:host%00",
                   "did:web:-host",
                   "did:web:a..b",
                   "did:web:.a",
                   "did:web::a",
                   "did:web:host::a",
                   "did:web:host:..:a",
                   "did:web:host:%2e%2e:a",
                   "did:web:host:.:a",
                   "did:web:host:a%2Fb",
                   "did:web:host:a%3Fb",
                   "did:web:host:a%23b",
                   "did:web:host:a%5Cb",
                   "did:web:host:a%0Ab",
                   "did:web:host:a%252e",
                   "did:web:host:a%7Fb"}) {
    EXPECT_EQ(url_of(bad), "malformed") << bad;
  }
}

TEST(DidWeb, a_request_names_the_did_it_is_about) {
  EXPECT_EQ(did_at("a.example", "/.well-known/did.json"), "did:web:a.example");
  EXPECT_EQ(did_at("a.example:7083", "/acme/did.json"), "did:web:a.example%3A7083:acme");
  EXPECT_EQ(did_at("a.example", "/user/alice/did.json"), "did:web:a.example:user:alice");
  EXPECT_EQ(did_at("a.example", "/~x/did.json"), "did:web:a.example:%7Ex");
  EXPECT_EQ(did_at("a.example", "/did.json"), "not_found");
  EXPECT_EQ(did_at("a.example", "/acme"), "not_found");
  EXPECT_EQ(did_at("a.example", "/acme/did.jsonx"), "not_found");
  for (auto bad : {"/../did.json", "//did.json", "/a//did.json", "/a/%2e%2e/did.json", "/a%2Fb/did.json",
                   "/a b/did.json"}) {
    EXPECT_EQ(did_at("a.example", bad), "malformed") << bad;
  }
  EXPECT_EQ(did_at("a.example:x", "/acme/did.json"), "malformed");
  EXPECT_EQ(did_at("", "/acme/did.json"), "malformed");
}

TEST(DidWeb, address_and_did_are_each_others_inverse) {
  for (auto did :
       {"did:web:a.example", "did:web:a.example%3A7083:acme", "did:web:h:a:b:c", "did:web:h:x%7Ey%C3%A4"}) {
    const auto url = url_of(did).substr(std::string_view("https://").size());
    const auto slash = url.find('/');
    EXPECT_EQ(did_at(url.substr(0, slash), url.substr(slash)), did);
  }
}
