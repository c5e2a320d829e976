#include "testing/data_plane/data_plane.hpp"

#include "platform/store/sqlite/sqlite_store.hpp"
#include "platform/vault/file/file_vault.hpp"

namespace kontor::testing {

namespace async = platform::async;
namespace http = platform::http;
namespace flows = domain::data_flow;
using dataplane::replicas::ReplicasAssembly;
using dataplane::signaling::SignalingAssembly;
using dataplane::source::HttpSourceAssembly;
using dataplane::usage::UsageAssembly;

namespace {

const ContextId acme("acme");

Task<Result<platform::auth::Caller>> control_plane() {
  co_return platform::auth::Caller{"control-plane", {}, {}, {"signaling-api:admin", "management-api:admin"}};
}

http::Request signal_of(const std::string& path, std::string body, const std::string& context) {
  http::Request request{.method = "POST", .target = "/api/v1/" + context + "/dataflows/" + path};
  request.headers.set("Content-Type", "application/json");
  request.body.text = std::move(body);
  return request;
}

}  // namespace

DataPlane::DataPlane(RealLoop& loop, Options options)
    : loop_(loop), kinds_(std::move(options.kinds)), scope_(loop.executor()) {
  for (const auto& more : {SignalingAssembly::kinds(), UsageAssembly::kinds(), ReplicasAssembly::kinds()})
    kinds_.insert(kinds_.end(), more.begin(), more.end());
  const Bytes master(crypto::aes_key_bytes, std::byte{7});
  vault_ = platform::vault::file::open_file_vault(
               {.folder = options.folder / "vault", .master_keys = {crypto::AesKey::from(master).value()}},
               disk_, loop.random())
               .value();
  store_ = loop.run(platform::store::sqlite::open_sqlite(loop.clock(), {.file = options.folder / "kontor.db"},
                                                         kinds_))
               .value();
  engine_ = std::make_unique<platform::engine::Engine>(scope_, loop.clock(), loop.random(), *store_,
                                                       options.engine);
  router_ = std::make_unique<platform::routing::Router>(loop.clock(), loop.random());
  router_->authenticate_with([](std::string) { return control_plane(); });
  make_clients(options);
  listener_ = http::listen(scope_, loop.clock(), {.stream_requests = true},
                           router_->handler(protocol::api::Listener::open))
                  .value();
  endpoints_ = {.public_url = "http://127.0.0.1:" + std::to_string(listener_->port()),
                .signaling_url = options.control_plane};
  assemble(options);
}

DataPlane::~DataPlane() {
  loop_.run(scope_.close());
  loop_.run(store_->close());
}

void DataPlane::make_clients(const Options& options) {
  client_ = http::make_client(scope_, loop_.clock(), {.allowed_networks = options.allowed_networks}).value();
  secret_client_ = std::make_unique<http::SecretClient>(*client_, std::vector<std::string>{"127.0.0.1"});
  own_tokens_ = std::make_unique<platform::auth::TokenSource>(
      scope_, loop_.clock(), *client_,
      platform::auth::TokenSourceConfig{options.control_plane + "/token", "us", "secret"});
  resolver_ = std::make_unique<platform::did::WebResolver>(
      scope_, loop_.clock(), *client_,
      platform::did::WebResolverConfig{.plain_http_authorities = options.plain_authorities});
}

void DataPlane::assemble(const Options& options) {
  parts_.give(scope_).give<async::Clock>(loop_.clock()).give(loop_.random()).give(*engine_).give(*vault_);
  parts_.give(*client_).give(*secret_client_).give(*own_tokens_).give(*resolver_);
  parts_.give(*router_).give(endpoints_).give(registry_);
  auto signaling = options.signaling;
  signaling.callbacks = !options.control_plane.empty();
  parts_.add<SignalingAssembly>(signaling);
  parts_.add<HttpSourceAssembly>(options.sources);
  parts_.add<UsageAssembly>(options.usage);
  parts_.add<ReplicasAssembly>();
}

void DataPlane::open() {
  invariant(loop_.run(parts_.start()).has_value(), "the parts of a data plane start");
  invariant(loop_.run(engine_->start()).has_value(), "the engine starts");
}

http::Response DataPlane::signal(const std::string& path, std::string body, const std::string& context) {
  return ask(signal_of(path, std::move(body), context));
}

std::vector<http::Response> DataPlane::signal_at_once(const std::string& path,
                                                      std::vector<std::string> bodies) {
  std::vector<http::Request> requests;
  for (auto& body : bodies) requests.push_back(signal_of(path, std::move(body), acme.str()));
  std::vector<http::Response> answers(requests.size());
  loop_.run(take_all(std::move(requests), answers));
  return answers;
}

Task<void> DataPlane::take_all(std::vector<http::Request> requests, std::vector<http::Response>& answers) {
  platform::async::Scope all(loop_.executor());
  for (std::size_t i = 0; i < requests.size(); ++i) all.spawn(take(std::move(requests[i]), answers[i]));
  co_await all.drain();
}

Task<void> DataPlane::take(http::Request request, http::Response& answer) {
  request.headers.set("Authorization", "Bearer control-plane");
  answer = co_await router_->handler(protocol::api::Listener::signaling)(std::move(request));
}

http::Response DataPlane::ask(http::Request request, protocol::api::Listener listener) {
  request.headers.set("Authorization", "Bearer control-plane");
  return loop_.run(router_->handler(listener)(std::move(request)));
}

http::Response DataPlane::send(http::Request request, const std::string& token) {
  if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
  auto response =
      loop_.run(client_->send(std::move(request), {.deadline = soon(), .trust = http::Trust::configured}));
  if (!response) return {.status = 0, .body = {.text = response.error().message()}};
  return std::move(*response);
}

http::Response DataPlane::pull(std::string url, const std::string& token, std::string method,
                               http::Headers headers, http::Body body) {
  return send({.method = std::move(method),
               .target = std::move(url),
               .headers = std::move(headers),
               .body = std::move(body)},
              token);
}

flows::DataFlow DataPlane::flow(const std::string& id, std::function<bool(const flows::DataFlow&)> done) {
  return loop_.run(engine_->wait<flows::Machine>(acme, EntityId(id), std::move(done), soon())).value().entity;
}

domain::flow_usage::Counters DataPlane::used(const std::string& id) {
  loop_.run(usage().flush());
  return loop_.run(engine_->load<domain::flow_usage::Machine>(acme, EntityId(id))).value().entity.counters;
}

async::Deadline DataPlane::soon() {
  return async::Deadline::after(loop_.clock(), std::chrono::seconds(20));
}

}  // namespace kontor::testing
