#include <fmt/format.h>

#include "world_calls.hpp"

// What the world holds at the token service, beside the clients that onboarding makes.
namespace kontor::routes_test {

void World::register_application(Party& party) {
  const auto made = call("POST", "/api/sts/v1/participants/" + party.context + "/applications",
                         R"({"name":"reporting","scopes":["management-api:assets:read"]})");
  party.ids["applicationId"] = text_at(made, "id");
}

/// A workload outside that acts for each participant.
void World::map_client(Party& party) {
  shared_["scope"] = "example-read";
  shared_["clientIdentifier"] = "system:serviceaccount:example:agent";
  call("POST", "/api/v1/scopes",
       R"({"scope":"example-read","claims":{"scope":"management-api:assets:read identity-api:dids:read"}})");
  call("POST", "/api/v1/mappings",
       fmt::format(R"({{"clientIdentifier":"{}","participantContext":"{}","scopes":["example-read"]}})",
                   shared_["clientIdentifier"], party.context));
  party.ids["participantContext"] = party.context;
}

}  // namespace kontor::routes_test
