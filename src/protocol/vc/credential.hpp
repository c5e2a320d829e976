#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/codec.hpp"
#include "base/time/time.hpp"
#include "protocol/vc/format.hpp"

/// A Verifiable Credential as a value, the same for both data models (W3C VC Data Model 1.1 and 2.0).
namespace kontor::protocol::vc {

inline constexpr std::string_view context_v1 = "https://www.w3.org/2018/credentials/v1";
inline constexpr std::string_view context_v2 = "https://www.w3.org/ns/credentials/v2";
inline constexpr std::string_view context_status_list_2021 = "https://w3id.org/vc/status-list/2021/v1";
inline constexpr std::string_view type_verifiable_credential = "VerifiableCredential";

/// What is claimed about one subject.
struct Subject {
  Did id;               ///< empty where the credential names none
  json::Object claims;  ///< everything but `id`

  bool operator==(const Subject&) const = default;
};

enum class StatusKind : std::uint8_t { bitstring, status_list_2021, other };

/// Where to look whether the credential is still good (Bitstring Status List §2.1, StatusList2021).
struct StatusEntry {
  StatusKind kind = StatusKind::bitstring;
  std::string id;                      ///< of the entry; may be empty
  std::string purpose = "revocation";  ///< `revocation`, `suspension`, …
  std::string list_url;                ///< `statusListCredential`
  std::uint64_t index = 0;             ///< `statusListIndex`
  std::uint32_t size_bits = 1;         ///< `statusSize`
  json::Object other = {};             ///< the entry as it is, when its type is none of ours

  /// Whether a set bit says that the credential is not good; `refresh` and `message` only inform.
  bool invalidates() const;
  bool operator==(const StatusEntry&) const = default;
};

/// Read: both entry types with the index as string or number; an entry of another type is kept as it is.
/// Written: the index as a string, `statusSize` only when it is not 1, and always an `id` (known readers
/// break without).
Result<void> read(const json::Node& node, StatusEntry& out);
json::Value write(const StatusEntry& entry);

struct SchemaReference {
  std::string id;    ///< a URL
  std::string type;  ///< `JsonSchema`, `JsonSchemaValidator2018`

  bool operator==(const SchemaReference&) const = default;
};
Result<void> read(const json::Node& node, SchemaReference& out);
json::Value write(const SchemaReference& schema);

struct Credential {
  Format format = Format::vc1_0_jwt;  ///< decides the data model
  std::vector<std::string> contexts;
  std::string id;  ///< may be empty
  std::vector<std::string> types;
  Did issuer;
  json::Object issuer_properties;      ///< of an issuer that is given as an object, without `id`
  std::optional<Instant> valid_from;   ///< `issuanceDate` or `validFrom`
  std::optional<Instant> valid_until;  ///< `expirationDate` or `validUntil`
  std::vector<Subject> subjects;
  std::vector<StatusEntry> statuses;
  std::vector<SchemaReference> schemas;
  std::optional<std::string> name;
  std::optional<std::string> description;

  bool operator==(const Credential&) const = default;
};

/// Reads either data model; the first base context in `@context` decides which (none: 1.1). `type`,
/// `credentialSubject`, `credentialStatus` and `credentialSchema` may be one or many, `issuer` a string or an
/// object, dates null. Refused: no type, no issuer, a malformed status entry.
Result<void> read(const json::Node& node, Credential& out);

/// The credential without a proof, in the form of its data model: one subject, status or schema as an object
/// in 1.1; subjects always as an array in 2.0, as known readers expect it. The base context comes first, also
/// when `contexts` lacks it.
json::Value write(const Credential& credential);

bool has_type(const Credential& credential, std::string_view type);

/// What the administration APIs show as `credential`: `issuanceDate` and `expirationDate` for both data
/// models, lists always as arrays, `issuer` as `{id, additionalProperties}`, `dataModelVersion` (identity
/// API, VerifiableCredentialResource).
json::Value write_resource(const Credential& credential);
/// Reads that form (aliases `issued`, `validFrom`, `validUntil`) as it is posted in a manifest.
Result<Credential> read_resource(const json::Node& node);

}  // namespace kontor::protocol::vc
