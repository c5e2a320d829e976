#include "runtime/verifier/resolve_keys.hpp"

#include <set>

namespace kontor::runtime::verifier {

namespace vc = protocol::vc;
using platform::did::Freshness;
using Documents = std::map<Did, platform::did::Document>;
using Failures = std::map<Did, Error>;

namespace {

Task<void> fetch(platform::did::Resolver& resolver, Did did, Freshness freshness,
                 platform::async::Deadline deadline, Documents& documents, Failures& passing) {
  auto document = co_await resolver.resolve(did, freshness, deadline);
  if (document) {
    documents.insert_or_assign(std::move(did), *document);
  } else if (document.error().row().retry == Retry::later) {
    passing.insert_or_assign(std::move(did), std::move(document.error()));
  }
}

/// Where a document could not be had at this moment, that is why its keys are not there.
vc::ResolvedKeys with_reasons(vc::ResolvedKeys keys, const Failures& passing) {
  for (auto& [reference, key] : keys) {
    const auto failure = passing.find(reference.did);
    if (!key && failure != passing.end()) key = fail(failure->second);
  }
  return keys;
}

vc::ResolvedKeys keys_in(const std::vector<vc::KeyReference>& references, const Documents& documents,
                         protocol::did::RelationshipPolicy relationships) {
  const auto document_of = [&documents](const Did& did) {
    const auto found = documents.find(did);
    return found == documents.end() ? nullptr : found->second.get();
  };
  return vc::resolve_keys(references, document_of, relationships);
}

}  // namespace

Task<vc::ResolvedKeys> resolve_keys(platform::did::Resolver& resolver,
                                    std::vector<vc::KeyReference> references,
                                    protocol::did::RelationshipPolicy relationships,
                                    platform::async::Deadline deadline) {
  Documents documents;
  Failures passing;
  for (const auto& reference : references) {
    if (!documents.contains(reference.did)) {
      co_await fetch(resolver, reference.did, Freshness::cached, deadline, documents, passing);
    }
  }
  auto keys = keys_in(references, documents, relationships);
  std::set<Did> stale;
  for (const auto& [reference, key] : keys) {
    const bool known = documents.contains(reference.did);
    if (!key && known && key.error().code == ErrorCode::not_found) stale.insert(reference.did);
  }
  if (stale.empty()) co_return with_reasons(std::move(keys), passing);
  for (const auto& did : stale)
    co_await fetch(resolver, did, Freshness::refreshed, deadline, documents, passing);
  co_return with_reasons(keys_in(references, documents, relationships), passing);
}

}  // namespace kontor::runtime::verifier
