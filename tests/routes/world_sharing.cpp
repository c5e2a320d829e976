#include <fmt/format.h>

#include "world_calls.hpp"

// What the parties of the world share.
namespace kontor::routes_test {

void World::share(Party& consumer, Party& provider) {
  negotiate(consumer, provider);
  transfer(consumer, provider);
}

/// Both sides' negotiation and agreement are remembered; the one in which a party consumes wins.
void World::negotiate(Party& consumer, Party& provider) {
  const auto dataset =
      call("POST", management_path(consumer, "catalog/dataset/request"),
           fmt::format(R"({{{},"@type":"DatasetRequest","@id":"{}","profile":"{}",)"
                       R"("counterPartyAddress":"{}","counterPartyId":"{}"}})",
                       management, provider.ids["assetId"], profile, dsp_url(provider), provider.did));
  auto offer = first(member(dataset, "hasPolicy")).as_object();
  offer["@type"] = "Offer";
  offer["assigner"] = provider.did;
  offer["target"] = provider.ids["assetId"];
  const auto opened = call("POST", management_path(consumer, "contractnegotiations"),
                           fmt::format(R"({{{},"@type":"ContractRequest","profile":"{}",)"
                                       R"("counterPartyAddress":"{}","policy":{}}})",
                                       management, profile, dsp_url(provider), json::serialize(offer)));
  const auto id = text_at(opened, "@id");
  const auto ours = call("GET", management_path(consumer, "contractnegotiations/" + id), "", patience);
  require(text_at(ours, "state") == "FINALIZED", "not finalized: " + json::serialize(ours));
  const auto theirs =
      call("GET", management_path(provider, "contractnegotiations/" + text_at(ours, "correlationId")), "",
           patience);
  consumer.ids["negotiationId"] = consumer.ids["negotiations/pid"] = id;
  consumer.ids["kind"] = "contract-negotiation";
  consumer.ids["entityId"] = id;
  consumer.ids["agreementId"] = text_at(ours, "contractAgreementId");
  consumer.ids["provider/negotiationId"] = text_at(theirs, "@id");
}

void World::transfer(Party& consumer, Party& provider) {
  const auto opened =
      call("POST", management_path(consumer, "transferprocesses"),
           fmt::format(R"({{{},"@type":"TransferRequest","profile":"{}","counterPartyAddress":"{}",)"
                       R"("contractId":"{}","transferType":"HttpData-PULL"}})",
                       management, profile, dsp_url(provider), consumer.ids["agreementId"]));
  const auto id = text_at(opened, "@id");
  const auto ours = call("GET", management_path(consumer, "transferprocesses/" + id), "", patience);
  require(text_at(ours, "state") == "STARTED", "not started: " + json::serialize(ours));
  consumer.ids["transferProcessId"] = consumer.ids["transfers/pid"] = id;
  provider.ids["flowId"] = text_at(ours, "correlationId");
  call("GET", management_path(provider, "transferprocesses/" + provider.ids["flowId"]), "", patience);
  fetch(consumer, provider);
}

/// Once, and until the provider is shown that it was.
void World::fetch(Party& consumer, Party& provider) {
  const auto address = call(
      "GET",
      management_path(consumer, "transferprocesses/" + consumer.ids["transferProcessId"] + "/dataaddress"));
  std::string token;
  for (const auto& each : json::find(address, "endpointProperties")->as_array()) {
    if (text_at(each, "name") == "authorization") token = text_at(each, "value");
  }
  const auto target =
      text_at(address, "endpoint").substr(installation_.origin(protocol::api::Listener::open).size());
  const auto data = installation_.send(
      {.listener = protocol::api::Listener::open, .target = target, .authorization = "Bearer " + token});
  require(data.status == 200, "no data: " + data.body);
  const auto flow = R"("flowId":")" + provider.ids["flowId"] + "\"";
  for (int asked = 0; asked < 5'000; ++asked) {
    if (json::serialize(call("POST", management_path(provider, "usage/request"), "{}")).contains(flow))
      return;
  }
  require(false, "what was fetched is not shown");
}

/// What it has shared of another already: nothing new is negotiated.
void World::obtain(Party& party) {
  auto& other = party.name == acme_.name ? globex_ : party.name == globex_.name ? acme_ : initech_;
  const auto obtained =
      call("POST", management_path(party, "obtainings"),
           fmt::format(R"({{{},"@type":"ObtainRequest","profile":"{}","counterPartyAddress":"{}",)"
                       R"("counterPartyId":"{}","assetId":"{}"}})",
                       management, profile, dsp_url(other), other.did, other.ids["assetId"]));
  require(text_at(obtained, "state") == "OBTAINED", "not obtained: " + json::serialize(obtained));
  party.ids["obtainingId"] = text_at(obtained, "@id");
}

}  // namespace kontor::routes_test
