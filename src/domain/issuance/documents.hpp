#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/entity/decision.hpp"
#include "base/json/codec.hpp"
#include "base/json/stored.hpp"
#include "domain/issuance/ids.hpp"
#include "protocol/vc/format.hpp"

/// What an issuer's administrator writes down: holders, attestations, credential definitions. Each is stored
/// as it is; the JSON is that of the issuer administration API.
namespace kontor::domain::issuance {

struct Holder {
  HolderId id;
  Did did;
  std::string name;
  bool anonymous = false;   ///< registered by its own first request
  json::Object properties;  ///< what the `holder` attestation claims

  bool operator==(const Holder&) const = default;
};
Result<void> read(const json::Node& node, Holder& out);
json::Value write(const Holder& holder);

/// Where claims come from.
enum class AttestationType : std::uint8_t {
  holder,       ///< the holder's properties; no configuration
  application,  ///< the holder's approved application; configuration: `credentialType`, optional
  // Those that ask somebody outside: their configurations stand in attestation_sources.hpp.
  presentation,  ///< a credential of the holder, which it presents
  http,          ///< an answer of a server
  database,      ///< a row of a table
};
inline constexpr json::EnumNames<AttestationType, 5> attestation_type_names{{
    {AttestationType::holder, "holder"},
    {AttestationType::application, "application"},
    {AttestationType::presentation, "presentation"},
    {AttestationType::http, "http"},
    {AttestationType::database, "database"},
}};

struct AttestationDefinition {
  AttestationId id;
  AttestationType type = AttestationType::holder;
  json::Object configuration;

  bool operator==(const AttestationDefinition&) const = default;
};
/// Refused: an unknown type, a configuration that the type does not have.
Result<void> read(const json::Node& node, AttestationDefinition& out);
json::Value write(const AttestationDefinition& definition);

enum class RuleOperator : std::uint8_t { eq, neq, gt, geq, lt, leq };
inline constexpr json::EnumNames<RuleOperator, 6> rule_operator_names{{
    {RuleOperator::eq, "eq"},
    {RuleOperator::neq, "neq"},
    {RuleOperator::gt, "gt"},
    {RuleOperator::geq, "geq"},
    {RuleOperator::lt, "lt"},
    {RuleOperator::leq, "leq"},
}};

/// A condition on the claims. Of type `expression` it compares one: numbers by value, texts byte by byte; a
/// claim that is absent, or of another type than the value where order matters, does not satisfy. Of type
/// `cel` it is an expression of the Common Expression Language over all of them (cel_rule.hpp).
struct Rule {
  std::string claim = {};  ///< a path with dots
  RuleOperator op = RuleOperator::eq;
  json::Value value = {};
  std::string expression = {};  ///< of type `cel`: then there is nothing else

  bool operator==(const Rule&) const = default;
};
Result<void> read(const json::Node& node, Rule& out);
json::Value write(const Rule& rule);

/// From a claim to a member of the credential. Paths have dots between members; the output begins with
/// `credentialSubject.`, or is `name` or `description`.
struct Mapping {
  std::string input;
  std::string output;
  bool required = false;

  bool operator==(const Mapping&) const = default;
};
Result<void> read(const json::Node& node, Mapping& out);
json::Value write(const Mapping& mapping);

/// Of a credential, so that its end is a date that others can read too.
inline constexpr std::chrono::seconds validity_max = std::chrono::years(1000);

struct CredentialDefinition {
  CredentialDefinitionId id;
  std::string credential_type;
  protocol::vc::Format format = protocol::vc::Format::vc1_0_jwt;
  std::optional<std::string> json_schema;      ///< the schema itself
  std::optional<std::string> json_schema_url;  ///< where it is
  std::chrono::seconds validity{0};            ///< zero: without end; `validity_max` at most
  std::vector<AttestationId> attestations;
  std::vector<std::string> additional_contexts;
  std::vector<Rule> rules;
  std::vector<Mapping> mappings;
  bool approval_required = false;  ///< a person approves each request
  bool suspendable = false;  ///< its credentials stand in a list for suspension too, not only for revocation

  bool operator==(const CredentialDefinition&) const = default;
};
/// Refused: no type, no attestation, a negative validity, a mapping that leads nowhere.
Result<void> read(const json::Node& node, CredentialDefinition& out);
json::Value write(const CredentialDefinition& definition);

/// How each is stored.
template <class Record>
struct DocumentOf {
  using Entity = Record;
  static const entity::Kind& kind();
  static std::string encode(const Entity& record) { return json::encode(record); }
  static Result<Entity> decode(std::string_view stored, std::uint32_t) {
    return json::decode_stored<Entity>(stored);
  }
};
using HolderDocument = DocumentOf<Holder>;
using AttestationDocument = DocumentOf<AttestationDefinition>;
using CredentialDefinitionDocument = DocumentOf<CredentialDefinition>;

template <>
const entity::Kind& HolderDocument::kind();
template <>
const entity::Kind& AttestationDocument::kind();
template <>
const entity::Kind& CredentialDefinitionDocument::kind();

}  // namespace kontor::domain::issuance
