#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "base/text/encoding.hpp"
#include "refusals.hpp"

// What one participant has means nothing at another's addresses, wherever a message or an order names it: who
// is neighbour in one process is as far as one elsewhere.
namespace kontor::routes_test {
namespace {

using protocol::api::Listener;

constexpr const char* profile = "http-dsp-profile-2025-1";

/// The id of an offer of this asset under this definition.
std::string offer_id(const std::string& definition, const std::string& asset) {
  return text::base64_encode(bytes_of(definition)) + ":" + text::base64_encode(bytes_of(asset)) + ":" +
         text::base64_encode(bytes_of("1"));
}

class Neighbours : public OnEveryStore {
 protected:
  Request dsp(const Party& from, const Party& to, std::string method, const std::string& path,
              std::string body = "") {
    return {.listener = Listener::open,
            .method = std::move(method),
            .target = fmt::format("/api/dsp/{}/{}{}", to.context, profile, path),
            .authorization = world().installation().self_issued(ContextId(from.context), Did(to.did)),
            .body = std::move(body)};
  }
  Request request_for_offer(const Party& from, const Party& to, const std::string& offer,
                            const std::string& asset) {
    return dsp(from, to, "POST", "/negotiations/request",
               fmt::format(R"({{"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],)"
                           R"("@type":"ContractRequestMessage","consumerPid":"urn:uuid:mine",)"
                           R"("callbackAddress":"{}","offer":{{"@type":"Offer","@id":"{}","target":"{}",)"
                           R"("assigner":"{}","permission":[{{"action":"use"}}]}}}})",
                           world().dsp_url(from), offer, asset, to.did));
  }
  Request request_for_transfer(const Party& from, const Party& to, const std::string& agreement) {
    return dsp(from, to, "POST", "/transfers/request",
               fmt::format(R"({{"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],)"
                           R"("@type":"TransferRequestMessage","consumerPid":"urn:uuid:mine",)"
                           R"("callbackAddress":"{}","agreementId":"{}","format":"HttpData-PULL"}})",
                           world().dsp_url(from), agreement));
  }
  Request order_of_transfer(const Party& party, const std::string& agreement) {
    return {.method = "POST",
            .target = fmt::format("/api/mgmt/v5beta/participants/{}/transferprocesses", party.context),
            .authorization = world().token_of(party),
            .body = fmt::format(R"({{"@context":["https://w3id.org/edc/connector/management/v2"],)"
                                R"("@type":"TransferRequest","profile":"{}","counterPartyAddress":"{}",)"
                                R"("contractId":"{}","transferType":"HttpData-PULL"}})",
                                profile, world().dsp_url(world().acme()), agreement)};
  }

  /// The answer to what does not exist, in which `names` are the ids that it may repeat. Nothing but the
  /// token's use may have been written.
  std::string refusal(const Request& request, unsigned status, const std::vector<std::string>& names) {
    const auto answer = world().installation().send(request);
    EXPECT_EQ(answer.status, status) << request.target << " " << answer.body;
    for (const auto& table : refusals().watch().changes())
      EXPECT_EQ(table, "single_use") << "changed after " << request.target;
    return std::to_string(answer.status) + " " + without(answer.body, names);
  }
};

}  // namespace

TEST_P(Neighbours, a_dataset_of_a_neighbour_is_as_unknown_as_none_though_everything_is_offered) {
  std::set<std::string> answers;
  const auto& foreign = world().acme().ids.at("assetId");
  for (const auto& asset : {foreign, std::string("nothing")}) {
    auto request = dsp(world().globex(), world().initech(), "GET", "/catalog/datasets/" + asset);
    answers.insert(refusal(request, 404, {asset}));
  }
  EXPECT_EQ(answers.size(), 1u) << ::testing::PrintToString(answers);
}

TEST_P(Neighbours, a_policy_of_a_neighbour_offers_nothing) {
  const auto& asset = world().initech().ids.at("assetId");
  const auto answer = world().installation().send(
      dsp(world().globex(), world().initech(), "GET", "/catalog/datasets/" + asset));
  ASSERT_EQ(answer.status, 200u) << answer.body;
  std::set<std::string> definitions;
  for (const auto& offer : json::find(answer.json(), "hasPolicy")->as_array()) {
    const auto id = text_at(offer, "@id");
    definitions.insert(id.substr(0, id.find(':')));
  }
  EXPECT_EQ(definitions, (std::set<std::string>{text::base64_encode(bytes_of("initech-definition")),
                                                text::base64_encode(bytes_of("initech-everything"))}));
  refusal(request_for_offer(world().globex(), world().initech(), offer_id("initech-borrowed", asset), asset),
          404, {});
}

TEST_P(Neighbours, an_offer_of_a_neighbours_definition_or_asset_is_as_unknown_as_none) {
  std::set<std::string> answers;
  const auto& acme = world().acme().ids;
  const std::pair<std::string, std::string> offers[] = {
      {acme.at("contractDefinitionId"), acme.at("assetId")},
      {"initech-everything", acme.at("assetId")},
      {acme.at("contractDefinitionId"), world().initech().ids.at("assetId")},
      {"nothing", "nothing"}};
  for (const auto& [definition, asset] : offers) {
    const auto id = offer_id(definition, asset);
    answers.insert(
        refusal(request_for_offer(world().globex(), world().initech(), id, asset), 404, {id, asset}));
  }
  EXPECT_EQ(answers.size(), 1u) << ::testing::PrintToString(answers);
}

TEST_P(Neighbours, an_agreement_of_others_is_as_unknown_as_none_to_who_asks_for_a_transfer) {
  const auto& agreement = world().globex().ids.at("agreementId");
  const std::tuple<const char*, const Party&, const Party&> askers[] = {
      {"its consumer at a neighbour of its provider", world().globex(), world().initech()},
      {"a third party at its provider", world().initech(), world().acme()},
      {"its provider at its consumer", world().acme(), world().globex()},
  };
  for (const auto& [who, from, to] : askers) {
    std::set<std::string> answers;
    for (const auto& id : {agreement, std::string("urn:uuid:nothing")})
      answers.insert(refusal(request_for_transfer(from, to, id), 404, {id}));
    EXPECT_EQ(answers.size(), 1u) << who << ": " << ::testing::PrintToString(answers);
  }
}

TEST_P(Neighbours, an_agreement_of_a_neighbour_cannot_be_used_for_an_order_of_ones_own) {
  std::set<std::string> answers;
  for (const auto& id : {world().globex().ids.at("agreementId"), std::string("urn:uuid:nothing")}) {
    const auto answer = world().installation().send(order_of_transfer(world().initech(), id));
    EXPECT_EQ(answer.status, 400u) << answer.body;
    answers.insert(without(answer.body, {id}));
  }
  EXPECT_EQ(answers.size(), 1u) << ::testing::PrintToString(answers);
}

INSTANTIATE_TEST_SUITE_P(Stores, Neighbours, every_store, name_of);

}  // namespace kontor::routes_test
