#include "dataplane/sdk/running.hpp"

#include <algorithm>

#include "base/crypto/hash.hpp"
#include "base/json/codec.hpp"
#include "base/text/text.hpp"
#include "platform/auth/plane_proofs.hpp"
#include "platform/did/web_resolver.hpp"
#include "platform/http/url.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "platform/vault/file/file_vault.hpp"

namespace kontor::dataplane::sdk {

namespace query = protocol::query;
using async::Deadline;
using domain::data_flow::Machine;

namespace {

constexpr std::string_view renewal_path = "/api/data-token";
constexpr std::string_view token_path = "/token";
constexpr auto first_pause = std::chrono::seconds(1);
constexpr auto longest_pause = std::chrono::seconds(60);
/// As long as an order may take: an author may report of a flow while the answer to its order is stored.
constexpr auto order_patience = std::chrono::seconds(30);

protocol::dps::ControlPlaneRegistrationMessage registration_of(const KnownControlPlane& plane) {
  protocol::dps::ControlPlaneRegistrationMessage message{
      .controlplane_id = protocol::dps::ControlPlaneId(plane.id),
      .endpoint = plane.endpoint,
      .authorization = {}};
  if (plane.token_endpoint.empty()) return message;
  message.authorization.emplace();
  message.authorization->type = protocol::dps::client_credentials;
  message.authorization->token_endpoint = plane.token_endpoint;
  message.authorization->client_id = plane.client_id;
  message.authorization->client_secret = plane.client_secret;
  return message;
}

/// `/api/v1/{context}/…`: a plane has one context, whatever its control planes ask for.
bool is_of(const std::string& context, const std::string& target) {
  const auto parsed = web::parse_target(target);
  return parsed && parsed->segments.size() > 3 && parsed->segments[2] == context;
}

/// Where a secret of the configuration goes: its author chose to send it there, over TLS or not.
std::vector<std::string> token_hosts_of(const Settings& settings) {
  std::vector<std::string> hosts;
  for (const auto& plane : settings.control_planes) {
    const auto url = web::parse_url(plane.token_endpoint);
    if (url) hosts.push_back(url->authority());
  }
  return hosts;
}

/// What an author did, and has to hear of: a signal that was rejected, and what went wrong on this side. What
/// strangers are refused is no news.
void tell_author(const platform::telemetry::Log& log, const platform::routing::Served& served) {
  const platform::telemetry::About about{
      .context = served.context,
      .action = served.route ? served.route->name : std::string_view("none"),
      .trace_id = served.trace.trace_id,
      .incident = served.incident};
  if (served.status >= 500) {
    log.error(about, "{} answered {}: {}", served.method, served.status, served.detail);
  } else if (served.status == 400) {
    log.warning(about, "{} answered {}: {}", served.method, served.status, served.detail);
  }
}

/// A control plane with no token of its own is whoever sends none. It changes no registration but its own.
platform::auth::Caller caller(const std::string& control_plane, const ContextId& context) {
  return {control_plane,
          {},
          context,
          {platform::auth::registered_scope(platform::auth::PlaneKind::control_plane, context)}};
}

Task<Result<platform::auth::Caller>> caller_of(const Settings& settings, const OwnProof& proof,
                                               std::string authorization) {
  const ContextId context(settings.context);
  for (const auto& plane : settings.control_planes) {
    const auto expected = plane.token.empty() ? std::string() : "Bearer " + plane.token;
    if (!text::equal_in_constant_time(bytes_of(authorization), bytes_of(expected))) continue;
    co_return caller(plane.id, context);
  }
  constexpr std::string_view bearer = "Bearer ";
  if (authorization.starts_with(bearer)) {
    const auto given_to = proof.whose(authorization.substr(bearer.size()));
    if (given_to) co_return caller(*given_to, context);
  }
  co_return fail(ErrorCode::unauthenticated, "no control plane of this data plane sends this");
}

}  // namespace

Task<Result<void>> Host::Running::open_folder(const Settings& settings) {
  auto own = StateFolder::open(settings.folder);
  if (!own) co_return fail(std::move(own.error()));
  folder.emplace(std::move(*own));
  const bool elsewhere = !settings.master_key_file.empty();
  auto key = master_key_in(elsewhere ? settings.master_key_file : folder->master_key(), *random);
  if (!key) co_return fail(std::move(key.error()));
  auto opened = platform::vault::file::open_file_vault(
      {.folder = folder->vault(), .master_keys = {std::move(*key)}}, disk, *random);
  if (!opened) co_return fail(std::move(opened.error()));
  vault = std::move(*opened);
  static const std::vector<const entity::Kind*> kinds = signaling::kinds_of_side();
  auto found =
      co_await platform::store::sqlite::open_sqlite(*clock, {.file = folder->flows(), .readers = 1}, kinds);
  if (!found) co_return fail(std::move(found.error()));
  store = std::move(*found);
  co_return Result<void>{};
}

Result<void> Host::Running::listen(const Settings& settings) {
  web::ListenerConfig config{.address = settings.host, .port = settings.port};
  const bool encrypted = !settings.certificate_file.empty();
  if (encrypted) config.tls = web::ServerTls{settings.certificate_file, settings.private_key_file, {}};
  auto made = web::listen(scope, *clock, std::move(config),
                          [this](web::Request request) { return answer(std::move(request)); });
  if (!made) return fail(std::move(made.error()));
  listener = std::move(*made);
  base_url = settings.url;
  if (base_url.empty()) {
    base_url = fmt::format("{}://{}:{}", encrypted ? "https" : "http", settings.host, listener->port());
  }
  return {};
}

Task<Result<void>> Host::Running::assemble(const Settings& settings, const kontor_handlers& handlers,
                                           std::shared_ptr<Reports> reports) {
  auto made = web::make_client(scope, *clock, {.allowed_networks = settings.allowed_networks});
  if (!made) co_return fail(std::move(made.error()));
  client = std::move(*made);
  engine = std::make_unique<platform::engine::Engine>(scope, *clock, *random, *store);
  engine->log_to(log);
  router = std::make_unique<platform::routing::Router>(*clock, *random);
  router->authenticate_with([this, &settings](std::string authorization) {
    return caller_of(settings, *proof, std::move(authorization));
  });
  router->observe_with([this](const platform::routing::Served& served) { tell_author(log, served); });
  own_tokens = std::make_unique<platform::auth::TokenSource>(scope, *clock, *client,
                                                             platform::auth::TokenSourceConfig{});
  resolver = std::make_unique<platform::did::WebResolver>(scope, *clock, *client,
                                                          platform::did::WebResolverConfig{});
  secret_client = std::make_unique<web::SecretClient>(*client, token_hosts_of(settings));
  signaling::SideOptions options{
      .public_url = base_url, .own_control_plane = {}, .token_lifetime = {}, .exchange = {}};
  if (settings.token_lifetime > Duration::zero()) options.token_lifetime = settings.token_lifetime;
  side = signaling::make_side({.engine = *engine,
                               .vault = *vault,
                               .client = *client,
                               .secret_client = *secret_client,
                               .own_tokens = *own_tokens,
                               .router = *router,
                               .resolver = *resolver,
                               .random = *random},
                              std::move(options));
  mover = std::make_unique<HandlerMover>(
      HandlerMover::Services{*clock, *side.tokens, *vault, std::move(reports)}, handlers, settings.mover);
  side.flows->serve_with(*mover);
  store->on_change([this](const platform::store::Change& change) {
    if (change.kind == Machine::kind().name) committed.notify();
  });
  auto prepared = co_await side.tokens->prepare();
  if (!prepared) co_return fail(std::move(prepared.error()));
  auto proven = co_await prove_ourselves(settings);
  if (!proven) co_return fail(std::move(proven.error()));
  for (const auto& plane : settings.control_planes) {
    auto put =
        co_await side.control_planes->put(ContextId(settings.context), registration_of(plane), "settings");
    if (!put) co_return fail(std::move(put.error()), "control plane '{}'", plane.id);
  }
  co_return Result<void>{};
}

Task<Result<void>> Host::Running::prove_ourselves(const Settings& settings) {
  proof = std::make_unique<OwnProof>(OwnProof::Services{*clock, *random, *vault},
                                     OwnProof::Named{settings.id, ContextId(settings.context)},
                                     settings.control_planes);
  bind_token_route(*router, *proof);
  side.control_planes->prove_by(
      [this](protocol::dps::ControlPlaneId id) { return proof->authorization_for(id.str()); });
  co_return co_await proof->prepare();
}

Task<Result<void>> Host::Running::recover(const ContextId& context) {
  query::Query open;
  open.where =
      query::where("state", query::Operator::not_in,
                   {query::Scalar(std::string("COMPLETED")), query::Scalar(std::string("TERMINATED"))});
  open.limit = 200;
  while (true) {
    auto page = co_await engine->list<Machine>(context, open);
    if (!page) co_return fail(std::move(page.error()));
    for (auto& loaded : page->entities) {
      auto recovered = co_await mover->recover(std::move(loaded.entity));
      if (!recovered) co_return fail(std::move(recovered.error()), "recover {}", loaded.id);
    }
    if (!page->next) co_return Result<void>{};
    auto after = query::read_cursor(*page->next);
    if (!after) co_return fail(std::move(after.error()));
    open.after = std::move(*after);
  }
}

Task<web::Response> Host::Running::answer(web::Request request) {
  using protocol::api::Listener;
  if (!is_ready) co_return web::Response{503};
  if (request.target == token_path)
    co_return co_await router->handler(Listener::administration)(std::move(request));
  const bool renews = request.target.starts_with(renewal_path);
  if (!renews && !is_of(own_context, request.target)) co_return web::Response{404};
  co_return co_await router->handler(renews ? Listener::open : Listener::signaling)(std::move(request));
}

Task<void> Host::Running::take(Report report) {
  const auto turn = turn_of(report);
  const auto guard = co_await turn->lock();
  auto flow = co_await durable(report.context, report.flow);
  if (!flow) {
    log.warning("a report about {}: {}", report.flow, flow.error().message());
    co_return;
  }
  const auto id = report.flow;
  platform::engine::Command command(report.context, report.flow, "author");
  auto event = mover->event_of(*flow, std::move(report));
  if (!event) event = domain::data_flow::Failed{event.error().message()};
  auto applied = co_await engine->apply<Machine>(std::move(command), std::move(*event));
  if (!applied) log.warning("a report about {}: {}", id, applied.error().message());
}

std::shared_ptr<async::Mutex> Host::Running::turn_of(const Report& report) {
  std::erase_if(turns, [](const auto& each) { return each.second.expired(); });
  auto& kept = turns[{report.context, report.flow}];
  auto turn = kept.lock();
  if (!turn) kept = turn = std::make_shared<async::Mutex>(scope.executor());
  return turn;
}

/// The flow, waited for while its order is stored.
Task<Result<domain::data_flow::DataFlow>> Host::Running::durable(ContextId context, EntityId flow) {
  const auto until = Deadline::after(*clock, order_patience);
  while (true) {
    const auto ticket = committed.ticket();
    auto loaded = co_await engine->load<Machine>(context, flow);
    if (loaded) co_return std::move(loaded->entity);
    if (loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
    const bool notified = co_await committed.wait(ticket, until);
    if (!notified) co_return fail(std::move(loaded.error()));
  }
}

void Host::Running::enroll_at(const Settings& settings, const std::string& url, const Registration& at) {
  const protocol::dps::DataPlaneRegistrationMessage message{
      .dataplane_id = protocol::dps::DataPlaneId(settings.id),
      .endpoint = url + "/dataflows",
      .profiles = settings.mover.profiles,
      .labels = settings.labels,
      .authorization = proof->profile_for(at.control_plane, base_url + std::string(token_path))};
  scope.spawn(enroll(json::encode(message), at));
}

/// Again, with pauses, until it was taken.
Task<void> Host::Running::enroll(std::string body, Registration at) {
  for (Duration pause = first_pause;; pause = std::min<Duration>(2 * pause, longest_pause)) {
    web::Request request{.method = "PUT", .target = at.url + "/dataplanes"};
    if (!at.authorization.empty()) request.headers.set("Authorization", at.authorization);
    request.headers.set("Content-Type", "application/json");
    request.body.text = body;
    auto response = co_await client->send(
        std::move(request),
        {.deadline = Deadline::after(*clock, std::chrono::seconds(10)), .trust = web::Trust::configured});
    if (response && response->status / 100 == 2) {
      log.info("registered at {}", at.url);
      co_return;
    }
    const auto why = response
                         ? fmt::format("{}: {}", response->status, text::for_log(response->body.text, 300))
                         : response.error().message();
    log.warning("not registered at {}: {}", at.url, why);
    const auto waited = co_await clock->wait_until(clock->now() + pause);
    if (!waited) co_return;
  }
}

Task<void> Host::Running::find(std::string token,
                               std::shared_ptr<std::promise<Result<std::string>>> promise) {
  const auto nobody = [&] { promise->set_value(fail(ErrorCode::unauthenticated, "the token is not good")); };
  const auto context = signaling::context_in(token);
  if (!context) co_return nobody();
  const auto shown = crypto::sha256_hex(token);
  query::Query by_token;
  by_token.where =
      query::any_of({query::where("tokenSha256", shown), query::where("previousTokenSha256", shown)});
  by_token.limit = 1;
  auto page = co_await engine->list<Machine>(*context, std::move(by_token));
  if (!page) {
    promise->set_value(fail(std::move(page.error())));
    co_return;
  }
  if (page->entities.empty()) co_return nobody();
  const auto& flow = page->entities.front().entity;
  if (!domain::data_flow::accepts_token(flow, shown, clock->now())) co_return nobody();
  promise->set_value(flow.id.str());
}

/// Calls and effects that are under way end, the rest stays in the store.
Task<void> Host::Running::end() {
  is_ready = false;
  const auto deadline = Deadline::after(*clock, std::chrono::seconds(5));
  if (listener) co_await listener->drain(deadline);
  if (engine) co_await engine->drain(deadline);
  co_await scope.close();
  if (store) co_await store->close();
}

}  // namespace kontor::dataplane::sdk
