#include "dataplane/http/question.hpp"

#include <gtest/gtest.h>

namespace kontor::dataplane::http {
namespace {

const Asking asking{.scheme = "https", .authority = "data.example", .body_bytes_max = 10};

web::Request request_with(const std::vector<std::pair<std::string, std::string>>& fields) {
  web::Request request{.target = "/api/data/1", .peer_address = "192.0.2.7"};
  for (const auto& [name, value] : fields) request.headers.add(name, value);
  return request;
}

}  // namespace

TEST(Question, it_is_what_lies_behind_the_flow) {
  const auto question =
      question_of({.method = "PUT", .target = "/api/data/urn%3A1/a%20b/?c=d?e", .body = {.text = "x"}},
                  asking)
          .value();
  EXPECT_EQ(question.method, "PUT");
  EXPECT_EQ(question.path, "/a%20b/");
  EXPECT_EQ(question.query, "c=d?e");
  EXPECT_EQ(question.body.text, "x");
  const auto whole = question_of({.target = "/api/data/1"}, asking).value();
  EXPECT_EQ(whole.path, "");
  EXPECT_EQ(whole.query, "");
}

TEST(Question, what_concerns_the_connection_stays_here) {
  const auto headers = question_of(request_with({{"Connection", "close, X-Hop"},
                                                 {"connection", "Upgrade ,x-forwarded-for"},
                                                 {"X-Hop", "1"},
                                                 {"Upgrade", "websocket"},
                                                 {"TE", "trailers"},
                                                 {"Authorization", "Bearer t"},
                                                 {"Cookie", "a=b"},
                                                 {"Host", "evil.example"},
                                                 {"X-Stays", "1"},
                                                 {"X-Forwarded-For", "6.6.6.6"}}),
                                   asking)
                           .value()
                           .headers;
  EXPECT_EQ(headers.fields().size(), 4u);
  EXPECT_EQ(headers.get("X-Stays"), "1");
  EXPECT_EQ(headers.get("X-Forwarded-For"), "192.0.2.7");
  EXPECT_EQ(headers.get("X-Forwarded-Host"), "data.example");
  EXPECT_EQ(headers.get("X-Forwarded-Proto"), "https");
}

TEST(Question, a_body_has_a_bound) {
  web::Request request{.method = "POST", .target = "/api/data/1", .body = {.text = "eleven octe"}};
  const auto question = question_of(std::move(request), asking);
  ASSERT_FALSE(question);
  EXPECT_EQ(question.error().code, ErrorCode::too_large);
}

TEST(Question, a_token_stands_alone_or_behind_bearer) {
  EXPECT_EQ(access_token("Bearer abc"), "abc");
  EXPECT_EQ(access_token("bearer abc"), "abc");
  EXPECT_EQ(access_token("abc"), "abc");
  EXPECT_FALSE(access_token(""));
  EXPECT_FALSE(access_token("Bearer"));
  EXPECT_FALSE(access_token("Bearer "));
  EXPECT_FALSE(access_token("Bearer a b"));
  EXPECT_FALSE(access_token("Basic abc"));
}

}  // namespace kontor::dataplane::http
