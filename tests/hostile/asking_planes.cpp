#include "asking_planes.hpp"

#include "domain/data_flow/decide.hpp"
#include "platform/auth/plane_proofs.hpp"
#include "protocol/jose/jwt.hpp"

namespace kontor::hostile {

namespace jose = protocol::jose;

Task<Result<void>> register_plane(World& world, std::string plane, std::string endpoint, Profile profile) {
  co_return co_await world.contexts.put_data_plane(world.acme,
                                                   {.dataplane_id = protocol::dps::DataPlaneId(plane),
                                                    .endpoint = std::move(endpoint),
                                                    .profiles = {"HttpData-PULL"},
                                                    .labels = {},
                                                    .authorization = std::move(profile)},
                                                   "operator");
}

Task<Result<void>> order_start(World& world, std::string plane) {
  runtime::transfer_process::transfer::Flow flow{.data_plane = std::move(plane)};
  flow.process = protocol::dsp::Pid("process-1");
  platform::engine::EffectCall call{.context = world.acme,
                                    .entity = EntityId("process-1"),
                                    .id = platform::store::EffectId(world.fresh("effect")),
                                    .deadline = world.house.soon()};
  auto answer =
      co_await world.data_planes.send(call, flow, {.operation = protocol::dps::Operation::start, .body = {}});
  co_return without_value(std::move(answer));
}

namespace {

Task<Result<void>> signal_to(World& world, std::string endpoint, Profile profile) {
  const std::string plane = world.fresh("plane");
  auto registered = co_await register_plane(world, plane, endpoint + "/" + plane, std::move(profile));
  if (!registered) co_return registered;
  co_return co_await order_start(world, plane);
}

}  // namespace

Task<Result<void>> signal(World& world) {
  return signal_to(world, world.hostile.url(), {});
}

namespace {

protocol::dps::Authorization hostile_profile(World& world) {
  protocol::dps::Authorization profile;
  profile.type = protocol::dps::client_credentials;
  profile.token_endpoint = world.hostile.url("/token");
  profile.client_id = "us";
  profile.client_secret = "secret";
  return profile;
}

}  // namespace

Task<Result<void>> data_plane_token(World& world) {
  return signal_to(world, world.server.url(), hostile_profile(world));
}

Task<Result<void>> control_plane_token(World& world) {
  auto& planes = world.plane.get<dataplane::signaling::ControlPlanes>();
  const protocol::dps::ControlPlaneId id(world.fresh("theirs"));
  auto registered = co_await planes.put(
      world.acme,
      {.controlplane_id = id, .endpoint = world.server.url(), .authorization = hostile_profile(world)},
      "operator");
  if (!registered) co_return registered;
  auto way = co_await planes.way_to(world.acme, {.id = id, .callback_address = world.server.url()},
                                    world.house.soon());
  co_return without_value(std::move(way));
}

namespace {

Task<Result<std::vector<platform::auth::RegisteredPlane>>> hostile_registration(World& world,
                                                                                std::string id) {
  protocol::dps::Authorization profile;
  profile.type = protocol::dps::token_exchange;
  profile.issuer = "https://broker.example";
  profile.jwks_uri = world.hostile.url("/keys");
  co_return std::vector<platform::auth::RegisteredPlane>{{world.acme, std::move(id), std::move(profile)}};
}

}  // namespace

Task<Result<void>> plane_keys(World& world) {
  Party client(world.server, "client");
  const jose::Claims claims{.iss = "https://broker.example",
                            .sub = "plane",
                            .exp = world.loop.clock().now() + std::chrono::minutes(5)};
  const auto token =
      client.sign(jose::make_signing_input({.alg = jose::Algorithm::es256, .kid = "1"}, claims));
  platform::auth::PlaneProofs proofs(
      {world.house.scope, world.loop.clock(), *world.house.client, *world.house.store},
      platform::auth::PlaneKind::data_plane,
      [&world](std::string id) { return hostile_registration(world, std::move(id)); }, {});
  auto caller = co_await proofs.verify(token);
  co_return without_value(std::move(caller));
}

/// What a data plane tells the control plane that ordered a flow.
Task<Result<void>> report_of_a_flow(World& world) {
  namespace data_flow = domain::data_flow;
  using data_flow::Machine;
  const protocol::dps::ControlPlaneId id("theirs");
  auto registered = co_await world.plane.get<dataplane::signaling::ControlPlanes>().put(
      world.acme, {.controlplane_id = id, .endpoint = world.hostile.url(), .authorization = {}}, "operator");
  if (!registered) co_return registered;
  data_flow::DataFlow flow;
  flow.id = protocol::dps::DataFlowId("flow-1");
  flow.participant_context = world.acme;
  flow.state = protocol::dps::State::started;
  flow.terms.process_id = protocol::dps::ProcessId("flow-1");
  flow.terms.profile = "HttpData-PULL";
  flow.control_plane = {.id = id, .callback_address = world.hostile.url()};
  platform::store::Transaction transaction;
  transaction.puts.push_back({&Machine::kind(), EntityId("flow-1"), 0, Machine::encode(flow)});
  auto kept = co_await world.house.store->commit(world.acme, std::move(transaction));
  if (!kept) co_return fail(std::move(kept.error()));
  auto failed = co_await world.house.engine->apply<Machine>({world.acme, EntityId("flow-1")},
                                                            data_flow::Failed{"the source is gone"});
  if (!failed) co_return fail(std::move(failed.error()));
  auto patience = std::make_shared<int>(300);
  const auto has_answered = [&world, patience] { return world.hostile.ended() > 0 && --*patience == 0; };
  co_return co_await first_attempt(world, has_answered);
}

}  // namespace kontor::hostile
