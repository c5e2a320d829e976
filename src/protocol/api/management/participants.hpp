#pragma once

#include "protocol/api/management/envelope.hpp"
#include "protocol/dps/registration.hpp"

/// Participant contexts, their configuration and their data planes.
namespace kontor::protocol::api::management {

struct ParticipantContext {
  std::optional<std::string> id;
  Did identity;
  std::string state = "CREATED";
  json::Object properties;
  Instant created_at;
};
Result<void> read(const json::Node& node, ParticipantContext& out);
json::Value write(const ParticipantContext& context);

/// Entries are texts; in a merge, null removes a key.
struct ParticipantContextConfig {
  std::map<std::string, std::optional<std::string>> entries;
  std::map<std::string, std::optional<std::string>> private_entries;  ///< never written: they are secrets
};
Result<void> read(const json::Node& node, ParticipantContextConfig& out);
json::Value write(const ParticipantContextConfig& config);

}  // namespace kontor::protocol::api::management
