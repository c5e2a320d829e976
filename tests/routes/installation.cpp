#include "installation.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "app/roles/roles.hpp"
#include "platform/async/process.hpp"
#include "testing/loopback/loopback_server.hpp"

namespace kontor::routes_test {

namespace assembly = platform::assembly;
namespace http = platform::http;
using protocol::api::Listener;

namespace {

/// Hands out what the process has made, so that a test can ask it.
struct LookInside {
  static constexpr std::string_view name = "look-inside";
  using Requires = assembly::Services<platform::routing::Router, runtime::identity::SelfIssuedTokens,
                                      platform::vault::Vault, platform::auth::TokenVerifier, Inside>;
  using Provides = assembly::Services<LookInside>;
  using Config = assembly::NoConfig;
  static Result<assembly::Built<Provides>> build(Requires needs, const Config&) {
    needs.get<Inside>() = {&needs.get<platform::routing::Router>(),
                           &needs.get<runtime::identity::SelfIssuedTokens>(),
                           &needs.get<platform::vault::Vault>(), &needs.get<platform::auth::TokenVerifier>()};
    return std::make_unique<LookInside>();
  }
};

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

template <class T>
T value_of(Result<T> result, const std::string& doing) {
  require(result.has_value(), doing + ": " + (result ? "" : result.error().message()));
  return std::move(*result);
}

/// Ports that were free a moment ago: addresses stand in DIDs, so they are known before anything listens.
std::vector<int> free_ports(std::size_t count) {
  std::vector<int> sockets;
  std::vector<int> ports;
  for (std::size_t i = 0; i < count; ++i) {
    const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    const bool bound = bind(made, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
                       getsockname(made, reinterpret_cast<sockaddr*>(&address), &length) == 0;
    require(bound, "there is no free port");
    sockets.push_back(made);
    ports.push_back(ntohs(address.sin_port));
  }
  for (int each : sockets) close(each);
  return ports;
}

}  // namespace

json::Value Answer::json() const {
  auto value = json::parse(body, {.bytes_max = 16 * 1024 * 1024});
  return value ? std::move(*value) : json::Value(nullptr);
}

void Installation::ErrorLog::write(std::string_view line) {
  lines.emplace_back(line);
}

Installation::Installation(Options options)
    : options_(std::move(options)),
      random_(platform::async::system_random()),
      levels_{options_.observed ? platform::telemetry::Severity::debug : platform::telemetry::Severity::error,
              {}},
      log_writer_(log_, loop_.clock(), levels_),
      scope_(loop_.executor()),
      provider_(*random_),
      called_(loop_.executor(), loop_.clock()) {
  http::ClientConfig config;
  config.allowed_networks = {"127.0.0.0/8"};
  client_ = value_of(http::make_client(scope_, loop_.clock(), config), "make a client");
  provider_listener_ =
      value_of(http::listen(scope_, loop_.clock(), {},
                            [this](http::Request request) { return answer_as_provider(std::move(request)); }),
               "open the provider's listener");
  provider_url_ = fmt::format("http://127.0.0.1:{}", provider_listener_->port());
  const auto ports = free_ports(6);
  const Listener all[] = {Listener::open, Listener::administration, Listener::signaling, Listener::metrics};
  for (std::size_t i = 0; i < std::size(all); ++i) ports_[all[i]] = ports[i];
  foreign_port_ = static_cast<std::uint16_t>(ports[4]);
  local_port_ = ports[5];
  start();
}

Installation::~Installation() {
  loop_.run(stop());
}

void Installation::start() {
  const auto file = folder_.write("kontor.yaml", settings());
  auto loaded = value_of(app::process::load_settings({.file = file.string()}), "read the settings");
  auto parts = value_of(app::roles::parts_of({"all"}), "find the roles");
  parts.wanted.push_back(assembly::assembly_of<LookInside>());
  assembly::Assembler assembler(std::move(parts.wanted), std::move(parts.available));
  assembler.give(scope_).give(loop_.clock()).give(*random_).give(log_writer_).give(registry_).give(health_);
  assembler.give(inside_);
  assembled_.emplace(value_of(assembler.build(loaded), "build the process"));
  auto started = loop_.run(assembled_->start());
  require(started.has_value(), "start the process: " + (started ? "" : started.error().message()));
}

Task<void> Installation::stop() {
  if (assembled_) {
    const auto soon = platform::async::Deadline::after(loop_.clock(), std::chrono::seconds(2));
    [[maybe_unused]] auto drained = co_await assembled_->drain(soon);
    [[maybe_unused]] auto stopped = co_await assembled_->stop();
  }
  const auto now = platform::async::Deadline::after(loop_.clock(), std::chrono::milliseconds(1));
  co_await provider_listener_->drain(now);
  co_await scope_.close();
}

Task<void> Installation::collect_spans(http::Request request) {
  auto body = co_await std::move(request.body).collect(16 * 1024 * 1024);
  if (body) spans_.push_back(std::move(*body));
}

Task<http::Response> Installation::answer_as_provider(http::Request request) {
  if (request.target == "/v1/traces") {
    co_await collect_spans(std::move(request));
    co_return http::Response{200, {}, {}};
  }
  if (request.target == "/callback") {
    auto body = co_await std::move(request.body).collect(64 * 1024);
    request.body = {.text = body.value_or("")};
    calls_.push_back(std::move(request));
    called_.notify();
    co_return http::Response{204, {}, {}};
  }
  http::Response response{200, {}, {.text = request.target.starts_with("/data") ? "data" : provider_.jwks()}};
  response.headers.set("Content-Type", "application/json");
  co_return response;
}

const std::vector<http::Request>& Installation::called_back(std::size_t count) {
  loop_.run(wait_for_calls(count));
  return calls_;
}

Task<void> Installation::wait_for_calls(std::size_t count) {
  const auto deadline = platform::async::Deadline::after(loop_.clock(), bound);
  for (bool in_time = true; in_time && calls_.size() < count;)
    in_time = co_await called_.wait(called_.ticket(), deadline);
}

std::string Installation::origin(Listener listener) const {
  return fmt::format("http://127.0.0.1:{}", ports_.at(listener));
}

std::string Installation::local_url() const {
  return fmt::format("http://127.0.0.1:{}", local_port_);
}

std::string Installation::did(const std::string& name) const {
  return fmt::format("did:web:127.0.0.1%3A{}:{}", ports_.at(Listener::open), name);
}

std::string Installation::bearer(Claims claims) {
  return "Bearer " + provider_.token(provider_url_, claims, loop_.clock().now());
}

std::string Installation::self_issued(const ContextId& context, const Did& audience) {
  return value_of(
      loop_.run(inside_.tokens->granting(
          context, audience, {{.value = "MembershipCredential"}, {.value = "RegisteredCredential"}})),
      "make a self-issued token");
}

Answer Installation::send(const Request& request) {
  return loop_.run(exchange(request));
}

std::vector<Answer> Installation::send_at_once(const std::vector<Request>& requests) {
  std::vector<Task<Answer>> exchanges;
  for (const auto& each : requests) exchanges.push_back(exchange(each));
  return testing::run_together(loop_, std::move(exchanges));
}

Task<Answer> Installation::exchange(Request request) {
  const auto to = request.origin.empty() ? origin(request.listener) : request.origin;
  http::Request message{request.method, to + request.target};
  if (!request.authorization.empty()) message.headers.set("Authorization", request.authorization);
  if (!request.body.empty() && !request.content_type.empty())
    message.headers.set("Content-Type", request.content_type);
  if (request.wait.count() > 0) message.headers.set("Prefer", fmt::format("wait={}", request.wait.count()));
  if (!request.last_event_id.empty()) message.headers.set("Last-Event-ID", request.last_event_id);
  message.body.text = request.body;
  const http::SendOptions options{
      .deadline = platform::async::Deadline::after(loop_.clock(), bound + request.wait),
      .trust = http::Trust::configured,
      .body_bytes_max = 16 * 1024 * 1024,
      .stream_response = true};
  auto response = co_await client_->send(std::move(message), options);
  if (!response) co_return Answer{.status = 0, .body = response.error().message(), .headers = {}};
  const auto status = response->status;
  auto headers = response->headers;
  auto body = co_await body_of(std::move(*response));
  if (!body) co_return Answer{.status = 0, .body = body.error().message(), .headers = {}};
  co_return Answer{status, std::move(*body), std::move(headers)};
}

/// The whole body; of a stream that has no end, its opening and where it says to be resumed, what follows at
/// once.
Task<Result<std::string>> Installation::body_of(http::Response response) {
  if (response.headers.get("Content-Type") != "text/event-stream")
    co_return co_await std::move(response.body).collect(16 * 1024 * 1024);
  auto opening = co_await response.body.stream->read();
  // A stream that begins now says where that is, and has nothing to tell.
  if (!opening || opening->contains("id: ")) co_return opening;
  // A piece of the body may end within an event.
  auto text = std::move(*opening);
  do {
    auto told = co_await response.body.stream->read();
    if (!told || told->empty()) co_return told;
    text += *told;
  } while (!text.ends_with("\n\n"));
  co_return text;
}

std::string Installation::settings() const {
  const auto port = [this](Listener listener) { return ports_.at(listener); };
  const auto administration = origin(Listener::administration);
  auto text = fmt::format(
      "listeners:\n  public: {{port: {}}}\n  administration: {{port: {}}}\n  signaling: {{port: {}}}\n"
      "monitoring:\n  listener: {{port: {}}}\n"
      "endpoints: {{public_url: '{}', administration_url: '{}', signaling_url: '{}'}}\n",
      port(Listener::open), port(Listener::administration), port(Listener::signaling),
      port(Listener::metrics), origin(Listener::open), administration, origin(Listener::signaling));
  text += fmt::format(
      "authentication:\n  issuers:\n    - {{issuer: '{0}', jwks_url: '{0}/.well-known/jwks.json'}}\n"
      "    - {{issuer: '{1}', jwks_url: '{1}/jwks', audience: kontor}}\n"
      "token_source: {{token_url: '{0}/token', client_id: kontor, client_secret: kontor-secret}}\n"
      "token_service:\n  clients:\n"
      "    - {{client_id: kontor, client_secret: kontor-secret, scopes: ['signaling-api:admin', "
      "'management-api:admin', 'identity-api:admin', 'issuer-admin-api:admin', 'sts-api:admin']}}\n"
      "  subject_issuers:\n    - {{issuer: '{1}', jwks_url: '{1}/jwks', audience: kontor}}\n",
      administration, provider_url_);
  text += fmt::format(
      "http_client: {{allowed_networks: ['127.0.0.0/8'], plain_http_hosts: ['127.0.0.1']}}\n"
      "did_resolver: {{plain_http_authorities: ['127.0.0.1:{}', '127.0.0.1:{}']}}\n"
      "vault: {{folder: '{}/vault', master_key: '{}'}}\n"
      "verifier: {{status_max_age: 500ms}}\n"
      "data_plane_usage: {{written_within: 10ms}}\n"
      "local_access: {{enabled: true, port: {}}}\n"
      // What watches the store for changes must not see that something has expired meanwhile.
      "engine: {{sweep_interval: 1h}}\n"
      "decisions: {}\n"
      "transfer_process: {{terms_believed_for: 500ms}}\n"
      "dsp_endpoint:\n  open_processes_max: {}\n  trusted_issuers:\n    - {{did: '{}'}}\n",
      port(Listener::open), foreign_port_, folder().string(), std::string(64, 'a'), local_port_,
      options_.decisions, options_.open_processes_max, did("issuer"));
  if (options_.observed)
    text += fmt::format("tracing: {{endpoint: '{}/v1/traces', batch_delay: 10ms}}\n", provider_url_);
  if (!options_.postgres)
    return text + fmt::format("store: {{kind: sqlite, file: '{}/kontor.db'}}\n", folder().string());
  return text + fmt::format(
                    "store: {{kind: postgres, postgres_url: \"{}\", postgres_owner_url: \"{}\", "
                    "postgres_schema: routes}}\n",
                    options_.postgres->url(), options_.postgres->owner_url());
}

}  // namespace kontor::routes_test
