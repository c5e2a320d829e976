#include <gtest/gtest.h>

#include "protocol/api/management/event_routes.hpp"
#include "refusals.hpp"

// The live events of a participant, over HTTP: what the world has made is told to its owner.
namespace kontor::routes_test {
namespace {

class Events : public OnEveryStore {
 protected:
  std::string told(const Party& party, const std::string& last_event_id) {
    const auto& route = protocol::api::management::stream_events.info;
    auto request = request_to(route, existing_target(world(), route, party), world().token_of(party));
    request.last_event_id = last_event_id;
    const auto answer = world().installation().send(request);
    EXPECT_EQ(answer.status, 200u) << answer.body;
    EXPECT_EQ(answer.headers.get("Content-Type"), "text/event-stream");
    return answer.body;
  }
};

}  // namespace

TEST_P(Events, a_participant_hears_of_what_it_owns_and_of_nothing_else) {
  const auto& acme = world().acme();
  const auto& globex = world().globex();
  for (const auto* party : {&acme, &globex}) {
    const auto text = told(*party, "0");
    for (const char* event :
         {"event: asset.created\n", "event: policy.definition.created\n",
          "event: contract.definition.created\n", "event: contract.negotiation.requested\n",
          "event: contract.negotiation.finalized\n", "event: transfer.process.started\n",
          "event: credential.request.made\n", "event: key.pair.added\n"}) {
      EXPECT_NE(text.find(event), std::string::npos) << event << " is not in " << text;
    }
    const auto& other = party == &acme ? globex : acme;
    EXPECT_EQ(text.find("\"participantContextId\":\"" + other.context), std::string::npos);
    EXPECT_EQ(text.find(other.ids.at("assetId") + "\",\"participantContextId"), std::string::npos);
    EXPECT_EQ(text.find("token"), std::string::npos) << "an access token, perhaps, in " << text;
  }
}

TEST_P(Events, an_id_of_another_participant_resumes_nothing) {
  const auto text = told(world().acme(), "0");
  const auto at = text.find("id: ") + 4;
  const auto id = text.substr(at, text.find('\n', at) - at);
  EXPECT_EQ(told(world().acme(), id).find("stream.notResumed"), std::string::npos);
  EXPECT_NE(told(world().globex(), id).find("event: stream.notResumed"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Stores, Events, every_store, name_of);

}  // namespace kontor::routes_test
