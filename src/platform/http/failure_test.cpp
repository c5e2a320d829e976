#include "platform/http/failure.hpp"

#include <gtest/gtest.h>

namespace kontor::platform::http {
namespace {

TEST(Failure, what_may_be_answered_otherwise_a_moment_later_is_no_refusal) {
  for (const std::uint32_t status : {408u, 425u, 429u, 500u, 502u, 503u, 504u, 599u})
    EXPECT_EQ(failure_of(status), ErrorCode::peer_unavailable) << status;
  for (const std::uint32_t status : {100u, 301u, 400u, 401u, 403u, 404u, 409u, 410u, 422u, 451u})
    EXPECT_EQ(failure_of(status), ErrorCode::peer_refused) << status;
}

TEST(Failure, what_passes_in_a_protocol_alone_is_said_by_who_speaks_it) {
  EXPECT_EQ(failure_of(409, {401, 409}), ErrorCode::peer_unavailable);
  EXPECT_EQ(failure_of(401, {401, 409}), ErrorCode::peer_unavailable);
  EXPECT_EQ(failure_of(403, {401, 409}), ErrorCode::peer_refused);
}

}  // namespace
}  // namespace kontor::platform::http
