#pragma once

#include <memory>
#include <string>

#include "platform/engine/engine.hpp"
#include "platform/http/client.hpp"
#include "runtime/dataspace/documents.hpp"

namespace kontor::runtime::dataspace {

/// Documents of others that the installation keeps, and the schemas among them that bodies of the Management
/// API are held against. What bodies ask for is kept in memory until a commit changes it. Used on the io
/// thread.
class BodySchemas {
 public:
  BodySchemas(platform::engine::Engine& engine, platform::http::Client& client);
  ~BodySchemas();

  /// The document with its content: as it came, or fetched from its URL where its strategy says so. Errors:
  /// invalid_input (nobody answers there, no JSON object, or a schema with what is not understood).
  Task<Result<CachedDocument>> with_content(CachedDocument document, platform::async::Deadline deadline);
  /// Whether the schema that a validator names is among the documents. Errors: invalid_input.
  Task<Result<void>> check_validator(SchemaValidator validator);

  /// Whether no validator's schema is, or refers to, the document of this URL. Errors: conflict, with the
  /// validator.
  Task<Result<void>> check_unused(std::string url);

  /// Holds a body against the schemas of its type. Errors: invalid_input with the member's pointer.
  Task<Result<void>> check_body(const json::Value& body);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::runtime::dataspace
