#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "dataplane/http/assembly.hpp"
#include "dataplane/replicas/assembly.hpp"
#include "dataplane/signaling/assembly.hpp"
#include "dataplane/source/assembly.hpp"
#include "dataplane/usage/assembly.hpp"
#include "platform/did/web_resolver.hpp"
#include "platform/http/server.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "platform/vault/file/file_vault.hpp"
#include "protocol/dps/http_profile.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

/// For tests: a whole data plane over a folder, made by its assemblies, and the world around it.
namespace kontor::dataplane::http::testing {

namespace async = platform::async;
namespace web = platform::http;
namespace dps = protocol::dps;
using kontor::testing::RealLoop;

/// Bodies that never end.
class EndlessBody : public web::BodyStream {
 public:
  Task<Result<std::string>> read() override { co_return std::string(16 * 1024, 'x'); }
};

/// Pieces that a test says, one after the other; it never ends.
class EventsBody : public web::BodyStream {
 public:
  explicit EventsBody(RealLoop& loop, std::optional<std::uint64_t> announced = std::nullopt)
      : signal_(loop.executor(), loop.clock()), announced_(announced) {}

  void say(std::string piece) {
    said_.push_back(std::move(piece));
    signal_.notify();
  }
  std::optional<std::uint64_t> length_bytes() const override { return announced_; }
  Task<Result<std::string>> read() override {
    for (;;) {
      const auto ticket = signal_.ticket();
      if (!said_.empty()) {
        auto piece = std::move(said_.front());
        said_.pop_front();
        co_return piece;
      }
      const bool more = co_await signal_.wait(ticket, async::Deadline::never());
      if (!more) co_return fail(ErrorCode::cancelled, "nothing more is said");
    }
  }

 private:
  async::Signal signal_;
  std::optional<std::uint64_t> announced_;
  std::deque<std::string> said_;
};

/// The source of data, the control plane and the token service: one server on loopback that keeps what it was
/// asked.
class World {
 public:
  explicit World(RealLoop& loop)
      : loop_(loop), scope_(loop.executor()), signal_(loop.executor(), loop.clock()) {
    data.reserve(500'000);
    for (std::size_t i = 0; data.size() < 500'000; ++i) data += std::to_string(i) + ",";
    auto listener = web::listen(scope_, loop.clock(), {},
                                [this](web::Request request) { return answer(std::move(request)); });
    invariant(listener.has_value(), "a test's server listens");
    listener_ = std::move(*listener);
  }
  ~World() { loop_.run(scope_.close()); }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(listener_->port()); }
  /// The first request to a path with this part, as soon as there is one.
  Task<web::Request> request_with(std::string part) {
    for (;;) {
      const auto ticket = signal_.ticket();
      for (const auto& request : requests) {
        if (request.target.contains(part)) co_return request;
      }
      const bool more =
          co_await signal_.wait(ticket, async::Deadline::after(loop_.clock(), std::chrono::seconds(10)));
      if (!more) co_return web::Request{.method = "none"};
    }
  }

  std::string data;
  std::vector<web::Request> requests;
  std::shared_ptr<EventsBody> events;  ///< of the newest request for them
  std::weak_ptr<EndlessBody> endless;  ///< the same, as long as it is asked for
  std::size_t begun = 0;               ///< requests that have come, answered or not

 private:
  Task<web::Response> answer(web::Request request) {
    web::Response response;
    ++begun;
    response.headers.set("ETag", "\"1\"");
    response.headers.set("Set-Cookie", "a=b");
    const auto path = request.target.substr(0, request.target.find('?'));
    if (path == "/token") {
      response.body.text = R"({"access_token":"ours","expires_in":600})";
    } else if (path == "/redirect") {
      response.status = 302;
      response.headers.set("Location", url() + "/data");
    } else if (path == "/broken") {
      response.status = 503;
      response.headers.set("Retry-After", "7");
      response.body.text = "not today";
    } else if (path == "/forbidden" || path == "/closed") {
      response.status = path == "/closed" ? 401 : 403;
      response.headers.set("WWW-Authenticate", "Basic");
    } else if (path == "/packed") {
      response.headers.set("Content-Encoding", "gzip");
      response.body.text = "octets";
    } else if (path == "/silent") {
      [[maybe_unused]] auto waited = co_await loop_.clock().wait_until(Instant::max());
    } else if (path == "/events") {
      response.headers.set("Content-Type", "text/event-stream");
      events = std::make_shared<EventsBody>(loop_);
      response.body.stream = events;
    } else if (path == "/huge") {
      constexpr std::uint64_t huge = 1ULL << 40;
      events = std::make_shared<EventsBody>(loop_, huge);
      response.body.stream = events;
    } else if (path == "/endless") {
      auto body = std::make_shared<EndlessBody>();
      endless = body;
      response.body.stream = std::move(body);
    } else if (request.headers.get("If-None-Match") == "\"1\"") {
      response.status = 304;
    } else if (const auto range = request.headers.get("Range")) {
      response.status = 206;
      response.headers.set("Content-Range", "bytes 0-9/" + std::to_string(data.size()));
      response.body.text = data.substr(0, 10);
    } else {
      response.headers.set("Content-Type", "text/csv");
      response.body.text = data;
    }
    requests.push_back(std::move(request));
    signal_.notify();
    co_return response;
  }

  RealLoop& loop_;
  async::Scope scope_;
  async::Signal signal_;
  std::unique_ptr<web::Listener> listener_;
};

/// One life of the plane's process.
class Plane {
 public:
  struct Options {
    std::filesystem::path folder;
    std::string world_url;
    std::vector<std::string> allowed_networks;
    std::chrono::milliseconds flows_cached_for;
    signaling::SignalingConfig signaling = {};
    source::HttpSourceConfig sources = {};
    std::vector<std::string> plain_authorities = {};
    std::chrono::milliseconds source_timeout{20'000};
  };

  Plane(RealLoop& loop, const Options& options) : loop_(loop), scope_(loop.executor()) {
    const Bytes key(crypto::aes_key_bytes, std::byte{7});
    vault_ = platform::vault::file::open_file_vault(
                 {.folder = options.folder / "vault", .master_keys = {crypto::AesKey::from(key).value()}},
                 disk_, loop.random())
                 .value();
    static const auto kinds = [] {
      auto all = signaling::SignalingAssembly::kinds();
      std::ranges::copy(usage::UsageAssembly::kinds(), std::back_inserter(all));
      std::ranges::copy(replicas::ReplicasAssembly::kinds(), std::back_inserter(all));
      return all;
    }();
    store_ = loop.run(platform::store::sqlite::open_sqlite(loop.clock(),
                                                           {.file = options.folder / "kontor.db"}, kinds))
                 .value();
    engine_ = std::make_unique<platform::engine::Engine>(scope_, loop.clock(), loop.random(), *store_);
    router_ = std::make_unique<platform::routing::Router>(loop.clock(), loop.random());
    router_->authenticate_with([](std::string) { return control_plane(); });
    client_ = web::make_client(scope_, loop.clock(), {.allowed_networks = options.allowed_networks}).value();
    secret_client_ = std::make_unique<web::SecretClient>(*client_, std::vector<std::string>{"127.0.0.1"});
    own_tokens_ = std::make_unique<platform::auth::TokenSource>(
        scope_, loop.clock(), *client_,
        platform::auth::TokenSourceConfig{options.world_url + "/token", "us", "secret"});
    listener_ = web::listen(scope_, loop.clock(), {.stream_requests = true},
                            router_->handler(protocol::api::Listener::open))
                    .value();
    endpoints_ = {.public_url = "http://127.0.0.1:" + std::to_string(listener_->port()),
                  .signaling_url = options.world_url};
    resolver_ = std::make_unique<platform::did::WebResolver>(
        scope_, loop.clock(), *client_,
        platform::did::WebResolverConfig{.plain_http_authorities = options.plain_authorities});
    assemble(options);
  }
  ~Plane() {
    loop_.run(scope_.close());
    loop_.run(store_->close());
  }

  platform::vault::Vault& vault() { return *vault_; }
  platform::engine::Engine& engine() { return *engine_; }
  platform::store::Store& store() { return *store_; }
  web::Client& client() { return *client_; }
  const std::string& public_url() const { return endpoints_.public_url; }

  web::Response signal(std::string path, std::string body, std::string context = "acme") {
    web::Request request{.method = "POST", .target = "/api/v1/" + context + "/dataflows/" + path};
    request.headers.set("Content-Type", "application/json");
    request.body.text = std::move(body);
    return ask(std::move(request));
  }
  /// The same for any request of the control plane.
  web::Response ask(web::Request request,
                    protocol::api::Listener listener = protocol::api::Listener::signaling) {
    request.headers.set("Authorization", "Bearer control-plane");
    return loop_.run(router_->handler(listener)(std::move(request)));
  }
  usage::Usage& usage() { return *usage_; }
  replicas::Replicas& replicas() { return *replicas_; }

  async::Deadline soon() { return async::Deadline::after(loop_.clock(), std::chrono::seconds(20)); }

  web::Response pull(std::string url, std::string token, std::string method = "GET",
                     web::Headers headers = {}, web::Body body = {}) {
    web::Request request{.method = std::move(method),
                         .target = std::move(url),
                         .headers = std::move(headers),
                         .body = std::move(body)};
    if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
    auto response =
        loop_.run(client_->send(std::move(request), {.deadline = soon(), .trust = web::Trust::configured}));
    EXPECT_TRUE(response) << response.error().message();
    return response ? std::move(*response) : web::Response{.status = 0};
  }

 private:
  static Task<Result<platform::auth::Caller>> control_plane() {
    co_return platform::auth::Caller{
        "control-plane", {}, {}, {"signaling-api:admin", "management-api:admin"}};
  }

  void assemble(const Options& options) {
    const signaling::SignalingAssembly::Requires signaling_needs(*engine_, *vault_, *client_, *secret_client_,
                                                                 *own_tokens_, *router_, endpoints_,
                                                                 *resolver_, loop_.random());
    auto made = signaling::SignalingAssembly::build(signaling_needs, options.signaling).value();
    std::tie(tokens_, control_planes_, flows_, renewal_) = std::move(made);
    const source::HttpSourceAssembly::Requires source_needs(scope_, loop_.clock(), *client_, *secret_client_,
                                                            *vault_);
    std::tie(sources_, http_sources_) =
        source::HttpSourceAssembly::build(source_needs, options.sources).value();
    const usage::UsageAssembly::Requires usage_needs(*flows_, scope_, *engine_, *router_, registry_);
    std::tie(usage_) = usage::UsageAssembly::build(usage_needs, {}).value();
    const replicas::ReplicasAssembly::Requires replicas_needs(*flows_, scope_, *engine_);
    std::tie(replicas_) = replicas::ReplicasAssembly::build(replicas_needs, {}).value();
    const HttpDataPlaneAssembly::Requires needs(scope_, *flows_, *tokens_, *engine_, *vault_, *sources_,
                                                *router_, endpoints_, *usage_, *replicas_);
    const HttpDataPlaneConfig config{.source_timeout = options.source_timeout,
                                     .request_bytes_max = 100'000,
                                     .flows_cached_for = options.flows_cached_for};
    std::tie(pull_, proxy_) = HttpDataPlaneAssembly::build(needs, config).value();
    const signaling::SignalingAssembly::Provides provided(*tokens_, *control_planes_, *flows_, *renewal_);
    EXPECT_TRUE(loop_.run(signaling::SignalingAssembly::start(provided)));
    EXPECT_TRUE(loop_.run(engine_->start()));
    EXPECT_TRUE(loop_.run(usage::UsageAssembly::start(usage::UsageAssembly::Provides(*usage_))));
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
  std::unique_ptr<source::SourceKinds> sources_;
  std::unique_ptr<source::HttpSourceKind> http_sources_;
  std::unique_ptr<HttpPull> pull_;
  std::unique_ptr<signaling::DataFlows> flows_;
  std::unique_ptr<signaling::TokenRenewal> renewal_;
  platform::telemetry::Registry registry_;
  std::unique_ptr<usage::Usage> usage_;
  std::unique_ptr<replicas::Replicas> replicas_;
  std::unique_ptr<DataProxy> proxy_;
};

}  // namespace kontor::dataplane::http::testing
