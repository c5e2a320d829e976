#include "harness/data_plane.hpp"

#include <fmt/format.h>

#include <fstream>
#include <thread>

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

std::vector<std::string> with_files(std::vector<std::string> settings, const std::filesystem::path& folder) {
  settings.push_back("file_data_plane.root=" + (folder / "files").string());
  settings.emplace_back("http_push.https_only=false");
  return settings;
}

/// A line of what the kernel says of a process's memory.
std::uint64_t status_bytes(pid_t process, const std::string& name) {
  std::ifstream status(fmt::format("/proc/{}/status", process));
  for (std::string line; std::getline(status, line);) {
    constexpr std::uint64_t kib = 1024;
    if (line.starts_with(name + ":")) return std::stoull(line.substr(name.size() + 1)) * kib;
  }
  throw installation::Failed{"the kernel does not say " + name};
}

}  // namespace

DataPlane::DataPlane(const std::filesystem::path& program, std::vector<std::string> settings)
    : home_({program, folder_}, port_,
            {.name = "plane",
             .issuer_did = "did:web:nobody.example",
             .plain_http_authority = fmt::format("127.0.0.1:{}", port_),
             .settings = with_files(std::move(settings), folder_)},
            certificates_, ports_) {
  std::filesystem::create_directories(files());
}

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

std::string DataPlane::next_flow() {
  return fmt::format("flow-{}", opened_++);
}

std::string DataPlane::message(const std::string& flow, const std::string& profile,
                               const std::string& rest) const {
  return fmt::format(R"({{"messageId":"start-{0}","participantId":"did:web:acme.example",)"
                     R"("counterPartyId":"did:web:globex.example","dataspaceContext":"bench",)"
                     R"("processId":"{0}","agreementId":"agreement","datasetId":"dataset",)"
                     R"("profile":"{1}",{2}}})",
                     flow, profile, rest);
}

std::string DataPlane::http_source(const std::string& url) {
  return fmt::format(R"("type":"HttpData","baseUrl":"{}")", url);
}

std::string DataPlane::file_source(const std::string& path) {
  return fmt::format(R"("type":"File","path":"{}")", path);
}

std::vector<Access> DataPlane::open(std::size_t count, const std::string& source) {
  token_ = home_.admin_token(driver_);
  const auto rest = fmt::format(R"("metadata":{{"dataAddress":{{{}}}}})", source);
  std::vector<Request> orders;
  for (std::size_t i = 0; i < count; ++i)
    orders.push_back(order("start", message(next_flow(), "HttpData-PULL", rest)));
  std::vector<Access> all;
  for (const auto& answer : send_all(driver_, std::move(orders), 200)) all.push_back(access_in(answer));
  return all;
}

void DataPlane::push(const std::string& source, const std::string& folder) {
  token_ = home_.admin_token(driver_);
  const auto to = fmt::format(R"("metadata":{{"dataDestination":{{{}}}}})", file_source(folder));
  const auto prepared =
      driver_.expect(200, order("prepare", message(next_flow(), "HttpData-PUSH", to))).json();
  const auto* address = json::find(prepared, "dataAddress");
  installation::verify(address != nullptr, "who is pushed to says no address");
  const auto from = fmt::format(R"("metadata":{{"dataAddress":{{{}}}}},"dataAddress":{})", source,
                                json::serialize(*address));
  const auto flow = next_flow();
  driver_.expect(200, order("start", message(flow, "HttpData-PUSH", from)));
  const auto status_url = home_.signaling_url() + "/api/v1/" + context + "/dataflows/" + flow + "/status";
  for (;;) {
    constexpr auto pause = std::chrono::milliseconds(200);
    driver_.aside([pause] { std::this_thread::sleep_for(pause); });
    const auto status = driver_.expect(200, {.url = status_url, .token = token_});
    const auto state = installation::text_at(status.json(), "state");
    if (state == "COMPLETED") return;
    installation::verify(state == "STARTED", "the push has failed: " + status.body);
  }
}

std::uint64_t DataPlane::resident_bytes() const {
  return status_bytes(home_.runtime_process(), "VmRSS");
}
std::uint64_t DataPlane::peak_bytes() const {
  return status_bytes(home_.runtime_process(), "VmHWM");
}
void DataPlane::forget_peak() const {
  std::ofstream(fmt::format("/proc/{}/clear_refs", home_.runtime_process())) << "5";
}

void DataPlane::terminate(const Access& access) {
  driver_.expect(200, order(access.flow + "/terminate",
                            fmt::format(R"({{"messageId":"end-{}","reason":"measured"}})", access.flow)));
}

}  // namespace kontor::bench
