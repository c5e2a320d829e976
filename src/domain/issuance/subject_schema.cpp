#include "domain/issuance/subject_schema.hpp"

#include <array>

#include "base/crypto/derived_uuid.hpp"
#include "protocol/json_schema/json_schema.hpp"

namespace kontor::domain::issuance {

namespace json_schema = protocol::json_schema;

namespace {

constexpr json_schema::Reading reading{.unnamed = json_schema::Dialect::draft_2020_12, .strict = false};
/// What a schema is called while subjects are held against it.
constexpr std::string_view own_url = "urn:credential-schema";

}  // namespace

Result<void> read(const json::Node& node, SubjectSchema& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).required("schema", out.schema);
  return in.done();
}

json::Value write(const SubjectSchema& schema) {
  return json::ObjectWriter().field("id", schema.id).field("schema", schema.schema).done();
}

Result<std::optional<SubjectSchema>> schema_of(const CredentialDefinition& definition) {
  if (!definition.json_schema) return std::nullopt;
  auto document = json::parse(*definition.json_schema);
  if (!document) return invalid("/jsonSchema", "{}", document.error().message());
  if (auto done = json_schema::check_schema(*document, reading); !done)
    return invalid("/jsonSchema", "at '{}': {}", done.error().pointer, done.error().message());
  const auto others = json_schema::referred_documents(*document, own_url, reading);
  if (!others.empty()) return invalid("/jsonSchema", "refers to {}: a schema must be whole", *others.begin());
  return SubjectSchema{SchemaId(crypto::derived_uuid(json::serialize(*document))), std::move(*document)};
}

Result<void> check_subject(const CredentialDefinition& definition, const json::Object& claims,
                           const Did& subject) {
  auto schema = schema_of(definition);
  if (!schema) return fail(std::move(schema.error()));
  if (!*schema) return {};
  auto whole = claims;
  whole["id"] = subject.str();
  const auto document = [&](std::string_view url) -> const json::Value* {
    return url == own_url ? &(*schema)->schema : nullptr;
  };
  auto done = json_schema::validate(whole, own_url, document, reading);
  if (done) return {};
  const auto& broken = done.error();
  return fail(ErrorCode::forbidden, "the schema of credential definition {}: {} {}", definition.id,
              broken.pointer, broken.message());
}

const entity::Kind& SubjectSchemaDocument::kind() {
  static constexpr std::array fields{entity::Field{.name = "id", .path = "id"}};
  static constexpr entity::Kind kind{.name = "subject-schema", .fields = fields};
  return kind;
}

static_assert(entity::Document<SubjectSchemaDocument>);

}  // namespace kontor::domain::issuance
