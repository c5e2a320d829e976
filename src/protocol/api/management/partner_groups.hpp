#pragma once

#include "protocol/api/management/envelope.hpp"

/// Groups in which a participant puts its partners, for policies that are about a group.
namespace kontor::protocol::api::management {

struct PartnerGroup {
  std::optional<std::string> id;  ///< the name that policies use
  std::vector<Did> members;
  Instant created_at;  ///< written only
};
/// Errors beside the members' own: one that stands twice.
Result<void> read(const json::Node& node, PartnerGroup& out);
json::Value write(const PartnerGroup& group);

}  // namespace kontor::protocol::api::management
