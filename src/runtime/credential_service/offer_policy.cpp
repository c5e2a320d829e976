#include "runtime/credential_service/offer_policy.hpp"

#include "base/json/stored.hpp"

namespace kontor::runtime::credential_service {

const EntityId& OfferPolicyDocument::id() {
  static const EntityId only{"policy"};
  return only;
}

const entity::Kind& OfferPolicyDocument::kind() {
  static constexpr entity::Kind kind{.name = "credential-offer-policy", .audited = true};
  return kind;
}

std::string OfferPolicyDocument::encode(const Entity& policy) {
  return json::encode(policy);
}

Result<CredentialOfferPolicy> OfferPolicyDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<CredentialOfferPolicy>(stored);
}

domain::credential_offer::Policy about(const CredentialOfferPolicy& policy, const Did& issuer) {
  domain::credential_offer::Policy said{.accepted_types = {},
                                        .asks = policy.others == protocol::api::identity::OtherOffers::ask};
  for (const auto& each : policy.trusted_issuers) {
    if (each.id == issuer)
      said.accepted_types.insert(said.accepted_types.end(), each.supported_types.begin(),
                                 each.supported_types.end());
  }
  return said;
}

}  // namespace kontor::runtime::credential_service
