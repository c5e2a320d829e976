#include "operations.hpp"

#include <fmt/format.h>

#include "harness/market.hpp"

namespace kontor::bench {

using installation::Company;
using installation::management;
using installation::text_at;
using installation::verify;

namespace {

constexpr auto patience = std::chrono::seconds(30);

}  // namespace

void Operations::prepare() {
  offer_ = open_market(world_);
  provisioner_token_ = world_.b.provisioner_token(world_.driver);
}

void Operations::make_tenant() {
  const auto tenants = world_.b.fabric_url() + "/api/v1alpha1/tenants";
  const auto made = world_.driver.expect(
      201, {.method = "POST", .url = tenants, .token = provisioner_token_, .body = R"({"properties":{}})"});
  participants_urls_.push_back(tenants + "/" + text_at(made.json(), "id") + "/participant-profiles");
}

void Operations::onboard() {
  const auto url = std::move(participants_urls_.back());
  participants_urls_.pop_back();
  const auto did = world_.b.did(fmt::format("company-{}", participants_++));
  const auto ordered =
      world_.driver.expect(202, {.method = "POST",
                                 .url = url,
                                 .token = provisioner_token_,
                                 .body = fmt::format(R"({{"identifier":"{}","properties":{{}}}})", did)});
  const auto profile = world_.driver
                           .expect(200, {.url = url + "/" + text_at(ordered.json(), "id"),
                                         .token = provisioner_token_,
                                         .wait = patience})
                           .json();
  for (const auto& each : json::find(profile, "vpas")->as_array())
    verify(text_at(each, "state") == "active", "onboarding " + did + ": " + json::serialize(profile));
}

void Operations::catalog() {
  verify(installation::catalog_of(world_, "globex").contains(member_asset), "Globex does not see the asset");
}

void Operations::negotiate() {
  const auto id = installation::open_negotiation(world_, "globex", member_asset, offer_);
  const auto& globex = world_.company("globex");
  const auto ours = world_.driver
                        .expect(200, {.url = management(globex, "contractnegotiations/" + id),
                                      .token = globex.token,
                                      .wait = patience})
                        .json();
  verify(text_at(ours, "state") == "FINALIZED", "a negotiation ended: " + json::serialize(ours));
  const auto& acme = world_.company("acme");
  const auto theirs =
      world_.driver
          .expect(200, {.url = management(acme, "contractnegotiations/" + text_at(ours, "correlationId")),
                        .token = acme.token,
                        .wait = patience})
          .json();
  verify(text_at(theirs, "state") == "FINALIZED", "the provider's side: " + json::serialize(theirs));
  agreement_ = text_at(ours, "contractAgreementId");
}

void Operations::start_transfer() {
  const auto& globex = world_.company("globex");
  const auto started = world_.driver.expect(200, {.method = "POST",
                                                  .url = management(globex, "transferprocesses"),
                                                  .token = globex.token,
                                                  .body = installation::transfer_body(world_, agreement_)});
  const auto url = management(globex, "transferprocesses/" + text_at(started.json(), "@id"));
  const auto process =
      world_.driver.expect(200, {.url = url, .token = globex.token, .wait = patience}).json();
  verify(text_at(process, "state") == "STARTED", "a transfer: " + json::serialize(process));
  const auto address = world_.driver.expect(200, {.url = url + "/dataaddress", .token = globex.token});
  verify(address.body.contains("authorization"), "the data address has no token: " + address.body);
}

}  // namespace kontor::bench
