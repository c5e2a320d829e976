#include "dataplane/source/forward.hpp"

#include <gtest/gtest.h>

namespace kontor::dataplane::source {
namespace {

const HttpAddress whole{.url = "https://a.example/base?k=1",
                        .proxy_path = true,
                        .proxy_query = true,
                        .content_type = {},
                        .headers = {}};
const HttpAddress fixed{.url = "https://a.example/base?k=1", .content_type = {}, .headers = {}};

Result<std::string> url_for(const HttpAddress& address, std::string path, std::string query = {}) {
  return source_url(address, {.path = std::move(path), .query = std::move(query)});
}

}  // namespace

TEST(Forward, path_and_query_are_passed_on_where_the_source_allows_it) {
  EXPECT_EQ(url_for(whole, "").value(), "https://a.example/base?k=1");
  EXPECT_EQ(url_for(whole, "/x/y%20z", "q=2").value(), "https://a.example/base/x/y%20z?k=1&q=2");
  EXPECT_EQ(url_for(whole, "/100%25").value(), "https://a.example/base/100%25?k=1");
  EXPECT_EQ(url_for(whole, "/gr%C3%BC%C3%9Fe").value(), "https://a.example/base/gr%C3%BC%C3%9Fe?k=1");
  EXPECT_EQ(url_for(fixed, "/", "q=2").value(), "https://a.example/base?k=1");
  EXPECT_EQ(url_for(fixed, "/x", "q=2").value(), "https://a.example/base?k=1");
}

TEST(Forward, a_segment_that_decodes_to_a_step_is_refused) {
  for (const auto* path : {"..",           ".",
                           "%2e%2e",       "%2E.",
                           "%252e%252e",   "%25252e%25252e",
                           "a%2f..%2fb",   "a%5c..",
                           "..;v=1",       "a%252f..%252f%25zz",
                           "%00",          "%zz",
                           "..%20",        "%20..",
                           "..%09",        "%c0%ae%c0%ae",
                           "%e0%80%ae",    "a%c0%afb",
                           "%f0%80%80%ae", "%u002e%u002e",
                           "%252e%2e",     "a%0d%0aHost:b",
                           "a%0ab",        "%7f"}) {
    const auto url = url_for(whole, std::string("/x/") + path);
    ASSERT_FALSE(url) << path;
    EXPECT_EQ(url.error().code, ErrorCode::invalid_input) << path;
  }
}

TEST(Forward, only_headers_about_the_data_pass) {
  web::Headers received;
  for (const auto* name : {"Range", "Authorization", "Cookie", "X-Forwarded-For", "Connection"})
    received.add(name, "v");
  const HttpAddress source{
      .url = "https://a.example", .content_type = "text/csv", .headers = {{"Authorization", "ours"}}};
  const auto out = request_headers(source, received, {}, false);
  EXPECT_EQ(out.fields().size(), 3u);
  EXPECT_EQ(out.get("Range"), "v");
  EXPECT_EQ(out.get("X-Forwarded-For"), "v");
  EXPECT_EQ(out.get("Authorization"), "ours");
  const std::vector<std::string> also{"cookie"};
  EXPECT_EQ(request_headers(source, received, also, false).get("Cookie"), "v");
  EXPECT_EQ(request_headers(source, received, {}, true).get("Content-Type"), "text/csv");

  web::Headers answered;
  for (const auto* name :
       {"content-type", "ETag", "Set-Cookie", "Transfer-Encoding", "Connection", "Location"}) {
    answered.add(name, "v");
  }
  const auto in = response_headers(answered, {});
  EXPECT_EQ(in.fields().size(), 2u);
  EXPECT_EQ(in.get("Content-Type"), "v");
  EXPECT_EQ(in.get("ETag"), "v");
}

TEST(Forward, no_field_that_proves_routes_or_frames_can_be_let_through) {
  for (const auto* name :
       {"Authorization", "cookie", "Set-Cookie", "HOST", "Connection", "Upgrade", "Transfer-Encoding",
        "content-length", "Proxy-Anything", "X-Forwarded-For", "Location", "", "a b", "a:b"}) {
    EXPECT_FALSE(check_passed_field(name)) << name;
  }
  EXPECT_TRUE(check_passed_field("X-Request-Id"));
}

TEST(Forward, what_the_source_holds_against_this_plane_is_not_the_callers_status) {
  for (unsigned status : {200u, 206u, 304u, 403u, 404u, 412u, 416u, 429u, 500u, 503u})
    EXPECT_TRUE(check_status(status)) << status;
  for (unsigned status : {301u, 302u, 307u, 308u, 401u, 407u}) {
    const auto checked = check_status(status);
    ASSERT_FALSE(checked) << status;
    EXPECT_EQ(checked.error().row().http_status, 502) << status;
  }
}

TEST(Forward, a_method_is_the_askers_where_the_source_allows_it) {
  auto open = whole;
  open.proxy_method = true;
  auto posts = fixed;
  posts.method = "POST";
  EXPECT_EQ(source_method(open, "DELETE").value(), "DELETE");
  EXPECT_EQ(source_method(fixed, "DELETE").value(), "GET");
  EXPECT_EQ(source_method(fixed, "HEAD").value(), "HEAD");
  EXPECT_EQ(source_method(posts, "GET").value(), "POST");
  EXPECT_EQ(source_method(posts, "HEAD").error().code, ErrorCode::method_not_allowed);
}

TEST(Forward, a_method_that_its_owner_did_not_name_is_refused) {
  auto some = whole;
  some.proxy_method = true;
  some.proxy_methods = {"GET", "POST"};
  EXPECT_EQ(source_method(some, "GET").value(), "GET");
  EXPECT_EQ(source_method(some, "POST").value(), "POST");
  for (const auto* method : {"HEAD", "PUT", "PATCH", "DELETE"}) {
    const auto refused = source_method(some, method);
    ASSERT_FALSE(refused) << method;
    EXPECT_EQ(refused.error().code, ErrorCode::method_not_allowed) << method;
    EXPECT_EQ(refused.error().detail, "use one of: GET, POST") << method;
  }
}

}  // namespace kontor::dataplane::source
