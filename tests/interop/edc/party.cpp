#include "interop/edc/party.hpp"

#include <fmt/format.h>

#include "protocol/dsp/forms.hpp"

namespace kontor::interop::edc {

namespace {

constexpr std::size_t answer_bytes_max = 16 << 20;
constexpr std::chrono::seconds longest_wait{20};
constexpr std::chrono::milliseconds between_looks{250};

json::Value must(Driver& driver, const Party& party, Request request) {
  const auto what = fmt::format("{}: {} {}", party.name, request.method, request.url);
  auto answer = driver.loop().run(call(driver, party, std::move(request)));
  if (!answer) throw installation::Failed{what + ": " + answer.error().message()};
  return std::move(*answer);
}

void create(Driver& driver, const Party& party, const std::string& kind, const std::string& members) {
  must(driver, party,
       {.method = "POST", .url = kind, .body = fmt::format("{{{},{}}}", management_context, members)});
}

}  // namespace

Task<Result<json::Value>> call(Driver& driver, const Party& party, Request request) {
  request.url = party.management + "/" + request.url;
  request.token = party.token;
  auto answer = co_await driver.ask(std::move(request));
  if (!answer) co_return fail(std::move(answer.error()));
  if (answer->status >= 300)
    co_return fail(ErrorCode::peer_refused, "{}: {}", answer->status, answer->body.substr(0, 600));
  if (answer->body.empty()) co_return json::Value();
  co_return json::parse(answer->body, {.bytes_max = answer_bytes_max});
}

Task<Result<json::Value>> look(Driver& driver, const Party& party, std::string path) {
  Request request{.url = std::move(path)};
  if (party.waits) request.wait = longest_wait;
  co_return co_await call(driver, party, std::move(request));
}

Task<Result<json::Value>> find(Driver& driver, const Party& party, std::string kind,
                               std::string correlation) {
  auto body = fmt::format(
      R"({{{},"@type":"QuerySpec","filterExpression":[{{"@type":"Criterion","operandLeft":"correlationId",)"
      R"("operator":"=","operandRight":"{}"}}]}})",
      management_context, correlation);
  auto found =
      co_await call(driver, party, {.method = "POST", .url = kind + "/request", .body = std::move(body)});
  if (!found) co_return fail(std::move(found.error()));
  const auto* all = found->if_array();
  if (!all || all->size() > 1)
    co_return fail(ErrorCode::peer_refused, "{} processes with one peer's pid", all ? all->size() : 0);
  co_return all->empty() ? json::Value() : all->front();
}

Task<void> pause(Driver& driver) {
  auto& clock = driver.loop().clock();
  static_cast<void>(co_await clock.wait_until(clock.now() + between_looks));
}

std::string member(const json::Value& value, std::string_view key) {
  const auto* found = json::find(value, key);
  const auto* text = found ? found->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}

void publish(Driver& driver, const Party& party, const std::string& asset, const std::string& source) {
  create(driver, party, "assets",
         fmt::format(R"("@type":"Asset","@id":"{0}","properties":{{"name":"{0}"}},)"
                     R"("dataAddress":{{"@type":"DataAddress","type":"HttpData","baseUrl":"{1}"}})",
                     asset, source));
  create(driver, party, "policydefinitions",
         fmt::format(R"("@type":"PolicyDefinition","@id":"{}-policy","policy":{{"@type":"Set",)"
                     R"("permission":[{{"action":"use"}}]}})",
                     asset));
  create(driver, party, "contractdefinitions",
         fmt::format(
             R"("@type":"ContractDefinition","@id":"{0}-definition","accessPolicyId":"{0}-policy",)"
             R"("contractPolicyId":"{0}-policy","assetsSelector":[{{"@type":"Criterion","operandLeft":"id",)"
             R"("operator":"=","operandRight":"{0}"}}])",
             asset));
}

json::Value offer_of(Driver& driver, const Party& consumer, const Party& provider, const std::string& asset) {
  // EDC passes on what it was given, in the form of the version.
  const auto catalog = protocol::dsp::from_2024_1(
      must(driver, consumer,
           {.method = "POST",
            .url = "catalog/request",
            .body = fmt::format(
                R"({{{},"@type":"CatalogRequest",{},"counterPartyAddress":"{}","counterPartyId":"{}"}})",
                management_context, consumer.protocol, provider.address, provider.id)}));
  installation::verify(member(catalog, "participantId") == provider.id, "the catalog is not the provider's");
  const auto* datasets = json::find(catalog, "dataset");
  for (const auto& dataset : datasets ? datasets->as_array() : json::Array()) {
    if (member(dataset, "@id") != asset) continue;
    installation::verify(json::serialize(dataset).contains("HttpData-PULL"), "the dataset cannot be pulled");
    auto offer = json::find(dataset, "hasPolicy")->as_array().at(0).as_object();
    offer["@type"] = "Offer";
    offer["assigner"] = provider.id;
    offer["target"] = asset;
    return offer;
  }
  throw installation::Failed{"the catalog does not offer " + asset + ": " + json::serialize(catalog)};
}

}  // namespace kontor::interop::edc
