#include "protocol/did/document.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text/text.hpp"
#include "protocol/did/did.hpp"

namespace kontor::protocol::did {
namespace {

using Ids = std::optional<std::vector<std::string>>;

constexpr std::array members{
    std::pair{Relationship::authentication, &DidDocument::authentication},
    std::pair{Relationship::assertion_method, &DidDocument::assertion_method},
    std::pair{Relationship::capability_invocation, &DidDocument::capability_invocation},
    std::pair{Relationship::capability_delegation, &DidDocument::capability_delegation},
    std::pair{Relationship::key_agreement, &DidDocument::key_agreement},
};

const VerificationMethod* method_with(const DidDocument& document, std::string_view id) {
  const auto found = std::ranges::find(document.verification_methods, id, &VerificationMethod::id);
  return found == document.verification_methods.end() ? nullptr : &*found;
}

Result<const VerificationMethod*> named_method(const DidDocument& document,
                                               const std::optional<std::string>& kid) {
  const auto& did = document.id;
  if (kid) {
    const auto* method = method_with(document, absolute_id(did, *kid));
    if (method) return method;
    return fail(ErrorCode::not_found, "{} has no key '{}'", did, text::for_log(*kid));
  }
  if (document.verification_methods.size() == 1) return &document.verification_methods.front();
  return fail(ErrorCode::unauthenticated, "{} has {} keys and the token names none (kid)", did,
              document.verification_methods.size());
}

bool may_serve(const DidDocument& document, const VerificationMethod& method, const KeyQuery& query) {
  if (method.only_for && *method.only_for != query.purpose) return false;
  if (!document.declares_relationships()) return query.policy == RelationshipPolicy::tolerant;
  const auto& declared = document.relationship(query.purpose);
  return declared && std::ranges::find(*declared, method.id) != declared->end();
}

std::string without_trailing_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

std::string_view name_of(Relationship relationship) {
  switch (relationship) {
    case Relationship::authentication:
      return "authentication";
    case Relationship::assertion_method:
      return "assertionMethod";
    case Relationship::capability_invocation:
      return "capabilityInvocation";
    case Relationship::capability_delegation:
      return "capabilityDelegation";
    case Relationship::key_agreement:
      return "keyAgreement";
  }
  return {};
}

const Ids& DidDocument::relationship(Relationship which) const {
  return this->*(members[static_cast<std::size_t>(which)].second);
}

Ids& DidDocument::relationship(Relationship which) {
  return this->*(members[static_cast<std::size_t>(which)].second);
}

bool DidDocument::declares_relationships() const {
  return std::ranges::any_of(members, [this](const auto& each) {
    const auto& declared = this->*(each.second);
    return declared && !declared->empty();
  });
}

Result<const VerificationMethod*> find_verification_method(const DidDocument& document,
                                                           const KeyQuery& query) {
  auto method = named_method(document, query.kid);
  if (!method) return method;
  const auto& found = **method;
  if (found.controller != document.id) {
    return fail(ErrorCode::unauthenticated, "the key '{}' is controlled by another DID",
                text::for_log(found.id));
  }
  if (!found.key) {
    return fail(ErrorCode::unauthenticated, "the key '{}' is of a form that is not supported",
                text::for_log(found.id));
  }
  if (!may_serve(document, found, query)) {
    return fail(ErrorCode::unauthenticated, "{} does not allow the key '{}' for {}", document.id,
                text::for_log(found.id), name_of(query.purpose));
  }
  return method;
}

Result<crypto::PublicKey> find_key(const DidDocument& document, const KeyQuery& query) {
  const auto method = find_verification_method(document, query);
  if (!method) return fail(method.error());
  if ((*method)->parsed) return *(*method)->parsed;
  auto key = jose::verification_key(*(*method)->key);
  if (!key) {
    return fail_as(ErrorCode::unauthenticated, key.error(), "the key '{}' cannot be used",
                   text::for_log((*method)->id));
  }
  return key;
}

const Service* find_service(const DidDocument& document, std::string_view type) {
  const auto found = std::ranges::find(document.services, type, &Service::type);
  return found == document.services.end() ? nullptr : &*found;
}

Result<std::string> service_endpoint(const DidDocument& document, std::string_view type) {
  const auto* service = find_service(document, type);
  if (!service) return fail(ErrorCode::not_found, "{} offers no service of type {}", document.id, type);
  return without_trailing_slash(service->endpoint);
}

}  // namespace kontor::protocol::did
