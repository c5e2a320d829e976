#include "stranger.hpp"

#include <fmt/format.h>

namespace kontor::bench {

using installation::Request;

namespace {

constexpr auto credential_type = "MembershipCredential";

}  // namespace

Stranger::Stranger(installation::Driver& driver, std::string silent_url)
    : driver_(driver),
      callback_(std::move(silent_url)),
      server_(driver.loop()),
      issuer_(server_, "issuer"),
      self_(server_, "stranger"),
      scope_(driver.loop().executor()) {
  self_.offer("CredentialService", "/cs");
}

Stranger::~Stranger() {
  driver_.loop().run(scope_.close());
}

void Stranger::begin(Subject& subject, const json::Value& offer, Flood flood) {
  const auto now = driver_.loop().clock().now();
  url_ = subject.home.dsp_url(subject.acme.context) + "/negotiations/request";
  audience_ = Did(subject.acme.did);
  auto terms = offer.as_object();
  terms["@type"] = "Offer";
  terms["assigner"] = subject.acme.did;
  terms["target"] = offered_asset;
  offer_ = json::serialize(terms);
  const auto credential = issuer_.issue(issuer_.credential(self_.did(), credential_type, now), now);
  auto content = self_.presentation(audience_, {credential}, now);
  content.lifetime = std::chrono::hours(1);
  server_.answer(self_.path("/cs/presentations/query"),
                 testing::presentation_response({self_.present(content)}));
  flood_ = flood;
  began_ = now;
  sent_ = 0;
  for (std::size_t i = 0; i < flood_.in_flight; ++i) scope_.spawn(send());
}

void Stranger::await_end() {
  driver_.loop().run(scope_.drain());
}

Request Stranger::next_request() {
  const auto now = driver_.loop().clock().now();
  auto token = self_.self_issued(audience_, now);
  token.access_token = "opaque";
  auto authorization = self_.authorization(token);
  const auto number = numbered_++;
  return {.method = "POST",
          .url = url_,
          .token = authorization.substr(std::string_view("Bearer ").size()),
          .body = fmt::format(R"({{"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],)"
                              R"("@type":"ContractRequestMessage","@id":"urn:uuid:request-{0}",)"
                              R"("consumerPid":"urn:uuid:c-{0}","callbackAddress":"{1}","offer":{2}}})",
                              number, callback_, offer_)};
}

/// Each request has its moment: whoever is free takes the next one.
Task<void> Stranger::send() {
  auto& clock = driver_.loop().clock();
  while (sent_ < flood_.count) {
    const auto number = sent_++;
    const std::chrono::duration<double> since(static_cast<double>(number) /
                                              static_cast<double>(flood_.per_second));
    const auto due = began_ + std::chrono::duration_cast<Duration>(since);
    auto waited = co_await clock.wait_until(due);
    if (!waited) co_return;
    auto answer = co_await driver_.ask(next_request());
    note(answer);
  }
}

void Stranger::note(const Result<installation::Answer>& answer) {
  if (answer && answer->status == 201) {
    ++admitted_;
  } else if (answer && answer->status == 429 && answer->headers.contains("Retry-After")) {
    ++refused_;
  } else {
    surprise_ = answer ? fmt::format("{}: {}", answer->status, answer->body) : answer.error().message();
  }
}

std::size_t Stranger::open_at(Subject& subject) {
  constexpr std::size_t page = 1000;
  std::size_t open = 0;
  for (std::size_t offset = 0;; offset += page) {
    const auto answer = driver_.expect(
        200, {.method = "POST",
              .url = installation::management(subject.acme, "contractnegotiations/request"),
              .token = subject.home.admin_token(driver_),
              .body = fmt::format(R"({{{},"@type":"QuerySpec","offset":{},"limit":{},"filterExpression":[)"
                                  R"({{"@type":"Criterion","operandLeft":"counterPartyId","operator":"=",)"
                                  R"("operandRight":"{}"}}]}})",
                                  installation::management_context, offset, page, self_.did())});
    const auto list = answer.json();
    for (const auto& each : list.as_array()) {
      const auto state = installation::text_at(each, "state");
      if (state != "FINALIZED" && state != "TERMINATED") ++open;
    }
    if (list.as_array().size() < page) return open;
  }
}

}  // namespace kontor::bench
