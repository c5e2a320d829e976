#pragma once

#include <compare>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/crypto/keys.hpp"
#include "protocol/did/document.hpp"
#include "protocol/vc/presentation.hpp"

/// What has to be fetched before credentials and presentations can be verified.
namespace kontor::protocol::vc {

/// A key that a signature names: the verification method `kid` in the document of `did`, fit for `purpose`.
struct KeyReference {
  Did did;
  std::optional<std::string> kid;  ///< none: the document's only method
  did::Relationship purpose = did::Relationship::assertion_method;

  auto operator<=>(const KeyReference&) const = default;
};

/// Whether the reference's `kid` is a DID URL of another DID than `did`.
bool names_foreign_key(const KeyReference& reference);

/// The reference of the credential's signature, and of one layer of a presentation's.
KeyReference key_of(const SignedCredential& credential);
KeyReference key_of(const SignedPresentation& presentation, const jose::Jwt& layer);

/// Credentials: the issuer's keys, for assertions. Presentations: the holder's keys for authentication and
/// those of their credentials. Each reference once. A signature that names a key of another DID than its
/// signer's is left out: it is rejected without asking that DID.
std::vector<KeyReference> required_keys(const SignedCredential& credential);
std::vector<KeyReference> required_keys(const SignedPresentation& presentation);

/// The URLs of the lists that say whether the credentials are revoked or suspended. Each once.
std::set<std::string> required_status_lists(const Credential& credential);
std::set<std::string> required_status_lists(const SignedCredential& credential);
std::set<std::string> required_status_lists(const SignedPresentation& presentation);

/// The schemas that the credentials' subjects must follow, as URLs.
std::set<std::string> required_schemas(const SignedCredential& credential);
std::set<std::string> required_schemas(const SignedPresentation& presentation);

/// A key, or why there is none.
using ResolvedKeys = std::map<KeyReference, Result<crypto::PublicKey>>;

/// Looks each reference up in the documents that were fetched; a reference without a document becomes an
/// error.
using FindDocument = std::function<const did::DidDocument*(const Did&)>;  ///< null: there is none
ResolvedKeys resolve_keys(std::span<const KeyReference> references, const FindDocument& document_of,
                          did::RelationshipPolicy policy = did::RelationshipPolicy::strict);
ResolvedKeys resolve_keys(std::span<const KeyReference> references,
                          const std::map<Did, did::DidDocument>& documents,
                          did::RelationshipPolicy policy = did::RelationshipPolicy::strict);

}  // namespace kontor::protocol::vc
