#include <fmt/format.h>

#include <filesystem>

#include "moving.hpp"
#include "platform/async/deadline.hpp"
#include "sensor.hpp"

namespace kontor::journey {
namespace {

constexpr const char* reference_data = "reference-data";
constexpr const char* readings = "sensor-readings";
constexpr const char* slow = R"({"eachFlow":{"bytesPerSecond":524288}})";

std::string for_globex_alone(World& world) {
  return fmt::format(R"({{"leftOperand":"participantId","operator":"eq","rightOperand":"{}"}})",
                     world.company("globex").did);
}

/// The digests of the plain files in a folder, by name.
std::map<std::string, std::string> digests_in(const std::filesystem::path& folder) {
  std::map<std::string, std::string> digests;
  if (!std::filesystem::exists(folder)) return digests;
  for (const auto& each : std::filesystem::directory_iterator(folder))
    digests.emplace(each.path().filename().string(), sha256_of(each.path()));
  return digests;
}

std::uint64_t bytes_in(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  for (const auto& each : std::filesystem::directory_iterator(folder)) bytes += each.file_size();
  return bytes;
}

void limit_acme(World& world, const std::string& limits) {
  const auto& acme = world.company("acme");
  world.driver.expect(204, {.method = limits.empty() ? "DELETE" : "PUT",
                            .url = management(acme, "usage/limits"),
                            .token = acme.home->admin_token(world.driver),
                            .body = limits});
}

/// How much of a push that is under way has been sent, once there is something.
std::uint64_t sent_so_far(World& world, const Transfer& push) {
  const auto& acme = world.company("acme");
  for (int looks = 0; looks < 500; ++looks) {
    const auto usage = usage_of(world, acme, push.provider_id);
    if (!usage.is_null() && number_at(usage, "sentBytes") > 0) return number_at(usage, "sentBytes");
    pause(world, std::chrono::milliseconds(20));
  }
  throw Failed{"nothing is told of a push that is under way"};
}

/// A byte count of a flow once it has come to this; what it is, where it does not.
std::uint64_t counted(World& world, const Company& company, const std::string& flow, const char* way,
                      std::uint64_t expected) {
  std::uint64_t count = 0;
  for (int looks = 0; looks < 100 && count != expected; ++looks) {
    const auto usage = usage_of(world, company, flow);
    if (!usage.is_null()) count = number_at(usage, way);
    if (count != expected) pause(world, std::chrono::milliseconds(20));
  }
  return count;
}

}  // namespace

std::string push(World& world) {
  const auto& acme = world.company("acme");
  const auto& globex = world.company("globex");
  const auto given = acme.home->data_folder() / acme.context / reference_data;
  std::filesystem::create_directories(given);
  for (const auto& each : std::filesystem::directory_iterator(world.source_folder))
    std::filesystem::copy_file(each.path(), given / each.path().filename());
  publish(world, "acme",
          {.asset = reference_data,
           .file = {},
           .constraint = for_globex_alone(world),
           .address = fmt::format(R"({{"@type":"DataAddress","type":"File","path":"{}"}})", reference_data)});
  limit_acme(world, slow);
  const auto pushed = begin_transfer(world, push_body(world, agree(world, reference_data), "from-acme"));
  const auto total = bytes_in(given);
  const auto early = sent_so_far(world, pushed);
  verify(early < total, "all was sent before anybody could look");
  for (const auto& [company, id] : {std::pair(&globex, pushed.id), std::pair(&acme, pushed.provider_id)})
    await_state(world, *company, id, {"COMPLETED"});
  limit_acme(world, "");
  const auto wanted = digests_in(given);
  verify(digests_in(globex.home->data_folder() / globex.context / "from-acme") == wanted,
         "what is in Globex's folder is not what is in Acme's");
  const auto sent = counted(world, acme, pushed.provider_id, "sentBytes", total);
  const auto received = counted(world, globex, pushed.id, "receivedBytes", total);
  verify(sent == total && received == total, fmt::format("{} bytes were pushed, {} counted as sent and {} as "
                                                         "received",
                                                         total, sent, received));
  withdraw(world, reference_data);
  return fmt::format(
      "{} files from Acme's folder into Globex's, SHA-256 equal; seen at {} % under way, COMPLETED at both "
      "ends, {} bytes on both accounts",
      wanted.size(), early * 100 / total, total);
}

namespace {

/// An application of Globex's, with a token of its own.
struct Application {
  std::string path;
  std::string token;
};

Application register_application(World& world, const std::string& name) {
  const auto& globex = world.company("globex");
  const auto base =
      globex.home->administration_url() + "/api/sts/v1/participants/" + globex.context + "/applications";
  auto made = world.driver
                  .expect(201, {.method = "POST",
                                .url = base,
                                .token = globex.token,
                                .body = fmt::format(
                                    R"({{"name":"{}","scopes":["management-api:transfers:read"]}})", name)})
                  .json();
  return {base + "/" + text_at(made, "id"),
          world.driver.token(globex.home->administration_url(), text_at(made, "clientId"),
                             text_at(made, "clientSecret"))};
}

using Moment = std::chrono::steady_clock::time_point;

/// An answer without an end that somebody reads.
class Reader {
 public:
  Reader(World& world, std::string url, std::string token) : world_(world) {
    const auto what = "GET " + url;
    auto opened =
        world.driver.loop().run(world.driver.stream({.url = std::move(url), .token = std::move(token)}));
    if (!opened) throw Failed{what + ": " + opened.error().message()};
    stream_ = std::move(*opened);
  }

  /// Until that many readings have come.
  void read_readings(std::size_t count) {
    while (readings_ < count) verify(!is_over(), "a stream ended by itself");
  }
  /// How long after the moment it was over.
  double ended_after(Moment moment) {
    while (!is_over())
      verify(std::chrono::steady_clock::now() - moment < std::chrono::seconds(5),
             "a stream goes on although its transfer was stopped");
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - moment).count();
  }

 private:
  bool is_over() {
    auto& loop = world_.driver.loop();
    const auto soon = platform::async::Deadline::after(loop.clock(), std::chrono::seconds(5));
    auto piece = loop.run(platform::async::with_deadline(loop.clock(), soon, stream_->read()));
    verify(piece || piece.error().code != ErrorCode::timeout, "a stream stands still");
    if (!piece || piece->empty()) return true;
    for (auto at = piece->find("data:"); at != std::string::npos; at = piece->find("data:", at + 1))
      ++readings_;
    return false;
  }

  World& world_;
  std::shared_ptr<platform::http::BodyStream> stream_;
  std::size_t readings_ = 0;
};

}  // namespace

std::string stream(World& world) {
  const auto& acme = world.company("acme");
  const auto& globex = world.company("globex");
  Sensor sensor(world.driver.loop());
  publish(world.driver, acme, sensor.url(),
          {.asset = readings, .file = "readings", .constraint = for_globex_alone(world)});
  const auto agreement = agree(world, readings);
  const auto transfer = begin_transfer(world, transfer_body(world, agreement));
  const auto application = register_application(world, "dashboard");
  const auto local = globex.home->local_url() + "/agreements/" + agreement;

  Reader dashboard(world, local, application.token);
  dashboard.read_readings(5);
  auto address =
      world.driver
          .expect(200, {.url = management(globex, "transferprocesses/" + transfer.id + "/dataaddress"),
                        .token = globex.token})
          .json();
  Reader direct(world, text_at(address, "endpoint"), property_of(address, "authorization"));
  direct.read_readings(5);
  const auto suspended = std::chrono::steady_clock::now();
  order(world, acme, transfer.provider_id, "suspend");
  const auto direct_end = direct.ended_after(suspended);
  const auto local_end = dashboard.ended_after(suspended);
  await_state(world, acme, transfer.provider_id, {"SUSPENDED"});
  await_state(world, globex, transfer.id, {"SUSPENDED"});
  verify(world.driver.send({.url = local, .token = application.token}).status == 409,
         "a suspended transfer is served at Globex's local address");

  order(world, acme, transfer.provider_id, "resume");
  await_state(world, globex, transfer.id, {"STARTED"});
  Reader again(world, local, application.token);
  again.read_readings(5);
  const auto terminated = std::chrono::steady_clock::now();
  order(world, globex, transfer.id, "terminate");
  const auto last_end = again.ended_after(terminated);
  world.driver.expect(204, {.method = "DELETE", .url = application.path, .token = globex.token});
  verify(world.driver.send({.url = local, .token = application.token}).status == 401,
         "an application that was revoked is still heard");
  withdraw(world, readings);
  return fmt::format(
      "an application of Globex reads server-sent events at one local address: they are over {:.0f} ms after "
      "Acme orders the suspension (at Acme's plane {:.0f} ms), go on at the same address after its "
      "resumption, "
      "and are over {:.0f} ms after Globex orders the end",
      local_end, direct_end, last_end);
}

}  // namespace kontor::journey
