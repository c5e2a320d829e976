#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/process/host.hpp"
#include "claims.hpp"
#include "platform/async/signal.hpp"
#include "platform/auth/token_verifier.hpp"
#include "platform/http/client.hpp"
#include "platform/http/server.hpp"
#include "platform/routing/router.hpp"
#include "platform/vault/vault.hpp"
#include "runtime/identity/self_issued_tokens.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"
#include "testing/postgres/postgres_server.hpp"

namespace kontor::routes_test {

/// What the tests need of the running process beside its listeners.
struct Inside {
  platform::routing::Router* router = nullptr;
  runtime::identity::SelfIssuedTokens* tokens = nullptr;
  platform::vault::Vault* vault = nullptr;
  platform::auth::TokenVerifier* verifier = nullptr;
};

/// A request as any client would send it. `target` is a path of the listener.
struct Request {
  protocol::api::Listener listener = protocol::api::Listener::administration;
  std::string method = "GET";
  std::string target;
  std::string authorization = {};  ///< the header's value; empty: none
  std::string body = {};
  std::string content_type = "application/json";  ///< empty: none
  std::chrono::seconds wait{0};                   ///< `Prefer: wait=N`
  std::string origin = {};         ///< where there is no listener of that name; empty: the listener's
  std::string last_event_id = {};  ///< where a stream of events is resumed; empty: nowhere
};

struct Answer {
  unsigned status = 0;  ///< 0: there was none within the bound; `body` says why
  std::string body = {};
  platform::http::Headers headers = {};

  bool fine() const { return status >= 200 && status < 300; }
  /// Null where the body is no JSON.
  json::Value json() const;
};

/// A whole installation in this process: every role, a store and a vault of its own, real listeners on
/// loopback, and beside it an OpenID provider that it trusts and whose tokens the tests mint as they like.
class Installation {
 public:
  struct Options {
    const testing::PostgresServer* postgres = nullptr;  ///< none: SQLite
    std::size_t open_processes_max = 2000;              ///< of one kind, that a counter-party may open
    std::string decisions = "{}";                       ///< the section of the configuration
    bool observed = false;                              ///< the log at its finest, and all spans are kept
  };
  explicit Installation(Options options);
  ~Installation();

  /// Every answer comes within this time, or the test fails.
  static constexpr std::chrono::seconds bound{10};
  Answer send(const Request& request);
  /// Side by side, as many callers would; the answers in the order of the requests.
  std::vector<Answer> send_at_once(const std::vector<Request>& requests);

  std::vector<const protocol::api::RouteInfo*> routes() const { return inside_.router->routes(); }
  /// An Authorization header of the trusted provider.
  std::string bearer(Claims claims);
  /// A value of the Authorization header by which our participant proves itself to `audience`, who may ask
  /// for its credentials.
  std::string self_issued(const ContextId& context, const Did& audience);

  std::string origin(protocol::api::Listener listener) const;
  /// Where a server of others may stand whose DID documents are fetched here, though by plain HTTP.
  std::uint16_t foreign_port() const { return foreign_port_; }
  /// Where applications of participants fetch.
  std::string local_url() const;
  std::string did(const std::string& name) const;
  std::string source_url() const { return provider_url_ + "/data"; }
  /// An address that a participant may have called back, and the calls that came within the bound: `count` of
  /// them, or fewer.
  std::string callback_url() const { return provider_url_ + "/callback"; }
  const std::vector<platform::http::Request>& called_back(std::size_t count);
  const std::filesystem::path& folder() const { return folder_.path(); }
  const testing::PostgresServer* postgres() const { return options_.postgres; }
  /// Lines of the log: errors, or of an observed installation all.
  const std::vector<std::string>& errors_logged() const { return log_.lines; }
  /// What came to the collector of spans of an observed installation, a batch each.
  const std::vector<std::string>& spans() const { return spans_; }
  platform::vault::Vault& vault() { return *inside_.vault; }
  const Inside& inside() const { return inside_; }
  /// For servers of others beside it.
  testing::EventLoop& loop() { return loop_; }

 private:
  struct ErrorLog : platform::telemetry::LogSink {
    void write(std::string_view line) override;
    std::vector<std::string> lines;
  };

  std::string settings() const;
  void start();
  Task<platform::http::Response> answer_as_provider(platform::http::Request request);
  Task<void> collect_spans(platform::http::Request request);
  Task<void> wait_for_calls(std::size_t count);
  Task<Answer> exchange(Request request);
  static Task<Result<std::string>> body_of(platform::http::Response response);
  Task<void> stop();

  Options options_;
  testing::TemporaryFolder folder_;
  testing::RealLoop loop_;
  std::unique_ptr<Random> random_;
  ErrorLog log_;
  platform::telemetry::LogLevels levels_;
  platform::telemetry::Log log_writer_;
  platform::telemetry::Registry registry_;
  platform::telemetry::Health health_;
  platform::async::Scope scope_;
  Provider provider_;
  std::unique_ptr<platform::http::Listener> provider_listener_;
  std::string provider_url_;
  std::vector<platform::http::Request> calls_;
  std::vector<std::string> spans_;
  platform::async::Signal called_;
  std::map<protocol::api::Listener, int> ports_;
  std::uint16_t foreign_port_ = 0;
  int local_port_ = 0;
  Inside inside_;
  std::optional<platform::assembly::Assembled> assembled_;
  std::unique_ptr<platform::http::Client> client_;
};

}  // namespace kontor::routes_test
