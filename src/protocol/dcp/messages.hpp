#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/codec.hpp"
#include "protocol/dcp/ids.hpp"
#include "protocol/vc/format.hpp"

/// The messages of the Decentralized Claims Protocol 1.0. Written compact with the one context that everybody
/// has; read also expanded, with prefixes or with `@type` (normalise.hpp), since peers send that. Unknown
/// members are ignored. Errors of all readers: invalid_input with a pointer into the normalised message.
namespace kontor::protocol::dcp {

inline constexpr std::string_view context = "https://w3id.org/dspace-dcp/v1.0/dcp.jsonld";
inline constexpr std::string_view vocabulary = "https://w3id.org/dspace-dcp/v1.0/";

/// Entries of one message; more is refused.
inline constexpr std::size_t entries_max = 100;

/// What a verifier asks of a credential service. Exactly one of the two is given.
struct PresentationQueryMessage {
  std::vector<std::string>
      scope;  ///< each a scope (scope.hpp); one entry may hold several, separated by spaces
  std::optional<json::Object> presentation_definition;  ///< DIF Presentation Exchange; never empty

  bool operator==(const PresentationQueryMessage&) const = default;
};
/// Refused: both, neither, an empty list, an empty definition.
Result<void> read(const json::Node& node, PresentationQueryMessage& out);
json::Value write(const PresentationQueryMessage& message);

struct PresentationResponseMessage {
  std::vector<json::Value> presentation;                ///< tokens, or objects that hold one
  std::optional<json::Object> presentation_submission;  ///< only as an answer to a definition

  bool operator==(const PresentationResponseMessage&) const = default;
};
Result<void> read(const json::Node& node, PresentationResponseMessage& out);
json::Value write(const PresentationResponseMessage& message);

/// What a holder asks of an issuer.
struct CredentialRequestMessage {
  HolderPid holder_pid;
  std::vector<CredentialObjectId> credentials;

  bool operator==(const CredentialRequestMessage&) const = default;
};
/// Refused: no credentials.
Result<void> read(const json::Node& node, CredentialRequestMessage& out);
json::Value write(const CredentialRequestMessage& message);

/// One credential of a delivery.
struct CredentialContainer {
  std::string
      credential_type;  ///< informative: known issuers write `VerifiableCredential` always; the token says it
  std::string payload;  ///< the token
  std::string format;   ///< the profile: `vc11-sl2021/jwt`

  bool operator==(const CredentialContainer&) const = default;
};
Result<void> read(const json::Node& node, CredentialContainer& out);
json::Value write(const CredentialContainer& container);

enum class DeliveryStatus : std::uint8_t { issued, rejected };

/// What an issuer delivers to a credential service. One status for the whole request.
struct CredentialMessage {
  IssuerPid issuer_pid;
  HolderPid holder_pid;  ///< optional in the schema; without it nothing can be correlated, so it is required
  DeliveryStatus status = DeliveryStatus::issued;
  std::vector<CredentialContainer> credentials;
  std::optional<std::string> rejection_reason;

  bool operator==(const CredentialMessage&) const = default;
};
/// Refused: ISSUED without credentials.
Result<void> read(const json::Node& node, CredentialMessage& out);
json::Value write(const CredentialMessage& message);

/// What can be issued. A sparse one (only `id`) is completed from the issuer's metadata.
struct CredentialObject {
  CredentialObjectId id;
  std::optional<std::string> credential_type;
  std::optional<std::string> credential_schema;  ///< a URL
  std::optional<std::string> offer_reason;       ///< `reissue`, `proof-key-revocation`
  std::vector<std::string> binding_methods;      ///< `did:web`
  std::optional<std::string> profile;            ///< `vc11-sl2021/jwt`
  std::optional<json::Object> issuance_policy;   ///< DIF Presentation Exchange

  bool sparse() const { return !credential_type; }
  bool operator==(const CredentialObject&) const = default;
};
Result<void> read(const json::Node& node, CredentialObject& out);
json::Value write(const CredentialObject& object);

struct CredentialOfferMessage {
  Did issuer;
  std::vector<CredentialObject> credentials;

  bool operator==(const CredentialOfferMessage&) const = default;
};
Result<void> read(const json::Node& node, CredentialOfferMessage& out);
json::Value write(const CredentialOfferMessage& message);

/// What an issuer offers to everybody. When we write, each entry must have every member but the policy
/// (schema).
struct IssuerMetadata {
  Did issuer;
  std::vector<CredentialObject> credentials_supported;

  bool operator==(const IssuerMetadata&) const = default;
};
Result<void> read(const json::Node& node, IssuerMetadata& out);
json::Value write(const IssuerMetadata& metadata);

enum class RequestStatus : std::uint8_t { received, rejected, issued };

/// An issuer's answer about a request.
struct CredentialStatus {
  IssuerPid issuer_pid;
  HolderPid holder_pid;
  RequestStatus status = RequestStatus::received;

  bool operator==(const CredentialStatus&) const = default;
};
Result<void> read(const json::Node& node, CredentialStatus& out);
json::Value write(const CredentialStatus& status);

}  // namespace kontor::protocol::dcp
