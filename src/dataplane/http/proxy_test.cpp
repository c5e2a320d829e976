#include "dataplane/http/test_pulls.hpp"

namespace kontor::dataplane::http::testing {
namespace {

/// A body of unknown length.
class PiecesBody : public web::BodyStream {
 public:
  explicit PiecesBody(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
  Task<Result<std::string>> read() override {
    co_return at_ == pieces_.size() ? std::string() : pieces_[at_++];
  }

 private:
  std::vector<std::string> pieces_;
  std::size_t at_ = 0;
};

using ProxyTest = PullTest;

}  // namespace

TEST_F(ProxyTest, a_range_and_a_head_request_are_answered_as_the_source_answers) {
  const auto access = start("1", source_at("/data"));
  web::Headers range;
  range.set("Range", "bytes=0-9");
  const auto part = plane->pull(access.endpoint, *access.access_token, "GET", range);
  EXPECT_EQ(part.status, 206u);
  EXPECT_EQ(part.body.text, world.data.substr(0, 10));
  EXPECT_EQ(part.headers.get("Content-Range"), "bytes 0-9/" + std::to_string(world.data.size()));
  web::Headers condition;
  condition.set("If-None-Match", "\"1\"");
  const auto same = plane->pull(access.endpoint, *access.access_token, "GET", condition);
  EXPECT_EQ(same.status, 304u);
  EXPECT_EQ(same.headers.get("ETag"), "\"1\"");
  const auto head = plane->pull(access.endpoint, *access.access_token, "HEAD");
  EXPECT_EQ(head.status, 200u);
  EXPECT_EQ(head.headers.get("Content-Length"), std::to_string(world.data.size()));
  EXPECT_EQ(head.body.text, "");
}

TEST_F(ProxyTest, no_path_leads_out_of_the_source) {
  const auto access = start("1", source_at("/data") + R"(,"proxyPath":"true","proxyQueryParams":"true")");
  EXPECT_EQ(plane->pull(access.endpoint + "/a/b?c=d", *access.access_token).status, 200u);
  ASSERT_EQ(world.requests.size(), 1u);
  EXPECT_EQ(world.requests[0].target, "/data/a/b?c=d");
  for (const auto* path :
       {"/../secret", "/%2e%2e/secret", "/%252e%252e/secret", "/a%2f..%2f..%2fsecret", "/..;/secret"}) {
    EXPECT_EQ(plane->pull(access.endpoint + path, *access.access_token).status, 400u) << path;
  }
}

TEST_F(ProxyTest, without_its_flag_nothing_of_the_asker_is_passed_on) {
  const auto access = start("1", source_at("/data?k=1"));
  for (const auto* method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
    web::Headers headers;
    headers.set("Content-Type", "text/plain");
    const web::Body body{.text = method == std::string("GET") ? "" : "ignored"};
    const auto answer =
        plane->pull(access.endpoint + "/a/b?q=2", *access.access_token, method, headers, body);
    EXPECT_EQ(answer.status, 200u) << method;
    EXPECT_EQ(world.requests.back().method, "GET") << method;
    EXPECT_EQ(world.requests.back().target, "/data?k=1") << method;
    EXPECT_EQ(world.requests.back().body.text, "") << method;
    EXPECT_FALSE(world.requests.back().headers.get("Content-Type")) << method;
  }
  EXPECT_EQ(world.requests.size(), 5u);
}

TEST_F(ProxyTest, with_its_flags_method_and_body_are_the_askers) {
  const auto access =
      start("1", source_at("/data") + R"(,"proxyMethod":"true","proxyBody":"true","contentType":"text/csv")");
  for (const auto* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    const auto answer =
        plane->pull(access.endpoint, *access.access_token, method, {}, {.text = "a question"});
    EXPECT_EQ(answer.status, 200u) << method;
    EXPECT_EQ(world.requests.back().method, method);
    EXPECT_EQ(world.requests.back().body.text, "a question") << method;
    EXPECT_EQ(world.requests.back().headers.get("Content-Type"), "text/csv") << method;
    EXPECT_EQ(world.requests.back().headers.get("Content-Length"), "10") << method;
  }
  web::Headers typed;
  typed.set("Content-Type", "application/json");
  plane->pull(access.endpoint, *access.access_token, "POST", typed, {.text = "{}"});
  EXPECT_EQ(world.requests.back().headers.get("Content-Type"), "application/json");
  const auto asked = world.requests.size();
  const auto refused =
      plane->pull(access.endpoint, *access.access_token, "POST", {}, {.text = std::string(100'001, 'x')});
  EXPECT_EQ(refused.status, 413u);
  EXPECT_EQ(world.requests.size(), asked);
}

TEST_F(ProxyTest, a_method_that_its_owner_did_not_name_reaches_no_source) {
  const auto some = source_at("/data") + R"(,"proxyMethod":"true","proxyMethods":"GET HEAD POST")";
  const auto access = start("1", some);
  for (const auto* method : {"GET", "HEAD", "POST"}) {
    EXPECT_EQ(plane->pull(access.endpoint, *access.access_token, method).status, 200u) << method;
    EXPECT_EQ(world.requests.back().method, method);
  }
  EXPECT_EQ(world.requests.size(), 3u);
  for (const auto* method : {"PUT", "PATCH", "DELETE"}) {
    const auto refused = plane->pull(access.endpoint, *access.access_token, method);
    EXPECT_EQ(refused.status, 405u) << method;
    EXPECT_EQ(json::parse(refused.body.text).value().at("detail").as_string(), "use one of: GET, HEAD, POST");
  }
  EXPECT_EQ(world.requests.size(), 3u);
}

TEST_F(ProxyTest, a_body_of_unknown_length_is_passed_on_in_pieces_or_whole_and_never_beyond_its_bound) {
  const auto pieces = start("1", source_at("/data") + R"(,"proxyMethod":"true","proxyBody":"true")");
  web::Body body;
  body.stream = std::make_shared<PiecesBody>(std::vector<std::string>{"one,", "two"});
  EXPECT_EQ(plane->pull(pieces.endpoint, *pieces.access_token, "POST", {}, body).status, 200u);
  EXPECT_EQ(world.requests.back().body.text, "one,two");
  EXPECT_EQ(world.requests.back().headers.get("Transfer-Encoding"), "chunked");
  const auto whole = start(
      "2", source_at("/data") + R"(,"proxyMethod":"true","proxyBody":"true","nonChunkedTransfer":"true")");
  body.stream = std::make_shared<PiecesBody>(std::vector<std::string>{"one,", "two"});
  EXPECT_EQ(plane->pull(whole.endpoint, *whole.access_token, "POST", {}, body).status, 200u);
  EXPECT_EQ(world.requests.back().body.text, "one,two");
  EXPECT_EQ(world.requests.back().headers.get("Content-Length"), "7");
  const auto asked = world.requests.size();
  for (const auto& access : {pieces, whole}) {
    body.stream = std::make_shared<PiecesBody>(std::vector<std::string>(3, std::string(40'000, 'x')));
    EXPECT_EQ(plane->pull(access.endpoint, *access.access_token, "POST", {}, body).status, 413u);
  }
  EXPECT_EQ(world.requests.size(), asked) << "an incomplete body was taken for a whole one";
}

TEST_F(ProxyTest, a_source_is_asked_with_its_own_method) {
  const auto access = start("1", source_at("/data") + R"(,"method":"POST","contentType":"text/csv")");
  EXPECT_EQ(plane->pull(access.endpoint, *access.access_token).status, 200u);
  EXPECT_EQ(world.requests.back().method, "POST");
  EXPECT_EQ(plane->pull(access.endpoint, *access.access_token, "HEAD").status, 405u);
  EXPECT_EQ(world.requests.size(), 1u);
}

TEST_F(ProxyTest, a_source_learns_of_the_way_what_this_plane_says_alone) {
  const auto access = start("1", source_at("/data"));
  web::Headers headers;
  headers.set("X-Forwarded-For", "6.6.6.6");
  headers.set("X-Forwarded-Host", "evil.example");
  headers.set("Forwarded", "for=6.6.6.6");
  headers.set("Cookie", "a=b");
  headers.set("Accept-Language", "de");
  headers.set("Last-Event-ID", "7");
  plane->pull(access.endpoint, *access.access_token, "GET", headers);
  const auto& passed = world.requests.at(0).headers;
  EXPECT_EQ(passed.get("X-Forwarded-For"), "127.0.0.1");
  EXPECT_EQ("http://" + std::string(passed.get("X-Forwarded-Host").value_or("")), plane->public_url());
  EXPECT_EQ(passed.get("X-Forwarded-Proto"), "http");
  EXPECT_EQ(passed.get("Accept-Language"), "de");
  EXPECT_EQ(passed.get("Last-Event-ID"), "7");
  EXPECT_FALSE(passed.get("Forwarded"));
  EXPECT_FALSE(passed.get("Cookie"));
  EXPECT_FALSE(passed.get("Authorization"));
}

TEST_F(ProxyTest, what_the_source_answers_is_what_the_asker_gets) {
  const auto broken = start("1", source_at("/broken"));
  const auto answer = plane->pull(broken.endpoint, *broken.access_token);
  EXPECT_EQ(answer.status, 503u);
  EXPECT_EQ(answer.body.text, "not today");
  EXPECT_EQ(answer.headers.get("Retry-After"), "7");
  const auto forbidden = start("2", source_at("/forbidden"));
  EXPECT_EQ(plane->pull(forbidden.endpoint, *forbidden.access_token).status, 403u);
  const auto packed = start("3", source_at("/packed"));
  const auto octets = plane->pull(packed.endpoint, *packed.access_token);
  EXPECT_EQ(octets.headers.get("Content-Encoding"), "gzip");
  EXPECT_EQ(octets.body.text, "octets");
}

TEST_F(ProxyTest, what_the_source_holds_against_this_plane_is_not_the_askers) {
  const auto closed = start("1", source_at("/closed"));
  const auto answer = plane->pull(closed.endpoint, *closed.access_token);
  EXPECT_EQ(answer.status, 502u);
  EXPECT_FALSE(answer.headers.get("WWW-Authenticate"));
}

TEST_F(ProxyTest, a_source_that_is_not_there_is_502_and_one_that_is_silent_504) {
  const auto nowhere = start("1", R"("baseUrl":"http://127.0.0.1:1/x")");
  EXPECT_EQ(plane->pull(nowhere.endpoint, *nowhere.access_token).status, 502u);
  boot({"127.0.0.0/8"}, std::chrono::hours(1), std::chrono::milliseconds(50));
  const auto silent = start("2", source_at("/silent"));
  EXPECT_EQ(plane->pull(silent.endpoint, *silent.access_token).status, 504u);
}

TEST_F(ProxyTest, events_pass_one_by_one) {
  const auto access = start("1", source_at("/events"));
  auto running = begin(access);
  ASSERT_TRUE(running) << running.error().message();
  EXPECT_EQ(running->headers.get("Content-Type"), "text/event-stream");
  for (const auto* event : {"data: 1\n\n", "data: 2\n\n"}) {
    world.events->say(event);
    EXPECT_EQ(loop.run(running->body.stream->read()).value(), event);
  }
}

TEST_F(ProxyTest, a_redirect_is_refused) {
  const auto redirect = start("1", source_at("/redirect"));
  EXPECT_EQ(plane->pull(redirect.endpoint, *redirect.access_token).status, 502u);
  EXPECT_EQ(world.requests.size(), 1u);
}

}  // namespace kontor::dataplane::http::testing
