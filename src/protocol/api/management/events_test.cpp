#include "protocol/api/management/events.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "base/text/text.hpp"

using namespace kontor;
namespace management = kontor::protocol::api::management;

TEST(ManagementEvents, an_event_has_the_type_that_consumers_of_the_reference_know) {
  EXPECT_EQ(management::event_type("asset.created"), "AssetCreated");
  EXPECT_EQ(management::event_type("policy.definition.updated"), "PolicyDefinitionUpdated");
  EXPECT_EQ(management::event_type("contract.negotiation.finalized"), "ContractNegotiationFinalized");
  EXPECT_EQ(management::event_type("transfer.process.preparationRequested"),
            "TransferProcessPreparationRequested");
  EXPECT_EQ(management::event_type("transfer.process.resuming"), "TransferProcessResumed");
  EXPECT_EQ(management::event_type("credential.expiring"), "CredentialExpiring");
  EXPECT_EQ(management::event_type("credential.renewalFailed"), "CredentialRenewalFailed");
  EXPECT_EQ(management::event_type("credential.request.rejected"), "CredentialRequestRejected");
  EXPECT_EQ(management::event_type("key.pair.rotated"), "KeyPairRotated");
  EXPECT_EQ(management::event_type("key.pair.rotationUpcoming"), "KeyPairRotationUpcoming");
}

TEST(ManagementEvents, the_page_for_who_listens_names_what_is_told_and_nothing_else) {
  std::ifstream page("docs/events.md");
  ASSERT_TRUE(page) << "tests run in the root of the tree";
  std::set<std::string> named;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| `")) continue;
    const auto prefix = line.substr(3, line.find('`', 3) - 3);
    const auto told = line.find("| ", line.find('`', 3));
    const auto end = line.find(" |", told + 2);
    for (const auto what : text::split(std::string_view(line).substr(told + 2, end - told - 2), ','))
      named.insert(prefix + std::string(text::trim(what)));
  }
  const auto told = management::event_names();
  EXPECT_EQ(named, std::set<std::string>(told.begin(), told.end()));
}

TEST(ManagementEvents, what_is_our_own_affair_is_not_told) {
  for (const char* name :
       {"contract.negotiation.terminating", "transfer.process.starting", "key.pair.rotationDue",
        "credential.status_checked", "credential.request.status_asked", "asset.createdx", "asset.", ""}) {
    EXPECT_FALSE(management::event_type(name)) << name;
    EXPECT_FALSE(management::event_envelope({.name = name})) << name;
  }
}

TEST(ManagementEvents, on_a_bus_an_event_has_the_class_name_that_consumers_of_the_reference_choose_by) {
  const management::Happened event{.id = "7",
                                   .context = ContextId("acme"),
                                   .at = Instant{std::chrono::milliseconds(1500)},
                                   .name = "contract.negotiation.finalized",
                                   .entity = EntityId("n-1"),
                                   .body = R"({"protocol":"p"})"};
  EXPECT_EQ(
      *management::cloud_event(event),
      R"({"specversion":"1.0","id":"7","source":"/participants/acme",)"
      R"("type":"org.eclipse.edc.connector.controlplane.contract.spi.event.contractnegotiation.)"
      R"(ContractNegotiationFinalized","time":"1970-01-01T00:00:01.5Z","datacontenttype":"application/json",)"
      R"("data":{"contractNegotiationId":"n-1","participantContextId":"acme","protocol":"p"}})");
  EXPECT_FALSE(management::cloud_event({.name = "key.pair.rotationDue"}));
}

TEST(ManagementEvents, an_envelope_names_entity_and_context_and_tells_the_body) {
  const management::Happened event{.id = "7",
                                   .context = ContextId("acme"),
                                   .at = Instant{std::chrono::milliseconds(1500)},
                                   .name = "contract.negotiation.terminated",
                                   .entity = EntityId("n-1"),
                                   .body = R"({"reason":"too dear"})"};
  EXPECT_EQ(
      *management::event_envelope(event),
      R"({"id":"7","at":1500,"type":"ContractNegotiationTerminated",)"
      R"("payload":{"contractNegotiationId":"n-1","participantContextId":"acme","reason":"too dear"}})");
}
