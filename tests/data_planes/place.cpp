#include "place.hpp"

#include <fmt/format.h>

namespace kontor::data_planes {

using installation::Failed;
using installation::management;
using installation::management_context;
using installation::text_at;
using installation::verify;

namespace {

constexpr auto over_within = std::chrono::seconds(60);
constexpr auto look_again = std::chrono::milliseconds(50);
constexpr auto token_age_max = std::chrono::minutes(1);

installation::Dataspace::Options options_of(const Place::Options& options) {
  auto settings = options.data_plane_settings;
  // Who sends a push may have been killed a moment ago.
  settings.emplace_back("http_push.take_over_after=500ms");
  // Replicas that were killed are waited for as long as their lease.
  settings.emplace_back("data_plane_replicas.lease=2s");
  return {.program = options.program,
          .on_postgres = options.on_postgres,
          .separate_data_planes = true,
          .behind_doors = options.behind_doors,
          .data_plane_settings = std::move(settings)};
}

std::string text_or_none(const json::Value& value, std::string_view key) {
  const auto* member = json::find(value, key);
  return member && member->is_string() ? std::string(member->get_string()) : std::string();
}

Transfer transfer_in(const json::Value& body) {
  return {.id = text_at(body, "@id"),
          .provider = text_or_none(body, "correlationId"),
          .state = text_at(body, "state"),
          .error = text_or_none(body, "errorDetail")};
}

}  // namespace

std::uint64_t number_at(const json::Value& value, std::string_view key) {
  const auto* member = json::find(value, key);
  return member && member->is_number() ? member->to_number<std::uint64_t>() : 0;
}

Place::Place(const Options& options) : dataspace_(options_of(options)) {
  source_ = std::make_unique<Source>(loop());
  before_source_ = std::make_unique<Relay>(loop(), 0, source_->port());
  if (options.behind_doors) {
    open_doors(world().a);
    open_doors(world().b);
  }
  installation::start(world());
  installation::set_up_governance(world());
  installation::onboard(world(), "acme", world().a);
  installation::onboard(world(), "globex", world().b);
}

Place::~Place() {
  relays_.clear();
  before_source_.reset();
  source_.reset();
}

void Place::open_doors(const Installation& home) {
  for (const auto& doors : {home.doors(), home.data_plane_doors()}) {
    for (const auto& door : {doors.open, doors.administration, doors.signaling})
      relays_.emplace(door.port, std::make_unique<Relay>(loop(), door.port, door.behind.front()));
  }
}

Deal Place::deal(const std::string& dataset, const std::string& address) {
  const auto post = [&](const std::string& path, const std::string& body) {
    driver().expect(200,
                    {.method = "POST", .url = management(acme(), path), .token = acme().token, .body = body});
  };
  post("assets",
       fmt::format(R"({{{0},"@type":"Asset","@id":"{1}","properties":{{"name":"{1}"}},"dataAddress":{2}}})",
                   management_context, dataset, address));
  post("policydefinitions",
       fmt::format(R"({{{},"@type":"PolicyDefinition","@id":"{}","policy":{{"@type":"Set",)"
                   R"("permission":[{{"action":"use"}}]}}}})",
                   management_context, dataset));
  post(
      "contractdefinitions",
      fmt::format(
          R"({{{0},"@type":"ContractDefinition","@id":"{1}","accessPolicyId":"{1}","contractPolicyId":"{1}",)"
          R"("assetsSelector":[{{"@type":"Criterion","operandLeft":"id","operator":"=",)"
          R"("operandRight":"{1}"}}]}})",
          management_context, dataset));
  const auto offer = installation::catalog_of(world(), "globex").at(dataset);
  const auto opened = installation::open_negotiation(world(), "globex", dataset, offer);
  const auto negotiated = installation::await_negotiation(world(), "globex", opened);
  verify(negotiated.state == "FINALIZED", "the negotiation for " + dataset + " is " + negotiated.state);
  const auto agreement = driver().expect(
      200,
      {.url = management(globex(), "contractagreements/" + negotiated.agreement), .token = globex().token});
  return {dataset, negotiated.agreement, text_at(agreement.json(), "agreementId")};
}

Deal Place::deal_of_source(const std::string& kind, const std::string& dataset) {
  return deal(
      dataset,
      fmt::format(R"({{"@type":"DataAddress","type":"HttpData","baseUrl":"http://127.0.0.1:{}/{}/{}"}})",
                  before_source_->port(), kind, dataset));
}

Task<std::string> Place::token_of(std::string name) {
  auto& kept = tokens_[name];
  const auto now = loop().clock().now();
  if (!kept.text.empty() && now < kept.fetched_at + token_age_max) co_return kept.text;
  const auto& company = world().company(name);
  auto answer = co_await driver().ask(
      installation::token_request(company.home->administration_url(), company.context, company.secret));
  if (!answer) throw Failed{"no access token for " + name + ": " + answer.error().message()};
  kept = {text_at(answer->json(), "access_token"), now};
  co_return kept.text;
}

Task<Answer> Place::ask(std::string company, installation::Request request) {
  const auto what = request.method + " " + request.url;
  request.token = co_await token_of(std::move(company));
  auto answer = co_await driver().ask(std::move(request));
  if (!answer) throw Failed{what + ": " + answer.error().message()};
  if (answer->status / 100 != 2)
    throw Failed{fmt::format("{} answered {}: {}", what, answer->status, answer->body)};
  co_return std::move(*answer);
}

Task<Transfer> Place::open(Deal deal, std::string folder) {
  auto body = fmt::format(R"({{{},"@type":"TransferRequest","profile":"http-dsp-profile-2025-1",)"
                          R"("counterPartyAddress":"{}","contractId":"{}","transferType":"{}")",
                          management_context, acme().home->dsp_url(acme().context), deal.agreement,
                          folder.empty() ? "HttpData-PULL" : "HttpData-PUSH");
  if (!folder.empty())
    body += fmt::format(R"(,"dataDestination":{{"@type":"DataAddress","type":"File","path":"{}"}})", folder);
  auto answer = co_await ask(
      "globex", {.method = "POST", .url = management(globex(), "transferprocesses"), .body = body + "}"});
  co_return Transfer{.id = text_at(answer.json(), "@id"), .provider = {}, .state = {}, .error = {}};
}

Task<Transfer> Place::look(std::string id) {
  auto answer = co_await ask("globex", {.url = management(globex(), "transferprocesses/" + id)});
  co_return transfer_in(answer.json());
}

Task<Transfer> Place::rested(std::string id) {
  const auto url = management(globex(), "transferprocesses/" + id);
  auto answer = co_await ask("globex", {.url = url, .wait = over_within});
  auto transfer = transfer_in(answer.json());
  const auto type = text_or_none(answer.json(), "transferType");
  if (transfer.state != "STARTED" || type.ends_with("PUSH")) co_return transfer;
  auto access = co_await ask("globex", {.url = url + "/dataaddress"});
  transfer.endpoint = text_at(access.json(), "endpoint");
  transfer.token = installation::property_of(access.json(), "authorization");
  co_return transfer;
}

Task<Transfer> Place::over(std::string id) {
  const auto deadline = async::Deadline::after(loop().clock(), over_within);
  auto transfer = co_await rested(id);
  while (!transfer.ended() && !deadline.passed(loop().clock())) {
    co_await pause(look_again);
    transfer = co_await look(id);
  }
  co_return transfer;
}

Task<void> Place::terminate(std::string id) {
  co_await ask("globex", {.method = "POST",
                          .url = management(globex(), "transferprocesses/" + id + "/terminate"),
                          .body = fmt::format(R"({{{},"@type":"TerminateTransfer","reason":"enough"}})",
                                              management_context)});
}

Task<Transfer> Place::of_provider(Transfer transfer) {
  auto answer = co_await ask("acme", {.url = management(acme(), "transferprocesses/" + transfer.provider)});
  co_return transfer_in(answer.json());
}

Task<Transfer> Place::over_at_provider(Transfer transfer) {
  const auto deadline = async::Deadline::after(loop().clock(), over_within);
  auto there = co_await of_provider(transfer);
  while (!there.ended() && !deadline.passed(loop().clock())) {
    co_await pause(look_again);
    there = co_await of_provider(transfer);
  }
  co_return there;
}

Task<json::Value> Place::usage(std::string name, std::string agreement) {
  const auto& company = world().company(name);
  auto answer = co_await ask(
      name, {.url = fmt::format("{}/api/mgmt/v5beta/participants/{}/usage/agreements/{}",
                                company.home->data_plane_administration_url(), company.context, agreement)});
  co_return answer.json();
}

Task<void> Place::pause(Duration length) {
  auto waited = co_await loop().clock().wait_until(loop().clock().now() + length);
  static_cast<void>(waited);
}

}  // namespace kontor::data_planes
