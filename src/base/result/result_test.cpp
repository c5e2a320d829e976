#include "base/result/result.hpp"

#include <gtest/gtest.h>

namespace kontor {
namespace {

Error because(Error error, Error cause) {
  error.cause = std::make_shared<const Error>(std::move(cause));
  return error;
}

}  // namespace

TEST(Error, its_message_says_where_it_is) {
  EXPECT_EQ(Error(ErrorCode::invalid_input, "must be a string", "/a/b").message(), "/a/b must be a string");
  EXPECT_EQ(Error(ErrorCode::not_found, "there is no 'x'").message(), "there is no 'x'");
}

TEST(Error, its_message_says_where_each_cause_is_and_one_place_once) {
  const Error type(ErrorCode::invalid_input, "must be a string", "/type");
  EXPECT_EQ(because({ErrorCode::peer_refused, "the answer cannot be read"}, type).message(),
            "the answer cannot be read: /type must be a string");
  EXPECT_EQ(because({ErrorCode::invalid_input, "is no credential", "/type"}, type).message(),
            "is no credential: /type must be a string");
  EXPECT_EQ(because({ErrorCode::invalid_input, "is no credential", "/vc"}, type).message(),
            "/vc is no credential: /type must be a string");
}

TEST(Error, a_failure_keeps_the_place_of_what_it_follows_from) {
  const std::unexpected<Error> failed =
      fail(Error(ErrorCode::invalid_input, "must be a string", "/a"), "the body");
  EXPECT_EQ(failed.error().pointer, "/a");
  EXPECT_EQ(failed.error().message(), "the body: /a must be a string");
}

}  // namespace kontor
