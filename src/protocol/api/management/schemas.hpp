#pragma once

#include <cstdint>

#include "protocol/api/management/envelope.hpp"

/// Documents of others that the installation keeps, and the schemas among them that bodies are held against.
namespace kontor::protocol::api::management {

enum class DocumentType : std::uint8_t { json_ld, json_schema };
inline constexpr json::EnumNames<DocumentType, 2> document_type_names{
    {{DocumentType::json_ld, "JSON_LD"}, {DocumentType::json_schema, "JSON_SCHEMA"}}};

/// When a document is fetched from its URL.
enum class PullStrategy : std::uint8_t {
  never,           ///< it comes with its content
  if_not_present,  ///< when it comes without
  always,          ///< whenever it is written
};
inline constexpr json::EnumNames<PullStrategy, 3> pull_strategy_names{
    {{PullStrategy::never, "NEVER"},
     {PullStrategy::if_not_present, "IF_NOT_PRESENT"},
     {PullStrategy::always, "ALWAYS"}}};

struct CachedDocument {
  std::optional<std::string> id;
  std::string url;
  DocumentType type = DocumentType::json_ld;
  PullStrategy pull = PullStrategy::if_not_present;
  std::optional<json::Object> content;
  Instant updated_at;  ///< written only
};
/// Errors beside the members' own: no content and never pulled.
Result<void> read(const json::Node& node, CachedDocument& out);
json::Value write(const CachedDocument& document);

/// Bodies of `validated_type` are held against a schema among the cached documents.
struct SchemaValidator {
  std::optional<std::string> id;
  std::string version;  ///< of the Management API: `v5`
  std::string validated_type;
  std::string schema;                 ///< URL of a cached document, maybe with a JSON pointer as its fragment
  std::vector<std::string> profiles;  ///< policies of these profiles only; empty: every body
  Instant updated_at;                 ///< written only
};
Result<void> read(const json::Node& node, SchemaValidator& out);
json::Value write(const SchemaValidator& validator);

}  // namespace kontor::protocol::api::management
