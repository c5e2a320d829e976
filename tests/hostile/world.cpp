#include "world.hpp"

namespace kontor::hostile {

namespace async = platform::async;
namespace http = platform::http;

namespace {

constexpr int turns_to_settle = 100;
constexpr auto patience = std::chrono::minutes(5);

House::Options options_of(const LoopbackServer& server, const HostileServer& hostile) {
  House::Options options;
  options.plain_authorities = {server.authority(), hostile.authority()};
  const auto add = [&](const std::vector<const entity::Kind*>& kinds) {
    options.kinds.insert(options.kinds.end(), kinds.begin(), kinds.end());
  };
  add(runtime::credential_service::CredentialServiceAssembly::kinds());
  add(runtime::issuer_service::IssuerServiceAssembly::kinds());
  add(dataplane::signaling::SignalingAssembly::kinds());
  add(dataplane::push::HttpPushAssembly::kinds());
  add(dataplane::usage::UsageAssembly::kinds());
  add(dataplane::replicas::ReplicasAssembly::kinds());
  add({&runtime::callbacks::callback::Machine::kind(),
       &runtime::participant_context::ParticipantContextDocument::kind(),
       &runtime::participant_context::ContextConfigDocument::kind(),
       &runtime::participant_context::DataPlaneDocument::kind(),
       &runtime::dataspace::DataspaceProfileDocument::kind(), &runtime::dataspace::DcpScopeDocument::kind(),
       &runtime::dataspace::CachedDocumentDocument::kind(),
       &runtime::dataspace::SchemaValidatorDocument::kind()});
  return options;
}

Task<http::Response> admit(http::Tunnels& tunnels, http::Request request) {
  auto answer = tunnels.accept(request.target.substr(1), request);
  invariant(answer.has_value(), "a line is opened");
  co_return std::move(*answer);
}

Task<void> keep(Task<Result<void>> task, std::optional<Result<void>>& out) {
  out.emplace(co_await std::move(task));
}

}  // namespace

World::World() : house(loop, options_of(server, hostile)) {
  house.engine->log_to(log);
  runtime::credential_service::bind_dcp_routes(*house.router, credentials, offers);
  runtime::credential_service::bind_credential_routes(*house.router, *house.engine, credentials);
  runtime::credential_service::bind_offer_routes(*house.router, *house.engine, offers);
  runtime::issuer_service::bind_routes(*house.router, *house.engine, issuer);
  add_data_plane();
  data_planes.ask_through(tunnels);
  tunnels.observe_with([this](const std::string& name) { opened_tunnels.insert(name); });
  house.open();
  door = http::listen(house.scope, loop.clock(), {}, [this](http::Request request) {
           return admit(tunnels, std::move(request));
         }).value();
  server.answer("/part", "what is pushed");
  server.answer("/token", R"({"access_token":"ours","expires_in":600})");
  const runtime::participant_context::ParticipantContext context{
      .id = acme, .identity = acme_did, .properties = {}};
  invariant(loop.run(contexts.create(context, "operator")).has_value(), "a context is created");
  administer("/api/admin/v1beta/participants/issuer/attestations",
             R"({"id":"registered","attestationType":"holder","configuration":{}})");
  administer("/api/admin/v1beta/participants/issuer/credentialdefinitions",
             R"({"id":"membership","credentialType":"MembershipCredential","format":"VC1_0_JWT",)"
             R"("validity":31536000,)"
             R"("jsonSchemaUrl":"https://example.org/schema.json","attestations":["registered"]})");
}

World::~World() {
  tunnels.close();
  house.close();
  door.reset();
}

void World::add_data_plane() {
  plane.give(house.scope).give<async::Clock>(loop.clock()).give(loop.random()).give(*house.engine);
  plane.give(*house.vault).give(*house.client).give(secret_client).give(own_tokens).give(*house.router);
  plane.give<platform::did::Resolver>(*house.resolver).give(endpoints).give(registry).give(sink);
  plane.add<dataplane::signaling::SignalingAssembly>({.callbacks = false});
  plane.add<dataplane::source::HttpSourceAssembly>();
  plane.add<dataplane::usage::UsageAssembly>();
  plane.add<dataplane::replicas::ReplicasAssembly>();
  plane.add<dataplane::http::HttpDataPlaneAssembly>();
  plane.add<dataplane::push::HttpPushAssembly>(
      {.attempts_max = 1, .stall_timeout = std::chrono::seconds(20)});
  auto prepared = loop.run(plane.get<dataplane::signaling::AccessTokens>().prepare());
  invariant(prepared.has_value(), "the data plane is prepared");
}

void World::settle() {
  for (int i = 0; i < turns_to_settle; ++i) loop.run(loop.turn());
}

std::optional<Result<void>> World::outcome_of(Task<Result<void>> task) {
  std::optional<Result<void>> outcome;
  async::Scope scope(loop.executor());
  scope.spawn(keep(std::move(task), outcome));
  const auto given_up = loop.clock().now() + patience;
  while (!outcome && loop.clock().now() < given_up) {
    const auto before = hostile.sent_bytes();
    settle();
    if (!outcome && hostile.sent_bytes() == before) loop.clock().advance(std::chrono::seconds(1));
  }
  loop.run(scope.close());
  return outcome;
}

std::unique_ptr<Party> World::shady(const std::string& name) {
  auto party = std::make_unique<Party>(server, name);
  for (const auto* type : {"CredentialService", "IssuerService", "DataService"})
    party->document.services.push_back({name + type, type, hostile.url("/" + name)});
  party->publish();
  return party;
}

bool World::goes_on() {
  Party honest(server, fresh("honest"));
  const auto list = honest.publish_status_list("/list", {1}, loop.clock().now());
  const auto before = loop.clock().now();
  const auto found =
      loop.run(house.resolver->resolve(honest.did(), platform::did::Freshness::cached, house.soon()));
  const auto read = loop.run(house.status_lists->list(list, house.soon()));
  const auto own = house.ask({.target = house.url("/acme/did.json")});
  return found && read && own.status == 200 && loop.clock().now() == before;
}

http::Response World::administer(const std::string& path, const std::string& body) {
  auto answer = house.post(house.administration_url(path), body);
  invariant(answer.status < 300, "what an administrator orders is carried out");
  return answer;
}

}  // namespace kontor::hostile
