#include "tck/dcp/system/trigger.hpp"

#include "installation/driver.hpp"

namespace kontor::tck::dcp {

namespace http = platform::http;
using platform::async::Deadline;

namespace {

constexpr auto answered_within = std::chrono::seconds(30);
constexpr std::string_view catalog_request =
    R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],"@type":"CatalogRequestMessage"})";

}  // namespace

Trigger::Trigger(platform::async::Scope& scope, platform::async::Clock& clock, System::TriggerPlan plan)
    : clock_(clock), catalog_url_(std::move(plan.catalog_url)) {
  auto client = http::make_client(scope, clock, {});
  installation::verify(client.has_value(), "the trigger has no HTTP client");
  client_ = std::move(*client);
  http::ListenerConfig config;
  config.port = static_cast<std::uint16_t>(plan.port);
  auto listener = http::listen(scope, clock, config,
                               [this](http::Request request) { return pass_on(std::move(request)); });
  installation::verify(listener.has_value(), "the trigger's port is taken");
  listener_ = std::move(*listener);
}

Task<http::Response> Trigger::pass_on(http::Request request) {
  http::Request asked{"POST", catalog_url_};
  asked.headers.set("Content-Type", "application/json");
  if (const auto caller = request.headers.get("Authorization"))
    asked.headers.set("Authorization", std::string(*caller));
  asked.body.text = catalog_request;
  auto answer = co_await client_->send(
      std::move(asked),
      {.deadline = Deadline::after(clock_, answered_within), .trust = http::Trust::configured});
  if (!answer) co_return http::Response{502, {}, {answer.error().message(), {}}};
  co_return http::Response{answer->status, {}, {std::move(answer->body.text), {}}};
}

}  // namespace kontor::tck::dcp
