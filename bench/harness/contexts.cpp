#include "harness/contexts.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "platform/async/scope.hpp"

namespace kontor::bench {
namespace {

using installation::Driver;
using installation::Installation;
using installation::Request;

constexpr std::size_t under_way = 16;
constexpr auto nowhere = "http://127.0.0.1:9";

struct Queue {
  std::vector<Request> requests;
  unsigned status;
  std::size_t next = 0;
  std::vector<installation::Answer> answers = std::vector<installation::Answer>(requests.size());
  std::string failure = {};
};

Task<void> send_from(Driver& driver, Queue& queue) {
  while (queue.failure.empty() && queue.next < queue.requests.size()) {
    const auto number = queue.next++;
    auto request = std::move(queue.requests[number]);
    const auto url = request.url;
    auto answer = co_await driver.ask(std::move(request));
    if (!answer) {
      queue.failure = url + ": " + answer.error().message();
    } else if (answer->status != queue.status) {
      queue.failure = fmt::format("{} answered {}: {}", url, answer->status, answer->body);
    } else {
      queue.answers[number] = std::move(*answer);
    }
  }
}

Task<void> send_side_by_side(Driver& driver, Queue& queue) {
  platform::async::Scope scope(driver.loop().executor());
  for (std::size_t i = 0; i < under_way; ++i) scope.spawn(send_from(driver, queue));
  co_await scope.drain();
}

}  // namespace

std::string name_of_context(std::size_t number) {
  return fmt::format("company-{:05}", number);
}

std::vector<installation::Answer> send_all(Driver& driver, std::vector<Request> requests, unsigned status) {
  Queue queue{std::move(requests), status};
  driver.loop().run(send_side_by_side(driver, queue));
  if (!queue.failure.empty()) throw std::runtime_error(queue.failure);
  return std::move(queue.answers);
}

void make_contexts(Driver& driver, const Installation& home, Range range) {
  const auto token = home.admin_token(driver);
  std::vector<Request> requests;
  for (auto i = range.first; i < range.last; ++i) {
    const auto name = name_of_context(i);
    requests.push_back(
        {.method = "POST",
         .url = home.administration_url() + "/api/mgmt/v5beta/participants",
         .token = token,
         .body = fmt::format(
             R"({{{},"@type":"ParticipantContext","@id":"{}","identity":"{}","properties":{{}}}})",
             installation::management_context, name, home.did(name))});
    requests.push_back({.method = "POST",
                        .url = home.administration_url() + "/api/identity/v1beta/participants",
                        .token = token,
                        .body = installation::identity_manifest(home, name, home.did(name), false)});
  }
  send_all(driver, std::move(requests), 200);
}

void offer_to_all(Driver& driver, const installation::Company& provider, const std::string& asset) {
  driver.expect(200, {.method = "PUT",
                      .url = installation::management(provider, "dataplanes"),
                      .token = provider.token,
                      .body = fmt::format(R"({{"dataplaneId":"nowhere","endpoint":"{}/dataflows",)"
                                          R"("profiles":["HttpData-PULL"],"labels":[]}})",
                                          nowhere)});
  installation::publish(driver, provider, nowhere, {.asset = asset, .file = "data"});
}

void ask_for_catalogs(Driver& driver, const Installation& asker, const Installation& home, Range range) {
  const auto token = asker.admin_token(driver);
  std::vector<Request> requests;
  for (auto i = range.first; i < range.last; ++i) {
    const auto name = name_of_context(i);
    requests.push_back(
        {.method = "POST",
         .url = fmt::format("{}/api/mgmt/v5beta/participants/{}/catalog/request", asker.administration_url(),
                            name_of_context(0)),
         .token = token,
         .body = fmt::format(R"({{{},"@type":"CatalogRequest","profile":"http-dsp-profile-2025-1",)"
                             R"("counterPartyAddress":"{}","counterPartyId":"{}"}})",
                             installation::management_context, home.dsp_url(name), home.did(name))});
  }
  send_all(driver, std::move(requests), 200);
}

}  // namespace kontor::bench
