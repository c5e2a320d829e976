#include "platform/http/url.hpp"

#include <gtest/gtest.h>

#include "platform/http/message.hpp"

namespace kontor::platform::http {
namespace {

TEST(Url, is_read_into_one_spelling) {
  struct Case {
    const char* text;
    const char* scheme;
    const char* host;
    std::uint16_t port;
    const char* target;
    const char* authority;
  };
  for (const auto& c :
       {Case{"http://a", "http", "a", 80, "/", "a"},
        Case{"HTTPS://A.Example./x", "https", "a.example", 443, "/x", "a.example"},
        Case{"https://a:8443?q=%20#f", "https", "a", 8443, "/?q=%20", "a:8443"},
        Case{"http://a:443/", "http", "a", 443, "/", "a:443"},
        Case{"http://[::1]:80/p;v?q", "http", "::1", 80, "/p;v?q", "[::1]"},
        Case{"http://[2001:DB8::1]:81", "http", "2001:db8::1", 81, "/", "[2001:db8::1]:81"},
        Case{"http://192.0.2.1/", "http", "192.0.2.1", 80, "/", "192.0.2.1"},
        Case{"http://under_score.example/", "http", "under_score.example", 80, "/", "under_score.example"},
        Case{"http://4x.example/", "http", "4x.example", 80, "/", "4x.example"}}) {
    auto url = parse_url(c.text);
    ASSERT_TRUE(url) << c.text << ": " << url.error().message();
    EXPECT_EQ(url->scheme, c.scheme) << c.text;
    EXPECT_EQ(url->host, c.host) << c.text;
    EXPECT_EQ(url->port, c.port) << c.text;
    EXPECT_EQ(url->target, c.target) << c.text;
    EXPECT_EQ(url->authority(), c.authority) << c.text;
  }
}

TEST(Url, is_refused_when_it_could_mean_something_else) {
  for (auto text : {"",
                    "a",
                    "/a",
                    "//a/",
                    "http:",
                    "http://",
                    "http:///x",
                    "http://:80",
                    "ftp://a/",
                    "file:///etc/passwd",
                    "http://user@a/",
                    "http://user:password@a/",
                    "http://a:0/",
                    "http://a:65536/",
                    "http://a:x/",
                    "http://a b/",
                    "http://a/ b",
                    "http://a\r\nX: y/",
                    "http://a..b/",
                    "http://a../",
                    "http://./",
                    "http://.a/",
                    "http://a%2eb/",
                    "http://a%00/",
                    "http://\xc3\xa4/",
                    "http://a\\b/",
                    "http://[::1",
                    "http://[fe80::1%25eth0]/",
                    "http://[v1.x]/",
                    "http://a/%zz",
                    "http://-\x7f/"}) {
    auto url = parse_url(text);
    EXPECT_FALSE(url) << text;
    if (!url) EXPECT_EQ(url.error().code, ErrorCode::malformed) << text;
  }
}

TEST(Url, an_address_in_an_unusual_spelling_is_refused) {
  for (auto text :
       {"http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/",
        "http://127.0.1/", "http://127.0.0.01/", "http://017700000001/", "http://0x7f.0.0.0x1/",
        "http://127.0.0.1.2/", "http://127.0.0.1../", "http://256.0.0.1/", "http://1/", "http://0/",
        "http://a.0x1/", "http://a.1/", "http://127.0.0.1%2e/", "http://[127.0.0.1]/"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(Url, is_bounded) {
  EXPECT_FALSE(parse_url("http://a/" + std::string(20'000, 'x')));
}

TEST(Target, is_split_and_decoded) {
  auto target = parse_target("/a%2Fb/%C3%A4/c?x=1&y=a+b%2B&flag&x=2&=v");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments, (std::vector<std::string>{"a/b", "ä", "c"}));
  EXPECT_EQ(target->raw_path, "/a%2Fb/%C3%A4/c");
  EXPECT_EQ(target->parameter("x"), "1");
  EXPECT_EQ(target->parameter("y"), "a b+");
  EXPECT_EQ(target->parameter("flag"), "");
  EXPECT_EQ(target->parameter("z"), std::nullopt);
  EXPECT_EQ(target->query.size(), 5);
}

TEST(Target, the_root_has_no_segments_and_a_final_slash_is_an_empty_one) {
  EXPECT_TRUE(parse_target("/")->segments.empty());
  EXPECT_EQ(parse_target("/a/")->segments, (std::vector<std::string>{"a", ""}));
}

TEST(Target, is_refused_when_it_is_no_text_or_leads_elsewhere) {
  for (auto text : {"", "a", "*", "/%", "/%2", "/%zz", "/%00", "/%ff", "/a b", "/a\x01", "/..", "/a/../b",
                    "/%2e%2e/a", "/./a", "/a#b", "/?x=%ff", "/?x=%00", "/?%f", "/\x80"}) {
    auto target = parse_target(text);
    EXPECT_FALSE(target) << text;
    if (!target) EXPECT_EQ(target.error().code, ErrorCode::malformed) << text;
  }
}

}  // namespace
}  // namespace kontor::platform::http
