#include "dataplane/signaling/control_planes.hpp"

#include "base/text/encoding.hpp"

namespace kontor::dataplane::signaling {

namespace dps = protocol::dps;
namespace flows = domain::data_flow;
using platform::engine::Command;
using platform::vault::SecretName;

namespace {

constexpr std::string_view own_id = "control-plane";
/// What flows say that were ordered by our own while it was told nothing.
constexpr std::string_view untold_id = "none";
constexpr std::string_view signaling_scope = "signaling-api:admin";
constexpr std::uint32_t with_one_id_max = 1000;

bool is_own(const dps::ControlPlaneId& id) {
  return id.str() == own_id || id.str() == untold_id;
}

SecretName client_secret_of(const dps::ControlPlaneId& id) {
  return SecretName("control-plane/" + id.str());
}

}  // namespace

const entity::Kind& ControlPlaneDocument::kind() {
  static constexpr entity::Field fields[] = {{"controlplaneId", "controlplaneId"}, {"endpoint", "endpoint"}};
  static constexpr entity::Kind kind{.name = "control-plane", .fields = fields, .audited = true};
  return kind;
}

std::string ControlPlaneDocument::encode(const Entity& registration) {
  return json::encode(registration);
}

Result<ControlPlaneDocument::Entity> ControlPlaneDocument::decode(std::string_view stored, std::uint32_t) {
  return protocol::dps::kept_control_plane(stored);
}

Task<Result<void>> ControlPlanes::put(ContextId context, Registration registration, std::string actor) {
  if (is_own(registration.controlplane_id)) {
    co_return invalid("/controlplaneId", "'{}' is the installation's own control plane",
                      registration.controlplane_id);
  }
  const auto id = entity_id(registration.controlplane_id);
  auto loaded = co_await services_.engine.load<ControlPlaneDocument>(context, id);
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  if (registration.authorization && registration.authorization->client_secret) {
    crypto::Secret secret(*registration.authorization->client_secret);
    registration.authorization->client_secret.reset();
    auto kept =
        co_await services_.vault.put_secret(context, client_secret_of(registration.controlplane_id), secret);
    if (!kept) co_return fail(std::move(kept.error()), "keep the secret of a control plane");
  }
  if (loaded && loaded->entity == registration) co_return Result<void>{};
  Command command{context, id, std::move(actor)};
  co_return co_await services_.engine.put<ControlPlaneDocument>(
      std::move(command), std::move(registration), loaded ? loaded->version : entity::Version{0});
}

Task<Result<void>> ControlPlanes::remove(ContextId context, dps::ControlPlaneId id, std::string actor) {
  auto loaded = co_await services_.engine.load<ControlPlaneDocument>(context, entity_id(id));
  if (!loaded) co_return fail(std::move(loaded.error()));
  Command command{context, entity_id(id), std::move(actor)};
  auto removed = co_await services_.engine.remove<ControlPlaneDocument>(std::move(command), loaded->version);
  if (!removed) co_return fail(std::move(removed.error()));
  co_return co_await services_.vault.delete_secret(std::move(context), client_secret_of(id));
}

Task<Result<std::vector<platform::auth::RegisteredPlane>>> ControlPlanes::with_profile(std::string id) {
  protocol::query::Query same_id;
  same_id.where = protocol::query::where("controlplaneId", id);
  same_id.limit = with_one_id_max;
  auto page = co_await services_.engine.list_across<ControlPlaneDocument>(
      platform::store::SystemScope("find the control plane that a token is of"), std::move(same_id));
  if (!page) co_return fail(std::move(page.error()));
  std::vector<platform::auth::RegisteredPlane> planes;
  for (auto& each : page->entities) {
    if (each.entity.authorization)
      planes.push_back({std::move(each.context), id, std::move(*each.entity.authorization)});
  }
  co_return planes;
}

Task<Result<flows::ControlPlane>> ControlPlanes::of_caller(ContextId context, std::string subject) {
  const dps::ControlPlaneId id(std::move(subject));
  auto registered = co_await find(context, id);
  if (!registered) co_return fail(std::move(registered.error()));
  if (!*registered) co_return own(context);
  co_return flows::ControlPlane{.id = id, .callback_address = (*registered)->endpoint};
}

/// An address in a message is not followed: only who registers control planes says where we send.
flows::ControlPlane ControlPlanes::own(const ContextId& context) const {
  if (own_url_.empty()) return {.id = dps::ControlPlaneId(std::string(untold_id)), .callback_address = {}};
  return {.id = dps::ControlPlaneId(std::string(own_id)),
          .callback_address = own_url_ + "/api/signaling/v1/" + text::percent_encode(context.str())};
}

Task<Result<ControlPlanes::Way>> ControlPlanes::way_to(ContextId context, flows::ControlPlane plane,
                                                       platform::async::Deadline deadline) {
  auto registered = co_await find(context, plane.id);
  if (!registered) co_return fail(std::move(registered.error()));
  if (*registered) {
    auto profile = std::move((*registered)->authorization);
    if (profile && profile->type == dps::client_credentials) {
      auto secret = co_await services_.vault.get_secret(context, client_secret_of(plane.id));
      if (!secret) co_return fail(std::move(secret.error()), "read the secret of a control plane");
      profile->client_secret = std::string(secret->reveal());
    }
    const bool proves_itself = !profile && proof_;
    auto authorization = proves_itself ? co_await proof_(plane.id)
                                       : co_await tokens_.authorization(
                                             {plane.id.str(), context, std::move(profile)}, deadline);
    if (!authorization) co_return fail(std::move(authorization.error()));
    co_return Way{.url = std::move((*registered)->endpoint),
                  .authorization = std::move(*authorization),
                  .dialect = (*registered)->dialect};
  }
  if (plane.id.str() != own_id || plane.callback_address.empty()) co_return Way{};
  auto authorization = co_await services_.own_tokens.authorization(std::string(signaling_scope), deadline);
  if (!authorization) co_return fail(std::move(authorization.error()));
  co_return Way{.url = std::move(plane.callback_address),
                .authorization = std::move(*authorization),
                .trust = platform::http::Trust::configured,
                .own = true};
}

Task<Result<std::optional<ControlPlanes::Registration>>> ControlPlanes::find(ContextId context,
                                                                             dps::ControlPlaneId id) {
  auto loaded = co_await services_.engine.load<ControlPlaneDocument>(std::move(context), entity_id(id));
  if (loaded) co_return std::optional(std::move(loaded->entity));
  if (loaded.error().code == ErrorCode::not_found) co_return std::optional<Registration>{};
  co_return fail(std::move(loaded.error()));
}

bool is_of(const flows::DataFlow& flow, const flows::ControlPlane& plane) {
  return flow.control_plane.id == plane.id || (is_own(flow.control_plane.id) && is_own(plane.id));
}

}  // namespace kontor::dataplane::signaling
