#include "issuing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json/codec.hpp"
#include "harness/report.hpp"
#include "installation/world.hpp"
#include "protocol/dcp/messages.hpp"
#include "protocol/vc/token.hpp"

namespace kontor::bench {

namespace dcp = protocol::dcp;
namespace vc = protocol::vc;
using installation::issuer_context;

namespace {

constexpr std::size_t in_a_request = dcp::entries_max;
constexpr std::size_t open_requests_max = 8;
constexpr auto delivered_within = std::chrono::minutes(2);
constexpr std::size_t page = 500;
constexpr auto delivery_path = "/cs/credentials";

std::string definition_name(std::size_t number) {
  return fmt::format("Licence{:03}Credential", number);
}

}  // namespace

Issuing::Issuing(installation::Driver& driver, testing::LoopbackServer& server,
                 const installation::Installation& home)
    : driver_(driver),
      home_(home),
      holder_(server, "holder"),
      arrived_(driver.loop().executor(), driver.loop().clock()),
      issuer_(home.did(issuer_context)) {
  holder_.offer("CredentialService", "/cs");
  server.answer(holder_.path(delivery_path),
                [this](const platform::http::Request& delivery) { return take(delivery); });
  driver_.expect(200, {.method = "POST",
                       .url = home.administration_url() + "/api/identity/v1beta/participants",
                       .token = home.admin_token(driver_),
                       .body = installation::identity_manifest(home, issuer_context, issuer_.str(), true)});
  const auto token = governance_token();
  driver_.expect(201, {.method = "POST",
                       .url = administration("attestations"),
                       .token = token,
                       .body = R"({"id":"holder","attestationType":"holder","configuration":{}})"});
  for (std::size_t i = 0; i < in_a_request; ++i) define(token, i);
  driver_.expect(
      201, {.method = "POST",
            .url = administration("holders"),
            .token = home.provisioner_token(driver_),
            .body = fmt::format(R"({{"holderId":"holder","did":"{}","name":"Holder","properties":{{}}}})",
                                holder_.did().str())});
}

void Issuing::define(const std::string& token, std::size_t number) {
  driver_.expect(
      201, {.method = "POST",
            .url = administration("credentialdefinitions"),
            .token = token,
            .body = fmt::format(R"({{"id":"{0}","credentialType":"{0}","format":"VC1_0_JWT",)"
                                R"("validity":31536000,"attestations":["holder"],"rules":[],"mappings":[]}})",
                                definition_name(number))});
}

std::string Issuing::administration(const std::string& path) const {
  return home_.administration_url() + "/api/admin/v1beta/participants/" + issuer_context + "/" + path;
}

platform::http::Response Issuing::take(const platform::http::Request& delivery) {
  if (list_url_.empty()) {
    const auto message = json::decode<dcp::CredentialMessage>(delivery.body.text);
    const auto credential = message && !message->credentials.empty()
                                ? vc::parse_credential(message->credentials.front().payload)
                                : Result<vc::SignedCredential>(fail(ErrorCode::malformed, "no credential"));
    if (credential && !credential->credential.statuses.empty())
      list_url_ = credential->credential.statuses.front().list_url;
  }
  ++deliveries_;
  arrived_.notify();
  return {.status = 200};
}

Task<bool> Issuing::delivered(std::size_t count) {
  const auto deadline = platform::async::Deadline::after(driver_.loop().clock(), delivered_within);
  auto ticket = arrived_.ticket();
  while (deliveries_ < count) {
    const bool notified = co_await arrived_.wait(ticket, deadline);
    if (!notified) co_return false;
    ticket = arrived_.ticket();
  }
  co_return true;
}

/// What was wrong; empty: nothing was. Returns when there is room for another.
Task<std::string> Issuing::request_one() {
  const auto number = requested_++;
  dcp::CredentialRequestMessage message{.holder_pid = dcp::HolderPid(fmt::format("request-{}", number)),
                                        .credentials = {}};
  for (std::size_t i = 0; i < in_a_request; ++i) message.credentials.emplace_back(definition_name(i));
  const auto bearer = holder_.authorization(holder_.self_issued(issuer_, driver_.loop().clock().now()));
  auto answer = co_await driver_.ask({.method = "POST",
                                      .url = fmt::format("{}/api/issuance/v1beta/participants/{}/credentials",
                                                         home_.public_url(), issuer_context),
                                      .token = bearer.substr(std::string_view("Bearer ").size()),
                                      .body = json::encode(message)});
  if (!answer) co_return answer.error().message();
  if (answer->status != 201)
    co_return fmt::format("a request for credentials was answered {}: {}", answer->status, answer->body);
  const bool room = co_await delivered(requested_ - std::min(requested_, open_requests_max));
  co_return room ? std::string() : std::string("credentials were not delivered");
}

void Issuing::issue(std::size_t credentials) {
  const auto requests = (credentials + in_a_request - 1) / in_a_request;
  const auto step = std::max<std::size_t>(requests / 5, 1);
  for (std::size_t i = 0; i < requests; ++i) {
    const auto failure = driver_.loop().run(request_one());
    installation::verify(failure.empty(), failure);
    if ((i + 1) % step == 0) progress(fmt::format("{} credentials asked for", (i + 1) * in_a_request));
  }
  installation::verify(driver_.loop().run(delivered(requests)), "credentials were not delivered");
}

std::vector<std::string> Issuing::ids() {
  const auto token = governance_token();
  std::vector<std::string> all;
  for (std::size_t offset = 0;; offset += page) {
    const auto answer =
        driver_.expect(200, {.method = "POST",
                             .url = administration("issuanceprocesses/query"),
                             .token = token,
                             .body = fmt::format(R"({{"offset":{},"limit":{}}})", offset, page)});
    const auto list = answer.json();
    for (const auto& process : list.as_array()) {
      for (const auto& each : json::find(process, "credentials")->as_array())
        all.emplace_back(each.as_string());
    }
    if (list.as_array().size() < page) return all;
  }
}

}  // namespace kontor::bench
