#include "runtime/transfer_process/renewal.hpp"

#include <gtest/gtest.h>

#include "base/text/encoding.hpp"
#include "runtime/transfer_process/consumer_for_test.hpp"

namespace kontor::runtime::transfer_process {
namespace {

using namespace std::chrono_literals;
using kontor::testing::LoopbackServer;
using platform::engine::Command;
using transfer::Machine;
namespace http = platform::http;
namespace dsp = protocol::dsp;

class RenewalTest : public testing::ConsumerTest {};

}  // namespace

TEST_F(RenewalTest, a_token_that_is_good_is_given_as_it_is) {
  EXPECT_EQ(token(), "token-1");
  loop.clock().advance(569s);
  EXPECT_EQ(token(), "token-1");
  EXPECT_EQ(server.asked("/token"), 0u);
}

TEST_F(RenewalTest, a_token_that_is_about_to_expire_is_renewed_before_it_is_given) {
  renews(2);
  loop.clock().advance(571s);
  EXPECT_EQ(token(), "token-2");
  EXPECT_EQ(presented(), "grant_type=refresh_token&refresh_token=refresh%201");
  const auto authorization = std::string(server.last("/token").headers.get("Authorization").value_or(""));
  const auto begin = authorization.find('.') + 1;
  const auto claims = text::base64url_decode(authorization.substr(begin, authorization.rfind('.') - begin));
  ASSERT_TRUE(claims) << authorization;
  const auto read = json::parse(text_of(*claims)).value();
  EXPECT_EQ(read.at("iss").as_string(), acme_did.str());
  EXPECT_EQ(read.at("sub").as_string(), acme_did.str());
  EXPECT_EQ(read.at("aud").as_string(), globex.did().str());
  EXPECT_EQ(read.at("token").as_string(), "token-1");
  renews(3);
  loop.clock().advance(571s);
  EXPECT_EQ(token(), "token-3") << "the new token has a life of its own";
  EXPECT_EQ(presented(), "grant_type=refresh_token&refresh_token=refresh%202");
}

TEST_F(RenewalTest, all_who_ask_at_once_share_one_renewal) {
  renews(2);
  loop.clock().advance(700s);
  std::vector<Task<Result<dsp::DataAddress>>> askers;
  for (int i = 0; i < 8; ++i) askers.push_back(access());
  for (const auto& each : kontor::testing::run_together(loop, std::move(askers))) {
    ASSERT_TRUE(each) << each.error().message();
    EXPECT_EQ(*each->property("authorization"), "token-2");
  }
  EXPECT_EQ(server.asked("/token"), 1u);
}

TEST_F(RenewalTest, an_answer_that_is_lost_does_not_lose_the_access) {
  server.answer("/token", "the way back is broken", 502);
  loop.clock().advance(571s);
  EXPECT_EQ(token(), "token-1") << "it is good for some seconds more";
  renews(2);
  EXPECT_EQ(token(), "token-2");
  EXPECT_EQ(presented(), "grant_type=refresh_token&refresh_token=refresh%201");
}

TEST_F(RenewalTest, a_renewal_whose_own_token_is_not_taken_is_asked_for_again_under_another) {
  std::set<std::string> tokens;
  server.answer("/token", [&](const platform::http::Request& request) {
    tokens.emplace(request.headers.get("Authorization").value_or(""));
    platform::http::Response response{tokens.size() < 3 ? 401u : 200u, {}, {}};
    response.body.text = R"({"access_token":"token-2","token_type":"Bearer","expires_in":600})";
    return response;
  });
  loop.clock().advance(571s);
  EXPECT_EQ(token(), "token-2");
  EXPECT_EQ(tokens.size(), 3u);
}

TEST_F(RenewalTest, an_access_that_has_expired_and_is_refused_is_told_with_its_reason) {
  server.answer("/token", R"({"error":"invalid_grant"})", 400);
  loop.clock().advance(700s);
  const auto refused = loop.run(access());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::peer_unavailable);
  EXPECT_TRUE(refused.error().detail.contains("400")) << refused.error().detail;
}

TEST_F(RenewalTest, an_answer_that_is_none_leaves_the_token_as_it_was) {
  server.answer("/token", R"({"access_token":7})");
  loop.clock().advance(571s);
  EXPECT_EQ(token(), "token-1");
  renews(2);
  EXPECT_EQ(token(), "token-2");
}

TEST_F(RenewalTest, a_transfer_that_is_suspended_gives_no_access_and_renews_none) {
  ASSERT_TRUE(apply(transfer::SuspensionReceived{
      {dsp::MessageId("suspension"), globex.did(), {dsp::Pid("theirs"), pid}}, {}, {}}));
  loop.clock().advance(700s);
  EXPECT_EQ(token(), "not_found");
  EXPECT_EQ(server.asked("/token"), 0u);
}

TEST(Renewal, a_token_endpoint_is_as_protected_as_the_data) {
  transfer::RenewToken order;
  order.data_address = dsp::DataAddress{"http",
                                        "https://example.org/data",
                                        {{"authorization", "t"},
                                         {"refreshToken", "r"},
                                         {"expiresIn", "60"},
                                         {"refreshEndpoint", "http://example.org/token"}}};
  EXPECT_FALSE(renewal_of(order));
  order.data_address->properties.back().value = "https://example.org/token";
  EXPECT_EQ(renewal_of(order)->url, "https://example.org/token");
  order.data_address->properties.pop_back();
  EXPECT_EQ(renewal_of(order)->url, "https://example.org/data") << "where none is named, it is the data's";
}

TEST(Renewal, a_refresh_token_that_is_not_replaced_goes_on) {
  const dsp::DataAddress before{
      "http", "https://example.org/data", {{"refreshToken", "r"}, {"expiresIn", "60"}}};
  const auto after = renewed(before, R"({"access_token":"new","token_type":"Bearer"})").value();
  EXPECT_EQ(*after.property("refreshToken"), "r");
  EXPECT_EQ(*after.property("expiresIn"), "60");
  EXPECT_EQ(*after.property("authorization"), "new");
}

}  // namespace kontor::runtime::transfer_process
