#include "protocol/vc/evidence.hpp"

#include <algorithm>

namespace kontor::protocol::vc {
namespace {

void add(std::vector<KeyReference>& references, KeyReference reference) {
  if (reference.did.empty() || names_foreign_key(reference)) return;
  if (std::ranges::find(references, reference) == references.end())
    references.push_back(std::move(reference));
}

/// The union of what a function gives for each credential of a presentation.
template <class Function>
std::set<std::string> for_all(const SignedPresentation& presentation, Function urls_of) {
  std::set<std::string> all;
  for (const auto& credential : presentation.credentials) all.merge(urls_of(*credential));
  return all;
}

}  // namespace

bool names_foreign_key(const KeyReference& reference) {
  if (!reference.kid || !reference.kid->starts_with("did:")) return false;
  return reference.kid->substr(0, reference.kid->find('#')) != reference.did.str();
}

KeyReference key_of(const SignedCredential& credential) {
  return {.did = credential.credential.issuer,
          .kid = credential.jwt.jws.header.kid,
          .purpose = did::Relationship::assertion_method};
}

KeyReference key_of(const SignedPresentation& presentation, const jose::Jwt& layer) {
  return {
      .did = presentation.holder, .kid = layer.jws.header.kid, .purpose = did::Relationship::authentication};
}

std::vector<KeyReference> required_keys(const SignedCredential& credential) {
  std::vector<KeyReference> references;
  add(references, key_of(credential));
  return references;
}

std::vector<KeyReference> required_keys(const SignedPresentation& presentation) {
  std::vector<KeyReference> references;
  for (const auto& layer : presentation.layers) add(references, key_of(presentation, layer));
  for (const auto& credential : presentation.credentials) add(references, key_of(*credential));
  return references;
}

std::set<std::string> required_status_lists(const Credential& credential) {
  std::set<std::string> urls;
  for (const auto& entry : credential.statuses) {
    if (entry.kind != StatusKind::other && entry.invalidates()) urls.insert(entry.list_url);
  }
  return urls;
}

std::set<std::string> required_status_lists(const SignedCredential& credential) {
  return required_status_lists(credential.credential);
}

std::set<std::string> required_status_lists(const SignedPresentation& presentation) {
  return for_all(presentation, [](const SignedCredential& one) { return required_status_lists(one); });
}

std::set<std::string> required_schemas(const SignedCredential& credential) {
  std::set<std::string> urls;
  for (const auto& schema : credential.credential.schemas) urls.insert(schema.id);
  return urls;
}

std::set<std::string> required_schemas(const SignedPresentation& presentation) {
  return for_all(presentation, [](const SignedCredential& one) { return required_schemas(one); });
}

ResolvedKeys resolve_keys(std::span<const KeyReference> references, const FindDocument& document_of,
                          did::RelationshipPolicy policy) {
  ResolvedKeys keys;
  for (const auto& reference : references) {
    const auto* document = document_of(reference.did);
    if (!document) {
      keys.emplace(reference, fail(ErrorCode::not_found, "there is no DID document of {}", reference.did));
      continue;
    }
    if (document->id != reference.did) {
      keys.emplace(reference,
                   fail(ErrorCode::unauthenticated, "the DID document of {} says that it is that of {}",
                        reference.did, document->id));
      continue;
    }
    keys.emplace(
        reference,
        did::find_key(*document, {.kid = reference.kid, .purpose = reference.purpose, .policy = policy}));
  }
  return keys;
}

ResolvedKeys resolve_keys(std::span<const KeyReference> references,
                          const std::map<Did, did::DidDocument>& documents, did::RelationshipPolicy policy) {
  const auto document_of = [&](const Did& did) {
    const auto found = documents.find(did);
    return found == documents.end() ? nullptr : &found->second;
  };
  return resolve_keys(references, document_of, policy);
}

}  // namespace kontor::protocol::vc
