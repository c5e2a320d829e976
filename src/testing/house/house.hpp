#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/did/web_resolver.hpp"
#include "platform/engine/engine.hpp"
#include "platform/http/secret_client.hpp"
#include "platform/http/server.hpp"
#include "platform/routing/router.hpp"
#include "platform/vault/file/file_vault.hpp"
#include "runtime/identity/assembly.hpp"
#include "runtime/verifier/assembly.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"
#include "testing/loopback/loopback_server.hpp"

namespace kontor::testing {

/// An installation of ours for tests of one slice of the runtime: a store in a file, a file vault, the
/// engine, the identity services, and a router behind real listeners, on a clock that the test moves. The
/// slice under test is made over it by the test, its routes bound before `open`.
class House {
 public:
  struct Options {
    std::vector<const entity::Kind*> kinds = {};      ///< of the slice under test
    std::vector<std::string> plain_authorities = {};  ///< whose DID documents are fetched without TLS
    runtime::verifier::StatusListsConfig status_lists = {};
    runtime::verifier::PresentationsConfig presentations = {};
    runtime::verifier::SchemasConfig schemas = {};
    runtime::identity::KeyRingConfig keys = {};
  };
  House(VirtualLoop& loop, Options options);
  ~House();
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  /// Starts the engine and serves what is bound.
  void open();
  /// Ends everything that runs. A test calls it before the slice that it made goes away.
  void close();
  /// A participant of ours: `did:web:127.0.0.1%3A<port>:<name>`, one P-256 key for everything, the services.
  Did participant(std::string name, std::vector<protocol::did::Service> services = {}, bool active = true);

  std::string url(std::string_view path = "") const;  ///< of the open listener
  std::string administration_url(std::string_view path = "") const;
  /// Sends a request to an absolute URL and waits for its answer.
  platform::http::Response ask(platform::http::Request request);
  platform::http::Response post(std::string url, std::string body, std::string authorization = "");

  Instant now() { return loop.clock().now(); }
  platform::async::Deadline soon();

  VirtualLoop& loop;
  TemporaryFolder folder;
  platform::async::Scope scope;
  platform::async::Offload disk{0};
  std::unique_ptr<platform::vault::Vault> vault;
  std::unique_ptr<platform::store::Store> store;
  std::unique_ptr<platform::engine::Engine> engine;
  std::unique_ptr<platform::routing::Router> router;
  std::unique_ptr<platform::http::Client> client;
  std::unique_ptr<platform::http::SecretClient> secret_client;
  std::unique_ptr<platform::did::WebResolver> resolver;
  std::unique_ptr<runtime::identity::KeyRing> keys;
  std::unique_ptr<runtime::identity::IdentityContexts> contexts;
  std::unique_ptr<runtime::identity::Signing> signing;
  std::unique_ptr<runtime::identity::Archives> archives;
  std::unique_ptr<runtime::identity::SelfIssuedTokens> tokens;
  std::unique_ptr<runtime::verifier::PeerVerifier> verifier;
  std::unique_ptr<runtime::verifier::StatusLists> status_lists;
  std::unique_ptr<runtime::verifier::Schemas> schemas;
  std::unique_ptr<runtime::verifier::Presentations> presentations;
  /// Whom every token of an administration route proves.
  platform::auth::Caller caller{
      .subject = "tester", .role = platform::auth::Role::admin, .context = {}, .scopes = {}};

 private:
  Task<Result<platform::auth::Caller>> authenticate();
  void listen();
  void make_identity(const Options& options);

  std::vector<const entity::Kind*> kinds_;
  std::unique_ptr<platform::http::Listener> open_;
  std::unique_ptr<platform::http::Listener> administration_;
  platform::http::Handler open_handler_;
  platform::http::Handler administration_handler_;
};

}  // namespace kontor::testing
