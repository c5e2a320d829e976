#include "runtime/dataspace/documents.hpp"

#include "base/json/stored.hpp"

namespace kontor::runtime::dataspace {

const entity::Kind& DataspaceProfileDocument::kind() {
  static constexpr entity::Field fields[] = {{"name", "name"},
                                             {"protocol.version", "protocol.version"},
                                             {"protocol.binding", "protocol.binding"},
                                             {"protocol.namespace", "protocol.namespace"}};
  static constexpr entity::Kind kind{.name = "dsp-profile", .fields = fields, .audited = true};
  return kind;
}

std::string DataspaceProfileDocument::encode(const Entity& profile) {
  return json::encode(profile);
}

Result<DataspaceProfileDocument::Entity> DataspaceProfileDocument::decode(std::string_view stored,
                                                                          std::uint32_t) {
  return json::decode_stored<Entity>(stored);
}

const entity::Kind& DcpScopeDocument::kind() {
  static constexpr entity::Field fields[] = {{"id", "@id"},
                                             {"value", "value"},
                                             {"type", "type"},
                                             {"profile", "profile"},
                                             {"prefixMapping", "prefixMapping"}};
  static constexpr entity::Kind kind{.name = "dcp-scope", .fields = fields, .audited = true};
  return kind;
}

std::string DcpScopeDocument::encode(const Entity& scope) {
  return json::encode(scope);
}

Result<DcpScopeDocument::Entity> DcpScopeDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Entity>(stored);
}

const entity::Kind& CachedDocumentDocument::kind() {
  static constexpr entity::Field fields[] = {
      {"id", "@id"}, {"url", "url"}, {"documentType", "documentType"}, {"pullStrategy", "pullStrategy"}};
  static constexpr entity::Kind kind{.name = "cached-document", .fields = fields, .audited = true};
  return kind;
}

std::string CachedDocumentDocument::encode(const Entity& document) {
  return json::encode(document);
}

Result<CachedDocument> CachedDocumentDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Entity>(stored);
}

const entity::Kind& SchemaValidatorDocument::kind() {
  static constexpr entity::Field fields[] = {
      {"id", "@id"}, {"version", "version"}, {"validatedType", "validatedType"}, {"schema", "schema"}};
  static constexpr entity::Kind kind{.name = "schema-validator", .fields = fields, .audited = true};
  return kind;
}

std::string SchemaValidatorDocument::encode(const Entity& validator) {
  return json::encode(validator);
}

Result<SchemaValidator> SchemaValidatorDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Entity>(stored);
}

}  // namespace kontor::runtime::dataspace
