#include "installation/edge_site.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace kontor::installation {
namespace {

constexpr const char* outside_address = "192.0.2.1";
constexpr const char* inside_address = "192.0.2.2";
constexpr auto ready_within = std::chrono::seconds(60);

/// What a command writes, errors included, and whether it ended well.
std::pair<std::string, bool> output_of(const std::string& command) {
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  verify(pipe != nullptr, "cannot run " + command);
  std::string text;
  std::array<char, 512> piece{};
  while (std::fgets(piece.data(), piece.size(), pipe)) text += piece.data();
  return {text, pclose(pipe) == 0};
}

std::string quoted(const std::string& word) {
  return "'" + word + "'";
}

std::string at(const char* address, int port) {
  return fmt::format("{}:{}", address, port);
}

int port_of(const std::string& url) {
  return std::atoi(url.c_str() + url.rfind(':') + 1);
}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

EdgeSite::EdgeSite(Plan plan, const Installation& control_plane, FreePorts& ports)
    : plan_(std::move(plan)),
      control_plane_(control_plane),
      data_port_(ports.take()),
      signaling_port_(ports.take()),
      administration_port_(ports.take()),
      metrics_port_(ports.take()),
      way_port_(ports.take()) {
  std::filesystem::create_directories(files());
  make_network();
  write_config();
}

EdgeSite::~EdgeSite() {
  for (const auto* holder : {&outside_holder_, &inside_holder_}) {
    if (!holder->empty()) kill(std::atoi(holder->c_str()), SIGTERM);
  }
}

/// The cable ends at relays, because nothing but the two namespaces is changed on this machine: what is
/// outside reaches the loopback of the installations through sockets in the folder, and is reached so.
void EdgeSite::make_network() {
  const auto unshare = geteuid() == 0 ? "unshare --net" : "unshare --map-root-user --net";
  const auto [text, well] =
      output_of(fmt::format("{} sh {} {}", unshare, quoted(KONTOR_EDGE_NETWORK), data_port_));
  if (!well) {
    why_not_ = one_line(text);
  } else {
    std::stringstream(text) >> outside_holder_ >> inside_holder_;
    const auto administration = port_of(control_plane_.administration_url());
    const auto signaling = port_of(control_plane_.signaling_url());
    relays_.push_back(relay("machine", {},
                            {door("administration"), at("127.0.0.1", administration), door("signaling"),
                             at("127.0.0.1", signaling), at("127.0.0.1", data_port_), door("data")}));
    relays_.push_back(
        relay("outside", outside_holder_,
              {at(outside_address, administration), door("administration"), at(outside_address, signaling),
               door("signaling"), door("data"), at(inside_address, data_port_)}));
    relays_.push_back(relay("inside", inside_holder_,
                            {at("127.0.0.1", administration), at(outside_address, administration)}));
  }
  reconnect();
}

std::vector<std::string> EdgeSite::in_namespace(const std::string& holder,
                                                std::vector<std::string> command) const {
  if (holder.empty()) return command;
  std::vector<std::string> all{"nsenter", "--target", holder, "--net"};
  if (geteuid() != 0) all.insert(all.end(), {"--user", "--preserve-credentials"});
  all.emplace_back("--");
  all.insert(all.end(), command.begin(), command.end());
  return all;
}

/// Starts a relay and waits until it listens.
Child EdgeSite::relay(const std::string& name, const std::string& holder,
                      std::vector<std::string> ways) const {
  ways.insert(ways.begin(), KONTOR_RELAY);
  Child made(in_namespace(holder, std::move(ways)), plan_.folder / (name + ".log"));
  verify(made.becomes_ready(ready_within), "the relay is not ready: " + made.log().string());
  return made;
}

void EdgeSite::cut_off() {
  way_.reset();
}

void EdgeSite::reconnect() {
  const auto signaling = port_of(control_plane_.signaling_url());
  const auto* next = why_not_.empty() ? outside_address : "127.0.0.1";
  way_.emplace(relay("way", inside_holder_, {at("127.0.0.1", way_port_), at(next, signaling)}));
}

void EdgeSite::write_config() const {
  const auto* any = why_not_.empty() ? "0.0.0.0" : "127.0.0.1";
  std::ofstream(plan_.folder / "edge.yaml")
      << fmt::format(
             "listeners:\n  public: {{address: {0}, port: {1}}}\n  administration: {{port: {2}}}\n"
             "  signaling: {{address: {0}, port: {3}}}\nmonitoring:\n  listener: {{port: {4}}}\n"
             "endpoints: {{public_url: 'http://127.0.0.1:{1}', administration_url: '{5}', "
             "signaling_url: 'http://127.0.0.1:{6}'}}\n"
             "token_source: {{token_url: '{5}/token', client_id: {7}}}\n"
             "http_client: {{allowed_networks: ['127.0.0.0/8'], plain_http_hosts: ['127.0.0.1']}}\n",
             any, data_port_, administration_port_, signaling_port_, metrics_port_,
             control_plane_.administration_url(), way_port_, plan_.dataplane_id)
      << fmt::format(
             "edge: {{dataplane_id: {0}, participant_context_id: '{1}', enrolment_token: '{2}'}}\n"
             "engine: {{attempts_max: 1000, retry_delay_max: 2s}}\n"
             "file_data_plane: {{root: '{3}/files'}}\n"
             "store: {{kind: sqlite, file: '{3}/edge.db'}}\n"
             "vault: {{folder: '{3}/vault', master_key: '{4}'}}\n",
             plan_.dataplane_id, plan_.participant_context, plan_.enrolment_token, plan_.folder.string(),
             std::string(64, 'e'));
}

void EdgeSite::start() {
  data_plane_.emplace(in_namespace(inside_holder_, {plan_.program.string(), "run", "--roles", "data-plane",
                                                    "--config", (plan_.folder / "edge.yaml").string()}),
                      plan_.folder / "edge.log");
  verify(data_plane_->becomes_ready(ready_within),
         "the data plane at the edge is not ready; see " + data_plane_->log().string());
}

bool EdgeSite::opens(const std::string& holder, const char* address) const {
  std::string line;
  for (const auto& each : in_namespace(holder, {KONTOR_RELAY, "--probe", at(address, signaling_port_)}))
    line += quoted(each) + " ";
  return output_of(line).second;
}

bool EdgeSite::signalling_opens_from_outside() const {
  return opens(outside_holder_, why_not_.empty() ? inside_address : "127.0.0.1");
}

bool EdgeSite::signalling_opens_from_inside() const {
  return opens(inside_holder_, "127.0.0.1");
}

}  // namespace kontor::installation
