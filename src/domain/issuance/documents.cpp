#include "domain/issuance/documents.hpp"

#include <algorithm>
#include <array>

#include "base/text/beginning.hpp"
#include "base/text/text.hpp"
#include "domain/issuance/attestation_sources.hpp"
#include "domain/issuance/cel_rule.hpp"

namespace kontor::domain::issuance {
namespace {

constexpr std::string_view subject_prefix = "credentialSubject.";

Result<void> check_configuration(const json::Node& node, const AttestationDefinition& definition) {
  if (asks_others(definition.type)) {
    auto source = source_of(definition);
    if (source) return {};
    source.error().pointer = node.pointer() + source.error().pointer;
    return fail(std::move(source.error()));
  }
  for (const auto& member : definition.configuration) {
    const auto key = std::string_view(member.key());
    const bool known = definition.type == AttestationType::application && key == "credentialType";
    if (known && member.value().is_string()) continue;
    return invalid(node.pointer() + "/configuration/" + json::pointer_segment(key),
                   "is no configuration of the attestation type '{}'",
                   attestation_type_names.name(definition.type));
  }
  return {};
}

bool leads_somewhere(std::string_view output) {
  if (output == "name" || output == "description") return true;
  if (!output.starts_with(subject_prefix)) return false;
  const auto parts = text::split(output, '.');
  return std::ranges::none_of(parts, [](std::string_view part) { return part.empty(); });
}

Result<void> check_definition(const json::Node& node, const CredentialDefinition& definition) {
  const auto at = [&](std::string_view member) { return node.pointer() + "/" + std::string(member); };
  if (definition.credential_type.empty()) return invalid(at("credentialType"), "must not be empty");
  if (definition.attestations.empty())
    return invalid(at("attestations"), "must name at least one attestation");
  if (definition.validity.count() < 0) return invalid(at("validity"), "must not be negative");
  return {};
}

}  // namespace

Result<void> read(const json::Node& node, Holder& out) {
  json::ObjectReader in(node);
  in.required("holderId", out.id)
      .required("did", out.did)
      .optional("name", out.name)
      .optional("holderName", out.name)
      .optional("anonymous", out.anonymous)
      .optional("properties", out.properties);
  return in.done();
}

json::Value write(const Holder& holder) {
  return json::ObjectWriter()
      .field("holderId", holder.id)
      .field("did", holder.did)
      .field("holderName", holder.name)
      .field("anonymous", holder.anonymous)
      .field("properties", holder.properties)
      .done();
}

Result<void> read(const json::Node& node, AttestationDefinition& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).optional("configuration", out.configuration);
  auto type = in.member("attestationType");
  if (!type) in.refuse("attestationType", "is required");
  if (auto done = in.done(); !done) return done;
  if (auto done = json::read_enum(*type, attestation_type_names, out.type); !done) return done;
  return check_configuration(node, out);
}

json::Value write(const AttestationDefinition& definition) {
  return json::ObjectWriter()
      .field("id", definition.id)
      .field("attestationType", attestation_type_names.name(definition.type))
      .field("configuration", definition.configuration)
      .done();
}

namespace {

Result<void> read_cel(const json::Node& configuration, Rule& out) {
  json::ObjectReader in(configuration);
  in.required("expression", out.expression);
  if (auto done = in.done(); !done) return done;
  if (auto sound = check_expression(out.expression); !sound) in.refuse("expression", sound.error().message());
  return in.done();
}

}  // namespace

Result<void> read(const json::Node& node, Rule& out) {
  json::ObjectReader in(node);
  std::string type;
  in.required("type", type);
  if (in.ok() && type != "expression" && type != "cel")
    in.refuse("type", fmt::format("'{}' is none of: expression, cel", text::beginning(type, 64)));
  auto configuration = in.member("configuration");
  if (!configuration) in.refuse("configuration", "is required");
  if (auto done = in.done(); !done) return done;
  if (type == "cel") return read_cel(*configuration, out);
  json::ObjectReader inner(*configuration);
  std::string name;
  inner.required("claim", out.claim).required("operator", name).required("value", out.value);
  const auto op = rule_operator_names.value(text::to_lower(name));
  if (!op) inner.refuse("operator", "must be one of eq, neq, gt, geq, lt, leq");
  if (auto done = inner.done(); !done) return done;
  out.op = *op;
  return {};
}

json::Value write(const Rule& rule) {
  if (!rule.expression.empty()) {
    auto written = json::ObjectWriter().field("expression", rule.expression).done();
    return json::ObjectWriter().field("type", "cel").field("configuration", written).done();
  }
  auto configuration = json::ObjectWriter()
                           .field("claim", rule.claim)
                           .field("operator", rule_operator_names.name(rule.op))
                           .field("value", rule.value)
                           .done();
  return json::ObjectWriter().field("type", "expression").field("configuration", configuration).done();
}

Result<void> read(const json::Node& node, Mapping& out) {
  json::ObjectReader in(node);
  in.required("input", out.input).required("output", out.output).optional("required", out.required);
  if (auto done = in.done(); !done) return done;
  if (out.input.empty()) return invalid(node.pointer() + "/input", "must not be empty");
  if (leads_somewhere(out.output)) return {};
  return invalid(node.pointer() + "/output",
                 "must begin with 'credentialSubject.' or be 'name' or 'description'");
}

json::Value write(const Mapping& mapping) {
  return json::ObjectWriter()
      .field("input", mapping.input)
      .field("output", mapping.output)
      .field("required", mapping.required)
      .done();
}

Result<void> read(const json::Node& node, CredentialDefinition& out) {
  json::ObjectReader in(node);
  std::int64_t validity = 0;
  in.required("id", out.id)
      .required("credentialType", out.credential_type)
      .required("format", out.format)
      .optional("jsonSchema", out.json_schema)
      .optional("jsonSchemaUrl", out.json_schema_url)
      .optional("validity", validity)
      .optional("attestations", out.attestations)
      .optional("additionalContext", out.additional_contexts)
      .optional("rules", out.rules)
      .optional("mappings", out.mappings)
      .optional("approvalRequired", out.approval_required)
      .optional("suspendable", out.suspendable);
  out.validity = std::chrono::seconds(validity);
  if (auto done = in.done(); !done) return done;
  return check_definition(node, out);
}

json::Value write(const CredentialDefinition& definition) {
  return json::ObjectWriter()
      .field("id", definition.id)
      .field("credentialType", definition.credential_type)
      .field("format", definition.format)
      .field("jsonSchema", definition.json_schema)
      .field("jsonSchemaUrl", definition.json_schema_url)
      .field("validity", std::int64_t{definition.validity.count()})
      .field("attestations", definition.attestations)
      .field("additionalContext", definition.additional_contexts)
      .field("rules", definition.rules)
      .field("mappings", definition.mappings)
      .field("approvalRequired", definition.approval_required)
      .field("suspendable", definition.suspendable)
      .done();
}

template <>
const entity::Kind& HolderDocument::kind() {
  static constexpr std::array fields{
      entity::Field{.name = "holderId", .path = "holderId"},
      entity::Field{.name = "did", .path = "did", .indexed = true},
      entity::Field{.name = "holderName", .path = "holderName"},
      entity::Field{.name = "anonymous", .path = "anonymous", .type = entity::FieldType::boolean},
  };
  static constexpr entity::Kind kind{.name = "holder", .fields = fields, .audited = true};
  return kind;
}

template <>
const entity::Kind& AttestationDocument::kind() {
  static constexpr std::array fields{
      entity::Field{.name = "id", .path = "id"},
      entity::Field{.name = "attestationType", .path = "attestationType"},
  };
  static constexpr entity::Kind kind{.name = "attestation-definition", .fields = fields, .audited = true};
  return kind;
}

template <>
const entity::Kind& CredentialDefinitionDocument::kind() {
  static constexpr std::array fields{
      entity::Field{.name = "id", .path = "id"},
      entity::Field{.name = "credentialType", .path = "credentialType"},
      entity::Field{.name = "format", .path = "format"},
      entity::Field{.name = "attestations", .path = "attestations[]"},
  };
  static constexpr entity::Kind kind{.name = "credential-definition", .fields = fields, .audited = true};
  return kind;
}

static_assert(entity::Document<HolderDocument>);
static_assert(entity::Document<AttestationDocument>);
static_assert(entity::Document<CredentialDefinitionDocument>);

}  // namespace kontor::domain::issuance
