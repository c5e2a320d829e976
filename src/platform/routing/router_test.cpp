#include "platform/routing/router.hpp"

#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "testing/async/run.hpp"

using namespace kontor;
using namespace kontor::platform;
using namespace kontor::protocol::api;
using routing::Call;
using routing::Reply;
using routing::Router;

namespace {

struct Thing {
  std::string name;
};
Result<void> read(const json::Node& node, Thing& out) {
  json::ObjectReader in(node);
  in.required("name", out.name);
  return in.done();
}
json::Value write(const Thing& thing) {
  return json::ObjectWriter().field("name", thing.name).done();
}

constexpr Route<Thing, Thing> create_thing{{.name = "create-thing",
                                            .method = Method::post,
                                            .path = "/participants/{participantContextId}/things",
                                            .concern = Concern::participant_data,
                                            .scope = "some-api:write",
                                            .body = BodyFormat::json,
                                            .success = 201}};
constexpr Route<Nothing, Thing> get_thing{{.name = "get-thing",
                                           .path = "/participants/{participantContextId}/things/{thingId}",
                                           .concern = Concern::participant_data,
                                           .scope = "some-api:read"}};
constexpr Route<Nothing, Thing> get_special{{.name = "get-special",
                                             .path = "/participants/{participantContextId}/things/special",
                                             .access = Access::open}};
constexpr Route<Thing, Nothing> post_form{{.name = "post-form",
                                           .method = Method::post,
                                           .path = "/form",
                                           .access = Access::client,
                                           .errors = ErrorBody::oauth,
                                           .body = BodyFormat::form,
                                           .success = 204}};
constexpr Route<Nothing, Thing> get_rest{
    {.name = "get-rest", .path = "/files/{path*}", .access = Access::open}};
constexpr Route<Nothing, Nothing> post_special{{.name = "post-special",
                                                .method = Method::post,
                                                .path = "/files/special",
                                                .access = Access::open,
                                                .success = 204}};
constexpr Route<Nothing, Nothing> post_anything{{.name = "post-anything",
                                                 .method = Method::post,
                                                 .path = "/anything",
                                                 .access = Access::open,
                                                 .body = BodyFormat::json,
                                                 .success = 204,
                                                 .exempt = {.optional_body = true, .any_object = true}}};
constexpr Route<Nothing, Thing> get_search{
    {.name = "get-search", .path = "/search", .access = Access::open, .query = "name size"}};
constexpr Route<Thing, Thing> post_message{{.name = "post-message",
                                            .method = Method::post,
                                            .path = "/dsp/{profile}/things",
                                            .access = Access::open,
                                            .errors = ErrorBody::dsp_catalog,
                                            .body = BodyFormat::json}};
constexpr Route<std::vector<std::string>, Nothing> put_names{{.name = "put-names",
                                                              .method = Method::put,
                                                              .path = "/api/identity/v1beta/names",
                                                              .access = Access::open,
                                                              .body = BodyFormat::json,
                                                              .success = 204}};
constexpr RouteInfo get_raw{
    .name = "get-raw", .path = "/raw", .access = Access::open, .errors = ErrorBody::dps};

Task<Result<Reply<Thing>>> echo(Call, Thing thing) {
  co_return Reply<Thing>{std::move(thing)};
}
Task<Result<Reply<Thing>>> name_of(Call call, std::string parameter) {
  co_return Reply<Thing>{Thing{call.id<EntityId>(parameter).str()}};
}
Task<Result<Reply<Nothing>>> done(Call, Thing thing) {
  if (thing.name == "broken pot") co_return fail(ErrorCode::internal, "the kiln exploded");
  if (thing.name == "hot pot") co_return fail(ErrorCode::unavailable, "the kiln is hot");
  if (thing.name == "one pot more") co_return fail(ErrorCode::too_many_requests, "the kiln is full");
  co_return Reply<Nothing>{};
}
Task<Result<Reply<Thing>>> search(Call call) {
  std::string found(call.target.parameter("name").value_or("-"));
  found += " " + std::string(call.target.parameter("other").value_or("-"));
  co_return Reply<Thing>{Thing{std::move(found)}};
}
Task<Result<void>> refuse_pots(const json::Value& body) {
  if (json::serialize(body).contains("pot")) co_return invalid("/name", "there are no pots");
  co_return Result<void>{};
}
/// Members in another spelling.
json::Value renamed(const json::Value& value, std::string_view from, std::string_view to) {
  json::Object out;
  for (const auto& entry : value.as_object()) {
    const std::string_view key = entry.key();
    out.emplace(key == from ? to : key, entry.value());
  }
  return out;
}
Task<std::optional<routing::BodyForm>> shouting_form(std::string profile) {
  if (profile != "loud") co_return std::nullopt;
  co_return routing::BodyForm{
      [](const json::Value& value) { return renamed(value, "NAME", "name"); },
      [](const json::Value& value) { return renamed(renamed(value, "name", "NAME"), "reason", "REASON"); }};
}
Task<Result<Reply<Nothing>>> nothing() {
  co_return Reply<Nothing>{};
}
Task<Result<http::Response>> absent() {
  co_return fail(ErrorCode::not_found, "there is nothing raw");
}
Task<Result<auth::Caller>> caller_named(std::string authorization) {
  if (authorization.empty()) co_return fail(ErrorCode::unauthenticated, "no token");
  co_return auth::Caller{"s", auth::Role::participant, ContextId(authorization), {}};
}

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() {
    router.authenticate_with(
        [](std::string authorization) { return caller_named(std::move(authorization)); });
    router.observe_with([this](const routing::Served& each) { served.push_back(each); });
    router.bind(create_thing, [](Call call, Thing thing) { return echo(std::move(call), std::move(thing)); });
    router.bind(get_thing, [](Call call, Nothing) { return name_of(std::move(call), "thingId"); });
    router.bind(get_special, [](Call, Nothing) { return echo({}, {"the special one"}); });
    router.bind(post_form, [](Call call, Thing thing) { return done(std::move(call), std::move(thing)); });
    router.bind(post_message, [](Call call, Thing thing) { return echo(std::move(call), std::move(thing)); });
    router.bind(post_special, [](Call, Nothing) { return nothing(); });
    router.bind(post_anything, [](Call, Nothing) { return nothing(); });
    router.bind(put_names, [](Call, std::vector<std::string>) { return nothing(); });
    router.bind_raw(get_raw, [](Call, http::Request) { return absent(); });
    router.bind(get_search, [](Call call, Nothing) { return search(std::move(call)); });
    router.bind(get_rest, [](Call call, Nothing) { return name_of(std::move(call), "path"); });
  }

  http::Response send(std::string method, std::string target, std::string body = "",
                      std::string token = "acme", std::string type = "application/json") {
    http::Request request{std::move(method), std::move(target)};
    if (!token.empty()) request.headers.set("Authorization", std::move(token));
    request.headers.set("Content-Type", std::move(type));
    request.body.text = std::move(body);
    return loop.run(router.handler(Listener::administration)(std::move(request)));
  }

  kontor::testing::VirtualLoop loop;
  Router router{loop.clock(), loop.random()};
  std::vector<routing::Served> served;
};

}  // namespace

TEST_F(RouterTest, a_handler_sees_the_query_that_its_route_declares_and_nothing_else) {
  EXPECT_EQ(send("GET", "/search?name=pot&other=lid").body.text, R"({"name":"pot -"})");
  EXPECT_EQ(send("GET", "/search?other=a&other=b").body.text, R"({"name":"- -"})");
  const auto twice = send("GET", "/search?name=a&name=b");
  EXPECT_EQ(twice.status, 400u);
  EXPECT_TRUE(twice.body.text.contains("'name' stands twice")) << twice.body.text;
}

TEST_F(RouterTest, a_body_that_the_check_refuses_reaches_no_handler) {
  std::vector<std::string> asked;
  router.check_bodies_with([&asked](const RouteInfo& route, const json::Value& body) {
    asked.emplace_back(route.name);
    return refuse_pots(body);
  });
  const auto refused = send("POST", "/participants/acme/things", R"({"name":"pot"})");
  EXPECT_EQ(refused.status, 400u);
  EXPECT_TRUE(refused.body.text.contains("no pots")) << refused.body.text;
  EXPECT_EQ(send("POST", "/participants/acme/things", R"({"name":"lid"})").status, 201u);
  EXPECT_EQ(send("POST", "/participants/acme/things", R"({"name":"pot"})", "globex").status, 403u);
  EXPECT_EQ(asked, (std::vector<std::string>{"create-thing", "create-thing"}));
}

TEST_F(RouterTest, who_speaks_another_form_is_read_answered_and_refused_in_it) {
  std::vector<std::string> asked;
  router.form_bodies_with([&asked](const RouteInfo& route, const Call& call) {
    asked.emplace_back(route.name);
    return shouting_form(call.id<EntityId>("profile").str());
  });
  EXPECT_EQ(send("POST", "/dsp/loud/things", R"({"NAME":"pot"})").body.text, R"({"NAME":"pot"})");
  EXPECT_EQ(send("POST", "/dsp/quiet/things", R"({"name":"pot"})").body.text, R"({"name":"pot"})");
  for (const char* body : {R"({"LID":"pot"})", "{", "[]", ""}) {
    const auto refused = send("POST", "/dsp/loud/things", body);
    EXPECT_EQ(refused.status, 400u) << body;
    EXPECT_TRUE(refused.body.text.contains("REASON")) << refused.body.text;
  }
  EXPECT_TRUE(send("POST", "/dsp/quiet/things", "{}").body.text.contains("reason"));
  EXPECT_EQ(send("POST", "/participants/acme/things", R"({"name":"pot"})").status, 201u);
  EXPECT_EQ(asked, std::vector<std::string>(7, "post-message")) << "routes of other APIs are not asked about";
}

TEST_F(RouterTest, a_declared_route_reads_runs_and_answers) {
  auto response = send("POST", "/participants/acme/things", R"({"name":"pot"})");
  EXPECT_EQ(response.status, 201u);
  EXPECT_EQ(response.body.text, R"({"name":"pot"})");
  EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
  ASSERT_EQ(served.size(), 1u);
  EXPECT_EQ(served[0].route->name, "create-thing");
  EXPECT_EQ(served[0].context, "acme");
}

TEST_F(RouterTest, a_literal_segment_wins_over_a_parameter_and_a_parameter_is_decoded) {
  EXPECT_EQ(send("GET", "/participants/acme/things/special").body.text, R"({"name":"the special one"})");
  EXPECT_EQ(send("GET", "/participants/acme/things/a%20b").body.text, R"({"name":"a b"})");
  EXPECT_EQ(send("GET", "/files/a/b/c").body.text, R"({"name":"a/b/c"})");
}

TEST_F(RouterTest, a_broken_body_is_refused_with_pointer_and_rule) {
  auto missing = send("POST", "/participants/acme/things", R"({"nam":"pot"})");
  EXPECT_EQ(missing.status, 400u);
  EXPECT_NE(missing.body.text.find(R"("path":"/name")"), std::string::npos) << missing.body.text;
  EXPECT_EQ(send("POST", "/participants/acme/things", "no json").status, 400u);
  EXPECT_EQ(send("POST", "/participants/acme/things", "").status, 400u);
  EXPECT_EQ(send("POST", "/participants/acme/things", "<x/>", "acme", "text/xml").status, 415u);
}

TEST_F(RouterTest, what_is_not_declared_is_not_found_or_not_allowed) {
  EXPECT_EQ(send("GET", "/nothing").status, 404u);
  auto wrong = send("DELETE", "/participants/acme/things");
  EXPECT_EQ(wrong.status, 405u);
  EXPECT_EQ(wrong.headers.get("Allow"), "POST");
}

TEST_F(RouterTest, a_wrong_method_is_refused_in_the_form_of_the_api_that_was_meant) {
  auto wrong = send("PUT", "/form");
  EXPECT_EQ(wrong.status, 405u);
  EXPECT_EQ(json::parse(wrong.body.text).value().at("error").as_string(), "invalid_request");
}

TEST_F(RouterTest, a_path_that_takes_the_rest_takes_none_that_is_known_under_another_method) {
  EXPECT_EQ(send("POST", "/files/special").status, 204u);
  auto wrong = send("GET", "/files/special");
  EXPECT_EQ(wrong.status, 405u);
  EXPECT_EQ(wrong.headers.get("Allow"), "POST");
  EXPECT_EQ(send("GET", "/files/other").status, 200u);
}

TEST_F(RouterTest, a_handler_of_raw_bodies_has_its_errors_written_as_every_other) {
  auto missing = send("GET", "/raw");
  EXPECT_EQ(missing.status, 404u);
  EXPECT_EQ(json::parse(missing.body.text).value().at("status").as_int64(), 404);
  EXPECT_EQ(missing.headers.get("Cache-Control"), "no-store");
}

TEST_F(RouterTest, a_body_is_an_object_or_there_is_none) {
  for (const char* body : {"7", "[]", "\"text\"", "null", "true"}) {
    EXPECT_EQ(send("POST", "/participants/acme/things", body).status, 400u) << body;
    EXPECT_EQ(send("POST", "/anything", body).status, std::string(body) == "null" ? 204u : 400u) << body;
  }
  EXPECT_EQ(send("POST", "/anything", "").status, 204u);
  EXPECT_EQ(send("POST", "/anything", "{}").status, 204u);
}

TEST_F(RouterTest, a_route_whose_type_is_a_list_reads_a_list_and_nothing_else) {
  const auto put = [this](const char* body) { return send("PUT", "/api/identity/v1beta/names", body); };
  EXPECT_EQ(put(R"(["pot","lid"])").status, 204u);
  EXPECT_EQ(put("[]").status, 204u);
  for (const char* body : {"{}", "null", "7", ""}) EXPECT_EQ(put(body).status, 400u) << body;
  const auto wrong = put(R"(["pot",7])");
  EXPECT_EQ(wrong.status, 400u);
  EXPECT_TRUE(wrong.body.text.contains(R"("path":"/1")")) << wrong.body.text;
}

TEST_F(RouterTest, a_path_of_an_older_version_is_answered_by_the_current_ones_route) {
  EXPECT_EQ(send("PUT", "/api/identity/v1alpha/names", "[]").status, 204u);
  EXPECT_EQ(served.back().route->name, "put-names");
  EXPECT_EQ(send("GET", "/api/identity/v1alpha/names").status, 405u);
  EXPECT_EQ(send("PUT", "/api/identity/v1/names", "[]").status, 404u);
  EXPECT_EQ(send("PUT", "/api/other/v1alpha/names", "[]").status, 404u);
  EXPECT_EQ(send("PUT", "/files/api/identity/v1alpha/names", "[]").status, 405u);
  EXPECT_EQ(send("GET", "/files/identity/v1alpha").body.text, R"({"name":"identity/v1alpha"})");
}

TEST_F(RouterTest, a_slash_at_the_end_of_a_path_is_overlooked) {
  EXPECT_EQ(send("POST", "/participants/acme/things/", R"({"name":"pot"})").status, 201u);
  EXPECT_EQ(send("GET", "/participants/acme/things/special/").body.text, R"({"name":"the special one"})");
  EXPECT_EQ(send("GET", "/files/a/").body.text, R"({"name":"a/"})") << "it is part of what takes the rest";
  EXPECT_EQ(send("POST", "/participants/acme/things//", R"({"name":"pot"})").status, 404u);
  EXPECT_EQ(send("GET", "/participants/acme/things/").status, 405u);
}

TEST_F(RouterTest, a_form_is_read_as_a_form_only) {
  EXPECT_EQ(send("POST", "/form", "name=pot", "", "application/x-www-form-urlencoded").status, 204u);
  EXPECT_EQ(send("POST", "/form", R"({"name":"pot"})", "", "application/json").status, 415u);
}

TEST_F(RouterTest, a_caller_without_token_or_with_a_foreign_one_gets_no_further) {
  EXPECT_EQ(send("GET", "/participants/acme/things/1", "", "").status, 401u);
  auto foreign = send("GET", "/participants/acme/things/1", "", "globex");
  auto nowhere = send("GET", "/participants/nobody/things/1", "", "globex");
  EXPECT_EQ(foreign.status, 403u);
  EXPECT_EQ(foreign.body.text, nowhere.body.text);
}

TEST_F(RouterTest, a_form_is_read_as_an_object_of_strings) {
  const std::string form = "application/x-www-form-urlencoded";
  EXPECT_EQ(send("POST", "/form", "name=a+b%26c", "", form).status, 204u);
  auto twice = send("POST", "/form", "name=a&name=b", "", form);
  EXPECT_EQ(twice.status, 400u);
  EXPECT_NE(twice.body.text.find("invalid_request"), std::string::npos);
}

TEST_F(RouterTest, who_may_ask_again_is_told_when) {
  const auto form = "application/x-www-form-urlencoded";
  const auto unavailable = send("POST", "/form", "name=hot+pot", "", form);
  EXPECT_EQ(unavailable.status, 503u);
  EXPECT_EQ(unavailable.headers.get("Retry-After"), "2");
  const auto full = send("POST", "/form", "name=one+pot+more", "", form);
  EXPECT_EQ(full.status, 429u);
  EXPECT_EQ(full.headers.get("Retry-After"), "2");
  EXPECT_FALSE(send("POST", "/form", "name=broken+pot", "", form).headers.get("Retry-After"));
}

TEST_F(RouterTest, a_defect_is_an_incident_that_does_not_tell_its_detail) {
  auto response = send("POST", "/form", "name=broken+pot", "", "application/x-www-form-urlencoded");
  EXPECT_EQ(response.status, 500u);
  EXPECT_EQ(response.body.text.find("kiln"), std::string::npos);
  ASSERT_FALSE(served.empty());
  const auto& incident = served.back().incident;
  EXPECT_NE(response.body.text.find(incident), std::string::npos);
  EXPECT_EQ(incident.size(), 12u) << "short enough to be read out: " << incident;
  EXPECT_NE(served.back().detail.find("kiln"), std::string::npos);
}
