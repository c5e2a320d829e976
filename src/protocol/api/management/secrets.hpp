#pragma once

#include "protocol/api/management/envelope.hpp"

/// Secrets of a participant: written, replaced and deleted, never shown.
namespace kontor::protocol::api::management {

/// As its owner hands it over; no answer holds one.
struct Secret {
  std::optional<std::string> id;
  std::string value;
};
Result<void> read(const json::Node& node, Secret& out);
json::Value write(const Secret& secret);

/// That there is a secret.
struct KeptSecret {
  std::string id;
  Instant created_at;
};
Result<void> read(const json::Node& node, KeptSecret& out);
json::Value write(const KeptSecret& secret);

}  // namespace kontor::protocol::api::management
