#pragma once

#include <string>
#include <utility>
#include <vector>

#include "dataplane/http/test_plane.hpp"

/// For tests: flows that are pulled, over HTTP from order to last piece.
namespace kontor::dataplane::http::testing {

class PullTest : public ::testing::Test {
 protected:
  PullTest() { boot(); }
  ~PullTest() override { plane.reset(); }

  void boot(std::vector<std::string> allowed_networks = {"127.0.0.0/8"},
            std::chrono::milliseconds flows_cached_for = std::chrono::hours(1),
            std::chrono::milliseconds source_timeout = std::chrono::seconds(20)) {
    plane.reset();
    plane = plane_for_pulls(loop,
                            {.folder = folder.path(),
                             .control_plane = world.url(),
                             .allowed_networks = std::move(allowed_networks)},
                            {.source_timeout = source_timeout, .flows_cached_for = flows_cached_for});
  }
  Task<void> pause(Duration duration) {
    [[maybe_unused]] auto waited = co_await loop.clock().wait_until(loop.clock().now() + duration);
  }

  /// A start message; `source` are members of the data address.
  static std::string start_of(const std::string& flow, const std::string& source,
                              const std::string& message = "m1") {
    return R"({"messageId":")" + message +
           R"(","participantId":"did:web:us","counterPartyId":"did:web:them",)" +
           R"("dataspaceContext":"dsp","processId":")" + flow + R"(","agreementId":"ag","datasetId":"ds",)" +
           R"("profile":"HttpData-PULL","metadata":{"dataAddress":{"type":"HttpData",)" + source + "}}}";
  }
  std::string source_at(const std::string& path) { return R"("baseUrl":")" + world.url() + path + "\""; }

  static dps::HttpAccess access_in(const web::Response& response) {
    EXPECT_EQ(response.status, 200u) << response.body.text;
    auto message = json::decode<dps::DataFlowStatusMessage>(response.body.text);
    EXPECT_TRUE(message && message->data_address) << response.body.text;
    if (!message || !message->data_address) return {};
    return dps::read_http_access(*message->data_address, {.https_only = false, .renewal_required = false})
        .value();
  }
  dps::HttpAccess start(const std::string& flow, const std::string& source) {
    return access_in(plane->signal("start", start_of(flow, source)));
  }
  /// A pull whose body is read piece by piece.
  Result<web::Response> begin(const dps::HttpAccess& access) {
    web::Request request{.target = access.endpoint};
    request.headers.set("Authorization", "Bearer " + *access.access_token);
    return loop.run(plane->client().send(
        std::move(request),
        {.deadline = plane->soon(), .trust = web::Trust::configured, .stream_response = true}));
  }
  /// Reads on until the answer breaks off, which it does long before the bound unless it is endless.
  bool ends(const web::Response& response) {
    for (int pieces = 0; pieces < 20'000; ++pieces) {
      const auto piece = loop.run(response.body.stream->read());
      if (!piece || piece->empty()) return true;
    }
    return false;
  }
  /// The address under a plane that has moved to another port.
  std::string moved(const std::string& url) const {
    return plane->public_url() + url.substr(url.find("/api/"));
  }

  RealLoop loop;
  kontor::testing::TemporaryFolder folder;
  World world{loop};
  std::unique_ptr<Plane> plane;
};

}  // namespace kontor::dataplane::http::testing
