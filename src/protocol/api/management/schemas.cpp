#include "protocol/api/management/schemas.hpp"

namespace kontor::protocol::api::management {

Result<void> read(const json::Node& node, CachedDocument& out) {
  auto in = open_body(node, {"CachedDocument"});
  in.optional("@id", out.id).required("url", out.url).optional("content", out.content);
  if (auto type = in.member("documentType"); type && !type->value().is_null()) {
    if (auto done = json::read_enum(*type, document_type_names, out.type); !done) return done;
  }
  if (auto pull = in.member("pullStrategy"); pull && !pull->value().is_null()) {
    if (auto done = json::read_enum(*pull, pull_strategy_names, out.pull); !done) return done;
  }
  if (in.ok() && (out.url.empty() || out.url.contains('#')))
    in.refuse("url", "must be a URL without fragment");
  if (in.ok() && out.pull == PullStrategy::never && !out.content)
    in.refuse("content", "is required when the document is never pulled");
  return in.done();
}

json::Value write(const CachedDocument& document) {
  return body_of("CachedDocument")
      .field("@id", document.id)
      .field("url", document.url)
      .field("documentType", document_type_names.name(document.type))
      .field("pullStrategy", pull_strategy_names.name(document.pull))
      .field("content", document.content)
      .field("updatedAt", epoch_milliseconds(document.updated_at))
      .done();
}

Result<void> read(const json::Node& node, SchemaValidator& out) {
  auto in = open_body(node, {"SchemaValidatorRegistration"});
  in.optional("@id", out.id)
      .required("version", out.version)
      .required("validatedType", out.validated_type)
      .required("schema", out.schema)
      .optional("profiles", out.profiles);
  return in.done();
}

json::Value write(const SchemaValidator& validator) {
  return body_of("SchemaValidatorRegistration")
      .field("@id", validator.id)
      .field("version", validator.version)
      .field("validatedType", validator.validated_type)
      .field("schema", validator.schema)
      .field("profiles", validator.profiles)
      .field("updatedAt", epoch_milliseconds(validator.updated_at))
      .done();
}

}  // namespace kontor::protocol::api::management
