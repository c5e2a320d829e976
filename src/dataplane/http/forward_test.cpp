#include "dataplane/http/forward.hpp"

#include <gtest/gtest.h>

namespace kontor::dataplane::http {
namespace {

const source::HttpSource whole{
    .url = "https://a.example/base?k=1", .proxy_path = true, .proxy_query = true, .headers = {}};
const source::HttpSource fixed{
    .url = "https://a.example/base?k=1", .proxy_path = false, .proxy_query = false, .headers = {}};

}  // namespace

TEST(Forward, path_and_query_are_passed_on_where_the_source_allows_it) {
  EXPECT_EQ(source_url(whole, "/api/data/1").value(), "https://a.example/base?k=1");
  EXPECT_EQ(source_url(whole, "/api/data/1/x/y%20z?q=2").value(), "https://a.example/base/x/y%20z?k=1&q=2");
  EXPECT_EQ(source_url(whole, "/api/data/1/100%25").value(), "https://a.example/base/100%25?k=1");
  EXPECT_EQ(source_url(fixed, "/api/data/1/?q=2").value(), "https://a.example/base?k=1");
  EXPECT_EQ(source_url(fixed, "/api/data/1/x").error().code, ErrorCode::not_found);
}

TEST(Forward, a_segment_that_decodes_to_a_step_is_refused) {
  for (const auto* path : {"..", ".", "%2e%2e", "%2E.", "%252e%252e", "%25252e%25252e", "a%2f..%2fb",
                           "a%5c..", "..;v=1", "a%252f..%252f%25zz", "%00", "%zz"}) {
    const auto url = source_url(whole, std::string("/api/data/1/x/") + path);
    ASSERT_FALSE(url) << path;
    EXPECT_EQ(url.error().code, ErrorCode::invalid_input) << path;
  }
}

TEST(Forward, only_headers_about_the_data_pass) {
  web::Headers received;
  for (const auto* name : {"Range", "Authorization", "Cookie", "X-Forwarded-For", "Connection"})
    received.add(name, "v");
  const source::HttpSource source{.url = "https://a.example", .headers = {{"Authorization", "ours"}}};
  const auto out = request_headers(source, received);
  EXPECT_EQ(out.fields().size(), 2u);
  EXPECT_EQ(out.get("Range"), "v");
  EXPECT_EQ(out.get("Authorization"), "ours");

  web::Headers answered;
  for (const auto* name :
       {"content-type", "ETag", "Set-Cookie", "Transfer-Encoding", "Connection", "Location"}) {
    answered.add(name, "v");
  }
  const auto in = response_headers(answered);
  EXPECT_EQ(in.fields().size(), 3u);
  EXPECT_EQ(in.get("Content-Type"), "v");
  EXPECT_EQ(in.get("ETag"), "v");
  EXPECT_EQ(in.get("X-Content-Type-Options"), "nosniff");
}

TEST(Forward, what_the_source_holds_against_this_plane_is_not_the_callers_status) {
  for (unsigned status : {200u, 206u, 304u, 404u, 412u, 416u, 429u})
    EXPECT_TRUE(check_status(status)) << status;
  for (unsigned status : {301u, 302u, 307u, 308u, 401u, 403u, 407u, 500u, 503u}) {
    const auto checked = check_status(status);
    ASSERT_FALSE(checked) << status;
    EXPECT_EQ(checked.error().row().http_status, 502) << status;
  }
}

TEST(Forward, a_token_stands_behind_bearer_and_alone) {
  EXPECT_EQ(bearer_token("Bearer abc"), "abc");
  EXPECT_EQ(bearer_token("bearer abc"), "abc");
  EXPECT_FALSE(bearer_token("abc"));
  EXPECT_FALSE(bearer_token("Bearer "));
  EXPECT_FALSE(bearer_token("Bearer a b"));
  EXPECT_FALSE(bearer_token("Basic abc"));
}

}  // namespace kontor::dataplane::http
