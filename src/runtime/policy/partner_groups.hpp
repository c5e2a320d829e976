#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/entity/decision.hpp"
#include "base/id/id.hpp"

namespace kontor::runtime::policy {

/// A group in which a participant has put partners, stored in its context under the group's name.
struct PartnerGroup {
  std::string name;
  std::vector<Did> members;
};

struct PartnerGroupDocument {
  using Entity = PartnerGroup;
  static const entity::Kind& kind();  ///< partner-group
  static std::string encode(const Entity& group);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// The groups of each partner, by the alphabet.
using PartnerGroups = std::map<Did, std::vector<std::string>>;

}  // namespace kontor::runtime::policy
