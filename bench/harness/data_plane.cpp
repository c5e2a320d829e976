#include "harness/data_plane.hpp"

#include <fmt/format.h>

#include "harness/contexts.hpp"

namespace kontor::bench {

using installation::Request;

namespace {

constexpr auto context = "acme";

Access access_in(const installation::Answer& answer) {
  const auto status = answer.json();
  const auto* address = json::find(status, "dataAddress");
  installation::verify(address != nullptr, "a flow that was opened has no address: " + answer.body);
  const auto url = installation::text_at(*address, "endpoint");
  return {.flow = installation::text_at(status, "dataFlowId"),
          .path = url.substr(url.find("/api/")),
          .token = installation::property_of(*address, "authorization")};
}

}  // namespace

DataPlane::DataPlane(const std::filesystem::path& program, std::vector<std::string> settings)
    : home_({program, folder_}, port_,
            {.name = "plane",
             .issuer_did = "did:web:nobody.example",
             .plain_http_authority = fmt::format("127.0.0.1:{}", port_),
             .settings = std::move(settings)},
            certificates_, ports_) {}

DataPlane::~DataPlane() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void DataPlane::start() {
  home_.start();
  home_.await_ready(driver_);
}

Request DataPlane::order(const std::string& path, std::string body) {
  return {.method = "POST",
          .url = fmt::format("{}/api/v1/{}/dataflows/{}", home_.signaling_url(), context, path),
          .token = token_,
          .body = std::move(body)};
}

std::vector<Access> DataPlane::open(std::size_t count, const std::string& source_url) {
  token_ = home_.admin_token(driver_);
  std::vector<Request> orders;
  for (std::size_t i = 0; i < count; ++i, ++opened_) {
    orders.push_back(order(
        "start", fmt::format(R"({{"messageId":"start-{0}","participantId":"did:web:acme.example",)"
                             R"("counterPartyId":"did:web:globex.example","dataspaceContext":"bench",)"
                             R"("processId":"flow-{0}","agreementId":"agreement","datasetId":"dataset",)"
                             R"("profile":"HttpData-PULL","metadata":{{"dataAddress":{{"type":"HttpData",)"
                             R"("baseUrl":"{1}"}}}}}})",
                             opened_, source_url)));
  }
  std::vector<Access> all;
  for (const auto& answer : send_all(driver_, std::move(orders), 200)) all.push_back(access_in(answer));
  return all;
}

void DataPlane::terminate(const Access& access) {
  driver_.expect(200, order(access.flow + "/terminate",
                            fmt::format(R"({{"messageId":"end-{}","reason":"measured"}})", access.flow)));
}

}  // namespace kontor::bench
