#include "interop/edc/planes.hpp"

#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "interop/edc/negotiations.hpp"
#include "interop/edc/transfers.hpp"
#include "protocol/dsp/types.hpp"

namespace kontor::interop::edc {

namespace {

using installation::verify;

/// Everybody's words for HTTP data before there were profiles.
constexpr std::string_view pull = "HttpData-PULL";
constexpr std::string_view push = "HttpData-PUSH";

/// What a consumer was given.
struct Access {
  std::string endpoint;
  std::string token;
};

struct Planes {
  Driver driver{std::string()};
  std::unique_ptr<Partner> partner = {};   ///< Kontor as the consumer of everything
  std::unique_ptr<Partner> provider = {};  ///< Kontor, whose planes are used one by one
  std::unique_ptr<EdcPlane> plane = {};
  std::unique_ptr<Edc> edc = {};  ///< EDC's control plane
  Party consumer = {};
  std::string source = {};
  std::filesystem::path folder = {};

  std::string start(const Options& options);
  std::string register_edcs_plane();
  std::string register_kontors_plane();
  void register_plane(const Party& by, const std::string& members);
  std::string push_to_kontor();
  std::string flow(const Party& by, const std::string& asset, std::string_view scheme);

  std::string agreement(const Party& by, const std::string& asset);
  Access access(const Running& transfer);
  Answer fetch(const Access& access, std::string_view scheme);
  void must_give(const Access& access, std::string_view scheme, const std::string& when);
  void must_refuse(const Access& access, std::string_view scheme, const std::string& when);
};

/// EDC asks a data plane whether it is there, and uses none before.
Task<bool> is_available(Driver& driver, const Party& edc) {
  constexpr int looks_max = 80;
  for (int i = 0; i < looks_max; ++i) {
    const auto all = co_await call(driver, edc, {.url = "dataplanes"});
    if (all && json::serialize(*all).contains("\"AVAILABLE\"")) co_return true;
    co_await pause(driver);
  }
  co_return false;
}

std::string Planes::start(const Options& options) {
  folder = options.folder / "planes";
  std::filesystem::create_directories(folder);
  partner = std::make_unique<Partner>(driver, folder, options.program, "consumer");
  provider = std::make_unique<Partner>(driver, folder, options.program, "provider");
  consumer = partner->party(newest_version);
  plane = std::make_unique<EdcPlane>(driver, folder, options.plane_class_path, provider->token());
  edc = std::make_unique<Edc>(
      driver, folder,
      EdcOptions{.class_path = options.control_class_path,
                 .pace = Pace::tuned,
                 .settings =
                     fmt::format("interop.signaling.token={}\nedc.hostname=127.0.0.1\n", provider->token())});
  source = edc->source();
  return "two of Kontor, EDC's data plane and EDC's control plane are ready";
}

void Planes::register_plane(const Party& by, const std::string& members) {
  const auto done = driver.loop().run(call(
      driver, by,
      {.method = "PUT",
       .url = "dataplanes",
       .body = fmt::format(R"({{"dataplaneId":"data-plane","transferTypes":["{}","{}"],"labels":[],{}}})",
                           pull, push, members)}));
  verify(done.has_value(), "Kontor does not register a data plane");
}

std::string Planes::register_edcs_plane() {
  const auto by = provider->party(newest_version);
  register_plane(by, fmt::format(R"("dialect":"edc-legacy","endpoint":"{}")", plane->endpoint()));
  publish(driver, by, "by-edcs-plane", source);
  return "EDC's data plane is Kontor's, in the dialect edc-legacy";
}

std::string Planes::register_kontors_plane() {
  driver.expect(
      200, {.method = "PUT",
            .url = provider->signaling() + "/controlplanes",
            .token = provider->token(),
            .body = fmt::format(R"({{"controlplaneId":"connector","endpoint":"{}","dialect":"edc-legacy"}})",
                                edc->control())});
  driver.expect(200,
                {.method = "POST",
                 .url = edc->control() + "/v1/dataplanes",
                 .body = fmt::format(R"({{"@context":{{"@vocab":"https://w3id.org/edc/v0.0.1/ns/"}},)"
                                     R"("@type":"DataPlaneInstance","@id":"kontor","url":"{}/dataflows",)"
                                     R"("allowedSourceTypes":["HttpData"],"allowedTransferTypes":["{}"]}})",
                                     provider->signaling(), pull)});
  const auto by = edc->party(newest_version);
  verify(driver.loop().run(is_available(driver, by)), "EDC does not find Kontor's data plane available");
  publish(driver, by, "by-kontors-plane", source);
  return "Kontor's data plane is EDC's, over its control API";
}

std::string Planes::agreement(const Party& by, const std::string& asset) {
  const auto offer = offer_of(driver, consumer, by, asset);
  const auto all = negotiate(driver, {.consumer = consumer, .provider = by, .offer = offer, .count = 1});
  verify(all.size() == 1 && all[0].finalized(), "there is no agreement about " + asset);
  return all[0].consumer.agreement;
}

Access Planes::access(const Running& transfer) {
  auto address = driver.loop().run(
      call(driver, consumer, {.url = "transferprocesses/" + transfer.consumer_id + "/dataaddress"}));
  verify(address.has_value(), "the consumer has no data address");
  const auto read = json::decode_value<protocol::dsp::DataAddress>(*address);
  const auto* token = read ? read->property("authorization") : nullptr;
  verify(token && read->endpoint,
         "the address names no endpoint, or no token: " + json::serialize(*address).substr(0, 300));
  return {*read->endpoint, *token};
}

Answer Planes::fetch(const Access& access, std::string_view scheme) {
  return driver.send(
      {.url = access.endpoint, .headers = {{"Authorization", std::string(scheme) + access.token}}});
}

void Planes::must_give(const Access& access, std::string_view scheme, const std::string& when) {
  const auto answer = fetch(access, scheme);
  verify(answer.status == 200, fmt::format("{}: {} {}", when, answer.status, answer.body.substr(0, 300)));
  verify(answer.body == driver.expect(200, {.url = source}).body, when + ": the data are not the source's");
}

void Planes::must_refuse(const Access& access, std::string_view scheme, const std::string& when) {
  const auto answer = fetch(access, scheme);
  verify(answer.status == 401 || answer.status == 403,
         fmt::format("{}: the token is answered {}", when, answer.status));
}

/// Everything that was received, by the consumer's own data plane.
std::vector<std::string> received_below(const std::filesystem::path& folder) {
  std::vector<std::string> contents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path());
    std::stringstream text;
    text << file.rdbuf();
    contents.push_back(text.str());
  }
  return contents;
}

std::string Planes::push_to_kontor() {
  register_plane(consumer, fmt::format(R"("endpoint":"{}/dataflows")", partner->signaling()));
  const auto by = provider->party(newest_version);
  const auto transfer = open(driver, {.consumer = consumer,
                                      .provider = by,
                                      .agreement = agreement(by, "by-edcs-plane"),
                                      .transfer_type = std::string(push)});
  await_state(driver, transfer, "COMPLETED");
  const auto expected = driver.expect(200, {.url = source}).body;
  verify(received_below(folder / "consumer" / "files") == std::vector{expected},
         "the consumer's data plane did not receive the source's data, once");
  return "sent by EDC's data plane to Kontor's, its completion told by EDC's, data as at the source";
}

/// `scheme` stands before the token.
std::string Planes::flow(const Party& by, const std::string& asset, std::string_view scheme) {
  const auto transfer = edc::start(driver, consumer, by, agreement(by, asset));
  const auto first = access(transfer);
  must_give(first, scheme, "started");
  must_refuse({first.endpoint, first.token + "x"}, scheme, "a token that nobody gave");
  act(driver, transfer, by, "suspend", "SUSPENDED");
  must_refuse(first, scheme, "suspended");
  act(driver, transfer, by, "resume", "STARTED");
  const auto second = access(transfer);
  must_give(second, scheme, "resumed");
  act(driver, transfer, consumer, "terminate", "TERMINATED");
  must_refuse(second, scheme, "terminated");
  return "started, data as at the source, suspended and refused, resumed and data again, terminated and "
         "refused";
}

}  // namespace

void play_planes(Report& report, const Options& options) {
  Planes planes;
  if (!report.run("Planes: start", [&] { return planes.start(options); })) return;
  const std::string ours = "Kontor's control plane, EDC's data plane";
  if (report.run(ours + ": registration", [&] { return planes.register_edcs_plane(); })) {
    // EDC's public API takes the token alone.
    report.run(ours + ": pull", [&] {
      const auto by = planes.provider->party(newest_version);
      return planes.flow(by, "by-edcs-plane", "");
    });
    report.run(ours + ": push", [&] { return planes.push_to_kontor(); });
  }
  const std::string theirs = "EDC's control plane, Kontor's data plane";
  if (report.run(theirs + ": registration", [&] { return planes.register_kontors_plane(); })) {
    report.run(theirs + ": pull", [&] {
      const auto by = planes.edc->party(newest_version);
      return planes.flow(by, "by-kontors-plane", "Bearer ");
    });
  }
}

}  // namespace kontor::interop::edc
