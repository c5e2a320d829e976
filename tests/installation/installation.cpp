#include "installation/installation.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace kontor::installation {
namespace {

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

Installation::Installation(Place place, int public_port, Plan plan, const Certificates& certificates)
    : place_(std::move(place)),
      plan_(std::move(plan)),
      certificates_(certificates),
      public_port_(public_port),
      ports_(free_ports(6)) {
  std::filesystem::create_directories(place_.folder);
  write_config();
}

std::string Installation::listeners(int administration, int signaling, int metrics, bool is_public) const {
  const auto tls = plan_.https && is_public
                       ? fmt::format(", tls: {{certificate_file: {}, private_key_file: {}}}",
                                     certificates_.certificate.string(), certificates_.private_key.string())
                       : "";
  return fmt::format(
      "listeners:\n  public: {{port: {}{}}}\n  administration: {{port: {}}}\n  signaling: {{port: {}}}\n"
      "monitoring:\n  listener: {{port: {}}}\n",
      is_public ? public_port_ : 0, tls, administration, signaling, metrics);
}

std::string Installation::common_config() const {
  auto text = fmt::format("endpoints: {{public_url: '{}', administration_url: '{}', signaling_url: '{}'}}\n",
                          public_url(), administration_url(), signaling_url());
  text += fmt::format(
      "authentication:\n  issuers:\n    - {{issuer: '{0}', jwks_url: '{0}/.well-known/jwks.json'}}\n",
      administration_url());
  text += fmt::format(
      "token_source: {{token_url: '{}/token', client_id: kontor, client_secret: kontor-secret}}\n",
      administration_url());
  text +=
      fmt::format("http_client:\n  certificate_authority_file: '{}'\n  allowed_networks: ['127.0.0.0/8']\n",
                  certificates_.authority.string());
  return text;
}

std::string Installation::store_config(const std::string& process) const {
  if (!place_.postgres) {
    return fmt::format("store: {{kind: sqlite, file: '{}/{}.db'}}\n", place_.folder.string(), process);
  }
  // A process that was killed and started again is another replica: it takes over when the lease lapses.
  return fmt::format(
      "engine: {{lease_duration: 1s}}\n"
      "store: {{kind: postgres, postgres_url: \"{}\", postgres_owner_url: \"{}\", postgres_schema: {}_{}}}\n",
      place_.postgres->url(), place_.postgres->owner_url(), plan_.name, process);
}

void Installation::write_config() const {
  const auto folder = place_.folder.string();
  std::string agents;
  if (!plan_.issuer_administration_url.empty()) {
    agents = fmt::format(
        "agents:\n  issuer: {{administration_url: '{0}', token_url: '{0}/token', client_id: partner, "
        "client_secret: partner-secret}}\n",
        plan_.issuer_administration_url);
  }
  std::ofstream runtime(place_.folder / "runtime.yaml");
  runtime << listeners(ports_[0], ports_[1], ports_[2], true) << common_config();
  runtime << store_config("runtime");
  runtime << fmt::format("vault: {{folder: '{}/vault', master_key: '{}'}}\n", folder, std::string(64, 'a'));
  runtime << "token_service:\n  clients:\n"
             "    - {client_id: admin, client_secret: admin-secret, role: admin}\n"
             "    - {client_id: provisioner, client_secret: provisioner-secret, role: provisioner}\n"
             "    - {client_id: governance, client_secret: governance-secret, role: governance}\n"
             "    - {client_id: partner, client_secret: partner-secret, role: provisioner, "
             "scopes: ['issuer-admin-api:admin']}\n"
             "    - {client_id: kontor, client_secret: kontor-secret, scopes: ['signaling-api:admin', "
             "'management-api:admin', 'identity-api:admin', 'issuer-admin-api:admin', 'sts-api:admin']}\n";
  // Who was down a moment ago is asked again at once: installations come and go here.
  runtime << fmt::format("did_resolver: {{plain_http_authorities: ['{}'], failure_max_age: 50ms}}\n",
                         plan_.plain_http_authority);
  runtime << "identity: {status_max_age: 1s}\n";
  runtime << fmt::format("dsp_endpoint:\n  trusted_issuers:\n    - {{did: '{}'}}\n", plan_.issuer_did);
  if (!plan_.separate_fabric) {
    runtime << agents;
    return;
  }
  std::ofstream fabric(place_.folder / "fabric.yaml");
  fabric << listeners(ports_[3], ports_[4], ports_[5], false) << common_config() << agents;
  fabric << store_config("fabric");
}

std::unique_ptr<Child> Installation::launch(const std::string& roles, const std::string& name) const {
  std::vector<std::string> command{place_.program.string(),
                                   "run",
                                   "--roles",
                                   roles,
                                   "--config",
                                   (place_.folder / (name + ".yaml")).string()};
  for (const auto& each : plan_.settings) command.insert(command.end(), {"--set", each});
  return std::make_unique<Child>(std::move(command), place_.folder / (name + ".log"));
}

void Installation::start() {
  start_runtime();
  if (plan_.separate_fabric) fabric_ = launch("tenant-manager,provision-manager,agent", "fabric");
}

void Installation::start_runtime() {
  const auto roles = plan_.separate_fabric
                         ? "control-plane,credential-service,issuer-service,token-service,data-plane"
                         : "all";
  runtime_ = launch(roles, "runtime");
}

void Installation::let_go() {
  runtime_->let_go();
  if (fabric_) fabric_->let_go();
}

std::string Installation::end_of_log() const {
  return end_of(runtime_->log()) + (fabric_ ? "\n" + end_of(fabric_->log()) : "");
}

bool Installation::becomes_ready() {
  const bool ready = runtime_->becomes_ready(ready_within);
  return ready && (!fabric_ || !fabric_->running() || fabric_->becomes_ready(ready_within));
}

void Installation::await_ready(Driver& driver) {
  verify(becomes_ready(), "installation " + plan_.name + " is not ready:\n" + end_of_log());
  driver.expect(200, {.url = metrics_url() + "/check/readiness"});
  if (fabric_ && fabric_->running())
    driver.expect(200, {.url = fmt::format("http://127.0.0.1:{}/check/readiness", ports_[5])});
}

std::string Installation::fabric_url() const {
  return fmt::format("http://127.0.0.1:{}", plan_.separate_fabric ? ports_[3] : ports_[0]);
}

std::string Installation::public_url() const {
  return fmt::format("{}://127.0.0.1:{}", plan_.https ? "https" : "http", public_port_);
}
std::string Installation::administration_url() const {
  return fmt::format("http://127.0.0.1:{}", ports_[0]);
}
std::string Installation::signaling_url() const {
  return fmt::format("http://127.0.0.1:{}", ports_[1]);
}
std::string Installation::metrics_url() const {
  return fmt::format("http://127.0.0.1:{}", ports_[2]);
}
std::string Installation::did(const std::string& name) const {
  return fmt::format("did:web:127.0.0.1%3A{}:{}", public_port_, name);
}
std::string Installation::dsp_url(const std::string& context) const {
  return public_url() + "/api/dsp/" + context + "/http-dsp-profile-2025-1";
}

}  // namespace kontor::installation
