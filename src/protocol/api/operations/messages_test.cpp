#include "protocol/api/operations/messages.hpp"

#include <gtest/gtest.h>

#include "base/text/encoding.hpp"

using namespace kontor;
using namespace kontor::protocol::api::operations;

TEST(QuarantinePage, a_cursor_survives_the_way_there_and_back) {
  const QuarantinePlace place{"contract-negotiation", ContextId("acme"), EntityId("urn:uuid:1/2 ü")};
  auto back = read_cursor(write_cursor(place));
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(back->kind, place.kind);
  EXPECT_EQ(back->context, place.context);
  EXPECT_EQ(back->id, place.id);
}

TEST(QuarantinePage, a_cursor_that_nobody_gave_is_refused) {
  for (const std::string cursor : {"", "?", "YQ", "YR9i"}) {
    auto read = read_cursor(cursor);
    ASSERT_FALSE(read) << cursor;
    EXPECT_EQ(read.error().code, ErrorCode::invalid_input);
  }
}

TEST(QuarantinePage, an_entity_without_a_failed_effect_names_none) {
  const QuarantinedEntity entity{ContextId("acme"), "transfer-process", EntityId("1"), "late", "", 0,
                                 Instant{}};
  EXPECT_EQ(json::serialize(write(QuarantinePage{{entity}, {}})),
            R"({"entities":[{"participantContextId":"acme","kind":"transfer-process","id":"1",)"
            R"("reason":"late","attempts":0,"since":"1970-01-01T00:00:00Z"}]})");
}

TEST(RestingPeers, each_tells_why_and_until_when) {
  const RestingPeer peer{Did("did:web:globex"), "globex.example:8443", "timeout", 3, Instant{}, Instant{}};
  EXPECT_EQ(
      json::serialize(write(RestingPeers{{peer}})),
      R"({"peers":[{"counterPartyId":"did:web:globex","authority":"globex.example:8443",)"
      R"("reason":"timeout","failures":3,"since":"1970-01-01T00:00:00Z","until":"1970-01-01T00:00:00Z"}]})");
  EXPECT_EQ(json::serialize(write(RestingPeers{})), R"({"peers":[]})");
}
