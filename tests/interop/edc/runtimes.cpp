#include "interop/edc/runtimes.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace kontor::interop::edc {

namespace {

using installation::Child;
using installation::Failed;
using installation::verify;

constexpr std::chrono::seconds patience{90};
constexpr std::string_view newest_profile = "http-dsp-profile-2025-1";
constexpr std::string_view oldest_profile = "http-dsp-profile-2024-1";

/// Both find a profile by its version.
std::string protocol_member(std::string_view version) {
  return fmt::format(R"("protocol":"dataspace-protocol-http:{}")", version);
}

std::string settings(const EdcOptions& options, const std::string& id, const std::vector<int>& ports) {
  auto text = fmt::format("edc.participant.id={}\nedc.dsp.callback.address=http://127.0.0.1:{}/protocol\n{}",
                          id, ports.at(0), options.settings);
  const char* listeners[] = {"protocol", "management", "control", "", "version"};
  for (std::size_t i = 0; i < std::size(listeners); ++i) {
    const std::string name = listeners[i];
    const auto key = name.empty() ? std::string("web.http") : "web.http." + name;
    text += fmt::format("{0}.port={1}\n{0}.path=/{2}\n", key, ports.at(i), name.empty() ? "api" : name);
  }
  // Seconds: what takes longest is a large catalog.
  text += "edc.http.client.timeout.read=900\n";
  if (options.pace == Pace::as_shipped) return text;
  for (const auto* machine : {"negotiation", "transfer"})
    text += fmt::format(
        "edc.{0}.state-machine.iteration-wait-millis=50\nedc.{0}.state-machine.batch-size=100\n", machine);
  return text;
}

/// What EDC says once it serves all its APIs. It opens its ports before that, and a request that comes too
/// soon may find its path unserved for good.
bool says_ready(const std::filesystem::path& file) {
  std::ifstream log(file);
  for (std::string line; std::getline(log, line);) {
    if (line.contains(" Runtime ") && line.ends_with(" ready")) return true;
  }
  return false;
}

Task<bool> comes_up(Driver& driver, Child& process) {
  const auto deadline = platform::async::Deadline::after(driver.loop().clock(), patience);
  while (process.running() && !deadline.passed(driver.loop().clock())) {
    if (says_ready(process.log())) co_return true;
    co_await pause(driver);
  }
  co_return false;
}

}  // namespace

std::unique_ptr<Child> boot(Driver& driver, const std::filesystem::path& folder, const Boot& what) {
  const auto file = folder / (what.name + ".properties");
  std::ofstream(file) << what.settings;
  auto process = std::make_unique<Child>(
      std::vector<std::string>{"java", "-Xmx" + what.memory, "-Dedc.fs.config=" + file.string(), "-cp",
                               what.class_path, "org.eclipse.edc.boot.system.runtime.BaseRuntime",
                               "--no-color"},
      folder / (what.name + ".log"));
  verify(driver.loop().run(comes_up(driver, *process)),
         "EDC did not become ready; its log: " + process->log().string());
  return process;
}

Edc::Edc(Driver& driver, const std::filesystem::path& folder, const EdcOptions& options)
    : id_(options.id.empty() ? id_of(options.name) : options.id),
      ports_(installation::free_ports(5)),
      process_(boot(driver, folder,
                    {.name = options.name,
                     .class_path = options.class_path,
                     .settings = settings(options, id_, ports_),
                     .memory = options.memory})) {}

Party Edc::party(std::string_view version) const {
  return {.name = "EDC",
          .id = id_,
          .management = origin(1) + "/management/v4beta",
          .protocol = protocol_member(version),
          .address = fmt::format("{}/protocol/{}", origin(0), version)};
}

std::string Edc::log_about(const std::string& id) const {
  std::ifstream log(process_->log());
  std::string lines;
  for (std::string line; std::getline(log, line);) {
    if (line.contains(id)) lines += "    EDC: " + line.substr(0, 400) + "\n";
  }
  return lines.empty() ? "    EDC: its log does not name " + id + "\n" : lines;
}

Edc::Address Edc::address_of(const std::string& transfer) const {
  std::ifstream log(process_->log());
  Address last;
  for (std::string line; std::getline(log, line);) {
    std::istringstream words(line);
    std::string word;
    std::string id;
    Address address;
    if (words >> word >> id >> address.endpoint >> address.token && word == "ADDRESS" && id == transfer)
      last = address;
  }
  verify(!last.endpoint.empty(), "EDC was given no data address");
  return last;
}

void Edc::complete(Driver& driver, const std::string& transfer) const {
  auto answer = driver.send(
      {.method = "POST", .url = origin(2) + "/control/transferprocess/" + transfer + "/complete"});
  verify(answer.status < 300, "EDC does not complete the transfer: " + answer.body);
}

EdcPlane::EdcPlane(Driver& driver, const std::filesystem::path& folder, const std::string& class_path,
                   const std::string& token)
    : ports_(installation::free_ports(4)) {
  auto text = fmt::format(
      "edc.participant.id={}\nedc.hostname=127.0.0.1\ninterop.signaling.token={}\n"
      "edc.transfer.proxy.token.signer.privatekey.alias=private\n"
      "edc.transfer.proxy.token.verifier.publickey.alias=public\n"
      "edc.dataplane.api.public.baseurl={}/public\n",
      id_of("provider"), token, origin(2));
  const char* listeners[] = {"web.http", "web.http.control", "web.http.public", "web.http.version"};
  const char* paths[] = {"api", "control", "public", "version"};
  for (std::size_t i = 0; i < std::size(listeners); ++i)
    text += fmt::format("{0}.port={1}\n{0}.path=/{2}\n", listeners[i], ports_.at(i), paths[i]);
  process_ = boot(driver, folder,
                  {.name = "edc-plane", .class_path = class_path, .settings = text, .memory = "500m"});
}

Partner::Partner(Driver& driver, const std::filesystem::path& folder, const std::filesystem::path& program,
                 std::string name)
    : name_(std::move(name)), ports_(installation::free_ports(4)) {
  std::vector<std::string> command{program.string(), (folder / name_).string()};
  for (int port : ports_) command.push_back(std::to_string(port));
  process_ = std::make_unique<Child>(std::move(command), folder / (name_ + ".log"));
  verify(process_->becomes_ready(patience),
         "Kontor did not become ready; its log: " + process_->log().string());
  token_ = driver.token(administration_url(), "connector", "secret");
  const auto all = administration_url() + "/api/mgmt/v5beta/participants";
  driver.expect(200, {.method = "POST",
                      .url = all,
                      .token = token_,
                      .body = fmt::format(R"({{{},"@type":"ParticipantContext","@id":"{}","identity":"{}"}})",
                                          management_context, name_, id_of(name_))});
  driver.expect(200, {.method = "PUT",
                      .url = fmt::format("{}/{}/dataplanes", all, name_),
                      .token = token_,
                      .body = fmt::format(R"({{"dataplaneId":"data-plane","endpoint":)"
                                          R"("http://127.0.0.1:{}/api/v1/{}/dataflows",)"
                                          R"("transferTypes":["HttpData-PULL"],"labels":[]}})",
                                          ports_.at(2), name_)});
  driver.expect(
      200, {.method = "POST",
            .url = administration_url() + "/api/mgmt/v5beta/dataspaceprofiles",
            .token = token_,
            .body = fmt::format(R"({{{},"@type":"DataspaceProfile","name":"{}","protocol":{{"version":"{}",)"
                                R"("binding":"HTTPS","namespace":"https://w3id.org/dspace/2024/1/"}}}})",
                                management_context, oldest_profile, oldest_version)});
  driver.expect(204,
                {.method = "PUT",
                 .url = fmt::format("{}/{}/profiles", all, name_),
                 .token = token_,
                 .body = fmt::format(R"({{{},"@type":"AssociateDataspaceProfile","profiles":["{}","{}"]}})",
                                     management_context, newest_profile, oldest_profile)});
}

Party Partner::party(std::string_view version) const {
  return {.name = "Kontor",
          .id = id_of(name_),
          .management = fmt::format("{}/api/mgmt/v5beta/participants/{}", administration_url(), name_),
          .protocol = protocol_member(version),
          .address = fmt::format("{}/api/dsp/{}/{}", public_url(), name_,
                                 version == oldest_version ? oldest_profile : newest_profile),
          .waits = true,
          .token = token_};
}

}  // namespace kontor::interop::edc
