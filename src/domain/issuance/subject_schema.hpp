#pragma once

#include <string>
#include <string_view>

#include "base/entity/decision.hpp"
#include "base/json/stored.hpp"
#include "domain/issuance/documents.hpp"

/// The schema that the subjects of a definition's credentials follow, where the definition holds one itself.
namespace kontor::domain::issuance {

using SchemaId = Id<struct SchemaIdTag>;

/// A schema as verifiers read it. Never changed: what was issued refers to it.
struct SubjectSchema {
  SchemaId id;  ///< follows from what it says
  json::Value schema;

  bool operator==(const SubjectSchema&) const = default;
};
Result<void> read(const json::Node& node, SubjectSchema& out);
json::Value write(const SubjectSchema& schema);

/// None: the definition holds no schema. Read as 2020-12 where it does not say otherwise, as verifiers of
/// ours do. Errors: invalid_input at `/jsonSchema` for one that is not understood, or that refers to other
/// documents.
Result<std::optional<SubjectSchema>> schema_of(const CredentialDefinition& definition);

/// Holds a subject, with its id, against the definition's schema. Errors: forbidden, with the member and the
/// rule.
Result<void> check_subject(const CredentialDefinition& definition, const json::Object& claims,
                           const Did& subject);

/// How it is stored, under its id.
struct SubjectSchemaDocument {
  using Entity = SubjectSchema;
  static const entity::Kind& kind();
  static std::string encode(const Entity& schema) { return json::encode(schema); }
  static Result<Entity> decode(std::string_view stored, std::uint32_t) {
    return json::decode_stored<SubjectSchema>(stored);
  }
};

}  // namespace kontor::domain::issuance
