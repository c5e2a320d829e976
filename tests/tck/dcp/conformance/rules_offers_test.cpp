#include <fmt/format.h>

#include <algorithm>

#include "tck/dcp/conformance/rules_for_test.hpp"

/// What becomes of an offer of credentials.

using namespace kontor;
using namespace kontor::tck;
using namespace kontor::tck::dcp;

namespace {

/// Below the holder under test in the Identity API.
installation::Answer administer(Stage& stage, unsigned status, installation::Request request) {
  auto& driver = stage.system().driver();
  const auto& kontor = stage.system().kontor();
  request.url = fmt::format("{}/api/identity/v1beta/participants/{}/{}", kontor.administration_url(),
                            holder_context, request.url);
  request.token = kontor.admin_token(driver);
  return driver.expect(status, std::move(request));
}

void set_policy(Stage& stage, const json::Array& trusted) {
  administer(stage, 204,
             {.method = "PUT",
              .url = "credentialofferpolicy",
              .body = json::serialize(json::Object{{"trustedIssuers", trusted}})});
}

}  // namespace

TEST_F(DcpRules, nobody_offers_in_the_name_of_another) {
  play(broken(offer, [](Stage& stage, Message& message, Proof&) {
    message.body.as_object()["issuer"] = stage.others().third_party.did().str();
  }));
}

TEST_F(DcpRules, an_offer_waits_for_the_participant_under_the_id_that_it_names) {
  play([](Stage& stage) {
    accepted(stage.send(offer(stage)));
    const auto offers = administer(stage, 200, {.url = "credentialoffers?state=RECEIVED"});
    const auto shown = offers.json();
    const auto theirs = [&](const json::Value& each) {
      return installation::text_at(each, "issuerDid") == stage.others().issuer.did().str();
    };
    const auto& all = shown.as_array();
    verify(std::ranges::count_if(all, theirs) == 1, "one offer is expected: " + offers.body);
    const auto& objects = std::ranges::find_if(all, theirs)->at("credentials").as_array();
    verify(installation::text_at(objects.at(0), "id") == "membership-that-is-offered", "another id");
  });
}

TEST_F(DcpRules, an_accepted_offer_becomes_a_request_for_what_it_named_which_takes_the_delivery) {
  play([](Stage& stage) {
    auto& others = stage.others();
    set_policy(stage, {json::Object{{"id", others.issuer.did().str()}}});
    const auto id = others.fresh_id();
    others.issues(id);
    auto sparse = offer(stage);
    sparse.body.as_object()["credentials"] = json::Array{json::Object{{"id", id}}};
    accepted(stage.send(sparse));
    const auto& requests = others.requests(id);
    set_policy(stage, {});

    verify(requests.size() == 1, "one request is expected");
    stage.check_sender(requests[0], stage.holder(), others.issuer);
    const auto request = stage.judge().read(requests[0].body.text, "CredentialRequestMessage");
    verify(request.at("credentials") == json::Value(json::Array{json::Object{{"id", id}}}), "another object");
    auto delivered = delivery(stage);
    auto& body = delivered.body.as_object();
    body["holderPid"] = request.at("holderPid");
    body["credentials"].as_array().resize(1);
    accepted(stage.send(delivered));
  });
}
