#include "connector/connector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "app/process/host.hpp"
#include "platform/async/process.hpp"

namespace kontor::connector {

namespace assembly = platform::assembly;
using platform::async::Deadline;

namespace {

std::string origin(int port) {
  return fmt::format("http://127.0.0.1:{}", port);
}

Task<int> serve(boost::asio::any_io_executor executor, std::unique_ptr<Connector> connector,
                platform::async::StopRequest& stop, std::function<void()> ready) {
  const auto clock = platform::async::system_clock(executor);
  auto started = co_await connector->start();
  if (!started) fmt::print(stderr, "{}\n", started.error().message());
  if (started) {
    ready();
    co_await stop.wait(executor, *clock);
  }
  auto stopped = co_await connector->stop();
  co_return started&& stopped ? 0 : 1;
}

}  // namespace

std::string Place::public_url() const {
  return origin(ports.at(0));
}
std::string Place::administration_url() const {
  return origin(ports.at(1));
}

std::string settings(const Place& place) {
  const auto administration = origin(place.ports.at(1));
  auto text = fmt::format(
      "listeners:\n  public: {{port: {}}}\n  administration: {{port: {}}}\n  signaling: {{port: {}}}\n"
      "monitoring:\n  listener: {{port: {}}}\n",
      place.ports.at(0), place.ports.at(1), place.ports.at(2), place.ports.at(3));
  text += fmt::format("endpoints: {{public_url: '{}', administration_url: '{}', signaling_url: '{}'}}\n",
                      origin(place.ports.at(0)), administration, origin(place.ports.at(2)));
  text += fmt::format(
      "authentication:\n  issuers:\n    - {{issuer: '{0}', jwks_url: '{0}/.well-known/jwks.json'}}\n"
      "token_source: {{token_url: '{0}/token', client_id: {1}, client_secret: {2}}}\n"
      "token_service:\n  clients:\n"
      "    - {{client_id: {1}, client_secret: {2}, scopes: ['signaling-api:admin', "
      "'management-api:admin']}}\n",
      place.administration_url(), client_id, client_secret);
  text += "http_client: {allowed_networks: ['127.0.0.0/8'], plain_http_hosts: ['127.0.0.1', localhost]}\n";
  text += fmt::format(
      "store: {{kind: sqlite, file: '{0}/connector.db'}}\n"
      "vault: {{folder: '{0}/vault', master_key: '{1}'}}\n",
      place.folder.string(), std::string(64, 'a'));
  return text + place.more;
}

Result<app::roles::Parts> parts() {
  auto made_of = app::roles::parts_of({"control-plane", "token-service", "data-plane"});
  if (!made_of) return made_of;
  static constexpr std::string_view of_identity[] = {"context-scopes", "verifier", "did-control",
                                                     "connector-export"};
  std::erase_if(made_of->wanted, [](const assembly::Assembly& each) {
    return std::ranges::find(of_identity, each.name) != std::end(of_identity);
  });
  return made_of;
}

void add(app::roles::Parts& parts, assembly::Assembly one) {
  // The listeners open last.
  parts.wanted.insert(parts.wanted.end() - 1, std::move(one));
}

void replace(app::roles::Parts& parts, std::string_view name, assembly::Assembly by) {
  std::erase_if(parts.wanted, [&](const assembly::Assembly& each) { return each.name == name; });
  add(parts, std::move(by));
}

/// What is assembled goes before the services of the process.
struct Connector::Process {
  explicit Process(boost::asio::any_io_executor executor)
      : clock(platform::async::system_clock(executor)),
        random(platform::async::system_random()),
        sink(platform::telemetry::standard_error_sink()),
        log(*sink, *clock, levels),
        scope(executor) {}

  platform::telemetry::LogLevels levels{platform::telemetry::Severity::info, {}};
  std::unique_ptr<platform::async::Clock> clock;
  std::unique_ptr<Random> random;
  std::unique_ptr<platform::telemetry::LogSink> sink;
  platform::telemetry::Log log;
  platform::telemetry::Registry registry;
  platform::telemetry::Health health;
  platform::async::Scope scope;
  std::optional<assembly::Assembled> assembled;
};

Connector::Connector(boost::asio::any_io_executor executor, Place place, MakeParts parts)
    : place_(std::move(place)),
      parts_(std::move(parts)),
      process_(std::make_unique<Process>(std::move(executor))) {}
Connector::~Connector() = default;

Task<Result<void>> Connector::start() {
  auto& process = *process_;
  const auto file = place_.folder / "connector.yaml";
  std::ofstream(file) << settings(place_);
  auto loaded = app::process::load_settings({.file = file.string()});
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto made_of = parts_();
  if (!made_of) co_return fail(std::move(made_of.error()));
  assembly::Assembler assembler(std::move(made_of->wanted), std::move(made_of->available));
  assembler.give(process.scope).give(*process.clock).give(*process.random).give(process.log);
  assembler.give(process.registry).give(process.health);
  auto assembled = assembler.build(*loaded);
  if (!assembled) co_return fail(std::move(assembled.error()));
  process.assembled.emplace(std::move(*assembled));
  co_return co_await process.assembled->start();
}

Task<Result<void>> Connector::stop() {
  auto& process = *process_;
  Result<void> stopped;
  if (process.assembled) {
    auto drained =
        co_await process.assembled->drain(Deadline::after(*process.clock, std::chrono::seconds(2)));
    stopped = co_await process.assembled->stop();
    if (stopped && !drained) stopped = std::move(drained);
  }
  co_await process.scope.close();
  process.assembled.reset();
  co_return stopped;
}

int run(const Place& place, const MakeParts& parts, const std::function<void()>& ready) {
  platform::async::StopRequest stop;
  return platform::async::run_process(
      [&](boost::asio::any_io_executor executor) {
        return serve(executor, std::make_unique<Connector>(executor, place, parts), stop, ready);
      },
      [&] { stop.make(); });
}

}  // namespace kontor::connector
