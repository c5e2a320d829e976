#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/replicas/assembly.hpp"
#include "dataplane/signaling/assembly.hpp"
#include "dataplane/source/assembly.hpp"
#include "dataplane/usage/assembly.hpp"
#include "platform/async/signal.hpp"
#include "platform/auth/token_source.hpp"
#include "platform/did/web_resolver.hpp"
#include "platform/http/server.hpp"
#include "testing/async/run.hpp"
#include "testing/data_plane/assemblies.hpp"

namespace kontor::testing {

/// One life of a data plane's process, in real time: its state in a folder that outlives it, its open
/// listener on loopback, and all that the product makes it of but what moves the data, which a test adds to
/// `parts` before it opens the plane. Everybody who shows a token to its signalling is its control plane.
class DataPlane {
 public:
  struct Options {
    std::filesystem::path folder;
    std::string control_plane = {};  ///< where it is and issues tokens; empty: it is told nothing
    std::vector<std::string> allowed_networks = {"127.0.0.0/8"};
    std::vector<std::string> plain_authorities = {};  ///< whose DID documents are fetched without TLS
    std::vector<const entity::Kind*> kinds = {};      ///< of what moves the data
    dataplane::signaling::SignalingConfig signaling = {};
    dataplane::source::HttpSourceConfig sources = {};
    dataplane::usage::UsageConfig usage = {};
    platform::engine::EngineConfig engine = {};
  };
  DataPlane(RealLoop& loop, Options options);
  ~DataPlane();
  DataPlane(const DataPlane&) = delete;
  DataPlane& operator=(const DataPlane&) = delete;

  Assemblies& parts() { return parts_; }
  void open();

  platform::http::Response signal(const std::string& path, std::string body,
                                  const std::string& context = "acme");
  /// Signals that are under way together; the answers in their order.
  std::vector<platform::http::Response> signal_at_once(const std::string& path,
                                                       std::vector<std::string> bodies);
  /// The same for any request of the control plane.
  platform::http::Response ask(platform::http::Request request,
                               protocol::api::Listener listener = protocol::api::Listener::signaling);
  /// To any address, with the token of a flow, if any. Status 0: there was no answer, and the body says why.
  platform::http::Response send(platform::http::Request request, const std::string& token);
  platform::http::Response pull(std::string url, const std::string& token, std::string method = "GET",
                                platform::http::Headers headers = {}, platform::http::Body body = {});

  /// The flow once it satisfies `done`, or as it is after a while.
  domain::data_flow::DataFlow flow(const std::string& id,
                                   std::function<bool(const domain::data_flow::DataFlow&)> done);
  /// What was counted of the flow.
  domain::flow_usage::Counters used(const std::string& id);

  platform::async::Deadline soon();
  const std::string& public_url() const { return endpoints_.public_url; }
  platform::vault::Vault& vault() { return *vault_; }
  platform::store::Store& store() { return *store_; }
  platform::engine::Engine& engine() { return *engine_; }
  platform::http::Client& client() { return *client_; }
  dataplane::usage::Usage& usage() { return parts_.get<dataplane::usage::Usage>(); }
  dataplane::replicas::Replicas& replicas() { return parts_.get<dataplane::replicas::Replicas>(); }

 private:
  Task<void> take(platform::http::Request request, platform::http::Response& answer);
  Task<void> take_all(std::vector<platform::http::Request> requests,
                      std::vector<platform::http::Response>& answers);
  void make_clients(const Options& options);
  void assemble(const Options& options);

  RealLoop& loop_;
  std::vector<const entity::Kind*> kinds_;
  platform::async::Scope scope_;
  platform::async::Offload disk_{1};
  std::unique_ptr<platform::vault::Vault> vault_;
  std::unique_ptr<platform::store::Store> store_;
  std::unique_ptr<platform::engine::Engine> engine_;
  std::unique_ptr<platform::routing::Router> router_;
  std::unique_ptr<platform::http::Client> client_;
  std::unique_ptr<platform::http::SecretClient> secret_client_;
  std::unique_ptr<platform::auth::TokenSource> own_tokens_;
  std::unique_ptr<platform::did::Resolver> resolver_;
  std::unique_ptr<platform::http::Listener> listener_;
  platform::endpoints::Endpoints endpoints_;
  platform::telemetry::Registry registry_;
  Assemblies parts_;
};

}  // namespace kontor::testing
