#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/dps/dialect.hpp"
#include "protocol/dps/types.hpp"

/// How the two planes make themselves known to each other: idempotent, a second registration replaces the
/// first, which is also how keys are rotated. [DPS 1.0, §registration; DPS Profiles, authorization profiles]
namespace kontor::protocol::dps {

/// How to get a token that the registered plane accepts, and how to check its own. Holds `client_secret` in
/// clear: it goes into the vault before the registration is stored.
struct Authorization {
  std::string type;                           ///< `oauth2_client_credentials`, `oauth2_token_exchange`
  std::optional<std::string> token_endpoint;  ///< client credentials
  std::optional<std::string> client_id;       ///< client credentials
  std::optional<std::string> client_secret;   ///< client credentials
  std::optional<std::string> token_exchange_endpoint;
  std::optional<std::string> issuer;
  std::optional<std::string> jwks_uri;
  std::optional<json::Value> jwks;  ///< an inline key set; client credentials only
  /// Token exchange, as EDC has them beyond the specification: whom the token is for, its audience (else the
  /// plane's id) and scope.
  std::optional<std::string> resource = {};
  std::optional<std::string> audience = {};
  std::optional<std::string> scope = {};

  bool operator==(const Authorization&) const = default;
};

inline constexpr std::string_view client_credentials = "oauth2_client_credentials";
inline constexpr std::string_view token_exchange = "oauth2_token_exchange";

/// `PUT /dataplanes` at a control plane. Written with `profiles` (the specification) and `transferTypes`
/// (EDC, CFM), which otherwise never select the plane; either is read, as `dataplaneId`, `dataPlaneId` or
/// `id` are.
struct DataPlaneRegistrationMessage {
  DataPlaneId dataplane_id;
  std::string endpoint;               ///< base of its signalling API, with or without `/dataflows`
  std::vector<std::string> profiles;  ///< at least one
  std::vector<std::string> labels;
  std::optional<Authorization> authorization;  ///< the schema requires it; EDC and CFM send none
  /// Beyond the specification: `leaseSeconds`, within which it registers again or counts as gone (none:
  /// never); `load`, in per cent, of who has a lease; `dialect`.
  std::optional<std::chrono::seconds> lease = {};
  std::optional<std::uint32_t> load_percent = {};
  Dialect dialect = Dialect::rc3;

  bool operator==(const DataPlaneRegistrationMessage&) const = default;
};

/// `PUT /controlplanes` at a data plane.
struct ControlPlaneRegistrationMessage {
  ControlPlaneId controlplane_id;
  std::string endpoint;  ///< base of the callbacks
  std::optional<Authorization> authorization;
  Dialect dialect = Dialect::rc3;  ///< beyond the specification: of what it is told

  bool operator==(const ControlPlaneRegistrationMessage&) const = default;
};

/// Members that a profile does not use are ignored, an unknown type is kept as it is. Errors: invalid_input
/// (a member that the type requires is missing; `jwks` and `jwksUri` at once; an inline key set with token
/// exchange).
Result<void> read(const json::Node& node, Authorization& out);
json::Value write(const Authorization& authorization);

Result<void> read(const json::Node& node, DataPlaneRegistrationMessage& out);
json::Value write(const DataPlaneRegistrationMessage& message);

Result<void> read(const json::Node& node, ControlPlaneRegistrationMessage& out);
json::Value write(const ControlPlaneRegistrationMessage& message);

/// Registrations as they are stored: without the client's secret, which is kept apart from them. Errors: as
/// above.
Result<DataPlaneRegistrationMessage> kept_data_plane(std::string_view stored);
Result<ControlPlaneRegistrationMessage> kept_control_plane(std::string_view stored);

}  // namespace kontor::protocol::dps
