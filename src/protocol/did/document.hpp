#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto/keys.hpp"
#include "base/id/id.hpp"
#include "base/json/fwd.hpp"
#include "base/result/result.hpp"
#include "protocol/jose/jwk.hpp"

/// DID documents (W3C DID Core §5). The writer makes what every known reader takes: `@context` an array, keys
/// as `JsonWebKey2020` with `publicKeyJwk`, absolute ids, relationships as strings, nothing null, no other
/// members. The reader takes what is seen in the wild: `@context` a string, relative ids, embedded methods,
/// `Multikey`, unknown members.
namespace kontor::protocol::did {

/// What a key may be used for (§5.3).
enum class Relationship : std::uint8_t {
  authentication,
  assertion_method,
  capability_invocation,
  capability_delegation,
  key_agreement,
};
/// The member's name in the document: `capabilityInvocation`.
std::string_view name_of(Relationship relationship);

struct VerificationMethod {
  std::string id;  ///< absolute
  Did controller;
  std::string type = "JsonWebKey2020";
  /// The public key. None: of a form that we cannot use (a document with such a method is still good for its
  /// others).
  std::optional<jose::Jwk> key;
  /// The key for checking signatures, kept by the reader with the document (see `keys_parsed_max`).
  std::optional<crypto::PublicKey> parsed;
  /// Set for a method that stands inside a relationship (DID Core §5.3): it serves that purpose alone.
  std::optional<Relationship> only_for;
};

struct Service {
  std::string id;
  std::string type;
  std::string endpoint;  ///< a URL; without trailing slash when we write it
};

struct DidDocument {
  Did id;
  std::vector<VerificationMethod> verification_methods;
  std::vector<Service> services;
  /// Ids of verification methods, absolute. None: the document does not declare the relationship at all.
  std::optional<std::vector<std::string>> authentication;
  std::optional<std::vector<std::string>> assertion_method;
  std::optional<std::vector<std::string>> capability_invocation;
  std::optional<std::vector<std::string>> capability_delegation;
  std::optional<std::vector<std::string>> key_agreement;

  const std::optional<std::vector<std::string>>& relationship(Relationship which) const;
  std::optional<std::vector<std::string>>& relationship(Relationship which);
  /// Whether any relationship has a member.
  bool declares_relationships() const;
};

/// Keys that `read` parses: a document that is kept gives them many times. Documents with more are a
/// stranger's try at our processor; the keys beyond are parsed when they are asked for.
inline constexpr std::size_t keys_parsed_max = 8;

/// Refused: no or a malformed `id`, a verification method without id, two verification methods with one id,
/// more than 256 verification methods or services. A service of several types is read as one of each;
/// services whose endpoint is no string are left out.
Result<void> read(const json::Node& node, DidDocument& out);
/// Methods without a key are left out; ids become absolute, endpoints lose their trailing slashes.
json::Value write(const DidDocument& document);

/// Whether a key serves in a document that declares no relationship at all, as EDC's identity hubs write
/// them: a relationship without members counts as undeclared. Where one is declared, for whatever purpose,
/// keys serve as is declared under either policy.
enum class RelationshipPolicy : std::uint8_t {
  strict,    ///< no
  tolerant,  ///< yes
};

struct KeyQuery {
  std::optional<std::string> kid;  ///< absolute, `#fragment` or `fragment`; none: the document's only method
  Relationship purpose = Relationship::capability_invocation;
  RelationshipPolicy policy = RelationshipPolicy::strict;
};

/// The method that a signature names (DCP 1.0, base protocol). Errors: not_found when there is none with this
/// id (worth one look at a fresh document: keys rotate), unauthenticated when no `kid` is given and there are
/// several, when the method has no usable key, belongs to another controller, or may not be used for the
/// purpose.
Result<const VerificationMethod*> find_verification_method(const DidDocument& document,
                                                           const KeyQuery& query);

/// The same, with the key parsed; free of cost where the reader did it.
Result<crypto::PublicKey> find_key(const DidDocument& document, const KeyQuery& query);

/// The first service of a type; null where there is none.
const Service* find_service(const DidDocument& document, std::string_view type);

/// The endpoint without trailing slash. Errors: not_found, naming DID and type.
Result<std::string> service_endpoint(const DidDocument& document, std::string_view type);

namespace service_type {
inline constexpr std::string_view credential_service = "CredentialService";
inline constexpr std::string_view issuer_service = "IssuerService";
inline constexpr std::string_view data_service = "DataService";
inline constexpr std::string_view protocol_endpoint = "ProtocolEndpoint";
}  // namespace service_type

}  // namespace kontor::protocol::did
