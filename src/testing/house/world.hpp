#pragma once

#include <gtest/gtest.h>

#include "testing/house/house.hpp"
#include "testing/party/party.hpp"

namespace kontor::testing {

/// For tests of what is between us and others: our house with the participant `acme`, and the parties around
/// it on one server.
class World : public ::testing::Test {
 protected:
  Instant now() { return loop.clock().now(); }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  LoopbackServer server{loop};
  Party peer{server, "globex"};
  Party issuer{server, "issuer"};
  House house{loop, {.plain_authorities = {server.authority()}}};
  ContextId acme{"acme"};
  Did acme_did = house.participant("acme");
};

template <class T>
ErrorCode error_code_of(const Result<T>& result) {
  return result ? ErrorCode::internal : result.error().code;
}

/// Answers with a redirect to `/elsewhere` of the same server.
inline void redirect(LoopbackServer& server, std::string path) {
  server.answer(std::move(path), [&server](const platform::http::Request&) {
    platform::http::Response response{307, {}, {}};
    response.headers.set("Location", server.url("/elsewhere"));
    return response;
  });
}

}  // namespace kontor::testing
