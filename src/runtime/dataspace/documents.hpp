#pragma once

#include "base/entity/decision.hpp"
#include "protocol/api/management/dataspace.hpp"

namespace kontor::runtime::dataspace {

/// Both are kept in the installation's context, as the Management API writes them.
struct DataspaceProfileDocument {
  using Entity = protocol::api::management::DataspaceProfile;
  static const entity::Kind& kind();
  static std::string encode(const Entity& profile);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};
struct DcpScopeDocument {
  using Entity = protocol::api::management::DcpScope;
  static const entity::Kind& kind();
  static std::string encode(const Entity& scope);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

}  // namespace kontor::runtime::dataspace
