#include <fmt/format.h>

#include <map>

#include "app/conformance/cases.hpp"
#include "app/conformance/play.hpp"
#include "app/conformance/verdict.hpp"
#include "base/random/random.hpp"
#include "base/text/encoding.hpp"
#include "protocol/dps/http_profile.hpp"

namespace kontor::app::conformance {

using protocol::dps::http_pull_profile;

namespace {

json::Object property(std::string_view name, std::string value) {
  return {{"name", name}, {"value", std::move(value)}};
}

json::Object pull_address(bool renewable) {
  json::Array properties{property("authorization", "token"), property("authType", "bearer")};
  if (renewable) {
    properties.emplace_back(property("refreshToken", "refresh"));
    properties.emplace_back(property("expiresIn", "300"));
    properties.emplace_back(
        property("refreshEndpoint", "https://provider.example.com/authorization/refresh"));
  }
  return {{"@type", "DataAddress"},
          {"endpointType", http_pull_profile},
          {"endpoint", "https://provider.example.com/data"},
          {"endpointProperties", std::move(properties)}};
}

std::map<std::string, std::string> properties_of(const json::Object& address) {
  std::map<std::string, std::string> properties;
  const auto* list = address.if_contains("endpointProperties");
  if (!list || !list->is_array()) return properties;
  for (const auto& each : list->get_array()) {
    if (!each.is_object()) continue;
    properties[text_of(each.get_object(), "name")] = text_of(each.get_object(), "value");
  }
  return properties;
}

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

class DataPlanePlay {
 public:
  DataPlanePlay(Stage stage, DataPlaneCase one)
      : stage_(std::move(stage)),
        case_(std::move(one)),
        process_(new_uuid(stage_.wire.random())),
        flow_(process_) {}

  Task<Result<void>> run() {
    auto played = co_await play();
    if (ordered_) co_await leave_nothing();
    co_return played;
  }

 private:
  Task<Result<void>> play() {
    for (const auto& step : steps_of(case_.id)) {
      auto done = co_await perform(step);
      if (!done) co_return fail(std::move(done.error()), "{} {}", case_.id, step);
    }
    co_return Result<void>{};
  }

  /// However it went: the plane is somebody's, and may be in use.
  Task<void> leave_nothing() { [[maybe_unused]] const auto answer = co_await ask("terminate", "terminate"); }

  Task<Result<void>> perform(std::string step) {
    if (step == "address") co_return address_ ? Result<void>{} : wrong("no address was given");
    if (step == "no-address") co_return address_ ? wrong("an address was given") : Result<void>{};
    if (step == "renewable-address") co_return check_address();
    if (step.starts_with("renew")) co_return co_await renew(std::move(step));
    if (step.starts_with('=')) co_return co_await await_state(step.substr(1));
    if (step.starts_with('<')) co_return co_await expect(step.substr(1));
    co_return co_await signal(std::move(step));
  }

  Task<Result<void>> signal(std::string step) {
    const auto mark = step.find('!');
    const bool refused = mark != std::string::npos;
    const auto refusal = refused ? step.substr(mark + 1) : std::string();
    step.resize(std::min(mark, step.size()));
    const auto equals = step.find('=');
    const auto wanted = equals == std::string::npos ? std::string() : step.substr(equals + 1);
    const auto operation = step.substr(0, std::min(step.find_first_of(":="), step.size()));
    const bool orders = operation == "prepare" || operation == "start";
    auto answer = co_await ask(operation, step);
    if (!answer) co_return fail(std::move(answer.error()));
    ordered_ = ordered_ || (orders && answer->taken());
    const bool as_expected = refusal.empty() || std::to_string(answer->status) == refusal;
    if (answer->taken() == refused || !as_expected) {
      const auto expected = !refused ? "2xx" : refusal.empty() ? "a refusal" : refusal;
      co_return wrong(
          fmt::format("{} is expected, and the answer is {}: {}", expected, answer->status, answer->body));
    }
    if (refused || wanted.empty()) co_return Result<void>{};
    auto status = stage_.judge(answer->body, "DataFlowStatusMessage");
    if (!status) co_return fail(std::move(status.error()));
    if (text_of(*status, "state") != wanted) {
      co_return wrong(wanted + " is expected, and the state is " + text_of(*status, "state"));
    }
    if (orders) note(*status);
    co_return Result<void>{};
  }

  Task<Result<Wire::Answer>> ask(std::string operation, std::string step) {
    auto url = stage_.data_plane + "/dataflows/";
    const bool orders = operation == "prepare" || operation == "start";
    url += orders ? operation : text::percent_encode(flow_) + "/" + operation;
    if (operation == "status") co_return co_await stage_.wire.get(std::move(url), stage_.authorization);
    auto body = operation == "completed" ? json::Object{} : message_for(operation, step);
    co_return co_await stage_.wire.post(std::move(url), std::move(body), stage_.authorization);
  }

  void note(const json::Object& status) {
    flow_ = text_of(status, "dataFlowId");
    const auto* address = status.if_contains("dataAddress");
    if (address && address->is_object()) address_ = address->get_object();
  }

  json::Object message_for(const std::string& operation, const std::string& step) {
    json::Object message{{"messageId", new_uuid(stage_.wire.random())}};
    if (operation == "terminate") message["reason"] = "any";
    if (step.starts_with("started:")) message["dataAddress"] = pull_address(step.ends_with(":renewable"));
    if (operation != "prepare" && operation != "start") return message;
    message["participantId"] = case_.participant;
    message["counterPartyId"] = stage_.wire.client_did();
    message["dataspaceContext"] = "conformance";
    message["processId"] = process_;
    message["agreementId"] = step.contains(":other-agreement") ? "another" : case_.agreement;
    message["datasetId"] = case_.dataset;
    message["claims"] = json::Object{};
    message["profile"] = case_.profile;
    const bool sends = case_.is_push() && operation == "start" && !step.contains(":no-address");
    if (sends || step.contains(":address")) {
      message["dataAddress"] = json::Object{{"endpointType", "https://w3id.org/idsa/v4.1/HTTP"},
                                            {"endpoint", stage_.wire.address()}};
    }
    return message;
  }

  Task<Result<void>> expect(std::string callback) {
    auto letter = co_await stage_.wire.next(process_);
    if (!letter) co_return fail(std::move(letter.error()));
    if (letter->what != "callback:" + callback) {
      co_return wrong("the callback '" + callback + "' is expected, and this came: " + letter->what);
    }
    auto status = stage_.judge(letter->body, "DataFlowStatusMessage");
    if (!status) co_return fail(std::move(status.error()));
    co_return Result<void>{};
  }

  Task<Result<void>> await_state(std::string wanted) {
    std::string last;
    for (int attempt = 0; attempt < 100; ++attempt) {
      auto answer = co_await stage_.wire.get(
          stage_.data_plane + "/dataflows/" + text::percent_encode(flow_) + "/status", stage_.authorization);
      if (!answer) co_return fail(std::move(answer.error()));
      auto status = stage_.judge(answer->body, "DataFlowStatusResponseMessage");
      if (!status) co_return fail(std::move(status.error()));
      last = text_of(*status, "state");
      if (last == wanted) co_return Result<void>{};
      const auto pause = std::chrono::milliseconds(50);
      [[maybe_unused]] const auto waited =
          co_await stage_.wire.clock().wait_until(stage_.wire.clock().now() + pause);
    }
    co_return wrong(wanted + " is expected, and the state stays " + last);
  }

  Result<void> check_address() const {
    if (!address_) return wrong("no address was given");
    auto properties = properties_of(*address_);
    const bool fits = text_of(*address_, "endpointType") == http_pull_profile &&
                      text_of(*address_, "endpoint").starts_with("http") &&
                      properties["authType"] == "bearer" && !properties["authorization"].empty() &&
                      !properties["refreshToken"].empty() && is_number(properties["expiresIn"]) &&
                      properties["refreshEndpoint"].starts_with("http");
    return fits ? Result<void>{} : wrong("the address is " + json::serialize(*address_));
  }

  Task<Result<void>> renew(std::string step) {
    auto properties = properties_of(*address_);
    const auto token = step == "renew:unknown-token!" ? "unknown" : properties["refreshToken"];
    const auto audience =
        step == "renew:wrong-audience!" ? std::string("did:web:invalid-audience") : case_.participant;
    auto answer = co_await stage_.wire.post_form(
        properties["refreshEndpoint"],
        "grant_type=refresh_token&refresh_token=" + text::percent_encode(token),
        "Bearer " + stage_.wire.client_token(audience, properties["authorization"]));
    if (!answer) co_return fail(std::move(answer.error()));
    if (answer->taken() == step.ends_with('!')) {
      co_return wrong(fmt::format("was answered {}: {}", answer->status, answer->body));
    }
    if (!answer->taken()) co_return Result<void>{};
    auto renewed = stage_.judge(answer->body, "");
    if (!renewed) co_return fail(std::move(renewed.error()));
    const auto fresh = text_of(*renewed, "access_token");
    const bool fits =
        !fresh.empty() && fresh != properties["authorization"] && !text_of(*renewed, "token_type").empty();
    co_return fits ? Result<void>{} : wrong("the answer is " + answer->body);
  }

  Stage stage_;
  DataPlaneCase case_;
  std::string process_;
  std::string flow_;
  bool ordered_ = false;
  std::optional<json::Object> address_;
};

}  // namespace

Task<Result<void>> play_data_plane(Stage stage, DataPlaneCase one) {
  DataPlanePlay play(std::move(stage), std::move(one));
  co_return co_await play.run();
}

}  // namespace kontor::app::conformance
