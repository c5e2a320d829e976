#include "protocol/dps/registration.hpp"

#include "protocol/dps/internal/spelling.hpp"

namespace kontor::protocol::dps {
namespace {

using internal::spelled;

/// Where the client's secret is: in the message, or kept apart from a registration that is stored.
enum class SecretIs : std::uint8_t { here, kept_apart };

void check_authorization(json::ObjectReader& in, const Authorization& authorization, SecretIs secret) {
  const auto demand = [&](bool present, std::string_view key) {
    if (!present && in.ok()) in.refuse(key, "is required by authorization type " + authorization.type);
  };
  if (authorization.jwks && authorization.jwks_uri) in.refuse("jwks", "must not stand beside jwksUri");
  if (authorization.type == client_credentials) {
    demand(authorization.token_endpoint.has_value(), "tokenEndpoint");
    demand(authorization.client_id.has_value(), "clientId");
    demand(authorization.client_secret.has_value() || secret == SecretIs::kept_apart, "clientSecret");
  } else if (authorization.type == token_exchange) {
    demand(authorization.token_exchange_endpoint.has_value(), "tokenExchangeEndpoint");
    demand(authorization.issuer.has_value(), "issuer");
    demand(authorization.jwks_uri.has_value(), "jwksUri");
    if (authorization.jwks && in.ok())
      in.refuse("jwks", "must not be inline with token exchange, name jwksUri");
  }
}

Result<void> read_authorization(const json::Node& node, Authorization& out, SecretIs secret) {
  json::ObjectReader in(node);
  in.required("type", out.type)
      .optional("tokenEndpoint", out.token_endpoint)
      .optional("clientId", out.client_id)
      .optional("clientSecret", out.client_secret)
      .optional("tokenExchangeEndpoint", out.token_exchange_endpoint)
      .optional("issuer", out.issuer)
      .optional("jwksUri", out.jwks_uri)
      .optional("jwks", out.jwks)
      .optional("resource", out.resource)
      .optional("audience", out.audience)
      .optional("scope", out.scope);
  if (in.ok()) check_authorization(in, out, secret);
  return in.done();
}

/// An empty object is what a sender writes whose model demands the member.
Result<void> read_profile(json::ObjectReader& in, std::optional<Authorization>& out, SecretIs secret) {
  auto node = in.member("authorization");
  if (!node) return {};
  const auto* object = node->value().if_object();
  if (object && object->empty()) return {};
  if (secret == SecretIs::kept_apart && object) return read_authorization(*node, out.emplace(), secret);
  in.optional("authorization", out);
  return {};
}

constexpr std::int64_t lease_seconds_min = 5;
constexpr std::int64_t lease_seconds_max = 7 * 24 * 60 * 60;

void read_lease(json::ObjectReader& in, std::optional<std::chrono::seconds>& out) {
  std::optional<std::int64_t> seconds;
  in.optional("leaseSeconds", seconds);
  if (!in.ok() || !seconds) return;
  if (*seconds < lease_seconds_min || *seconds > lease_seconds_max) {
    in.refuse("leaseSeconds", "must be from 5 to 604800");
    return;
  }
  out = std::chrono::seconds(*seconds);
}

/// A load that is never told again is none.
void read_load(json::ObjectReader& in, DataPlaneRegistrationMessage& out) {
  std::optional<std::int64_t> percent;
  in.optional("load", percent);
  if (!in.ok() || !percent) return;
  if (*percent < 0 || *percent > 100) {
    in.refuse("load", "must be from 0 to 100, in per cent");
  } else if (!out.lease) {
    in.refuse("load", "needs leaseSeconds, within which it is told again");
  } else {
    out.load_percent = static_cast<std::uint32_t>(*percent);
  }
}

Result<void> read_registration(const json::Node& node, DataPlaneRegistrationMessage& out, SecretIs secret) {
  json::ObjectReader in(node);
  in.required(spelled(in, {"dataplaneId", "dataPlaneId", "dataplaneID", "id", "@id"}), out.dataplane_id)
      .required(spelled(in, {"endpoint", "url"}), out.endpoint)
      .required(spelled(in, {"profiles", "transferTypes"}), out.profiles)
      .optional("labels", out.labels);
  if (in.ok() && out.endpoint.empty()) in.refuse("endpoint", "must not be empty");
  if (in.ok() && out.profiles.empty()) in.refuse("profiles", "must name at least one transfer profile");
  read_lease(in, out.lease);
  read_load(in, out);
  in.optional("dialect", out.dialect);
  auto profile = read_profile(in, out.authorization, secret);
  return in.ok() ? profile : in.done();
}

Result<void> read_registration(const json::Node& node, ControlPlaneRegistrationMessage& out,
                               SecretIs secret) {
  json::ObjectReader in(node);
  in.required(spelled(in, {"controlplaneId", "controlPlaneId", "controlplaneID", "id", "@id"}),
              out.controlplane_id)
      .required(spelled(in, {"endpoint", "url"}), out.endpoint)
      .optional("dialect", out.dialect);
  if (in.ok() && out.endpoint.empty()) in.refuse("endpoint", "must not be empty");
  auto profile = read_profile(in, out.authorization, secret);
  return in.ok() ? profile : in.done();
}

template <class Registration>
Result<Registration> kept(std::string_view stored) {
  auto value = json::parse(stored);
  if (!value) return fail(std::move(value.error()));
  Registration out;
  auto done = read_registration(json::Node(*value), out, SecretIs::kept_apart);
  if (!done) return fail(std::move(done.error()));
  return out;
}

}  // namespace

Result<void> read(const json::Node& node, Authorization& out) {
  return read_authorization(node, out, SecretIs::here);
}

json::Value write(const Authorization& authorization) {
  return json::ObjectWriter()
      .field("type", authorization.type)
      .field("tokenEndpoint", authorization.token_endpoint)
      .field("clientId", authorization.client_id)
      .field("clientSecret", authorization.client_secret)
      .field("tokenExchangeEndpoint", authorization.token_exchange_endpoint)
      .field("issuer", authorization.issuer)
      .field("jwksUri", authorization.jwks_uri)
      .field("jwks", authorization.jwks)
      .field("resource", authorization.resource)
      .field("audience", authorization.audience)
      .field("scope", authorization.scope)
      .done();
}

Result<void> read(const json::Node& node, DataPlaneRegistrationMessage& out) {
  return read_registration(node, out, SecretIs::here);
}
Result<DataPlaneRegistrationMessage> kept_data_plane(std::string_view stored) {
  return kept<DataPlaneRegistrationMessage>(stored);
}

json::Value write(const DataPlaneRegistrationMessage& message) {
  json::ObjectWriter out;
  out.field("dataplaneId", message.dataplane_id)
      .field("endpoint", message.endpoint)
      .field("profiles", message.profiles)
      .field("transferTypes", message.profiles)
      .field("labels", message.labels)
      .field("authorization", message.authorization)
      .field("leaseSeconds", message.lease ? std::optional(std::int64_t{message.lease->count()})
                                           : std::optional<std::int64_t>())
      .field("load", message.load_percent ? std::optional(std::int64_t{*message.load_percent})
                                          : std::optional<std::int64_t>());
  if (message.dialect != Dialect::rc3) out.field("dialect", message.dialect);
  return out.done();
}

Result<void> read(const json::Node& node, ControlPlaneRegistrationMessage& out) {
  return read_registration(node, out, SecretIs::here);
}
Result<ControlPlaneRegistrationMessage> kept_control_plane(std::string_view stored) {
  return kept<ControlPlaneRegistrationMessage>(stored);
}

json::Value write(const ControlPlaneRegistrationMessage& message) {
  json::ObjectWriter out;
  out.field("controlplaneId", message.controlplane_id)
      .field("endpoint", message.endpoint)
      .field("authorization", message.authorization);
  if (message.dialect != Dialect::rc3) out.field("dialect", message.dialect);
  return out.done();
}

}  // namespace kontor::protocol::dps
