#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "dataplane/push/assembly.hpp"
#include "dataplane/replicas/assembly.hpp"
#include "dataplane/signaling/assembly.hpp"
#include "dataplane/source/assembly.hpp"
#include "dataplane/usage/assembly.hpp"
#include "platform/did/web_resolver.hpp"
#include "platform/http/server.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "platform/vault/file/file_vault.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

/// For tests: a data plane that pushes and receives, over a folder, made by its assemblies.
namespace kontor::dataplane::push::testing {

namespace async = platform::async;
using kontor::testing::RealLoop;
using FlowMachine = flows::Machine;

/// One life of the plane's process.
class Plane {
 public:
  struct Options {
    std::filesystem::path folder;
    std::vector<std::string> allowed_networks{"127.0.0.0/8"};
    HttpPushConfig push = {.https_only = false,
                           .attempts_max = 3,
                           .retry_delay_min = std::chrono::milliseconds(1),
                           .retry_delay_max = std::chrono::milliseconds(5),
                           .stall_timeout = std::chrono::milliseconds(500),
                           .take_over_after = std::chrono::milliseconds(300)};
    usage::UsageConfig usage = {.written_within = std::chrono::milliseconds(1)};
    std::string control_plane = {};  ///< where it is and issues tokens; empty: it is told nothing
    platform::engine::EngineConfig engine = {};
  };

  Plane(RealLoop& loop, const Options& options) : loop_(loop), scope_(loop.executor()) {
    const Bytes key(crypto::aes_key_bytes, std::byte{7});
    std::filesystem::create_directories(options.folder / "files");
    vault_ = platform::vault::file::open_file_vault(
                 {.folder = options.folder / "vault", .master_keys = {crypto::AesKey::from(key).value()}},
                 disk_, loop.random())
                 .value();
    static const std::vector<const entity::Kind*> kinds = [] {
      auto all = signaling::SignalingAssembly::kinds();
      for (const auto* each : HttpPushAssembly::kinds()) all.push_back(each);
      for (const auto* each : usage::UsageAssembly::kinds()) all.push_back(each);
      for (const auto* each : replicas::ReplicasAssembly::kinds()) all.push_back(each);
      return all;
    }();
    store_ = loop.run(platform::store::sqlite::open_sqlite(loop.clock(),
                                                           {.file = options.folder / "kontor.db"}, kinds))
                 .value();
    engine_ = std::make_unique<platform::engine::Engine>(scope_, loop.clock(), loop.random(), *store_,
                                                         options.engine);
    router_ = std::make_unique<platform::routing::Router>(loop.clock(), loop.random());
    router_->authenticate_with([](std::string) { return control_plane(); });
    client_ = web::make_client(scope_, loop.clock(), {.allowed_networks = options.allowed_networks}).value();
    secret_client_ = std::make_unique<web::SecretClient>(*client_, std::vector<std::string>{});
    own_tokens_ = std::make_unique<platform::auth::TokenSource>(
        scope_, loop.clock(), *client_,
        platform::auth::TokenSourceConfig{options.control_plane + "/token", "us", "s"});
    listener_ = web::listen(scope_, loop.clock(), {.stream_requests = true},
                            router_->handler(protocol::api::Listener::open))
                    .value();
    endpoints_ = {.public_url = "http://127.0.0.1:" + std::to_string(listener_->port()),
                  .signaling_url = options.control_plane};
    resolver_ = std::make_unique<platform::did::WebResolver>(scope_, loop.clock(), *client_,
                                                             platform::did::WebResolverConfig{});
    assemble(options);
  }
  ~Plane() {
    loop_.run(scope_.close());
    loop_.run(store_->close());
  }

  /// What the plane's edge says of it.
  Result<void> may_serve;
  platform::engine::Engine& engine() { return *engine_; }
  web::Client& client() { return *client_; }
  async::Deadline soon() { return async::Deadline::after(loop_.clock(), std::chrono::seconds(20)); }

  web::Response signal(const std::string& path, std::string body) {
    web::Request request{.method = "POST", .target = "/api/v1/acme/dataflows/" + path};
    request.headers.set("Content-Type", "application/json");
    request.headers.set("Authorization", "Bearer control-plane");
    request.body.text = std::move(body);
    return loop_.run(router_->handler(protocol::api::Listener::signaling)(std::move(request)));
  }
  /// The flow once it satisfies `done`, or as it is after a while.
  flows::DataFlow flow(const std::string& id, std::function<bool(const flows::DataFlow&)> done) {
    return loop_.run(engine_->wait<FlowMachine>(ContextId("acme"), EntityId(id), std::move(done), soon()))
        .value()
        .entity;
  }
  usage::Usage& usage() { return *usage_; }
  /// What was counted of the flow.
  usage::Counters used(const std::string& id) {
    loop_.run(usage_->flush());
    using Used = domain::flow_usage::Machine;
    return loop_.run(engine_->load<Used>(ContextId("acme"), EntityId(id))).value().entity.counters;
  }
  domain::push::Push push(const std::string& id) {
    return loop_.run(engine_->load<domain::push::Machine>(ContextId("acme"), EntityId(id))).value().entity;
  }
  domain::push::Push pushed(const std::string& id, std::function<bool(const domain::push::Push&)> done) {
    return loop_
        .run(engine_->wait<domain::push::Machine>(ContextId("acme"), EntityId(id), std::move(done), soon()))
        .value()
        .entity;
  }
  web::Response send(web::Request request, const std::string& token) {
    if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
    auto response =
        loop_.run(client_->send(std::move(request), {.deadline = soon(), .trust = web::Trust::configured}));
    EXPECT_TRUE(response) << response.error().message();
    return response ? std::move(*response) : web::Response{.status = 0};
  }

 private:
  static Task<Result<platform::auth::Caller>> control_plane() {
    co_return platform::auth::Caller{"control-plane", {}, {}, {"signaling-api:admin"}};
  }

  void assemble(const Options& options) {
    const signaling::SignalingAssembly::Requires signaling_needs(*engine_, *vault_, *client_, *secret_client_,
                                                                 *own_tokens_, *router_, endpoints_,
                                                                 *resolver_, loop_.random());
    std::tie(tokens_, control_planes_, data_flows_, renewal_) =
        signaling::SignalingAssembly::build(signaling_needs, {.callbacks = !options.control_plane.empty()})
            .value();
    std::tie(sources_, http_sources_) =
        source::HttpSourceAssembly::build(
            source::HttpSourceAssembly::Requires(scope_, loop_.clock(), *client_, *secret_client_, *vault_),
            {})
            .value();
    const file::FileDataPlaneConfig files{.root = (options.folder / "files").string()};
    std::tie(files_disk_, file_sources_, sink_) =
        file::FileDataPlaneAssembly::build(file::FileDataPlaneAssembly::Requires(*sources_), files).value();
    const usage::UsageAssembly::Requires usage_needs(*data_flows_, scope_, *engine_, *router_, registry_);
    std::tie(usage_) = usage::UsageAssembly::build(usage_needs, options.usage).value();
    usage_->start();
    const replicas::ReplicasAssembly::Requires replicas_needs(*data_flows_, scope_, *engine_);
    std::tie(replicas_) = replicas::ReplicasAssembly::build(replicas_needs, {}).value();
    replicas_->serve_while([this] { return may_serve; });
    const HttpPushAssembly::Requires needs(scope_, *data_flows_, *tokens_, *engine_, *vault_, *client_,
                                           *sources_, *sink_, *router_, endpoints_, *usage_, *replicas_);
    std::tie(watch_, sender_, push_, inbox_) = HttpPushAssembly::build(needs, options.push).value();
    const signaling::SignalingAssembly::Provides provided(*tokens_, *control_planes_, *data_flows_,
                                                          *renewal_);
    EXPECT_TRUE(loop_.run(signaling::SignalingAssembly::start(provided)));
    EXPECT_TRUE(loop_.run(engine_->start()));
  }

  RealLoop& loop_;
  async::Scope scope_;
  async::Offload disk_{1};
  platform::endpoints::Endpoints endpoints_;
  std::unique_ptr<platform::vault::Vault> vault_;
  std::unique_ptr<platform::store::Store> store_;
  std::unique_ptr<platform::engine::Engine> engine_;
  std::unique_ptr<platform::routing::Router> router_;
  std::unique_ptr<web::Client> client_;
  std::unique_ptr<web::SecretClient> secret_client_;
  std::unique_ptr<platform::auth::TokenSource> own_tokens_;
  std::unique_ptr<web::Listener> listener_;
  std::unique_ptr<platform::did::Resolver> resolver_;
  std::unique_ptr<signaling::AccessTokens> tokens_;
  std::unique_ptr<signaling::ControlPlanes> control_planes_;
  std::unique_ptr<signaling::DataFlows> data_flows_;
  std::unique_ptr<signaling::TokenRenewal> renewal_;
  std::unique_ptr<source::SourceKinds> sources_;
  std::unique_ptr<source::HttpSourceKind> http_sources_;
  std::unique_ptr<file::Disk> files_disk_;
  std::unique_ptr<file::FileSources> file_sources_;
  std::unique_ptr<file::FileSink> sink_;
  platform::telemetry::Registry registry_;
  std::unique_ptr<usage::Usage> usage_;
  std::unique_ptr<replicas::Replicas> replicas_;
  std::unique_ptr<FlowWatch> watch_;
  std::unique_ptr<Sender> sender_;
  std::unique_ptr<HttpPush> push_;
  std::unique_ptr<Inbox> inbox_;
};

/// Whoever receives, if it is not one of our planes: a server on loopback that keeps what it was sent.
class Receiver {
 public:
  explicit Receiver(RealLoop& loop)
      : loop_(loop), scope_(loop.executor()), signal_(loop.executor(), loop.clock()) {
    auto listener = web::listen(scope_, loop.clock(), {},
                                [this](web::Request request) { return answer(std::move(request)); });
    invariant(listener.has_value(), "a test's server listens");
    listener_ = std::move(*listener);
  }
  ~Receiver() { loop_.run(scope_.close()); }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(listener_->port()); }
  std::string address() const {
    return R"({"@type":"DataAddress","endpointType":"HttpData","endpoint":")" + url() +
           R"(/in","endpointProperties":[{"@type":"EndpointProperty","name":"authorization","value":"t"},)"
           R"({"@type":"EndpointProperty","name":"authType","value":"bearer"},)"
           R"({"@type":"EndpointProperty","name":"partPaths","value":"true"}]})";
  }
  /// Until this many requests have come.
  Task<void> requests_have_come(std::size_t count) {
    while (requests.size() < count) {
      const auto ticket = signal_.ticket();
      if (requests.size() >= count) break;
      if (!co_await signal_.wait(ticket, async::Deadline::after(loop_.clock(), std::chrono::seconds(10))))
        break;
    }
  }
  std::size_t times(const std::string& target) const {
    return static_cast<std::size_t>(std::ranges::count(requests, target, &web::Request::target));
  }

  std::vector<web::Request> requests;
  std::map<std::string, std::vector<unsigned>> statuses;  ///< of the next requests to a target; then 200
  std::string silent_once_at;
  std::string silent_at;  ///< a target that is not answered

 private:
  Task<web::Response> answer(web::Request request) {
    const auto target = request.target;
    requests.push_back(std::move(request));
    signal_.notify();
    const bool once = target == silent_once_at;
    if (once) silent_once_at.clear();
    if (once || target == silent_at) {
      [[maybe_unused]] auto waited = co_await loop_.clock().wait_until(Instant::max());
    }
    if (target == "/token")
      co_return web::Response{.body = {.text = R"({"access_token":"t","expires_in":60})"}};
    auto& planned = statuses[target];
    web::Response response;
    if (!planned.empty()) {
      response.status = planned.front();
      planned.erase(planned.begin());
    }
    co_return response;
  }

  RealLoop& loop_;
  async::Scope scope_;
  async::Signal signal_;
  std::unique_ptr<web::Listener> listener_;
};

}  // namespace kontor::dataplane::push::testing
