#include "base/text/encoding.hpp"
#include "testing/house/world.hpp"

// DIDs of the Identity API, and what others find at their addresses.
namespace kontor::runtime::identity::testing {
namespace {

namespace http = platform::http;
using namespace kontor::testing;
class DidsTest : public World {
 protected:
  DidsTest() { house.open(); }

  http::Response ask(std::string method, const std::string& path, std::string body = "") {
    http::Request request{std::move(method), {}, {}, {std::move(body), {}}};
    request.target = house.administration_url("/api/identity/v1beta/participants/acme/dids" + path);
    if (!request.body.text.empty()) request.headers.set("Content-Type", "application/json");
    return house.ask(std::move(request));
  }
  http::Response post(const std::string& path) {
    return ask("POST", path, R"({"did":")" + acme_did.str() + R"("})");
  }
  http::Response change(std::string method, const std::string& endpoint, const std::string& query = "") {
    return ask(std::move(method), "/" + encoded() + "/endpoints" + query,
               R"({"id":"s","type":"Sort","serviceEndpoint":")" + endpoint + R"("})");
  }
  std::string encoded() { return text::base64url_encode(bytes_of(acme_did.str())); }
  http::Response get(const std::string& path, const std::string& known = "") {
    http::Request request;
    request.target = house.url(path);
    if (!known.empty()) request.headers.set("If-None-Match", known);
    return house.ask(std::move(request));
  }
  void act(bool active) { ASSERT_TRUE(loop.run(house.contexts->set_active(acme, active, "operator"))); }
};

}  // namespace

TEST_F(DidsTest, what_is_published_follows_from_whether_the_participant_acts) {
  EXPECT_EQ(post("/state").body.text, "\"PUBLISHED\"");
  EXPECT_EQ(post("/publish").status, 204u);
  EXPECT_EQ(post("/unpublish").status, 409u);
  EXPECT_EQ(get("/acme/did.json").status, 200u);
  act(false);
  EXPECT_EQ(post("/state").body.text, "\"UNPUBLISHED\"");
  EXPECT_EQ(post("/publish").status, 409u);
  EXPECT_EQ(post("/unpublish").status, 204u);
  EXPECT_EQ(get("/acme/did.json").status, 404u);
}

TEST_F(DidsTest, the_did_of_another_is_as_unknown_as_none) {
  const auto other = house.participant("other");
  for (const auto& did : {other.str(), std::string("did:web:nobody.example")}) {
    const auto answer = ask("POST", "/state", R"({"did":")" + did + R"("})");
    EXPECT_EQ(answer.status, 404u);
    EXPECT_TRUE(answer.body.text.contains("no such DID")) << answer.body.text;
    const auto path = "/" + text::base64url_encode(bytes_of(did)) + "/endpoints?serviceId=s";
    EXPECT_EQ(ask("DELETE", path).status, 404u);
  }
}

TEST_F(DidsTest, a_document_is_found_by_query_published_or_not) {
  act(false);
  const auto found = json::parse(ask("POST", "/query", "{}").body.text).value();
  ASSERT_EQ(found.as_array().size(), 1u);
  EXPECT_EQ(found.as_array()[0].at("id").as_string(), acme_did.str());
  const auto by = [&](const std::string& did) {
    const auto answer =
        ask("POST", "/query",
            R"({"filterExpression":[{"operandLeft":"did","operator":"=","operandRight":")" + did + R"("}]})");
    return json::parse(answer.body.text).value().as_array().size();
  };
  EXPECT_EQ(by(acme_did.str()), 1u);
  EXPECT_EQ(by("did:web:nobody.example"), 0u);
}

TEST_F(DidsTest, a_service_is_added_once_replaced_and_removed) {
  ASSERT_EQ(change("POST", "https://a.example/one").status, 204u);
  EXPECT_EQ(change("POST", "https://a.example/two").status, 409u);
  ASSERT_EQ(change("PATCH", "https://a.example/three").status, 204u);
  const auto document = json::parse(get("/acme/did.json").body.text).value();
  ASSERT_EQ(document.at("service").as_array().size(), 1u);
  EXPECT_EQ(document.at("service").as_array()[0].at("serviceEndpoint").as_string(),
            "https://a.example/three");
  const auto place = "/" + encoded() + "/endpoints";
  EXPECT_EQ(ask("DELETE", place).status, 400u);
  ASSERT_EQ(ask("DELETE", place + "?serviceId=s").status, 204u);
  EXPECT_EQ(ask("DELETE", place + "?serviceId=s").status, 404u);
  EXPECT_EQ(change("PATCH", "https://a.example/four").status, 404u);
  EXPECT_FALSE(get("/acme/did.json").body.text.contains("a.example"));
}

TEST_F(DidsTest, a_service_is_at_an_address_and_published_only_for_who_acts) {
  EXPECT_EQ(change("POST", "ftp://a.example").status, 400u);
  EXPECT_EQ(change("POST", "https://a.example", "?autoPublish=perhaps").status, 400u);
  act(false);
  EXPECT_EQ(change("POST", "https://a.example", "?autoPublish=true").status, 409u);
  EXPECT_EQ(change("POST", "https://a.example").status, 204u);
  act(true);
  EXPECT_TRUE(get("/acme/did.json").body.text.contains("a.example"));
}

TEST_F(DidsTest, a_document_is_found_below_well_known_too) {
  const auto answer = get("/acme/.well-known/did.json");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.body.text, get("/acme/did.json").body.text);
  EXPECT_EQ(get("/.well-known/did.json").status, 404u);
  EXPECT_EQ(get("/nobody/.well-known/did.json").status, 404u);
}

TEST_F(DidsTest, a_document_that_is_known_is_not_sent_again_until_it_changes) {
  const std::string tag(get("/acme/did.json").headers.get("ETag").value_or(""));
  ASSERT_FALSE(tag.empty());
  const auto same = get("/acme/did.json", tag);
  EXPECT_EQ(same.status, 304u);
  EXPECT_EQ(same.body.text, "");
  ASSERT_EQ(change("POST", "https://a.example/one").status, 204u);
  const auto changed = get("/acme/did.json", tag);
  EXPECT_EQ(changed.status, 200u);
  EXPECT_NE(changed.headers.get("ETag"), tag);
  EXPECT_EQ(changed.headers.get("Cache-Control"), "max-age=60");
}

}  // namespace kontor::runtime::identity::testing
