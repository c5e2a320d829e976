#pragma once

#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "dataplane/sdk/host.hpp"
#include "dataplane/sdk/own_proof.hpp"
#include "dataplane/sdk/state_folder.hpp"
#include "dataplane/signaling/signaling_side.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/secret_client.hpp"
#include "platform/http/server.hpp"
#include "platform/telemetry/log.hpp"

namespace kontor::dataplane::sdk {

namespace async = platform::async;
namespace web = platform::http;

/// Lines for the author, or for standard error.
class AuthorsLog final : public platform::telemetry::LogSink {
 public:
  explicit AuthorsLog(const kontor_handlers& handlers)
      : handlers_(handlers), standard_(platform::telemetry::standard_error_sink()) {}
  void write(std::string_view line) override {
    if (!handlers_.log) return standard_->write(line);
    handlers_.log(handlers_.user, {line.data(), line.size()});
  }

 private:
  kontor_handlers handlers_;
  std::unique_ptr<platform::telemetry::LogSink> standard_;
};

/// Everything that lives as long as the plane serves, in the order in which it is made.
struct Host::Running {
  Running(Host& host, boost::asio::any_io_executor executor)
      : clock(async::system_clock(executor)),
        random(async::system_random()),
        sink(host.handlers_),
        log(sink, *clock, levels, "data-plane"),
        scope(executor),
        committed(executor, *clock),
        own_context(host.settings_.context) {}

  std::optional<StateFolder> folder;
  async::Offload disk{1};
  std::unique_ptr<async::Clock> clock;
  std::unique_ptr<Random> random;
  platform::telemetry::LogLevels levels;
  AuthorsLog sink;
  platform::telemetry::Log log;
  async::Scope scope;
  async::Signal committed;  ///< of any flow
  /// Reports of a flow are taken in the order in which they were made.
  std::map<std::pair<ContextId, EntityId>, std::weak_ptr<async::Mutex>> turns;
  std::unique_ptr<platform::vault::Vault> vault;
  std::unique_ptr<platform::store::Store> store;
  std::unique_ptr<platform::engine::Engine> engine;
  std::unique_ptr<platform::routing::Router> router;
  std::unique_ptr<web::Client> client;
  std::unique_ptr<web::SecretClient> secret_client;
  std::unique_ptr<platform::auth::TokenSource> own_tokens;
  std::unique_ptr<platform::did::Resolver> resolver;
  signaling::SignalingSide side;
  std::unique_ptr<HandlerMover> mover;
  std::unique_ptr<OwnProof> proof;
  std::unique_ptr<web::Listener> listener;
  std::string base_url;
  std::string own_context;
  bool is_ready = false;

  Task<Result<void>> open_folder(const Settings& settings);
  Result<void> listen(const Settings& settings);
  Task<Result<void>> assemble(const Settings& settings, const kontor_handlers& handlers,
                              std::shared_ptr<Reports> reports);
  Task<Result<void>> recover(const ContextId& context);
  Task<Result<void>> prove_ourselves(const Settings& settings);
  Task<web::Response> answer(web::Request request);
  Task<void> take(Report report);
  Task<Result<domain::data_flow::DataFlow>> durable(ContextId context, EntityId flow);
  std::shared_ptr<async::Mutex> turn_of(const Report& report);
  void enroll_at(const Settings& settings, const std::string& url, const Registration& at);
  Task<void> enroll(std::string body, Registration at);
  Task<void> find(std::string token, std::shared_ptr<std::promise<Result<std::string>>> promise);
  Task<void> end();
};

}  // namespace kontor::dataplane::sdk
