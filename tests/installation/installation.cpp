#include "installation/installation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace kontor::installation {
namespace {

constexpr std::string_view fabric_roles = "tenant-manager,provision-manager,agent";
constexpr auto ready_within = std::chrono::seconds(60);

void run(const std::string& command) {
  verify(std::system(command.c_str()) == 0, "failed: " + command);
}

std::string end_of(const std::filesystem::path& log) {
  std::ifstream file(log);
  std::stringstream text;
  text << file.rdbuf();
  auto all = text.str();
  return all.size() > 3000 ? all.substr(all.size() - 3000) : all;
}

}  // namespace

Certificates make_certificates(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const auto f = folder.string();
  run(fmt::format(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=Example CA' "
      "-keyout {0}/ca.key -out {0}/ca.pem 2>/dev/null",
      f));
  run(
      fmt::format("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=127.0.0.1' "
                  "-keyout {0}/server.key -out {0}/server.csr 2>/dev/null",
                  f));
  run(
      fmt::format("printf 'subjectAltName=IP:127.0.0.1\\n' > {0}/server.ext && openssl x509 -req -days 2 -in "
                  "{0}/server.csr "
                  "-CA {0}/ca.pem -CAkey {0}/ca.key -CAcreateserial -extfile {0}/server.ext -out "
                  "{0}/server.pem 2>/dev/null",
                  f));
  return {folder / "ca.pem", folder / "server.pem", folder / "server.key"};
}

Installation::Installation(Place place, int public_port, Plan plan, const Certificates& certificates,
                           FreePorts& ports)
    : place_(std::move(place)),
      plan_(std::move(plan)),
      certificates_(certificates),
      reached_(any_ports(ports)),
      fabric_listens_(any_ports(ports)),
      runtime_(plan_.replicas),
      data_plane_reached_(any_ports(ports)),
      data_plane_listens_(plan_.behind_doors ? any_ports(ports) : data_plane_reached_) {
  verify(plan_.replicas == 1 || (plan_.separate_fabric && plan_.behind_doors && place_.postgres),
         "replicas share a database, stand behind doors and leave the fabric to another process");
  reached_.open = public_port;
  for (std::size_t i = 0; i < plan_.replicas; ++i)
    listens_.push_back(plan_.behind_doors ? any_ports(ports) : reached_);
  std::filesystem::create_directories(data_folder());
  write_config();
}

Installation::Ports Installation::any_ports(FreePorts& free) {
  return {.open = free.take(),
          .administration = free.take(),
          .signaling = free.take(),
          .metrics = free.take(),
          .local = free.take()};
}

Doors Installation::doors() const {
  Doors all{.open = {reached_.open, plan_.https, {}},
            .administration = {reached_.administration, false, {}},
            .signaling = {reached_.signaling, false, {}}};
  for (const auto& each : listens_) {
    all.open.behind.push_back(each.open);
    all.administration.behind.push_back(each.administration);
    all.signaling.behind.push_back(each.signaling);
  }
  return all;
}

Doors Installation::data_plane_doors() const {
  const auto& reached = data_plane_reached_;
  const auto& listens = data_plane_listens_;
  return {.open = {reached.open, plan_.https, {listens.open}},
          .administration = {reached.administration, false, {listens.administration}},
          .signaling = {reached.signaling, false, {listens.signaling}}};
}

std::string Installation::listeners(const Ports& ports) const {
  const auto tls = plan_.https && ports.open != 0
                       ? fmt::format(", tls: {{certificate_file: {}, private_key_file: {}}}",
                                     certificates_.certificate.string(), certificates_.private_key.string())
                       : "";
  return fmt::format(
      "listeners:\n  public: {{port: {}{}}}\n  administration: {{port: {}}}\n  signaling: {{port: {}}}\n"
      "monitoring:\n  listener: {{port: {}}}\n",
      ports.open, tls, ports.administration, ports.signaling, ports.metrics);
}

std::string Installation::common_config() const {
  return fmt::format("endpoints: {{public_url: '{}', administration_url: '{}', signaling_url: '{}'}}\n",
                     public_url(), administration_url(), signaling_url()) +
         security_config();
}

std::string Installation::security_config() const {
  auto text = fmt::format(
      "authentication:\n  issuers:\n    - {{issuer: '{0}', jwks_url: '{0}/.well-known/jwks.json'}}\n",
      administration_url());
  text += fmt::format(
      "token_source: {{token_url: '{}/token', client_id: kontor, client_secret: kontor-secret}}\n",
      administration_url());
  text += fmt::format(
      "http_client:\n  certificate_authority_file: '{}'\n  allowed_networks: ['127.0.0.0/8']\n"
      "  plain_http_hosts: ['127.0.0.1', localhost]\n",
      certificates_.authority.string());
  return text;
}

std::string Installation::store_config(const std::string& process) const {
  if (!place_.postgres) {
    return fmt::format("store: {{kind: sqlite, file: '{}/{}.db'}}\n", place_.folder.string(), process);
  }
  return fmt::format(
      "store: {{kind: postgres, postgres_url: \"{}\", postgres_owner_url: \"{}\", postgres_schema: {}_{}}}\n",
      place_.postgres->url(), place_.postgres->owner_url(), plan_.name, process);
}

std::string Installation::engine_config() const {
  // A process that was killed and started again is another replica: it takes over when the lease lapses.
  return place_.postgres ? "engine: {lease_duration: 1s}\n" : "";
}

std::string Installation::agents_config() const {
  auto text = fmt::format("agents:\n  data_plane_signaling_url: '{}'\n", data_plane_signaling_url());
  text += "  transfer_types: [HttpData-PULL, HttpData-PUSH]\n";
  if (plan_.issuer_administration_url.empty()) return text;
  return text + fmt::format(
                    "  issuer: {{administration_url: '{0}', token_url: '{0}/token', client_id: partner, "
                    "client_secret: partner-secret}}\n",
                    plan_.issuer_administration_url);
}

void Installation::write_config() const {
  for (std::size_t i = 0; i < plan_.replicas; ++i) write_runtime(i);
  if (plan_.separate_fabric) write_fabric();
  if (plan_.separate_data_plane) write_data_plane();
}

void Installation::write_data_plane() const {
  const auto& reached = data_plane_reached_;
  const auto folder = place_.folder.string();
  std::filesystem::create_directories(data_folder());
  std::ofstream plane(place_.folder / "data-plane.yaml");
  plane << listeners(data_plane_listens_)
        << fmt::format(
               "endpoints: {{public_url: '{}://127.0.0.1:{}', administration_url: 'http://127.0.0.1:{}', "
               "signaling_url: '{}'}}\n",
               plan_.https ? "https" : "http", reached.open, reached.administration, signaling_url())
        << security_config() << store_config("data_plane") << engine_config()
        << fmt::format("vault: {{folder: '{}/data-plane-vault', master_key: '{}'}}\n", folder,
                       std::string(64, 'b'))
        << fmt::format("file_data_plane: {{root: '{}'}}\n", data_folder().string());
}

void Installation::write_fabric() const {
  auto ports = fabric_listens_;
  ports.open = 0;
  std::ofstream fabric(place_.folder / "fabric.yaml");
  fabric << listeners(ports) << common_config() << agents_config() << store_config("fabric")
         << engine_config();
}

void Installation::write_runtime(std::size_t replica) const {
  std::ofstream runtime(place_.folder / (runtime_name(replica) + ".yaml"));
  runtime << listeners(listens_[replica]) << common_config() << store_config("runtime") << engine_config()
          << runtime_config() << data_config(listens_[replica]);
  if (!plan_.separate_fabric) runtime << agents_config();
}

std::string Installation::runtime_config() const {
  auto text = fmt::format("vault: {{folder: '{}/vault', master_key: '{}'}}\n", place_.folder.string(),
                          std::string(64, 'a'));
  text +=
      "token_service:\n  clients:\n"
      "    - {client_id: admin, client_secret: admin-secret, role: admin}\n"
      "    - {client_id: provisioner, client_secret: provisioner-secret, role: provisioner}\n"
      "    - {client_id: governance, client_secret: governance-secret, role: governance}\n"
      "    - {client_id: partner, client_secret: partner-secret, role: provisioner, "
      "scopes: ['issuer-admin-api:admin']}\n"
      "    - {client_id: kontor, client_secret: kontor-secret, scopes: ['signaling-api:admin', "
      "'management-api:admin', 'identity-api:admin', 'issuer-admin-api:admin', 'sts-api:admin']}\n";
  // Who was down a moment ago is asked again at once: installations come and go here.
  text += fmt::format("did_resolver: {{plain_http_authorities: ['{}'], failure_max_age: 50ms}}\n",
                      plan_.plain_http_authority);
  text += "verifier: {status_max_age: 1s}\n";
  if (plan_.separate_data_plane)
    text += fmt::format("transfer_process: {{own_data_planes: ['{}']}}\n", data_plane_signaling_url());
  return text + fmt::format("dsp_endpoint:\n  trusted_issuers:\n    - {{did: '{}'}}\n", plan_.issuer_did);
}

std::string Installation::data_config(const Ports& ports) const {
  const auto local = fmt::format("local_access: {{enabled: true, port: {}}}\n", ports.local);
  if (plan_.separate_data_plane) return local;
  return local + fmt::format("file_data_plane: {{root: '{}'}}\ndata_plane_usage: {{written_within: 100ms}}\n",
                             data_folder().string());
}

std::string Installation::runtime_name(std::size_t replica) const {
  return plan_.replicas == 1 ? "runtime" : fmt::format("runtime-{}", replica + 1);
}

std::unique_ptr<Child> Installation::launch(const std::string& roles, const std::string& name,
                                            const std::vector<std::string>& settings) const {
  std::vector<std::string> command{place_.program.string(),
                                   "run",
                                   "--roles",
                                   roles,
                                   "--config",
                                   (place_.folder / (name + ".yaml")).string()};
  for (const auto& each : plan_.settings) command.insert(command.end(), {"--set", each});
  for (const auto& each : settings) command.insert(command.end(), {"--set", each});
  return std::make_unique<Child>(std::move(command), place_.folder / (name + ".log"));
}

void Installation::start() {
  for (std::size_t i = 0; i < plan_.replicas; ++i) start_runtime(i);
  if (plan_.separate_fabric) fabric_ = launch(std::string(fabric_roles), "fabric");
  if (plan_.separate_data_plane) start_data_plane();
}

void Installation::start_data_plane() {
  data_plane_ = launch("data-plane", "data-plane", plan_.data_plane_settings);
}

void Installation::start_runtime(std::size_t replica) {
  std::string roles = "control-plane,credential-service,issuer-service,token-service";
  if (!plan_.separate_fabric) roles += "," + std::string(fabric_roles);
  if (!plan_.separate_data_plane) roles += ",data-plane";
  runtime_[replica] = launch(roles, runtime_name(replica));
}

void Installation::stop_runtime() {
  for (const auto& each : runtime_) each->stop();
}

void Installation::let_go() {
  for (const auto& each : runtime_) each->let_go();
  if (fabric_) fabric_->let_go();
  if (data_plane_) data_plane_->let_go();
}

std::string Installation::end_of_log() const {
  std::string all;
  for (const auto& each : runtime_) all += end_of(each->log()) + "\n";
  if (data_plane_) all += end_of(data_plane_->log()) + "\n";
  return all + (fabric_ ? end_of(fabric_->log()) : "");
}

bool Installation::becomes_ready() {
  const bool ready =
      std::ranges::all_of(runtime_, [](const auto& each) { return each->becomes_ready(ready_within); });
  if (!ready || (data_plane_ && !data_plane_becomes_ready())) return false;
  return !fabric_ || !fabric_->running() || fabric_->becomes_ready(ready_within);
}

bool Installation::data_plane_becomes_ready() {
  return data_plane_->becomes_ready(ready_within);
}

void Installation::await_ready(Driver& driver) {
  bool ready = false;
  driver.aside([&] { ready = becomes_ready(); });
  verify(ready, "installation " + plan_.name + " is not ready:\n" + end_of_log());
  for (const auto& each : listens_)
    driver.expect(200, {.url = fmt::format("http://127.0.0.1:{}/check/readiness", each.metrics)});
  if (fabric_ && fabric_->running())
    driver.expect(200, {.url = fmt::format("http://127.0.0.1:{}/check/readiness", fabric_listens_.metrics)});
}

std::string Installation::fabric_url() const {
  return fmt::format("http://127.0.0.1:{}",
                     plan_.separate_fabric ? fabric_listens_.administration : reached_.administration);
}

std::string Installation::public_url() const {
  return fmt::format("{}://127.0.0.1:{}", plan_.https ? "https" : "http", reached_.open);
}
std::string Installation::administration_url() const {
  return fmt::format("http://127.0.0.1:{}", reached_.administration);
}
std::string Installation::signaling_url() const {
  return fmt::format("http://127.0.0.1:{}", reached_.signaling);
}
std::string Installation::data_plane_administration_url() const {
  return fmt::format("http://127.0.0.1:{}", data_plane_reached_.administration);
}
std::string Installation::data_plane_signaling_url() const {
  if (!plan_.separate_data_plane) return signaling_url();
  return fmt::format("http://127.0.0.1:{}", data_plane_reached_.signaling);
}
std::string Installation::metrics_url() const {
  return fmt::format("http://127.0.0.1:{}", listens_.front().metrics);
}
std::string Installation::local_url() const {
  return fmt::format("http://127.0.0.1:{}", listens_.front().local);
}
std::string Installation::did(const std::string& name) const {
  return fmt::format("did:web:127.0.0.1%3A{}:{}", reached_.open, name);
}
std::string Installation::dsp_url(const std::string& context) const {
  return public_url() + "/api/dsp/" + context + "/http-dsp-profile-2025-1";
}

}  // namespace kontor::installation
