#pragma once

#include <map>
#include <string>

#include "base/entity/decision.hpp"
#include "base/json/json.hpp"
#include "protocol/dps/registration.hpp"

namespace kontor::runtime::participant_context {

/// A participant context as the control plane knows it. Stored in its own context under its id.
struct ParticipantContext {
  ContextId id;
  Did identity;
  std::string state = "ACTIVATED";
  json::Object properties;
};
struct ParticipantContextDocument {
  using Entity = ParticipantContext;
  static const entity::Kind& kind();
  static std::string encode(const Entity& context);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// Settings of one context. Private ones are secrets in the vault; here are only their names.
struct ContextConfig {
  std::map<std::string, std::string> entries;
  std::vector<std::string> private_keys;
};
struct ContextConfigDocument {
  using Entity = ContextConfig;
  static const entity::Kind& kind();
  static std::string encode(const Entity& config);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// A data plane that serves the context. Its client secret, if any, is in the vault.
struct DataPlaneDocument {
  using Entity = protocol::dps::DataPlaneRegistrationMessage;
  static const entity::Kind& kind();
  static std::string encode(const Entity& registration);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// That a data plane with a lease is there, as of the document's last change, and how busy it says it is.
/// Apart from the registration, which is audited and does not change with each of its beats.
struct DataPlanePresence {
  protocol::dps::DataPlaneId dataplane_id;
  std::optional<std::uint32_t> load_percent;
};
struct DataPlanePresenceDocument {
  using Entity = DataPlanePresence;
  static const entity::Kind& kind();
  static std::string encode(const Entity& presence);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

}  // namespace kontor::runtime::participant_context
