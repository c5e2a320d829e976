#include "testing/house/house.hpp"

#include "platform/store/sqlite/sqlite_store.hpp"
#include "protocol/did/web.hpp"

namespace kontor::testing {

namespace async = platform::async;
namespace http = platform::http;
namespace identity = runtime::identity;

namespace {

constexpr std::string_view loopback_network = "127.0.0.0/8";
constexpr std::string_view hosted_beside = "example.org";  ///< DIDs of this host are the house's too

std::string authority_of(const http::Listener& listener) {
  return "127.0.0.1:" + std::to_string(listener.port());
}

Task<http::Response> forward(const http::Handler& handler, http::Request request) {
  if (!handler) co_return http::Response{503, {}, {}};
  co_return co_await handler(std::move(request));
}

}  // namespace

House::House(VirtualLoop& loop_in, Options options) : loop(loop_in), scope(loop_in.executor()) {
  kinds_ = identity::IdentityAssembly::kinds();
  kinds_.insert(kinds_.end(), options.kinds.begin(), options.kinds.end());
  const Bytes master(crypto::aes_key_bytes, std::byte{7});
  vault = platform::vault::file::open_file_vault(
              {.folder = folder.path() / "vault", .master_keys = {crypto::AesKey::from(master).value()}},
              disk, loop.random())
              .value();
  store = loop.run(platform::store::sqlite::open_sqlite(
                       loop.clock(), {.file = folder.path() / "kontor.db", .own_threads = false}, kinds_))
              .value();
  engine = std::make_unique<platform::engine::Engine>(scope, loop.clock(), loop.random(), *store);
  router = std::make_unique<platform::routing::Router>(loop.clock(), loop.random());
  router->authenticate_with([this](std::string) { return authenticate(); });
  client =
      http::make_client(scope, loop.clock(), {.allowed_networks = {std::string(loopback_network)}}).value();
  secret_client = std::make_unique<http::SecretClient>(*client, std::vector<std::string>{"127.0.0.1"});
  listen();
  options.plain_authorities.push_back(authority_of(*open_));
  make_identity(options);
}

House::~House() {
  close();
  loop.run(store->close());
}

void House::close() {
  loop.run(scope.close());
}

void House::listen() {
  open_ = http::listen(scope, loop.clock(), {}, [this](http::Request request) {
            return forward(open_handler_, std::move(request));
          }).value();
  administration_ = http::listen(scope, loop.clock(), {}, [this](http::Request request) {
                      return forward(administration_handler_, std::move(request));
                    }).value();
}

void House::make_identity(const Options& options) {
  resolver = std::make_unique<platform::did::WebResolver>(
      scope, loop.clock(), *client,
      platform::did::WebResolverConfig{.plain_http_authorities = options.plain_authorities});
  keys = std::make_unique<identity::KeyRing>(*engine, *vault, options.keys);
  contexts = std::make_unique<identity::IdentityContexts>(
      *engine, *keys, *vault, identity::OwnDids{{authority_of(*open_), std::string(hosted_beside)}});
  signing = std::make_unique<identity::Signing>(*keys, *vault);
  archives = std::make_unique<identity::Archives>(
      identity::Archives::Services{*engine, *vault, *contexts, *signing});
  tokens = std::make_unique<identity::SelfIssuedTokens>(
      *signing, loop.clock(), loop.random(), identity::OutsideTokens(*secret_client, *vault, loop.clock()));
  verifier = std::make_unique<runtime::verifier::PeerVerifier>(*resolver, *signing, loop.clock());
  status_lists = std::make_unique<runtime::verifier::StatusLists>(scope, loop.clock(), *client, *resolver,
                                                                  options.status_lists);
  schemas = std::make_unique<runtime::verifier::Schemas>(scope, loop.clock(), *client, options.schemas);
  presentations = std::make_unique<runtime::verifier::Presentations>(
      runtime::verifier::Presentations::Services{scope, loop.clock(), *client, *resolver, *tokens,
                                                 *status_lists, *schemas},
      options.presentations);
  identity::bind_participant_routes(*router, {*contexts, *archives, loop.random(), *secret_client,
                                              identity::IdentityConfig{}.participant_properties});
  identity::bind_key_routes(*router, *keys);
  identity::bind_did_api_routes(*router, *contexts);
  identity::bind_token_service_routes(*router, *engine, *secret_client);
  identity::bind_did_routes(*router, *contexts);
}

void House::open() {
  invariant(loop.run(engine->start()).has_value(), "the engine starts");
  open_handler_ = router->handler(protocol::api::Listener::open);
  administration_handler_ = router->handler(protocol::api::Listener::administration);
}

Did House::participant(std::string name, std::vector<protocol::did::Service> services, bool active) {
  auto did = protocol::did::make_web_did({authority_of(*open_), name}).value();
  identity::NewIdentityContext order;
  order.context.id = ContextId(name);
  order.context.did = did;
  order.context.services = std::move(services);
  order.keys = {{.key_id = did.str() + "#key-1", .alias = platform::vault::KeyAlias("key-1")}};
  order.active = active;
  auto made = loop.run(contexts->create(std::move(order), "test"));
  invariant(made.has_value(), "a participant is created");
  return did;
}

std::string House::url(std::string_view path) const {
  return "http://" + authority_of(*open_) + std::string(path);
}

std::string House::administration_url(std::string_view path) const {
  return "http://" + authority_of(*administration_) + std::string(path);
}

async::Deadline House::soon() {
  return async::Deadline::after(loop.clock(), std::chrono::seconds(10));
}

http::Response House::ask(http::Request request) {
  return loop.run(client->send(std::move(request), {.deadline = soon(), .trust = http::Trust::configured}))
      .value();
}

http::Response House::post(std::string url, std::string body, std::string authorization) {
  http::Request request{"POST", std::move(url), {}, {std::move(body), {}}};
  request.headers.set("Content-Type", "application/json");
  if (!authorization.empty()) request.headers.set("Authorization", std::move(authorization));
  return ask(std::move(request));
}

Task<Result<platform::auth::Caller>> House::authenticate() {
  co_return caller;
}

}  // namespace kontor::testing
