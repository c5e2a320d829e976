#pragma once

#include "base/entity/decision.hpp"
#include "protocol/api/management/dataspace.hpp"
#include "protocol/api/management/schemas.hpp"

namespace kontor::runtime::dataspace {

/// All are kept in the installation's context, as the Management API writes them.
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
using CachedDocument = protocol::api::management::CachedDocument;
using SchemaValidator = protocol::api::management::SchemaValidator;

struct CachedDocumentDocument {
  using Entity = CachedDocument;
  static const entity::Kind& kind();
  static std::string encode(const Entity& document);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};
struct SchemaValidatorDocument {
  using Entity = SchemaValidator;
  static const entity::Kind& kind();
  static std::string encode(const Entity& validator);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

}  // namespace kontor::runtime::dataspace
