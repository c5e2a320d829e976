#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "document.hpp"
#include "identity_table.hpp"
#include "refusals.hpp"

// Every example of the OpenAPI documents is sent, with what it refers to in place, and answered as the
// declaration, the document's schemas and the tables of the APIs' clients say.
// A message of peers is taken by its reader when a peer without token is refused for the token and not
// for the message (peers_test.cpp); what data is had with a token is there too.
namespace kontor::routes_test {
namespace {

using protocol::api::Access;
using protocol::api::Listener;
using protocol::api::Method;

/// Routes whose example may find its subject in a state that does not allow it; with the reason.
const std::map<std::string_view, unsigned> refused_by_the_state{
    {"update-participant-context", 409},  // the example names another identity
    {"terminate-negotiation", 409},       // the offer of the example is unknown: it has ended already
    {"approve-negotiation", 409},         // for the same reason
    {"counter-negotiation", 409},         // for the same reason
    {"approve-transfer", 409},            // it is this side that asked
    {"delete-asset", 409},                // the example before has offered it, and nobody has answered yet
    {"get-negotiation-agreement", 404},   // for the same reason
    {"get-agreement-usage", 404},         // what this side fetches is counted by who gives it
    {"reject-application", 409},          // approved by the example before
    {"withdraw-application", 409},        // for the same reason
    {"decline-credential-offer", 409},    // accepted by the example before
    {"reject-issuance-process", 409},     // its credentials were delivered
    {"delete-dataspace-profile", 409},
    {"delete-tenant", 409},                // the example before has ordered a participant
    {"dispose-participant-profile", 409},  // which is still on its way
    {"cancel-orchestration", 409},         // the example's payload is empty: its first activity fails
    {"retry-orchestration", 409},
    {"compensate-orchestration", 409},
    {"skip-activity", 409},
    {"complete-activity", 409},
    {"delete-activity-definition", 409},  // a template uses it
    {"unpublish-did", 409},               // its participant is active
    {"ask-did-challenge", 409},           // the DID is hosted here
    {"prove-did-control", 409},           // for the same reason
    {"get-token-service", 404},           // its keys are here
    {"set-token-service", 404},           // for the same reason
    {"retry-quarantined", 404},           // nothing is set aside
    {"open-tunnel", 400},                 // it does not ask for the switch
    {"enrol", 401},                       // its token is told to who ordered it, once
    {"dps-started", 409},                 // a provider's flow that runs
    {"dps-suspend", 409},
    {"dps-resume", 409},
    {"edc-callback-fail", 409},  // it has ended by the example before
    {"dps-callback-prepared", 409},
    {"dps-callback-started", 409},
};

class Examples : public ::testing::Test {
 protected:
  /// An example's path; where an earlier example has made what it is about, that.
  std::string target(const RouteInfo& route) {
    auto path = target_of(route, [&](const std::string& name) {
      if (name == context_parameter) return home_of(world, route, world.globex()).context;
      const auto collection = route.path.substr(0, route.path.find("/{" + name));
      const auto found = made.find(collection);
      return found == made.end() ? existing_id(world, route, world.globex(), name) : found->second;
    });
    if (route.name == "set-identity-context-state") return path + "?isActive=true";
    return route.name == "remove-did-service" ? path + "?serviceId=example-service" : path;
  }

  std::string token_for(const RouteInfo& route) {
    if (route.access != Access::token) return {};
    // Nobody decides about what they submitted.
    const bool by_applicant = route.path.ends_with("/resubmit") || route.path.ends_with("/withdraw");
    if (route.path.contains("{applicationId}") && !by_applicant) return world.admin();
    return world.installation().bearer({.subject = "another administrator", .role = "admin"});
  }

  /// The document's example, with what it refers to in place.
  std::string body(const RouteInfo& route) {
    const auto example = documents.example(route);
    auto value = example ? referring(world, *example, world.globex()) : body_of(world, route, world.globex());
    if (route.access == Access::client) prove(route, value.as_object());
    return written(route, value);
  }

  /// As the program itself, or as a connector of Globex's own.
  void prove(const RouteInfo& route, json::Object& form) {
    const bool self_issued = route.name == "request-self-issued-token";
    form["client_id"] = self_issued ? world.globex().did : "kontor";
    form["client_secret"] = self_issued ? world.globex().ids.at("accountSecret") : "kontor-secret";
  }

  void remember(const RouteInfo& route, const json::Value& answer) {
    for (const char* key : {"@id", "id"}) {
      const auto* id = json::find(answer, key);
      if (route.method == Method::post && id && id->is_string()) made[route.path] = id->get_string();
    }
  }

  World world;
  Documents documents{world.installation()};
  StoreWatch watch{world.installation()};
  std::map<std::string_view, std::string> made;
};

/// What a route does to its subject: creation and changes, then what reads, then what ends a process.
int phase_of(const RouteInfo& route) {
  if (route.method == Method::get) return 1;
  for (std::string_view end : {"/terminate", "/cancel", "/completed", "/errored", "/revoke"}) {
    if (route.path.ends_with(end)) return 2;
  }
  // What stands in a context is removed before the context is.
  if (route.method == Method::del) return route.path.ends_with("/endpoints") ? 3 : 4;
  return route.listener == Listener::signaling ? 3 : 0;
}

/// In the order in which the slices declare them; what deletes goes the other way round.
std::vector<const RouteInfo*> in_order(std::vector<const RouteInfo*> routes) {
  std::vector<const RouteInfo*> ordered;
  for (int phase = 0; phase <= 4; ++phase) {
    if (phase == 4) std::ranges::reverse(routes);
    std::ranges::copy_if(routes, std::back_inserter(ordered),
                         [phase](const RouteInfo* each) { return phase_of(*each) == phase; });
  }
  return ordered;
}

}  // namespace

TEST_F(Examples, each_is_answered_as_its_route_declares) {
  bool settles = true;
  for (const auto* route : in_order(world.installation().routes())) {
    if (route->access == Access::peer || route->access == Access::flow) continue;
    try {
      const auto answer =
          world.installation().send(request_to(*route, target(*route), token_for(*route), body(*route)));
      const auto state = refused_by_the_state.find(route->name);
      const bool excused = state != refused_by_the_state.end() && answer.status == state->second;
      EXPECT_TRUE(answer.status == route->success || excused)
          << route->name << " was answered " << answer.status << " instead of " << route->success << ": "
          << answer.body.substr(0, 400);
      if (const auto* row = row_of(*route))
        EXPECT_EQ(answer.status, row->example != 0 ? row->example : row->success) << row->told();
      if (documents.knows(route->listener))
        EXPECT_EQ(documents.problem_with(*route, answer), "") << route->name << " answered " << answer.body;
      remember(*route, answer.json());
      // What is tried again and again for the last examples changes nothing for the rest.
      settles = settles && watch.settle();
    } catch (const Unprepared& why) {
      ADD_FAILURE() << why.what();
    }
  }
}

}  // namespace kontor::routes_test
